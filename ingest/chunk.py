"""Passages: whole sentences with what belongs to them, at most one section each, with offsets into the article."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from docs_store.models import Article, Passage
from docs_store.text.sentences import sentence_spans
from ingest.clean import is_statement

_NUMERAL = "[一二三四五六七八九十百零〇\\d]{1,6}"
_LEVELS: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(rf"第{_NUMERAL}编[\s\S]{{0,30}}$"), 1),
    (re.compile(rf"第{_NUMERAL}章[\s\S]{{0,30}}$"), 2),
    (re.compile(rf"第{_NUMERAL}节[\s\S]{{0,30}}$"), 3),
    (re.compile(r"[一二三四五六七八九十]{1,3}、[^。！？；]{1,40}$"), 5),
    (re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）][^。！？；]{1,40}$"), 6),
)
_MARKDOWN = re.compile(r"(#{1,6})\s+(\S.*)$")
_PLAIN_LEVEL = 4  # a short line of its own, without a number
_MARKDOWN_LEVEL = 1.5  # `#` of an article stands over all but 编; each further # goes deeper
_MARK = re.compile(r"[。！？；，,:：.!?|…]")
_ARTICLE_OF_LAW = re.compile(rf"第{_NUMERAL}条(?:\s|$|[^的规款项和及至、])")
_RUN_IN = re.compile(
    r"([（(][一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}、)[^。！？；，]{2,30}。$"
)
_SAYS = re.compile(
    r"^[^“”。！？]{0,48}?(?:说道|说|表示|介绍|认为|指出|建议|强调|坦言|告诉|呼吁|透露|称|谈到|补充道|解释|感慨|回忆)"
    r"(?:道|到|，|,|。|：|:|，?“)"
)
_GOES_ON = re.compile(
    r"^(?:他|她|其|该负责人|上述负责人)[^。！？]{0,12}?(?:说|表示|介绍|认为|指出|建议|强调|呼吁|称|补充|透露|希望)"
)
_ENOUGH = 0.6  # of the target length
_WHOLE = (
    2  # times the limit that a 条, or a quotation with its speaker, may reach before it is cut at sentences
)

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Unit:
    """Sentences that stay together, under the headings that they stand under."""

    start: int
    end: int
    path: tuple[str, ...]


def cut(article: Article, target: int, limit: int) -> list[Passage]:
    """The passages of `article`: about `target` characters, no longer than `limit` unless one unit is.

    A unit is a sentence (with its quotations whole), a quotation with the sentence that names its speaker, or a 条. A
    heading line closes the passage before it and names those after it. Metadata lines belong to none.
    """
    units = _units(article.text, limit)
    found: list[_Unit] = []
    for unit in units:
        last = found[-1] if found else None
        if last and last.path == unit.path and _fits(article.text, last, unit, target, limit):
            found[-1] = _Unit(last.start, unit.end, last.path)
        else:
            found.append(unit)
    found = _without_stubs(found, target, limit)
    return [
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


def _fits(text: str, last: _Unit, unit: _Unit, target: int, limit: int) -> bool:
    """True when `unit` may go on the passage `last`; a paragraph's end is a good place to stop from half-way on."""
    length = last.end - last.start
    if length >= target * _ENOUGH and "\n" in text[last.end : unit.start]:
        return False
    return length < target and unit.end - last.start <= limit


def _without_stubs(units: list[_Unit], target: int, limit: int) -> list[_Unit]:
    """Joins a last scrap of a section to the passage before it: alone it says too little to be found."""
    found: list[_Unit] = []
    for unit in units:
        last = found[-1] if found else None
        small = unit.end - unit.start < target // 5
        if last and small and last.path == unit.path and unit.end - last.start <= limit:
            found[-1] = _Unit(last.start, unit.end, last.path)
        else:
            found.append(unit)
    return found


def _units(text: str, limit: int) -> list[_Unit]:
    """The article's units in order, heading and metadata lines left out."""
    units: list[_Unit] = []
    stack: list[tuple[float, str]] = []
    law: list[Span] = []  # the sentences of the 条 that is open
    spans = sentence_spans(text)

    def path() -> tuple[str, ...]:
        return tuple(name for _, name in stack)

    def close_law() -> None:
        if law and law[-1][1] - law[0][0] <= limit * _WHOLE:
            units.append(_Unit(law[0][0], law[-1][1], path()))
        else:
            units.extend(_Unit(start, end, path()) for start, end in law)
        law.clear()

    for index, (start, end) in enumerate(spans):
        line = text[start:end]
        begins = (
            start == 0 or text[start - 1] == "\n" or not text[text.rfind("\n", 0, start) + 1 : start].strip()
        )
        alone = begins and text[end : end + 1] in ("\n", "")
        if alone and is_statement(line):
            close_law()
            continue
        if alone and (heading := _heading(line, last=index + 1 == len(spans))):
            close_law()
            level, name = heading
            stack = [*(item for item in stack if item[0] < level), (level, name)]
            continue
        if begins and _ARTICLE_OF_LAW.match(line):
            close_law()
            law.append((start, end))
        elif law:
            law.append((start, end))
        else:
            if begins and not alone and (match := _RUN_IN.match(line)):
                level = 6 if match.group(1)[0] in "（(" else 5
                stack = [*(item for item in stack if item[0] < level), (level, line.rstrip("。"))]
            unit = _Unit(start, end, path())
            previous = units[-1] if units else None
            if previous and previous.path == unit.path and _belongs(text, previous, unit, limit):
                units[-1] = _Unit(previous.start, end, unit.path)
            else:
                units.append(unit)
    close_law()
    return units


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
    return unit.end - previous.start <= limit and bool(_GOES_ON.match(line) and _names_speaker(before))


def _names_speaker(sentence: str) -> bool:
    return re.search(r"说|表示|介绍|认为|指出|建议|强调|坦言|呼吁|透露|称", sentence) is not None


def _heading(line: str, *, last: bool) -> tuple[float, str] | None:
    """(level, name) of a heading line; None when the line is text. The last line of an article heads nothing."""
    if last:
        return None
    if match := _MARKDOWN.match(line):
        return _MARKDOWN_LEVEL + len(match.group(1)) / 4, match.group(2).strip()
    for pattern, level in _LEVELS:
        if pattern.match(line):
            return level, line.strip()
    if len(line) <= 20 and not _MARK.search(line) and not _ARTICLE_OF_LAW.match(line):
        return _PLAIN_LEVEL, line.strip()
    return None


def _id(article_id: str, ordinal: int, text: str) -> str:
    return hashlib.sha256(f"{article_id}\0{ordinal}\0{text}".encode()).hexdigest()[:24]
