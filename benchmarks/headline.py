"""Puts the headline figures of benchmarks/results into both READMEs, between their markers.

    python -m benchmarks.headline            # write
    python -m benchmarks.headline --check    # exit 1 when a README says something else than the results

No figure is written by hand: a row whose results file is not there is left out. A results file may also bring rows of its
own under `headline`: a list of {"en", "zh", "value"}; its `command` says how to get them again.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import command_line

_RESULTS = Path(__file__).parent / "results"
_BETWEEN = re.compile(r"(<!-- headline -->\n).*?(<!-- /headline -->)", re.DOTALL)
_HEADS = {"README.md": "| what | figure | again |", "README.zh-CN.md": "| 什么 | 数字 | 重测 |"}

_EARLIER = {
    "embedding": "python -m benchmarks.embedding ../shared/data",
    "embedding_beside_m3e": "python -m benchmarks.embedding ../shared/data --articles 3000",
}
"""Commands of results that were written before results said so themselves."""

Figures = dict[str, Any]


class Row(NamedTuple):
    """A line of the table, and the results file that it is taken from."""

    results: str
    en: str
    zh: str
    value: Callable[[Figures], str]


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _run(figures: Figures, embedding: str) -> Figures:
    found: Figures = next(run for run in figures["runs"] if run["embedding"] == embedding)
    return found


def _embedding(figures: Figures) -> str:
    system = "docs_store/guanchao-embed"
    ours = next(r for r in figures["results"] if r["set"] == "news_16k" and r["system"] == system)
    return f"hit@1 {ours['hit@1']:.3f}, hit@5 {ours['hit@5']:.3f}"


def _speed(figures: Figures) -> str:
    rates = {
        r["system"]: r["passages_per_s"]
        for r in figures["results"]
        if "passages_per_s" in r and r["set"] == "news_16k"
    }
    return f"{rates['docs_store/guanchao-embed'] / rates['m3e-small']:.0f}×"


def _scale(figures: Figures) -> str:
    first, last = figures["rows"][0], figures["rows"][-1]
    return f"{first['articles']:,} → {last['articles']:,}: hit@5 {first['ours hit@5']:.3f} → {last['ours hit@5']:.3f}"


def _checked(figures: Figures) -> str:
    shares = [
        figures["verify_dev"]["kept"],
        figures["verify_dev"]["caught"],
        figures["altered_news"]["caught"],
    ]
    kept, caught, altered = (f"{right} / {of}" for right, of, *_ in shares)
    return f"{kept}, {caught}; {altered}"


def _served(figures: Figures) -> str:
    good, bad = figures["good"], figures["bad"]
    return f"{good['seen']} / {good['of']}, {bad['seen']} / {bad['of']}"


def _open(figures: Figures) -> str:
    quoting = figures["figures"]["quoting"]
    return (
        f"{quoting['key_points']:.1%} / {quoting['median_chars']:.0f}; "
        f"{quoting['refused_wrongly']}; {quoting['refused_or_said_missing']}"
    )


ROWS = (
    Row(
        "open_questions",
        "Open questions on 1,018 articles, quoting: key points stated / characters; refused though answerable; refused or told missing",
        "1,018 篇上的开放问题（只引原文）：答出的要点 / 字数；能答却拒答；不能答而拒答或说明",
        _open,
    ),
    Row(
        "verification",
        "Sentences of a strong model: true ones kept, wrong ones caught; altered sentences of the news caught",
        "强模型写的句子：对的留下、错的拦下；改过的新闻句子拦下",
        _checked,
    ),
    Row(
        "served_drafts",
        "The same through the program: good sentences that the reader sees, bad ones",
        "同样的草稿经过整个程序：读者看到的好句、坏句",
        _served,
    ),
    Row(
        "embedding",
        "Our embedding alone, 575 questions on 16,500 articles",
        "只用自有向量，16,500 篇上的 575 题",
        _embedding,
    ),
    Row(
        "embedding_beside_m3e",
        "Our embedding's speed against m3e-small's",
        "自有向量的速度，与 m3e-small 相比",
        _speed,
    ),
    Row(
        "scale",
        "Right article among the first five as the corpus grows",
        "文章变多时，前五篇里有对的",
        _scale,
    ),
    Row(
        "ingest",
        "Ingest of 16,500 articles against its two indexes alone",
        "收录 16,500 篇，与只写两个索引相比",
        lambda f: f"{_run(f, 'table')['ratio']:.2f}×",
    ),
    Row(
        "ingest",
        "Ingest of the same again, nothing changed",
        "再收录一遍，内容未变",
        lambda f: f"{_run(f, 'table')['unchanged']['seconds']:.1f} s",
    ),
    Row(
        "faults",
        "Articles lost and passages stale after random kills of ingest",
        "收录中随机杀进程后，丢失的文章与残留的段落",
        lambda f: (
            f"{f['lost'] + f['at_the_end']['lost']} + {f['stale'] + f['at_the_end']['stale']} / {f['kills']}"
        ),
    ),
    Row(
        "metadata",
        "Of 1,002 news articles: with date, issuer, region",
        "1,002 篇新闻里，有日期、来源、地区的",
        lambda f: ", ".join(_percent(f["rows"][0][name]) for name in ("date", "issuer", "regions")),
    ),
    Row(
        "http",
        "What HTTP adds to a search, at the median",
        "HTTP 给一次检索增加的时间（中位数）",
        lambda f: f"{f['overhead_p50_ms']['search']:.1f} ms",
    ),
)


def table(name: str) -> str:
    """The table of one README, in its language, as Markdown lines."""
    language = "zh" if "zh" in name else "en"
    lines = [_HEADS[name], "|---|---|---|"]
    files = {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(_RESULTS.glob("*.json"))
    }
    for row in ROWS:
        if row.results in files:
            command = again(row.results, files[row.results])
            lines.append(f"| {getattr(row, language)} | {row.value(files[row.results])} | {command} |")
    for stem, figures in files.items():
        for own in figures.get("headline", ()):
            lines.append(f"| {own[language]} | {own['value']} | {again(stem, figures)} |")
    return "\n".join(lines) + "\n"


def again(stem: str, figures: Figures) -> str:
    """The command that measures a results file's figures again, as code."""
    return f"`{figures.get('command', _EARLIER.get(stem))}`"


def main() -> None:
    """Writes the tables, or checks them."""
    parser = command_line.parser(__doc__)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    stale = False
    for name in _HEADS:
        path = command_line.ROOT / name
        text = path.read_text(encoding="utf-8")
        fresh = _BETWEEN.sub(lambda match, name=name: match[1] + table(name) + match[2], text)
        stale |= fresh != text
        if not given.check:
            path.write_text(fresh, encoding="utf-8")
            print(table(name))
    if given.check and stale:
        sys.exit("a README differs from benchmarks/results: run `python -m benchmarks.headline`")


if __name__ == "__main__":
    main()
