"""What the library holds, in figures and in bars that open the list of what they count."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from docs_store.models import ArticleHead
from ui import strings
from ui.page import catalogue
from ui.page.catalogue import Groups

_BARS = 12  # bars of a list
_FEW_YEARS = 2  # years whose months are open at once


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: its name, what it counts, and the fields of the articles tab that list the same."""

    name: str
    count: int
    fields: tuple[tuple[str, str], ...] = ()


def statistics_html(heads: Sequence[ArticleHead], aliases: Groups = ()) -> str:
    """The statistics tab; `aliases` are groups of names for the same, of which the first counts."""
    if not heads:
        return f'<p class="gc-empty">{strings.NOTHING_TO_COUNT}</p>'
    count, passages = len(heads), sum(h.passages for h in heads)
    figures = (count, passages, f"{passages / count:.1f}", f"{sum(h.chars for h in heads):,}")
    charts = (
        chart(strings.BY_MONTH, months_html(heads), wide=True)
        + chart(strings.COVERAGE, bars_html(_coverage(heads), total=count))
        + chart(strings.BY_ISSUER, bars_html(_issuers(heads)))
        + chart(strings.BY_REGION, bars_html(_regions(heads, aliases)))
    )
    return f'{tiles(figures, strings.TILES)}<div class="gc-charts">{charts}</div>'


def tiles(values: Sequence[object], labels: Sequence[str]) -> str:
    """Figures with what they count."""
    shown = "".join(
        f'<div class="gc-tile"><b>{_figure(value)}</b><span>{label}</span></div>'
        for value, label in zip(values, labels, strict=True)
    )
    return f'<div class="gc-tiles">{shown}</div>'


def _figure(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def chart(title: str, drawn: str, *, wide: bool = False) -> str:
    """Something drawn, under its title."""
    return f'<figure class="gc-chart{" gc-wide" if wide else ""}"><figcaption>{title}</figcaption>{drawn}</figure>'


def months_html(heads: Sequence[ArticleHead]) -> str:
    """Every year that has articles, the latest first, with its months inside; none is left out."""
    months = Counter((h.published_on.year, h.published_on.month) for h in heads if h.published_on)
    years = Counter(h.published_on.year for h in heads if h.published_on)
    rest = len(heads) - years.total()
    said = f'<p class="gc-meta">{strings.UNDATED.format(count=rest)}</p>' if rest else ""
    if not years:
        return said
    most = max(years.values())
    rows = []
    for year, count in sorted(years.items(), reverse=True):
        inside = [
            Bar(
                strings.MONTH.format(year=year, month=month),
                months[year, month],
                (
                    ("since", f"{year}-{month:02}-01"),
                    ("until", f"{year}-{month:02}-{monthrange(year, month)[1]}"),
                ),
            )
            for month in range(12, 0, -1)
            if months[year, month]
        ]
        opened = " open" if len(years) <= _FEW_YEARS else ""
        line = _cells(strings.YEAR.format(year=year), count, most, str(count))
        rows.append(
            f'<li><details{opened}><summary class="gc-bar">{line}</summary>{bars_html(inside, most=most)}</details></li>'
        )
    return f'<ul class="gc-bars">{"".join(rows)}</ul>{said}'


def _issuers(heads: Sequence[ArticleHead]) -> list[Bar]:
    counted = catalogue.issuers(heads)
    bars = [Bar(name, count, (("issuer", name),)) for name, count in counted.most_common(_BARS)]
    if len(counted) > _BARS:
        rest = counted.total() - sum(bar.count for bar in bars)
        bars.append(Bar(strings.OTHERS.format(count=len(counted) - _BARS), rest))
    unknown = sum(h.issuer is None for h in heads)
    return [*bars, Bar(strings.NO_ISSUER, unknown, (("state", "no_issuer"),))] if unknown else bars


def _regions(heads: Sequence[ArticleHead], aliases: Groups) -> list[Bar]:
    counted = catalogue.regions(heads, aliases)
    return [Bar(name, count, (("region", name),)) for name, count in counted.most_common(_BARS)]


def _coverage(heads: Sequence[ArticleHead]) -> list[Bar]:
    return [
        Bar(strings.HAS_DATE, sum(h.published_on is not None for h in heads)),
        Bar(strings.HAS_ISSUER, sum(h.issuer is not None for h in heads)),
        Bar(strings.HAS_REGION, sum(bool(h.regions) for h in heads)),
        Bar(strings.HAS_NUMBER, sum(h.document_number is not None for h in heads)),
    ]


def bars_html(bars: Sequence[Bar], total: int | None = None, most: int | None = None) -> str:
    """Bars with name and count, as long as their share of `most` (else of the longest); with `total`, in percent too."""
    if not bars:
        return f'<p class="gc-empty">{strings.NOTHING_TO_COUNT}</p>'
    longest = most or total or max(bar.count for bar in bars) or 1
    rows = []
    for bar in bars:
        said = f"{bar.count}（{100 * bar.count / total:.0f}%）" if total else str(bar.count)
        line = _cells(bar.name, bar.count, longest, said)
        if bar.fields:
            data = "".join(f' data-{field}="{escape(value)}"' for field, value in bar.fields)
            hint = escape(strings.OPEN_LIST.format(name=bar.name, count=said))
            line = f'<button type="button" class="gc-bar" data-act="list-by"{data} title="{hint}">{line}</button>'
        else:
            line = f'<div class="gc-bar">{line}</div>'
        rows.append(f"<li>{line}</li>")
    return f'<ul class="gc-bars">{"".join(rows)}</ul>'


def _cells(name: str, count: int, most: int, said: str) -> str:
    width = max(100 * count / most, 0.3 if count else 0)
    bar = (
        '<svg viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{width:.1f}" height="14"/></svg>'
    )
    return f"<span>{escape(name)}</span>{bar}<span>{said}</span>"
