"""Small documents made in the tests: PDFs of given lines, Word files of given XML, and what a reader makes of a file."""

import docx
from lxml import etree

from ingest.draft import ReadContext
from ingest.preparing import Prepared, prepare_all
from ingest.readers import READERS
from settings import IngestSettings

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


def pdf(folder, pages, name="a.pdf", size=12):
    """A PDF whose text lies in a font that every viewer has: each page a list of (x, y, text), y from below."""
    objects = []

    def add(content):
        objects.append(content)
        return len(objects)

    font = add(
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
        b"/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
        b"/DW 1000/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 -200 1000 900]"
        b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>>>]>>"
    )
    kids = []
    parent = len(pages) * 2 + 2
    for lines in pages:
        drawn = "".join(
            f"BT /F1 {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n" for x, y, text in lines
        ).encode()
        stream = add(b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn))
        kids.append(
            add(
                b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 %d 0 R>>>>/Contents %d 0 R>>"
                % (parent, font, stream)
            )
        )
    tree = add(b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(b"%d 0 R" % k for k in kids)))
    assert tree == parent
    root = add(b"<</Type/Catalog/Pages %d 0 R>>" % tree)
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    out += b"trailer<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, start)
    path = folder / name
    path.write_bytes(out)
    return path
