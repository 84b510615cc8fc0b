"""Radicals that stand for characters: PDF programs write ⻓三⻆ and ⼀ for 长三角 and 一, which look the same on paper."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from docs_store.text.normal import listed_variants

_RADICAL = re.compile("[\u2e80-\u2fdf]")


def without_radicals(text: str) -> str:
    """The text with each radical as the character that it stands for; its length stays."""
    return _RADICAL.sub(lambda match: _character(match.group()), text) if _RADICAL.search(text) else text


def _character(radical: str) -> str:
    return _table().get(radical) or unicodedata.normalize("NFKC", radical)


@cache
def _table() -> dict[str, str]:
    """What Unicode gives no compatible form of, from the table that the index folds by."""
    return {
        variant: usual
        for usual, variants in listed_variants()
        for variant in variants
        if _RADICAL.fullmatch(variant)
    }
