"""How often the right article comes first, beside every baseline, on 16,500 news articles and 575 questions.

    python -m benchmarks.retrieval [../shared/data] [--minutes 9] [--work .work/retrieval] [--without PART…]

After `--minutes` it stops between two steps; the same command goes on from there. `--again STEP…` makes steps anew.
Ours is cross-validated: an event's questions are ordered by weights that were learned on other events, three ways to
split, the mean of them. Parts that can be left out: `tutorial` and `m3e-passages`, baselines that embed everything with
m3e-small, each the better part of an hour on two cores; `everything`, times and hits with all 63,635 articles in the lexical
index.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import command_line, results_file
from benchmarks.retrieval import baselines, cost, ours
from benchmarks.retrieval.bench import Bench, TimeUpError, overlap, right
from docs_store.settings import Settings
from rag.evaluation import intervals, ranking
from ui import charts, quiet

PARAPHRASE = Path(__file__).parents[1] / "paraphrase_qa.jsonl"
FULL = "ours"
_WITH_M3E: dict[str, tuple[str, Callable[[Bench], baselines.Ranked], dict[str, float]]] = {
    "tutorial": ("LangChain tutorial, m3e-small", baselines.tutorial, {"hit@1": 0.462, "hit@5": 0.729}),
    "m3e-passages": ("m3e-small passages", baselines.m3e_passages, {"hit@1": 0.507, "hit@5": 0.736}),
}
"""By part: name, how it ranks, and what issue 5 gives for the same articles and questions, shown where it is left out."""
_EVERYTHING = "everything"
_METRICS: dict[str, Callable[[Sequence[str], set[str]], float]] = {
    "hit@1": lambda ranked, wanted: ranking.hit_at(ranking.first_rank(ranked, wanted), 1),
    "hit@5": lambda ranked, wanted: ranking.hit_at(ranking.first_rank(ranked, wanted), 5),
    "mrr@10": lambda ranked, wanted: ranking.reciprocal(ranking.first_rank(ranked, wanted)),
    "ndcg@10": lambda ranked, wanted: ranking.ndcg(ranked, wanted),
}


def main() -> None:
    """Does the missing steps, then prints and writes what there is."""
    parser = command_line.parser(__doc__, takes_data=True)
    parser.add_argument("--minutes", type=float, default=9.0)
    parser.add_argument("--work", type=Path, default=Path(".work/retrieval"))
    parser.add_argument("--without", nargs="*", choices=[*_WITH_M3E, _EVERYTHING], default=[])
    parser.add_argument("--again", nargs="*", default=[])
    args = parser.parse_args()
    quiet.hush()
    args.work.mkdir(parents=True, exist_ok=True)
    for name in args.again:
        for path in args.work.glob(f"{name}.*"):
            path.unlink()
    bench = Bench(args.data, args.work, time.monotonic() + 60 * args.minutes)
    try:
        figures = _measure(bench, args.without)
        figures["headline"] = _headline(figures)
        if earlier := {name: given for part, (name, _, given) in _WITH_M3E.items() if part in args.without}:
            figures["not of this run"] = earlier
    except TimeUpError:
        print("time is up: run the same command again to go on")
        raise SystemExit(75) from None
    _report(figures)


def _measure(bench: Bench, without: Sequence[str]) -> dict[str, Any]:
    settings = ours.built(bench)
    systems = _systems(bench, settings, without)
    texts = bench.step(
        "texts", lambda: {e.article.id: f"{e.article.title}\n{e.article.text}" for e in bench.entries}
    )
    shares = [overlap(question, texts) for question in bench.questions]
    least = set(np.argsort(shares, kind="stable")[: round(len(shares) / 4)].tolist())
    wanted = [right(question) for question in bench.questions]
    speed = bench.step("latency", lambda: cost.latency(bench, settings))
    filtered = bench.step("filters", lambda: cost.filters(bench, settings))
    nearest = bench.step("hnsw", lambda: cost.approximate(bench, settings))
    reworded = _paraphrase(bench)
    figures = {
        "articles": len(bench.rows),
        "questions": len(bench.questions),
        "systems": [_row(name, rankings, wanted, least) for name, rankings in systems.items()],
        "least overlap": {
            "questions": len(least),
            "at most": round(float(np.sort(shares)[len(least) - 1]), 3),
            "what": "the quarter of questions that share least of their bigrams with a right article",
        },
        "differences": _differences(systems, wanted),
        "latency": [speed],
        "filters": filtered,
        "hnsw": nearest,
        "reworded questions": reworded,
    }
    if _EVERYTHING not in without:
        _everything(bench, settings, figures, wanted, least)
    return figures


def _everything(
    bench: Bench, settings: Settings, figures: dict[str, Any], wanted: Sequence[set[str]], least: set[int]
) -> None:
    """Adds times and hits with all articles indexed lexically; vectors are of the first 16,500 alone."""
    more = cost.everything_lexical(bench, settings)
    figures["latency"].append(bench.step("latency everything", lambda: cost.latency(bench, more)))
    ranked = bench.step("shipped everything", lambda: ours.shipped(bench, more))
    lexical, _ = bench.step("halves everything", lambda: ours.halves(bench, more))
    figures["everything, lexically"] = [
        _row("ours, weights as shipped", [ranked], wanted, least),
        _row("our lexical half", [lexical], wanted, least),
    ]


def _systems(bench: Bench, settings: Settings, without: Sequence[str]) -> dict[str, list[baselines.Ranked]]:
    """Rankings by system; ours has three, one for each split."""
    found: dict[str, list[baselines.Ranked]] = {}
    for name, make in {
        "LangChain BM25Retriever": baselines.langchain_bm25,
        "BM25 articles, bigrams": baselines.bm25_articles,
        "BM25 passages, bigrams + characters": baselines.bm25_passages,
    }.items():
        found[name] = [bench.step(name, lambda make=make: make(bench))]
    lexical, dense = bench.step("halves", lambda: ours.halves(bench, settings))
    found |= {"our dense half": [dense], "our lexical half": [lexical]}
    found["equal-weight RRF of both"] = [baselines.fused(lexical, dense)]
    for name, with_dense, unused in (
        ("ours without dense", False, ours.DENSE),
        (FULL, True, ()),
        ("ours, ordered by dense alone", True, ours.LEXICAL),
    ):
        label = "candidates" if with_dense else "candidates without dense"
        gathered = bench.step(
            label, lambda d=with_dense: ours.gathered(settings, bench.questions, dense=d), pickled=True
        )
        found[name] = bench.step(name, lambda g=gathered, w=unused: ours.cross_validated(g, w))
    found["ours, weights as shipped"] = [bench.step("shipped", lambda: ours.shipped(bench, settings))]
    for part, (name, rank, _) in _WITH_M3E.items():
        if part not in without:
            found[name] = [bench.step(part, lambda rank=rank: rank(bench))]
    return found


def _row(
    name: str, rankings: Sequence[baselines.Ranked], wanted: Sequence[set[str]], least: set[int]
) -> dict[str, Any]:
    row: dict[str, Any] = {"system": name, "splits": len(rankings)}
    for metric in _METRICS:
        values = _values(metric, rankings, wanted)
        row[metric] = _figure(values)
        if metric in ("hit@1", "hit@5"):
            row[f"{metric}, least overlap"] = _figure([v for i, v in enumerate(values) if i in least])
    return row


def _values(metric: str, rankings: Sequence[baselines.Ranked], wanted: Sequence[set[str]]) -> list[float]:
    """Each question's value, the mean of the splits."""
    score = _METRICS[metric]
    table = [[score(r, w) for r, w in zip(ranked, wanted, strict=True)] for ranked in rankings]
    return [float(v) for v in np.mean(table, axis=0)]


def _figure(values: Sequence[float]) -> dict[str, Any]:
    figure = intervals.mean(values)
    assert figure is not None
    return figure.to_dict()


def _differences(
    systems: dict[str, list[baselines.Ranked]], wanted: Sequence[set[str]]
) -> list[dict[str, Any]]:
    """Ours less each other system, question by question."""
    found = []
    for name, rankings in systems.items():
        if name == FULL:
            continue
        row: dict[str, Any] = {"ours less": name}
        for metric in ("hit@1", "hit@5", "mrr@10"):
            before, after = _values(metric, rankings, wanted), _values(metric, systems[FULL], wanted)
            change = intervals.difference(before, after)
            assert change is not None
            row[metric] = change.to_dict()
        found.append(row)
    return found


def _paraphrase(bench: Bench) -> list[dict[str, Any]]:
    """The 100 questions in other words, on policy_news."""
    questions = [json.loads(line) for line in PARAPHRASE.read_text(encoding="utf-8").splitlines()]
    asked, wanted = [q["question"] for q in questions], [right(q) for q in questions]
    settings = ours.settings_of(bench.work / "policy_index")
    bench.step("index policy", lambda: ours.ingested(settings, bench.data / "policy_news.jsonl"))
    lexical, dense = bench.step("reworded halves", lambda: ours.halves(bench, settings, asked))
    full = bench.step("reworded ours", lambda: ours.shipped(bench, settings, asked=asked))
    bare = bench.step(
        "reworded without dense", lambda: ours.shipped(bench, settings, asked=asked, dense=False)
    )
    systems = {
        "our dense half": dense,
        "our lexical half": lexical,
        "equal-weight RRF of both": baselines.fused(lexical, dense),
        "ours without dense, weights as shipped": bare,
        "ours, weights as shipped": full,
    }
    return [_row(name, [ranked], wanted, set(range(len(asked)))) for name, ranked in systems.items()]


def _headline(figures: dict[str, Any]) -> list[dict[str, str]]:
    """Rows for the READMEs, as benchmarks/headline.py reads them."""
    found = {row["system"]: row for row in figures["systems"]}

    def of(name: str) -> str:
        return ", ".join(f"{metric} {found[name][metric]['value']:.3f}" for metric in ("hit@1", "hit@5"))

    return [
        {
            "en": "Right article, 575 questions on 16,500 articles, weights learned on other events",
            "zh": "找对文章，16,500 篇上的 575 题，权重从其他事件学来",
            "value": of(FULL),
        },
        {
            "en": "The same: BM25 of whole articles on character bigrams",
            "zh": "同上：整篇文章的二元字 BM25",
            "value": of("BM25 articles, bigrams"),
        },
        {
            "en": "The same: LangChain's BM25Retriever as it comes",
            "zh": "同上：LangChain 自带的 BM25Retriever",
            "value": of("LangChain BM25Retriever"),
        },
    ]


def _report(figures: dict[str, Any]) -> None:
    shown = [
        {"system": row["system"]} | {k: v["value"] for k, v in row.items() if isinstance(v, dict)}
        for row in figures["systems"]
    ]
    print(results_file.table(shown))
    for key in ("latency", "filters"):
        print(results_file.table(figures[key]))
    print(results_file.table([figures["hnsw"]]))
    print(
        results_file.table(
            [
                {"system": r["system"], "hit@1": r["hit@1"]["value"], "hit@5": r["hit@5"]["value"]}
                for r in figures["reworded questions"]
            ]
        )
    )
    drawing = charts.bars(
        f"The right article first, {figures['questions']} questions, {figures['articles']:,} articles (95% intervals)",
        [row["system"] for row in figures["systems"]],
        {metric: [row[metric]["value"] for row in figures["systems"]] for metric in ("hit@1", "hit@5")},
        intervals={
            metric: [(row[metric]["low"], row[metric]["high"]) for row in figures["systems"]]
            for metric in ("hit@1", "hit@5")
        },
        top=1.0,
    )
    print(results_file.save("retrieval", figures, {"retrieval": drawing}))


if __name__ == "__main__":
    main()
