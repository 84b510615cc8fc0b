"""Makes the files of the public set: articles of `articles/` in every format that is read, and what each file states.

    python -m benchmarks.public.make_files [FOLDER]

Beside the files lies `values.jsonl`, a file a line: `file`, `format`, `articles` (how many it holds), the values that the
file states (title, issuer, document_number, written_on, published_on), and `sentences`, which a reader must give back in
this order. The same articles give the same files every time, apart from the times that office formats write into
themselves.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.public import layouts
from benchmarks.public.articles import Source, every
from benchmarks.public.layouts import Layout, Values

WORK = Path(__file__).parents[2] / "build" / "public" / "files"

LAYOUTS: Mapping[str, tuple[Layout, str, int, str]] = {
    "markdown": (layouts.markdown, ".md", 4, ""),
    "text": (layouts.text, ".txt", 3, ""),
    "text in GB18030": (layouts.text_gb, ".txt", 2, ""),
    "text in short lines": (layouts.text_wrapped, ".txt", 2, ""),
    "pasted post": (layouts.pasted_post, ".txt", 2, "wechat"),
    "news page": (layouts.news_page, ".html", 4, ""),
    "official page": (layouts.official_page, ".htm", 4, "numbered"),
    "post page": (layouts.post_page, ".html", 3, "wechat"),
    "saved page": (layouts.saved_page, ".mhtml", 2, ""),
    "Word": (layouts.word, ".docx", 4, ""),
    "Word, official": (layouts.word_redhead, ".docx", 3, "signed"),
    "PDF": (layouts.printed, ".pdf", 4, ""),
    "PDF, official": (layouts.printed_redhead, ".pdf", 3, "signed"),
    "OFD": (layouts.fixed, ".ofd", 2, ""),
    "Excel": (layouts.sheet, ".xlsx", 2, "table"),
    "CSV": (layouts.rows, ".csv", 1, "table"),
    "TSV": (layouts.rows, ".tsv", 1, "table"),
    "slides": (layouts.slides, ".pptx", 2, "headed"),
    "book": (layouts.book, ".epub", 2, ""),
    "mail": (layouts.mail, ".eml", 2, ""),
    "archive": (layouts.archive, ".zip", 1, ""),
    "export": (layouts.record, ".jsonl", 2, ""),
    "picture": (layouts.picture, ".png", 2, ""),
    "picture, JPEG": (layouts.picture, ".jpg", 1, ""),
    "RTF": (layouts.rich_text, ".rtf", 1, ""),
    "OpenDocument": (layouts.open_text, ".odt", 1, ""),
}
"""By name: how it is made, its ending, how many files, and which articles can be laid out so."""


def _fits(source: Source, need: str) -> bool:
    if need == "numbered":
        return source.document_number is not None and source.document_number.startswith("国")
    if need == "signed":
        return source.document_number is not None and source.issuer.endswith(("国务院", "部", "委员会"))
    if need == "table":
        return bool(source.table)
    if need == "headed":
        return any(b.kind == "heading" for b in source.blocks)
    if need == "wechat":
        return source.issuer in ("江海观潮", "苏州轨道交通", "江苏交通", "上海医保")
    return not source.table


def plan() -> Iterator[tuple[str, Source]]:
    """Which article is laid out how: each layout takes the next articles that fit, so that all have their turn."""
    sources = every()
    at = 0
    for name, (_, _, count, need) in LAYOUTS.items():
        fitting = [s for s in sources if _fits(s, need)]
        for _ in range(count):
            yield name, fitting[at % len(fitting)]
            at += 1


def make(folder: Path = WORK, names: frozenset[str] = frozenset(LAYOUTS)) -> list[Values]:
    """Writes the files of the named layouts and `values.jsonl`; returns its lines.

    Pictures are left out where the machine has none of `layouts.FONTS`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawable = any(Path(font).exists() for font in layouts.FONTS)
    found = []
    for number, (name, source) in enumerate(plan(), start=1):
        layout, ending, _, _ = LAYOUTS[name]
        if name not in names or (layout is layouts.picture and not drawable):
            continue
        path = folder / f"{number:02}-{source.id}{ending}"
        stated = layout(source, path)
        found.append({"file": path.name, "format": name, "sentences": source.sentences()} | stated)
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in found)
    (folder / "values.jsonl").write_text(lines, encoding="utf-8")
    return found


if __name__ == "__main__":
    made = make(Path(sys.argv[1]) if len(sys.argv) > 1 else WORK)
    print(f"{len(made)} files, {len({row['format'] for row in made})} layouts")
