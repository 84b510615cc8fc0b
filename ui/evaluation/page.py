"""The report as one HTML file that asks nothing of the network. Everything that comes from outside is escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from rag.evaluation.points import stated_points
from rag.evaluation.questions import points_text
from ui import charts, strings

_ASSETS = Path(__file__).parents[1] / "assets"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
_SHARES = (
    "right",
    "right_and_cited",
    "key_points",
    "refused_wrongly",
    "refused_rightly",
    "citation_precision",
    "citation_recall",
    "hit@1",
    "hit@5",
    "mrr@10",
    "ndcg@10",
)


def report_html(report: Mapping[str, Any], comparison: Mapping[str, Any] | None = None) -> str:
    """The whole page: conditions, figures with intervals, slices, times, comparison, every question to open."""
    changed = {c["id"]: c["direction"] for c in comparison["changed"]} if comparison else {}
    parts = [
        f"<h1>{strings.TITLE} {strings.EVAL_TITLE}</h1>",
        _conditions(report.get("run", {})),
        _figures(report["figures"]),
        _comparison(comparison) if comparison else "",
        _slices(report["slices"]),
        _times(report["timings_ms"]),
        _questions(report["rows"], changed),
    ]
    style = (_ASSETS / "report.css").read_text(encoding="utf-8")
    script = (_ASSETS / "report.js").read_text(encoding="utf-8")
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{strings.TITLE} {strings.EVAL_TITLE}</title><style>{style}</style></head>"
        f"<body><main>{''.join(parts)}</main><script>{script}</script></body></html>\n"
    )


def _conditions(run: Mapping[str, Any]) -> str:
    shown = [(k, v) for k, v in run.items() if v is not None and not isinstance(v, Mapping | list)]
    items = "".join(
        f"<dt>{escape(strings.EVAL_RUN.get(k, k))}</dt>"
        f"<dd>{escape(str(strings.EVAL_MODES.get(v, v) if k == 'mode' else v))}</dd>"
        for k, v in shown
    )
    return f'<dl class="run">{items}</dl>' if items else ""


def _figures(figures: Mapping[str, Mapping[str, float]]) -> str:
    rows = "".join(
        f"<tr><th>{escape(strings.FIGURES.get(name, name))}</th><td>{_value(f['value'])}</td>"
        f"<td>{_value(f['low'])} – {_value(f['high'])}</td><td>{f['n']:.0f}</td></tr>"
        for name, f in figures.items()
    )
    names = [name for name in _SHARES if name in figures]
    chart = charts.bars(
        "主要指标与 95% 区间",
        [strings.FIGURES[name] for name in names],
        {"": [figures[name]["value"] for name in names]},
        intervals={"": [(figures[name]["low"], figures[name]["high"]) for name in names]},
        top=1.0,
    )
    head = "<tr><th>指标</th><th>值</th><th>95% 区间</th><th>题数</th></tr>"
    return f"<section><h2>指标</h2>{chart if names else ''}<table>{head}{rows}</table></section>"


def _slices(slices: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    out = []
    for kind, groups in slices.items():
        names = [
            n
            for n in ("right", "key_points", "refused_rightly", "hit@1", "hit@5")
            if any(n in g for g in groups.values())
        ]
        if not names:
            continue
        labels = [f"{strings.SLICE_NAMES.get(name, name)}（{g['n']}）" for name, g in groups.items()]
        series = {
            strings.FIGURES[n]: [g[n]["value"] if n in g else None for g in groups.values()] for n in names
        }
        spans = {
            strings.FIGURES[n]: [(g[n]["low"], g[n]["high"]) if n in g else None for g in groups.values()]
            for n in names
        }
        out.append(charts.bars(strings.SLICES.get(kind, kind), labels, series, intervals=spans, top=1.0))
    return f"<section><h2>分组</h2>{''.join(out)}</section>" if out else ""


def _times(times: Mapping[str, Mapping[str, float]]) -> str:
    if not times:
        return ""
    rows = "".join(
        f"<tr><th>{strings.STAGE_NAMES.get(stage, stage)}</th>"
        + "".join(f"<td>{t[key]:.0f}</td>" for key in ("mean", "p50", "p95"))
        + "</tr>"
        for stage, t in times.items()
    )
    head = "<tr><th>从提问到…</th><th>平均</th><th>p50</th><th>p95</th></tr>"
    return f"<section><h2>用时（毫秒）</h2><table>{head}{rows}</table></section>"


def _comparison(comparison: Mapping[str, Any]) -> str:
    rows = "".join(
        f'<tr class="{_sure(f["difference"])}"><th>{escape(strings.FIGURES.get(name, name))}</th>'
        f"<td>{_value(f['before']['value'])}</td><td>{_value(f['after']['value'])}</td>"
        f"<td>{f['difference']['value']:+.3f}</td>"
        f"<td>{f['difference']['low']:+.3f} – {f['difference']['high']:+.3f}</td><td>{f['difference']['n']:.0f}</td></tr>"
        for name, f in comparison["figures"].items()
    )
    head = "<tr><th>指标</th><th>之前</th><th>这次</th><th>差</th><th>差的 95% 区间</th><th>题数</th></tr>"
    line = strings.EVAL_COMPARED.format(
        name=comparison.get("name", ""),
        questions=comparison["questions"],
        better=comparison["better"],
        worse=comparison["worse"],
        p=comparison["p_value"],
    )
    changed = "".join(_changed(c) for c in comparison["changed"])
    return (
        f"<section><h2>比较</h2><p>{escape(line)}</p><table>{head}{rows}</table>"
        f"<details><summary>有变化的题（{len(comparison['changed'])}）</summary>{changed}</details></section>"
    )


def _changed(change: Mapping[str, Any]) -> str:
    sides = "".join(
        f"<dt>{label}</dt><dd>{outcome(side)}"
        f"{'，排名 ' + str(side['rank']) if side['rank'] else ''}　{escape(side['answer'])}</dd>"
        for label, side in (("之前", change["before"]), ("这次", change["after"]))
    )
    return (
        f'<div class="changed {change["direction"]}"><b>{escape(change["id"])}</b> '
        f"{escape(change['question'])}<dl>{sides}</dl></div>"
    )


def outcome(judged: Mapping[str, Any]) -> str:
    """The outcome of a row in words; of an open question that was answered, how many of its points are stated."""
    points = judged.get("points")
    if points is None or judged["outcome"] not in ("right", "wrong"):
        return strings.OUTCOMES[judged["outcome"]]
    return strings.EVAL_POINTS.format(share=points)


def _sure(difference: Mapping[str, float]) -> str:
    """The class of a difference whose interval leaves out zero."""
    if difference["low"] > 0 or difference["high"] < 0:
        return "sure"
    return ""


def _questions(rows: Sequence[Mapping[str, Any]], changed: Mapping[str, str]) -> str:
    buttons = [("all", strings.EVAL_ALL), ("bad", strings.EVAL_ONLY_WRONG)]
    if changed:
        buttons.append(("changed", strings.EVAL_ONLY_CHANGED))
    bar = "".join(f'<button type="button" data-show="{key}">{label}</button>' for key, label in buttons)
    cards = "".join(_question(row, changed.get(row["id"], "")) for row in rows)
    return (
        f'<section><h2>题目（{len(rows)}）</h2><p class="bar">{bar}'
        f'<input type="search" aria-label="{strings.EVAL_PLACEHOLDER}" placeholder="{strings.EVAL_PLACEHOLDER}"></p>'
        f"{cards}</section>"
    )


def _question(row: Mapping[str, Any], direction: str) -> str:
    good = row["right"] if row["outcome"] else row["rank"] == 1 or not row["ranked"]
    classes = f"q {'good' if good else 'bad'}{' changed ' + direction if direction else ''}"
    rank = f"，排名 {row['rank'] or '无'}" if row["ranked"] else ""
    body = [_line("问题类型", strings.SLICE_NAMES.get(row["type"], row["type"]))]
    if row["outcome"]:
        body.append(_line("答案", row.get("answer") or strings.OUTCOMES[row["outcome"]]))
    for citation in row.get("citations", []):
        body.append(_citation(citation))
    if row.get("unsupported"):
        body.append(_line(strings.DROPPED, "\n".join(row["unsupported"])))
    if row["must_contain"]:
        body.append(_line("应含要点", "；".join(" 或 ".join(group) for group in row["must_contain"])))
    if row.get("key_points"):
        stated = stated_points(row.get("answer", ""), row["key_points"])
        marks = zip(stated, row["key_points"], strict=True)
        body.append(_line("覆盖要点", "\n".join(f"{'✓' if s else '✗'} {points_text([p])}" for s, p in marks)))
    if row["evidence"]:
        body.append(_line("应引依据", "\n".join(row["evidence"])))
    if row.get("notice"):
        body.append(_line("提示", row["notice"]))
    found = "".join(
        f'<li class="{"holds" if hit["holds_answer"] else ""}"><b>《{escape(hit["title"])}》</b> '
        f"{hit['score']:.3f}<p>{escape(hit['text'])}</p></li>"
        for hit in row["found"]
    )
    if found:
        body.append(
            f"<details><summary>找到的段落（{len(row['found'])}）</summary><ol>{found}</ol></details>"
        )
    return (
        f'<details class="{classes}"><summary><span class="mark">{outcome(row)}{rank}</span> '
        f"<b>{escape(row['id'])}</b> {escape(row['question'])}</summary>{''.join(body)}</details>"
    )


def _citation(citation: Mapping[str, Any]) -> str:
    """The quote marked inside its passage."""
    passage, quote = citation["passage"], citation["quote"]
    at = passage.find(quote)
    shown = escape(quote)
    if at >= 0:
        shown = f"{escape(passage[:at])}<mark>{escape(quote)}</mark>{escape(passage[at + len(quote) :])}"
    origin = " ".join(str(x) for x in (citation.get("issuer"), citation.get("published_on")) if x)
    return (
        f"<blockquote><cite>[{citation['marker']}] 《{escape(citation['title'])}》 {escape(origin)}</cite>"
        f"<p>{shown}</p></blockquote>"
    )


def _line(label: str, text: str) -> str:
    return f'<p class="line"><span>{escape(label)}</span>{escape(text).replace(chr(10), "<br>")}</p>'


def _value(value: float) -> str:
    return re.sub(r"\.?0+$", "", f"{value:.3f}") or "0"
