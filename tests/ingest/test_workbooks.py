"""Workbooks read as they are shown: formats of numbers and days, comments, text boxes, failed formulas."""

import shutil
import struct
import zipfile
from datetime import date, datetime, time, timedelta

import pptx
import pytest
import xlsxwriter
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI

from ingest.readers.docx import EDGES
from ingest.readers.number_formats import built_in, general, rendered
from tests.ingest.made import prepared
from tests.ingest.test_outlook import compound

ACCOUNTS = '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.4685758216, "0.0%", "46.9%"),
        (0.1, "+0.0%;-0.0%", "+10.0%"),
        (1131900.5, "#,##0.00", "1,131,900.50"),
        (345600.5, "#,##0", "345,601"),
        (2.675, "0.00", "2.68"),
        (5, "00000", "00005"),
        (110105194912310000.0, "0", "110105194912310000"),
        (13912345678, "000\\-0000\\-0000", "139-1234-5678"),
        (12345, '0\\.0,"万"', "1.2万"),
        (1234567, "#,##0.0,", "1,234.6"),
        (-1234.5, "#,##0.00_);[Red]\\(#,##0.00\\)", "(1,234.50)"),
        (0, ACCOUNTS, "-"),
        (-1234.5, ACCOUNTS, "-1,234.50"),
        (88, "[$¥-804]#,##0.00", "¥88.00"),
        (-0.001, "0.00", "0.00"),
        (1.5, "0.##", "1.5"),
        (0.5, "#.00", ".50"),
        (3, 'General"家"', "3家"),
        (45000, "[$-804]aaaa", "星期三"),
        (43538, "yyyy-mm-dd", "2019-03-14"),
        (datetime(2024, 3, 5, 14, 7, 9), 'yyyy"年"m"月"d"日"', "2024年3月5日"),
        (date(2024, 3, 5), '[$-804]yyyy"年"m"月"d"日";@', "2024年3月5日"),
        (date(2024, 3, 5), "yyyy\\-mm\\-dd", "2024-03-05"),
        (date(2024, 3, 5), "yyyy.mm.dd", "2024.03.05"),
        (date(2024, 3, 5), "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "2024年3月5日"),
        (date(2024, 3, 5), "d-mmm-yy", "5-Mar-24"),
        (datetime(2024, 3, 5, 14, 7), "yyyy/m/d h:mm", "2024/3/5 14:07"),
        (datetime(2024, 3, 5, 14, 7), '上午/下午h"时"mm"分"', "下午2时07分"),
        (time(9, 30), "h:mm AM/PM", "9:30 AM"),
        (timedelta(days=1, hours=18), "[h]:mm", "42:00"),
    ],
)
def test_values_by_the_code_of_their_format(value, code, shown):
    assert rendered(value, code) == shown


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0.5, "# ?/?"),
        (1234, "0.00E+00"),
        (1234, "[>=1000]0.0,;0"),
        (date(2024, 3, 5), '[DBNum1]yyyy"年"'),
        (date(2024, 3, 5), "0.00"),
        (time(1, 0), "yyyy-mm"),
        (12, ";;;"),
        (-4, "yyyy-mm-dd"),
        (12, '"'),
    ],
)
def test_a_code_that_is_not_known_leaves_the_value_as_it_is(value, code):
    assert rendered(value, code) is None


def test_numbers_without_a_format_have_the_digits_that_a_cell_shows():
    values = [0.1 + 0.2, 1 / 3, 1131900.5, 110105194912310000.0, 0.00001, 1.2345678e-7, -2.5, 0.0]
    assert [general(value) for value in values] == [
        "0.3",
        "0.333333333",
        "1131900.5",
        "110105194912310000",
        "0.00001",
        "1.23457E-07",
        "-2.5",
        "0",
    ]


def test_the_formats_that_workbooks_do_not_state_are_all_known():
    day = datetime(2024, 3, 5, 14, 7, 9)
    for id, code in built_in().items():
        value = timedelta(hours=30) if id == 46 else day if any(part in code for part in "ymdhs") else 1234.5
        assert rendered(value, code), (id, code)


def workbook(path):
    book = xlsxwriter.Workbook(str(path))
    share, money = book.add_format({"num_format": "0.0%"}), book.add_format({"num_format": "#,##0.00"})
    code, day = (
        book.add_format({"num_format": "00000"}),
        book.add_format({"num_format": 'yyyy"年"m"月"d"日"'}),
    )
    page = book.add_worksheet("台账")
    page.write_row(1, 1, ["区县", "编号", "到位率", "投资", "签约", "增幅"])
    page.write(2, 1, "甲县")
    page.write(2, 2, 42, code)
    page.write(2, 3, 0.4685758216, share)
    page.write(2, 4, 1131900.5, money)
    page.write_datetime(2, 5, datetime(2024, 3, 5), day)
    page.write_formula(2, 6, "=1/0", None, "#DIV/0!")
    page.write_row(3, 1, ["乙县", "ABC", 0.30000000000000004, 2])
    page.write_comment("E3", "含结转\n资金", {"author": "钱某"})
    page.write_comment("B9", "表外的话")
    page.insert_textbox("H1", "口径：不含跨市项目")
    page.set_header("&L内部资料&R&P")
    book.close()
    return path


def test_a_sheet_is_read_as_it_is_shown(tmp_path):
    found = prepared(workbook(tmp_path / "台账.xlsx"))
    assert found.article.text.split("\n\n") == [
        "| 区县 | 编号 | 到位率 | 投资 | 签约 | 增幅 |\n| --- | --- | --- | --- | --- | --- |\n"
        "| 甲县 | 00042 | 46.9% | 1,131,900.50 | 2024年3月5日 | #DIV/0! |\n| 乙县 | ABC | 0.3 | 2 |  |  |",
        "批注（E3 甲县 投资）：含结转 资金",
        "批注（B9 区县）：表外的话",
        "口径：不含跨市项目",
    ]
    assert (EDGES, "内部资料") in [(taken.why, taken.text) for taken in found.reading.removed]


THREAD = (
    '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
    '<threadedComment ref="E3" id="{1}" personId="{9}"><text>数字对吗？</text></threadedComment>'
    '<threadedComment ref="E3" id="{2}" parentId="{1}"><text>已核对</text></threadedComment></ThreadedComments>'
)
PEOPLE = (
    '<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
    '<person displayName="钱某" id="{9}"/></personList>'
)


def rewritten(path, added, changed):
    """The archive with members added, and others with something put before a mark in them."""
    copy = path.with_name("b" + path.suffix)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name in changed:
                mark, more = changed[name]
                text = text.replace(mark, more + mark)
            new.writestr(name, text)
        for name, text in added.items():
            new.writestr(name, text)
    shutil.move(copy, path)
    return path


def relation(kind, target):
    return f'<Relationship Id="x{kind}" Type="http://schemas.microsoft.com/office/2017/10/relationships/{kind}" Target="{target}"/>'.encode()


def test_a_thread_of_comments_stands_for_what_older_programs_are_shown_in_its_place(tmp_path):
    end = b"</Relationships>"
    path = rewritten(
        workbook(tmp_path / "台账.xlsx"),
        {"xl/threadedComments/t.xml": THREAD, "xl/persons/person.xml": PEOPLE},
        {
            "xl/worksheets/_rels/sheet1.xml.rels": (
                end,
                relation("threadedComment", "../threadedComments/t.xml"),
            ),
            "xl/_rels/workbook.xml.rels": (end, relation("person", "persons/person.xml")),
        },
    )
    text = prepared(path).article.text
    assert (
        "批注（E3 甲县 投资）：钱某：数字对吗？\n\n批注（E3 甲县 投资）：已核对" in text
        and "含结转" not in text
    )


LOST = "没有读出（文件的这一部分已损坏），请用 Excel 或 WPS 另存为 .xlsx 后再试。"


@pytest.mark.parametrize(
    ("member", "mark", "lost", "gone", "kept"),
    [
        ("xl/comments1.xml", b"</comments>", "工作表“台账”的批注", "含结转", ["46.9%", "口径：不含跨市项目"]),
        ("xl/styles.xml", b"<cellStyles", "数字格式（数字按原值收录）", "46.9%", ["0.468575822", "含结转", "口径"]),
        ("xl/drawings/drawing1.xml", b"</xdr:wsDr>", "工作表“台账”的文本框与图表", "口径", ["46.9%", "含结转"]),
        ("xl/worksheets/_rels/sheet1.xml.rels", b"</Relationships>", "工作表“台账”的批注、文本框与图表", "口径", ["46.9%"]),
    ],
)  # fmt: skip
def test_a_broken_part_of_a_workbook_costs_no_other_and_is_told(tmp_path, member, mark, lost, gone, kept):
    path = rewritten(workbook(tmp_path / "台账.xlsx"), {}, {member: (mark, b"<")})
    found = prepared(path)
    assert found.notes == [lost + LOST]
    assert gone not in found.article.text and all(text in found.article.text for text in kept)


def record(kind, *parts):
    content = b"".join(parts)
    return struct.pack("<HH", kind, len(content)) + content


def wide(text, size="H"):
    return struct.pack(f"<{size}B", len(text), 1) + text.encode("utf-16-le")


def binary(path):
    """An .xls file with formats, a failed formula, a comment and a text box."""
    begin, end = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0), record(0x000A)
    styles = [
        record(0x00E0, struct.pack("<HH", 0, id), bytes(16)) for id in (0, 164, 4, 10, 165)
    ]  # General, 00000, #,##0.00, 0.00%, a day
    formats = record(0x041E, struct.pack("<H", 164), wide("00000"))
    formats += record(0x041E, struct.pack("<H", 165), wide('yyyy"年"m"月"d"日"'))
    page = begin.replace(b"\x05\x00", b"\x10\x00", 1)
    cells = b"".join(
        record(0x0204, struct.pack("<3H", 0, x, 0), wide(text))
        for x, text in enumerate(["编号", "投资", "到位率"])
    )
    cells += record(0x0203, struct.pack("<3Hd", 1, 0, 1, 42.0))
    cells += record(0x00BD, struct.pack("<HHHIHIH", 1, 1, 2, 12345 << 2 | 2, 3, 1 << 2 | 2, 2))
    cells += record(0x0203, struct.pack("<3Hd", 2, 0, 4, 45356.0))
    cells += record(
        0x0006, struct.pack("<3H", 2, 1, 0), b"\2\0\7\0\0\0\xff\xff", bytes(6), struct.pack("<H", 0)
    )
    shapes = b""
    for number, kind, text in ((1, 0x19, "含结转"), (2, 6, "口径：不含跨市")):
        shapes += record(0x005D, struct.pack("<4H", 0x15, 0x12, kind, number), bytes(14))
        shapes += record(0x01B6, bytes(10), struct.pack("<HH", len(text), 0), bytes(4))
        shapes += record(0x003C, b"\1", text[:2].encode("utf-16-le")) + record(
            0x003C, b"\1", text[2:].encode("utf-16-le")
        )
    shapes += record(0x001C, struct.pack("<4H", 1, 1, 0, 1), wide("钱某"))
    shapes += record(0x0014, wide("&L内部资料&P"))
    name = wide("台账", "B")
    size = len(record(0x0809, begin)) + len(formats) + sum(map(len, styles)) + 4 + 6 + len(name) + len(end)
    book = record(0x0809, begin) + formats + b"".join(styles)
    book += record(0x0085, struct.pack("<IBB", size, 0, 0), name) + end
    path.write_bytes(
        compound({"Workbook": (book + record(0x0809, page) + cells + shapes + end).ljust(4096, b"\0")})
    )
    return path


def test_an_old_workbook_is_read_as_it_is_shown(tmp_path):
    found = prepared(binary(tmp_path / "台账.xls"))
    assert found.article.text.split("\n\n") == [
        "| 编号 | 投资 | 到位率 |\n| --- | --- | --- |\n| 00042 | 12,345.00 | 100.00% |\n| 2024年3月5日 | #DIV/0! |  |",
        "批注（B2 00042 投资）：含结转",
        "口径：不含跨市",
    ]
    assert (EDGES, "内部资料") in [
        (taken.why, taken.text) for taken in found.reading.removed
    ] and not found.notes


OPEN = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/">
<office:body><office:spreadsheet><table:table table:name="台账">
<table:shapes><draw:frame><draw:text-box><text:p>口径：不含跨市</text:p></draw:text-box></draw:frame></table:shapes>
<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>
<table:table-row><table:table-cell/><table:table-cell office:value-type="string"><text:p>区县</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>到位率</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell/><table:table-cell office:value-type="string"><text:p>甲<text:s/>县</text:p></table:table-cell>
<table:table-cell office:value-type="percentage" office:value="0.4685758216"><office:annotation><dc:creator>钱某</dc:creator>
<text:p>含结转</text:p></office:annotation><text:p>46.9%</text:p></table:table-cell></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""


def open_document(path, content=OPEN):
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
        f'manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content.replace("\n", ""))
    return path


def test_an_open_document_is_read_as_it_is_shown(tmp_path):
    open_document(tmp_path / "台账.ods")
    found = prepared(tmp_path / "台账.ods")
    assert found.article.text.split("\n\n") == [
        "| 区县 | 到位率 |\n| --- | --- |\n| 甲 县 | 46.9% |",
        "批注（C4 甲 县 到位率）：钱某：含结转",
        "口径：不含跨市",
    ]


@pytest.mark.parametrize("broken", [False, True])
def test_comments_on_slides(tmp_path, broken):
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "江海市飞地建设汇报"
    slide.shapes.add_textbox(0, 0, 9, 9).text_frame.text = "已建成5个。"
    space = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    for owner, kind, xml in (
        (deck.part, "commentAuthors", f'<p:cmAuthorLst {space}><p:cmAuthor id="0" name="钱某"/></p:cmAuthorLst>'),
        (slide.part, "comments", f'<p:cmLst {space}><p:cm authorId="0"><p:text>再核对数字</p:text></p:cm></p:cmLst>'),
    ):  # fmt: skip
        part = Part(
            PackURI(f"/ppt/{kind}.xml"),
            "application/xml",
            deck.part.package,
            xml[: -2 * broken or None].encode(),
        )
        owner.relate_to(part, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}")
    deck.save(str(tmp_path / "a.pptx"))
    found = prepared(tmp_path / "a.pptx")
    assert ("批注（钱某）：再核对数字" in found.article.text) != broken
    assert found.notes == (["有 1 张幻灯片的批注没有读出（文件的这一部分已损坏）。"] if broken else [])
