"""What the files of a workbook say beside the values of its cells: number formats, errors, what is hidden, comments, text
boxes, charts, heads and feet. Walks the XML itself, for the library that reads the values hands none of it on. Of a part
that is damaged the others are read all the same."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.readers.drawings import (
    NO,
    YES,
    chart_lines,
    chart_words,
    diagram_lines,
    drawn_from,
    drawn_paragraphs,
    parsed,
)
from ingest.readers.merged_cells import Place
from ingest.readers.number_formats import built_in

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_COLUMNS = 16_384  # of a sheet
_EDGE_CODE = re.compile(r'&(?:"[^"]*"|K[\dA-F]{6}|\d+|[^"\d])')


@dataclass(slots=True)
class SheetParts:
    """One sheet's."""

    formats: dict[Place, str] = field(default_factory=dict)
    """Format codes of the cells that have one."""
    texts: dict[Place, str] = field(default_factory=dict)
    """What cells show whatever their value is: #DIV/0! where a formula fails; in .ods files, all that they show."""
    merged: list[tuple[Place, Place]] = field(default_factory=list)
    """First and last of cells that are shown as one, in .ods files; of others the library that reads the values tells."""
    comments: list[tuple[Place, str]] = field(default_factory=list)
    """By row and column; the answers to one follow it."""
    boxes: list[str] = field(default_factory=list)
    """Paragraphs of its text boxes, SmartArt and form controls, and what its charts say beside the cells."""
    uncalculated: list[Place] = field(default_factory=list)
    """Cells with a formula whose result the file does not hold."""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    filtered_rows: set[int] = field(default_factory=set)
    """Rows that a filter hides for the time being: they are read, and told."""
    edges: list[str] = field(default_factory=list)
    """What is printed above and below each page."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """The parts by sheet name."""

    sheets: dict[str, SheetParts]
    since_1904: bool = False
    unread: list[str] = field(default_factory=list)
    """What could not be read, in words for the user."""


def read_workbook(path: Path) -> Workbook:
    """The parts of an .xlsx or .xlsm file; raises whatever the layers of zip and XML raise over one that is damaged."""
    with zipfile.ZipFile(path) as archive:
        return _Files(archive).workbook()


def _unhide(found: SheetParts, filter: Any) -> None:
    """Takes the rows of a filter's range from those that are hidden."""
    first, _, last = filter.get("ref", "").partition(":")
    start, end = place_of(first), place_of(last)
    if start and end:
        rows = {row for row in found.hidden_rows if start[0] < row <= end[0]}
        found.filtered_rows |= rows
        found.hidden_rows -= rows


def place_of(reference: str) -> Place | None:
    """Where a cell stands, by its name: B3 is (2, 1)."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match.group(1):
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match.group(2)) - 1, column - 1


def name_of(place: Place) -> str:
    """The name of a cell: (2, 1) is B3."""
    row, column = place
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def without_format(code: str | None) -> str | None:
    """A format code; None for one that says nothing."""
    return None if code in ("General", "@", "") else code


def is_stand_in(cell: Any) -> bool:
    """True for a cell whose formula has the result 0, which programs write that do not calculate."""
    return (
        cell.get("t", "n") == "n"
        and cell.find("{*}f") is not None
        and cell.find("{*}v") is not None
        and cell.findtext("{*}v") == "0"
    )


def edge_text(coded: str) -> str:
    """What a head or foot says beside the number of the page, without the codes for fonts; '' where that is nothing."""
    text = " ".join(_EDGE_CODE.sub(" ", coded).split())
    return text if text.strip("-—第页共 /,，") else ""


class _Files:
    """The members of a workbook's archive."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = frozenset(archive.namelist())
        self._shown: set[str] = set()
        self._unread: list[str] = []
        self._stand_ins: dict[str, list[Place]] = {}
        self._has_results = False

    def workbook(self) -> Workbook:
        book = next((target for kind, target in self._related("").values() if kind == "officeDocument"), "")
        root, related = parsed(self._archive.read(book)), self._related(book)
        codes: list[str | None] = []
        people: dict[str, str] = {}
        with self._or_told("数字格式（数字按原值收录）"):
            codes = self._codes(related)
        with self._or_told("批注的作者"):
            people = self._people(related)
        listed = list(root.iter("{*}sheet"))
        self._shown = {
            sheet.get("name", "") for sheet in listed if sheet.get("state", "visible") == "visible"
        }
        sheets = {}
        for sheet in listed:
            id = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
            kind, target = related.get(id, ("", ""))
            if kind in ("worksheet", "chartsheet"):
                name = sheet.get("name", "")
                sheets[name] = self._sheet(name, target, codes, people)
        # Asked to calculate all when it is opened, and every result is 0: no program has calculated yet.
        asks = any(p.get("fullCalcOnLoad") in YES for p in root.iter("{*}calcPr"))
        if asks and not self._has_results:
            for name, places in self._stand_ins.items():
                sheets[name].uncalculated += places
        since_1904 = any(p.get("date1904") in YES for p in root.iter("{*}workbookPr"))
        return Workbook(sheets, since_1904, list(dict.fromkeys(self._unread)))

    @contextmanager
    def _or_told(self, what: str) -> Iterator[None]:
        """Goes on after a part that is damaged, and tells what it was."""
        try:
            yield
        except Exception:  # the layers of zip and XML raise many kinds
            self._unread.append(what)

    def _sheet(self, name: str, target: str, codes: list[str | None], people: dict[str, str]) -> SheetParts:
        found = SheetParts()
        legacy: dict[Place, str] = {}
        threads: dict[Place, list[str]] = {}
        controls: list[str] = []
        related: dict[str, tuple[str, str]] = {}
        of = f"工作表“{name}”的"
        with self._or_told(f"{of}数字格式（数字按原值收录）与隐藏的行列"):
            self._stand_ins[name] = self._cells(target, codes, found)
        with self._or_told(f"{of}批注、文本框与图表"):
            related = self._related(target)
        for kind, member in related.values():
            if kind == "comments":
                with self._or_told(f"{of}批注"):
                    legacy |= dict(_legacy(self._parsed(member)))
            elif kind == "threadedComment":
                with self._or_told(f"{of}批注"):
                    for place, text in _threaded(self._parsed(member), people):
                        threads.setdefault(place, []).append(text)
            elif kind == "table":
                with self._or_told(f"{of}筛选"):
                    for element in self._parsed(member).iter("{*}autoFilter"):
                        _unhide(found, element)
            elif kind == "drawing":
                with self._or_told(f"{of}文本框与图表"):
                    found.boxes += self._drawing(member, bool(found.hidden_rows or found.hidden_columns), of)
            elif kind == "vmlDrawing":
                with self._or_told(f"{of}控件文字"):
                    controls += _controls(self._archive.read(member))
        found.boxes += [text for text in controls if text not in found.boxes]
        comments = {place: [text] for place, text in legacy.items()} | threads  # else both have a thread
        found.comments = [(place, text) for place in sorted(comments) for text in comments[place]]
        return found

    def _drawing(self, member: str, has_hidden: bool, of: str) -> list[str]:
        """What is drawn upon a sheet: text boxes, charts, SmartArt."""
        lines = drawn_paragraphs(self._parsed(member))
        for kind, target in self._related(member).values():
            if kind in ("chart", "chartEx"):
                with self._or_told(f"{of}图表"):
                    lines += self._chart(target, has_hidden)
            elif kind == "diagramData":
                with self._or_told(f"{of} SmartArt"):
                    lines += diagram_lines(self._parsed(target))
        return lines

    def _chart(self, member: str, has_hidden: bool) -> list[str]:
        """A chart's words; its figures too where it draws cells that are not shown."""
        root = self._parsed(member)
        related = self._related(member).values()
        shapes = [self._parsed(target) for kind, target in related if kind == "chartUserShapes"]
        draws_hidden = any(e.get("val", "1") in NO for e in root.iter("{*}plotVisOnly"))
        in_cells = drawn_from(root) <= self._shown and not (has_hidden and draws_hidden)
        return (chart_words if in_cells else chart_lines)(root, shapes)

    def _cells(self, target: str, codes: list[str | None], found: SheetParts) -> list[Place]:
        """Reads a sheet as a stream; a cell that does not say where it stands is the one after the last. Hands on the cells
        whose formula has the result 0."""
        from lxml import etree

        zeros: list[Place] = []
        row = column = -1
        with self._archive.open(target) as file:
            for event, element in etree.iterparse(
                file,
                events=("start", "end"),
                tag=("{*}col", "{*}row", "{*}c", "{*}headerFooter", "{*}autoFilter"),
                resolve_entities=False,
            ):
                kind = etree.QName(element).localname
                if kind == "row" and event == "start":
                    row, column = int(element.get("r") or row + 2) - 1, -1
                    if element.get("hidden") in YES:
                        found.hidden_rows.add(row)
                elif kind == "col" and event == "end" and element.get("hidden") in YES:
                    last = min(int(element.get("max") or 0), _COLUMNS)
                    found.hidden_columns.update(range(int(element.get("min") or 1) - 1, last))
                elif kind == "c" and event == "end":
                    row, column = place_of(element.get("r") or "") or (row, column + 1)
                    if (code := _at(codes, element.get("s"))) is not None:
                        found.formats[row, column] = code
                    if element.get("t") == "e":
                        found.texts[row, column] = "".join(element.itertext("{*}v"))
                    if element.find("{*}f") is None:
                        continue
                    if is_stand_in(element):
                        zeros.append((row, column))
                    elif element.findtext("{*}v") or element.get("t") == "str":
                        self._has_results = True
                    else:
                        found.uncalculated.append((row, column))
                elif kind == "autoFilter" and event == "end":
                    _unhide(found, element)
                elif kind == "headerFooter" and event == "end":
                    found.edges = list(dict.fromkeys(_edges(element)))
                elif kind == "row":
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]
        return zeros

    def _codes(self, related: dict[str, tuple[str, str]]) -> list[str | None]:
        """The format code of each style of a cell; None for what has no format."""
        root = self._first(related, "styles")
        if root is None:
            return []
        own = {int(f.get("numFmtId") or -1): f.get("formatCode") for f in root.iter("{*}numFmt")}
        known = built_in() | own
        styles = next(root.iter("{*}cellXfs"), ())
        codes = [known.get(int(style.get("numFmtId") or 0)) for style in styles]
        return [without_format(code) for code in codes]

    def _people(self, related: dict[str, tuple[str, str]]) -> dict[str, str]:
        """Who wrote the comments of threads, by id."""
        root = self._first(related, "person")
        found = () if root is None else root.iter("{*}person")
        return {person.get("id", ""): person.get("displayName", "") for person in found}

    def _first(self, related: dict[str, tuple[str, str]], wanted: str) -> Any | None:
        return next((self._parsed(target) for kind, target in related.values() if kind == wanted), None)

    def _parsed(self, member: str) -> Any:
        return parsed(self._archive.read(member))

    def _related(self, member: str) -> dict[str, tuple[str, str]]:
        """(kind, member) by id of what a member refers to in its archive."""
        folder, name = posixpath.split(member)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations not in self._names:
            return {}
        found = {}
        for relation in self._parsed(relations).iter("{*}Relationship"):
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))[1:]
            if relation.get("TargetMode") != "External" and target in self._names:
                found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], target)
        return found


def _at(codes: list[str | None], index: str | None) -> str | None:
    number = int(index) if index and index.isdigit() else -1
    return codes[number] if 0 <= number < len(codes) else None


def _legacy(root: Any) -> Iterator[tuple[Place, str]]:
    for comment in root.iter("{*}comment"):
        text = " ".join("".join(_shown_text(comment)).split())
        if (place := place_of(comment.get("ref", ""))) and text:
            yield place, text


def _shown_text(comment: Any) -> Iterator[str]:
    """Its text without how Japanese is pronounced."""
    for part in comment.iter("{*}t"):
        if not part.getparent().tag.endswith("}rPh"):
            yield part.text or ""


def _threaded(root: Any, people: dict[str, str]) -> Iterator[tuple[Place, str]]:
    for comment in root.iter("{*}threadedComment"):
        text = " ".join("".join(part.text or "" for part in comment.iter("{*}text")).split())
        if (place := place_of(comment.get("ref", ""))) and text:
            author = people.get(comment.get("personId", ""))
            yield place, f"{author}：{text}" if author else text


def _controls(vml: bytes) -> list[str]:
    """What form controls are called, and text boxes of older programs; the page language of both is often not well formed."""
    from lxml import etree

    root = etree.fromstring(vml, etree.XMLParser(resolve_entities=False, recover=True))
    boxes = () if root is None else root.iter("{*}textbox")
    return [text for box in boxes if (text := " ".join("".join(box.itertext()).split()))]


def _edges(element: Any) -> Iterator[str]:
    return filter(None, (edge_text(edge.text or "") for edge in element))
