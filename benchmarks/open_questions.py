"""Open questions of the job: how much of what a good answer says is said, at what length, and what is wrong or refused.

    python -m benchmarks.open_questions [../shared/data] [--index FOLDER] [--given-task] [--model] [--rows N] [--answers FILE]

open_dev.jsonl over policy_news.jsonl, the seed article and the sample articles, in an index of their own. Three ways to
answer, on the same index in the same run: ours by quoting, ours with the configured model, and a plain prompt to that
model over the five best passages. A key point is covered when each of its groups has a spelling in the answer, after
NFKC, lower case, spaces and punctuation removed. What an answer says that no cited passage holds is counted by
`benchmarks/checker.py`, which shares no code with `rag`. With `--model` the first `--rows` questions of each kind in
turn are asked, the first `--plain` of them by the plain prompt too; quoting always answers all of them.
"""

from __future__ import annotations

import json
import re
import statistics
import time
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from benchmarks import checker, command_line, results_file
from benchmarks.training.relevance import TASKS
from docs_store.settings import Settings, load_settings
from docs_store.store import DocsStore
from ingest import ingest
from rag import PolicyQA
from rag.evaluation.points import covered
from rag.models import MARKER

_WORK = command_line.BUILD / "open_questions"
_BASELINE = (
    (
        "system",
        "你是政策研究助手。请根据给出的资料回答问题，要点写全，简洁有条理。资料没有提到的内容不要编造，并说明资料中没有提到。",
    ),
    ("human", "资料：\n{evidence}\n\n问题：{question}"),
)
_NONE = re.compile(r"资料中没有|没有(?:提及|提到|相关)|未提及|无法(?:回答|确定)")
_MISSING = re.compile("没有提到|文中未提|资料中没有")
_OWN_WORDS = re.compile(
    "引用的文章里没有提到|以上出自|文中共列|文中未提"
)  # lines that speak of the articles, not from them
_FIGURES = re.compile(r"\d+(?:\.\d+)?")

Record = dict[str, Any]


def library(data: Path, folder: Path) -> Settings:
    """Settings of an index that holds the news, the seed article and the sample articles."""
    settings = load_settings()
    store = settings.store.model_copy(update={"path": folder.resolve()})
    settings = settings.model_copy(update={"store": store})
    if not folder.exists():
        sources = [
            data / "policy_news.jsonl",
            data / "seed_article_wechat.txt",
            command_line.ROOT / "docs_store" / "articles",
        ]
        with DocsStore.open(settings, write=True) as opened:
            ingest(opened, sources, settings)
    return settings


def ours(qa: PolicyQA, row: Record, *, extractive: bool, given_task: bool = False) -> Record:
    """One answer of the program, with the time to the first words; `given_task` names the task, which no user does."""
    task = TASKS.get(row["kind"], row["kind"]) if given_task else None
    answer = qa.ask(row["question"], extractive=extractive, task=task)
    cited = answer.citations
    texts = [f"{c.title}\n{' '.join(c.heading_path)}\n{c.passage}\n{c.quote}" for c in cited]
    days = [str(c.published_on) for c in cited if c.published_on]
    said = "\n".join(line for line in answer.text.split("\n") if not _OWN_WORDS.match(line))
    unsupported = checker.unsupported(said, texts, days)
    quotes = "".join(c.quote + c.title + str(c.published_on or "") for c in cited)
    plain = MARKER.sub("", said)
    return {
        "text": answer.text,
        "refused": answer.refused,
        "task": answer.task,
        "first_content": answer.timings_ms["first_content"],
        "total": answer.timings_ms["total"],
        "unsupported": unsupported,
        "digits_not_quoted": [d for d in _FIGURES.findall(plain) if d.lstrip("0") not in quotes],
    }


def plain_prompt(qa: PolicyQA, row: Record) -> Record:
    """The same model, asked plainly over the five best passages."""
    assert qa.model is not None
    began = time.monotonic()
    hits = qa.search(row["question"], 5)
    evidence = "\n\n".join(
        f"[{n}]《{h.article.title}》\n{h.passage.text}" for n, h in enumerate(hits, start=1)
    )
    prompt = [(role, text.format(evidence=evidence, question=row["question"])) for role, text in _BASELINE]
    text, first = "", None
    for piece in qa.model.chat().stream(prompt):
        text += piece.text
        first = first or (time.monotonic() - began) * 1000
    return {
        "text": text,
        "refused": bool(_NONE.search(text)) and len(text) < 60,
        "task": None,
        "first_content": round(first or 0.0, 1),
        "total": round((time.monotonic() - began) * 1000, 1),
        "unsupported": checker.unsupported(text, [h.context for h in hits]),
        "digits_not_quoted": [],
    }


def tally(rows: Sequence[Record], records: Sequence[Record]) -> dict[str, Any]:
    """The figures of one way to answer."""
    there = [(row, r) for row, r in zip(rows, records, strict=True) if row["answerable"]]
    absent = [r for row, r in zip(rows, records, strict=True) if not row["answerable"]]
    kinds: dict[str, list[float]] = {}
    for row, record in there:
        kinds.setdefault(row["kind"], []).append(covered(record["text"], row["key_points"]))
    shares = [value for values in kinds.values() for value in values]
    return {
        "questions": len(records),
        "key_points": round(statistics.mean(shares), 3),
        "median_chars": statistics.median(len(r["text"]) for _, r in there if r["text"]),
        "refused_wrongly": f"{sum(r['refused'] for _, r in there)}/{len(there)}",
        "refused_or_said_missing": f"{sum(r['refused'] or bool(_MISSING.search(r['text'])) for r in absent)}/{len(absent)}",
        "said_missing_wrongly": f"{sum(bool(_MISSING.search(r['text'])) for _, r in there)}/{len(there)}",
        "refused_rightly": f"{sum(r['refused'] for r in absent)}/{len(absent)}",
        "unsupported_numbers": sum(len(r["unsupported"]["numbers"]) for r in records),
        "unsupported_names": sum(len(r["unsupported"]["names"]) for r in records),
        "digits_not_quoted": sum(len(r["digits_not_quoted"]) for r in records),
        "first_content_ms": round(statistics.median(r["first_content"] for r in records), 1),
        "total_ms": round(statistics.median(r["total"] for r in records), 1),
        **{
            f"{kind} ({len(values)})": round(statistics.mean(values), 2)
            for kind, values in sorted(kinds.items())
        },
    }


def in_turn(rows: Sequence[Record]) -> list[Record]:
    """The rows so that every kind has its turn, answerable and not."""
    kinds: dict[tuple[str, bool], list[Record]] = {}
    for row in rows:
        kinds.setdefault((row["kind"], row["answerable"]), []).append(row)
    turns: Iterator[tuple[Record | None, ...]] = zip_longest(*kinds.values())
    return [row for turn in turns for row in turn if row is not None]


def main() -> None:
    """Runs, prints the table, writes the results file."""
    parser = command_line.parser(__doc__, takes_data=True)
    parser.add_argument("--index", type=Path, default=_WORK / "index")
    parser.add_argument("--questions", default="open_dev.jsonl", help="the file of questions in DATA")
    parser.add_argument("--model", action="store_true")
    parser.add_argument("--rows", type=int, default=15, help="asked of the model")
    parser.add_argument("--plain", type=int, default=15, help="of these, asked by the plain prompt too")
    parser.add_argument(
        "--given-task", action="store_true", help="once more with the task of each question given"
    )
    parser.add_argument("--show", action="store_true", help="print the quoted answers")
    parser.add_argument(
        "--answers", type=Path, help="with --model: a .jsonl for the answers, ours and the plain prompt's"
    )
    given = parser.parse_args()
    rows = [json.loads(line) for line in (given.data / given.questions).read_text("utf-8").splitlines()]
    some = in_turn(rows)[: given.rows]
    with PolicyQA.open(settings=library(given.data, given.index)) as qa:
        qa.search("预热", 1)
        quoted = [ours(qa, row, extractive=True) for row in rows]
        table = {"quoting": tally(rows, quoted)}
        if given.given_task:
            table["quoting, the task given"] = tally(
                rows, [ours(qa, row, extractive=True, given_task=True) for row in rows]
            )
        for row, record in zip(rows, quoted, strict=True):
            if record["digits_not_quoted"] or any(record["unsupported"].values()):
                print(row["id"], record["unsupported"], record["digits_not_quoted"])
        if given.show:
            for row, record in zip(rows, quoted, strict=True):
                share = covered(record["text"], row["key_points"]) if row["answerable"] else "-"
                print(f"\n## {row['kind']} {share} {row['question']}\n{record['text']}")
        if given.model:
            qa.warm_up()
            worded: list[Record] = []
            plain: list[Record] = []
            for number, row in enumerate(some):
                worded.append(ours(qa, row, extractive=False))
                texts = {"ours": worded[-1]["text"]}
                if number < given.plain:
                    plain.append(plain_prompt(qa, row))
                    texts["plain"] = plain[-1]["text"]
                if given.answers:
                    with given.answers.open("a", encoding="utf-8") as file:
                        file.write(json.dumps({"id": row["id"], **texts}, ensure_ascii=False) + "\n")
            by_id = {row["id"]: record for row, record in zip(rows, quoted, strict=True)}
            table["quoting, the same rows"] = tally(some, [by_id[row["id"]] for row in some])
            table["with the model"] = tally(some, worded)
            few = some[: len(plain)]
            table["with the model, fewer rows"] = tally(few, worded[: len(plain)])
            table["plain prompt, those rows"] = tally(few, plain)
    print(results_file.table([{"answers": name, **figures} for name, figures in table.items()]))
    if given.questions == "open_dev.jsonl":
        results_file.save("open_questions", {"figures": table})


if __name__ == "__main__":
    main()
