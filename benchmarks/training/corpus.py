"""Articles of a .jsonl(.gz) file and their passages, read, cleaned and cut as `guanchao ingest` does."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docs_store.models import Article, Passage
from docs_store.settings import IngestSettings
from docs_store.text.dates import parse_date
from ingest.chunk import cut
from ingest.clean import clean
from ingest.draft import Draft


@dataclass(frozen=True, slots=True)
class Entry:
    """An article with its passages."""

    article: Article
    passages: list[Passage]


def read_entries(path: Path) -> Iterator[Entry]:
    """Every article of the file that has a passage."""
    settings = IngestSettings()
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as lines
    ):
        for line in lines:
            row = json.loads(line)
            day = parse_date(row.get("date"))
            cleaned = clean(Draft(row["text"], row["title"], published_on=day))
            article = Article(
                row["id"], row["title"], f"{path.name}#{row['id']}", cleaned.draft.text, published_on=day
            )
            passages = cut(article, settings.passage_chars, settings.passage_max_chars)
            if passages:
                yield Entry(article, passages)
