"""Whether reading loses a character, and how much of what official pages state it gets right.

    python -m benchmarks.reading [../shared]

Conservation: the letters, digits and ideographs of each source are counted by other code than the readers' (all w:t of a
Word file that is neither deleted nor hidden, all text nodes of a page, pdfium's characters, a text file itself) and
compared with what the reading accounts for: passages, metadata, and what was left out with its reason. `unaccounted` must
be 0. `unclaimed` are characters that no rule took and that were put into the nearest passage. Of generated files, one row an
ending, what their articles say is compared.

Metadata: of the official pages in gov_pages.jsonl, against what each page's own table states.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import command_line, results_file
from benchmarks.public.make_files import LAYOUTS, make
from docs_store.settings import IngestSettings
from ingest.draft import ReadContext
from ingest.errors import UnreadableArticleError
from ingest.preparing import Prepared, prepare_all
from ingest.radicals import without_radicals
from ingest.readers import READERS
from ingest.readers.office import office_program

_SHARED = command_line.ROOT.parent / "shared"
_FIELDS = ("title", "issuer", "document_number", "written_on", "published_on")
_SHOWN = re.compile(r"[^\W_]")
_UNSEEN = frozenset(("script", "style", "noscript", "template", "title", "svg"))
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _html(path: Path) -> Iterator[str]:
    from lxml import html

    tree = html.fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        above = [element, *element.iterancestors()]
        if any(a.tag in _UNSEEN or "display:none" in (a.get("style") or "").replace(" ", "") for a in above):
            continue
        yield element.text or ""
        yield from (child.tail or "" for child in element)


def _docx(path: Path) -> Iterator[str]:
    import docx

    for element in docx.Document(str(path)).element.body.iter(f"{_WORD}t"):
        above = list(element.iterancestors())
        if any(a.tag in (f"{_WORD}del", f"{_WORD}moveFrom") or a.tag.endswith("}Fallback") for a in above):
            continue
        if any(a.find(f"{_WORD}rPr/{_WORD}vanish") is not None for a in above):
            continue
        yield element.text or ""


def _pdf(path: Path) -> Iterator[str]:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    for page in document:
        yield page.get_textpage().get_text_range()
    document.close()


def _text(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        # Comments, styles and tags are markup; of front matter the values count, as metadata.
        text = re.sub(r"\A\s*---\n.*?\n---\n", "", text, flags=re.DOTALL)
        text = re.sub(r"<!--.*?-->|<style>.*?</style>|</?\w+[^<>]*>", "", text, flags=re.DOTALL)
    yield text


_SHOW = {".html": _html, ".docx": _docx, ".pdf": _pdf, ".txt": _text, ".md": _text}


def _read(path: Path) -> list[Any]:
    settings = IngestSettings()
    try:
        return list(prepare_all(READERS[path.suffix](path, ReadContext(settings)), path.name, {}, settings))
    except UnreadableArticleError as error:
        return [error]


def _accounted(found: Prepared) -> Counter[str]:
    """Characters that passages and what was left out hold; what stands in the metadata alone counts once."""
    article = found.article
    texts = [p.text for p in found.passages] + [r.text for r in found.reading.removed]
    people = [name for pair in article.roles for name in pair]
    about = [article.title, article.issuer, article.document_number, article.column, article.url, *people]
    if "".join(article.title.split()) not in "".join("".join(texts).split()):
        texts.append(article.title)  # a reader took it out of the text itself
    return _letters("".join(texts)) | _letters("".join(part for part in about if part))


def _letters(text: str) -> Counter[str]:
    return Counter(_SHOWN.findall(without_radicals(text)))


def conservation(name: str, paths: list[Path]) -> dict[str, Any]:
    """Characters seen and accounted for in some files, a row of the table."""
    row = dict.fromkeys(("articles", "no article", "characters", "left out", "unclaimed", "unaccounted"), 0)
    for path in paths:
        found = _read(path)
        articles = [item for item in found if isinstance(item, Prepared)]
        row["no article"] += len(found) - len(articles)
        for item in articles:
            row["articles"] += 1
            row["unclaimed"] += item.unclaimed
            row["left out"] += sum(len("".join(r.text.split())) for r in item.reading.removed)
        if len(articles) == 1 and path.suffix in _SHOW:
            shown = _letters("".join(_SHOW[path.suffix](path)))
            row["characters"] += shown.total()
            row["unaccounted"] += (shown - _accounted(articles[0])).total()
    return {"of": name, **row}


def news(path: Path) -> dict[str, Any]:
    """The same for a file of many articles, each against its own line."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found = {item.article.id: item for item in _read(path) if isinstance(item, Prepared)}
    lost = seen = 0
    for row in rows:
        shown = _letters(row["text"])
        seen += shown.total()
        lost += (shown - _accounted(found[str(row["id"])])).total()
    return {
        "of": path.name,
        "articles": len(found),
        "no article": len(rows) - len(found),
        "characters": seen,
        "left out": sum(len("".join(r.text.split())) for i in found.values() for r in i.reading.removed),
        "unclaimed": sum(item.unclaimed for item in found.values()),
        "unaccounted": lost,
    }


def pages(path: Path, folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """(conservation over official pages, how many of each of their fields are right)."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    files = []
    right = dict.fromkeys(_FIELDS, 0)
    for number, row in enumerate(rows):
        file = folder / f"{number}.html"
        file.write_text(row["html"], encoding="utf-8")
        files.append(file)
        (found,) = _read(file)
        for field in _FIELDS:
            right[field] += (
                isinstance(found, Prepared) and str(getattr(found.article, field)) == row["truth"][field]
            )
    return conservation(path.name, files), {"of": path.name, "pages": len(rows), **right}


def generated(folder: Path) -> list[dict[str, Any]]:
    """A row for each ending of the files that `benchmarks.public` makes: what their articles say against what is read."""
    drawn = {
        name for name, (_, ending, _, _) in LAYOUTS.items() if ending in (".png", ".jpg")
    }  # OCR is not exact
    old = {name for name, (_, ending, _, _) in LAYOUTS.items() if ending in (".rtf", ".odt")}
    wanted = frozenset(LAYOUTS) - drawn - (frozenset() if office_program() else old)
    rows: dict[str, dict[str, Any]] = {}
    for made in make(folder, wanted):
        path = folder / made["file"]
        found = _read(path)
        articles = [item for item in found if isinstance(item, Prepared)]
        shown = _letters("".join(made["sentences"]))
        held: Counter[str] = Counter()
        for article in articles:
            held += _accounted(article)
        empty = dict.fromkeys(
            ("articles", "no article", "characters", "left out", "unclaimed", "unaccounted"), 0
        )
        row = rows.setdefault(path.suffix, {"of": f"generated {path.suffix}", **empty})
        row["articles"] += len(articles)
        row["no article"] += len(found) - len(articles)
        row["characters"] += shown.total()
        row["left out"] += sum(len("".join(r.text.split())) for a in articles for r in a.reading.removed)
        row["unclaimed"] += sum(article.unclaimed for article in articles)
        row["unaccounted"] += (shown - held).total()
    return [rows[ending] for ending in sorted(rows)]


def main() -> None:
    """Prints both tables and writes benchmarks/results/reading.json."""
    parser = command_line.parser(__doc__)
    parser.add_argument("shared", type=Path, nargs="?", default=_SHARED)
    shared = parser.parse_args().shared
    cases = [
        path
        for folder in (shared / "data" / "reader_cases", shared / "reviews" / "cases")
        for path in sorted(folder.iterdir())
        if path.suffix in READERS and not path.name.startswith("~$")
    ]
    rows = []
    for suffix in sorted({path.suffix for path in cases}):
        rows.append(conservation(f"cases {suffix}", [path for path in cases if path.suffix == suffix]))
    with tempfile.TemporaryDirectory() as folder:
        row, metadata = pages(shared / "data" / "gov_pages.jsonl", Path(folder))
    rows += [
        row,
        conservation("samples", sorted((command_line.ROOT / "docs_store" / "articles").glob("*.md"))),
    ]
    rows += [conservation("seed", [shared / "data" / "seed_article_wechat.txt"])]
    with tempfile.TemporaryDirectory() as folder:
        rows += generated(Path(folder))
    rows += [news(shared / "data" / "policy_news.jsonl")]
    results_file.save(
        "reading", {"rows": rows, "metadata": [metadata]}, packages=("trafilatura", "pypdfium2", "rapidocr")
    )
    print(results_file.table(rows))
    print(results_file.table([metadata]))


if __name__ == "__main__":
    main()
