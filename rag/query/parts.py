"""Several questions in one message: 首钢在河北有几家企业？国调基金规模多大？ asks two things, each of its own subject."""

from __future__ import annotations

from collections.abc import Sequence

from docs_store.text.normal import fold
from docs_store.text.segment import NAMES, words
from docs_store.text.sentences import clause_breaks
from rag.lexicon import tables

_MOST = 4  # questions of one message
_SHORTEST = 3  # characters of a question
_LISTS = "、"


def parts(question: str) -> list[str]:
    """The questions of a message, in order, without their marks; [] where it asks only one.

    A clause that asks nothing is read with the question before it, or behind it where it is the first.
    """
    found: list[str] = []
    waiting = ""
    pieces = (part for piece in clause_breaks().split(question) for part in _listed(piece))
    for piece in pieces:
        plain = _without_join(piece.strip())
        if not plain:
            continue
        if tables.asks(fold(plain)) and len(plain) >= _SHORTEST:
            found.append(f"{waiting}{plain}")
            waiting = ""
        elif found:
            found[-1] += f"，{plain}"
        else:
            waiting += f"{plain}，"
    return found[:_MOST] if len(found) > 1 else []


def are_apart(asked: Sequence[str]) -> bool:
    """True when each of the questions names something, and none the same as another."""
    named = [{word.text for word in words(fold(part)) if word.pos in NAMES} for part in asked]
    together = set().union(*named)
    return len(named) > 1 and all(named) and len(together) == sum(map(len, named))


def _listed(piece: str) -> list[str]:
    """A clause cut where it lists questions (惠及多少人、覆盖多少家医院), each with a verb; whole where it lists things."""
    found = piece.split(_LISTS)
    return found if all(tables.asks(fold(one)) and _has_verb(fold(one)) for one in found) else [piece]


def _has_verb(folded: str) -> bool:
    return any(word.pos[0] == "v" and word.text not in tables.function_words() for word in words(folded))


def _without_join(piece: str) -> str:
    """A clause without the word that joins it to the one before (另外，还有)."""
    for word in sorted(tables.frame_words()["adds"], key=len, reverse=True):
        if piece.startswith(word):
            return piece[len(word) :].strip()
    return piece
