"""What a Chinese character is, for those who ask whether a name, a title or a message is Chinese.

The index folds and cuts rare characters too (`normal`, `analyser`); these are the common ones.
"""

from __future__ import annotations

import re

_CHINESE = re.compile("[\u4e00-\u9fff]")


def is_chinese(character: str) -> bool:
    """True for one Chinese character; False for '' too."""
    return "\u4e00" <= character <= "\u9fff"


def has_chinese(text: str) -> bool:
    """True where at least one character of the text is Chinese."""
    return _CHINESE.search(text) is not None


def count_chinese(text: str) -> int:
    """How many characters of the text are Chinese."""
    return len(_CHINESE.findall(text))
