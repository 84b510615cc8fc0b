"""What a question means after the turns before it: 245 dialogues of ours, each with the article that answers its last question.

    python -m benchmarks.follow_ups [../shared/data] [--work build/follow_ups]

`follow_ups.jsonl` of benchmarks/training was written for this on 88 articles of news_rest_47k, a third of it questions that
stand alone. The rows of one half of the articles were read while `rag/query/follow_up.py` was written; those of the other half
(`held_out`) were looked at as figures only. Each last question is asked with its turns, and once as it would be asked alone; it
is right when the article that answers it is cited. Beside it, questions that the articles do not answer (who approves it, the
telephone number) are asked after the same turns: answered ones are wrong.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks import command_line, results_file
from benchmarks.training.evidence_rows import indexed
from benchmarks.training.relevance import lines
from rag import PolicyQA, strings
from rag.models import Answer, Turn
from ui import quiet

_ROWS = Path(__file__).with_name("training") / "follow_ups.jsonl"
_OTHERS = 800  # articles beside those of the dialogues
_UNDERSTOOD = strings.UNDERSTOOD_AS.partition("{")[0]
_STAND_ALONE = ("topic change", "same topic")
_ABSENT = (
    "负责人的联系电话是什么",
    "申请截止日期是哪天",
    "补贴标准是多少",
    "牵头部门是哪个",
    "它的资金来源是什么",
    "办公地点在哪",
    "它获得过什么奖",
    "注册资本多少",
    "这个由谁审批",
)


def rows() -> list[dict[str, Any]]:
    """The dialogues."""
    return lines(_ROWS)


def main() -> None:
    """Asks, prints, writes benchmarks/results/follow_ups.json."""
    parser = command_line.parser(__doc__, takes_data=True)
    parser.add_argument("--work", type=Path, default=command_line.BUILD / "follow_ups")
    args = parser.parse_args()
    quiet.hush()
    dialogues = rows()
    wanted = {id for row in dialogues for id in row["article_ids"]}
    settings = indexed(args.work, "news", args.data / "news_rest_47k.jsonl.gz", wanted, _OTHERS)
    counts: dict[tuple[str, str], Counter[str]] = {}
    absent: Counter[str] = Counter()
    with PolicyQA.open(settings=settings, extractive=True) as qa:
        assert qa.store is not None
        name = {article.id: article.source.rpartition("#")[2] for article in qa.store.articles()}

        def judged(answer: Answer, gold: list[str]) -> str:
            if answer.refused:
                return "refused"
            return "right" if {name[c.article_id] for c in answer.citations} & {*gold} else "wrong"

        for number, row in enumerate(dialogues):
            history = [Turn(question, answer) for question, answer in row["history"]]
            if gold := row["article_ids"]:
                key = (row["family"], "held out" if row["held_out"] else "read")
                count = counts.setdefault(key, Counter())
                count["asked"] += 1
                count[judged(qa.ask(row["question"], history), gold)] += 1
                count[f"alone {judged(qa.ask(row['alone']), gold)}"] += 1
            if row["family"] not in _STAND_ALONE:
                answer = qa.ask(_ABSENT[number % len(_ABSENT)], history)
                absent["asked"] += 1
                absent["answered"] += not answer.refused
                absent["answered, read by itself"] += not answer.refused and not any(
                    remark.startswith(_UNDERSTOOD) for remark in answer.remarks
                )
    table = [{"family": family, "articles": half, **counts[family, half]} for family, half in sorted(counts)]
    total: Counter[str] = Counter()
    for count in counts.values():
        total += count
    print(results_file.table([*table, {"family": "all", "articles": "", **total}]))
    print(dict(absent))
    figures = {"families": table, "all": dict(total), "absent": dict(absent)}
    print(results_file.save("follow_ups", {"command": "python -m benchmarks.follow_ups", **figures}))


if __name__ == "__main__":
    main()
