"""What official pages state of themselves beside their text: tables, lists and lines of labels with their values.

Every layout that content systems of Chinese offices use: labels with a colon, in brackets, or bare where their box holds
some of them; the value in the next cell, behind the label, or below it in a row of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ingest.documents.labels import dated, field_of, pairs_of_line, pairs_of_row, stamp

Pair = tuple[str, str]
_CELLS = "//td|//th|//li|//dt|//p|//div|//span|//b|//strong|//label|//em|//h4|//h5"
_LINES = frozenset(("li", "p", "td", "dd", "h4", "h5", "span", "div"))
_HOLDERS = frozenset(("table", "ul", "ol", "dl"))
_SOME_LABELS = 3  # in a box, from which on bare labels count and the box is no text
_LABELLED = 0.6  # share of a box's characters that labels and their values have
_LABEL_CHARS, _LINE_CHARS, _BOX_CHARS = 12, 300, 1500


@dataclass(frozen=True, slots=True)
class Boxes:
    """What was found beside an article."""

    pairs: list[Pair]
    """(field, value), in order."""
    elements: list[Any]
    """The boxes that hold nothing else."""


@dataclass(frozen=True, slots=True)
class _Label:
    field: str
    value: str
    bare: bool
    element: Any
    chars: int
    """Of label and value."""


def find(tree: Any, editor: Any | None, lines: Sequence[str]) -> Boxes:
    """The boxes of a page.

    Args:
        tree: of the page.
        editor: the element that holds the article, where it is known; nothing in it is looked at.
        lines: shown beside the article and at its beginning.
    """
    inside = set(editor.iter()) if editor is not None else set()
    labels: dict[Any, list[_Label]] = {}
    for element in tree.xpath(_CELLS):
        if element not in inside:
            for label in _labels(element):
                labels.setdefault(_holder(element, inside), []).append(label)
    pairs: list[Pair] = []
    boxes: list[Any] = []
    for holder, found in labels.items():
        enough = len({label.element for label in found}) >= _SOME_LABELS
        pairs += dated((one.field, one.value) for one in found if enough or not one.bare)
        if enough and holder is not None and _is_box(holder, found) and inside.isdisjoint(holder.iter()):
            boxes.append(holder)
    for line in lines:
        for row in line.split("\n"):
            read = pairs_of_row(row) if row.startswith("|") else stamp(row) or pairs_of_line(row)
            pairs += dated(read or ())
    return Boxes(pairs, _outermost(boxes))


def _is_box(holder: Any, labels: Sequence[_Label]) -> bool:
    """True when an element shows labels and values and little else."""
    chars = len(_text(holder))
    return chars <= _BOX_CHARS and sum(label.chars for label in labels) >= chars * _LABELLED


def _labels(element: Any) -> list[_Label]:
    text = _text(element)
    if not text or len(text) > _LINE_CHARS:
        return []
    if len(text) <= _LABEL_CHARS:
        named = field_of(text)
        field = named or field_of(text, bare=True)
        if field:
            value = _below(element) or _beside(element, text)
            chars = len(text) + len(value or "")
            return [_Label(field, value, named is None, element, chars)] if value is not None else []
    if element.tag not in _LINES or any(
        child.tag in _LINES and pairs_of_line(_text(child)) for child in element
    ):
        return []
    if any(child.tag in _LINES and child.tag != "span" for child in element.iterdescendants()):
        return []
    stamped = stamp(text) or []  # a moment alone is some label's value
    found = stamped if len(stamped) > 1 else pairs_of_line(text) or ()
    return [_Label(field, value, False, element, len(text) // len(found)) for field, value in found]


def _text(element: Any) -> str:
    return " ".join(str(element.text_content()).split())


def _holder(element: Any, inside: set[Any]) -> Any | None:
    """The table or list that an element stands in, else what holds the line that it stands in."""
    for ancestor in element.iterancestors():
        if ancestor.tag in _HOLDERS:
            return ancestor
    above = element.getparent()
    while above is not None and above.tag not in ("div", "section", "header", "p"):
        above = above.getparent()
    if above is None or above.getparent() is None:
        return None
    outer = above.getparent()
    return above if not inside.isdisjoint([outer, *outer]) or outer.tag == "body" else outer


def _below(label: Any) -> str | None:
    """The cell under a label, in a row of labels alone that has a row of values after it."""
    row = label.getparent()
    if label.tag not in ("td", "th") or row is None or row.tag != "tr":
        return None
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    under = row.getnext()
    if len(cells) < 2 or under is None or not all(field_of(_text(cell), bare=True) for cell in cells):
        return None
    values = [cell for cell in under if cell.tag in ("td", "th")]
    if len(values) != len(cells) or any(field_of(_text(value), bare=True) for value in values):
        return None
    return _text(values[cells.index(label)])


def _beside(element: Any, label: str) -> str | None:
    """The text beside a label: of the element after it, or after the one that holds it alone; else what follows it."""
    for _ in range(3):
        if element.tail and element.tail.strip():
            return str(element.tail).strip()
        beside = element.getnext()
        while beside is not None and not isinstance(beside.tag, str):
            beside = beside.getnext()
        if beside is not None:
            value = _text(beside)
            return "" if field_of(value, bare=True) else value
        parent = element.getparent()
        if parent is None or _text(parent) != label:
            return None
        element = parent
    return None


def _outermost(boxes: list[Any]) -> list[Any]:
    return [
        box for box in boxes if not any(other is not box and other in box.iterancestors() for other in boxes)
    ]
