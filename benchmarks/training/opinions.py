"""Records the local model's opinion of whether the evidence answers: what `confidence.json` is learned from.

    python -m benchmarks.training.answerability      # first: searches, rows and the weights of each fold
    python -m benchmarks.training.opinions [--work build/answerability] [--most 500]

Every question of answer_dev, reject_dev and the reworded training sets is judged once under weights that never saw its
event, and the model is asked what the answerer asks it: of the best sentences, whether they answer. A second or two a row; a
stopped run goes on where it was. The records, `<work>/opinions.jsonl`, hold: id, source, group, answerable (the answer is among
the passages), asks_answerable, score (of the evidence, out of fold), opinion (log odds or null), right (of the quoted answer).
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import command_line
from benchmarks.training import answerability as training
from benchmarks.training.evidence_rows import Asked, gathered, has_answer, holds
from docs_store.settings import Settings, load_settings
from rag import PolicyQA
from rag.evidence import answerability
from rag.generation import compose, drafting
from rag.generation.answering import JUDGED
from ui import quiet

SETS = ("answer_dev", "reject_dev", "reworded_train", "reworded_train_b")


def chosen(rows: Sequence[Asked], most: int) -> list[Asked]:
    """The rows as asked, without paraphrases; the sets in turn, so that a part of a run has something of each."""
    by_set = [
        [row for row in rows if row.source == name and ("/" not in row.id or row.id.endswith("/0"))]
        for name in SETS
    ]
    for own in by_set:
        random.Random(0).shuffle(own)
    longest = max(map(len, by_set))
    return [own[i] for i in range(longest) for own in by_set if i < len(own)][:most]


def record(qa: PolicyQA, row: Asked, fold: training.Fold, settings: Settings) -> dict[str, Any]:
    """What is kept of one row."""
    assert qa.model is not None
    hits = row.hits[: settings.answer.passages]
    with fold.judging():
        found = answerability.judge(row.question, hits)
    best = [sentence.text for sentence in found.sentences[:JUDGED]]
    quoted = compose.compose(compose.extract(row.question, found, hits), hits).text
    return {
        "id": f"{row.source}/{row.id}",
        "source": row.source,
        "group": row.group,
        "answerable": has_answer(row),
        "asks_answerable": row.asks_answerable,
        "score": found.score,
        "opinion": drafting.opinion(qa.model.chat(), row.question, best) if best else None,
        "right": row.asks_answerable and holds(row, quoted),
    }


def main() -> None:
    """Goes through the rows that are not recorded yet."""
    parser = command_line.parser(__doc__, takes_data=True)
    parser.add_argument("--work", type=Path, default=training.WORK)
    parser.add_argument("--most", type=int, default=1_000)
    args = parser.parse_args()
    quiet.hush()
    folds = training.folds_in(args.work)
    path = args.work / "opinions.jsonl"
    known = {json.loads(line)["id"] for line in path.read_text("utf-8").splitlines()} if path.exists() else ()
    settings = load_settings()
    rows = chosen(gathered(args.data, args.work), args.most)
    with PolicyQA.open(settings=settings, with_store=False) as qa, path.open("a", encoding="utf-8") as file:
        for number, row in enumerate(rows, start=1):
            if f"{row.source}/{row.id}" not in known:
                kept = record(qa, row, folds[training.fold_of(row.group)], settings)
                file.write(json.dumps(kept, ensure_ascii=False) + "\n")
                file.flush()
                print(f"\r{number}/{len(rows)} ", end="", flush=True)
    print()


if __name__ == "__main__":
    main()
