"""Spreadsheets and .csv: each sheet a table, a row with its header together."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from ingest.draft import HIDDEN, Draft, Item, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers import formulas
from ingest.readers.binary_workbook import read_binary_workbook
from ingest.readers.docx import EDGES, OLE, check_archive
from ingest.readers.encoding import decode
from ingest.readers.hidden_cells import shown_columns, without_hidden
from ingest.readers.html import looks_like_page, read_html_document
from ingest.readers.merged_cells import Merged, Place, filled_down, kept_of
from ingest.readers.number_formats import general, rendered
from ingest.readers.open_workbook import read_open_workbook
from ingest.readers.tables import markdown_table
from ingest.readers.workbook import SheetParts, Workbook, name_of, read_workbook

_BROKEN = "表格文件打不开（已加密或已损坏），请用 Excel 或 WPS 另存为 .xlsx 后再试。"
_EMPTY = "表格里没有内容，请检查文件。"
_ALL_HIDDEN = "表格里的内容都是隐藏的，请取消隐藏或筛选后再收录。"
_UNREAD_PARTS = "表格的数字格式与批注没有读出，数字按原值收录；请用 Excel 或 WPS 另存为 .xlsx 后再试。"
_UNREAD_PART = "{what}没有读出（文件的这一部分已损坏），请用 Excel 或 WPS 另存为 .xlsx 后再试。"
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"  # stands at the beginning of an .ods file
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
        parts, notes = _parts(path, context)
        missing = {name: parts.sheets[name].uncalculated for name in shown if name in parts.sheets}
        calculated = formulas.results(path, missing, context)
        untold = formulas.notes(missing, calculated)
        sheets = []
        for name in shown:
            context.alive()
            results = {place: calculated.get((name, place)) for place in missing.get(name, ())}
            sheets.append(_Sheet.of(name, book.get_sheet_by_name(name), parts, results))
    except UnreadableArticleError:
        raise
    except Exception as error:  # calamine raises a family of its own, and ValueError and OSError beside
        raise UnreadableArticleError(_BROKEN) from error
    filled = [sheet for sheet in sheets if any(map(any, sheet.rows)) or sheet.below]
    hidden = len(book.sheet_names) - len(shown)
    if not filled:
        if untold:
            raise UnreadableArticleError(untold[0])
        raise UnreadableArticleError(
            _ALL_HIDDEN if hidden or any(sheet.hidden for sheet in sheets) else _EMPTY
        )
    lines: list[str] = []
    for sheet in filled:
        if len(filled) > 1:
            lines.append(f"## {sheet.name}")
        lines += [*table_lines(sheet.rows, sheet.merged), *sheet.below]
        context.alive()
    dropped = [("工作表名", sheet.name) for sheet in filled] if len(filled) == 1 else []
    dropped += [(EDGES, text) for sheet in sheets for text in sheet.edges]
    dropped += [(HIDDEN, text) for sheet in sheets for text in sheet.hidden]
    notes += untold + [note for sheet in sheets for note in sheet.notes]
    notes += [f"有 {hidden} 张隐藏的工作表没有读。"] if hidden else []
    title = _caption(filled[0].rows) or path.stem
    yield Draft("\n\n".join(lines), title=title, dropped=dropped, notes=notes)


def _filtered_note(name: str, parts: SheetParts, rows: list[list[str]], top: int) -> str | None:
    """That rows which a filter hides are read; None where none with text is."""
    count = sum(any(rows[row - top]) for row in parts.filtered_rows if 0 <= row - top < len(rows))
    return f"工作表“{name}”有 {count} 行被筛选隐藏，已一并收录。" if count else None


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet as it is shown."""

    name: str
    rows: list[list[str]]
    merged: Merged
    """Ranges of `rows`."""
    below: list[str]
    """What is shown beside its cells: comments and text boxes."""
    edges: list[str]
    hidden: list[str]
    """What its hidden rows and columns, and the comments there, say."""
    notes: list[str]

    @classmethod
    def of(cls, name: str, sheet: Any, book: Workbook, results: Mapping[Place, Any]) -> _Sheet:
        """`results`: of the formulas that have none in the file; None for what nobody calculated."""
        values = sheet.to_python(skip_empty_area=True)
        _check_size(values)
        parts = book.sheets.get(name, SheetParts())
        first, values = _with_results(values, sheet.start or (0, 0), results)
        top, left = first
        rows = []
        for y, row in enumerate(values, top):
            places = [(y, x) for x in range(left, left + len(row))]
            rows.append(
                [
                    parts.texts.get(place) or _shown(value, parts.formats.get(place), book.since_1904)
                    for place, value in zip(places, row, strict=True)
                ]
            )
        merged = sheet.merged_cell_ranges or parts.merged
        seen = without_hidden(rows, first, parts.hidden_rows, parts.hidden_columns, merged)
        comments: list[str] = []
        unseen: list[str] = []
        for place, text in parts.comments:
            is_hidden = place[0] in parts.hidden_rows or place[1] in parts.hidden_columns
            (unseen if is_hidden else comments).append(_comment(place, text, seen.rows, first))
        columns = [
            x
            for x in range(left, max(map(len, seen.rows), default=0) + left)
            if x not in parts.hidden_columns
        ]
        return cls(
            name,
            shown_columns(seen.rows, left, parts.hidden_columns),
            kept_of(merged, range(top, top + len(seen.rows)), columns),
            [*comments, *parts.boxes],
            parts.edges,
            [*seen.taken, *unseen],
            [note for note in (seen.note(name), _filtered_note(name, parts, rows, top)) if note],
        )


def _with_results(
    values: list[list[Any]], first: Place, results: Mapping[Place, Any]
) -> tuple[Place, list[list[Any]]]:
    """(where the values begin, the values with results put at their places, which may lie outside of them)."""
    if not results:
        return first, values
    places = [first, *results]
    top, left = min(y for y, _ in places), min(x for _, x in places)
    wide = max([first[1] + max(map(len, values), default=0), *(x + 1 for _, x in results)]) - left
    high = max([first[0] + len(values), *(y + 1 for y, _ in results)]) - top
    _check_count(wide * high)
    found: list[list[Any]] = [[""] * wide for _ in range(high)]
    for y, row in enumerate(values, first[0] - top):
        found[y][first[1] - left : first[1] - left + len(row)] = row
    for (y, x), value in results.items():
        found[y - top][x - left] = "" if value is None else value
    return (top, left), found


def _comment(place: Place, text: str, rows: Sequence[Sequence[str]], first: Place) -> str:
    """A comment with its cell, and what the first cell of its row and the head of its column say."""
    y, x = place[0] - first[0], place[1] - first[1]
    row = rows[y] if 0 <= y < len(rows) else ()
    head = next((row for row in rows if sum(map(bool, row)) > 1), ())
    named = [next(filter(None, row), ""), head[x] if 0 <= x < len(head) and row is not head else ""]
    return f"批注（{' '.join([name_of(place), *filter(None, dict.fromkeys(named))])}）：{text}"


def _parts(path: Path, context: ReadContext) -> tuple[Workbook, list[str]]:
    """What lies beside the values of a workbook, and what its reader should know of what could not be read."""
    zipped = zipfile.is_zipfile(path)
    if zipped:
        check_archive(path, context.settings.max_expansion, context.settings.max_file_mb)
    try:
        with path.open("rb") as file:
            open_document = _OPEN_DOCUMENT in file.read(_SNIFFED)
        read = read_open_workbook if open_document else read_workbook if zipped else read_binary_workbook
        found = read(path)
        return found, [_UNREAD_PART.format(what="、".join(found.unread))] if found.unread else []
    except Exception:  # whatever the layers below raise; the values may be read all the same
        return Workbook({}), [_UNREAD_PARTS]


def _other_than_excel(path: Path) -> Callable[[Path, ReadContext], Iterator[Item]] | None:
    """The reader of what programs write into a file that they call .xls: a page with a table, or values and tabs."""
    with path.open("rb") as file:
        head = file.read(_SNIFFED)
    if head.startswith((OLE, b"PK")):
        return None
    if looks_like_page(head):
        return read_html_document
    return read_csv if b"\0" not in head and b"\t" in head and not head.lstrip().startswith(b"<") else None


def _caption(rows: Sequence[Sequence[str]]) -> str | None:
    """What stands alone in a cell above a table and names it."""
    for row in rows[:_CAPTIONS]:
        alone = list(filter(None, row))
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


def table_lines(rows: Sequence[Sequence[str]], merged: Merged = ()) -> list[str]:
    """The lines of a sheet: cells that stand alone above and below the table as text, the rest as a table."""
    kept = [y for y, row in enumerate(rows) if any(row)]
    body = [list(rows[y]) for y in kept]
    first, last = 0, len(body)
    above: list[str] = []
    while first < last - 1 and len(alone := [cell for cell in body[first] if cell]) == 1:
        above += alone
        first += 1
    below: list[str] = []
    widest = max(map(len, body[first:last]), default=0)
    while last - first > 2 and len(alone := [cell for cell in body[last - 1] if cell]) == 1 and widest > 1:
        below.insert(0, alone[0])
        last -= 1
    body = body[first:last]
    width = max((i + 1 for row in body for i, cell in enumerate(row) if cell), default=0)
    if width < 2:
        return [*above, *(row[0] for row in body if row), *below]
    body = [[*row[:width], *[""] * (width - len(row))] for row in body]
    ranges = kept_of(merged, kept[first:last], range(width))
    filled_down(body, ranges)
    table = markdown_table(body, ranges)
    return [*above, *([table] if table else []), *below]


def _check_size(rows: Sequence[Sequence[Any]]) -> None:
    _check_count(sum(map(len, rows)))


def _check_count(cells: int) -> None:
    if cells > _CELLS:
        raise UnreadableArticleError(f"表格超过 {_CELLS // 10_000} 万格，请拆分，或只留要用的部分。")


def _shown(value: Any, code: str | None = None, since_1904: bool = False) -> str:
    """A cell as it is shown: by the code of its format where there is one that is known."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float | date | time | timedelta) and code:
        found = rendered(value, code, since_1904=since_1904)
        if found is not None:
            return found
    if isinstance(value, int | float):
        return general(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    return " ".join(str(value).split())
