"""What the files of a workbook say beside the values of its cells: number formats, errors, comments, text boxes, heads
and feet. Walks the XML itself, for the library that reads the values hands none of it on."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.readers.number_formats import built_in

Place = tuple[int, int]
"""(row, column), from 0."""
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_EDGE_CODE = re.compile(r'&(?:"[^"]*"|K[\dA-F]{6}|\d+|[^"\d])')


@dataclass(slots=True)
class SheetParts:
    """One sheet's."""

    formats: dict[Place, str] = field(default_factory=dict)
    """Format codes of the cells that have one."""
    texts: dict[Place, str] = field(default_factory=dict)
    """What cells show whatever their value is: #DIV/0! where a formula fails; in .ods files, all that they show."""
    comments: list[tuple[Place, str]] = field(default_factory=list)
    """By row and column; the answers to one follow it."""
    boxes: list[str] = field(default_factory=list)
    """Paragraphs of its text boxes."""
    edges: list[str] = field(default_factory=list)
    """What is printed above and below each page."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """The parts by sheet name."""

    sheets: dict[str, SheetParts]
    since_1904: bool = False


def read_workbook(path: Path) -> Workbook:
    """The parts of an .xlsx or .xlsm file; raises whatever the layers of zip and XML raise over one that is damaged."""
    with zipfile.ZipFile(path) as archive:
        return _Files(archive).workbook()


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


def edge_text(coded: str) -> str:
    """What a head or foot says beside the number of the page, without the codes for fonts; '' where that is nothing."""
    text = " ".join(_EDGE_CODE.sub(" ", coded).split())
    return text if text.strip("-—第页共 /,，") else ""


class _Files:
    """The members of a workbook's archive."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = frozenset(archive.namelist())

    def workbook(self) -> Workbook:
        book = next((target for kind, target in self._related("").values() if kind == "officeDocument"), "")
        root, related = self._parsed(book), self._related(book)
        codes, people = self._codes(related), self._people(related)
        sheets = {}
        for sheet in root.iter("{*}sheet"):
            id = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
            kind, target = related.get(id, ("", ""))
            if kind == "worksheet":
                sheets[sheet.get("name", "")] = self._sheet(target, codes, people)
        since_1904 = any(p.get("date1904") in ("1", "true") for p in root.iter("{*}workbookPr"))
        return Workbook(sheets, since_1904)

    def _sheet(self, target: str, codes: list[str | None], people: dict[str, str]) -> SheetParts:
        found = SheetParts()
        self._cells(target, codes, found)
        legacy: dict[Place, str] = {}
        threads: dict[Place, list[str]] = {}
        for kind, member in self._related(target).values():
            if kind == "comments":
                legacy |= dict(_legacy(self._parsed(member)))
            elif kind == "threadedComment":
                for place, text in _threaded(self._parsed(member), people):
                    threads.setdefault(place, []).append(text)
            elif kind == "drawing":
                found.boxes += _boxes(self._parsed(member))
        comments = {place: [text] for place, text in legacy.items()} | threads  # else both have a thread
        found.comments = [(place, text) for place in sorted(comments) for text in comments[place]]
        return found

    def _cells(self, target: str, codes: list[str | None], found: SheetParts) -> None:
        """Reads a sheet as a stream; a cell that does not say where it stands is the one after the last."""
        from lxml import etree

        row = column = -1
        with self._archive.open(target) as file:
            for event, element in etree.iterparse(
                file,
                events=("start", "end"),
                tag=("{*}row", "{*}c", "{*}headerFooter"),
                resolve_entities=False,
            ):
                kind = etree.QName(element).localname
                if kind == "row" and event == "start":
                    row, column = int(element.get("r") or row + 2) - 1, -1
                elif kind == "c" and event == "end":
                    row, column = place_of(element.get("r") or "") or (row, column + 1)
                    if (code := _at(codes, element.get("s"))) is not None:
                        found.formats[row, column] = code
                    if element.get("t") == "e":
                        found.texts[row, column] = "".join(element.itertext("{*}v"))
                elif kind == "headerFooter" and event == "end":
                    found.edges = list(dict.fromkeys(_edges(element)))
                elif kind == "row":
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]

    def _codes(self, related: dict[str, tuple[str, str]]) -> list[str | None]:
        """The format code of each style of a cell; None for what has no format."""
        root = self._first(related, "styles")
        if root is None:
            return []
        own = {int(f.get("numFmtId")): f.get("formatCode") for f in root.iter("{*}numFmt")}
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
        from lxml import etree

        return etree.fromstring(self._archive.read(member), etree.XMLParser(resolve_entities=False))

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


def _boxes(root: Any) -> list[str]:
    paragraphs = (
        " ".join("".join(part.text or "" for part in paragraph.iter("{*}t")).split())
        for body in root.iter("{*}txBody")
        for paragraph in body.iter("{*}p")
    )
    return [text for text in paragraphs if text]


def _edges(element: Any) -> Iterator[str]:
    return filter(None, (edge_text(edge.text or "") for edge in element))
