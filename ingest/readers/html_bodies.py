"""Where the article of a web page stands: in an editor's element that is known, else in the lines that trafilatura takes
for it. The lines that a site sets before and after all its pages are told from it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from docs_store.text.data_files import data_lines
from docs_store.text.dates import is_day
from docs_store.text.sentences import CHINESE_ENDS
from ingest.documents.agencies import is_agencies
from ingest.documents.head import official_title
from ingest.documents.numbers import is_number_line
from ingest.headings import is_salutation
from ingest.lines import DraftLine, letters
from ingest.readers.html_lines import lines_of

_SENTENCE_END = re.compile(f"[{CHINESE_ENDS}]")
_SHORT = 8  # letters; so short a line counts as the article's only where trafilatura has it as a line
_COVERED = 0.8  # of trafilatura's letters that the page's own lines must have, to be used in its place
_HOLDS = 0.8  # of an editor's letters that an element in it must have, to be the body in its place
_ENDS = 12  # lines above and below an article's text that may belong to it
_ASIDE = re.compile(r"[（(].{2,60}[）)]")
_GAP = 2  # lines in a row inside an article that trafilatura may drop
_LINKED = 0.6  # share of a line's letters that stand in links, in a line of a menu
_LINE = 160  # characters of a line that may be a site's


@cache
def _editors() -> str:
    """The XPath of all elements of `body_elements.txt`."""
    tests = []
    for line in data_lines(files("ingest.readers") / "body_elements.txt"):
        kind, *names = line.split()
        given = "concat(' ', @class, ' ')" if kind == "class" else "concat(' ', @id, ' ')"
        tests += [f"contains({given}, ' {name} ')" for name in names]
    return f"//*[{' or '.join(tests)}]"


@cache
def _furniture() -> dict[str, re.Pattern[str]]:
    """Lines of a site, by how sure that is (`page_furniture.txt`)."""
    found: dict[str, list[str]] = {}
    for line in data_lines(files("ingest") / "page_furniture.txt"):
        kind, pattern = line.split("\t")
        found.setdefault(kind, []).append(pattern)
    return {kind: re.compile("|".join(patterns), re.IGNORECASE) for kind, patterns in found.items()}


def editor(tree: Any) -> Any | None:
    """The element that holds the body: of several the longest, or one in it that holds nearly all of it."""
    found = [(element, len(letters("".join(lines_of(element))))) for element in tree.xpath(_editors())]
    found = [(element, length) for element, length in found if length]
    if not found:
        return None
    best, longest = max(found, key=lambda pair: pair[1])
    for element, length in found:
        if best in element.iterancestors():
            continue
        if element is not best and best in set(element.iterancestors()) and length >= longest * _HOLDS:
            best = element
    return best


def by_trafilatura(page: str, body: Any, title: str | None) -> tuple[list[str], list[str]]:
    """(lines of the article, lines beside it): what trafilatura takes for the article, in the page's own lines.

    Args:
        page: its text.
        body: its lxml element.
        title: of the article, where it is known.
    """
    import trafilatura

    whole = lines_of(body)
    found = trafilatura.extract(page, include_tables=True, output_format="markdown", favor_recall=True) or ""
    rows = [line for line in found.split("\n") if line.strip()]
    text, alone = letters(found), {letters(row) for row in rows}

    def belongs(line: str) -> bool:
        if line.startswith("|"):
            cells = [letters(cell) for cell in line.split("|") if letters(cell)]
            return sum(cell in text for cell in cells) * 2 >= max(1, len(cells))
        bare = letters(line)
        return bare in alone if len(bare) < _SHORT else bare in text

    own = [belongs(line) for line in whole]
    links = {letters(str(a.text_content())) for a in body.iter("a")} - {""}
    menu = [_is_linked(line, links) for line in whole]
    _fill(own, whole, menu)
    covered = len(letters("".join(line for line, mine in zip(whole, own, strict=True) if mine)))
    for i in _sites(whole, menu, title):
        own[i] = False
    _grow(own, whole, menu)
    kept = [line for line, mine in zip(whole, own, strict=True) if mine]
    beside = [line for line, mine in zip(whole, own, strict=True) if not mine]
    return (rows, beside) if covered < _COVERED * len(text) else (kept, beside)


def _fill(own: list[bool], whole: Sequence[str], menu: Sequence[bool]) -> None:
    """Gives the article the headings and the few short lines inside it that trafilatura drops now and then."""
    if not any(own):
        return
    first, last = own.index(True), len(own) - 1 - own[::-1].index(True)
    start = first
    for i in range(first, last + 1):
        if own[i]:
            for gap in range(start, i):
                few = i - start <= _GAP and not menu[gap]
                own[gap] = own[gap] or few or whole[gap].startswith("#")
            start = i + 1


def _grow(own: list[bool], whole: Sequence[str], menu: Sequence[bool]) -> None:
    """Gives the article what a document has above and below its text, which trafilatura takes for the page's furniture:
    title, number and salutation, and the signature."""
    if not any(own):
        return
    first, last = own.index(True), len(own) - 1 - own[::-1].index(True)
    above: list[int] = []
    for i in range(first - 1, max(-1, first - 1 - _ENDS), -1):
        if menu[i] or whole[i].startswith("|"):
            break
        above.insert(0, i)
    lines = [DraftLine(whole[i].lstrip("# ")) for i in above]
    title = official_title(lines)
    named = {id(line) for line in title[1]} if title else set()
    for i, line in zip(above, lines, strict=True):
        own[i] = own[i] or id(line) in named or is_number_line(line.text) or is_salutation(line.text)
    for i in range(last + 1, min(len(whole), last + 1 + _ENDS)):
        if not (is_agencies(whole[i]) or is_day(whole[i]) or _ASIDE.fullmatch(whole[i])):
            break
        own[i] = True


def _is_linked(line: str, links: set[str]) -> bool:
    """True for a line of a menu: most of it stands in links."""
    if len(line) > _LINE or _SENTENCE_END.search(line):
        return False
    bare = rest = letters(line)
    if bare in links:
        return True
    for link in sorted((link for link in links if link in bare), key=len, reverse=True):
        rest = rest.replace(link, "", 1)
    return len(bare) - len(rest) >= len(bare) * _LINKED > 0


def _sites(whole: Sequence[str], menu: Sequence[bool], title: str | None) -> set[int]:
    """The lines before an article's title, and those after its end, that are its site's."""
    sure, near = _furniture()["certain"], _furniture()["beside"]

    def is_sites(i: int, beside: bool) -> bool:
        bare = whole[i].lstrip("# ")
        if len(bare) > _LINE or _SENTENCE_END.search(bare):
            return False
        return bool(menu[i] or sure.fullmatch(bare) or (beside and near.fullmatch(bare)))

    found: set[int] = set()
    wanted = letters(title or "")
    at = next((i for i, line in enumerate(whole) if wanted and letters(line) == wanted), -1)
    for i in range(at if at >= 0 else len(whole)):
        if is_sites(i, beside=True):
            found.add(i)
        elif at < 0:
            break
    beside = False
    for i in range(len(whole) - 1, at, -1):
        if not is_sites(i, beside):
            break
        found.add(i)
        beside = True
    return found
