"""Files without a library that writes them: PDF and OFD from lines at given places, and packed texts."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

Line = tuple[float, float, str]
Sized = Line | tuple[float, float, str, int]
Rule = tuple[float, float, float, float]
_OFD = "xmlns:ofd='http://www.ofdspec.org/2016'"
_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
    b"/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
    b"/DW 1000/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 -200 1000 900]"
    b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>>>]>>"
)


def packed(path: Path, parts: Mapping[str, str]) -> Path:
    """A zip of texts by name, in this order and always with the same day, so that its bytes are the same."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 28, 0, 0, 0)), text)
    return path


def pdf(
    path: Path, pages: Sequence[Sequence[Sized]], size: int = 12, rules: Sequence[Rule] = (), more: str = ""
) -> Path:
    """A PDF in a font that every viewer has; a line is (x, y, text) in points, y from below, and may have a size of its own.

    Each page has the same `rules`, drawn lines as (x, y, x, y), and `more` among its entries, such as /Rotate 90.
    """
    ruled = "".join(f"{x0} {y0} m {x1} {y1} l S\n" for x0, y0, x1, y1 in rules)
    objects = [_FONT]
    parent = len(pages) * 2 + 2
    kids = []
    for lines in pages:
        drawn = ruled + "".join(
            f"BT /F1 {own[0] if own else size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n"
            for x, y, text, *own in lines
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn.encode()))
        objects.append(
            b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 1 0 R>>>>/Contents %d 0 R%s>>"
            % (parent, len(objects), more.encode())
        )
        kids.append(b"%d 0 R" % len(objects))
    objects.append(b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids)))
    objects.append(b"<</Type/Catalog/Pages %d 0 R>>" % parent)
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size_and_root = (len(objects) + 1, len(objects), len(out))
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    out += b"trailer<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % size_and_root
    path.write_bytes(out)
    return path


def ofd(path: Path, pages: Sequence[Sequence[Line]]) -> Path:
    """A file of the national format; a line is (x, y, text) in millimetres, y from above."""
    listed = "".join(f"<ofd:Page ID='{i}' BaseLoc='Pages/Page_{i}/Content.xml'/>" for i in range(len(pages)))
    root = "<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
    parts = {
        "OFD.xml": f"<ofd:OFD {_OFD}>{root}</ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {_OFD}><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    }
    for i, lines in enumerate(pages):
        drawn = "".join(
            f"<ofd:TextObject Boundary='{x} {y} 170 5' Size='5'><ofd:TextCode X='0' Y='4'>{text}</ofd:TextCode>"
            "</ofd:TextObject>"
            for x, y, text in lines
        )
        content = f"<ofd:Content><ofd:Layer>{drawn}</ofd:Layer></ofd:Content>"
        parts[f"Doc_0/Pages/Page_{i}/Content.xml"] = f"<ofd:Page {_OFD}>{content}</ofd:Page>"
    return packed(path, parts)
