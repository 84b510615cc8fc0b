"""From lines as they stood on pages to paragraphs: running heads, page numbers and line breaks repaired."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from ingest.draft import PAGE_BREAK

_PAGE_NUMBER = re.compile(
    r"^\s*(?:[-—–·\s]*(?:第\s*)?\d{1,4}\s*(?:页)?[-—–·\s]*|第?\s*\d{1,4}\s*页?\s*[,，/／]?\s*共?\s*\d{1,4}\s*页?|"
    r"(?:page\s*)?\d{1,4}\s*(?:/|of)\s*\d{1,4})\s*$",
    re.IGNORECASE,
)
_MARKED_NUMBER = re.compile(
    r"^\s*(?:[-—–·]+\s*\d{1,4}\s*[-—–·]+|第\s*\d{1,4}\s*页(?:[,，/／\s]*共\s*\d{1,4}\s*页)?)\s*$"
)
"""A page number that cannot be anything else, wherever the program wrote it."""
_EDGE = 2  # lines at the top and at the foot of a page that may be a running head or foot
_STARTS = re.compile(
    r"^(?:第[一二三四五六七八九十百零〇\d]{1,6}[编章节条]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[)）]|"
    r"\d{1,2}[.、．]\s?\D|[|#•·●■◆▪○]|附件?\s*[\d一二三四五六七八九十]*[:：])"
)
_ENDS = re.compile(r"[。！？!?；;：:…][”’」』）)】]*$")
_FULL = 0.86  # of the widest line: a line that reaches this far was broken by the margin


def without_running_lines(pages: Sequence[Sequence[str]]) -> tuple[list[list[str]], list[str]]:
    """The pages without page numbers and without lines that repeat at the same edge of most pages.

    Returns:
        The remaining lines a page, and those removed. Digits are ignored in comparing, so that a head with a page
        number is found, wherever in the file the program wrote it. Fewer than three pages have no running lines,
        only page numbers.
    """
    seen: Counter[str] = Counter()
    for page in pages:
        widest = _widest(page)
        seen.update({_shape(page[i]) for i in _edges(page) if _may_run(page[i], widest)})
    often = max(3, (len(pages) + 1) // 2)
    kept: list[list[str]] = []
    removed: list[str] = []
    for page in pages:
        widest, edges = _widest(page), _edges(page)
        gone = {
            i
            for i, line in enumerate(page)
            if (_may_run(line, widest) and seen[_shape(line)] >= often)
            or (len(pages) > 1 and (_MARKED_NUMBER.match(line) or (i in edges and _PAGE_NUMBER.match(line))))
        }
        kept.append([line for i, line in enumerate(page) if i not in gone])
        removed += [page[i] for i in sorted(gone)]
    return kept, removed


def _may_run(line: str, widest: int) -> bool:
    """A running head neither ends a sentence nor fills the line, as a line of the body does."""
    return not _ENDS.search(line) and width(line) < widest * _FULL


def _widest(page: Sequence[str]) -> int:
    return max((width(line) for line in page if not line.startswith("|")), default=1)


def _edges(page: Sequence[str]) -> set[int]:
    filled = [i for i, line in enumerate(page) if line.strip()]
    return {*filled[:_EDGE], *filled[-_EDGE:]}


def _shape(line: str) -> str:
    return re.sub(r"\d+", "0", "".join(line.split()))


def paragraphs(pages: Sequence[Sequence[str]]) -> str:
    """The text of the pages with lines joined into paragraphs and `PAGE_BREAK` where a page begins.

    A line is joined to the next when it ran to the margin, or when it stops inside a sentence on a page's last line;
    never to a line that begins an item or a table.
    """
    out = ""
    last, wide = "", 1
    for number, page in enumerate(pages):
        mark = PAGE_BREAK if number else ""
        widest = _widest(page)
        for line in page:
            line = line.strip()
            if not line:
                continue
            if not out:
                out = mark + line
            elif _continues(last, line, wide, new_page=bool(mark)):
                out = join(out, line, mark)
            else:
                out += "\n" + mark + line
            mark = ""
            last, wide = line, widest
        out += mark  # an empty page still counts
    return out


def begins_item(line: str) -> bool:
    """True for a line that begins a section, a list's item or a table's row."""
    return _STARTS.match(line) is not None


def ends_sentence(line: str) -> bool:
    """True for a line that ends as a sentence does."""
    return _ENDS.search(line.rstrip()) is not None


def _continues(last: str, line: str, widest: int, *, new_page: bool) -> bool:
    if _STARTS.match(line) or last.startswith("|"):
        return False
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
