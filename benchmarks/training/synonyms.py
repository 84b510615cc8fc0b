"""Which words of rag/lexicon/synonyms.tsv tell the right evidence from other evidence: counts links, prunes what misleads.

A link is a word of the question, not in the evidence, with a partner in the evidence that is not in the question. It is
right where it leads to the question's own evidence; the share of other questions' evidence that it leads to is what it
would mislead by. A partner of a one-way row is dropped where, over the train questions, it leads to other evidence at least 0.2 times as
often as one evidence holds, and to its own less than three times as often as to other.

    python -m benchmarks.training.synonyms DATA_FOLDER            counts, before, and pruned on the other half by article
    python -m benchmarks.training.synonyms DATA_FOLDER --write    prunes synonyms.tsv by all of train
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from docs_store.text.normal import fold
from docs_store.text.segment import words
from rag.lexicon.synonyms import synonyms

TRAIN = ("reworded_train", "reworded_train_b", "open_train_a", "open_train_b")
DEV = ("open_dev", "seed_qa_dev")
OTHERS = 30
FILE = Path(__file__).parents[2] / "rag" / "lexicon" / "synonyms.tsv"

Row = tuple[str, str, list[str]]
Link = tuple[int, str]
"""Row and partner."""


@dataclass(frozen=True)
class Asked:
    question: str
    evidence: str
    tokens: frozenset[str]
    article: str
    source: str


def read(folder: Path, names: Iterable[str]) -> list[Asked]:
    found = []
    for name in names:
        for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row.get("answerable", True) and row.get("evidence"):
                evidence = fold("".join(row["evidence"]))
                tokens = frozenset(word.text for word in words(evidence))
                article = (row.get("article_ids") or [row["id"]])[0]
                for question in (row["question"], *row.get("paraphrases", ())):
                    found.append(Asked(fold(question), evidence, tokens, article, name))
    return found


def rows() -> list[Row]:
    found = []
    for line in FILE.read_text(encoding="utf-8").splitlines():
        kind, weight, group = line.split("\t")
        found.append((kind, weight, group.split("|")))
    return found


class Links:
    """The links of each question to its own evidence and, by chance, to that of others."""

    def __init__(self, table: list[Row]) -> None:
        self._lexicon = synonyms()
        self._by_word: dict[str, list[Link]] = defaultdict(list)
        for i, (kind, _, group) in enumerate(table):
            folded = [(word, fold(word)) for word in group]
            for _, one in folded if kind in ("same", "short") else folded[:1]:
                self._by_word[one] += [(i, written) for written, two in folded if two != one]

    def between(self, question: str, asked: Asked, dropped: frozenset[Link] = frozenset()) -> set[Link]:
        found = set()
        for mention in self._lexicon.mentions(question):
            if mention.word in asked.evidence:
                continue
            for row, written in self._by_word.get(mention.word, ()):
                two = fold(written)
                there = two in asked.evidence if len(two) > 1 else two in asked.tokens
                if there and two not in question and not self._lexicon.apart(mention.word, two):
                    found.add((row, written))
        return found - dropped

    def counted(
        self, data: list[Asked], dropped: frozenset[Link] = frozenset()
    ) -> list[tuple[set[Link], list[set[Link]]]]:
        draw = random.Random(1)
        found = []
        for asked in data:
            others = [
                other
                for other in draw.sample(data, min(len(data), OTHERS + 10))
                if other.article != asked.article
            ]
            found.append(
                (
                    self.between(asked.question, asked, dropped),
                    [self.between(asked.question, other, dropped) for other in others[:OTHERS]],
                )
            )
        return found


def misleading(lexicon: list[Row], counts: list[tuple[set[Link], list[set[Link]]]]) -> frozenset[Link]:
    """Partners to drop; words that are the same stay so, however common they are (目前 and 现在)."""
    own: Counter[Link] = Counter()
    other: Counter[Link] = Counter()
    for mine, theirs in counts:
        own.update(mine)
        for links in theirs:
            for link in links:
                other[link] += 1 / len(theirs)
    return frozenset(
        link
        for link in other
        if lexicon[link[0]][0] not in ("same", "short") and other[link] >= 0.2 and own[link] < 3 * other[link]
    )


def table(title: str, lexicon: list[Row], counts: list[tuple[set[Link], list[set[Link]]]]) -> None:
    print(f"{title}: {len(counts)} questions; those with a link to their own evidence / to another's")
    for kind in ("same", "short", "colloquial", "asks", "hyper", ""):
        mine = sum(any(kind in ("", lexicon[row][0]) for row, _ in own) for own, _ in counts)
        theirs = sum(
            sum(any(kind in ("", lexicon[row][0]) for row, _ in links) for links in others) / len(others)
            for _, others in counts
        )
        print(f"  {kind or 'any':10} {mine:4} / {theirs:5.1f}")


def main() -> None:
    folder = Path(sys.argv[1])
    lexicon = rows()
    links = Links(lexicon)
    train = read(folder, TRAIN)
    if "--write" in sys.argv:
        dropped = misleading(lexicon, links.counted(train))
        kept = [
            (kind, weight, [w for w in group if (i, w) not in dropped])
            for i, (kind, weight, group) in enumerate(lexicon)
        ]
        lines = ["\t".join((kind, weight, "|".join(group))) for kind, weight, group in kept if len(group) > 1]
        FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{len(dropped)} partners dropped, {len(lines)} of {len(lexicon)} rows stay")
        return
    for name in TRAIN:
        table(name, lexicon, links.counted([asked for asked in train if asked.source == name]))
    articles = sorted({asked.article for asked in train})
    random.Random(0).shuffle(articles)
    half = set(articles[: len(articles) // 2])
    tested = []
    for fold_in in (True, False):
        learned = misleading(
            lexicon, links.counted([asked for asked in train if (asked.article in half) == fold_in])
        )
        tested += links.counted([asked for asked in train if (asked.article in half) != fold_in], learned)
    table("train as it is", lexicon, links.counted(train))
    table("train, pruned by the other half", lexicon, tested)
    dev = read(folder, DEV)
    dropped = misleading(lexicon, links.counted(train))
    table("dev as it is", lexicon, links.counted(dev))
    table("dev, pruned by train", lexicon, links.counted(dev, dropped))


if __name__ == "__main__":
    main()
