"""What others would do on the same articles: rankings of articles, best first, one list a question."""

from __future__ import annotations

from collections.abc import Sequence

import bm25s
import numpy as np
from langchain_text_splitters import RecursiveCharacterTextSplitter
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi
from sentence_transformers import SentenceTransformer

from benchmarks.retrieval.bench import SHOWN, Bench, by_article
from docs_store import weights
from docs_store.embedding.cache import EmbeddingCache
from docs_store.embedding.passages import embedded_text
from docs_store.text.analyser import is_character, tokens
from docs_store.text.normal import typeset

M3E = "m3e-small"
_TAKEN = 300  # passages that are looked at for the first 50 articles
_RRF = 60
_AT_ONCE = 256

Ranked = list[list[str]]


def tutorial_chunks(bench: Bench) -> tuple[list[str], list[str]]:
    """Articles' ids and texts of the chunks that LangChain's tutorial makes: 1,000 characters, 200 of them shared."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    owners, texts = [], []
    for row in bench.rows:
        for chunk in splitter.split_text(embedded_text(row["title"], row["text"])):
            owners.append(row["id"])
            texts.append(chunk)
    return owners, texts


def passages(bench: Bench) -> tuple[list[str], list[str]]:
    """The same of our passages, with their titles."""
    pairs = [
        (e.article.id, embedded_text(e.article.title, p.text)) for e in bench.entries for p in e.passages
    ]
    return [id for id, _ in pairs], [typeset(text) for _, text in pairs]


def langchain_bm25(bench: Bench) -> Ranked:
    """BM25Retriever with its default tokeniser: `text.split()` and BM25Okapi over the tutorial's chunks."""
    owners, texts = tutorial_chunks(bench)
    index = BM25Okapi([text.split() for text in texts])
    return [by_article(owners, np.argsort(index.get_scores(q.split()))[::-1][:_TAKEN]) for q in bench.asked]


def bm25_articles(bench: Bench) -> Ranked:
    """BM25 of whole articles on bigrams (numbers and Latin words whole)."""
    owners = [e.article.id for e in bench.entries]
    texts = [embedded_text(e.article.title, e.article.text) for e in bench.entries]
    return _bm25(bench, owners, texts, lone=False)


def bm25_passages(bench: Bench) -> Ranked:
    """BM25 of passages on bigrams and single characters."""
    return _bm25(bench, *passages(bench), lone=True)


def _bm25(bench: Bench, owners: Sequence[str], texts: Sequence[str], *, lone: bool) -> Ranked:
    def cut(text: str) -> list[str]:
        return [token for token in tokens(text) if lone or not is_character(token)]

    index = bm25s.BM25(k1=1.2, b=0.75)
    index.index([cut(text) for text in texts], show_progress=False)
    found = []
    for question in bench.asked:
        scores = index.get_scores([token for token in cut(question) if token in index.vocab_dict])
        found.append(by_article(owners, _best(scores)))
    return found


def tutorial(bench: Bench) -> Ranked:
    """The tutorial's chain: m3e-small over its chunks."""
    return _dense(bench, *tutorial_chunks(bench))


def m3e_passages(bench: Bench) -> Ranked:
    """m3e-small over our passages."""
    return _dense(bench, *passages(bench))


def _dense(bench: Bench, owners: Sequence[str], texts: Sequence[str]) -> Ranked:
    cache = EmbeddingCache(bench.work / f"{M3E}.sqlite3", M3E)
    vectors, asked = _embedded(bench, cache, texts), _embedded(bench, cache, bench.asked)
    return [by_article(owners, _best(vectors @ vector)) for vector in asked]


def _embedded(bench: Bench, cache: EmbeddingCache, texts: Sequence[str]) -> NDArray[np.float32]:
    """Unit vectors by m3e-small; what is computed is kept, since it takes the better part of an hour. Raises TimeUpError."""
    known = {t: v for t, v in zip(texts, cache.get(texts), strict=True) if v is not None}
    missing = sorted({text for text in texts if text not in known}, key=len)
    if missing:
        model = SentenceTransformer(str(weights.local_path(M3E)), device="cpu")
        for i in range(0, len(missing), _AT_ONCE):
            bench.check()
            part = missing[i : i + _AT_ONCE]
            fresh = np.asarray(model.encode(part, batch_size=16, normalize_embeddings=True), np.float32)
            cache.put(part, list(fresh))
            known |= dict(zip(part, fresh, strict=True))
            print(f"{M3E}: {i + len(part)} of {len(missing)} texts", flush=True)
    return np.stack([known[text] for text in texts])


def _best(scores: NDArray[np.float32]) -> NDArray[np.intp]:
    some = np.argpartition(-scores, min(_TAKEN, len(scores) - 1))[:_TAKEN]
    return some[np.argsort(-scores[some], kind="stable")]


def fused(*halves: Ranked) -> Ranked:
    """Reciprocal rank fusion with equal weights."""
    found = []
    for lists in zip(*halves, strict=True):
        score: dict[str, float] = {}
        for ranked in lists:
            for rank, id in enumerate(ranked, start=1):
                score[id] = score.get(id, 0.0) + 1 / (_RRF + rank)
        found.append(sorted(score, key=lambda id: -score[id])[:SHOWN])
    return found
