"""Turns a question into a cited answer or a refusal."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docs_store.models import Hit, SearchFilter
    from rag.assistant import PolicyQA
    from rag.errors import GuanchaoError
    from rag.models import Answer, AnswerEvent, Citation, Refusal, Turn

_MODULE_OF = {
    "Answer": "rag.models",
    "AnswerEvent": "rag.models",
    "Citation": "rag.models",
    "GuanchaoError": "rag.errors",
    "Hit": "docs_store.models",
    "PolicyQA": "rag.assistant",
    "Refusal": "rag.models",
    "SearchFilter": "docs_store.models",
    "Turn": "rag.models",
}
__all__ = [
    "Answer",
    "AnswerEvent",
    "Citation",
    "GuanchaoError",
    "Hit",
    "PolicyQA",
    "Refusal",
    "SearchFilter",
    "Turn",
]


def __getattr__(name: str) -> Any:
    """The public names on demand: whoever wants `Turn` alone, or one module of this package, does not load the rest."""
    if name in _MODULE_OF:
        return getattr(import_module(_MODULE_OF[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
