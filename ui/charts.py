"""Charts as SVG text, pure: numbers in, a self-contained drawing out. For reports and benchmark results."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

_COLOURS = (
    "#3366a8",
    "#d9822b",
    "#3a8f5c",
    "#a8476b",
    "#7b62a3",
    "#6b7785",
)  # distinct for colour-blind eyes
_FONT = 'font-family="system-ui, Noto Sans CJK SC, sans-serif" font-size="12"'
_WIDTH = 720
_GREY = "#8a8f98"

Interval = tuple[float, float]
Point = tuple[float, float]


def bars(
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
    *,
    intervals: Mapping[str, Sequence[Interval | None]] | None = None,
    top: float | None = None,
    digits: int = 3,
) -> str:
    """Horizontal bars, one group a label and one bar a series; whiskers where `intervals` are given.

    Args:
        title: over the chart.
        labels: one a group.
        series: values by name, each as long as `labels`; None leaves a gap.
        intervals: (low, high) of each value, by the same names.
        top: the value at the right end; None takes the largest.
        digits: decimals of the printed values.
    """
    left, right, thick = 200, 70, 16
    values = [v for row in series.values() for v in row if v is not None]
    largest = top or max(values, default=1.0) or 1.0
    width = _WIDTH - left - right
    head = 34 + (22 if len(series) > 1 else 0)
    group = thick * len(series) + 12
    out = [_legend(list(series), 40) if len(series) > 1 else ""]
    for i, label in enumerate(labels):
        y = head + i * group
        middle = y + thick * len(series) / 2 + 4
        out.append(f'<text x="{left - 8}" y="{middle:.1f}" text-anchor="end">{escape(label)}</text>')
        for j, (name, row) in enumerate(series.items()):
            value = row[i]
            if value is None:
                continue
            at, long = y + j * thick, max(0.0, min(value / largest, 1.0)) * width
            colour = _COLOURS[j % len(_COLOURS)]
            out.append(
                f'<rect x="{left}" y="{at + 1:.1f}" width="{long:.1f}" height="{thick - 2}" fill="{colour}"/>'
            )
            end = long
            span = intervals[name][i] if intervals and name in intervals else None
            if span:
                low, high = (max(0.0, min(v / largest, 1.0)) * width + left for v in span)
                out.append(
                    f'<path d="M{low:.1f} {at + thick / 2}H{high:.1f}M{low:.1f} {at + 4}v{thick - 8}'
                    f'M{high:.1f} {at + 4}v{thick - 8}" stroke="#222" fill="none"/>'
                )
                end = max(long, high - left)
            out.append(f'<text x="{left + end + 5:.1f}" y="{at + thick - 4}">{_number(value, digits)}</text>')
    return _svg(title, head + len(labels) * group + 6, out)


def lines(
    title: str,
    x_label: str,
    y_label: str,
    series: Mapping[str, Sequence[Point]],
    *,
    log_x: bool = False,
    log_y: bool = False,
    y_range: Interval | None = None,
) -> str:
    """Lines with a mark at each (x, y); axes linear or logarithmic (then every value must be above 0)."""
    left, right, head, foot, height = 70, 20, 62, 48, 300
    points = [p for row in series.values() for p in row]
    if not points:
        return _svg(title, head, [])
    x_low, x_high = _bounds([x for x, _ in points], log_x)
    y_low, y_high = y_range or _bounds([y for _, y in points], log_y, from_zero=True)
    width = _WIDTH - left - right

    def x_at(x: float) -> float:
        return left + _share(x, x_low, x_high, log_x) * width

    def y_at(y: float) -> float:
        return head + (1 - _share(y, y_low, y_high, log_y)) * height

    out = [_legend(list(series), 40)]
    for tick in _ticks(y_low, y_high, log_y):
        out.append(
            f'<path d="M{left} {y_at(tick):.1f}H{_WIDTH - right}" stroke="#e3e5e8"/>'
            f'<text x="{left - 6}" y="{y_at(tick) + 4:.1f}" text-anchor="end">{_short(tick)}</text>'
        )
    for tick in _ticks(x_low, x_high, log_x):
        out.append(
            f'<text x="{x_at(tick):.1f}" y="{head + height + 18}" text-anchor="middle">{_short(tick)}</text>'
        )
    out.append(f'<path d="M{left} {head}V{head + height}H{_WIDTH - right}" stroke="{_GREY}" fill="none"/>')
    for j, row in enumerate(series.values()):
        colour = _COLOURS[j % len(_COLOURS)]
        path = " ".join(f"{x_at(x):.1f},{y_at(y):.1f}" for x, y in row)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{x_at(x):.1f}" cy="{y_at(y):.1f}" r="3.5" fill="{colour}"/>' for x, y in row]
    out.append(
        f'<text x="{left + width / 2}" y="{head + height + 38}" text-anchor="middle">{escape(x_label)}</text>'
        f'<text transform="translate(16 {head + height / 2}) rotate(-90)" text-anchor="middle">{escape(y_label)}</text>'
    )
    return _svg(title, head + height + foot, out)


def slope(points: Sequence[Point]) -> float:
    """The exponent b of y = a·x^b, fitted by least squares on logarithms. Raises ValueError below two points."""
    if len(points) < 2:
        raise ValueError("a slope needs two points")
    logs = [(math.log(x), math.log(y)) for x, y in points]
    mean_x = sum(x for x, _ in logs) / len(logs)
    mean_y = sum(y for _, y in logs) / len(logs)
    spread = sum((x - mean_x) ** 2 for x, _ in logs)
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / spread


def _svg(title: str, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" role="img" '
        f'aria-label="{escape(title)}" {_FONT}><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="12" y="22" font-weight="600" font-size="14">{escape(title)}</text>{"".join(parts)}</svg>\n'
    )


def _legend(names: Sequence[str], y: float) -> str:
    out, x = [], 12.0
    for j, name in enumerate(names):
        out.append(
            f'<rect x="{x:.0f}" y="{y - 10}" width="10" height="10" fill="{_COLOURS[j % len(_COLOURS)]}"/>'
            f'<text x="{x + 14:.0f}" y="{y}">{escape(name)}</text>'
        )
        x += 30 + sum(12 if ord(c) > 255 else 7 for c in name)
    return "".join(out)


def _bounds(values: Sequence[float], log: bool, from_zero: bool = False) -> Interval:
    low, high = min(values), max(values)
    if log:
        return 10 ** math.floor(math.log10(low)), 10 ** math.ceil(math.log10(high) + 1e-9)
    low = 0.0 if from_zero and low >= 0 else low
    return (low, high) if high > low else (low, low + 1)


def _share(value: float, low: float, high: float, log: bool) -> float:
    if log:
        value, low, high = math.log(value), math.log(low), math.log(high)
    return (value - low) / (high - low)


def _ticks(low: float, high: float, log: bool) -> list[float]:
    if log:
        return [10.0**e for e in range(round(math.log10(low)), round(math.log10(high)) + 1)]
    rough = (high - low) / 5
    base = 10 ** math.floor(math.log10(rough))
    step = next(base * m for m in (1, 2, 5, 10) if base * m >= rough)
    first = math.ceil(low / step - 1e-9)
    return [n * step for n in range(first, math.floor(high / step + 1e-9) + 1)]


def _short(value: float) -> str:
    if value >= 1000:
        return f"{value / 1000:g}k"
    return f"{value:.3g}"


def _number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
