"""Charts and SmartArt of slides, Word files and workbooks."""

import zipfile

import docx
import pptx
import pytest
import xlsxwriter
from pptx.chart.data import XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml import parse_xml
from pptx.util import Emu

from ingest.draft import HIDDEN
from ingest.readers.drawings import chart_lines, chart_words, diagram_lines, drawn_from, parsed
from ingest.readers.slides import MASTER
from tests.ingest import drawn
from tests.ingest import test_workbooks as books
from tests.ingest.made import paragraph, prepared, run, word
from tests.ingest.test_word import picture

DATA = {"categories": ["2023年", "2024年"], "投资": (318.5, 402), "到位": (0.4685, None)}
TABLE = "|  | 投资 | 到位 |\n| --- | --- | --- |\n| 2023年 | 318.5 | 0.4685 |\n| 2024年 | 402 |  |"


def chart(title="飞地投资情况", axis="亿元"):
    return drawn.chart_xml(title, axis, drawn.chart_data(**DATA))


def removed(found, why):
    return [taken.text for taken in found.reading.removed if taken.why == why]


def test_a_chart_is_its_titles_and_a_table():
    assert chart_lines(parsed(chart())) == ["飞地投资情况", "亿元", TABLE]
    assert chart_words(parsed(chart())) == ["飞地投资情况", "亿元"]
    assert drawn_from(parsed(chart())) == {"Sheet1"}


def test_values_have_the_form_of_their_cells_or_of_their_labels():
    percent = chart().replace(b"<c:formatCode>General</c:formatCode>", b"<c:formatCode>0.0%</c:formatCode>")
    assert "46.9%" in chart_lines(parsed(percent))[-1]
    labels = b"<c:dLbls><c:numFmt formatCode='0.0' sourceLinked='0'/><c:showVal val='1'/></c:dLbls><c:cat>"
    assert "| 402.0 |" in chart_lines(parsed(chart().replace(b"<c:cat>", labels)))[-1]


def test_series_over_other_categories_have_a_table_of_their_own():
    dots = XyChartData()
    for name, x in (("甲县", 1.5), ("乙县", 2.5)):
        dots.add_series(name).add_data_point(x, 7)
    lines = chart_lines(parsed(drawn.chart_xml("散点", "家", dots, XL_CHART_TYPE.XY_SCATTER)))
    assert lines[2:] == ["|  | 甲县 |\n| --- | --- |\n| 1.5 | 7 |", "|  | 乙县 |\n| --- | --- |\n| 2.5 | 7 |"]


LEVELS = (
    "<c:cat><c:multiLvlStrRef><c:multiLvlStrCache><c:lvl><c:pt idx='0'><c:v>一季度</c:v></c:pt><c:pt idx='1'><c:v>二季度</c:v></c:pt>"
    "</c:lvl><c:lvl><c:pt idx='0'><c:v>2024年</c:v></c:pt></c:lvl></c:multiLvlStrCache></c:multiLvlStrRef></c:cat>"
)
LABEL = (
    "<c:dLbls><c:dLbl><c:idx val='0'/><c:tx><c:rich><a:p><a:r><a:t>含结转</a:t></a:r><a:fld id='1' type='CELLRANGE'><a:t>[CELLRANGE]</a:t></a:fld>"
    "</a:p></c:rich></c:tx></c:dLbl></c:dLbls><c:trendline><c:name>趋势</c:name></c:trendline>"
)


def test_levels_of_categories_labels_and_what_is_filtered_away():
    root = parsed(
        f"<c:chartSpace xmlns:c='{drawn.C}' xmlns:a='{drawn.A}'><c:chart><c:plotArea><c:barChart><c:ser><c:tx><c:v>投资</c:v></c:tx>"
        f"{LABEL}{LEVELS}<c:val><c:numLit><c:pt idx='0'><c:v>3</c:v></c:pt><c:pt idx='1'><c:v>#N/A</c:v></c:pt></c:numLit></c:val></c:ser>"
        "<c:extLst><c:ext><c:ser><c:tx><c:v>不显示</c:v></c:tx></c:ser></c:ext></c:extLst></c:barChart></c:plotArea></c:chart></c:chartSpace>".encode()
    )
    table = "|  | 投资 |\n| --- | --- |\n| 2024年 一季度 | 3 |\n| 2024年 二季度 | #N/A |"
    assert chart_lines(root) == [table, "含结转", "趋势"]


def test_a_chart_of_the_newer_kind():
    root = parsed(
        "<cx:chartSpace xmlns:cx='http://schemas.microsoft.com/office/drawing/2014/chartex' "
        f"xmlns:a='{drawn.A}'><cx:chartData><cx:data id='0'><cx:strDim type='cat'><cx:f>甲!$A$1</cx:f><cx:lvl><cx:pt idx='0'>签约</cx:pt>"
        "</cx:lvl></cx:strDim><cx:numDim type='val'><cx:lvl formatCode='#,##0'><cx:pt idx='0'>1200</cx:pt></cx:lvl></cx:numDim></cx:data>"
        "</cx:chartData><cx:chart><cx:title><cx:tx><cx:txData><cx:v>漏斗</cx:v></cx:txData></cx:tx></cx:title><cx:plotArea><cx:plotAreaRegion>"
        "<cx:series layoutId='funnel'><cx:tx><cx:txData><cx:v>项目</cx:v></cx:txData></cx:tx><cx:dataId val='0'/></cx:series></cx:plotAreaRegion>"
        "</cx:plotArea></cx:chart></cx:chartSpace>".encode()
    )
    assert chart_lines(root) == ["漏斗", "|  | 项目 |\n| --- | --- |\n| 签约 | 1,200 |"]


def test_smart_art_is_read_in_the_order_in_which_it_is_drawn():
    assert diagram_lines(parsed(drawn.diagram_xml("先签约", "再开工", "后验收"))) == [
        "先签约",
        "再开工",
        "后验收",
    ]


def deck(path):
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "江海市飞地建设汇报"
    data = drawn.chart_data(**DATA)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Emu(9), Emu(9), data)
    frame.chart.chart_title.text_frame.text = "飞地投资情况"
    slide.shapes.add_textbox(0, Emu(5_000_000), Emu(9), Emu(9)).text_frame.text = "口径：不含跨市项目"
    drawn.on_slide(slide, drawn.diagram_xml("先签约", "再开工"))
    drawn.formula_box(slide, "增幅为", "y=2x")
    slide.notes_slide.notes_text_frame.text = "讲慢一点。"
    made.slide_master.shapes._spTree.append(textbox("江海市科技局监制"))
    made.save(str(path))
    return path


def textbox(text):
    shape = pptx.Presentation()
    slide = shape.slides.add_slide(shape.slide_layouts[6])
    box = slide.shapes.add_textbox(0, 0, Emu(9), Emu(9))
    box.text_frame.text = text
    return box.element


def test_slides_show_their_charts_after_their_text_and_what_older_programs_do_not_see(tmp_path):
    found = prepared(deck(tmp_path / "a.pptx"))
    lines = found.article.text.split("\n\n")
    assert sorted(lines[:4]) == sorted(["先签约", "再开工", "增幅为y=2x", "口径：不含跨市项目"])
    assert lines[4:] == ["飞地投资情况", TABLE, "备注：讲慢一点。"]
    assert removed(found, MASTER) == ["江海市科技局监制"] and not found.notes


def test_hidden_slides_and_shapes_are_told(tmp_path):
    made = pptx.Presentation()
    for title, body in (("公开情况", "已建成5个。"), ("内部情况", "尚缺3个。")):
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = title, body
    slide.element.set("show", "0")
    box = made.slides[0].shapes.add_textbox(0, 0, Emu(9), Emu(9))
    box.text_frame.text = "看不见的框"
    box.element.nvSpPr.cNvPr.set("hidden", "1")
    made.save(str(tmp_path / "a.pptx"))
    found = prepared(tmp_path / "a.pptx")
    assert found.article.text == "已建成5个。"
    assert removed(found, HIDDEN) == ["看不见的框", "内部情况", "尚缺3个。"]
    assert found.notes == ["有 1 张隐藏的幻灯片没有读。"]


def test_a_word_file_shows_its_charts_after_their_paragraph(tmp_path):
    document = docx.Document()
    document.add_paragraph("投资情况见下图。")
    drawn.in_word(document, chart())
    drawn.in_word(document, drawn.diagram_xml("先签约", "再开工"), "diagramData")
    document.add_paragraph("由财政局拨付。")
    drawn.in_word(document, b"<broken")
    document.save(str(tmp_path / "a.docx"))
    found = prepared(tmp_path / "a.docx")
    shown = ["投资情况见下图。", "飞地投资情况", "亿元", TABLE, "先签约", "再开工", "由财政局拨付。"]
    assert found.article.text.split("\n\n") == shown
    assert found.notes == ["有 1 个图表或 SmartArt 没有读出（文件的这一部分已损坏）。"]


def workbook(path, hidden):
    book = xlsxwriter.Workbook(str(path))
    page, source = book.add_worksheet("台账"), book.add_worksheet("底稿")
    page.write_row(0, 0, ["区县", "投资"])
    page.write_row(1, 0, ["甲县", 3])
    source.write_row(0, 0, ["乙县", 4])
    for name, at in (("台账", 2), ("底稿", 1)):
        made = book.add_chart({"type": "column"})
        cells = {"categories": f"={name}!$A${at}", "values": f"={name}!$B${at}"}
        made.add_series(
            {**cells, "name": f"{name}系列", "values_data": [at + 2], "categories_data": ["某县"]}
        )
        made.set_title({"name": f"{name}投资图"})
        made.set_y_axis({"name": "亿元"})
        page.insert_chart("D1", made)
    if hidden:
        source.hide()
    book.close()
    return path


@pytest.mark.parametrize("hidden", [False, True])
def test_charts_of_a_sheet_repeat_no_cells_that_are_read(tmp_path, hidden):
    text = prepared(workbook(tmp_path / "台账.xlsx", hidden)).article.text
    for said in ("台账投资图", "底稿投资图", "亿元", "台账系列", "底稿系列"):
        assert said in text
    assert ("| 某县 | 3 |" in text) == hidden and "| 某县 | 4 |" not in text


def test_a_sheet_that_is_a_chart(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    book.add_worksheet("台账").write_row(0, 0, ["甲县", 3])
    made = book.add_chart({"type": "pie"})
    made.add_series({"values": "=台账!$B$1"})
    made.set_title({"name": "构成图"})
    book.add_chartsheet("图").set_chart(made)
    book.close()
    assert prepared(tmp_path / "a.xlsx").article.text.endswith("图\n\n构成图")


def test_titles_in_an_old_workbook(tmp_path, monkeypatch):
    kept = books.record
    begin = bytes([0, 6, 0x20, 0, *bytes(12)])
    chart = kept(0x0809, begin)
    for literal, text in ((1, "飞地投资图"), (2, "投资")):  # the second is what a cell says
        chart += kept(0x1051, bytes([0, literal, *bytes(6)])) + kept(0x100D, b"\0\0", books.wide(text, "B"))
    chart += kept(0x000A)

    def record(kind, *parts):
        return (chart if kind == 0x0014 else b"") + kept(kind, *parts)

    monkeypatch.setattr(books, "record", record)
    text = prepared(books.binary(tmp_path / "台账.xls")).article.text
    assert text.endswith("口径：不含跨市\n\n飞地投资图")


@pytest.mark.parametrize("broken", [False, True])
def test_titles_in_an_open_document(tmp_path, broken):
    link = '<draw:frame><draw:object xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="./Object 1"/></draw:frame></table:shapes>'
    chart = (
        '<x xmlns:chart="urn:oasis:names:tc:opendocument:xmlns:chart:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        "<chart:title><text:p>飞地投资图</text:p></chart:title></x>"
    )
    with zipfile.ZipFile(
        books.open_document(tmp_path / "a.ods", books.OPEN.replace("</table:shapes>", link)), "a"
    ) as file:
        file.writestr("Object 1/content.xml", chart[:-4] if broken else chart)
    found = prepared(tmp_path / "a.ods")
    assert ("飞地投资图" in found.article.text) != broken and "口径：不含跨市" in found.article.text
    lost = "工作表“台账”的图表没有读出（文件的这一部分已损坏），请用 Excel 或 WPS 另存为 .xlsx 后再试。"
    assert found.notes == ([lost] if broken else [])


def test_pictures_on_slides_that_were_not_recognised_are_told(tmp_path, settings):
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "江海市飞地建设汇报"
    slide.shapes.add_textbox(0, 0, Emu(9), Emu(9)).text_frame.text = "见下图。"
    (tmp_path / "p.png").write_bytes(picture())
    shown = slide.shapes.add_picture(str(tmp_path / "p.png"), 0, 0)
    linked = slide.shapes.add_picture(str(tmp_path / "p.png"), 0, 0)
    for picked in linked.element.iter("{*}blip"):
        picked.attrib.clear()
    assert shown.image
    made.save(str(tmp_path / "a.pptx"))
    off = settings.ingest.model_copy(update={"ocr": False})
    found = prepared(tmp_path / "a.pptx", off)
    assert found.article.text == "见下图。" and found.notes == ["有 1 张图片没有识别（ingest.ocr 已关闭）。"]


def test_files_within_a_word_file_are_told(tmp_path):
    path = word(tmp_path, paragraph(run("正文的话。")), "<w:altChunk/>")
    assert prepared(path).notes == ["有 1 处嵌入的其他文件没有读，请用 Word 打开后另存一份再试。"]


def test_automatic_numbers_of_slides(tmp_path):
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "江海市飞地建设汇报"
    frame = slide.placeholders[1].text_frame
    said = [
        (0, "ea1ChsPeriod", "签约"),
        (1, "arabicPeriod", "甲县"),
        (1, "arabicPeriod", "乙县"),
        (0, "ea1ChsPeriod", "开工"),
        (1, "arabicPeriod", "丙县"),
        (0, None, "另有说明"),
        (0, "circleNumDbPlain", "验收"),
        (0, "arabicParenBoth", "其他"),
    ]
    for level, scheme, text in said:
        paragraph = frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
        if scheme:
            paragraph._p.get_or_add_pPr().append(
                parse_xml(f"<a:buAutoNum xmlns:a='{drawn.A}' type='{scheme}'/>")
            )
    made.save(str(tmp_path / "a.pptx"))
    lines = ["一、签约", "1. 甲县", "2. 乙县", "二、开工", "1. 丙县", "另有说明", "① 验收", "(1) 其他"]
    assert [
        line for shown in prepared(tmp_path / "a.pptx").article.text.split("\n") if (line := shown.strip())
    ] == lines
