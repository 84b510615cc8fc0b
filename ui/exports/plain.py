"""A report as Markdown and as an HTML page; what came from outside is escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from itertools import groupby

from ui import strings
from ui.exports.report import Grid, Line, Report

_STYLE = (
    "body{font:17px/1.8 'Noto Serif CJK SC','Songti SC',SimSun,serif;max-width:46em;margin:2em auto;padding:0 1em;color:#222}"
    "h1{text-align:center;font-size:1.6em}h2{font-size:1.15em;margin:1.4em 0 .4em}h3{font-size:1.05em;margin:1em 0 .3em}"
    "p{text-indent:2em;margin:.4em 0}p.note{color:#666;text-indent:0;text-align:center}li{margin:.3em 0}"
    "table{border-collapse:collapse;width:100%;font-size:.85em;margin:1em 0}td,th{border:1px solid #bbb;padding:.3em .5em;"
    "vertical-align:top;text-align:left}.grid{overflow-x:auto}sup a{color:#0b6e75;text-decoration:none}ol{font-size:.85em;color:#444}"
)


def markdown(report: Report) -> str:
    """Markdown; sources stand numbered at the end, since editors of public accounts show no footnotes."""
    lines = [f"# {_plain(report.title)}", ""]
    if report.subtitle:
        lines += [f"> {_plain(report.subtitle)}", ""]
    for block in report.blocks:
        lines += [*_markdown_of(block), ""]
    if report.sources:
        lines += [f"## {strings.ANNEX_TITLE}", ""]
        lines += [f"{s.marker}. {_plain(s.line())}" for s in report.sources]
    return "\n".join([*lines, ""])


def _markdown_of(block: Line | Grid) -> list[str]:
    if isinstance(block, Grid):
        rows = [block.heads, ["---"] * len(block.heads), *block.rows]
        bar = [[cell if cell == "---" else _marked(cell).replace("|", "\\|") for cell in row] for row in rows]
        return [f"| {' | '.join(row)} |" for row in bar]
    before = {"chapter": "## ", "section": "### ", "bullet": "- ", "note": "> ", "text": ""}[block.kind]
    heading = block.kind in ("chapter", "section")
    head = f"**{_plain(block.head)}** " if block.head else ""
    return [before + head + (_plain(block.text) if heading else _marked(block.text))]


def _marked(text: str) -> str:
    return "".join(
        f"[{marker}]" if marker is not None else _plain(piece) for piece, marker in Line(text).pieces()
    )


def _plain(text: str) -> str:
    """On one line; only what would be markup where it stands is escaped, so that a paste shows a date as it is."""
    flat = " ".join(text.split())
    return re.sub(r"([\\`*_\[\]<>|~!&${}])|^([#+-])(?=\s)|^(\d+)\.(?=\s)", _escaped, flat)


def _escaped(match: re.Match[str]) -> str:
    return f"{match[3]}\\." if match[3] else "\\" + match.group()


def html(report: Report) -> str:
    """A whole page; it asks nothing of the network."""
    parts = [
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(report.title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(report.title)}</h1>"
    ]
    if report.subtitle:
        parts.append(f'<p class="note">{escape(report.subtitle)}</p>')
    parts.append(blocks_html(report.blocks, lambda n: f'<sup><a href="#s{n}">[{n}]</a></sup>'))
    if report.sources:
        parts.append(f"<h2>{escape(strings.ANNEX_TITLE)}</h2><ol>")
        for source in report.sources:
            line = escape(source.line())
            if source.url.startswith(("http://", "https://")):
                line += f' <a href="{escape(source.url)}" rel="noreferrer">{strings.TABLE_COLUMNS["url"]}</a>'
            parts.append(f'<li id="s{source.marker}" value="{source.marker}">{line}</li>')
        parts.append("</ol>")
    return "\n".join([*parts, "</body></html>"])


def blocks_html(blocks: Sequence[Line | Grid], mark: Callable[[int], str], top: int = 2) -> str:
    """The blocks as HTML; `mark` draws a marker, chapters are headings of the level `top`. All text is escaped."""
    parts = []
    for bullets, group in groupby(blocks, lambda block: isinstance(block, Line) and block.kind == "bullet"):
        inner = "\n".join(_block_html(block, mark, top) for block in group)
        parts.append(f"<ul>{inner}</ul>" if bullets else inner)
    return "\n".join(parts)


def _block_html(block: Line | Grid, mark: Callable[[int], str], top: int) -> str:
    if isinstance(block, Grid):
        head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in block.heads)
        rows = "".join(
            f"<tr>{''.join(f'<td>{_marked_html(cell, mark)}</td>' for cell in row)}</tr>"
            for row in block.rows
        )
        # A region that scrolls sideways is reached with the Tab key.
        return (
            f'<div class="grid" tabindex="0" role="region" aria-label="{escape("、".join(block.heads))}">'
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )
    tag = {"chapter": f"h{top}", "section": f"h{top + 1}", "bullet": "li", "text": "p", "note": "p"}[
        block.kind
    ]
    given = ' class="note"' if block.kind == "note" else ""
    inner = escape(block.text) if block.kind in ("chapter", "section") else _marked_html(block.text, mark)
    head = f"<b>{escape(block.head)}</b>" if block.head else ""
    return f"<{tag}{given}>{head}{inner}</{tag}>"


def _marked_html(text: str, mark: Callable[[int], str]) -> str:
    return "".join(
        mark(marker) if marker is not None else escape(piece) for piece, marker in Line(text).pieces()
    )
