"""Rows and columns that a sheet hides are no text of it, and are told."""

import re

import pytest
import xlsxwriter

from ingest.draft import HIDDEN
from ingest.errors import UnreadableArticleError
from ingest.readers.hidden_cells import without_hidden
from tests.ingest import test_workbooks as books
from tests.ingest.made import outcomes, prepared

ROWS = [["区县", "底数", "到位率"], ["甲县", "内部7", "46.9%"], ["乙县", "内部8", "30.0%"], ["丙县", "内部9", "12.5%"]]  # fmt: skip
SHOWN = "| 区县 | 到位率 |\n| --- | --- |\n| 甲县 | 46.9% |\n| 丙县 | 12.5% |"
NOTE = "工作表“台账”有 1 行、1 列隐藏的内容没有收录；要收录请取消隐藏。"

FILTERED = "工作表“台账”有 1 行被筛选隐藏，已一并收录。"


def told(found):
    return [taken.text for taken in found.reading.removed if taken.why == HIDDEN]


def workbook(path, hide=True, note=False):
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("台账")
    for y, row in enumerate(ROWS):
        page.write_row(y, 0, row)
    if hide:
        page.set_column("B:B", None, None, {"hidden": True})
        page.set_row(2, None, None, {"hidden": True})
    if note:
        page.write_comment("B2", "藏着的批注")
        page.write_comment("C2", "看得见的批注")
    book.close()
    return path


def test_a_workbook(tmp_path):
    found = prepared(workbook(tmp_path / "a.xlsx", note=True))
    assert found.article.text.split("\n\n") == [SHOWN, "批注（C2 甲县 到位率）：看得见的批注"]
    assert told(found) == ["乙县 内部8 30.0%", "底数 内部7 内部9", "批注（B2 甲县）：藏着的批注"]
    assert found.notes == [NOTE]


def test_hidden_cells_without_text_are_not_spoken_of(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    page = book.add_worksheet("台账")
    page.write_row(0, 0, ["区县", "到位率"])
    page.set_column("D:XFD", None, None, {"hidden": True})
    book.close()
    found = prepared(tmp_path / "a.xlsx")
    assert "到位率" in found.article.text and not found.notes


def test_a_sheet_that_hides_all_says_so(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    page = book.add_worksheet("台账")
    page.write_row(0, 0, ["区县", "到位率"])
    page.set_row(0, None, None, {"hidden": True})
    book.close()
    with pytest.raises(UnreadableArticleError, match="隐藏"):
        outcomes(tmp_path / "a.xlsx")


def test_what_merged_cells_say_is_shown_in_the_first_that_is_not_hidden():
    rows = [["飞地一览", "", ""], ["甲县", "底数", "3"], ["", "", "4"]]
    seen = without_hidden(rows, (4, 0), {5}, {0}, [((4, 0), (4, 2)), ((5, 1), (6, 1))])
    assert seen.rows == [["", "飞地一览", ""], ["", "", ""], ["", "底数", "4"]]
    assert seen.taken == ["甲县 3"] and (seen.hidden_rows, seen.hidden_columns) == (1, 0)


def test_an_old_workbook(tmp_path, monkeypatch):
    kept = books.record
    hidden = kept(0x007D, bytes([1, 0, 1, 0, 0, 8, 0, 0, 1, 0, 0, 0]))
    hidden += kept(0x0208, bytes([2, 0, 0, 0, 3, 0, 0, 1, 0, 0, 0, 0, 0x20, 0, 0, 0]))

    def record(kind, *parts):
        return (hidden if kind == 0x0014 else b"") + kept(kind, *parts)

    monkeypatch.setattr(books, "record", record)
    found = prepared(books.binary(tmp_path / "台账.xls"))
    assert "| 编号 | 到位率 |\n| --- | --- |\n| 00042 | 100.00% |" in found.article.text
    assert told(found) == ["2024年3月5日 #DIV/0!", "投资 12,345.00", "批注（B2 00042）：含结转"]
    assert found.notes == [NOTE]


def test_an_open_document(tmp_path):
    cells = ["".join(f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row) for row in ROWS]  # fmt: skip
    how = {1: ' table:visibility="filter"', 2: ' table:visibility="collapse"'}
    rows = "".join(f"<table:table-row{how.get(y, '')}>{row}</table:table-row>" for y, row in enumerate(cells))
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/><table:table-column table:number-columns-repeated="9"/>'
    content = re.sub("<table:shapes>.*</table:table>", f"{columns}{rows}</table:table>", books.OPEN, flags=re.DOTALL)  # fmt: skip
    books.open_document(tmp_path / "a.ods", content)
    found = prepared(tmp_path / "a.ods")
    assert found.article.text == SHOWN
    assert told(found) == ["乙县 内部8 30.0%", "底数 内部7 内部9"] and found.notes == [NOTE, FILTERED]


@pytest.mark.parametrize("as_table", [False, True])
def test_rows_that_a_filter_hides_are_read_and_told(tmp_path, as_table):
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    page = book.add_worksheet("台账")
    for y, row in enumerate(ROWS):
        page.write_row(y, 0, row)
    if as_table:
        page.add_table("A1:C4", {"columns": [{"header": head} for head in ROWS[0]]})
    else:
        page.autofilter("A1:C4")
    page.set_row(2, None, None, {"hidden": True})
    book.close()
    found = prepared(tmp_path / "a.xlsx")
    assert "乙县" in found.article.text and not told(found)
    assert found.notes == [FILTERED]
