"""How many of the facts that a careful reader lists a 梳理表 holds, how long it takes, and cells to judge by hand.

    python -m benchmarks.deliverables.table [../shared/data] [--index FOLDER] [--missed] [--cells N]

`reference.txt` and `reference_other_six.txt` hold the reader's facts of six topics each, in his own words, with what a row
must hold; a fact is matched when one row of the topic's table that rests on its article (or on a repost of it) has every
group in its cells. The first list was looked at while the program was made, the second was not. `--cells` prints that
many cells of the twelve topics (`--topics` of the last ones alone), drawn by chance with a fixed seed, for a person to
judge; the judgement is kept in `judged.txt` and counted here.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import command_line, results_file
from benchmarks.open_questions import library
from rag import PolicyQA
from rag.generation.deliverables.table import Row, Table

_HERE = Path(__file__).parent
_WORK = command_line.BUILD / "open_questions"
TOPICS = (
    "虹桥国际开放枢纽", "横琴粤澳深度合作区", "中欧班列", "港珠澳大桥", "雄安新区", "西部陆海新通道", "长三角G60科创走廊",
    "长三角生态绿色一体化发展示范区", "海南自由贸易港", "成渝地区双城经济圈", "前海深港现代服务业合作区", "京津冀协同发展",
)  # fmt: skip
LISTS = {"looked_at": "reference.txt", "not_looked_at": "reference_other_six.txt"}
"""The reader's lists, by whether they were looked at while the program was made."""
_ANY = "发展"  # a word that most articles hold: the widest table that somebody could ask for
_CELLS = ("day", "place", "document", "noun", "number", "unit", "status", "body")


@dataclass(frozen=True, slots=True)
class Listed:
    """A fact that the reader listed."""

    topic: str
    article: str
    fact: str
    groups: tuple[tuple[str, ...], ...]


def listed(name: str) -> list[Listed]:
    """The reader's facts in a file."""
    found, topic = [], ""
    for line in (_HERE / name).read_text("utf-8").splitlines():
        if line.startswith("## "):
            topic = line[3:]
        elif line and not line.startswith("#"):
            article, fact, needs = (part.strip() for part in line.split("|"))
            groups = tuple(tuple(s.strip() for s in group.split("/")) for group in needs.split("+"))
            found.append(Listed(topic, article, fact, groups))
    return found


def shown(row: Row) -> str:
    """The cells of a row, as they are compared."""
    return squeezed_cell("|".join(cell.text for cell in row.fact.cells()))


def squeezed_cell(text: str) -> str:
    """As key points are compared, but for the decimal point and what parts cells."""
    return re.sub(r"[^\w.%|]", "", text.replace("％", "%").lower())


def holds(row: Row, fact: Listed) -> bool:
    """True when a row has every group, as a number of its own: 5条 does not stand in 15条."""
    text = shown(row)
    return all(any(_stands(squeezed_cell(s), text) for s in group) for group in fact.groups)


def _stands(wanted: str, text: str) -> bool:
    edge = r"(?<![0-9.])" if wanted[:1].isdigit() else ""
    return re.search(edge + re.escape(wanted), text) is not None


def recall(qa: PolicyQA, table: Table, facts: Sequence[Listed]) -> tuple[list[Listed], list[Listed]]:
    """(matched, missed)."""
    assert qa.store is not None
    matched, missed = [], []
    for fact in facts:
        known = qa.store.article(fact.article)
        original = (known.duplicate_of or known.id) if known else fact.article
        rows = [
            row
            for row in table.rows
            if any(
                (s.article.duplicate_of or s.article.id) in (original, fact.article) for s in row.sources()
            )
        ]
        (matched if any(holds(row, fact) for row in rows) else missed).append(fact)
    return matched, missed


def drawn(tables: Sequence[Table], count: int) -> Iterator[dict[str, Any]]:
    """Cells by chance, whole rows of them, with the sentence that they stand in."""
    rows = [(table.topic, row) for table in tables for row in table.rows]
    random.Random(7).shuffle(rows)
    given = 0
    for topic, row in rows:
        cells = {name: cell for name in _CELLS if (cell := getattr(row.fact, name))}
        yield {
            "topic": topic,
            "title": row.fact.article.title[:30],
            "quote": row.fact.statement.text,
            "matter": row.fact.matter.text,
            "cells": {n: f"{c.text} → {c.value}" if c.value != c.text else c.text for n, c in cells.items()},
        }
        given += len(cells) + 1
        if given >= count:
            return


def judged() -> dict[str, dict[str, float]]:
    """What a person found of the drawn cells, by topics and program: the samples of `judged.txt` together.

    `right` counts a clause that tells nothing as wrong; `right_but_clauses` does not, as it was counted at first.
    """
    found: dict[str, dict[str, float]] = {}
    for line in (_HERE / "judged.txt").read_text("utf-8").splitlines():
        if not line or line[0] == "#":
            continue
        cells, wrong, rows, clauses, topics, when = line.split("|")
        sums = found.setdefault(f"{topics} {when}", {"cells": 0, "wrong": 0, "rows": 0, "clauses": 0})
        for name, value in zip(
            ("cells", "wrong", "rows", "clauses"), (cells, wrong, rows, clauses), strict=True
        ):
            sums[name] += int(value)
    for sums in found.values():
        sums["right"] = round(1 - sums["wrong"] / sums["cells"], 3)
        sums["right_but_clauses"] = round(1 - (sums["wrong"] - sums["clauses"]) / sums["cells"], 3)
    return found


def main() -> None:
    """Measures, prints, writes benchmarks/results/deliverables_table.json."""
    parser = command_line.parser(__doc__, takes_data=True)
    parser.add_argument("--index", type=Path, default=_WORK / "index")
    parser.add_argument("--missed", action="store_true", help="print the facts that no row holds")
    parser.add_argument("--cells", type=int, default=0, help="print so many cells to judge")
    parser.add_argument("--last", type=int, default=len(TOPICS), help="of so many of the last topics")
    given = parser.parse_args()
    lists = {name: listed(file) for name, file in LISTS.items()}
    facts = [fact for own in lists.values() for fact in own]
    found: list[Listed] = []
    rows, tables = [], []
    with PolicyQA.open(settings=library(given.data, given.index), extractive=True) as qa:
        for topic in TOPICS:
            began = time.monotonic()
            table = qa.table(topic)
            seconds = time.monotonic() - began
            tables.append(table)
            own = [fact for fact in facts if fact.topic == topic]
            matched, missed = recall(qa, table, own)
            found += matched
            row: dict[str, Any] = {"topic": topic, "articles": table.articles, "rows": len(table.rows)}
            row |= {
                "listed": len(own) or None,
                "held": len(matched) if own else None,
                "seconds": round(seconds, 2),
            }
            rows.append(row)
            for fact in missed if given.missed else ():
                print(f"  missed: {topic} {fact.article} {fact.fact}")
        began = time.monotonic()
        widest = qa.table(_ANY)
        seconds = time.monotonic() - began
    for cell in drawn(tables[-given.last :], given.cells) if given.cells else ():
        print(cell)
    print(results_file.table(rows))
    figures = {
        "topics": rows,
        "recall": round(len(found) / len(facts), 3),
        "listed": len(facts),
        "lists": {
            name: {"listed": len(own), "held": sum(fact in found for fact in own)}
            for name, own in lists.items()
        },
        "judged": judged(),
        "widest": {
            "topic": _ANY,
            "articles": widest.articles,
            "rows": len(widest.rows),
            "seconds": round(seconds, 1),
        },
    }
    print({name: value for name, value in figures.items() if name != "topics"})
    results_file.save("deliverables_table", figures)


if __name__ == "__main__":
    main()
