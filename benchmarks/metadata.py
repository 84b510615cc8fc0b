"""What share of real articles comes out of reading with its metadata filled, and what cleaning took out.

    python -m benchmarks.metadata [../shared/data]

Reads policy_news.jsonl (whose lines give id, title, date and text, some without a date) and the seed article (a WeChat post
pasted as text, which gives nothing but its text), cleans and cuts them as an ingest does, and counts. A document number or
a closing date is rightly empty where an article is no official document. Removed lines are counted by kind; no text of an
article is written down.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import command_line, results_file
from docs_store.models import Article
from docs_store.settings import IngestSettings
from ingest.draft import ReadContext
from ingest.preparing import Prepared, prepare_all
from ingest.readers import READERS

_FILES = ("policy_news.jsonl", "seed_article_wechat.txt")
_FILLED: dict[str, Callable[[Article], object]] = {
    "title": lambda a: a.title,
    "date": lambda a: a.published_on,
    "issuer": lambda a: a.issuer,
    "column": lambda a: a.column,
    "people": lambda a: a.roles,
    "document number": lambda a: a.document_number,
    "effective or expiry": lambda a: a.effective_on or a.expires_on,
    "regions": lambda a: a.regions,
}


def measure(path: Path) -> dict[str, Any]:
    """Shares (0 to 1) of one file's articles with each kind of metadata, and the counts they stand on."""
    settings = IngestSettings()
    drafts = READERS[path.suffix](path, ReadContext(settings))
    found = list(prepare_all(drafts, path.name, {}, settings))
    prepared = [item for item in found if isinstance(item, Prepared)]
    removed = Counter(taken.why for item in prepared for taken in item.reading.removed)
    shares = {
        name: round(sum(bool(filled(item.article)) for item in prepared) / max(1, len(prepared)), 3)
        for name, filled in _FILLED.items()
    }
    return {
        "file": path.name,
        "articles": len(prepared),
        "unusable": len(found) - len(prepared),
        "passages": sum(len(item.passages) for item in prepared),
        **shares,
        "removed_lines": dict(removed),
    }


def main() -> None:
    """Prints the shares and writes benchmarks/results/metadata.json."""
    parser = command_line.parser(__doc__, takes_data=True)
    given = parser.parse_args()
    rows = [measure(given.data / name) for name in _FILES]
    results_file.save("metadata", {"rows": rows}, packages=("pydantic",))
    print(results_file.table(rows))


if __name__ == "__main__":
    main()
