"""Ray on this machine: the ledger of the plain engine, nothing embedded in the driver, kills without loss or double."""

import os
import signal
import threading
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

from docs_store.embedding.embedder import open_embedder
from docs_store.settings import load_settings
from docs_store.store import DocsStore
from ingest import ingest

pytestmark = [
    pytest.mark.integration,
    # Not imported here: Ray reads when it is imported whether it may listen beyond this machine.
    pytest.mark.skipif(find_spec("ray") is None, reason="needs pip install 'guanchao[ray]'"),
]


class Counting:
    """The real embedder, which counts what it is asked for."""

    def __init__(self, inner):
        self.inner, self.texts = inner, 0

    def embed_documents(self, texts):
        self.texts += len(texts)
        return self.inner.embed_documents(texts)

    def embed_query(self, text):
        return self.inner.embed_query(text)


@pytest.fixture
def folder(tmp_path, articles_folder):
    """Articles one a file, many in a file, one file that cannot be read, and a repost."""
    lines = (
        f'{{"id": "n{i}", "title": "第{i}号简报", "text": "第{i}号简报说协同区建设了{i * 7}个平台。承接企业{i * 13}家。"}}'
        for i in range(150)
    )
    (articles_folder / "新闻.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (articles_folder / "坏.pdf").write_bytes(b"%PDF-1.4 not really")
    (articles_folder / "转载.txt").write_text(
        (articles_folder / "规划.txt").read_text(encoding="utf-8"), encoding="utf-8"
    )
    return articles_folder


def state(monkeypatch, tmp_path, name, folder, engine, progress=None):
    """What an ingest into a fresh index leaves, and what was embedded in this process."""
    monkeypatch.setenv("GUANCHAO_STORE__PATH", str(tmp_path / name))
    settings = load_settings()
    embedder = Counting(open_embedder(settings))
    with DocsStore.open(settings, embedder, write=True) as store:
        report = ingest(store, [folder], settings, engine=engine, progress=progress)
        assert store.verify().agrees
        articles = list(store.articles())
        ledger = articles, [store.passages(a.id) for a in articles], store.sources(), store.files()
    counts = {k: v for k, v in report.to_dict().items() if k != "seconds"}
    return ledger, counts, embedder.texts


def children(of):
    """Every process below a process, with its command."""
    found = {}
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError, IndexError):
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            found[int(entry.name)] = (parent, (entry / "cmdline").read_bytes().decode(errors="replace"))
    below = {of}
    while more := {pid for pid, (parent, _) in found.items() if parent in below} - below:
        below |= more
    return {pid: found[pid][1] for pid in below if pid in found}


def listening(pids):
    """The addresses, as in /proc/net, that processes listen on for TCP."""
    sockets = set()
    for pid in pids:
        with suppress(OSError):
            for file in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    sockets.add(os.readlink(file))
    rows = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{name}").read_text(encoding="utf-8").splitlines()[1:]
    ]
    return {row[1].split(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets}


def test_the_index_is_that_of_the_plain_engine_and_a_kill_changes_nothing(monkeypatch, tmp_path, folder):
    wanted, counts, embedded = state(monkeypatch, tmp_path, "plain", folder, "plain")
    assert embedded > 100 and counts["added"] == 153 and len(counts["failed"]) == 1

    killed, addresses, seen, done = set(), set(), set(), threading.Event()

    def kill():
        """Ends one reading and one embedding process, each as soon as it works."""
        while len(killed) < 2 and not done.is_set():
            below = children(os.getpid())
            seen.update(command[:60] for command in below.values() if command.startswith("ray::"))
            for pid, command in below.items():
                kind = command.split("(")[-1].split(")")[0]
                if (
                    command.startswith("ray::")
                    and kind in ("Reader", "EmbeddingActor")
                    and kind not in killed
                ):
                    addresses.update(listening(below))
                    os.kill(pid, signal.SIGKILL)
                    killed.add(kind)
            time.sleep(0.05)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        found, counted, here = state(monkeypatch, tmp_path, "ray", folder, "ray")
    finally:
        done.set()
        thread.join()
    assert killed == {"Reader", "EmbeddingActor"}, seen
    assert addresses and all(address.endswith("0100007F") for address in addresses)  # loopback
    assert found == wanted and counted == counts and here == 0
