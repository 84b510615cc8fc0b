"""What the library holds, in figures and bars drawn as SVG."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from docs_store.models import ArticleHead
from ui import strings

_BARS = 12  # bars of a list
_MONTHS = 36  # latest months shown


def statistics_html(heads: Sequence[ArticleHead]) -> str:
    """The statistics tab."""
    if not heads:
        return f'<p class="gc-empty">{strings.NOTHING_TO_COUNT}</p>'
    count, passages = len(heads), sum(h.passages for h in heads)
    figures = (count, passages, f"{passages / count:.1f}", f"{sum(h.chars for h in heads):,}")
    tiles = "".join(
        f'<div class="gc-tile"><b>{value}</b><span>{label}</span></div>'
        for value, label in zip(figures, strings.TILES, strict=True)
    )
    months = Counter(h.published_on.strftime("%Y-%m") for h in heads if h.published_on)
    regions = Counter(region for h in heads for region in h.regions)
    charts = (
        _chart(strings.BY_MONTH, columns_svg(_every_month(months)), wide=True)
        + _chart(strings.COVERAGE, bars_svg(_coverage(heads), total=count))
        + _chart(strings.BY_ISSUER, bars_svg(_top(Counter(h.issuer or strings.NO_ISSUER for h in heads))))
        + _chart(strings.BY_REGION, bars_svg(regions.most_common(_BARS)))
    )
    return f'<div class="gc-tiles">{tiles}</div><div class="gc-charts">{charts}</div>'


def _chart(title: str, svg: str, *, wide: bool = False) -> str:
    return (
        f'<figure class="gc-chart{" gc-wide" if wide else ""}"><figcaption>{title}</figcaption>{svg}</figure>'
    )


def _every_month(months: Counter[str]) -> list[tuple[str, int]]:
    """The latest months without gaps, oldest first."""
    if not months:
        return []
    last = max(months)
    year, month = int(last[:4]), int(last[5:])
    first = min(months)
    found: list[tuple[str, int]] = []
    while len(found) < _MONTHS:
        name = f"{year:04d}-{month:02d}"
        found.append((name, months[name]))
        if name == first:
            break
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    return found[::-1]


def _top(counted: Counter[str]) -> list[tuple[str, int]]:
    rows = counted.most_common(_BARS)
    if len(counted) > _BARS:
        rest = len(counted) - _BARS + 1
        rows = [
            *rows[: _BARS - 1],
            (strings.OTHERS.format(count=rest), counted.total() - sum(n for _, n in rows[: _BARS - 1])),
        ]
    return rows


def _coverage(heads: Sequence[ArticleHead]) -> list[tuple[str, int]]:
    return [
        (strings.HAS_DATE, sum(h.published_on is not None for h in heads)),
        (strings.HAS_ISSUER, sum(h.issuer is not None for h in heads)),
        (strings.HAS_REGION, sum(bool(h.regions) for h in heads)),
        (strings.HAS_NUMBER, sum(h.document_number is not None for h in heads)),
    ]


def bars_svg(rows: Sequence[tuple[str, int]], total: int | None = None) -> str:
    """Horizontal bars with name and count; with `total`, as shares of it."""
    if not rows:
        return f'<p class="gc-empty">{strings.NOTHING_TO_COUNT}</p>'
    most = total or max(count for _, count in rows) or 1
    height = 28 * len(rows)
    drawn = []
    for number, (name, count) in enumerate(rows):
        y = number * 28
        width = 230 * count / most
        said = f"{count}（{100 * count / total:.0f}%）" if total else str(count)
        label = name if len(name) <= 11 else name[:10] + "…"
        drawn.append(
            f'<g><title>{escape(name)} {said}</title><text x="152" y="{y + 18}" text-anchor="end">{escape(label)}</text>'
            f'<rect x="160" y="{y + 6}" width="{max(width, 1):.1f}" height="16" rx="3"/>'
            f'<text x="{166 + width:.1f}" y="{y + 18}" class="n">{said}</text></g>'
        )
    said = "；".join(f"{name} {count}" for name, count in rows)
    return f'<svg viewBox="0 0 470 {height}" role="img" aria-label="{escape(said)}">{"".join(drawn)}</svg>'


def columns_svg(rows: Sequence[tuple[str, int]]) -> str:
    """Columns over time, each with its count; every third name is written where they stand close."""
    if not rows:
        return f'<p class="gc-empty">{strings.NOTHING_TO_COUNT}</p>'
    most = max(count for _, count in rows) or 1
    step = min(60.0, 940 / len(rows))
    every = 1 if step > 50 else 3
    drawn = []
    for number, (name, count) in enumerate(rows):
        x, height = 10 + number * step, 130 * count / most
        bar = f'<rect x="{x:.1f}" y="{150 - height:.1f}" width="{step * 0.7:.1f}" height="{height:.1f}" rx="2"/>'
        middle = x + step * 0.35
        if count:
            bar += (
                f'<text x="{middle:.1f}" y="{144 - height:.1f}" text-anchor="middle" class="n">{count}</text>'
            )
        if (len(rows) - 1 - number) % every == 0:
            bar += f'<text x="{middle:.1f}" y="168" text-anchor="middle">{escape(name)}</text>'
        drawn.append(f"<g><title>{escape(name)} {count}</title>{bar}</g>")
    said = "；".join(f"{name} {count}" for name, count in rows if count)
    return f'<svg viewBox="0 0 960 176" role="img" aria-label="{escape(said)}">{"".join(drawn)}</svg>'
