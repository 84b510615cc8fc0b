"""Passages: whole sentences with what belongs to them, at most one section each, with offsets into the article.

Every visible character of the article is in exactly one passage, but for the lines that are to be left out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from docs_store.models import Article, Passage
from docs_store.text.section_numbers import FIRST_RANK, SECOND_RANK
from ingest.headings import Block, blocks
from ingest.statements import is_statement

_RUN_IN = re.compile(rf"({SECOND_RANK}|{FIRST_RANK})[^。！？；，]{{2,30}}。$")
_SPEAKS = "说|表示|介绍|认为|指出|建议|强调|坦言|呼吁|透露|称"
_SAYS = re.compile(
    rf"^[^“”。！？]{{0,48}}?(?:{_SPEAKS}|告诉|谈到|补充道|解释|感慨|回忆)"
    r"(?:道|到|，|,|。|：|:|，?“)"
)
_GOES_ON = re.compile(rf"^(?:他|她|其|该负责人|上述负责人)[^。！？]{{0,12}}?(?:{_SPEAKS}|补充|希望)")
_SPEAKER = re.compile(_SPEAKS)
_ENOUGH = 0.6  # of the target length
_FEW_ROWS = 0.3  # of the limit, below which the rest of a table is no passage of its own
_WHOLE = (
    2  # times the limit that a 条, or a quotation with its speaker, may reach before it is cut at sentences
)


@dataclass(frozen=True, slots=True)
class _Unit:
    """Sentences that stay together with the headings right above them, under all headings that they stand under."""

    start: int
    end: int
    path: tuple[str, ...]
    opens: bool = False
    """True when it begins with a heading."""

    def until(self, end: int) -> _Unit:
        """The unit with what follows it up to `end`."""
        return _Unit(self.start, end, self.path, self.opens)


def cut(article: Article, target: int, limit: int) -> list[Passage]:
    """The passages of `article`: about `target` characters, no longer than `limit` unless one unit is.

    A unit is a sentence (with its quotations whole), a quotation with the sentence that names its speaker, a list's
    line, or a 条. A heading line closes the passage before it, is the beginning of the next, and names those after it.
    Lines that say who wrote or checked the article (来源|南通发布) belong to none.
    """
    return cut_and_count(article, target, limit)[0]


def cut_and_count(article: Article, target: int, limit: int) -> tuple[list[Passage], int]:
    """The passages as `cut` makes them, and how many visible characters no rule had claimed: the nearest took them."""
    units = _units(article, limit)
    found: list[_Unit] = []
    for unit in units:
        last = found[-1] if found else None
        joins = last is not None and not unit.opens and last.path == unit.path
        if last and joins and _fits(article.text, last, unit, target, limit):
            found[-1] = last.until(unit.end)
        else:
            found.append(unit)
    found = _without_stubs(article.text, found, target, limit)
    found, unclaimed = _with_the_rest(article.text, found)
    passages = [
        Passage(
            _id(article.id, ordinal, article.text[u.start : u.end]),
            article.id,
            ordinal,
            u.start,
            u.end,
            article.text[u.start : u.end],
            u.path,
        )
        for ordinal, u in enumerate(found)
    ]
    return passages, unclaimed


def _fits(text: str, last: _Unit, unit: _Unit, target: int, limit: int) -> bool:
    """True when `unit` may go on the passage `last`; a paragraph's end is a good place to stop from half-way on."""
    length = last.end - last.start
    if length >= target * _ENOUGH and "\n" in text[last.end : unit.start]:
        return False
    return length < target and unit.end - last.start <= limit


def _without_stubs(text: str, units: list[_Unit], target: int, limit: int) -> list[_Unit]:
    """Joins scraps to a neighbour, for alone they say too little to be found: the last of a section to the passage
    before it, what stands above a section's first part (a number, a salutation) to that part, and the last rows of a
    table (合计), even beyond the limit, to the rows above them."""
    found: list[_Unit] = []
    for unit in units:
        last = found[-1] if found else None
        if last and unit.end - unit.start < limit * _FEW_ROWS and _goes_on(text, last, unit):
            found[-1] = last.until(unit.end)
            continue
        if last and unit.end - last.start <= limit:
            small = unit.end - unit.start < target // 5 and not unit.opens
            if small and last.path == unit.path:
                found[-1] = last.until(unit.end)
                continue
            above = last.end - last.start < target // 5 and len(last.path) < len(unit.path)
            if above and unit.path[: len(last.path)] == last.path:
                found[-1] = _Unit(last.start, unit.end, unit.path, unit.opens)
                continue
        found.append(unit)
    return found


def _goes_on(text: str, last: _Unit, unit: _Unit) -> bool:
    """True for rows of the table that the unit before them is of too."""
    between = text[last.end : unit.start]
    return text[unit.start] == "|" and text[last.end - 1] == "|" and "\n\n" not in between


def _with_the_rest(text: str, units: list[_Unit]) -> tuple[list[_Unit], int]:
    """The units with whatever visible text lies between them taken into the one before it, and how much that was.

    Statements are left out, as they are meant to be. The count is 0 as long as the rules above claim every line.
    """
    if not units:
        return units, 0
    found = list(units)
    unclaimed = 0
    edges = [(-1, 0, found[0].start)]
    edges += [
        (i, unit.end, found[i + 1].start if i + 1 < len(found) else len(text)) for i, unit in enumerate(found)
    ]
    for index, start, end in edges:
        if end - start <= 2 and not text[start:end].strip():
            continue
        left = [(a, b) for a, b in _lines(text, start, end) if not is_statement(text[a:b])]
        if not left:
            continue
        unclaimed += sum(len("".join(text[a:b].split())) for a, b in left)
        if index < 0:
            found[0] = _Unit(left[0][0], found[0].end, found[0].path, found[0].opens)
        else:
            found[index] = found[index].until(left[-1][1])
    return found, unclaimed


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the lines of ``text[start:end]`` that show something, without white space around them."""
    spans = []
    at = start
    for line in text[start:end].split("\n"):
        if bare := line.strip():
            first = at + line.index(bare)
            spans.append((first, first + len(bare)))
        at += len(line) + 1
    return spans


def _units(article: Article, limit: int) -> list[_Unit]:
    """The article's units in order; only statements are left out."""
    text = article.text
    units: list[_Unit] = []
    stack: list[tuple[float, str]] = []
    law: list[Block] = []  # the sentences of the 条 that is open
    waiting: list[Block] = []  # headings whose text has not come yet
    head: str | None = None  # first row of the table that is open

    def path() -> tuple[str, ...]:
        return tuple(name for _, name in stack)

    def add(start: int, end: int) -> None:
        first = waiting[0].start if waiting else start
        units.append(_Unit(first, end, path(), bool(waiting)))
        waiting.clear()

    def close_law() -> None:
        if law and law[-1].end - law[0].start <= limit * _WHOLE:
            add(law[0].start, law[-1].end)
        else:
            for block in law:
                add(block.start, block.end)
        law.clear()

    for block in _whole_rows(text, blocks(article), limit * _WHOLE):
        line = text[block.start : block.end]
        if block.level is not None:
            close_law()
            stack = [*(item for item in stack if item[0] < block.level), (block.level, block.name)]
            waiting.append(block)
        elif block.opens_article_of_law:
            close_law()
            law.append(block)
        elif law:
            law.append(block)
        else:
            if block.begins and not block.alone and (match := _RUN_IN.match(line)):
                level = 6 if match.group(1)[0] in "（(" else 5
                stack = [*(item for item in stack if item[0] < level), (level, line.rstrip("。"))]
            row = text.startswith("|", text.rfind("\n", 0, block.start) + 1)
            table = units[-1] if units and not waiting else None
            if head is not None and row and table and "\n\n" not in text[table.end : block.start]:
                if block.end - table.start <= limit or not line.strip("|- "):
                    units[-1] = table.until(block.end)
                else:  # a table too long for one passage: its pieces say under which head they stand
                    units.append(_Unit(block.start, block.end, (*path(), head)))
                continue
            head = " ".join(line.strip("| ").split(" | ")) if row else None
            unit = _Unit(block.start, block.end, path())
            previous = units[-1] if units and not waiting else None
            if previous and previous.path == unit.path and _belongs(text, previous, unit, limit):
                units[-1] = previous.until(block.end)
            else:
                add(block.start, block.end)
    close_law()
    if waiting:  # an article's last line heads nothing
        _close(units, waiting, limit)
    return units


def _whole_rows(text: str, found: Sequence[Block], most: int) -> Iterator[Block]:
    """The blocks, the sentences in a row of a table put together again unless it is longer than `most`."""
    end = 0
    for block in found:
        if block.start < end:
            continue
        if block.begins and text.startswith("|", block.start):
            stop = text.find("\n", block.start)
            line = text[block.start : stop if stop >= 0 else len(text)].rstrip()
            end = block.start + len(line)
            if block.end < end <= block.start + most:
                block = replace(block, end=end, alone=True)
            else:
                end = 0
        yield block


def _close(units: list[_Unit], waiting: Sequence[Block], limit: int) -> None:
    """Puts headings that no text follows onto the last unit, or makes them one where it is long."""
    last = units[-1] if units else None
    if last and waiting[-1].end - last.start <= limit:
        units[-1] = last.until(waiting[-1].end)
    else:
        units.append(_Unit(waiting[0].start, waiting[-1].end, last.path if last else ()))


def _belongs(text: str, previous: _Unit, unit: _Unit, limit: int) -> bool:
    """True when the sentence is the rest of one, names who spoke before it, goes on with what they said, or is a row
    of the same table."""
    before, line = text[previous.start : previous.end], text[unit.start : unit.end]
    if before[-1] == "|" and line[0] == "|":
        return unit.end - previous.start <= limit
    if unit.end - previous.start > limit * _WHOLE:
        return False
    if before[-1] in ";；" and "\n" not in text[previous.end : unit.start]:
        return unit.end - previous.start <= limit
    if before[-1] in "”’」』" and _SAYS.match(line):
        return True
    return unit.end - previous.start <= limit and bool(_GOES_ON.match(line) and _SPEAKER.search(before))


def _id(article_id: str, ordinal: int, text: str) -> str:
    return hashlib.sha256(f"{article_id}\0{ordinal}\0{text}".encode()).hexdigest()[:24]
