"""The layout of official documents, GB/T 9704-2012, for python-docx: page, type, headings, page numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

TITLE, BODY, BLACK, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
_LATIN = "Times New Roman"
_INSTEAD = {
    TITLE: "小标宋, 华文中宋, STZhongsong, Noto Serif CJK SC, 宋体, SimSun",
    BODY: "仿宋, FangSong, STFangsong, FangSong_GB2312, Noto Serif CJK SC, 宋体",
    BLACK: "SimHei, Noto Sans CJK SC, 微软雅黑",
    KAI: "楷体, KaiTi, STKaiti, KaiTi_GB2312, Noto Serif CJK SC, 宋体",
    SONG: "SimSun, Noto Serif CJK SC",
}
"""What a machine without the prescribed font takes instead, the first that it has."""
_SIZE_2, _SIZE_3, _SIZE_4, _SIZE_5 = Pt(22), Pt(16), Pt(14), Pt(10.5)  # 二号, 三号, 四号, 五号
_SIZE_SMALL_5 = Pt(9)  # 小五
_NOTE, _NOTE_LINE = "footnote text", Pt(14)
_LINE = Pt(28)
_TITLE_LINE = Pt(34)


def blank() -> WordDocument:
    """An empty document with the page, the styles and the page numbers of the standard."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)  # the number stands 7 mm below the text
    section.header_distance = Mm(20)
    document.settings.odd_and_even_pages_header_footer = True
    _languages(document)
    _fonts_instead(document)
    style(document, "Normal", BODY, _SIZE_3, line=_LINE)
    style(document, "Title", TITLE, _SIZE_2, line=_TITLE_LINE, centred=True)
    style(document, "Heading 1", BLACK, _SIZE_3, line=_LINE, level=0, indent=True)
    style(document, "Heading 2", KAI, _SIZE_3, line=_LINE, level=1, indent=True)
    _number(document, section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _number(document, section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)
    return document


def style(
    document: WordDocument,
    name: str,
    font: str,
    size: Pt,
    *,
    line: Pt,
    centred: bool = False,
    level: int | None = None,
    indent: bool = False,
) -> None:
    """Gives a style its type: black, upright, not bold, without the spaces and lines that Word's own has."""
    found: ParagraphStyle = document.styles[name]
    properties = found.element.get_or_add_pPr()
    for tag in ("w:pBdr", "w:contextualSpacing", "w:ind"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    run = found.element.get_or_add_rPr()
    for child in list(run):
        run.remove(child)
    found.font.size, found.font.bold, found.font.italic = size, False, False
    found.font.color.rgb = RGBColor(0, 0, 0)
    fonts(run, font)
    shape = found.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, line
    shape.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.JUSTIFY
    shape.keep_with_next = level is not None
    if indent:
        two_characters(properties)
    if level is not None:
        outline = properties.find(qn("w:outlineLvl"))
        if outline is not None:
            outline.set(qn("w:val"), str(level))


def fonts(properties: Any, font: str) -> None:
    """The fonts of a run's properties; marks that both scripts have (“ ” …) are set in the Chinese one."""
    found = properties.find(qn("w:rFonts"))
    if found is None:
        found = OxmlElement("w:rFonts")
        properties.insert(0, found)
    for kind in ("w:ascii", "w:hAnsi", "w:cs"):
        found.set(qn(kind), _LATIN)
    found.set(qn("w:eastAsia"), font)
    found.set(qn("w:hint"), "eastAsia")


def two_characters(properties: Any) -> None:
    """A first line set in by two characters."""
    indent = OxmlElement("w:ind")
    indent.set(qn("w:firstLineChars"), "200")
    indent.set(qn("w:firstLine"), "640")
    properties.append(indent)


def written(paragraph: Paragraph, text: str, font: str = BODY, size: Pt | None = None) -> Run:
    """Adds text in the fonts of the standard."""
    run = paragraph.add_run(clean(text))
    fonts(run._r.get_or_add_rPr(), font)
    if size is not None:
        run.font.size = size
    return run


def clean(text: str) -> str:
    """Without characters that XML cannot hold."""
    return re.sub(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


def small(text: str, paragraph: Paragraph) -> Run:
    """Text of a table."""
    return written(paragraph, text, SONG, _SIZE_5)


def annex_heading(paragraph: Paragraph, text: str) -> None:
    """附件 at the left edge, in 黑体."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    written(paragraph, text, BLACK, _SIZE_3)


def note_style(document: WordDocument) -> str:
    """The id of the style of footnotes, small and close, made where a template has none: WPS and LibreOffice set their numbers by it."""
    if _NOTE not in {s.name for s in document.styles}:
        made: ParagraphStyle = document.styles.add_style(_NOTE, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style = document.styles["Normal"]
        style(document, _NOTE, SONG, _SIZE_SMALL_5, line=_NOTE_LINE)
    return str(document.styles[_NOTE].style_id)


def _number(document: WordDocument, paragraph: Paragraph, side: WD_ALIGN_PARAGRAPH) -> None:
    """— 1 —, 四号, one character from the edge."""
    paragraph.style = document.styles["Normal"]
    paragraph.alignment = side
    indent = OxmlElement("w:ind")
    edge = "right" if side is WD_ALIGN_PARAGRAPH.RIGHT else "left"
    indent.set(qn(f"w:{edge}Chars"), "100")
    indent.set(qn(f"w:{edge}"), "280")
    paragraph._p.get_or_add_pPr().append(indent)
    written(paragraph, "— ", SONG, _SIZE_4)
    for kind, text in (("begin", None), (None, "PAGE"), ("separate", None), ("shown", "1"), ("end", None)):
        run = written(paragraph, "", SONG, _SIZE_4)
        if kind == "shown":
            run.text = text or ""
        elif text is not None:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = text
            run._r.append(code)
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), str(kind))
            run._r.append(mark)
    written(paragraph, " —", SONG, _SIZE_4)


def _languages(document: WordDocument) -> None:
    """Chinese for the East Asian text and for the document as a whole."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    language = OxmlElement("w:lang")
    for kind, value in (("w:val", "en-US"), ("w:eastAsia", "zh-CN"), ("w:bidi", "ar-SA")):
        language.set(qn(kind), value)
    properties.append(language)
    fonts(properties, BODY)
    found = properties.find(qn("w:rFonts"))
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        found.attrib.pop(qn(f"w:{theme}"), None)
    theme_language = document.settings.element.find(qn("w:themeFontLang"))
    if theme_language is not None:
        theme_language.set(qn("w:eastAsia"), "zh-CN")


def _fonts_instead(document: WordDocument) -> None:
    """Names in the font table what to take where a prescribed font is not installed."""
    listed = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{instead}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, instead in _INSTEAD.items()
    )
    for related in document.part.rels.values():
        if related.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
            part = related.target_part
            part._blob = part.blob.replace(b"</w:fonts>", listed.encode() + b"</w:fonts>")
