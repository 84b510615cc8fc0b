"""The text of an article or passage as HTML: paragraphs, headings by their rank, tables as tables; spans are marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from docs_store.text.table_rows import MarkdownTable, cell_spans, tables
from ui.page.phrases import Span, marked

_TOP = 3  # level of an article's first headings on the page


def blocks_html(
    text: str, spans: Sequence[Span], outline: Mapping[int, int] | None = None, offset: int = 0
) -> str:
    """`text` in blocks.

    Args:
        text: with a line a paragraph, and tables in Markdown as `ingest` writes them.
        spans: to mark, in order and apart, counted as `offset` is.
        outline: level, from 1, of the lines that are headings, by where they begin.
        offset: where `text` begins in what spans and outline count in.
    """
    html: list[str] = []
    at = 0
    for table in tables(text):
        html += _lines(text[at : table.head[0]], spans, outline or {}, offset + at)
        html.append(_table(text, table, spans, offset))
        at = table.end + 1
    html += _lines(text[at:], spans, outline or {}, offset + at)
    return "".join(html)


def ranks(outline: Sequence[tuple[int, int]]) -> dict[int, int]:
    """The headings of an article, (where, level) in order, by their depth: the first is 1, and none skips a level."""
    depth: dict[int, int] = {}
    above: list[int] = []
    for at, level in outline:
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        depth[at] = len(above)
    return depth


def _lines(text: str, spans: Sequence[Span], outline: Mapping[int, int], at: int) -> Iterator[str]:
    """Paragraphs and headings, a line each, empty ones left out; `at` is where `text` begins."""
    for line in text.split("\n"):
        level = outline.get(at)
        if level:
            rank = min(_TOP - 1 + level, 6)
            yield f"<h{rank}>{marked(line, spans, at)}</h{rank}>"
        elif line.strip():
            yield f"<p>{marked(line, spans, at)}</p>"
        at += len(line) + 1


def _table(text: str, table: MarkdownTable, spans: Sequence[Span], offset: int) -> str:
    head, *body = [_cells(text[a:b], offset + a, spans) for a, b in (table.head, *table.rows)]
    shown = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in body)
    heads = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    return f'<div class="gc-grid"><table><thead><tr>{heads}</tr></thead><tbody>{shown}</tbody></table></div>'


def _cells(line: str, at: int, spans: Sequence[Span]) -> list[str]:
    """The cells of a row as HTML; | and \\ of Markdown are taken out after marking, which counts in the text."""
    return [
        marked(line[start:end], spans, at + start).replace("\\|", "|").strip()
        for start, end in cell_spans(line)
    ]


def quoted_html(before: str, quote: str, after: str) -> str:
    """A passage with its quote marked; in blocks where it holds a table, else as the running text that it is."""
    if not tables(before + quote + after):
        mark = f"<mark>{escape(quote)}</mark>" if quote else ""
        return f'<p class="gc-passage">{escape(before)}{mark}{escape(after)}</p>'
    span = [(len(before), len(before) + len(quote))] if quote else []
    return f'<div class="gc-passage">{blocks_html(before + quote + after, span)}</div>'
