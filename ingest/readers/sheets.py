"""Spreadsheets and .csv: each sheet a table, a row with its header together."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from ingest.draft import Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers.docx import OLE
from ingest.readers.encoding import decode
from ingest.readers.html import looks_like_page, read_html_document
from ingest.readers.tables import markdown_table

_BROKEN = "表格文件打不开（已加密或已损坏），请用 Excel 或 WPS 另存为 .xlsx 后再试。"
_EMPTY = "表格里没有内容，请检查文件。"
_CAPTIONS = 3  # rows above a table's head in which its title may stand
_TITLE = re.compile(r"(?!附[件表]|单位)[^。；：:]*[\u4e00-\u9fff]{4}[^。；：:]{0,60}")
_SNIFFED = 8_000  # characters
_CELLS = 2_000_000  # of a file; more is a database and no article


def read_sheets(path: Path, context: ReadContext) -> Iterator[Item]:
    """One article: .xlsx, .xls, .xlsb or .ods, each sheet under its name."""
    import python_calamine

    if (other := _other_than_excel(path)) is not None:
        yield from other(path, context)
        return
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        shown = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=True)) for name in shown]
    except Exception as error:  # calamine raises a family of its own, and ValueError and OSError beside
        raise UnreadableArticleError(_BROKEN) from error
    filled = [(name, rows) for name, rows in sheets if any(any(_shown(cell) for cell in row) for row in rows)]
    if not filled:
        raise UnreadableArticleError(_EMPTY)
    hidden = len(book.sheet_names) - len(shown)
    _check_size([row for _, rows in filled for row in rows])
    lines: list[str] = []
    for name, rows in filled:
        if len(filled) > 1:
            lines.append(f"## {name}")
        lines += table_lines([[_shown(cell) for cell in row] for row in rows])
        context.alive()
    dropped = [("工作表名", name) for name, _ in filled] if len(filled) == 1 else []
    notes = [f"有 {hidden} 张隐藏的工作表没有读。"] if hidden else []
    title = _caption(filled[0][1]) or path.stem
    yield Draft("\n\n".join(lines), title=title, dropped=dropped, notes=notes)


def _other_than_excel(path: Path) -> Callable[[Path, ReadContext], Iterator[Item]] | None:
    """The reader of what programs write into a file that they call .xls: a page with a table, or values and tabs."""
    with path.open("rb") as file:
        head = file.read(_SNIFFED)
    if head.startswith((OLE, b"PK")):
        return None
    if looks_like_page(head):
        return read_html_document
    return read_csv if b"\0" not in head and b"\t" in head and not head.lstrip().startswith(b"<") else None


def _caption(rows: Sequence[Sequence[Any]]) -> str | None:
    """What stands alone in a cell above a table and names it."""
    for row in rows[:_CAPTIONS]:
        alone = [shown for cell in row if (shown := _shown(cell))]
        if len(alone) > 1:
            return None
        if alone and _TITLE.fullmatch(alone[0]):
            return alone[0]
    return None


def read_csv(path: Path, context: ReadContext) -> Iterator[Item]:
    """One article: comma, tab or semicolon between the cells, in any encoding that Chinese files have."""
    found = decode(path.read_bytes())
    try:
        dialect: Any = csv.Sniffer().sniff(found.text[:_SNIFFED], delimiters=",\t;|")
    except csv.Error:
        dialect = csv.excel_tab if path.suffix.lower() == ".tsv" else csv.excel
    try:
        rows = [
            [" ".join(cell.split()) for cell in row] for row in csv.reader(io.StringIO(found.text), dialect)
        ]
    except csv.Error as error:
        raise UnreadableArticleError("这份 .csv 的引号或分隔符不完整，请用 Excel 重新导出后再试。") from error
    _check_size(rows)
    yield Draft("\n\n".join(table_lines(rows)), title=path.stem, notes=list(found.notes))


def table_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a sheet: cells that stand alone above and below the table as text, the rest as a table."""
    body = [list(row) for row in rows if any(row)]
    above: list[str] = []
    while body and len(alone := [cell for cell in body[0] if cell]) == 1 and len(body) > 1:
        above += alone
        body.pop(0)
    below: list[str] = []
    while (
        len(body) > 2 and len(alone := [cell for cell in body[-1] if cell]) == 1 and max(map(len, body)) > 1
    ):
        below.insert(0, alone[0])
        body.pop()
    width = max((i + 1 for row in body for i, cell in enumerate(row) if cell), default=0)
    if width < 2:
        return [*above, *(row[0] for row in body if row), *below]
    table = markdown_table([row[:width] for row in body])
    return [*above, *([table] if table else []), *below]


def _check_size(rows: Sequence[Sequence[Any]]) -> None:
    if sum(map(len, rows)) > _CELLS:
        raise UnreadableArticleError(f"表格超过 {_CELLS // 10_000} 万格，请拆分，或只留要用的部分。")


def _shown(value: Any) -> str:
    """A cell as it is shown: whole numbers without .0, days as days."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.10g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    return " ".join(str(value).split())
