"""Words that ask."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).parent / "question_words.txt"


@lru_cache(maxsize=1)
def asking() -> re.Pattern[str]:
    """Finds a question word, the longest that stands there."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    listed = {word for line in lines if not line.startswith("#") for word in line.split()}
    return re.compile("|".join(sorted(listed, key=len, reverse=True)))


def asks(text: str) -> bool:
    """True when a question word stands in `text`, folded."""
    return asking().search(text) is not None
