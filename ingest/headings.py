"""Which lines of an article are headings, and how deep; a list of short lines is no run of headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from docs_store.models import Article
from docs_store.text.dates import DAY, is_day
from docs_store.text.section_numbers import FIRST_RANK, ORDINAL, SECOND_RANK
from docs_store.text.sentences import sentence_spans
from ingest.documents.numbers import is_number_line
from ingest.statements import is_statement

_LEVELS: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(rf"{ORDINAL}编[\s\S]{{0,30}}$"), 1),
    (re.compile(rf"{ORDINAL}章[\s\S]{{0,30}}$"), 2),
    (re.compile(rf"{ORDINAL}节[\s\S]{{0,30}}$"), 3),
    (re.compile(rf"{FIRST_RANK}[^。！？；]{{1,40}}$"), 5),
    (re.compile(rf"{SECOND_RANK}[^。！？；]{{1,40}}$"), 6),
)
_SECTION = 3  # levels up to this are 编, 章 and 节: they are headings whatever follows
_MARKED_LEVEL = (
    1.5  # a heading that the source marks as one stands over all but 编; each level below it goes deeper
)
_PLAIN_LEVEL = 4  # a short line of its own, without a number
_PLAIN_CHARS = 20
_MARK = re.compile(r"[。！？；，,:：.!?|…]")
_VALUE = re.compile(r"[:：].*\S")  # 三、补助标准：每亩10万元 states something and heads nothing
_ITEM = re.compile(rf"{DAY}|[-*+•·●■◆▪○–—]\s*\S|\d{{1,3}}[.、．）)]|[①-⑳]|附件?\s*\d|[（(].*[)）]$")
_SALUTATION = re.compile(
    r"(?:各|尊敬的|同志们|[\u4e00-\u9fff、，（）]*(?:政府|委|局|厅|办|部|院|司|单位|机构|企业|代表|同志们))[^。；]{0,60}[:：]$"
)
_ARTICLE_OF_LAW = re.compile(rf"{ORDINAL}条(?:\s|$|[^的规款项和及至、])")


@dataclass(frozen=True, slots=True)
class Block:
    """A sentence, or a line of its own, of an article's text; `level` and `name` where it is a heading."""

    start: int
    end: int
    begins: bool
    """It is the first on its line."""
    alone: bool
    """It has its line for itself."""
    opens_article_of_law: bool = False
    level: float | None = None
    name: str = ""
    marked: bool = False
    """The source itself marks it as a heading."""


def blocks(article: Article) -> list[Block]:
    """The sentences of an article in order, headings set apart, statements left out.

    Short lines that follow each other at one level are a list and no headings: of headings only one that is deeper
    follows at once. 编, 章, 节 and what the source marks are headings always.
    """
    text = article.text
    marks = dict(article.outline)
    found: list[Block] = []
    spans = sentence_spans(text)
    for index, (start, end) in enumerate(spans):
        line_start = text.rfind("\n", 0, start) + 1
        begins = line_start == start or not text[line_start:start].strip()
        alone = begins and text[end : end + 1] in ("\n", "")
        if not begins:
            found.append(Block(start, end, False, False))
            continue
        line = text[start:end]
        if alone and is_statement(line):
            continue
        if (mark := marks.get(start)) is not None:
            stop = text.find("\n", start)
            whole = text[start : stop if stop >= 0 else len(text)].strip()
            name = line if len(whole) <= len(line) else whole
            found.append(Block(start, end, True, alone, False, _MARKED_LEVEL + mark / 4, name, True))
            continue
        law = _ARTICLE_OF_LAW.match(line) is not None
        block = Block(start, end, True, alone, law)
        if alone and not law and index + 1 < len(spans):
            level = _level(line)
            if level is not None:
                block = replace(block, level=level, name=line.strip())
        found.append(block)
    return _without_lists(text, found)


def _level(line: str) -> float | None:
    for pattern, level in _LEVELS:
        if pattern.match(line):
            return None if level > _SECTION and _VALUE.search(line) else level
    if len(line) > _PLAIN_CHARS or _MARK.search(line) or _ITEM.match(line):
        return None
    return None if is_day(line) or is_number_line(line) else _PLAIN_LEVEL


def _without_lists(text: str, found: Sequence[Block]) -> list[Block]:
    """The blocks, those of a list made text again."""
    kept = list(found)
    index = 0
    while index < len(kept):
        if kept[index].level is None:
            index += 1
            continue
        stop = index
        while stop < len(kept) and kept[stop].level is not None:
            stop += 1
        for i in range(index, stop):
            if _is_item(text, found, i, index, stop):
                kept[i] = replace(kept[i], level=None, name="")
        index = stop
    return kept


def _is_item(text: str, found: Sequence[Block], i: int, first: int, stop: int) -> bool:
    """True for a heading by looks, in the run ``found[first:stop]``, that belongs to a list or signs the text."""
    here = found[i]
    if here.marked or (here.level or 0) <= _SECTION:
        return False
    before = found[i - 1] if i > first else None
    after = found[i + 1] if i + 1 < stop else None
    if after is None and (stop == len(found) or _ends_head(text[found[stop].start : found[stop].end])):
        return True
    if after is not None and not after.marked and (after.level or 0) <= (here.level or 0):
        return here.level == _PLAIN_LEVEL or after.level != _PLAIN_LEVEL
    if before is None or before.marked or (before.level or 0) <= _SECTION:
        return False
    if here.level == _PLAIN_LEVEL:
        return True
    return before.level == here.level and not _restarts(text, before, here)


def _ends_head(line: str) -> bool:
    """True for the date of a signature and for a salutation: a short line above them is no heading."""
    return is_day(line) or is_salutation(line)


def is_salutation(line: str) -> bool:
    """True for a line that says to whom the text goes: 各市、县人民政府："""
    return _SALUTATION.match(line) is not None


_FIRST = re.compile(r"[（(]?一[、)）]")


def _restarts(text: str, before: Block, here: Block) -> bool:
    """True when numbering begins anew: what came before was a list of contents, and this is its first section."""
    return bool(_FIRST.match(text[here.start : here.end])) and not _FIRST.match(
        text[before.start : before.end]
    )
