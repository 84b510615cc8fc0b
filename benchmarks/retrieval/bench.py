"""The set that is measured on, and steps whose results are kept, so that an interrupted run goes on where it stopped."""

from __future__ import annotations

import gzip
import json
import pickle
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.training.corpus import Entry, read_entries
from docs_store.atomic import replace_file
from docs_store.text.analyser import is_character, tokens

T = TypeVar("T")
CORPUS = "news_16k.jsonl.gz"
SHOWN = 50  # articles of a ranking that are kept


class TimeUpError(Exception):
    """No time is left for the next step; the same command goes on from there."""


@dataclass
class Bench:
    """Where things lie and until when (time.monotonic) a step may begin."""

    data: Path
    work: Path
    until: float

    def step(self, name: str, make: Callable[[], T], *, pickled: bool = False) -> T:
        """What `make` returns, from disk when it was made before. Raises TimeUpError."""
        path = self.work / f"{name}.{'pickle' if pickled else 'json'}"
        if path.exists():
            found: T = pickle.loads(path.read_bytes()) if pickled else json.loads(path.read_text())
            return found
        self.check()
        began = time.monotonic()
        found = make()
        replace_file(path, pickle.dumps(found) if pickled else json.dumps(found, ensure_ascii=False))
        print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
        return found

    def check(self) -> None:
        """Raises TimeUpError when no further step may begin."""
        if time.monotonic() > self.until:
            raise TimeUpError

    @cached_property
    def questions(self) -> list[dict[str, Any]]:
        """The dev questions."""
        lines = (self.data / "retrieval_qa_dev.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    @cached_property
    def asked(self) -> list[str]:
        """Their words."""
        return [question["question"] for question in self.questions]

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The articles as they stand in the file."""
        with gzip.open(self.data / CORPUS, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    @cached_property
    def entries(self) -> list[Entry]:
        """The articles, cleaned and cut as the program does it."""
        return list(read_entries(self.data / CORPUS))


def right(question: dict[str, Any]) -> set[str]:
    """The ids of the articles that hold the answer."""
    return {*question["gold_article_ids"], *question.get("also_acceptable_ids", ())}


def overlap(question: dict[str, Any], texts: dict[str, str]) -> float:
    """The share of the question's bigrams, numbers and Latin words that the right article nearest to it has."""
    asked = _words(question["question"])
    return max(
        (len(asked & _words(texts[id])) / len(asked) for id in right(question) if id in texts), default=0.0
    )


def _words(text: str) -> set[str]:
    return {token for token in tokens(text) if not is_character(token)}


def by_article(owners: Sequence[str], best_first: Sequence[int]) -> list[str]:
    """Articles in the order of their best passage."""
    return list(dict.fromkeys(owners[i] for i in best_first))[:SHOWN]
