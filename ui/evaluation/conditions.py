"""Under which conditions a run was made, and what of the questions' articles is not indexed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docs_store.settings import Settings
from rag import PolicyQA
from rag.evaluate import GoldQuestion


def describe(qa: PolicyQA, settings: Settings, questions: Path, mode: str) -> dict[str, Any]:
    """What a report says of its run: date, file, models, the settings that matter, size of the index."""
    articles, passages = qa.store.counts() if qa.store else (0, 0)
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "questions": questions.name,
        "questions_sha256": hashlib.sha256(questions.read_bytes()).hexdigest()[:16],
        "mode": mode,
        "llm": settings.llm.model if mode == "generated" else None,
        "embedding": settings.embedding.model,
        "articles": articles,
        "passages": passages,
        "settings": {
            "retrieval": settings.retrieval.model_dump(mode="json"),
            "answer": settings.answer.model_dump(mode="json"),
            "llm": settings.llm.model_dump(mode="json", include={"temperature", "max_tokens"}),
        },
    }


def missing_articles(qa: PolicyQA, questions: Sequence[GoldQuestion]) -> tuple[int, int] | None:
    """(missing, named): gold articles that are not in the index; None when all are, or none is named."""
    named = {id for q in questions for id in q.gold_article_ids}
    if qa.store is None or not named:
        return None
    missing = sum(qa.store.article(id) is None for id in named)
    return (missing, len(named)) if missing else None
