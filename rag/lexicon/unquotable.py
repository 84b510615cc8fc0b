"""What stands in articles and informs of nothing, advertisements, navigation, bylines, questions: never quoted; `adverts.txt`."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from docs_store.text.data_files import data_lines
from docs_store.text.normal import fold

# Where a sentence follows the closing cross, rag.evidence.frame takes the banner off.
_BANNER = re.compile(r"广告[ \u3000].{2,90}(?:[！!~]|×.{0,8})$")
_FILE = Path(__file__).parent / "adverts.txt"


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(fold(line.strip())) for line in data_lines(_FILE)))


@lru_cache(maxsize=4096)
def tells_nothing(sentence: str) -> bool:
    """True for a sentence of a page's frame, and for a question that an article asks itself."""
    return (
        _BANNER.match(sentence) is not None
        or sentence.rstrip("”’」』").endswith(("？", "?"))
        or _pattern().search(fold(sentence)) is not None
    )
