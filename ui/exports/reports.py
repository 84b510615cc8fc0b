"""Every written deliverable as a `Report`: what stands in which chapter, in the words of the page's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import count

from docs_store.text.dates import Period, spelled
from rag.evidence.statements import Statement
from rag.generation.deliverables.brief import Brief, QuotedStatement
from rag.generation.deliverables.brief_layout import EVENT_WIDTHS, FIGURE_WIDTHS, PLACE_WIDTHS
from rag.generation.deliverables.compare import Comparison
from rag.generation.deliverables.digest import Digest
from rag.generation.deliverables.facts import Fact
from rag.generation.deliverables.points import Points
from rag.generation.deliverables.revision import Difference, Revision
from rag.generation.deliverables.timeline import Event, Timeline
from rag.models import Citation
from ui import strings
from ui.exports.report import Grid, Line, Origin, Report, as_read

_NUMERALS = "一二三四五六七八九十"


class _Book:
    """Sources numbered as they are first quoted."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, int], Origin] = {}

    def mark(self, statement: Statement) -> str:
        """The marker of a statement: [1]."""
        key = statement.article.id, statement.start, statement.end
        if key not in self._found:
            self._found[key] = origin(len(self._found) + 1, statement)
        return f"[{self._found[key].marker}]"

    def cite(self, citation: Citation) -> str:
        """The marker of a citation of an answer."""
        key = citation.article_id, citation.start, citation.end
        if key not in self._found:
            day = citation.cited_on.isoformat() if citation.cited_on else strings.NO_DATE
            self._found[key] = Origin(
                len(self._found) + 1,
                citation.title,
                citation.issuer or strings.NO_ISSUER,
                day,
                citation.quote,
                citation.url or "",
                citation.article_id,
                citation.start,
                citation.end,
            )
        return f"[{self._found[key].marker}]"

    def origins(self) -> list[Origin]:
        return list(self._found.values())


def origin(marker: int, statement: Statement) -> Origin:
    """A statement as a source."""
    article = statement.article
    return Origin(
        marker,
        article.title,
        article.issuer or strings.NO_ISSUER,
        article.cited_on.isoformat() if article.cited_on else strings.NO_DATE,
        as_read(statement.text),
        article.url or "",
        article.id,
        statement.start,
        statement.end,
    )


def _chapter(number: int, name: str) -> Line:
    return Line(f"{_NUMERALS[number - 1]}、{name}", "chapter")


def _section(number: int, name: str) -> Line:
    return Line(f"（{_NUMERALS[number - 1]}）{name}", "section")


def sentence(text: str, marker: str) -> str:
    """A quoted sentence with its marker before its full stop; what ends in a comma ends in a full stop."""
    body = as_read(text).rstrip("，；、,;：:")
    if body.endswith(("。", "！", "？")):
        return f"{body[:-1]}{marker}{body[-1]}"
    return f"{body}{marker}。"


# --- 主题简报 -----------------------------------------------------------------------------------------------------------


def brief(given: Brief, today: date) -> Report:
    """概况, 要点, 数据一览, 进展时间线, 各地做法, 尚未提及; the sources come of themselves."""
    blocks: list[Line | Grid] = []
    numbers = count(1)
    if given.overview:
        blocks.append(_chapter(next(numbers), strings.BRIEF_OVERVIEW))
        blocks.append(Line(given.written or "".join(_with_marker(point) for point in given.overview)))
    if given.themes:
        blocks.append(_chapter(next(numbers), strings.BRIEF_POINTS))
        for position, theme in enumerate(given.themes, start=1):
            several = len(given.themes) > 1
            head = f"{_section(position, theme.heading or strings.BRIEF_OTHER).text}。" if several else ""
            blocks.append(Line("".join(_with_marker(point) for point in theme.points), head=head))
    if given.figures:
        blocks.append(_chapter(next(numbers), strings.BRIEF_FIGURES))
        rows = [
            (
                fact.noun.text if fact.noun else "",
                fact.number.text if fact.number else "",
                f"{fact.matter.text}[{m}]",
            )
            for fact, m in given.figures
        ]
        blocks.append(Grid(strings.BRIEF_FIGURE_COLUMNS, rows, FIGURE_WIDTHS))
    if given.timeline:
        blocks.append(_chapter(next(numbers), strings.BRIEF_TIMELINE))
        blocks.append(
            Grid(
                strings.TIMELINE_COLUMNS,
                [(when(e), f"{e.matter.text}[{m}]", _standing(e)) for e, m in given.timeline],
                EVENT_WIDTHS,
            )
        )
    if given.places:
        blocks.append(_chapter(next(numbers), strings.BRIEF_PLACES))
        doings = [(name, "".join(_with_marker(point) for point in own)) for name, own in given.places]
        blocks.append(Grid(strings.BRIEF_PLACE_COLUMNS, doings, PLACE_WIDTHS))
    if given.unmentioned:
        blocks.append(_chapter(next(numbers), strings.BRIEF_UNMENTIONED))
        blocks.append(Line(strings.BRIEF_UNMENTIONED_TEXT.format(what="、".join(given.unmentioned))))
    sources = [origin(number, statement) for number, statement in enumerate(given.sources, start=1)]
    subtitle = strings.BRIEF_SUBTITLE.format(articles=given.articles, day=today)
    return Report(strings.BRIEF_TITLE.format(topic=given.topic), blocks, sources, today, subtitle)


def _with_marker(point: QuotedStatement) -> str:
    return sentence(point.text, f"[{point.marker}]")


# --- 时间线 -------------------------------------------------------------------------------------------------------------


def timeline(given: Timeline, today: date) -> Report:
    """A table of the events."""
    book = _Book()
    rows = [
        (
            when(event),
            f"{event.matter.text}{''.join(book.mark(s) for s in (event.statement, *event.also[:2]))}",
            _standing(event),
        )
        for event in given.events
    ]
    blocks = [Grid(strings.TIMELINE_COLUMNS, rows, (34, 100, 22))]
    subtitle = strings.BRIEF_SUBTITLE.format(articles=given.articles, day=today)
    return Report(strings.TIMELINE_TITLE.format(topic=given.topic), blocks, book.origins(), today, subtitle)


def when(event: Event) -> str:
    """The day as it is meant: yesterday as its date, a month or a quarter as it is written."""
    if event.period.since == event.period.until:
        return spelled(event.period.since)
    return _spelled_period(event.period, event.day.text)


def _spelled_period(period: Period, written: str) -> str:
    year = str(period.since.year)
    return written if year in written else f"{year}年（{written}）"


def _standing(event: Event) -> str:
    return strings.TABLE_STATUS[event.standing] if event.standing else ""


# --- 对比 ---------------------------------------------------------------------------------------------------------------


def comparison(given: Comparison, today: date) -> Report:
    """A table: a column a side, a row an aspect; ≠ where the sides do not say the same."""
    book = _Book()
    rows = []
    for row in given.rows:
        cells = [
            "；".join(as_read(s.text).rstrip("。；，") + book.mark(s) for s in cell)
            if cell
            else strings.COMPARE_NOTHING
            for cell in row.cells
        ]
        rows.append((f"{row.aspect}{' ≠' if row.differs else ''}", *cells))
    heads = (strings.COMPARE_ASPECT, *(side.name for side in given.sides))
    widths = (22, *([134 / len(given.sides)] * len(given.sides)))
    blocks: list[Line | Grid] = [Grid(heads, rows, widths), Line(strings.COMPARE_NOTE, "note")]
    names = "、".join(side.name for side in given.sides)
    topic = f"{given.topic}：{names}" if given.topic else names
    return Report(strings.COMPARE_TITLE.format(topic=topic), blocks, book.origins(), today)


def revision(given: Revision, today: date) -> Report:
    """A table of the parts: old, new, and what changed."""
    counts = {kind: sum(d.change == kind for d in given.differences) for kind in strings.CHANGES}
    rows = [
        (_shown(d, old=True), _shown(d, old=False), strings.CHANGES[d.change])
        for d in given.differences
        if d.change != "same"
    ]
    said = strings.REVISION_SUMMARY.format(**counts)
    blocks: list[Line | Grid] = [Line(said), Grid(strings.REVISION_COLUMNS, rows, (69, 69, 18))]
    blocks.append(Line(strings.REVISION_NOTE, "note"))
    return Report(strings.REVISION_TITLE.format(old=given.old.title, new=given.new.title), blocks, (), today)


def _shown(difference: Difference, *, old: bool) -> str:
    """One version of a part, with what the other has not in 【】."""
    part = difference.old if old else difference.new
    if part is None:
        return "——"
    if difference.change != "changed":
        return part.text
    pieces = [(kind, before if old else after) for kind, before, after in difference.edits]
    return "".join(f"【{text}】" if kind == "changed" and text else text for kind, text in pieces)


# --- 单篇要点 -----------------------------------------------------------------------------------------------------------


def points(given: Points, today: date) -> Report:
    """One article: a sentence, five points, figures, days, who does what, terms."""
    book = _Book()
    article = given.article
    head = "，".join(
        filter(
            None,
            (
                article.issuer,
                article.document_number,
                article.cited_on.isoformat() if article.cited_on else None,
            ),
        )
    )
    return Report(
        strings.POINTS_TITLE.format(title=article.title), _blocks_of(given, book), book.origins(), today, head
    )


def _blocks_of(given: Points, book: _Book) -> list[Line | Grid]:
    blocks: list[Line | Grid] = []
    numbers = count(1)
    if given.summary:
        blocks.append(_chapter(next(numbers), strings.POINTS_SUMMARY))
        blocks.append(Line(sentence(given.summary.text, book.mark(given.summary))))
    if given.points:
        blocks.append(_chapter(next(numbers), strings.BRIEF_POINTS))
        blocks += [Line(sentence(s.text, book.mark(s)), "bullet") for s in given.points]
    if given.figures:
        blocks.append(_chapter(next(numbers), strings.POINTS_FIGURES))
        rows = [
            (f.noun.text if f.noun else "", f.number.text if f.number else "", f.matter.text)
            for f in given.figures
        ]
        blocks.append(Grid(strings.BRIEF_FIGURE_COLUMNS, rows, (34, 26, 96)))
    if given.days:
        blocks.append(_chapter(next(numbers), strings.POINTS_DAYS))
        rows = [(when(event), event.matter.text, _standing(event)) for event in given.days]
        blocks.append(Grid(strings.TIMELINE_COLUMNS, rows, (34, 100, 22)))
    if given.bodies:
        blocks.append(_chapter(next(numbers), strings.POINTS_BODIES))
        blocks.append(Grid(strings.POINTS_BODY_COLUMNS, [_body(f) for f in given.bodies], (46, 110)))
    named = [*(cell.text for cell in given.documents), *(f"“{cell.text}”" for cell in given.terms)]
    if named:
        blocks.append(_chapter(next(numbers), strings.POINTS_TERMS))
        blocks.append(Line("、".join(named) + "。"))
    return blocks


def _body(fact: Fact) -> tuple[str, str]:
    return (fact.body.text if fact.body else "", fact.matter.text)


# --- 新收录 -------------------------------------------------------------------------------------------------------------


def digest(given: Digest, today: date) -> Report:
    """By collection: each article with its sentence and its points; then the saved questions."""
    book = _Book()
    blocks: list[Line | Grid] = []
    numbers = count(1)
    for collected in given.collections:
        if (number := next(numbers)) > len(_NUMERALS) - 1:
            break
        name = strings.DIGEST_COLLECTION.format(name=collected.name, count=len(collected.articles))
        blocks.append(_chapter(number, name))
        for one in collected.articles:
            day = one.article.cited_on.isoformat() if one.article.cited_on else strings.NO_DATE
            blocks.append(
                Line(
                    f"《{one.article.title}》（{one.article.issuer or strings.NO_ISSUER}，{day}）", "section"
                )
            )
            if one.summary:
                blocks.append(Line(sentence(one.summary.text, book.mark(one.summary))))
    if given.answers:
        blocks.append(_chapter(min(next(numbers), len(_NUMERALS)), strings.DIGEST_QUESTIONS))
        for answer in given.answers:
            blocks.append(Line(answer.question, "section"))
            if answer.refused:
                blocks.append(Line(strings.DIGEST_NO_ANSWER))
                continue
            blocks += _answered(answer.text, answer.citations, book)
    if given.undated:
        blocks.append(Line(strings.DIGEST_UNDATED.format(count=len(given.undated)), "note"))
    total = len(given.ids())
    subtitle = strings.DIGEST_SUBTITLE[given.by].format(since=given.since, count=total)
    return Report(strings.DIGEST_TITLE, blocks, book.origins(), today, subtitle)


def _answered(text: str, citations: Sequence[Citation], book: _Book) -> list[Line]:
    """An answer's lines with its markers as numbers of the report."""
    marks = {f"[{citation.marker}]": book.cite(citation) for citation in citations}
    lines = []
    for line in text.splitlines():
        plain = line.removeprefix("- ").strip()
        if plain:
            for old, new in marks.items():
                plain = plain.replace(old, f"\x00{new[1:-1]}\x01")
            lines.append(
                Line(
                    plain.replace("\x00", "[").replace("\x01", "]"),
                    "bullet" if line.startswith("- ") else "text",
                )
            )
    return lines
