"""Automatic numbers of slides: 1. and （一） as they stand before a paragraph, where the paragraph itself asks for them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.word_numbering import spelt

_SCHEME = re.compile(
    r"(arabicDb|arabic|alphaLc|alphaUc|romanLc|romanUc|circleNumDb|circleNumWdWhite|circleNumWdBlack|ea1Chs)(Period|ParenBoth|ParenR|Plain)"
)
_FORMS = {
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
    "ea1Chs": "chineseCounting",
}
_CIRCLED = "decimalEnclosedCircle"
_AROUND = {"Period": "{}. ", "ParenR": "{}) ", "ParenBoth": "({}) ", "Plain": "{} "}
_CHINESE = {"Period": "{}、", "Plain": "{} "}


@dataclass(slots=True)
class SlideNumbers:
    """How far the paragraphs of one box have counted. Call `label` once a paragraph that says something, in order."""

    _counts: dict[int, tuple[str, int]] = field(default_factory=dict)
    """(scheme, number) of the last paragraph, by level."""

    def label(self, paragraph: Any) -> str:
        """What stands before a paragraph; '' where nothing does."""
        properties = paragraph.find("{*}pPr")
        level = int(properties.get("lvl") or 0) if properties is not None else 0
        self._counts = {at: count for at, count in self._counts.items() if at <= level}
        number = properties.find("{*}buAutoNum") if properties is not None else None
        if number is None:
            self._counts.pop(level, None)
            return ""
        scheme, start = number.get("type") or "", int(number.get("startAt") or 1)
        before = self._counts.get(level)
        count = before[1] + 1 if before is not None and before[0] == f"{scheme} {start}" else start
        self._counts[level] = f"{scheme} {start}", count
        return _shown(count, scheme)


def _shown(count: int, scheme: str) -> str:
    match = _SCHEME.fullmatch(scheme)
    if match is None:
        return f"{count}. "
    form, around = match.groups()
    spelling = _CIRCLED if form.startswith("circle") else _FORMS.get(form, "decimal")
    return (_CHINESE if form == "ea1Chs" else _AROUND).get(around, "{} ").format(spelt(count, spelling))
