"""The text of an article or passage as HTML: paragraphs, headings by their rank, tables as tables; spans are marked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

from ui.page.phrases import Span, marked

_RULE = re.compile(r"\|(?:\s*:?-{3,}:?\s*\|)+\s*")
_CELL = re.compile(r"(?:\\.|[^|\\])*")  # up to the next | that is not escaped
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
    lines = list(_lines(text, offset))
    n = 0
    while n < len(lines):
        at, line = lines[n]
        if n + 1 < len(lines) and line.startswith("|") and _RULE.fullmatch(lines[n + 1][1]):
            last = n + 2
            while last < len(lines) and lines[last][1].startswith("|"):
                last += 1
            rows = [lines[n], *lines[n + 2 : last]]
            html.append(_table(rows, spans))
            n = last
            continue
        level = (outline or {}).get(at)
        if level:
            rank = min(_TOP - 1 + level, 6)
            html.append(f"<h{rank}>{marked(line, spans, at)}</h{rank}>")
        elif line.strip():
            html.append(f"<p>{marked(line, spans, at)}</p>")
        n += 1
    return "".join(html)


def _lines(text: str, offset: int) -> list[tuple[int, str]]:
    found, at = [], offset
    for line in text.split("\n"):
        found.append((at, line))
        at += len(line) + 1
    return found


def _table(rows: Sequence[tuple[int, str]], spans: Sequence[Span]) -> str:
    head, *body = [_cells(at, line, spans) for at, line in rows]
    shown = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in body)
    heads = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    return f'<div class="gc-grid"><table><thead><tr>{heads}</tr></thead><tbody>{shown}</tbody></table></div>'


def _cells(at: int, line: str, spans: Sequence[Span]) -> list[str]:
    """The cells of a row as HTML; | and \\ of Markdown are taken out after marking, which counts in the text."""
    inner = line.rstrip()
    end = len(inner) - 1 if inner.endswith("|") and not inner.endswith("\\|") else len(inner)
    place, cells = 1, []
    while place <= end:
        match = _CELL.match(inner, place, end)
        stop = match.end() if match else end
        cells.append(marked(inner[place:stop], spans, at + place).replace("\\|", "|").strip())
        place = stop + 1
    return cells


def is_table(text: str) -> bool:
    """True when a table of Markdown stands in `text`."""
    return any(_RULE.fullmatch(line) for line in text.split("\n"))


def quoted_html(before: str, quote: str, after: str) -> str:
    """A passage with its quote marked; in blocks where it holds a table, else as the running text that it is."""
    if not is_table(before + quote + after):
        mark = f"<mark>{escape(quote)}</mark>" if quote else ""
        return f'<p class="gc-passage">{escape(before)}{mark}{escape(after)}</p>'
    span = [(len(before), len(before) + len(quote))] if quote else []
    return f'<div class="gc-passage">{blocks_html(before + quote + after, span)}</div>'
