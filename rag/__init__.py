"""Turns a question into a cited answer or a refusal."""

from docs_store.models import Hit, SearchFilter
from rag.assistant import PolicyQA
from rag.errors import GuanchaoError
from rag.models import Answer, AnswerEvent, Citation, Refusal, Turn

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
