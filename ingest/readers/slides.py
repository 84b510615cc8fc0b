"""Slides: each under its title, with its tables, its speaker's notes and its comments, and the text of its pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.draft import Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers import ocr
from ingest.readers.docx import check_archive
from ingest.readers.tables import laid_out

_BROKEN = "演示文稿打不开（已加密或已损坏），请用 PowerPoint 或 WPS 另存为 .pptx 后再试。"


def read_slides(path: Path, context: ReadContext) -> Iterator[Item]:
    """One article."""
    import pptx

    check_archive(path, context.settings.max_expansion, context.settings.max_file_mb)
    try:
        deck = pptx.Presentation(str(path))
        authors = _authors(deck.part)
        lines: list[str] = []
        pictures = recognised = 0
        for slide in deck.slides:
            title = slide.shapes.title
            if title is not None and title.text.strip():
                lines.append("## " + " ".join(title.text.split()))
            for shape in sorted(_shapes(slide.shapes), key=lambda s: (s.top or 0, s.left or 0)):
                if title is not None and shape.shape_id == title.shape_id:
                    continue
                if hasattr(shape, "image") and context.settings.ocr:
                    found = ocr.picture_lines(shape.image.blob)
                    pictures, recognised = pictures + 1, recognised + bool(found)
                    lines += found
                    context.alive()
                else:
                    lines += _lines(shape)
            if slide.has_notes_slide and (said := slide.notes_slide.notes_text_frame):
                lines += [f"备注：{text}" for text in said.text.split("\n") if text.strip()]
            lines += _comments(slide.part, authors)
    except Exception as error:  # python-pptx raises whatever its zip and XML layers raise
        raise UnreadableArticleError(_BROKEN) from error
    if not any(line.strip("# ") for line in lines):
        raise UnreadableArticleError("演示文稿里没有文字，请检查文件内容。")
    notes = [f"{pictures} 张图片里有 {recognised} 张认出了文字。"] if pictures else []
    first = lines[0].removeprefix("## ") if lines[0].startswith("## ") else None
    yield Draft(
        "\n\n".join(lines), title=first, fallback_title=deck.core_properties.title or None, notes=notes
    )


def _related(part: Any, *kinds: str) -> Iterator[Any]:
    """The XML of the parts of some kinds that a part refers to."""
    from lxml import etree

    for relation in part.rels.values():
        if not relation.is_external and relation.reltype.rpartition("/")[2] in kinds:
            yield etree.fromstring(relation.target_part.blob, etree.XMLParser(resolve_entities=False))


def _authors(deck: Any) -> dict[str, str]:
    """Names of those who wrote comments, by id."""
    roots = _related(deck, "commentAuthors", "authors")
    return {one.get("id"): one.get("name", "") for root in roots for one in root if one.get("id")}


def _comments(slide: Any, authors: dict[str, str]) -> list[str]:
    """The comments on a slide with the answers to them, as PowerPoint wrote them until 2021 and as it does since."""
    found = []
    for root in _related(slide, "comments"):
        for comment in root.iter("{*}cm", "{*}reply"):
            texts = comment.xpath(
                "./*[local-name()='text'] | ./*[local-name()='txBody']//*[local-name()='t']"
            )
            author = authors.get(comment.get("authorId"))
            if said := " ".join("".join(text.text or "" for text in texts).split()):
                found.append(f"批注（{author}）：{said}" if author else f"批注：{said}")
    return found


def _shapes(shapes: Any) -> Iterator[Any]:
    """The shapes, those in groups among them."""
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes)
        else:
            yield shape


def _lines(shape: Any) -> list[str]:
    if getattr(shape, "has_table", False):
        return laid_out([[_paragraphs(cell.text_frame) for cell in row.cells] for row in shape.table.rows])
    if getattr(shape, "has_text_frame", False):
        return _paragraphs(shape.text_frame)
    return []


def _paragraphs(frame: Any) -> list[str]:
    return [text for paragraph in frame.paragraphs if (text := " ".join(paragraph.text.split()))]
