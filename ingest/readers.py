"""Readers, one a format: a file becomes drafts of articles."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from ingest.errors import UnreadableArticleError


@dataclass(slots=True)
class Draft:
    """What a reader found: raw text and whatever metadata the format states."""

    text: str
    title: str | None = None
    issuer: str | None = None
    column: str | None = None
    published_on: date | None = None
    url: str | None = None
    key: str | None = None
    """The article's own id, where the format has one (.jsonl)."""
    roles: list[tuple[str, str]] = field(default_factory=list)


Item = Draft | UnreadableArticleError


def decode(data: bytes) -> str:
    """Text from UTF-8, UTF-16 (with BOM) or GB18030 bytes, tried strictly in that order.

    Raises:
        UnreadableArticleError: none of them fits, or the bytes are not text.
    """
    if not data.strip():
        raise UnreadableArticleError("文件是空的，请删除它或补上内容。")
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise UnreadableArticleError("不是文本文件，或编码无法识别，请另存为 UTF-8 后再试。")


def parse_date(value: Any) -> date | None:
    """A date from YAML, JSON or text such as 2025-01-20, 2025年1月20日, 2025/1/20; None when there is none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    match = re.search(r"(\d{4})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})", str(value or ""))
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def read_text(path: Path) -> Iterator[Item]:
    """A .txt file: one article."""
    yield Draft(decode(path.read_bytes()))


def read_markdown(path: Path) -> Iterator[Item]:
    """A .md file with optional YAML front matter (title, issuer, date, column, url)."""
    text = decode(path.read_bytes())
    matter: dict[str, Any] = {}
    match = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    if match:
        try:
            loaded = yaml.safe_load(match.group(1))
        except yaml.YAMLError as error:
            raise UnreadableArticleError(
                "开头 --- 之间的元数据不是合法的 YAML，请检查冒号与引号。"
            ) from error
        matter = loaded if isinstance(loaded, dict) else {}
        text = text[match.end() :]

    def said(*names: str) -> str | None:
        return next((str(matter[name]) for name in names if matter.get(name)), None)

    yield Draft(
        text,
        title=said("title"),
        issuer=said("issuer", "source"),
        column=said("column"),
        published_on=parse_date(matter.get("date") or matter.get("published_on")),
        url=said("url"),
    )


def read_html(path: Path) -> Iterator[Item]:
    """A web page: WeChat articles from their own elements, others through trafilatura."""
    import trafilatura
    from lxml import html

    page = decode(path.read_bytes())
    tree = html.fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))
    body = tree.xpath("//*[@id='js_content']")
    if body:
        for block in body[0].iter("p", "section", "div", "br", "h1", "h2", "h3", "li"):
            block.tail = "\n" + (block.tail or "")
        yield Draft(
            re.sub(r"\n\s*\n+", "\n\n", body[0].text_content()),
            title=_first(tree, "//*[@id='activity-name']"),
            issuer=_first(tree, "//*[@id='js_name']"),
            published_on=parse_date(_first(tree, "//*[@id='publish_time']")),
        )
        return
    text = trafilatura.extract(page, include_tables=True, output_format="markdown")
    if not text:
        raise UnreadableArticleError("网页里没有找到正文，请另存为 .txt 后再试。")
    about = trafilatura.extract_metadata(page)
    yield Draft(
        text, title=about.title, issuer=about.sitename, published_on=parse_date(about.date), url=about.url
    )


def _first(tree: Any, path: str) -> str | None:
    found = tree.xpath(path)
    return str(found[0].text_content()).strip() or None if found else None


def read_pdf(path: Path) -> Iterator[Item]:
    """The text layer of a PDF; lines broken inside a sentence are joined."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise UnreadableArticleError("PDF 打不开（已加密或已损坏），请解除密码或重新导出。") from error
    try:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    text = "\n".join(pages).replace("\r\n", "\n")
    if not text.strip():
        raise UnreadableArticleError("PDF 里没有文字层（可能是扫描件），请先做文字识别再试。")
    yield Draft(re.sub(r"(?<=[\u4e00-\u9fff，、])\n(?=[\u4e00-\u9fff])", "", text))


def read_docx(path: Path) -> Iterator[Item]:
    """Paragraphs, headings and tables of a Word file, in order."""
    import docx
    from docx.table import Table

    try:
        document = docx.Document(str(path))
    except Exception as error:  # python-docx raises whatever its zip and XML layers raise
        raise UnreadableArticleError("Word 文件打不开，请用 Word 或 WPS 另存为 .docx 后再试。") from error
    lines: list[str] = []
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            lines += ["| " + " | ".join(cell.text.strip() for cell in row.cells) + " |" for row in block.rows]
        elif block.text.strip():
            style = block.style.name if block.style is not None else ""
            lines.append(
                f"## {block.text.strip()}" if (style or "").startswith("Heading") else block.text.strip()
            )
    yield Draft("\n\n".join(lines))


def read_jsonl(path: Path) -> Iterator[Item]:
    """Articles, one JSON object a line: id, title, text, date?, source?, url?."""
    for number, line in enumerate(decode(path.read_bytes()).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            yield Draft(
                str(row["text"]),
                str(row["title"]),
                row.get("source"),
                None,
                parse_date(row.get("date")),
                row.get("url"),
                str(row["id"]),
            )
        except (ValueError, KeyError, TypeError):
            yield UnreadableArticleError(
                f"第 {number} 行不是完整的文章（需要 id、title、text），请改正这一行。"
            )


READERS: dict[str, Callable[[Path], Iterator[Item]]] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".jsonl": read_jsonl,
}
"""Reader by file name ending."""
