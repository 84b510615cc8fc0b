"""Feedback as evaluation questions: what readers approved must come again, what they corrected must change."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from docs_store.errors import GuanchaoError
from docs_store.journal.feedback import Feedback
from rag.models import MARKER
from ui import strings

_FACT = re.compile(r"\d[\d,]*(?:\.\d+)?[%％]?|《[^》]{2,40}》|“[^”]{2,40}”")
_SHORT = 20  # a correction of no more characters is the fact itself
_WRONGLY_REFUSED = strings.REASONS[2]


class NoFeedbackError(GuanchaoError):
    """Nobody has judged an answer in a way that can be tested."""


def questions(log: Iterable[Feedback]) -> tuple[list[dict[str, Any]], int]:
    """Lines of a question file, as `guanchao eval` reads them, and how many verdicts say nothing that can be tested.

    Approved answers: their figures and names must come again, with the quotes as evidence. Approved refusals: must be
    refused again. Disapproved answers with a correction: its figures and names must come. A refusal that was
    disapproved must be an answer. A disapproval without a correction cannot be tested.
    """
    found: list[dict[str, Any]] = []
    silent = 0
    for given in log:
        quotes = [s["quote"] for s in given.body.get("sources", ()) if s.get("marker")]
        row: dict[str, Any] = {"id": given.exchange, "question": given.question, "answerable": True}
        if given.verdict == "up" and given.answer:
            row |= {"must_contain": _facts(MARKER.sub("", given.answer)), "evidence": quotes}
        elif given.verdict == "up" and given.body.get("refusal"):
            row["answerable"] = False
        elif given.verdict == "down" and given.comment:
            row["must_contain"] = _facts(given.comment)
            if not row["must_contain"]:
                silent += 1
                continue
        elif given.verdict == "down" and given.reason == _WRONGLY_REFUSED and not given.answer:
            row["must_contain"] = []
        else:
            silent += 1
            continue
        found.append(row)
    return found, silent


def _facts(text: str) -> list[list[str]]:
    """Figures and names in `text`, each as the one spelling of a group; a short text is a fact itself."""
    facts = list(dict.fromkeys(match.strip("《》“”") for match in _FACT.findall(text)))
    if not facts and len(text.strip()) <= _SHORT:
        facts = [text.strip("。 \n")]
    return [[fact] for fact in facts if fact]
