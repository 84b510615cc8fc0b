"""Heads of several rows, and cells over several rows, in every format that has them."""

import docx
import pptx
import pytest
import xlsxwriter

from docs_store.text.table_rows import spoken, tables
from ingest.readers.merged_cells import with_one_head
from tests.ingest.made import pdf, prepared, written

# What each cell says, and the ranges that are shown as one: 项目 and 备注 over both rows of the head, 时间 over two columns.
HEAD = [["项目", "时间", "", "备注"], ["", "开工", "完工", ""]]
ROWS = [*HEAD, ["甲桥", "3月", "9月", "在建"], ["", "4月", "8月", "待建"], ["乙路", "5月", "7月", ""]]
MERGED = [((0, 0), (1, 0)), ((0, 1), (0, 2)), ((0, 3), (1, 3)), ((2, 0), (3, 0))]


def sheet(folder, hidden=False):
    """A title and an empty row stand above the table, and a hidden column before it: they move nothing out of its place."""
    book = xlsxwriter.Workbook(str(folder / "a.xlsx"))
    page = book.add_worksheet()
    page.write(0, 1, "协作项目台账")
    for y, row in enumerate(ROWS, 2):
        page.write_row(y, 1, [text or None for text in row])
    for (top, left), (bottom, right) in MERGED:
        page.merge_range(top + 2, left + 1, bottom + 2, right + 1, ROWS[top][left])
    if hidden:
        page.write_column(2, 0, ["序号", None, "1", "2", "3"])
        page.set_column(0, 0, None, None, {"hidden": True})
    book.close()
    return folder / "a.xlsx"


def sheet_with_hidden_column(folder):
    return sheet(folder, hidden=True)


def grid(table):
    for y, row in enumerate(ROWS):
        for x, text in enumerate(row):
            table.cell(y, x).text = text
    for (top, left), (bottom, right) in MERGED:
        table.cell(top, left).merge(table.cell(bottom, right))


def word_file(folder):
    document = docx.Document()
    document.add_paragraph("项目如下。")
    grid(document.add_table(5, 4))
    document.save(str(folder / "a.docx"))
    return folder / "a.docx"


def slides(folder):
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "协作项目"
    grid(slide.shapes.add_table(5, 4, 0, 0, 9_000_000, 9_000_000).table)
    deck.save(str(folder / "a.pptx"))
    return folder / "a.pptx"


def page(folder):
    spans = {start: (end[0] - start[0] + 1, end[1] - start[1] + 1) for start, end in MERGED}
    covered = {
        (y, x)
        for (top, left), (bottom, right) in MERGED
        for y in range(top, bottom + 1)
        for x in range(left, right + 1)
    } - set(spans)
    rows = "".join(
        "<tr>"
        + "".join(
            "<td rowspan={} colspan={}>{}</td>".format(*spans.get((y, x), (1, 1)), text)
            for x, text in enumerate(row)
            if (y, x) not in covered
        )
        + "</tr>"
        for y, row in enumerate(ROWS)
    )
    said = "现将两市协作项目的进展情况通报如下，请认真抓好落实。" * 3
    return written(
        folder, "a.html", f"<html><body><h1>协作项目通报</h1><p>{said}</p><table>{rows}</table></body></html>"
    )


@pytest.mark.parametrize("made", [sheet, sheet_with_hidden_column, word_file, slides, page])
def test_each_column_keeps_both_names_and_a_cell_over_two_rows_is_told_in_both(tmp_path, made):
    text = prepared(made(tmp_path)).article.text
    (table,) = tables(text)
    assert [spoken(text, *row) for row in table.rows] == [
        "项目：甲桥；时间·开工：3月；时间·完工：9月；备注：在建",
        "项目：甲桥；时间·开工：4月；时间·完工：8月；备注：待建",
        "项目：乙路；时间·开工：5月；时间·完工：7月",
    ]


def test_a_file_of_values_keeps_both_names(tmp_path):
    made = written(tmp_path, "a.csv", "\n".join(",".join(row) for row in ROWS))
    assert "| 项目 | 时间·开工 | 时间·完工 | 备注 |\n" in prepared(made).article.text


def test_a_ruled_table_of_a_pdf_keeps_both_names(tmp_path):
    # upper edges of the rows: 700, 670, 640, to 610; columns begin at 72, 200, 300, to 400
    rules = [(72, y, 400, y) for y in (700, 640, 610)] + [(200, 670, 400, 670)]
    rules += [(x, 700, x, 610) for x in (72, 200, 400)] + [(300, 670, 300, 610)]
    said = [(80, 665, "断面"), (280, 680, "责任市"), (210, 650, "上游"), (310, 650, "下游")]
    said += [(80, 620, "柳坝"), (210, 620, "石桥市"), (310, 620, "临渡市"), (72, 750, "考核断面如下。")]
    text = prepared(pdf(tmp_path, [said], rules=rules)).article.text
    assert "| 断面 | 责任市·上游 | 责任市·下游 |" in text and "| 柳坝 | 石桥市 | 临渡市 |" in text


def test_a_head_of_three_rows():
    rows = [
        ["项目", "投资", "", ""],
        ["", "中央", "", "地方"],
        ["", "计划", "到位", ""],
        ["甲", "1", "2", "3"],
    ]
    merged = [((0, 0), (2, 0)), ((0, 1), (0, 3)), ((1, 1), (1, 2)), ((1, 3), (2, 3))]
    assert with_one_head(rows, merged) == [["项目", "投资·中央·计划", "投资·中央·到位", "投资·地方"], rows[3]]


@pytest.mark.parametrize(
    ("rows", "merged"),
    [
        # a form: labels beside cells that span as much in each row
        ([["单位", "名称", "某局", "某局"], ["", "地址", "某路", "某路"], ["人", "张", "电话", "1"]],
         [((0, 0), (1, 0)), ((0, 2), (0, 3)), ((1, 2), (1, 3))]),
        # a head over two columns that have no names of their own
        ([["地区", "联系人", ""], ["甲市", "张某", "1234"], ["乙市", "李某", "5678"]], [((0, 1), (0, 2))]),
        # rows of a group, the first of them the head
        ([["甲市", "道路", "3"], ["", "桥梁", "4"], ["乙市", "水厂", "5"]], [((0, 0), (1, 0))]),
        # a column without a name
        ([["地区", "", "金额"], ["甲市", "道路", "3"], ["", "桥梁", "4"]], []),
        # nothing below the head
        ([["项目", "时间", ""], ["", "开工", "完工"]], [((0, 0), (1, 0)), ((0, 1), (0, 2))]),
    ],
)  # fmt: skip
def test_rows_that_name_no_columns_stay_rows(rows, merged):
    assert with_one_head(rows, merged) == rows
