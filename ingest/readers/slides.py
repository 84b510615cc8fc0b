"""Slides: each under its title, with its tables, charts and SmartArt, its speaker's notes and its comments, and the text of
its pictures. What is hidden, and what stands on every slide (masters), is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.draft import HIDDEN, Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers import ocr
from ingest.readers.docx import EDGES, check_archive
from ingest.readers.drawings import (
    CHART,
    NO,
    UNREAD_DRAWINGS,
    YES,
    drawing_lines,
    drawn_paragraphs,
    is_drawing,
    parsed,
)
from ingest.readers.tables import Cell, laid_out

_BROKEN = "演示文稿打不开（已加密或已损坏），请用 PowerPoint 或 WPS 另存为 .pptx 后再试。"
_EMPTY = "演示文稿里没有文字，请检查文件内容。"
MASTER = "母版上的文字"
_SHAPES = frozenset(("sp", "pic", "graphicFrame"))
_PICTURE = re.compile(r"presentationml\S*\}pic$")


def read_slides(path: Path, context: ReadContext) -> Iterator[Item]:
    """One article."""
    import pptx

    check_archive(path, context.settings.max_expansion, context.settings.max_file_mb)
    try:
        deck = pptx.Presentation(str(path))
        found = _Walk(deck, context).draft()
    except UnreadableArticleError:
        raise
    except Exception as error:  # python-pptx raises whatever its zip and XML layers raise
        raise UnreadableArticleError(_BROKEN) from error
    yield found


class _Walk:
    """One pass through the slides."""

    def __init__(self, deck: Any, context: ReadContext) -> None:
        self._deck, self._context = deck, context
        self._dropped: dict[tuple[str, str], None] = {}
        self._pictures = self._recognised = self._unread = self._unread_comments = self._hidden = 0

    def draft(self) -> Draft:
        """The article of the slides."""
        lines: list[str] = []
        for slide in self._deck.slides:
            said = self._slide(slide)
            if slide.element.get("show") in NO:
                self._hidden += 1
                self._drop(HIDDEN, said)
            else:
                lines += said
            self._drop(MASTER, _beneath(slide))
        if not any(line.strip("# ") for line in lines):
            raise UnreadableArticleError(" ".join([*self._notes(), _EMPTY]))
        return Draft(
            "\n\n".join(lines),
            title=lines[0].removeprefix("## ") if lines[0].startswith("## ") else None,
            fallback_title=self._deck.core_properties.title or None,
            dropped=list(self._dropped),
            notes=self._notes(),
        )

    def _notes(self) -> list[str]:
        notes = []
        if self._pictures and not self._context.settings.ocr:
            notes.append(ocr.NOT_READ.format(n=self._pictures))
        elif self._pictures:
            notes.append(f"{self._pictures} 张图片里有 {self._recognised} 张认出了文字。")
        if self._unread:
            notes.append(UNREAD_DRAWINGS.format(n=self._unread))
        if self._unread_comments:
            notes.append(f"有 {self._unread_comments} 张幻灯片的批注没有读出（文件的这一部分已损坏）。")
        if self._hidden:
            notes.append(f"有 {self._hidden} 张隐藏的幻灯片没有读。")
        return notes

    def _drop(self, why: str, lines: list[str]) -> None:
        parts = (" ".join(part.strip("# ").split()) for line in lines for part in line.split("\n"))
        self._dropped |= {(why, part): None for part in parts if part}

    def _slide(self, slide: Any) -> list[str]:
        """The lines of a slide: its title, its shapes from above to below, its charts, its notes, its comments."""
        shapes = list(_shapes(slide.shapes, slide.shapes._spTree))
        title = next((shape for shape, hidden in shapes if not hidden and _is_title(shape)), None)
        named = " ".join(drawn_paragraphs(title.element)) if title is not None else ""
        lines = [f"## {named}"] if named else []
        charts: list[str] = []
        for shape, hidden in sorted(shapes, key=lambda one: (one[0].top or 0, one[0].left or 0)):
            if hidden:
                self._drop(HIDDEN, self._lines(shape, slide.part, charts=None))
            elif shape is not title:
                lines += self._lines(shape, slide.part, charts)
        return [*lines, *charts, *self._speakers(slide), *self._said_of(slide)]

    def _said_of(self, slide: Any) -> list[str]:
        """The comments on a slide."""
        try:
            return _comments(slide.part, self._deck.part)
        except Exception:  # the part is damaged; the slide is read all the same
            self._unread_comments += 1
            return []

    def _lines(self, shape: Any, part: Any, charts: list[str] | None) -> list[str]:
        """The lines of a shape; those of a chart go to `charts`, which is none where the shape is hidden."""
        table = shape.element.find("{*}graphic/{*}graphicData/{*}tbl")
        if table is not None:
            return laid_out(_cells(table))
        lines = drawn_paragraphs(shape.element)
        for element in shape.element.iter():
            if is_drawing(element):
                found = drawing_lines(part, element)
                self._unread += found is None
                is_chart = charts is not None and element.tag.endswith(f"}}{CHART}")
                (charts if charts is not None and is_chart else lines).extend(found or [])
            elif charts is not None and _PICTURE.search(str(element.tag)):
                lines += self._picture(part, element)
        return lines

    def _picture(self, part: Any, picture: Any) -> list[str]:
        blip = next(picture.iter("{*}blip"), None)
        id = (
            next((v for k, v in blip.attrib.items() if k.endswith("}embed")), None)
            if blip is not None
            else None
        )
        if id not in part.rels:
            return []
        self._pictures += 1
        if not self._context.settings.ocr:
            return []
        found = ocr.picture_lines(part.rels[id].target_part.blob)
        self._context.alive()
        self._recognised += bool(found)
        return list(found)

    def _speakers(self, slide: Any) -> list[str]:
        """What the speaker notes; heads and feet of the printed notes are told."""
        if not slide.has_notes_slide:
            return []
        notes = slide.notes_slide
        body = notes.notes_placeholder
        for shape, _ in _shapes(notes.shapes, notes.shapes._spTree):
            if body is None or shape.shape_id != body.shape_id:
                number = shape.is_placeholder and shape.element.xpath(".//p:ph[@type='sldNum']")
                self._drop(EDGES, [] if number else drawn_paragraphs(shape.element))
        return [f"备注：{text}" for text in drawn_paragraphs(body.element)] if body is not None else []


def _shapes(shapes: Any, tree: Any, hidden: bool = False) -> Iterator[tuple[Any, bool]]:
    """(shape, whether it is hidden) of the shapes in a tree, those in groups among them, and those that only newer
    programs know, such as boxes with formulas."""
    from pptx.shapes.shapetree import BaseShapeFactory, SlideShapeFactory

    factory = SlideShapeFactory if hasattr(shapes, "title") else BaseShapeFactory
    for element in tree:
        name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        properties = element.find("./*/{*}cNvPr")
        unseen = hidden or (properties is not None and properties.get("hidden") in YES)
        if name == "grpSp":
            yield from _shapes(shapes, element, unseen)
        elif name == "AlternateContent":
            branches = (found for branch in element if (found := list(_shapes(shapes, branch, hidden))))
            yield from next(branches, [])
        elif name in _SHAPES:
            yield factory(element, shapes), unseen


def _cells(table: Any) -> list[list[Cell]]:
    """The cells of a table by rows; one that spans several is the same at all its places."""
    rows: list[list[Cell]] = []
    for row in table.iter("{*}tr"):
        above = rows[-1] if rows else []
        cells: list[Cell] = []
        for cell in row.iter("{*}tc"):
            said = drawn_paragraphs(cell)
            if not said and cell.get("hMerge", "0") not in NO and cells:
                said = cells[-1]
            elif not said and cell.get("vMerge", "0") not in NO and len(cells) < len(above):
                said = above[len(cells)]
            cells.append(said)
        rows.append(cells)
    return rows


def _is_title(shape: Any) -> bool:
    return bool(shape.is_placeholder and shape.element.ph_idx == 0)


def _beneath(slide: Any) -> list[str]:
    """What a slide shows of its layout and its master: all but the places that it fills itself."""
    lines: list[str] = []
    below = slide
    for page in (slide.slide_layout, slide.slide_layout.slide_master):
        if below.element.get("showMasterSp") in NO:
            break
        for shape, hidden in _shapes(page.shapes, page.shapes._spTree):
            lines += [] if hidden or shape.is_placeholder else drawn_paragraphs(shape.element)
        below = page
    return lines


def _related(part: Any, *kinds: str) -> Iterator[Any]:
    """The XML of the parts of some kinds that a part refers to."""
    for relation in part.rels.values():
        if not relation.is_external and relation.reltype.rpartition("/")[2] in kinds:
            yield parsed(relation.target_part.blob)


def _authors(deck: Any) -> dict[str, str]:
    """Names of those who wrote comments, by id."""
    roots = _related(deck, "commentAuthors", "authors")
    return {one.get("id"): one.get("name", "") for root in roots for one in root if one.get("id")}


def _comments(slide: Any, deck: Any) -> list[str]:
    """The comments on a slide with the answers to them, as PowerPoint wrote them until 2021 and as it does since."""
    found = []
    roots = list(_related(slide, "comments"))
    authors = _authors(deck) if roots else {}
    for root in roots:
        for comment in root.iter("{*}cm", "{*}reply"):
            texts = comment.xpath(
                "./*[local-name()='text'] | ./*[local-name()='txBody']//*[local-name()='t']"
            )
            author = authors.get(comment.get("authorId"))
            if said := " ".join("".join(text.text or "" for text in texts).split()):
                found.append(f"批注（{author}）：{said}" if author else f"批注：{said}")
    return found
