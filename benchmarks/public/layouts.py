"""How an article looks as a file of each format: each function writes the file and returns the values that it states."""

from __future__ import annotations

import csv
import html
import io
import json
import shutil
import textwrap
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import docx
import pptx
import xlsxwriter
from docx.enum.text import WD_ALIGN_PARAGRAPH
from PIL import Image, ImageDraw, ImageFont

from benchmarks.public.articles import ARTICLES, Block, Source
from benchmarks.public.pages import ofd, packed, pdf

Values = dict[str, Any]
Layout = Callable[[Source, Path], Values]
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/Supplemental/Songti.ttc",
    r"C:\Windows\Fonts\simsun.ttc",
)
"""Where machines keep a Chinese font to draw pictures with."""


def _day(source: Source) -> str:
    d = source.published_on
    return f"{d.year}年{d.month}月{d.day}日"


def _stated(source: Source, *fields: str) -> Values:
    return {
        field: value if isinstance(value := getattr(source, field), str) else str(value) for field in fields
    }


def _as_text(source: Source) -> str:
    return f"{source.title}\n\n来源：{source.issuer}　发布时间：{source.published_on}\n\n" + "\n\n".join(
        source.paragraphs
    )


def markdown(source: Source, path: Path) -> Values:
    """As it lies in `articles/`."""
    shutil.copyfile(ARTICLES / f"{source.id}.md", path)
    optional = [f for f in ("document_number", "written_on") if getattr(source, f)]
    return _stated(source, "title", "issuer", "published_on", *optional)


def text(source: Source, path: Path) -> Values:
    """Plain text in UTF-8."""
    path.write_text(_as_text(source), encoding="utf-8")
    return _stated(source, "title", "issuer", "published_on")


def text_gb(source: Source, path: Path) -> Values:
    """Plain text as older Chinese programs write it."""
    path.write_bytes(_as_text(source).replace("\n", "\r\n").encode("gb18030"))
    return _stated(source, "title", "issuer", "published_on")


def text_wrapped(source: Source, path: Path) -> Values:
    """Lines broken at 36 characters, paragraphs indented by two, as out of an old mail program."""
    wrapped = ["\n".join(textwrap.wrap("　　" + p, 36, drop_whitespace=False)) for p in source.paragraphs]
    path.write_text(
        f"{source.title}\n{source.issuer}　{_day(source)}\n" + "\n".join(wrapped), encoding="utf-8"
    )
    return _stated(source, "title", "published_on")


def pasted_post(source: Source, path: Path) -> Values:
    """A post of an account, copied out of the reader with what stands around it."""
    head = f"{source.title}\n\n{source.issuer}   {source.published_on} 11:13   江苏\n\n点击蓝字 关注我们\n\n"
    path.write_text(head + "\n\n".join(source.paragraphs) + "\n\n阅读 1024　在看 6\n", encoding="utf-8")
    return _stated(source, "title", "published_on")


def _inner(source: Source, wrap: str = "{}") -> str:
    return "\n".join(_block_html(b, wrap) for b in source.blocks)


def _block_html(block: Block, wrap: str) -> str:
    if block.rows:
        rows = ("".join(f"<td>{html.escape(c)}</td>" for c in row) for row in block.rows)
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    if block.kind == "heading":
        return f"<h2>{html.escape(block.text)}</h2>"
    return "".join(f"<p>{wrap.format(html.escape(line))}</p>" for line in block.text.split("\n"))


def _news(source: Source) -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{source.title}_{source.issuer}</title></head><body>"
        "<div class='nav'><a href='/'>首页</a><a href='/news'>新闻</a><a href='/region'>区域</a></div>"
        f"<h1>{source.title}</h1><div class='info'>发布时间：{source.published_on} 来源：{source.issuer}</div>"
        f"<div id='content'>{_inner(source)}</div>"
        "<div class='share'>分享到：微信 微博</div><div class='footer'>版权所有 网站地图 联系我们</div></body></html>"
    )


def news_page(source: Source, path: Path) -> Values:
    """A page of a news site."""
    path.write_text(_news(source), encoding="utf-8")
    return _stated(source, "title", "issuer", "published_on")


def official_page(source: Source, path: Path) -> Values:
    """A page of an office, with its table of what the document is."""
    stated = _stated(source, "title", "issuer", "document_number", "published_on")
    if source.written_on:
        stated |= _stated(source, "written_on")
    labels = {
        "title": "标　　题",
        "issuer": "发文机关",
        "document_number": "发文字号",
        "written_on": "成文日期",
        "published_on": "发布日期",
    }
    rows = "".join(f"<tr><td>{labels[k]}：</td><td>{v}</td></tr>" for k, v in stated.items())
    path.write_text(
        f"<html><head><meta charset='utf-8'><title>{source.title}</title></head><body>"
        f"<table class='bd1'><tr><td>索 引 号：</td><td>000014349/{source.published_on.year}-00001</td></tr>{rows}</table>"
        f"<div class='pages_content' id='UCAP-CONTENT'><h1>{source.title}</h1>{_inner(source)}</div>"
        "<div class='footer'>主办单位：办公厅　网站标识码</div></body></html>",
        encoding="utf-8",
    )
    return stated


def post_page(source: Source, path: Path) -> Values:
    """A post of an account as the platform serves it."""
    path.write_text(
        f"<html><head><meta charset='utf-8'><meta property='og:title' content='{source.title}'></head><body>"
        f"<div id='img-content'><h1 class='rich_media_title' id='activity-name'>{source.title}</h1>"
        f"<div id='meta_content'><a id='js_name'>{source.issuer}</a><em id='publish_time'>{source.published_on} 18:00</em></div>"
        f"<div class='rich_media_content' id='js_content'>{_inner(source, '<span>{}</span>')}</div></div>"
        "<div id='js_pc_qr_code'>微信扫一扫关注该公众号</div></body></html>",
        encoding="utf-8",
    )
    return _stated(source, "title", "issuer", "published_on")


def saved_page(source: Source, path: Path) -> Values:
    """A page that a browser saved as one file."""
    message = EmailMessage()
    message["Snapshot-Content-Location"] = f"https://example.com/{source.id}"
    message.set_content(_news(source), subtype="html", charset="utf-8")
    message.make_mixed(boundary="public-set")
    path.write_bytes(message.as_bytes())
    return _stated(source, "title", "issuer", "published_on")


def _into_word(document: Any, source: Source) -> None:
    for block in source.blocks:
        if block.rows:
            table = document.add_table(len(block.rows), len(block.rows[0]))
            for row, cells in zip(table.rows, block.rows, strict=True):
                for cell, value in zip(row.cells, cells, strict=True):
                    cell.text = value
        elif block.kind == "heading":
            document.add_heading(block.text, 2)
        else:
            for line in block.text.split("\n"):
                document.add_paragraph(line)


def word(source: Source, path: Path) -> Values:
    """A Word file with a title, headings and tables."""
    document = docx.Document()
    document.add_heading(source.title, 0)
    document.add_paragraph(f"来源：{source.issuer}　发布时间：{source.published_on}")
    _into_word(document, source)
    document.save(str(path))
    return _stated(source, "title", "published_on")


def word_redhead(source: Source, path: Path) -> Values:
    """A Word file as offices lay out a document: its number and title in the middle, who signed and the day at the end."""
    document = docx.Document()
    middle = [f"{source.issuer}文件", source.document_number or "", source.title]
    for line in middle:
        document.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.CENTER
    _into_word(document, source)
    signed = source.written_on or source.published_on
    for line in (source.issuer, f"{signed.year}年{signed.month}月{signed.day}日"):
        document.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.save(str(path))
    return _stated(source, "title", "issuer", "document_number") | {"written_on": str(signed)}


def _lines(source: Source, width: int) -> list[tuple[bool, str]]:
    """(in the middle, text) of each printed line."""
    wrapped = [(True, line) for line in textwrap.wrap(source.title, width - 8)]
    for paragraph in source.paragraphs:
        wrapped += [(False, line) for line in textwrap.wrap("　　" + paragraph, width, drop_whitespace=False)]
    return wrapped


def _printed(
    source: Source, head: list[str], foot: list[str], per_page: int
) -> Iterator[list[tuple[float, float, str]]]:
    """Lines of 34 characters of 12 points, pages of `per_page` lines and a page number."""
    lines = [(True, h) for h in head] + _lines(source, 34) + [(False, "　" * 20 + f) for f in foot]
    for number, first in enumerate(range(0, len(lines), per_page), start=1):
        page = [
            (297 - 6 * len(t) if centred else 93, 760 - 19 * i, t)
            for i, (centred, t) in enumerate(lines[first : first + per_page])
        ]
        yield [*page, (280, 40, f"— {number} —")]


def printed(source: Source, path: Path) -> Values:
    """A PDF of several pages with a text layer."""
    pdf(path, list(_printed(source, [], [], 18)))
    return _stated(source, "title")


def printed_redhead(source: Source, path: Path) -> Values:
    """The same with head, number, signature and day of an official document."""
    signed = source.written_on or source.published_on
    head = [f"{source.issuer}文件", source.document_number or ""]
    foot = [source.issuer, f"{signed.year}年{signed.month}月{signed.day}日"]
    pdf(path, list(_printed(source, head, foot, 30)))
    return _stated(source, "title", "document_number") | {"written_on": str(signed)}


def fixed(source: Source, path: Path) -> Values:
    """A file of the national format of fixed pages."""
    pages = _printed(source, [], [], 30)
    ofd(path, [[(x / 2.835, (842 - y) / 2.835, html.escape(t)) for x, y, t in page] for page in pages])
    return _stated(source, "title")


def sheet(source: Source, path: Path) -> Values:
    """The article's table as a workbook under its title."""
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("一览表")
    page.merge_range(0, 0, 0, len(source.table[0]) - 1, source.title)
    for i, row in enumerate(source.table, start=1):
        page.write_row(i, 0, row)
    book.close()
    return _stated(source, "title") | {"sentences": [row[0] for row in source.table]}


def rows(source: Source, path: Path) -> Values:
    """The article's table with commas or tabs."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t" if path.suffix == ".tsv" else ",").writerows(source.table)
    path.write_bytes(out.getvalue().encode("utf-8-sig" if path.suffix == ".tsv" else "gb18030"))
    return {"sentences": [row[0] for row in source.table]}


def slides(source: Source, path: Path) -> Values:
    """A slide of the title, then one for each part."""
    deck = pptx.Presentation()
    front = deck.slides.add_slide(deck.slide_layouts[0])
    front.shapes.title.text = source.title
    front.placeholders[1].text = f"{source.issuer}　{_day(source)}"
    part: list[str] = []
    heading = "概况"
    for block in (*source.blocks, Block("heading", "")):
        if block.kind == "heading":
            if part:
                slide = deck.slides.add_slide(deck.slide_layouts[1])
                slide.shapes.title.text = heading
                slide.placeholders[1].text = "\n".join(part)
            heading, part = block.text, []
        elif not block.rows:
            part.append(block.text)
    deck.save(str(path))
    return _stated(source, "title")


def book(source: Source, path: Path) -> Values:
    """A book of one chapter."""
    container = (
        "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles>"
        "<rootfile full-path='O/c.opf'/></rootfiles></container>"
    )
    package = (
        "<package xmlns='http://www.idpf.org/2007/opf'><metadata xmlns:dc='http://purl.org/dc/elements/1.1/'>"
        f"<dc:title>{source.title}</dc:title><dc:publisher>{source.issuer}</dc:publisher></metadata>"
        "<manifest><item id='a' href='1.xhtml'/></manifest><spine><itemref idref='a'/></spine></package>"
    )
    chapter = f"<html><body><h1>{source.title}</h1>{_inner(source)}</body></html>"
    packed(path, {"META-INF/container.xml": container, "O/c.opf": package, "O/1.xhtml": chapter})
    return _stated(source, "title", "issuer")


def mail(source: Source, path: Path) -> Values:
    """A mail whose text is the article."""
    message = EmailMessage()
    message["Subject"] = source.title
    message["From"] = f"{source.issuer} <public-set@example.com>"
    message["Date"] = source.published_on.strftime("%d %b %Y 09:30:00 +0800")
    message.set_content("\n\n".join(source.paragraphs), cte="base64")
    path.write_bytes(message.as_bytes())
    return _stated(source, "title", "published_on")


def archive(source: Source, path: Path) -> Values:
    """A plain text in an archive."""
    packed(path, {"材料/正文.txt": _as_text(source)})
    return _stated(source, "title", "issuer", "published_on")


def record(source: Source, path: Path) -> Values:
    """A line of a crawler's export."""
    row = {
        "id": source.id,
        "title": source.title,
        "text": "\n\n".join(source.paragraphs),
        "date": str(source.published_on),
        "source": source.issuer,
    }
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    return _stated(source, "title", "issuer", "published_on")


def picture(source: Source, path: Path) -> Values:
    """A page as a scanner sees it: letters of 28 pixels on white."""
    font = ImageFont.truetype(next(f for f in FONTS if Path(f).exists()), 28)
    lines = _lines(source, 34)
    page = Image.new("L", (1160, 120 + 46 * len(lines)), 255)
    draw = ImageDraw.Draw(page)
    for i, (centred, line) in enumerate(lines):
        draw.text((580 - 14 * len(line) if centred else 100, 60 + 46 * i), line, fill=0, font=font)
    page.save(path)
    return _stated(source, "title")


def rich_text(source: Source, path: Path) -> Values:
    """RTF, its characters as numbers."""

    def escaped(line: str) -> str:
        units = memoryview(line.encode("utf-16-le")).cast("H")
        return "".join(f"\\u{u if u < 32768 else u - 65536}?" for u in units)

    lines = [source.title, *source.paragraphs]
    path.write_bytes(
        ("{\\rtf1\\ansi\\uc1 " + "".join(f"{escaped(t)}\\par\n" for t in lines) + "}").encode("ascii")
    )
    return _stated(source, "title")


def open_text(source: Source, path: Path) -> Values:
    """A text of OpenDocument."""
    kind = "application/vnd.oasis.opendocument.text"
    space = "urn:oasis:names:tc:opendocument:xmlns"
    paragraphs = "".join(f"<text:p>{html.escape(t)}</text:p>" for t in [source.title, *source.paragraphs])
    listed = "".join(
        f"<manifest:file-entry manifest:full-path='{name}' manifest:media-type='{media}'/>"
        for name, media in (("/", kind), ("content.xml", "text/xml"))
    )
    manifest = f"<manifest:manifest xmlns:manifest='{space}:manifest:1.0' manifest:version='1.2'>{listed}</manifest:manifest>"
    content = (
        f"<office:document-content xmlns:office='{space}:office:1.0' xmlns:text='{space}:text:1.0' office:version='1.2'>"
        f"<office:body><office:text>{paragraphs}</office:text></office:body></office:document-content>"
    )
    packed(path, {"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content})
    return _stated(source, "title")
