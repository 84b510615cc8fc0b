"""What readers of Word files lose, and what they give back that Word does not show.

    python -m venv build/word && build/word/bin/pip install python-docx==1.2.0 mammoth==1.13.0 markitdown[docx]==0.1.9 \\
        docx2python==3.7.1 "docling-slim[format-docx,convert-core]==2.143.0"
    PYTHONPATH=.:$(.venv/bin/python -c "import site; print(site.getsitepackages()[0])") build/word/bin/python -m benchmarks.word_readers

Letters, digits and ideographs are counted. `lost` are those that Word shows (w:t of body, notes and text boxes that is
neither deleted, moved away nor hidden, counted by other code) and that the reader lacks; `not shown` those of deleted, moved
and hidden text that it gives back; `numbers` how many of the automatic numbers (第一条) it renders. A reader that is not
installed is left out. The files: every .docx of shared/data/reader_cases and shared/reviews/cases, and two made here.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks import command_line, results_file
from benchmarks.reading import _SHARED, _letters

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NUMBERS = ("第一章", "第一条", "第二条", "（一）")
_HIDDEN = ("旧数壹", "藏字贰", "移走叁")
"""Of the made files; each stands nowhere else."""


def _shown(path: Path) -> Counter[str]:
    from lxml import etree

    with zipfile.ZipFile(path) as archive:
        parts = [
            n
            for n in archive.namelist()
            if n in ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
        ]
        roots = [etree.fromstring(archive.read(name)) for name in parts]
    text = ""
    for element in (e for root in roots for e in root.iter(f"{{{_W}}}t")):
        above = list(element.iterancestors())
        if any(a.tag in (f"{{{_W}}}del", f"{{{_W}}}moveFrom") or a.tag.endswith("}Fallback") for a in above):
            continue
        if not any(a.find(f"{{{_W}}}rPr/{{{_W}}}vanish") is not None for a in above):
            text += element.text or ""
    return _letters(text)


def _made(folder: Path) -> list[Path]:
    """Two files: one with every kind of run that is or is not shown, one with automatic numbers."""
    import docx
    from docx.oxml import parse_xml

    def run(text: str, properties: str = "", tag: str = "t") -> str:
        return f"<w:r>{properties}<w:{tag}>{text}</w:{tag}></w:r>"

    document = docx.Document()
    document.add_paragraph("江海市科创飞地通知")
    author = "w:id='1' w:author='a'"
    runs = [
        f"<w:ins {author}>{run('新增甲一')}</w:ins>",
        f"<w:del {author}>{run(_HIDDEN[0], tag='delText')}</w:del>",
        run(_HIDDEN[1], "<w:rPr><w:vanish/></w:rPr>"),
        f"<w:moveFrom {author}>{run(_HIDDEN[2])}</w:moveFrom><w:moveTo {author}>{run('移来乙二')}</w:moveTo>",
        f"<w:fldSimple w:instr='REF x'>{run('域值丙三')}</w:fldSimple>",
        f"<w:sdt><w:sdtPr/><w:sdtContent>{run('控件丁四')}</w:sdtContent></w:sdt>",
        f"<w:smartTag w:element='x'>{run('标记戊五')}</w:smartTag>",
    ]
    for part in runs:
        document.element.body.insert(
            1, parse_xml(f"<w:p xmlns:w='{_W}'>{run('专项资金为')}{part}{run('，由市财政局拨付。')}</w:p>")
        )
    first = folder / "made runs.docx"
    document.save(str(first))

    document = docx.Document()
    numbering: Any = document.part.numbering_part.element
    forms = (("chineseCounting", "第%1章"), ("chineseCounting", "第%2条"), ("chineseCounting", "（%3）"))
    levels = "".join(
        f"<w:lvl w:ilvl='{at}'><w:start w:val='1'/><w:numFmt w:val='{form}'/><w:lvlText w:val='{text}'/></w:lvl>"
        for at, (form, text) in enumerate(forms)
    )
    numbering.insert(
        0, parse_xml(f"<w:abstractNum xmlns:w='{_W}' w:abstractNumId='77'>{levels}</w:abstractNum>")
    )
    numbering.append(parse_xml(f"<w:num xmlns:w='{_W}' w:numId='78'><w:abstractNumId w:val='77'/></w:num>"))
    for level, text in (
        (0, "总则"),
        (1, "为规范飞地管理，制定本办法。"),
        (1, "市科技局负责飞地工作，包括："),
        (2, "编制规划。"),
    ):
        number = f"<w:pPr><w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='78'/></w:numPr></w:pPr>"
        body = document.element.body
        body.insert(len(body) - 1, parse_xml(f"<w:p xmlns:w='{_W}'>{number}{run(text)}</w:p>"))
    second = folder / "made numbers.docx"
    document.save(str(second))
    return [first, second]


def _python_docx(path: Path) -> str:
    import docx

    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def _mammoth(path: Path) -> str:
    import mammoth

    with path.open("rb") as file:
        return str(mammoth.extract_raw_text(file).value)


def _markitdown(path: Path) -> str:
    from markitdown import MarkItDown

    return str(MarkItDown().convert(str(path)).text_content)


def _docx2python(path: Path) -> str:
    from docx2python import docx2python

    with docx2python(str(path)) as found:
        return str(found.text)


def _docling(path: Path) -> str:
    from docling.backend.msword_backend import MsWordDocumentBackend
    from docling.datamodel.base_models import InputFormat
    from docling.datamodel.document import InputDocument

    given = InputDocument(path, InputFormat.DOCX, MsWordDocumentBackend, filename=path.name)
    return str(given._backend.convert().export_to_markdown())


def _ours(path: Path) -> str:
    from docs_store.settings import IngestSettings
    from ingest.draft import Draft, ReadContext
    from ingest.readers.docx import read_docx

    (draft,) = read_docx(path, ReadContext(IngestSettings(ocr=False)))
    assert isinstance(draft, Draft)
    return "\n".join([draft.title or "", draft.text, *(text for _, text in draft.dropped)])


READERS: dict[str, Callable[[Path], str]] = {
    "python-docx": _python_docx,
    "mammoth": _mammoth,
    "markitdown": _markitdown,
    "docx2python": _docx2python,
    "docling-slim": _docling,
    "ours": _ours,
}


def measure(name: str, files: list[Path]) -> dict[str, Any]:
    """One reader's row."""
    row: dict[str, Any] = {"reads": name, "version": "", "lost": 0, "not shown": 0, "numbers": 0, "failed": 0}
    if name != "ours":
        row["version"] = version(name)
    for path in files:
        try:
            text = READERS[name](path)
        except Exception as error:
            print(f"{name}: {path.name}: {error!r}")
            row["failed"] += 1
            text = ""
        row["lost"] += (_shown(path) - _letters(text)).total()
        row["not shown"] += sum(len(hidden) for hidden in _HIDDEN if hidden in text)
        row["numbers"] += (
            sum(number in text for number in _NUMBERS) if path.name == "made numbers.docx" else 0
        )
    return row


def main() -> None:
    """Prints the table and writes benchmarks/results/word_readers.json."""
    parser = command_line.parser(__doc__)
    parser.add_argument("shared", type=Path, nargs="?", default=_SHARED)
    shared = parser.parse_args().shared
    folders = (shared / "data" / "reader_cases", shared / "reviews" / "cases")
    with tempfile.TemporaryDirectory() as folder:
        files = [p for f in folders for p in sorted(f.glob("*.docx")) if not p.name.startswith("~$")]
        files += _made(Path(folder))
        rows = []
        for name in READERS:
            try:
                rows.append(measure(name, files))
            except PackageNotFoundError:
                print(f"{name} is not installed")
        letters = sum(_shown(path).total() for path in files)
    figures = {"files": len(files), "letters": letters, "rows": rows}
    results_file.save("word_readers", figures, packages=("lxml",))
    print(f"{len(files)} files, {letters} letters")
    print(results_file.table(rows))


if __name__ == "__main__":
    main()
