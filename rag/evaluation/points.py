"""Key points of an open question: how many of them an answer states, whatever else it says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

Points = Sequence[Sequence[Sequence[str]]]
"""A point is a list of groups, a group a list of spellings."""


def squeezed(text: str) -> str:
    """`text` as key points are compared: NFKC, lower case, without spaces and punctuation."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).lower())


def stated_points(text: str, points: Points) -> list[bool]:
    """For each point whether every one of its groups has a spelling in `text`."""
    plain = squeezed(text)
    return [all(any(squeezed(s) in plain for s in group) for group in point) for point in points]


def covered(text: str, points: Points) -> float:
    """The share of the points that `text` states, 0 to 1; there must be one."""
    stated = stated_points(text, points)
    return sum(stated) / len(stated)
