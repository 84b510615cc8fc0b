"""Charts and SmartArt of office files: their words and figures stand in parts of their own, beside the page that shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from ingest.readers.number_formats import general, rendered
from ingest.readers.slide_numbering import SlideNumbers
from ingest.readers.tables import markdown_table

CHART, DIAGRAM = "chart", "relIds"
"""What refers to a chart, of either of the two kinds that there are, and to SmartArt, by their local names."""
UNREAD_DRAWINGS = "有 {n} 个图表或 SmartArt 没有读出（文件的这一部分已损坏）。"
_SPACES = ("/chart", "/chartex", "/diagram")
YES, NO = ("1", "true"), ("0", "false")
"""How attributes say that something is so, or is not."""
_USER_SHAPES = "chartUserShapes"
_NO_TEXT = re.compile(r"\[[^\[\]]*\]")  # stands in a label for what the program puts there: [CELLRANGE]
_SHEET = re.compile(r"(?:'((?:[^']|'')+)'|([^'!(),]+))!")


@dataclass(frozen=True, slots=True)
class _Series:
    """What a chart draws of one kind."""

    name: str
    categories: dict[int, str]
    """By the number of the point."""
    values: list[dict[int, str]]
    """One, or two where a point has a size."""


def is_drawing(element: Any) -> bool:
    """True for what refers to a chart or to SmartArt."""
    if not isinstance(element.tag, str):
        return False
    space, _, name = element.tag[1:].rpartition("}")
    return name in (CHART, DIAGRAM) and space.endswith(_SPACES)


def drawing_lines(part: Any, element: Any) -> list[str] | None:
    """What the chart or SmartArt shows that an element of a part of a Word file or of slides refers to; None where that
    cannot be read."""
    wanted = "dm" if element.tag.endswith(f"}}{DIAGRAM}") else "id"
    id = next((value for name, value in element.attrib.items() if name.endswith(f"}}{wanted}")), None)
    try:
        target = part.rels[id].target_part
        root = parsed(target.blob)
        if wanted == "dm":
            return diagram_lines(root)
        shapes = [
            parsed(relation.target_part.blob)
            for relation in target.rels.values()
            if not relation.is_external and relation.reltype.endswith(f"/{_USER_SHAPES}")
        ]
        return chart_lines(root, shapes)
    except Exception:  # the layers of zip and XML raise many kinds; the page is read all the same
        return None


def parsed(xml: bytes) -> Any:
    """The root of a part."""
    from lxml import etree

    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False))


def drawn_paragraphs(element: Any | None) -> list[str]:
    """The paragraphs of shapes with their numbers, formulas as their letters. What stands there for older programs is not shown."""
    if element is None:
        return []
    unseen = {p for older in element.iter("{*}Fallback") for p in older.iter("{*}p")}
    numbers: dict[Any, SlideNumbers] = {}
    lines = []
    for paragraph in element.iter("{*}p"):
        if paragraph not in unseen and (text := _paragraph(paragraph)):
            counted = numbers.setdefault(paragraph.getparent(), SlideNumbers())
            lines.append(counted.label(paragraph) + text)
    return lines


def _paragraph(paragraph: Any) -> str:
    parts = (" " if part.tag.endswith("}br") else part.text or "" for part in paragraph.iter("{*}t", "{*}br"))
    return " ".join("".join(parts).split())


def diagram_lines(root: Any) -> list[str]:
    """The texts of SmartArt in the order in which it is drawn: each point before those below it."""
    points = {point.get("modelId"): point for point in root.iter("{*}pt")}
    below: dict[str | None, list[Any]] = {}
    for link in root.iter("{*}cxn"):
        if link.get("type", "parOf") == "parOf":
            below.setdefault(link.get("srcId"), []).append(link)

    seen: set[str] = set()

    def walk(id: str) -> Iterator[str]:
        if id in seen or id not in points:
            return
        seen.add(id)
        yield from drawn_paragraphs(points[id])
        for link in sorted(below.get(id, ()), key=lambda link: int(link.get("srcOrd") or 0)):
            for next_id in ("parTransId", "destId", "sibTransId"):
                yield from walk(link.get(next_id, ""))

    lines = [line for id, point in points.items() if point.get("type") == "doc" for line in walk(id)]
    rest = [line for id, point in points.items() if id not in seen for line in drawn_paragraphs(point)]
    return lines + [line for line in rest if line not in lines]


def chart_lines(root: Any, shapes: Iterable[Any] = ()) -> list[str]:
    """A chart's titles, its figures as a table (a row a category, a column a series), and what else is written in it.

    Args:
        root: of the chart's part.
        shapes: roots of the parts with what was drawn upon it.
    """
    labels = _cell_labels(root)
    _without_extensions(root)
    since_1904 = any(e.get("val", "1") in YES for e in root.iter("{*}date1904"))
    series = list(_drawn_series(root, since_1904))
    tables = [_table(list(alike)) for _, alike in groupby(series, key=lambda one: one.categories)]
    written = [line for shape in shapes for line in drawn_paragraphs(shape)]
    return [*_titles(root), *filter(None, tables), *_labels(root), *labels, *written]


def chart_words(root: Any, shapes: Iterable[Any] = ()) -> list[str]:
    """What a chart says beside the cells that it draws: titles, names that stand in no cell, labels, what is drawn upon it."""
    _without_extensions(root)
    names = [" ".join((v.text or "").split()) for tx in root.iter("{*}tx") for v in tx.iterchildren("{*}v")]
    written = [line for shape in shapes for line in drawn_paragraphs(shape)]
    return [*_titles(root), *filter(None, names), *_labels(root), *written]


def drawn_from(root: Any) -> set[str]:
    """Names of the sheets whose cells a chart draws."""
    formulas = ("".join(f.itertext()) for f in root.iter("{*}f"))
    found = (match for formula in formulas for match in _SHEET.finditer(formula))
    return {(match.group(1) or match.group(2)).replace("''", "'") for match in found}


def _without_extensions(root: Any) -> None:
    """Takes out what only newer programs know of; series that were filtered away are there."""
    for extension in list(root.iter("{*}extLst")):
        extension.getparent().remove(extension)


def _cell_labels(root: Any) -> list[str]:
    """Labels of points that come from cells."""
    found = (
        " ".join("".join(v.itertext()).split())
        for c in root.iter("{*}dlblRangeCache")
        for v in c.iter("{*}v")
    )
    return [text for text in found if text]


def _titles(root: Any) -> list[str]:
    """Of the chart and of its axes."""
    return [text for title in root.iter("{*}title") if (text := " ".join(_written(title)))]


def _written(element: Any) -> list[str]:
    """The paragraphs written in a chart's element, or what its cells say."""
    return drawn_paragraphs(element) or [
        text for v in element.iter("{*}v") if (text := " ".join((v.text or "").split()))
    ]


def _labels(root: Any) -> list[str]:
    """Labels of points and of units, and names of trends, that someone wrote."""
    found = []
    for element in root.iter("{*}tx", "{*}name"):
        above = element.getparent().tag.rpartition("}")[2]
        if element.tag.endswith("}name"):
            found += [element.text or ""] if above == "trendline" else []
        elif above not in ("title", "ser", "series"):
            found += _written(element)
    return [text for line in found if (text := " ".join(_NO_TEXT.sub(" ", line).split()))]


def _drawn_series(root: Any, since_1904: bool) -> Iterator[_Series]:
    for ser in root.iter("{*}ser"):
        code = _label_code(ser)
        values = [
            _points(ser.find(f"{{*}}{name}"), since_1904, code) for name in ("val", "yVal", "bubbleSize")
        ]
        categories = next(
            (found for name in ("cat", "xVal") if (found := _points(ser.find(f"{{*}}{name}"), since_1904))),
            {},
        )
        yield _Series(_name(ser), categories, [found for found in values if found])
    data = {one.get("id"): one for one in root.iter("{*}data")}
    for series in root.iter("{*}series"):  # of charts as drawn since 2016: boxes, funnels, waterfalls
        id = series.find("{*}dataId")
        if series.get("hidden") in YES or id is None or id.get("val") not in data:
            continue
        drawn = data[id.get("val")]
        values = [_points(found, since_1904) for found in drawn.iterchildren("{*}numDim")]
        yield _Series(_name(series), _points(drawn.find("{*}strDim"), since_1904), values)


def _name(series: Any) -> str:
    said = series.find("{*}tx")
    return "" if said is None else " ".join(_written(said))


def _label_code(series: Any) -> str | None:
    """The format that the labels of a series give its values, where it is not that of the cells."""
    code = series.find("{*}dLbls/{*}numFmt")
    return code.get("formatCode") if code is not None and code.get("sourceLinked") == "0" else None


def _points(element: Any | None, since_1904: bool, code: str | None = None) -> dict[int, str]:
    """What stands at each point; categories of several levels with the outer before the inner."""
    if element is None:
        return {}
    own = code or "".join(next(element.iter("{*}formatCode"), element.makeelement("none")).itertext())
    numbers = next(element.iter("{*}numCache", "{*}numLit"), None) is not None or element.tag.endswith(
        "}numDim"
    )
    levels = [
        {
            int(point.get("idx") or 0): _figure(
                point, point.get("formatCode") or level.get("formatCode") or own, since_1904
            )
            if numbers
            else " ".join("".join(point.itertext()).split())
            for point in level.iter("{*}pt")
        }
        for level in list(element.iter("{*}lvl")) or [element]
    ]
    found = levels[0]
    for outer in levels[1:]:
        above = ""
        for at in sorted(found):
            above = outer.get(at) or above
            found[at] = f"{above} {found[at]}".strip()
    return found


def _figure(point: Any, code: str, since_1904: bool) -> str:
    said = "".join(point.itertext()).strip()
    try:
        value = float(said)
    except ValueError:
        return said
    return (rendered(value, code, since_1904=since_1904) if code not in ("", "General") else None) or general(
        value
    )


def _table(series: list[_Series]) -> str:
    """Series over the same categories; points without one are numbered, as a chart numbers them."""
    columns = [(one.name, values) for one in series for values in one.values]
    named = series[0].categories
    places = sorted({*named, *(at for _, values in columns for at in values)})
    head = ["", *(name for name, _ in columns)]
    rows = [
        [named.get(at, "" if named else str(at + 1)), *(v.get(at, "") for _, v in columns)] for at in places
    ]
    return markdown_table([head, *rows])
