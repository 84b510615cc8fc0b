"""Small documents made in the tests: PDFs of given lines, Word files of given XML, and what a reader makes of a file."""

import docx
from lxml import etree

from benchmarks.public import pages as fixed_pages
from docs_store.settings import IngestSettings
from ingest.draft import ReadContext
from ingest.preparing import Prepared, prepare_all
from ingest.readers import READERS

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def outcomes(path, settings=None):
    """What becomes of a file's articles."""
    settings = settings or IngestSettings()
    drafts = READERS[path.suffix.lower()](path, ReadContext(settings))
    return list(prepare_all(drafts, path.name, {}, settings))


def prepared(path, settings=None):
    """The one article of a file."""
    (found,) = outcomes(path, settings)
    assert isinstance(found, Prepared), found
    for passage in found.passages:
        assert found.article.text[passage.start : passage.end] == passage.text
    return found


def written(folder, name, text):
    """A text file's path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def word(folder, *bodies, name="a.docx", title="江海市通知", parts=None):
    """A Word file: its title, then block elements given as XML with `w:` names."""
    document = docx.Document()
    document.add_heading(title, 0)
    body = document.element.body
    for xml in bodies:
        element = etree.fromstring(f"<x {WORD}>{xml}</x>")
        for child in element:
            body.insert(len(body) - 1, child)
    path = folder / name
    document.save(str(path))
    return path


def run(text, properties=""):
    """A run of a Word paragraph."""
    return f"<w:r>{properties}<w:t xml:space='preserve'>{text}</w:t></w:r>"


def paragraph(*runs, properties=""):
    """A paragraph of Word."""
    return f"<w:p>{properties}{''.join(runs)}</w:p>"


def pdf(folder, pages, name="a.pdf", size=12, rules=(), more=""):
    """A PDF whose text lies in a font that every viewer has: each page a list of (x, y, text), y from below; the same
    drawn `rules` (x, y, x, y) and further entries on each."""
    return fixed_pages.pdf(folder / name, pages, size, rules, more)
