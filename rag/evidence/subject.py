"""Whether the passages hold anything on the subject of an open question: a small logistic model, `subject.json`.

An open question is refused only where nothing on its subject is there; `benchmarks/training/subject.py` learns what tells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from docs_store.models import Article, Hit
from docs_store.text.normal import fold
from rag.evidence import missing, signals
from rag.evidence.found import Evidence
from rag.evidence.material import Material
from rag.weights.logistic import packaged

_OF_EVIDENCE = (
    "most_soft_passage",
    "best_alike_passage",
    "best_alike_words_article",
    "best_names_missing_article",
    "most_exact_article",
    "most_retrieved",
    "best_letters_passage",
    "most_letters_passage",
    "best_place_beside",
    "grams_over_rivals",
    "least_names_missing_article",
    "least_rarest_missing_article",
    "least_numbers_missing",
    "least_years_missing",
)
_LOOKED_AT = 6  # hits whose articles are searched for the question's names and words
_BEST = 10  # clauses whose mean relevance counts


def probability(question: str, hits: Sequence[Hit], gathered: Evidence, found: Material) -> float:
    """The probability, 0 to 1, that `hits` speak of what an open question asks; 0 where they say nothing.

    Args:
        question: standing alone.
        hits: best first.
        gathered: of the same question and hits.
        found: likewise.
    """
    if not gathered.features or not found.clauses:
        return 0.0
    return packaged("subject").probability(features(question, hits, gathered, found))


def features(question: str, hits: Sequence[Hit], gathered: Evidence, found: Material) -> Mapping[str, float]:
    """What the model weighs; there must be evidence and clauses."""
    asked = signals.telling(question)
    near = hits[:_LOOKED_AT]
    articles: list[Article] = list({hit.article.id: hit.article for hit in near}.values())
    named = max(1, len(missing.named(question)))
    best = np.sort(found.relevance)[::-1][:_BEST]
    return {name: gathered.features[name] for name in _OF_EVIDENCE} | {
        "unmentioned": len(missing.unmentioned(question, articles)) / named,
        "unmentioned_by_first": len(missing.unmentioned(question, articles[:1])) / named,
        "in_title": max(signals.share(asked, fold(article.title)) for article in articles),
        "in_context": max(signals.share(asked, fold(hit.context)) for hit in near),
        "in_article": max(signals.share(asked, fold(f"{a.title}\n{a.text}")) for a in articles),
        "relevance": float(best.mean()),
        "relevance_best": found.best,
        **found.spoken_of,
    }
