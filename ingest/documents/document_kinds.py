"""What official documents are called by the last word of their titles (`document_kinds.tsv`)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from docs_store.text.data_files import data_lines

Group = Literal["official", "other", "law"]


def document_kinds(*groups: Group) -> str:
    """A regular expression, without groups of its own, for the kinds of these groups."""
    kinds = {kind for group in groups for kind in _kinds()[group]}
    return "|".join(sorted(kinds, key=lambda kind: (-len(kind), kind)))


def ends_as(*groups: Group) -> str:
    """A regular expression for the end of a title of such a kind, with what stands in brackets behind it: …办法（试行）."""
    return rf"(?:{document_kinds(*groups)})(?:[（(].{{1,20}}[)）])?$"


@cache
def _kinds() -> Mapping[str, tuple[str, ...]]:
    rows = (line.split("\t") for line in data_lines(files("ingest.documents") / "document_kinds.tsv"))
    return {group: tuple(kinds) for group, *kinds in rows}
