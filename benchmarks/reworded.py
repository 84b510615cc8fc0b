"""Questions in other words than the article's, end to end over their own articles, and near misses beside them.

    python -m benchmarks.training.answerability      # first: the index, and the weights of each fold
    python -m benchmarks.reworded [../shared/data] [--model] [--rows 64]

Every question of reworded_train and reworded_train_b is asked of the program, whose weights for facts have not seen its
article (five folds). An answer is right when it holds a spelling of every expected string. Paraphrases are asked too, but not
with `--model`, which answers the first `--rows` questions of a fixed order by both ways.

Printed and written to benchmarks/results/reworded.json: right, answered, refused, at the shipped `answer.min_evidence`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import command_line, results_file
from benchmarks.training import answerability as training
from benchmarks.training.evidence_rows import bare, group_of, rows_of
from docs_store.settings import Settings, StoreSettings
from rag import PolicyQA
from rag.models import Answer
from ui import quiet

SETS = ("reworded_train", "reworded_train_b")

Record = dict[str, Any]


def questions(data: Path, *, paraphrases: bool) -> list[Record]:
    """The questions of both sets in a fixed order, each with the fold of its article."""
    found = []
    for name in SETS:
        for row in rows_of(data, name):
            group = group_of(row)
            for text in [row["question"], *(row.get("paraphrases") or () if paraphrases else ())]:
                found.append({**row, "question": text, "fold": training.fold_of(group)})
    random.Random(0).shuffle(found)
    return found


def is_right(row: Record, answer: Answer) -> bool:
    """True when the answer holds a spelling of every group."""
    said = bare(answer.text)
    return not answer.refused and all(any(bare(s) in said for s in group) for group in row["must_contain"])


def counted(rows: Sequence[Record], answers: Sequence[Answer]) -> dict[str, int]:
    """Right, answered and refused."""
    both = list(zip(rows, answers, strict=True))
    there = [(row, answer) for row, answer in both if row["answerable"]]
    absent = [answer for row, answer in both if not row["answerable"]]
    return {
        "right": sum(is_right(row, answer) for row, answer in there),
        "answered": sum(not answer.refused for _, answer in there),
        "answerable": len(there),
        "refused": sum(answer.refused for answer in absent),
        "unanswerable": len(absent),
    }


def main() -> None:
    """Asks and prints."""
    parser = command_line.parser(__doc__, takes_data=True)
    parser.add_argument("--work", type=Path, default=training.WORK)
    parser.add_argument("--model", action="store_true")
    parser.add_argument("--rows", type=int)
    parser.add_argument("--out", type=Path, help="keeps what was answered, a line a question")
    args = parser.parse_args()
    quiet.hush()
    rows = questions(args.data, paraphrases=not args.model)[: args.rows]
    folds = training.folds_in(args.work)
    settings = Settings(store=StoreSettings(path=args.work / "a" / "index"))
    kept, table = [], []
    with PolicyQA.open(settings=settings) as qa:
        for way in ("quoting", "model") if args.model else ("quoting",):
            answers = []
            for row in rows:
                with folds[row["fold"]].judging():
                    answers.append(qa.ask(row["question"], extractive=way == "quoting"))
            for row, answer in zip(rows, answers, strict=True):
                kept.append(
                    {
                        "way": way,
                        "question": row["question"],
                        "answerable": row["answerable"],
                        "task": answer.task,
                        "refused": answer.refused,
                        "right": row["answerable"] and is_right(row, answer),
                        "score": answer.evidence_score,
                        "opinion": answer.opinion,
                        "text": answer.text,
                        "id": row["id"],
                    }
                )
            table.append({"way": way, **counted(rows, answers)})
            print(results_file.table(table))
    figures = {"min_evidence": settings.answer.min_evidence, "ways": table}
    print(results_file.save("reworded", {"command": "python -m benchmarks.reworded", **figures}))
    if args.out:
        args.out.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in kept), encoding="utf-8")


if __name__ == "__main__":
    main()
