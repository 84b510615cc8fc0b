"""Dense retrieval with our embedding beside bigram BM25 (and, where asked, other models), article level.

Run: python -m benchmarks.embedding ../shared/data [--models docs_store/guanchao-embed m3e-small] [--out FILE]

A gold article or an also-acceptable one counts as right. An article's score is that of its best passage; each
passage is embedded as the store does it. `--articles N` keeps every gold article and the first N others, for models too
slow for the whole corpus; all rows of one run share the corpus.
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from benchmarks import command_line
from benchmarks.training.corpus import Entry, read_entries
from docs_store import weights
from docs_store.embedding.passages import embedded_text
from docs_store.text.analyser import tokens

Floats = NDArray[np.float32]


def main() -> None:
    """Prints a line a model and question file, and writes the results file."""
    parser = command_line.parser(__doc__, takes_data=True)
    parser.add_argument("--models", nargs="*", default=["docs_store/guanchao-embed"])
    parser.add_argument("--articles", type=int, default=10**9)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(2)
    runs = [
        ("news_16k", "news_16k.jsonl.gz", args.data / "retrieval_qa_dev.jsonl"),
        ("paraphrase", "policy_news.jsonl", Path(__file__).parent / "paraphrase_qa.jsonl"),
    ]
    results: list[dict[str, Any]] = []
    for name, corpus, file in runs:
        if not file.exists():
            continue
        questions = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        gold = [{*q["gold_article_ids"], *q.get("also_acceptable_ids", [])} for q in questions]
        strict = [q.get("tier", "strict") == "strict" for q in questions]
        entries = _kept(read_entries(args.data / corpus), set().union(*gold), args.articles)
        asked = [q["question"] for q in questions]
        systems = [("bm25 passages", _bm25), *((m, _dense(m)) for m in args.models)]
        lexical: Floats | None = None
        for system, score in systems:
            scores, figures = score(entries, asked)
            lexical = scores if lexical is None else lexical
            measured = [(system, scores, figures)]
            if system != systems[0][0]:
                measured.append((f"bm25 + {system}", _fused(lexical, scores), {}))
            for label, fused, more in measured:
                row = {"set": name, "articles": len(entries), "questions": len(asked), "system": label} | more
                row |= _measure(fused, entries, gold, strict)
                results.append(row)
                print(json.dumps(row, ensure_ascii=False), flush=True)
    if args.out:
        machine = (
            f"{platform.machine()}, {torch.get_num_threads()} threads, Python {platform.python_version()}"
        )
        head = {"date": datetime.now(UTC).date().isoformat(), "machine": machine, "results": results}
        args.out.write_text(json.dumps(head, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _kept(entries: Any, gold: set[str], others: int) -> list[Entry]:
    kept: list[Entry] = []
    for entry in entries:
        if entry.article.id in gold or others > 0:
            kept.append(entry)
            others -= entry.article.id not in gold
    return kept


Scorer = Callable[[Sequence[Entry], Sequence[str]], tuple[Floats, dict[str, float]]]


def _dense(model: str) -> Scorer:
    def score(entries: Sequence[Entry], asked: Sequence[str]) -> tuple[Floats, dict[str, float]]:
        path = str(weights.local_path(model)) if model in weights.CATALOGUE else model
        loaded = SentenceTransformer(path, device="cpu")
        texts = [embedded_text(e.article.title, p.text) for e in entries for p in e.passages]
        began = time.monotonic()
        passages = loaded.encode(texts, batch_size=64, normalize_embeddings=True)
        spent = time.monotonic() - began
        queries = loaded.encode(list(asked), normalize_embeddings=True)
        figures = {"passages": len(texts), "passages_per_s": round(len(texts) / spent, 1)}
        return np.asarray(queries @ passages.T, np.float32), figures

    return score


def _bm25(entries: Sequence[Entry], asked: Sequence[str]) -> tuple[Floats, dict[str, float]]:
    index = bm25s.BM25(k1=1.2, b=0.75)
    texts = [embedded_text(e.article.title, p.text) for e in entries for p in e.passages]
    index.index([tokens(text) for text in texts], show_progress=False)
    scores = [index.get_scores([t for t in tokens(q) if t in index.vocab_dict]) for q in asked]
    return np.asarray(scores, np.float32), {"passages": len(texts)}


def _fused(lexical: Floats, dense: Floats) -> Floats:
    """Both halves scaled to each question's best, three parts lexical to one part dense."""
    halves = [part / np.maximum(part.max(axis=1, keepdims=True), 1e-9) for part in (lexical, dense)]
    return np.asarray(0.75 * halves[0] + 0.25 * halves[1], np.float32)


def _measure(
    scores: Floats, entries: Sequence[Entry], gold: Sequence[set[str]], strict: Sequence[bool]
) -> dict[str, float]:
    starts = np.cumsum([0, *(len(e.passages) for e in entries[:-1])])
    by_article = np.maximum.reduceat(scores, starts, axis=1)
    ids = [e.article.id for e in entries]
    ranks = []
    for row, right in zip(by_article, gold, strict=True):
        best = max(row[i] for i, id in enumerate(ids) if id in right)
        ranks.append(int((row > best).sum()))
    rank = np.array(ranks)
    clean = rank[np.array(strict)]
    return {
        "hit@1": round(float((rank < 1).mean()), 3),
        "hit@5": round(float((rank < 5).mean()), 3),
        "mrr@10": round(float(np.where(rank < 10, 1 / (rank + 1), 0).mean()), 3),
        "hit@1 strict tier": round(float((clean < 1).mean()), 3),
        "hit@5 strict tier": round(float((clean < 5).mean()), 3),
    }


if __name__ == "__main__":
    main()
