"""How many pages a brief takes, laid out by LibreOffice: short ones a page, normal ones two, 附件《出处表》 not counted.

    python -m benchmarks.deliverables.pages [../shared/data] [--index FOLDER] [--lengths short,normal]

The twelve topics of `benchmarks.deliverables.table`. Without LibreOffice the characters of the text alone are told.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import command_line, results_file
from benchmarks.deliverables.brief import shown
from benchmarks.deliverables.table import TOPICS
from benchmarks.open_questions import library
from rag import PolicyQA
from ui import strings
from ui.exports import reports, word
from ui.exports.report import Report

_WORK = command_line.BUILD / "open_questions"


def pages(report: Report, office: str, folder: Path) -> int:
    """Pages before the annex."""
    from pypdfium2 import PdfDocument

    file = folder / "brief.docx"
    file.write_bytes(word.docx(report, notes="annex"))
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(file)]
    subprocess.run(command, capture_output=True, check=True, timeout=300)
    laid_out = PdfDocument(file.with_suffix(".pdf"))
    texts = [page.get_textpage().get_text_range().lstrip() for page in laid_out]
    laid_out.close()
    return next((n for n, text in enumerate(texts) if text.startswith(strings.ANNEX)), len(texts))


def main() -> None:
    """Measures, prints, writes benchmarks/results/deliverables_pages.json."""
    parser = command_line.parser(__doc__, takes_data=True)
    parser.add_argument("--index", type=Path, default=_WORK / "index")
    parser.add_argument("--lengths", default="short,normal")
    given = parser.parse_args()
    office = os.environ.get("SOFFICE") or shutil.which("soffice")
    rows: list[dict[str, Any]] = []
    with (
        PolicyQA.open(settings=library(given.data, given.index), extractive=True) as qa,
        tempfile.TemporaryDirectory() as folder,
    ):
        for length in given.lengths.split(","):
            for topic in TOPICS:
                made = reports.brief(qa.brief(topic, length=length), date.today())
                row: dict[str, Any] = {"topic": topic, "length": length, "chars": len(shown(made))}
                row["pages"] = pages(made, office, Path(folder)) if office else None
                rows.append(row)
                print(row, flush=True)
    print(results_file.table(rows))
    results_file.save("deliverables_pages", {"rows": rows})


if __name__ == "__main__":
    main()
