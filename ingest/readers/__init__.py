"""Readers, one a format: a file becomes drafts of articles.

Others add theirs by an entry point of the group `guanchao.readers`: its name is the ending (`ceb` or `.ceb`), its value a
function like those below. It is read in a process of its own, and takes no ending that is here already.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from pathlib import Path

from ingest.draft import Item, ReadContext
from ingest.readers.archive_members import read_zip
from ingest.readers.docx import read_docx
from ingest.readers.epub import read_epub
from ingest.readers.feeds import read_feed, read_opml
from ingest.readers.html import read_html
from ingest.readers.jsonl import read_jsonl
from ingest.readers.mail import read_mail, read_mhtml
from ingest.readers.markdown import read_markdown
from ingest.readers.ofd import read_ofd
from ingest.readers.office import read_office
from ingest.readers.outlook import read_msg
from ingest.readers.pdf import read_pdf
from ingest.readers.pictures import read_picture
from ingest.readers.sheets import read_csv, read_sheets
from ingest.readers.slides import read_slides
from ingest.readers.text import read_text
from ingest.readers.urls import read_urls

Reader = Callable[[Path, ReadContext], Iterator[Item]]

GROUP = "guanchao.readers"
_log = logging.getLogger(__name__)
_PLAIN: dict[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".jsonl": read_jsonl,
    ".csv": read_csv,
    ".tsv": read_csv,
}
"""Formats that are read where they are."""
_PARSED: dict[str, Reader] = {
    **dict.fromkeys((".html", ".htm", ".xhtml", ".shtml"), read_html),
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".ofd": read_ofd,
    **dict.fromkeys((".xlsx", ".xls", ".xlsb", ".xlsm", ".ods"), read_sheets),
    ".pptx": read_slides,
    **dict.fromkeys((".doc", ".wps", ".rtf", ".odt", ".ppt"), read_office),
    ".epub": read_epub,
    ".eml": read_mail,
    ".msg": read_msg,
    **dict.fromkeys((".mhtml", ".mht"), read_mhtml),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff"), read_picture),
    ".zip": read_zip,
    **dict.fromkeys((".rss", ".atom"), read_feed),
    ".urls": read_urls,
    ".opml": read_opml,
}


def _added() -> dict[str, Reader]:
    """Readers of other packages. One that cannot be loaded is logged and left out."""
    found: dict[str, Reader] = {}
    for entry in entry_points(group=GROUP):
        suffix = "." + entry.name.lower().lstrip(".")
        if suffix in _PLAIN or suffix in _PARSED:
            continue
        try:
            found[suffix] = entry.load()
        except Exception:  # another package's own fault must not stop ours
            _log.exception("reader %s cannot be loaded", entry.name)
    return found


READERS: dict[str, Reader] = {**_PLAIN, **_PARSED, **_added()}
"""Reader by file name ending, lower case."""

PARSED = frozenset(READERS) - frozenset(_PLAIN)
"""Formats whose parsers may hang or crash on a hostile file: read them in a process that can be ended."""

ON_REQUEST = frozenset({".urls", ".opml"})
"""Formats that are read only when the user names the very file or has a schedule for them (`ingest.watch`), and then
always: what they list may have changed."""

STREAMED = frozenset({".jsonl"})
"""Formats of many articles, read one by one so that memory does not grow with the file."""

__all__ = ["GROUP", "ON_REQUEST", "PARSED", "READERS", "STREAMED", "Reader"]
