"""What a question wants done: one fact, a list, a summary, a comparison …; a learned classifier over cue words and shape."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from docs_store.text.normal import fold
from docs_store.text.segment import NAMES, Word, words
from rag.lexicon import answer_kinds
from rag.lexicon.tables import asking
from rag.query.framing import Framed
from rag.weights.sparse import packaged_classifier

_CUES = Path(__file__).parents[1] / "lexicon" / "task_cues.tsv"
_CLOSED = frozenset(
    ("r", "p", "c", "u", "uj", "ul", "d", "y", "f", "z", "e", "o")
)  # parts of speech kept as words
_NEVER_FACTS = ("reason", "manner")
_WHICH = "哪几"  # asks for things, not for their number
_SKELETON = frozenset("rpcudyfzeomqvx")  # first letters of the parts of speech that are not the subject's
_SUBJECT = "〇"
_LAST = 4  # words
_QUOTED = re.compile("《[^》]*》")
_MARKS = frozenset("，、？“”《》")


class Task(StrEnum):
    """The task of a question, and so of its answer."""

    FACT = "fact"
    LIST = "list"
    SUMMARY = "summary"
    DEFINITION = "definition"
    COMPARISON = "comparison"
    REASON = "reason"
    PROGRESS = "progress"
    OVERVIEW = "overview"
    CHECK = "check"
    ABOUT_ARTICLE = "about_article"
    LIBRARY = "library"
    SMALLTALK = "smalltalk"


def tasks_of(framed: Framed) -> dict[Task, float]:
    """How likely each task is, 0 to 1.

    The mean of two readings, as typed and without the wrapping: either alone is right less often.
    """
    model = packaged_classifier("task")
    readings = [model.probabilities(features(fold(reading))) for reading in (framed.text, asked_for(framed))]
    likely = {Task(task): sum(reading[task] for reading in readings) / 2 for task in model.classes}
    if (
        answer_kinds.kind_of(fold(framed.core)) in _NEVER_FACTS
    ):  # a reason or a way takes more than one sentence
        likely[Task.FACT] = 0.0
    return likely


def is_exact(question: str) -> bool:
    """True when a question asks for numbers, or for times, and for nothing else: 什么时候开工的, not 投了多少、建了什么."""
    folded = fold(question)
    kind = answer_kinds.kind_of(folded)
    if kind not in answer_kinds.EXACT or _WHICH in folded:
        return False
    spans = [m.span() for m in answer_kinds.asking(folded) if answer_kinds.kind_of(m.group()) == kind]
    asked = (match.span() for match in asking().finditer(folded))
    return all(any(start < b and a < end for a, b in spans) for start, end in asked)


def asked_for(framed: Framed) -> str:
    """What is asked, with the instructions on it."""
    return "，".join((framed.core, *framed.instructions))


def features(folded: str) -> dict[str, float]:
    """What `task.json` weighs: cues, the shape of the sentence, its function words, verbs and nouns, how much is asked."""
    folded = _QUOTED.sub("《》", folded)  # a title says nothing of the task
    found: dict[str, float] = {}
    ending = folded.rstrip("？?。 ")
    for task, cues in _cues().items():
        matching = [cue for cue in cues if cue in folded]
        found |= {f"cue:{cue}": 1.0 for cue in matching}
        found |= {f"ends:{cue}": 1.0 for cue in matching if ending.endswith(cue)}
        found[f"cues:{task}"] = min(len(matching), 3) / 2
    cut = words(folded)
    shape = ["^", *(_abstract(word) for word in cut), "$"]
    for size in (1, 2, 3):
        for i in range(len(shape) - size + 1):
            found[f"shape:{' '.join(shape[i : i + size])}"] = 0.5
    found |= _wording(cut)
    asked = len(asking().findall(folded))
    places = len({word.text for word in cut if word.pos == "ns"})
    clauses = sum(bool(part.strip()) for part in folded.replace("？", "，").replace("?", "，").split("，"))
    return found | {
        "clauses": clauses / 2,
        "asked": min(asked, 4) / 2,
        "not asked": float(not asked),
        "places": min(places, 4) / 2,
        "series": min(folded.count("、"), 3) / 2,
        "length": len(folded) / 30,
        "spaces": min(folded.count(" "), 3) / 2,
    }


@lru_cache(maxsize=1)
def _cues() -> Mapping[str, tuple[str, ...]]:
    rows = (line.split("\t") for line in _CUES.read_text(encoding="utf-8").splitlines() if line)
    return {task: tuple(cues.split("|")) for task, cues in rows}


@lru_cache(maxsize=1)
def _cue_words() -> frozenset[str]:
    return frozenset(cue for cues in _cues().values() for cue in cues)


def _wording(cut: Sequence[Word]) -> dict[str, float]:
    """Character n-grams without the subject, verbs and common nouns, the last words, what follows a question word."""
    found: dict[str, float] = {}
    skeleton = "".join(
        word.text if word.pos[:1] in _SKELETON or len(word.text) == 1 else _SUBJECT for word in cut
    )
    skeleton = f"^{re.sub(f'{_SUBJECT}+', _SUBJECT, skeleton)}$"
    for size in (1, 2, 3, 4):
        for i in range(len(skeleton) - size + 1):
            found[f"chars:{skeleton[i : i + size]}"] = 0.4
    for word in cut:
        if word.pos[:1] in ("n", "v") and word.pos not in NAMES:
            found[f"word:{word.text}"] = 0.5
    for word in cut[-_LAST:]:
        found[f"last:{word.text}"] = 0.5
    for number, word in enumerate(cut):
        if word.pos.startswith("r"):
            for distance, follower in enumerate(cut[number + 1 : number + 3], start=1):
                found[f"after:{word.text} {distance} {follower.text}"] = 0.5
            if number + 1 < len(cut):
                found[f"after:{word.text} <{cut[number + 1].pos[:1]}>"] = 0.4
    return found


def _abstract(word: Word) -> str:
    """Function words and cues as they are, other words as their part of speech."""
    if word.pos in _CLOSED or word.text in _cue_words() or word.text in _MARKS:
        return word.text
    return f"<{word.pos[:2]}>"
