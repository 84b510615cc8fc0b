"""Word files read as they are printed."""

import struct
import zlib

import docx
import pytest
from docx.oxml import parse_xml
from docx.shared import Inches

from ingest.draft import HIDDEN, STRUCK
from ingest.errors import UnreadableArticleError
from ingest.readers.docx import DELETED
from ingest.readers.word_numbering import chinese, spelt
from tests.ingest.made import WORD, outcomes, paragraph, prepared, run, word

LEVELS = (
    ("chineseCounting", "第%1章", 0),
    ("chineseCounting", "第%2条", 1),
    ("chineseCounting", "（%3）", 2),
    ("decimal", "%4.", 3),
)


def numbered(folder, *paragraphs, restart=""):
    """A Word file with a list of four levels, its paragraphs given as (level, text)."""
    levels = "".join(
        f"<w:lvl w:ilvl='{at}'><w:start w:val='1'/><w:numFmt w:val='{form}'/>{restart if at == 1 else ''}<w:lvlText w:val='{text}'/></w:lvl>"
        for form, text, at in LEVELS
    )
    document = docx.Document()
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(f"<w:abstractNum {WORD} w:abstractNumId='77'>{levels}</w:abstractNum>"))
    numbering.append(parse_xml(f"<w:num {WORD} w:numId='78'><w:abstractNumId w:val='77'/></w:num>"))
    document.add_heading("江海办法", 0)
    body = document.element.body
    for level, text in paragraphs:
        number = f"<w:pPr><w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='78'/></w:numPr></w:pPr>"
        body.insert(len(body) - 1, parse_xml(f"<w:p {WORD}>{number}{run(text)}</w:p>"))
    path = folder / "a.docx"
    document.save(str(path))
    return path


ROWS = (
    (0, "总则"),
    (1, "为规范飞地管理。"),
    (1, "市科技局负责。"),
    (2, "甲项。"),
    (3, "乙目。"),
    (0, "附则"),
    (1, "自发布之日起施行。"),
)


def test_automatic_numbers_are_read(tmp_path):
    assert prepared(numbered(tmp_path, *ROWS)).article.text.split("\n\n") == [
        "第一章 总则",
        "第一条 为规范飞地管理。",
        "第二条 市科技局负责。",
        "（一）甲项。",
        "1. 乙目。",
        "第二章 附则",
        "第一条 自发布之日起施行。",
    ]


def test_a_level_that_never_restarts_counts_on(tmp_path):
    found = prepared(numbered(tmp_path, *ROWS, restart="<w:lvlRestart w:val='0'/>"))
    assert found.article.text.endswith("第三条 自发布之日起施行。")


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (12, "chineseCounting", "十二"),
        (105, "japaneseCounting", "一百零五"),
        (3, "ideographTraditional", "丙"),
        (4, "upperRoman", "IV"),
        (28, "lowerLetter", "bb"),
        (7, "decimalEnclosedCircle", "⑦"),
        (21, "ideographDigital", "二一"),
        (3, "chineseLegalSimplified", "叁"),
        (5, "unheardOf", "5"),
    ],
)
def test_forms_of_numbers(value, form, text):
    assert spelt(value, form) == text


def test_numbers_in_chinese():
    assert [chinese(n) for n in (1, 10, 19, 20, 110, 1001)] == [
        "一",
        "十",
        "十九",
        "二十",
        "一百一十",
        "一千零一",
    ]


def test_deleted_and_hidden_text_stays_out_and_is_told(tmp_path):
    deleted = "<w:del w:id='1' w:author='a'><w:r><w:delText>（旧数999万元）</w:delText></w:r></w:del>"
    hidden = run("（内部掌握：888万元）", "<w:rPr><w:vanish/></w:rPr>")
    shown = run("，另加1万元", "<w:rPr><w:vanish w:val='0'/></w:rPr>")
    path = word(
        tmp_path, paragraph(run("甲县专项资金为318万元"), deleted, hidden, shown, run("，由财政局拨付。"))
    )
    found = prepared(path)
    assert found.article.text == "甲县专项资金为318万元，另加1万元，由财政局拨付。"
    assert [(taken.why, taken.text) for taken in found.reading.removed][:2] == [
        (DELETED, "（旧数999万元）"),
        (HIDDEN, "（内部掌握：888万元）"),
    ]


def test_struck_text_is_told_and_its_item_keeps_its_number(tmp_path):
    struck = run("，原定3元", "<w:rPr><w:strike/></w:rPr>"), run("一张", "<w:rPr><w:dstrike/></w:rPr>")
    found = prepared(word(tmp_path, paragraph(run("票价统一为2元"), *struck, run("。"))))
    assert found.article.text == "票价统一为2元。"
    assert (STRUCK, "，原定3元一张") in [(taken.why, taken.text) for taken in found.reading.removed]


def test_comments_stand_after_what_they_are_on(tmp_path):
    document = docx.Document()
    document.add_heading("江海市通知", 0)
    said = document.add_paragraph().add_run("甲县专项资金为318万元。")
    document.add_paragraph("由财政局拨付。")
    document.add_comment(said, text="含结转资金18万元", author="钱某")
    document.save(str(tmp_path / "a.docx"))
    assert prepared(tmp_path / "a.docx").article.text.split("\n\n") == [
        "甲县专项资金为318万元。",
        "批注（钱某）：含结转资金18万元",
        "由财政局拨付。",
    ]


def test_merged_and_nested_tables_and_a_layout_of_one_column(tmp_path):
    def cell(text, properties=""):
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(run(text))}</w:tc>"

    down, on = "<w:vMerge w:val='restart'/>", "<w:vMerge/>"
    merged = (
        f"<w:tbl><w:tr>{cell('一、创新', down)}{cell('研发')}</w:tr><w:tr>{cell('', on)}{cell('专利')}</w:tr><w:tr>"
        + cell("合计", "<w:gridSpan w:val='2'/>")
        + "</w:tr></w:tbl>"
    )
    frame = "<w:tbl><w:tr>" + cell("框内的话。") + "</w:tr></w:tbl>"
    text = prepared(word(tmp_path, paragraph(run("指标如下。")), merged, frame)).article.text
    assert "| 一、创新 | 研发 |\n| --- | --- |\n| 一、创新 | 专利 |\n| 合计 | 合计 |" in text
    assert text.endswith("\n\n框内的话。")


def test_a_table_in_a_cell_has_rows_of_its_own_below_the_line_that_says_where_it_stands(tmp_path):
    def table(*rows):
        cells = ("".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows)
        return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"

    def said(*texts):
        return [paragraph(run(text)) for text in texts]

    inner = table(said("子项", "投资（万元）"), said("水闸改造", "8640"), said("护岸修复", "12350"))
    task = paragraph(run("闸站与护岸：")) + inner + paragraph()
    outer = table(
        said("单位", "任务", "时限"),
        [*said("甲局"), task, *said("11月")],
        said("乙局", "共享23处站点数据", "9月"),
    )
    found = prepared(word(tmp_path, paragraph(run("任务分解如下。")), outer, paragraph(run("按季调度。"))))
    assert found.article.text.split("\n\n") == [
        "任务分解如下。",
        "| 单位 | 任务 | 时限 |\n| --- | --- | --- |\n| 甲局 | 闸站与护岸： | 11月 |\n| 乙局 | 共享23处站点数据 | 9月 |",
        "上表“甲局”“任务”一格内的表：",
        "| 子项 | 投资（万元） |\n| --- | --- |\n| 水闸改造 | 8640 |\n| 护岸修复 | 12350 |",
        "按季调度。",
    ]


def test_a_form_keeps_the_sections_of_its_long_cell(tmp_path):
    sections = "".join(
        paragraph(run(t)) for t in ("一、总体进展", "建成飞地5个。", "二、存在问题", "指标不足。")
    )
    form = f"<w:tbl><w:tr><w:tc>{paragraph(run('标题'))}</w:tc><w:tc>{paragraph(run('飞地建设情况报告'))}</w:tc></w:tr><w:tr><w:tc>{paragraph(run('正文'))}</w:tc><w:tc>{sections}</w:tc></w:tr></w:tbl>"
    found = prepared(word(tmp_path, form))
    assert ("正文", "一、总体进展") in {p.heading_path for p in found.passages}
    assert "建成飞地5个。" in found.article.text and "|" not in found.article.text


def test_contents_lists_and_page_heads_are_told_and_left_out(tmp_path):
    toc = (
        "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
        f"<w:sdtContent>{paragraph(run('第一章 总则 1'))}</w:sdtContent></w:sdt>"
    )
    path = word(tmp_path, toc, paragraph(run("正文的话。")))
    document = docx.Document(str(path))
    document.sections[0].footer.paragraphs[0].text = "内部资料 严禁外传"
    document.save(str(path))
    found = prepared(path)
    assert found.article.text == "正文的话。"
    told = {(r.why, r.text) for r in found.reading.removed}
    assert {("目录", "第一章 总则 1"), ("页眉与页脚", "内部资料 严禁外传")} <= told


def picture(width=200, height=80):
    """A white PNG."""
    raw = b"".join(b"\0" + b"\xff" * 3 * width for _ in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    )


def with_picture(folder, text):
    (folder / "p.png").write_bytes(picture())
    document = docx.Document()
    document.add_paragraph(text)
    document.add_picture(str(folder / "p.png"), width=Inches(2))
    document.save(str(folder / "a.docx"))
    return folder / "a.docx"


def test_pictures_that_were_not_recognised_are_told(tmp_path, settings):
    off = settings.ingest.model_copy(update={"ocr": False})
    found = prepared(with_picture(tmp_path, "正文见下图。"), off)
    assert found.notes == ["有 1 张图片没有识别（ingest.ocr 已关闭）。"]


def test_a_file_of_pictures_alone_says_so(tmp_path, settings):
    off = settings.ingest.model_copy(update={"ocr": False})
    with pytest.raises(UnreadableArticleError, match="图片"):
        outcomes(with_picture(tmp_path, ""), off)


@pytest.mark.parametrize(
    ("rest", "said"), [("EncryptedPackage".encode("utf-16-le"), "密码"), (b"WordDocument", r"旧版 \.doc")]
)
def test_files_that_only_are_called_docx(tmp_path, rest, said):
    path = tmp_path / "a.docx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100 + rest)
    with pytest.raises(UnreadableArticleError, match=said):
        outcomes(path)
