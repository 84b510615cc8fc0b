"""Formulas of a workbook whose results its file does not hold, as programs write them that do not calculate: LibreOffice
does it, where it is installed."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ingest.draft import ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers.merged_cells import Place
from ingest.readers.office import converted, office_program
from ingest.readers.workbook import is_stand_in, name_of, read_workbook

Results = Mapping[tuple[str, Place], Any]
"""Values by sheet and cell."""
_SHEETS = "xl/worksheets/"
_NAMED = 8  # cells that a note names
_CALCULATED = "有 {n} 处公式在文件里没有结果，已用 LibreOffice 算出：{cells}。"
UNCALCULATED = (
    "有 {n} 处公式在文件里没有结果，没有收录：{cells}；请用 Excel 或 WPS 打开这份表格，保存后再收录。"
)


def results(path: Path, missing: Mapping[str, Sequence[Place]], context: ReadContext) -> Results:
    """The results that are missing; those that cannot be calculated here are not among them.

    Args:
        path: of the workbook.
        missing: the cells without a result, by sheet.
        context: of the reading.
    """
    program = office_program()
    if program is None or not any(missing.values()):
        return {}
    with tempfile.TemporaryDirectory(prefix="guanchao-formulas-") as name:
        folder = Path(name)
        try:
            made = converted(
                program, _without_stand_ins(path, folder), ".xlsx", folder, context.settings.max_file_seconds
            )
            context.alive()
            return _values(made, missing)
        except UnreadableArticleError:
            return {}
        except (
            Exception
        ):  # calamine, zip and XML raise many kinds; the workbook is read without these results
            return {}


def notes(missing: Mapping[str, Sequence[Place]], found: Results) -> list[str]:
    """What the user should know: which cells were calculated, and which are not in the text."""
    every = [(sheet, place) for sheet, places in missing.items() for place in sorted(places)]
    said = []
    for what, cells in (
        (_CALCULATED, [cell for cell in every if cell in found]),
        (UNCALCULATED, [cell for cell in every if cell not in found]),
    ):
        if cells:
            names = "、".join(f"“{sheet}”{name_of(place)}" for sheet, place in cells[:_NAMED])
            said.append(what.format(n=len(cells), cells=names + ("等" if len(cells) > _NAMED else "")))
    return said


def _without_stand_ins(path: Path, folder: Path) -> Path:
    """The workbook, or a copy of an .xlsx in which formulas have no results that stand in for those not calculated:
    LibreOffice would keep them."""
    from lxml import etree

    if not zipfile.is_zipfile(path) or path.suffix.lower() == ".ods":
        return path
    copy = folder / f"plain{path.suffix.lower()}"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith(_SHEETS) and name.endswith(".xml"):
                root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, huge_tree=True))
                for cell in root.iter("{*}c"):
                    if is_stand_in(cell):
                        cell.remove(cell.find("{*}v"))
                data = etree.tostring(root)
            new.writestr(name, data)
    return copy


def _values(path: Path, missing: Mapping[str, Sequence[Place]]) -> Results:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(str(path))
    parts = read_workbook(path).sheets
    found = {}
    for name, places in missing.items():
        failed = parts[name].texts  # of a function or a file that Excel or WPS may know
        sheet = book.get_sheet_by_name(name)
        values = sheet.to_python(skip_empty_area=True)
        top, left = sheet.start or (0, 0)
        for y, x in (place for place in places if place not in failed):
            row = values[y - top] if 0 <= y - top < len(values) else []
            found[name, (y, x)] = row[x - left] if 0 <= x - left < len(row) else ""
    return found
