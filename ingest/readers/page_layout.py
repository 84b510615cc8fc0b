"""From lines as they stood on pages to paragraphs: running heads, page numbers and line breaks repaired."""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence

from docs_store.text.dates import is_day
from docs_store.text.section_numbers import FIRST_RANK, ORDINAL, SECOND_RANK
from ingest.documents.agencies import is_agencies
from ingest.documents.numbers import is_number_line
from ingest.draft import PAGE_BREAK
from ingest.lines import is_contents_entry
from ingest.statements import is_statement

_PAGE_NUMBER = re.compile(
    r"^\s*(?:[-—–·\s]*(?:第\s*)?\d{1,4}\s*(?:页)?[-—–·\s]*|第?\s*\d{1,4}\s*页?\s*[,，/／]?\s*共?\s*\d{1,4}\s*页?|"
    r"(?:page\s*)?\d{1,4}\s*(?:/|of)\s*\d{1,4})\s*$",
    re.IGNORECASE,
)
_MARKED_NUMBER = re.compile(
    r"^\s*(?:[-—–·]+\s*\d{1,4}\s*[-—–·]+|第\s*\d{1,4}\s*页(?:[,，/／\s]*共\s*\d{1,4}\s*页)?)\s*$"
)
"""A page number that cannot be anything else, wherever the program wrote it."""
_ON_A_SIDE = 0.8  # share of the left (or right) pages that such a head must be on
_EDGE = 2  # lines at the top and at the foot of a page that may be a running head or foot
_STARTS = re.compile(
    rf"^(?:{ORDINAL}[编章节条]|{FIRST_RANK}|{SECOND_RANK}|[（(]\d{{1,3}}[)）]|"
    r"\d{1,2}[.、．]\s?\D|[|#•·●■◆▪○]|附件?\s*[\d一二三四五六七八九十]*[:：])"
)
_ENDS = re.compile(r"[。！？!?；;：:…][”’」』）)】]*$")
_MARGIN = 40  # columns; narrower lines end where they end, at no margin
_PAGE = 50  # columns of a line as wide as a page is
_PROSE = re.compile(r"[，。；]")
_NAMED = re.compile(
    r"(?:公司|集团|中心|大学|学院|学校|医院|银行|研究院|研究所|合作社|协会|委员会|基地|园区|[局厂厅])$"
)
_ODD = 1.15  # times the next line's width, from which on a line is two that were read as one
_FOOTNOTE = re.compile(r"\s*(?:[①-⑳]|\[\d{1,2}\]|〔\d{1,2}〕|注\s*\d{0,2}\s*[:：]|[*＊]\s*\S)")
_FOOTNOTES = 6  # lines at a page's foot among which a footnote may begin
_HEAD = 4  # lines above the columns of a page that may be its title and authors
_AS_WIDE = 1.2  # times the other column's width
_FULL = 0.86  # of the widest line: a line that reaches this far was broken by the margin


class Line(str):
    """A line that stands in a column of its page, which has a margin of its own; '' is what spans the page.

    `top` and `bottom` are shares of the page's height from above, `size` is its characters' height in points, 0 where that
    is not known.
    """

    __slots__ = ("bottom", "column", "size", "top")
    column: str
    top: float
    bottom: float
    size: float

    def __new__(
        cls, text: str, column: str = "", top: float = 0.0, bottom: float = 0.0, size: float = 0.0
    ) -> Line:
        """The text, the column's name, and where it stands."""
        line = super().__new__(cls, text)
        line.column, line.top, line.bottom, line.size = column, top, bottom, size
        return line


def without_running_lines(
    pages: Sequence[Sequence[str]], known: Collection[tuple[int, int]] = ()
) -> tuple[list[list[str]], list[str]]:
    """The pages without page numbers and without lines that repeat at the same edge of most pages.

    Args:
        pages: their lines.
        known: (page, line) of heads and feet that are known by their places.

    Returns:
        The remaining lines a page, and those removed. Digits are ignored in comparing, so that a head with a page
        number is found, wherever in the file the program wrote it. Fewer than three pages have no running lines,
        only page numbers.
    """
    seen: Counter[str] = Counter()
    sides: tuple[Counter[str], Counter[str]] = (Counter(), Counter())  # of left and of right pages
    for number, page in enumerate(pages):
        widest = _widest(page)
        edge = {shape(page[i]) for i in _edges(page) if _may_run(page[i], widest)}
        seen.update(edge)
        sides[number % 2].update(edge)
    often = max(3, (len(pages) + 1) // 2)
    runs = {shape for shape, count in seen.items() if count >= often}
    for side, count in enumerate(((len(pages) + 1) // 2, len(pages) // 2)):
        runs |= {shape for shape, times in sides[side].items() if times >= max(2, count * _ON_A_SIDE)}
    kept: list[list[str]] = []
    removed: list[str] = []
    for number, page in enumerate(pages):
        widest, edges = _widest(page), _edges(page)
        gone = {
            i
            for i, line in enumerate(page)
            if (number, i) in known
            or (_may_run(line, widest) and shape(line) in runs)
            or (len(pages) > 1 and (_MARKED_NUMBER.match(line) or (i in edges and _PAGE_NUMBER.match(line))))
        }
        kept.append([line for i, line in enumerate(page) if i not in gone])
        removed += [page[i] for i in sorted(gone)]
    return kept, removed


def _may_run(line: str, widest: int) -> bool:
    """A running head neither ends a sentence nor fills the line, as a line of the body does."""
    return not _ENDS.search(line) and width(line) < widest * _FULL and not line.startswith("|")


def _widest(page: Sequence[str]) -> int:
    """Columns to the right margin; one line that a scan's reading made of two does not count."""
    widths = sorted((width(line) for line in page if not line.startswith("|")), reverse=True)
    if len(widths) > 3 and widths[0] > _ODD * widths[1] and widths[2] > _FULL * widths[1] > _MARGIN:
        return widths[1]
    return widths[0] if widths else 1


def _margin(page: Sequence[str]) -> float:
    """Columns to the margin at which the page's lines break; infinite where no line shows that there is one.

    Two lines of prose show it where they reach about as far, one where it is as wide as a page: names in a list do not.
    """
    widest = _widest(page)
    reaching = [line for line in page if not line.startswith("|") and width(line) >= widest * _FULL]
    prose = sum(_PROSE.search(line) is not None for line in reaching)
    return (
        widest
        if widest > _PAGE or (widest > _MARGIN and prose) or (len(reaching) > 1 and prose > 1)
        else math.inf
    )


def _margins(page: Sequence[str]) -> dict[str, float]:
    """The margin of each column of a page."""
    columns: dict[str, list[str]] = {}
    for line in page:
        columns.setdefault(_column(line), []).append(line)
    if len(columns) < 2:
        return {name: _margin(lines) for name, lines in columns.items()}
    return {
        name: _margin(lines) if len(lines) > _HEAD or any(map(_PROSE.search, lines)) else math.inf
        for name, lines in columns.items()
    }


def _flows(before: str, column: str, margins: dict[str, float]) -> bool:
    """True where text may go on from one column of a page to the other: into one as wide, and not into what both are
    parts of."""
    if before == column:
        return True
    narrow, wide = sorted((margins[before], margins[column]))
    return (
        not (before.startswith(column) or column.startswith(before)) and wide <= _AS_WIDE * narrow < math.inf
    )


def _column(line: str) -> str:
    return line.column if isinstance(line, Line) else ""


def _edges(page: Sequence[str]) -> set[int]:
    filled = [i for i, line in enumerate(page) if line.strip()]
    return {*filled[:_EDGE], *filled[-_EDGE:]}


def is_narrow(line: str, page: Sequence[str]) -> bool:
    """True for a line that may be a head or foot of its page by how it ends and how wide it is."""
    return _may_run(line, _widest(page))


def shape(line: str) -> str:
    """A line without its spaces, its numbers alike."""
    return re.sub(r"\d+", "0", "".join(line.split()))


def tables_joined(pages: Sequence[Sequence[str]]) -> tuple[list[list[str]], list[str]]:
    """The pages with tables that go on over a page break made one again.

    Returns:
        The lines a page without the rule that a continued table got under its first row, and the heads that were
        repeated, which are gone.
    """
    kept: list[list[str]] = []
    repeated: list[str] = []
    head: str | None = None  # of the table that the last page ended in
    for page in pages:
        lines = list(page)
        goes_on = (
            head is not None
            and len(lines) > 1
            and lines[0].startswith("|")
            and _is_rule(lines[1])
            and lines[0].count("|") == head.count("|")
        )
        if goes_on:
            del lines[1]
            if lines[0] == head:
                repeated.append(lines.pop(0))
        if lines:
            last = len(lines) - 1
            while last >= 0 and lines[last].startswith("|"):
                last -= 1
            if not lines[-1].startswith("|"):
                head = None
            elif not (goes_on and last < 0):
                head = lines[last + 1]
        kept.append(lines)
    return kept, repeated


def _begins_table(lines: Sequence[str]) -> bool:
    return len(lines) > 1 and _is_rule(lines[1]) and not _is_rule(lines[0])


def _is_rule(line: str) -> bool:
    return not line.strip("|- ")


def _footnotes_last(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """The pages with footnotes that stand in the middle of a sentence, which goes on overleaf, put behind it."""
    kept = [list(page) for page in pages]
    for here, after in itertools.pairwise(kept):
        at = len(here)
        while at > 1 and len(here) - at < _FOOTNOTES and not _FOOTNOTE.match(here[at - 1]):
            at -= 1
        while at > 1 and _FOOTNOTE.match(here[at - 1]):
            at -= 1
        notes = here[at:]
        if not notes or not _FOOTNOTE.match(notes[0]) or at == 0 or not after:
            continue
        if ends_sentence(here[at - 1]) or begins_item(after[0].strip()):
            continue
        del here[at:]
        rest = next((i for i, line in enumerate(after) if ends_sentence(line)), 0)
        after[rest + 1 : rest + 1] = notes
    return kept


def paragraphs(pages: Sequence[Sequence[str]]) -> str:
    """The text of the pages with lines joined into paragraphs and `PAGE_BREAK` where a page begins.

    A line is joined to the next when it ran to the margin, or when it stops inside a sentence on a page's last line;
    never to a line that begins an item or a table. A blank line stands between two tables.
    """
    out = ""
    last, wide, before = "", 1.0, ""
    for number, page in enumerate(_footnotes_last(pages)):
        mark = PAGE_BREAK if number else ""
        margins = _margins(page)
        for index, line in enumerate(page):
            column = _column(line)
            widest = margins[column]
            line = line.strip()
            if not line:
                continue
            if not out:
                out = mark + line
            elif last.startswith("|") and line.startswith("|") and _begins_table(page[index : index + 2]):
                out += "\n\n" + mark + line
            elif (mark or _flows(before, column, margins)) and _continues(
                last, line, wide, new_page=bool(mark)
            ):
                out = join(out, line, mark)
            else:
                out += "\n" + mark + line
            mark = ""
            last, wide, before = line, widest, column
        out += mark  # an empty page still counts
    return out


def begins_item(line: str) -> bool:
    """True for a line that begins a section, a list's item or a table's row."""
    return _STARTS.match(line) is not None


def ends_sentence(line: str) -> bool:
    """True for a line that ends as a sentence does."""
    return _ENDS.search(line.rstrip()) is not None


def _continues(last: str, line: str, widest: float, *, new_page: bool) -> bool:
    if _STARTS.match(line) or last.startswith("|") or _FOOTNOTE.match(line) or last.endswith(("：", ":")):
        return False
    if is_contents_entry(last) or is_statement(line) or is_number_line(line) or is_number_line(last):
        return False
    if _NAMED.search(last) and _NAMED.search(line) and not (_PROSE.search(last) or _PROSE.search(line)):
        return False  # names one below the other
    if ends_sentence(last) and (is_agencies(line) or is_day(line)):
        return False  # a signature below a last line that happens to be full
    if new_page:
        return not _ENDS.search(last) and width(last) >= widest * _FULL
    return width(last) >= widest * _FULL and width(last) > 16


def join(out: str, line: str, mark: str = "") -> str:
    """A line put onto the text before it, with a space between words and a broken word mended."""
    before, after = out[-1], line[0]
    if before == "-" and len(out) > 1 and out[-2].isascii() and out[-2].isalpha() and after.islower():
        return out[:-1] + mark + line
    space = " " if before.isascii() and before.isalnum() and after.isascii() and after.isalnum() else ""
    return out + space + mark + line


def width(line: str) -> int:
    """Columns that the line takes: 2 a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line.rstrip())
