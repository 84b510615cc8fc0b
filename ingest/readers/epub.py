"""Electronic books: the chapters in the order of reading."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from docs_store.text.dates import parse_date
from ingest.documents.agencies import is_agencies
from ingest.documents.labels import issuer
from ingest.draft import PAGE_BREAK, Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers.docx import check_archive
from ingest.readers.html_lines import lines_of
from ingest.readers.html_unseen import take_unseen

_BROKEN = "电子书打不开（有版权保护或已损坏），请转成 .txt 或 .docx 后再试。"
_DC = "{http://purl.org/dc/elements/1.1/}"


def read_epub(path: Path, context: ReadContext) -> Iterator[Item]:
    """One article."""
    from lxml import etree

    check_archive(path, context.settings.max_expansion, context.settings.max_file_mb)
    try:
        with zipfile.ZipFile(path) as archive:
            yield _book(archive, context)
    except (KeyError, etree.XMLSyntaxError, zipfile.BadZipFile, RuntimeError, StopIteration) as error:
        raise UnreadableArticleError(_BROKEN) from error


def _book(archive: zipfile.ZipFile, context: ReadContext) -> Draft:
    from lxml import etree, html

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    container = etree.fromstring(archive.read("META-INF/container.xml"), parser)
    place = next(e.get("full-path") for e in container.iter("{*}rootfile"))
    package = etree.fromstring(archive.read(place), parser)
    items = {e.get("id"): unquote(e.get("href") or "") for e in package.iter("{*}item")}
    lines: list[str] = []
    unseen: list[tuple[str, str]] = []
    for reference in package.iter("{*}itemref"):
        chapter = posixpath.normpath(posixpath.join(posixpath.dirname(place), items[reference.get("idref")]))
        data = archive.read(chapter)
        if data.strip():
            tree = html.fromstring(data, parser=html.HTMLParser(encoding="utf-8"))
            unseen += take_unseen(tree)
            lines += lines_of(tree)
        context.alive()
    if not lines:
        raise UnreadableArticleError("电子书里没有文字，请检查文件内容。")
    stated = {name: _metadata_field(package, name) for name in ("title", "publisher", "creator", "date")}
    by_office = is_agencies(stated["creator"] or "")
    return Draft(
        "\n\n".join(lines).replace(PAGE_BREAK, "\n"),
        title=stated["title"],
        issuer=issuer(stated["publisher"] or (stated["creator"] or "" if by_office else "")),
        roles=[("作者", stated["creator"])] if stated["creator"] and not by_office else [],
        published_on=parse_date(stated["date"]),
        dropped=unseen,
    )


def _metadata_field(package: Any, name: str) -> str | None:
    return next((e.text.strip() for e in package.iter(f"{_DC}{name}") if e.text and e.text.strip()), None)
