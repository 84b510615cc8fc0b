"""Kills a real ingest at random moments and counts what was lost and what is stale.

    python -m benchmarks.faults [--kills 120] [--seed 1]

Each round changes, adds and deletes files, starts an ingest with --prune semantics in a process of its own, and kills
it (SIGKILL or SIGTERM) after a random time. The child says which articles the store has acknowledged. Then the index is
opened as the next run would open it, and counted: `lost` articles that were acknowledged or there before, and are in neither
that nor their newest text,
`half` articles that are neither their old nor their new text, `stale` passages in vectors or lexical index that the
ledger does not have, `missing` the other way round. At the end one whole ingest must leave exactly the files' texts.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from benchmarks import command_line, results_file
from docs_store.local.ledger import Entry
from docs_store.settings import Settings, load_settings
from docs_store.store import DocsStore
from ingest import batch_writer, ingest

_FILES = 240
_WORDS = [
    "长三角",
    "一体化",
    "协同区",
    "科创飞地",
    "产业链",
    "创新链",
    "示范区",
    "绿色发展",
    "跨江融合",
    "先行先试",
    "互联互通",
    "联防联控",
]


class HashEmbeddings(Embeddings):
    """Vectors from a digest: as fast as can be, so that the kills fall into the store's own work."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
        vector = np.random.default_rng(seed).standard_normal(64)
        return [float(x) for x in vector / np.linalg.norm(vector)]


def _text(rng: random.Random, number: int) -> str:
    sentences = [
        f"第{number}号文章第{i}句说{rng.choice(_WORDS)}与{rng.choice(_WORDS)}，编号{rng.randrange(10**9)}。"
        for i in range(rng.randrange(8, 40))
    ]
    return f"关于第{number}号事项的报道\n\n" + "".join(sentences)


def _child(folder: Path, settings: Settings) -> None:
    """Ingests, and prints the sources that the store has acknowledged, a line a batch."""
    batch_writer.BATCH = 48
    with DocsStore.open(settings, HashEmbeddings(), write=True) as store:
        replace = store.replace_articles

        def reporting(items: list[Entry]) -> None:
            replace(items)
            print(json.dumps([(e.article.source, e.content_hash) for e in items]), flush=True)

        store.replace_articles = reporting  # type: ignore[method-assign, assignment]
        print(json.dumps("open"), flush=True)
        ingest(store, [folder], settings, prune=True)


def run(kills: int, seed: int = 1) -> dict[str, object]:
    """Counts of one run of `kills` kills."""
    rng = random.Random(seed)
    counts = {"kills": 0, "finished_before_kill": 0, "lost": 0, "half": 0, "stale": 0, "missing": 0}
    kinds = {"SIGKILL": 0, "SIGTERM": 0}
    longest = 2.0
    with tempfile.TemporaryDirectory(prefix="guanchao-faults-") as name:
        folder = Path(name) / "docs"
        folder.mkdir()
        os.environ["GUANCHAO_STORE__PATH"] = str(Path(name) / "index")
        settings = load_settings()
        history: dict[str, list[str]] = {}
        while counts["kills"] < kills:
            _mutate(folder, rng, history)
            before = _state(settings)
            how = rng.choice((signal.SIGKILL, signal.SIGTERM))
            began = time.monotonic()
            acknowledged, killed = _killed(folder, how, rng.uniform(0.0, longest))
            longest = max(0.3, 0.9 * longest + 0.1 * (time.monotonic() - began)) if not killed else longest
            counts["kills" if killed else "finished_before_kill"] += 1
            kinds[how.name] += killed
            with DocsStore.open(settings, HashEmbeddings(), write=True) as store:
                report = store.verify()
                counts["stale"] += len(report.stale_vectors) + len(report.stale_lexical)
                counts["missing"] += len(report.missing_vectors) + len(report.missing_lexical)
                sources = store.sources()
                now = {a.source: a.text for a in store.articles()}
                whole = {
                    a.source: all(a.text[p.start : p.end] == p.text for p in store.passages(a.id))
                    and bool(store.passages(a.id))
                    for a in store.articles()
                }
            counts["lost"] += sum(
                sources.get(s) is None or sources[s].content_hash != h for s, h in acknowledged
            )
            # A file that an earlier kill left unread may be read now: its newest text is as good as the one before.
            files = {str(path): _body(path.read_text(encoding="utf-8")) for path in folder.iterdir()}
            counts["lost"] += sum(
                s in files and now.get(s) not in (text, files[s]) for s, text in before.items()
            )
            counts["half"] += sum(not ok or now[s] not in history[s] for s, ok in whole.items())
        with DocsStore.open(settings, HashEmbeddings(), write=True) as store:
            ingest(store, [folder], settings, prune=True)
            final = {a.source: a.text for a in store.articles()}
            report = store.verify()
        expected = {str(path): _body(path.read_text(encoding="utf-8")) for path in folder.iterdir()}
        end = {
            "lost": sum(final.get(s) != text for s, text in expected.items()),
            "stale": len(set(final) - set(expected)),
            "agrees": report.agrees,
            "articles": len(final),
            "passages": report.passages,
        }
    return {**counts, **kinds, "at_the_end": end}


def _body(text: str) -> str:
    return text.split("\n\n", 1)[1]


def _mutate(folder: Path, rng: random.Random, history: dict[str, list[str]]) -> None:
    for number in range(_FILES):
        path = folder / f"{number:03}.txt"
        chance = rng.random()
        if (not path.exists() and chance < 0.6) or chance < 0.3:
            text = _text(rng, number)
            path.write_text(text, encoding="utf-8")
            history.setdefault(str(path), []).append(_body(text))
        elif path.exists() and chance < 0.35:
            path.unlink()


def _state(settings: Settings) -> dict[str, str]:
    if not (settings.index_path / "current" / "ledger.sqlite3").exists():
        return {}
    with DocsStore.open(settings, HashEmbeddings(), write=True) as store:
        return {a.source: a.text for a in store.articles()}


def _killed(folder: Path, how: signal.Signals, delay: float) -> tuple[list[tuple[str, str]], bool]:
    """(source, content hash) of what was acknowledged, and whether the process was still at work when killed."""
    command = [sys.executable, "-m", "benchmarks.faults", "--child", str(folder)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
    assert process.stdout
    process.stdout.readline()  # it has the index open
    timer = threading.Timer(delay, process.send_signal, (how,))
    timer.start()
    acknowledged: list[tuple[str, str]] = []
    for line in process.stdout:
        if line.endswith(b"\n"):
            acknowledged += [(source, digest) for source, digest in json.loads(line)]
    code = process.wait()
    timer.cancel()
    return acknowledged, code == -how


def main() -> None:
    """Runs and prints the counts as JSON."""
    parser = command_line.parser(__doc__)
    parser.add_argument("--kills", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", type=Path)
    given = parser.parse_args()
    if given.child:
        _child(given.child, load_settings())
        return
    found = {"seed": given.seed, **run(given.kills, given.seed)}
    results_file.save("faults", found)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
