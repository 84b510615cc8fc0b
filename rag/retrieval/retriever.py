"""Retrieval: understand the question, gather candidates, order them, and say how likely they hold the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np

from docs_store.candidates import Search
from docs_store.models import Article, Hit, SearchFilter
from docs_store.settings import RetrievalSettings
from docs_store.store import DocsStore
from docs_store.text.normal import fold
from rag.lexicon.synonyms import read_aliases
from rag.query.framing import unframe
from rag.query.question import DOCUMENT, Question, understand
from rag.retrieval.features import measure
from rag.retrieval.layout import Floats
from rag.retrieval.reranker import LearnedReranker, Reranker, evidence

_IN_PERIOD = 0.5  # what an article of the time asked for gains, in the units of the learned score
_NEWEST = 1.0  # what the newest of the candidates gains over the oldest when the latest is asked for
_DOCUMENT = 4.0  # what the document of the number asked for gains
_ISSUER = 0.5  # what an article gains whose issuer the question names
_REGION = 0.2  # what an article gains that is mostly about a region that the question names
_MAIN_REGIONS = 2  # of an article's regions, the most often named


class Retriever:
    """Finds passages in a store."""

    def __init__(
        self, store: DocsStore, settings: RetrievalSettings, reranker: Reranker | None = None
    ) -> None:
        """Uses `store` as it is, and the learned reranker unless another is given."""
        self._store = store
        self._settings = settings
        self._reranker = reranker or LearnedReranker()

    def search(
        self,
        question: str,
        k: int | None = None,
        where: SearchFilter | None = None,
        today: date | None = None,
        *,
        synonyms: bool = True,
    ) -> list[Hit]:
        """The best `k` passages, best first.

        `score` orders the hits of one question; `features["evidence"]` is the calibrated probability, 0 to 1, that the
        passage holds the answer. `today` is what "last year" counts from; None means the present day. With `synonyms`,
        words of the lexicon that may stand for those of the question find passages too, and count as these.

        Raises:
            ModelUnavailableError: the embedding model or the reranker's endpoint is not there.
        """
        section = self._settings
        question = unframe(question).core
        aliases = read_aliases(section.aliases)
        with self._store.reading():  # one question sees one state of the index
            asked = understand(question, self._store.idf, aliases, today, synonyms=synonyms)
            hits = self._store.candidates(
                Search(
                    asked.folded,
                    partial(self._store.vector, question) if section.dense_weight else None,
                    where or SearchFilter(),
                    asked.also,
                    max(section.candidates, k or 0),
                    section.articles,
                    section.dense_weight,
                    section.article_weight,
                )
            )
        if not hits:
            return []
        features = measure(asked, hits)
        scores = self._reranker.scores(asked, hits, features) + boosts(asked, hits)
        likely = evidence(features)
        found = [
            replace(hit, score=float(score), features=hit.features | {"evidence": float(p)})
            for hit, score, p in zip(hits, scores, likely, strict=True)
        ]
        found.sort(key=lambda hit: (-hit.score, hit.passage.id))
        return found[: k or section.top_k]


def boosts(question: Question, hits: Sequence[Hit]) -> Floats:
    """What time, document number, issuer and region add to each hit's score, in the units of the learned score."""
    gain = np.zeros(len(hits))
    if question.period is not None:
        gain += [_IN_PERIOD * question.period.fits(hit.article.published_on) for hit in hits]
    if question.document is not None:
        gain += [_DOCUMENT * _is_document(question.document, hit.article) for hit in hits]
    gain += [
        _ISSUER * (hit.article.issuer is not None and hit.article.issuer in question.text) for hit in hits
    ]
    gain += [
        _REGION * any(fold(name) in question.folded for name in hit.article.regions[:_MAIN_REGIONS])
        for hit in hits
    ]
    days = sorted({hit.article.published_on for hit in hits if hit.article.published_on})
    if question.latest and len(days) > 1:
        place = {day: i / (len(days) - 1) for i, day in enumerate(days)}
        gain += [_NEWEST * place[h.article.published_on] if h.article.published_on else 0.0 for h in hits]
    return gain


def _is_document(number: str, article: Article) -> bool:
    found = DOCUMENT.search(article.document_number or article.title)
    return found is not None and f"{found[1]}/{found[2]}" == number
