"""Word files: everything that a reader of the printed page sees, in order, numbers and notes with it.

Walks the XML itself: of python-docx's paragraphs, tracked insertions, smart tags, fields, content controls, text boxes and
nested tables fall out. Comments stand after their paragraph; deleted, struck and hidden text, contents lists, heads and feet are reported.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from docs_store.text.chinese import has_chinese
from ingest.draft import HIDDEN, STRUCK, Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers import ocr
from ingest.readers.drawings import UNREAD_DRAWINGS, drawing_lines, is_drawing
from ingest.readers.tables import Cell, laid_out
from ingest.readers.word_numbering import Numbering, W

_OTHER = "Word 文件打不开（已加密或已损坏），请用 Word 或 WPS 另存为 .docx 后再试。"
_OLD = "这是改了后缀的旧版 .doc 文件，请用 Word 或 WPS 打开，另存为 .docx 后再试。"
_LOCKED = "Word 文件有密码，请解除密码后另存为 .docx 再试。"
_BROKEN = "{suffix} 文件打不开（已加密或已损坏），请重新下载或另存一份后再试。"
_RENAMED = (
    "这不是 {suffix} 文件，像是改了后缀的旧版 Office 文件，请用 Office 或 WPS 打开，另存为新格式后再试。"
)
_PASSWORD = "{suffix} 文件有密码，请解除密码后另存一份再试。"
OLE = b"\xd0\xcf\x11\xe0"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_V = "{urn:schemas-microsoft-com:vml}"
_TEXTS = frozenset((f"{W}t", f"{_M}t", f"{_A}t"))  # the last in shapes on a locked canvas
_LEVEL = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_CONTENTS = re.compile(r"^(?:toc\b|目录)", re.IGNORECASE)
_NOT_SHOWN = frozenset(
    f"{W}{name}" for name in ("moveFrom", "pPr", "rPr", "instrText", "delText", "sdtPr", "tblPr", "tblGrid")
)
_REFERENCES = frozenset(f"{W}{kind}Reference" for kind in ("footnote", "endnote", "comment"))
_BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": " ", f"{W}ptab": " ", f"{W}noBreakHyphen": "-"}
_MARK_GONE = f"{W}pPr/{W}rPr/{W}del"
_NOT_SET = ("0", "false", "off", "none")
CONTENTS, EDGES, DELETED, SOUND = "目录", "页眉与页脚", "修订中删除的文字", "注音"
_TOLD = {f"{W}del": DELETED, f"{W}rt": SOUND}
_UNREAD_FILES = "有 {n} 处嵌入的其他文件没有读，请用 Word 打开后另存一份再试。"


def read_docx(path: Path, context: ReadContext) -> Iterator[Item]:
    """One article; headings become Markdown headings, tables Markdown tables."""
    import docx

    check_archive(path, context.settings.max_expansion, context.settings.max_file_mb)
    try:
        document = docx.Document(str(path))
        yield _Walk(document, context).draft()
    except UnreadableArticleError:
        raise
    except Exception as error:  # python-docx raises whatever its zip and XML layers raise
        raise UnreadableArticleError(_OTHER) from error


@dataclass(slots=True)
class _Paragraph:
    """What stands in one paragraph: its text, and what hangs on it."""

    text: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    """Contents of text boxes."""
    pictures: list[str] = field(default_factory=list)
    """Relationship ids."""
    drawings: list[Any] = field(default_factory=list)
    """What refers to charts and SmartArt."""
    notes: list[str] = field(default_factory=list)
    """Ids of foot- and endnotes and of comments, each with f, e or c before it."""
    gone: list[tuple[str, int, str]] = field(default_factory=list)
    """(why, how much text was before it, text) of what stands in it and is not shown as its text."""


class _Walk:
    """One pass through a document."""

    def __init__(self, document: Any, context: ReadContext) -> None:
        self._document, self._context = document, context
        parts = {
            str(rel.reltype).rpartition("/")[2]: rel.target_part
            for rel in document.part.rels.values()
            if not rel.is_external
        }
        self._numbering = Numbering.of(_root(parts.get("numbering")))
        self._styles = {
            style.get(f"{W}styleId"): style for style in document.styles.element.findall(f"{W}style")
        }
        self._notes = {
            kind[0] + note.get(f"{W}id"): note
            for kind in ("footnotes", "endnotes", "comments")
            for note in _children(_root(parts.get(kind)))
            if note.get(f"{W}type") is None
        }
        self._title: str | None = None
        self._dropped: list[tuple[str, str]] = []
        self._pictures = self._recognised = self._note_count = self._unread = self._embedded = 0

    def draft(self) -> Draft:
        """The article of the document."""
        lines = self._blocks(self._document.element.body)
        text = "\n\n".join(line for line in lines if line)
        notes = self._picture_notes()
        notes += [UNREAD_DRAWINGS.format(n=self._unread)] if self._unread else []
        notes += [_UNREAD_FILES.format(n=self._embedded)] if self._embedded else []
        if not text.strip() and self._title is None:
            why = f"{notes[0]}请换成有文字的文件。" if notes else "Word 文件里没有文字，请检查文件内容。"
            raise UnreadableArticleError(why)
        given = (self._document.core_properties.title or "").strip()
        self._dropped += self._edges()
        return Draft(
            text,
            title=self._title,
            fallback_title=given if has_chinese(given) else None,
            dropped=self._dropped,
            notes=notes,
        )

    def _picture_notes(self) -> list[str]:
        if not self._pictures:
            return []
        if not self._context.settings.ocr:
            return [ocr.NOT_READ.format(n=self._pictures)]
        rest = self._pictures - self._recognised
        found = f"{self._recognised} 张图片里的文字是识别得来的" if self._recognised else ""
        none = f"{rest} 张图片里没有认出文字" if rest else ""
        return [f"{'，'.join(part for part in (found, none) if part)}。"]

    def _edges(self) -> list[tuple[str, str]]:
        found: dict[str, None] = {}
        for section in self._document.sections:
            for at in ("", "first_page_", "even_page_"):
                for edge in (getattr(section, f"{at}header"), getattr(section, f"{at}footer")):
                    found |= {} if edge.is_linked_to_previous else dict.fromkeys(_edge_texts(edge._element))
        return [(EDGES, text) for text in found]

    def _blocks(self, container: Any) -> list[str]:
        """The lines of a container's paragraphs and tables in order."""
        lines: list[str] = []
        elements = list(_unwrapped(container))
        found = _Paragraph()
        for element, after in zip(elements, [*elements[1:], None], strict=True):
            if element.tag == f"{W}p":
                self._collect(element, found)
                if element.find(_MARK_GONE) is not None and after is not None and after.tag == element.tag:
                    continue  # its end is deleted: the next paragraph goes on with it
                lines += self._paragraph(element, found)
                found = _Paragraph()
            elif element.tag == f"{W}tbl":
                lines += self._table(element)
            elif element.tag == f"{W}sdt":
                gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
                content = element.find(f"{W}sdtContent")
                if content is None:
                    continue
                if gallery is not None and "contents" in (gallery.get(f"{W}val") or "").lower():
                    self._dropped += [(CONTENTS, line) for line in self._blocks(content)]
                else:
                    lines += self._blocks(content)
            elif element.tag == f"{W}altChunk":
                self._embedded += 1
        return lines

    def _paragraph(self, element: Any, found: _Paragraph) -> list[str]:
        text = "".join(found.text).strip()
        style = self._style_of(element)
        counts = any(why == STRUCK for why, _, _ in found.gone)
        label = self._label(element, style) if text or counts else ""
        name = self._name(style)
        lines: list[str] = []
        for (why, _), parts in groupby(found.gone, key=lambda part: part[:2]):
            if bare := " ".join("".join(part for _, _, part in parts).split()):
                self._dropped.append((why, bare))
        if text and _CONTENTS.match(name):
            self._dropped.append((CONTENTS, label + text))
        elif text and name == "Title" and self._title is None:
            self._title = label + " ".join(text.split())
        elif text and (level := self._outline_level(element, style)) is not None:
            lines.append(f"{'#' * min(6, level + 1)} {label}{' '.join(text.split())}")
        elif text:
            lines.append(label + text)
        for box in found.boxes:
            lines += self._blocks(box)
        for drawing in found.drawings:
            drawn = drawing_lines(self._document.part, drawing)
            self._unread += drawn is None
            lines += drawn or []
        for id in found.pictures:
            lines += self._picture(id)
        return lines + [self._note(key) for key in found.notes if key in self._notes]

    def _note(self, key: str) -> str:
        note = self._notes[key]
        if key.startswith("c"):
            author = note.get(f"{W}author")
            name = f"批注（{author}）" if author else "批注"
        else:
            self._note_count += 1
            name = f"注{self._note_count}"
        return f"{name}：" + " ".join(self._blocks(note))

    def _collect(self, element: Any, found: _Paragraph) -> None:
        """Gathers what a paragraph shows, run by run, whatever wraps the runs."""
        for child in element:
            tag = child.tag
            if tag in _TOLD:
                _set_aside(child, found, _TOLD[tag])
                continue
            if tag in _NOT_SHOWN or not isinstance(tag, str):
                continue
            if tag in _TEXTS:
                found.text.append(child.text or "")
            elif tag in _BREAKS:
                found.text.append(_BREAKS[tag])
            elif tag == f"{W}sym":
                found.text.append(_symbol(child))
            elif tag in _REFERENCES:
                found.notes.append(tag[len(W)] + str(child.get(f"{W}id")))
            elif tag == f"{W}txbxContent":
                found.boxes.append(child)
            elif tag == f"{_A}blip" and child.get(f"{_R}embed"):
                found.pictures.append(child.get(f"{_R}embed"))
            elif tag == f"{_V}imagedata" and child.get(f"{_R}id"):
                found.pictures.append(child.get(f"{_R}id"))
            elif tag == f"{_V}textpath":
                found.text.append(child.get("string") or "")
            elif is_drawing(child):
                found.drawings.append(child)
            elif tag == f"{_MC}AlternateContent":
                choice = child.find(f"{_MC}Choice")
                self._collect(choice if choice is not None else child, found)
            elif tag == f"{W}r" and (why := self._why_not(child)):
                _set_aside(child, found, why)
            else:
                self._collect(child, found)

    def _why_not(self, run: Any) -> str | None:
        """Why a run is not shown as text; None where it is."""
        properties = run.find(f"{W}rPr")
        if properties is None:
            return None
        if self._is_set(properties, "vanish"):
            return HIDDEN
        struck = self._is_set(properties, "strike") or self._is_set(properties, "dstrike")
        return STRUCK if struck else None

    def _is_set(self, properties: Any, name: str) -> bool:
        """True where a run, or else the style that it names, has a property."""
        own = properties.find(f"{W}{name}")
        if own is None and (style := properties.find(f"{W}rStyle")) is not None:
            named = self._styles.get(style.get(f"{W}val"))
            own = named.find(f"{W}rPr/{W}{name}") if named is not None else None
        return own is not None and own.get(f"{W}val") not in _NOT_SET

    def _style_of(self, paragraph: Any) -> str | None:
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        return None if style is None else style.get(f"{W}val")

    def _name(self, style: str | None) -> str:
        element = self._styles.get(style)
        name = element.find(f"{W}name") if element is not None else None
        return "" if name is None else name.get(f"{W}val") or ""

    def _inherited(self, paragraph: Any, style: str | None, path: str) -> tuple[Any | None, str | None]:
        """(a property of a paragraph, or of the style that it has it from; that style)."""
        own = paragraph.find(f"{W}pPr/{path}")
        if own is not None:
            return own, style
        for _ in range(10):
            element = self._styles.get(style)
            if element is None:
                return None, None
            if (found := element.find(f"{W}pPr/{path}")) is not None:
                return found, style
            based = element.find(f"{W}basedOn")
            style = None if based is None else based.get(f"{W}val")
        return None, None

    def _outline_level(self, paragraph: Any, style: str | None) -> int | None:
        """1 to 9 for a heading."""
        if match := _LEVEL.match(self._name(style)):
            return int(match.group(1))
        found, _ = self._inherited(paragraph, style, f"{W}outlineLvl")
        level = int(found.get(f"{W}val") or 9) if found is not None else 9
        return level + 1 if level < 9 else None

    def _label(self, paragraph: Any, style: str | None) -> str:
        number, holder = self._inherited(paragraph, style, f"{W}numPr")
        if number is None:
            return ""
        id, at = number.find(f"{W}numId"), number.find(f"{W}ilvl")
        if id is None:
            inherited, holder = self._inherited(paragraph, style, f"{W}numPr/{W}numId")
            id = inherited
        if id is None or id.get(f"{W}val") == "0":
            return ""
        key = id.get(f"{W}val")
        level = int(at.get(f"{W}val")) if at is not None else self._numbering.level_of_style(key, holder) or 0
        return self._numbering.label(key, level)

    def _table(self, table: Any) -> list[str]:
        rows: list[list[Cell]] = []
        above: dict[int, Cell] = {}
        for row in (element for element in _unwrapped(table) if element.tag == f"{W}tr"):
            if row.find(f"{W}trPr/{W}del") is not None:
                self._dropped += [(DELETED, said)] if (said := " ".join(_texts(row))) else []
                continue
            cells: list[Cell] = []
            for cell in (element for element in _unwrapped(row) if element.tag == f"{W}tc"):
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                span = cell.find(f"{W}tcPr/{W}gridSpan")
                width = min(max(int(span.get(f"{W}val") or 1), 1), 100) if span is not None else 1
                goes_on = merge is not None and merge.get(f"{W}val") != "restart"
                content = above.get(len(cells), []) if goes_on else self._blocks(cell)
                for _ in range(width):
                    above[len(cells)] = content
                    cells.append(content)
            rows.append(cells)
        return laid_out(rows)

    def _picture(self, id: str) -> list[str]:
        part = self._document.part.related_parts.get(id)
        if part is None:
            return []
        self._pictures += 1
        if not self._context.settings.ocr:
            return []
        lines = ocr.picture_lines(part.blob)
        self._context.alive()
        self._recognised += bool(lines)
        return lines


def _unwrapped(container: Any) -> Iterator[Any]:
    """The children of a container, those in wrappers that show nothing themselves among them."""
    for child in container:
        if not isinstance(child.tag, str) or child.tag in (f"{W}del", f"{W}moveFrom"):
            continue
        if child.tag in (f"{W}ins", f"{W}moveTo", f"{W}smartTag", f"{W}customXml"):
            yield from _unwrapped(child)
        elif child.tag == f"{_MC}AlternateContent":
            choice = child.find(f"{_MC}Choice")
            yield from _unwrapped(choice if choice is not None else child)
        elif child.tag == f"{W}sdt" and container.tag in (f"{W}tbl", f"{W}tr"):
            content = child.find(f"{W}sdtContent")
            yield from _unwrapped(content) if content is not None else ()
        else:
            yield child


def _texts(element: Any) -> list[str]:
    """All text in an element, shown or deleted, a string an element."""
    found = element.iter(f"{W}t", f"{W}delText")
    return [part.text for part in found if part.text and part.text.strip()]


def _edge_texts(edge: Any) -> Iterator[str]:
    """What a head or foot says, and its watermark."""
    older = {part for fallback in edge.iter(f"{_MC}Fallback") for part in fallback.iter(f"{W}t")}
    said = "".join(part.text or "" for part in edge.iter(f"{W}t") if part not in older)
    marks = (mark.get("string") or "" for mark in edge.iter(f"{_V}textpath"))
    return (text for part in (said, *marks) if (text := " ".join(part.split())))


def _set_aside(element: Any, found: _Paragraph, why: str) -> None:
    """Notes text of a paragraph that is not shown as its text."""
    found.gone.append((why, len(found.text), "".join(_texts(element))))


def _root(part: Any | None) -> Any | None:
    from lxml import etree

    if part is None:
        return None
    return part.element if hasattr(part, "element") else etree.fromstring(part.blob)


def _children(element: Any | None) -> list[Any]:
    return [] if element is None else list(element)


def _symbol(element: Any) -> str:
    """A character of a symbol font; those of the private area say nothing outside it."""
    code = int(element.get(f"{W}char") or "0", 16)
    return "" if 0xE000 <= code <= 0xF8FF or code < 32 else chr(code)


def check_archive(path: Path, most: float, file_mb: float) -> None:
    """Refuses a zip that would unpack to more than `most` times its size (a zip bomb).

    Small files may always unpack to 1 MB: a page of repeated markup compresses that well.

    Raises:
        UnreadableArticleError: it would, or it is not a zip.
    """
    with path.open("rb") as file:
        if file.read(4) == OLE:
            head = file.read(1 << 20)
            locked = "EncryptedPackage".encode("utf-16-le") in head
            if path.suffix.lower() != ".docx":
                raise UnreadableArticleError((_PASSWORD if locked else _RENAMED).format(suffix=path.suffix))
            raise UnreadableArticleError(_LOCKED if locked else _OLD)
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        word = path.suffix.lower() == ".docx"
        raise UnreadableArticleError(_OTHER if word else _BROKEN.format(suffix=path.suffix)) from error
    packed = path.stat().st_size
    if unpacked > max(1e6, packed * most) or unpacked > file_mb * 10e6:
        raise UnreadableArticleError(
            f"解压后有 {unpacked / 1e6:.0f} MB，是文件的 {unpacked / max(1, packed):.0f} 倍，疑似压缩炸弹，"
            "未读取；若确认可信，请调大 ingest.max_expansion 或 ingest.max_file_mb。"
        )
