"""Formulas whose results a workbook does not hold: calculated where LibreOffice is there, and told in either case."""

import zipfile

import pytest
import xlsxwriter

from ingest.errors import UnreadableArticleError
from ingest.readers import formulas
from ingest.readers.office import office_program
from tests.ingest.made import outcomes, prepared
from tests.ingest.test_workbooks import OPEN, open_document

needs_office = pytest.mark.skipif(office_program() is None, reason="needs LibreOffice")


def table(path, formula="=SUM(B2:B3)", result="", rows=True):
    """A workbook as programs write it: with "" the result is left out, None is the 0 that stands in for it."""
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("台账")
    if rows:
        page.write_column(0, 0, ["项目", "甲桥", "乙路"])
        page.write_column(0, 1, ["投资（万元）", 12.5, 30])
    page.write(3, 0, "合计" if rows else None)
    page.write_formula(3, 1, formula, None, *([] if result is None else [result]))
    book.close()
    return path if result is None else without_results(path)


def without_results(path):
    copy = path.with_name("b.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b' t="str"><f>', b"><f>").replace(b"<v></v>", b"<v/>"))
    return copy


@pytest.mark.integration
@needs_office
@pytest.mark.parametrize("result", ["", None])
def test_a_result_that_the_file_lacks_is_calculated_and_told(tmp_path, result):
    found = prepared(table(tmp_path / "a.xlsx", result=result))
    assert found.article.text.endswith("| 合计 | 42.5 |")
    assert found.notes == ["有 1 处公式在文件里没有结果，已用 LibreOffice 算出：“台账”B4。"]


@pytest.mark.integration
@needs_office
def test_what_reaches_outside_of_the_file_is_not_calculated(tmp_path):
    found = prepared(table(tmp_path / "a.xlsx", "='file:///etc/[hostname]Sheet1'!A1"))
    assert "没有收录：“台账”B4；请用 Excel 或 WPS 打开这份表格，保存后再收录。" in found.notes[0]


@pytest.mark.parametrize("result", ["", None])
def test_without_libreoffice_the_cell_is_told_with_the_next_step(tmp_path, monkeypatch, result):
    monkeypatch.setattr(formulas, "office_program", lambda: None)
    found = prepared(table(tmp_path / "a.xlsx", result=result))
    assert found.notes == [
        "有 1 处公式在文件里没有结果，没有收录：“台账”B4；请用 Excel 或 WPS 打开这份表格，保存后再收录。"
    ]
    assert "| 乙路 | 30 |\n\n合计" in found.article.text


def test_a_sheet_of_nothing_but_formulas_is_refused_with_the_next_step(tmp_path, monkeypatch):
    monkeypatch.setattr(formulas, "office_program", lambda: None)
    with pytest.raises(UnreadableArticleError, match="保存后再收录"):
        outcomes(table(tmp_path / "a.xlsx", rows=False))


@pytest.mark.parametrize("result", [0, 42.5, "无"])
def test_a_result_that_a_program_calculated_stays(tmp_path, monkeypatch, result):
    monkeypatch.setattr(formulas, "office_program", lambda: None)
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    page = book.add_worksheet("台账")
    page.write_row(0, 0, ["项目", "投资", "余额"])
    page.write(1, 0, "甲桥")
    page.write_formula(1, 1, "=C9", None, result)
    page.write_formula(1, 2, "=D9", None, 7)
    book.close()
    found = prepared(tmp_path / "a.xlsx")
    assert found.article.text.endswith(f"| 甲桥 | {result} | 7 |") and not found.notes


def test_an_open_document_tells_it_too(tmp_path, monkeypatch):
    monkeypatch.setattr(formulas, "office_program", lambda: None)
    last = "</table:table-row></table:table>"
    assert last in OPEN.replace("\n", "")
    content = OPEN.replace("\n", "").replace(
        last, '<table:table-cell table:formula="of:=SUM([.C4])"/>' + last
    )
    found = prepared(open_document(tmp_path / "台账.ods", content))
    assert "没有收录：“台账”D4" in found.notes[0]
