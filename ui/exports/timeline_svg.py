"""A 时间线 as a drawing: a line down the page, an event a mark on it, planned ones hollow."""

from __future__ import annotations

from html import escape

from rag.generation.deliverables.timeline import Event, Timeline
from ui import strings

_WIDTH, _LEFT, _TOP, _LINE = 860, 190, 84, 22
_FONTS = "'Noto Sans CJK SC','Microsoft YaHei',sans-serif"
_CHARS = 36  # of a line
_MOST_LINES = 3
_COLOURS = {"done": "#0b6e75", "ongoing": "#b26a00", "planned": "#8a8f94", None: "#0b6e75"}


def svg(given: Timeline, dates: list[str]) -> str:
    """The drawing; `dates` are the days as they are shown, one an event. Fonts are the reader's own."""
    parts: list[str] = []
    y = _TOP
    for event, day in zip(given.events, dates, strict=True):
        lines = _wrapped(event.matter.text)
        parts.append(_event(event, day, lines, y))
        y += _LINE * len(lines) + 18
    title = escape(strings.TIMELINE_TITLE.format(topic=given.topic))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {y + 20}" width="{_WIDTH}" height="{y + 20}" '
        f'font-family="{_FONTS}" font-size="15"><rect width="100%" height="100%" fill="#fff"/>'
    )
    line = f'<line x1="{_LEFT}" y1="{_TOP - 24}" x2="{_LEFT}" y2="{y}" stroke="#c8d0d4" stroke-width="2"/>'
    return f'{head}<text x="30" y="40" font-size="22" font-weight="600">{title}</text>{line}{"".join(parts)}</svg>\n'


def _event(event: Event, day: str, lines: list[str], y: int) -> str:
    colour = _COLOURS[event.standing]
    fill = "#fff" if event.standing == "planned" else colour
    said = strings.TABLE_STATUS[event.standing] if event.standing else ""
    rows = "".join(
        f'<text x="{_LEFT + 20}" y="{y + _LINE * i}">{escape(line)}</text>' for i, line in enumerate(lines)
    )
    source = f"{event.statement.article.title}：{event.statement.text}"
    return (
        f'<g><title>{escape(source)}</title><circle cx="{_LEFT}" cy="{y - 5}" r="6" fill="{fill}" stroke="{colour}" '
        f'stroke-width="2"/><text x="{_LEFT - 18}" y="{y}" text-anchor="end" fill="#444">{escape(day)}</text>{rows}'
        f'<text x="{_LEFT - 18}" y="{y + 18}" text-anchor="end" font-size="12" fill="{colour}">{said}</text></g>'
    )


def _wrapped(text: str) -> list[str]:
    lines = [text[i : i + _CHARS] for i in range(0, len(text), _CHARS)]
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1][: _CHARS - 1] + "…"]
    return lines
