"""How good the answers are, with the local 1.5B model, and what they cost.

    python -m benchmarks.answers [../shared/data] [--only given seed cost] [--rows 150]

- given: answer_dev.jsonl (five passages, one of which holds the answer) and reject_dev.jsonl (none does). Every row is
  answered under weights that were learned without its event (`benchmarks/training/answerability.py` and `given.py`, which must
  have run before): with the model as it ships, by quoting at several values of `answer.min_evidence` beside it.
- seed: the sample articles and seed_article_wechat.txt in an index of its own; seed_qa_dev.jsonl, followup_dev.jsonl and the
  sample questions, end to end, with the model and by quoting alone.
- cost: the time to the first word, ours beside LangChain's tutorial chain (the four best chunks of 1,000 characters in the
  prompt), on the same questions, index and model server, in turns.

An answer is right when it holds every expected string; what it says that no cited passage holds is counted by
`benchmarks/checker.py`, which shares no code with `rag`. A stopped run goes on where it was: rows are kept in
build/answers until the program's code changes.
"""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import checker, command_line, results_file
from benchmarks.conditions import conditions
from benchmarks.training import answerability as training
from benchmarks.training import given as given_training
from benchmarks.training.evidence_rows import event, rows_of
from docs_store.settings import Settings, load_settings
from docs_store.store import DocsStore
from ingest import ingest
from rag import PolicyQA
from rag.evaluate import judge, load_questions
from rag.models import Answer
from ui import charts, quiet

_WORK = command_line.BUILD / "answers"
_SETTINGS = (0.4, 0.5, 0.65, 0.75)  # of answer.min_evidence, beside the shipped one
_COST_QUESTIONS = 5

Record = dict[str, Any]


def kept(name: str, rows: Sequence[Record], answer: Callable[[Record], Record]) -> list[Record]:
    """`answer` of each row, by id; those already in this code's file are not asked again."""
    _WORK.mkdir(parents=True, exist_ok=True)
    path = _WORK / f"{name}-{_code()}.jsonl"
    known = [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
    by_id = {record["id"]: record for record in known}
    with path.open("a", encoding="utf-8") as file:
        for number, row in enumerate(rows, start=1):
            if row["id"] not in by_id:
                by_id[row["id"]] = {"id": row["id"], **answer(row)}
                file.write(json.dumps(by_id[row["id"]], ensure_ascii=False) + "\n")
                file.flush()
                print(f"\r{name} {number}/{len(rows)} ", end="", flush=True)
    print()
    return [by_id[row["id"]] for row in rows]


def _code() -> str:
    """A digest of the code and weights that answers depend on."""
    files = sorted(p for p in (command_line.ROOT / "rag").rglob("*") if p.suffix in (".py", ".json", ".txt"))
    return hashlib.sha256(b"".join(p.read_bytes() for p in files)).hexdigest()[:10]


# --- given passages -----------------------------------------------------------------------------------------------------


def given(data: Path, count: int) -> tuple[dict[str, Any], dict[str, str]]:
    """Figures over the first `count` rows of answer_dev and of reject_dev, with the model and by quoting, and the curve."""
    rows = [
        {**row, "id": f"{name}/{row['id']}", "event": event(row["id"]), "answerable": name == "answer_dev"}
        for pair in list(zip(rows_of(data, "answer_dev"), rows_of(data, "reject_dev"), strict=True))[:count]
        for name, row in zip(("answer_dev", "reject_dev"), pair, strict=True)
    ]
    shipped = load_settings().answer.min_evidence
    curve = [{"min_evidence": s, **tally(_given(rows, s, extractive=True))} for s in (*_SETTINGS, shipped)]
    records = _given(rows, shipped, extractive=False)
    shown = [r for r in records if not r["refused"]]
    figures = {
        "rows": len(records),
        "setting": shipped,
        **tally(records),
        "quoting": curve[-1],
        "median_length": statistics.median(len(r["text"]) for r in shown),
        "unsupported_numbers": sum(len(r["unsupported"]["numbers"]) for r in shown),
        "unsupported_names": sum(len(r["unsupported"]["names"]) for r in shown),
        "unsupported": [{"id": r["id"], **r["unsupported"]} for r in shown if any(r["unsupported"].values())],
        "answered_though_absent": [r["id"] for r in shown if not r["answerable"]],
        "curve": sorted(curve, key=lambda point: point["min_evidence"]),
    }
    points = [(100 * c["refused"] / c["hopeless"], 100 * c["right"] / c["answerable"]) for c in curve]
    own = tally(records)
    drawing = charts.lines(
        "Right where the answer is there, against refused where it is not (each point a setting)",
        "refused, % of reject_dev",
        "right, % of answer_dev",
        {
            "by quoting, cross-validated": sorted(points),
            "with the 1.5B model": [
                (100 * own["refused"] / own["hopeless"], 100 * own["right"] / own["answerable"])
            ],
            "bar": [(85.0, 85.0)],
        },
        y_range=(40, 100),
    )
    print(
        results_file.table(
            [*({"by": "quoting", **c} for c in curve), {"by": "model", "min_evidence": shipped, **own}]
        )
    )
    return figures, {"answers_curve": drawing}


def _given(rows: Sequence[Record], setting: float, *, extractive: bool) -> list[Record]:
    """What is answered at one value of `answer.min_evidence`."""
    folds, own_folds = training.folds_in(training.WORK), given_training.folds_in(training.WORK)
    settings = load_settings()
    settings = settings.model_copy(
        update={"answer": settings.answer.model_copy(update={"min_evidence": setting})}
    )
    with PolicyQA.open(settings=settings, with_store=False, extractive=extractive) as qa:

        def answer(row: Record) -> Record:
            fold = training.fold_of(row["event"])
            with folds[fold].judging(), given_training.judging(own_folds[fold]):
                found = qa.answer_from(row["question"], row["passages"])
            return {
                "task": found.task,
                "score": found.evidence_score,
                "opinion": found.opinion,
                "refused": found.refused,
                "text": found.text,
                "mode": found.mode,
                "timings": found.timings_ms,
                "unsupported": checker.unsupported(
                    found.text, [c.passage + "\n" + c.title for c in found.citations]
                ),
            }

        mode = "extractive" if extractive else "generated"
        records = kept(f"given-{mode}-{setting}", rows, answer)
    for row, record in zip(rows, records, strict=True):
        record["answerable"] = row["answerable"]
        record["holds"] = row["answerable"] and all(a in record["text"] for a in row["answers"])
    return records


def tally(records: Sequence[Record]) -> dict[str, int]:
    """Right, kept and refused."""
    answerable = [r for r in records if r["answerable"]]
    hopeless = [r for r in records if not r["answerable"]]
    return {
        "right": sum(r["holds"] and not r["refused"] for r in answerable),
        "kept": sum(not r["refused"] for r in answerable),
        "answerable": len(answerable),
        "refused": sum(r["refused"] for r in hopeless),
        "hopeless": len(hopeless),
    }


# --- end to end ---------------------------------------------------------------------------------------------------------


@contextmanager
def indexed(data: Path) -> Iterator[Settings]:
    """Settings whose index holds the sample articles and the seed article."""
    folder = _WORK / "index"
    os.environ["GUANCHAO_STORE__PATH"] = str(folder)
    try:
        settings = load_settings()
        with DocsStore.open(settings, write=True) as store:
            ingest(
                store,
                [command_line.ROOT / "docs_store" / "articles", data / "seed_article_wechat.txt"],
                settings,
            )
        yield settings
    finally:
        del os.environ["GUANCHAO_STORE__PATH"]


def seed(data: Path) -> dict[str, Any]:
    """Seed, follow-up and sample questions, generated and extractive."""
    files = {
        "seed": data / "seed_qa_dev.jsonl",
        "followup": data / "followup_dev.jsonl",
        "sample": Path(__file__).with_name("sample_qa.jsonl"),
    }
    figures: dict[str, Any] = {}
    with indexed(data) as settings:
        for mode in ("generated", "extractive"):
            with PolicyQA.open(settings=settings, extractive=mode == "extractive") as qa:
                qa.warm_up()
                for name, file in files.items():
                    questions = {q.id: q for q in load_questions(file)}

                    def answer(row: Record, qa: PolicyQA = qa, questions: Any = questions) -> Record:
                        question = questions[row["id"]]
                        found = qa.ask(question.question, question.history)
                        verdict = judge(question, found)
                        return {
                            "right": verdict.right,
                            "cited": verdict.cited,
                            "answerable": question.answerable,
                            "mode": found.mode,
                            "text": found.text,
                            "timings": found.timings_ms,
                            "unsupported": checker.unsupported(*_cited(found)),
                        }

                    records = kept(f"{name}-{mode}", [{"id": id} for id in questions], answer)
                    figures[f"{name} {mode}"] = _tally(records)
    print(results_file.table([{"questions": name, **tally} for name, tally in figures.items()]))
    return figures


def _cited(answer: Answer) -> tuple[str, list[str], list[str]]:
    cited = answer.citations
    texts = [f"{c.title}\n{' '.join(c.heading_path)}\n{c.issuer or ''}\n{c.passage}" for c in cited]
    return answer.text, texts, [str(c.published_on) for c in cited if c.published_on]


def _tally(records: Sequence[Record]) -> dict[str, Any]:
    there = [r for r in records if r["answerable"]]
    absent = [r for r in records if not r["answerable"]]
    return {
        "right": sum(r["right"] for r in there),
        "cited": sum(r["right"] and r["cited"] for r in there),
        "answerable": len(there),
        "refused": sum(r["right"] for r in absent),
        "unanswerable": len(absent),
        "unsupported": sum(len(v) for r in records for v in r["unsupported"].values()),
        "passages_ms": _median(r["timings"].get("retrieve") for r in records),
        "first_ms": _median(r["timings"].get("first_token") for r in there),
        "total_ms": _median(r["timings"].get("total") for r in there),
        "wrong": ", ".join(r["id"] for r in records if not r["right"]),
    }


def _median(values: Any) -> float | None:
    known = [v for v in values if v is not None]
    return round(statistics.median(known), 1) if known else None


# --- cost ---------------------------------------------------------------------------------------------------------------


def cost(data: Path) -> dict[str, Any]:
    """Time to the first word beside the tutorial chain, in turns on one model server."""
    from langchain_core.prompts import ChatPromptTemplate
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    tutorial = ChatPromptTemplate.from_template(
        "Answer the question based only on the following context:\n{context}\n\nQuestion: {question}"
    )
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    rows: list[dict[str, float]] = []
    with indexed(data) as settings, PolicyQA.open(settings=settings) as qa:
        qa.warm_up()
        assert qa.store is not None and qa.model is not None
        chunks = [c for article in qa.store.listing(limit=100)[1] for c in splitter.split_text(article.text)]
        texts = [q for q in load_questions(data / "seed_qa_dev.jsonl") if q.answerable][: _COST_QUESTIONS + 1]
        for number, question in enumerate(texts):
            found = qa.ask(question.question)
            best = sorted(chunks, key=lambda c: -_common(question.question, c))[:4]
            began = time.monotonic()
            pieces = (tutorial | qa.model.chat()).stream(
                {"context": "\n\n".join(best), "question": question.question}
            )
            first = next(piece.text for piece in pieces if piece.text)
            spent = (time.monotonic() - began) * 1000
            pieces.close()  # type: ignore[attr-defined]
            if number and first and found.mode == "generated":  # the first warms both up
                rows.append({"ours": found.timings_ms["first_token"], "tutorial": spent})
    ours, theirs = (statistics.median(r[name] for r in rows) for name in ("ours", "tutorial"))
    figures = {"questions": len(rows), "ours_ms": ours, "tutorial_ms": theirs, "ratio": ours / theirs}
    print(results_file.table([figures]))
    return {**figures, "rows": rows}


def _common(question: str, chunk: str) -> int:
    return sum(question[i : i + 2] in chunk for i in range(len(question) - 1))


def main() -> None:
    """Runs the parts, writes the results file."""
    parser = command_line.parser(__doc__, takes_data=True)
    parser.add_argument(
        "--only", nargs="*", choices=("given", "seed", "cost"), default=("given", "seed", "cost")
    )
    parser.add_argument("--rows", type=int, default=150, help="rows of answer_dev and of reject_dev")
    args = parser.parse_args()
    quiet.hush()
    _WORK.mkdir(parents=True, exist_ok=True)
    path = results_file.FOLDER / "answers.json"
    figures: dict[str, Any] = {}
    if path.exists():
        figures = {
            k: v for k, v in json.loads(path.read_text("utf-8")).items() if k in ("given", "seed", "cost")
        }
    drawings: dict[str, str] = {}
    if "cost" in args.only:
        figures["cost"] = cost(args.data)
    if "seed" in args.only:
        figures["seed"] = seed(args.data)
    if "given" in args.only:
        measured, drawings = given(args.data, args.rows)
        figures["given"] = {"commit": conditions()["commit"], **measured}
    whole = {"command": "python -m benchmarks.answers", **figures, "headline": headline(figures)}
    print(results_file.save("answers", whole, drawings))


_ROWS: tuple[tuple[str, str, str, Callable[[dict[str, Any]], str]], ...] = (
    (
        "seed",
        "questions on a real article, 1.5B model: right with a quote, and refused where it says nothing",
        "一篇真实文章的问题（1.5B 模型）：答对且有引文；文章没说的拒答",
        lambda part: "{cited} / {answerable}, {refused} / {unanswerable}".format(**part["seed generated"]),
    ),
    (
        "given",
        "five passages, four or five of them noise: right where the answer is there, refused where it is not",
        "五段资料、四五段是干扰：有答案时答对，没有时拒答",
        lambda part: "{right} / {answerable}, {refused} / {hopeless}".format(**part),
    ),
    (
        "cost",
        "first word of an answer, against LangChain's tutorial chain on the same model",
        "回答第一个字的等待，与 LangChain 教程链用同一模型相比",
        lambda part: f"{part['ratio']:.2f}×",
    ),
)


def headline(figures: dict[str, Any]) -> list[dict[str, str]]:
    """The rows of the READMEs' table, of the parts that have been measured; one kept from an earlier edition says so."""
    rows = []
    for name, en, zh, value in _ROWS:
        if part := figures.get(name):
            edition = part.get("edition")
            rows.append(
                {
                    "en": f"Edition {edition}: {en}" if edition else en[0].upper() + en[1:],
                    "zh": f"{edition} 版：{zh}" if edition else zh,
                    "value": value(part),
                }
            )
    return rows


if __name__ == "__main__":
    main()
