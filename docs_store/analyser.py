"""The one Chinese analyser: the index and the question pass through the same code.

A run of Chinese characters becomes its overlapping bigrams and its single characters; numbers keep their
decimals, a percent sign is a token of its own, Latin words stay whole. Bigrams carry the search (they need no
dictionary, so names and new terms are found); single characters help very short questions.
"""

from __future__ import annotations

import re
import unicodedata

ANALYSER_VERSION = "1"
"""Goes into the index fingerprint: raise it whenever `tokens` changes its output."""

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
_TOKEN = re.compile(
    r"(?P<date>(?<!\d)(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?!\d))"
    r"|(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+\.\d+)"
    r"|(?P<percent>%)"
    rf"|(?P<han>[{_HAN}]+)"
    rf"|(?P<word>[^\W_{_HAN}]+)"
)
_LEADING_NUMBER = re.compile(r"\d+(?=[^\d])")
_DATE_PARTS = re.compile(r"[-/.]")
_DATE_UNITS = {"年": "年", "月": "月", "日": "日", "号": "日"}


def fold(text: str) -> str:
    """`text` in NFKC and lower case, character by character, so that most texts keep their length."""
    if text.isascii():
        return text.lower()
    return "".join(unicodedata.normalize("NFKC", character).lower() for character in text)


def tokens(text: str) -> list[str]:
    """The search tokens of `text` in order, repeats kept; none contains white space.

    Dates are findable in either spelling: 2025-01-20 and 2025年1月20日 both give 2025年, 1月 and 20日.
    """
    folded = fold(text)
    found: list[str] = []
    for match in _TOKEN.finditer(folded):
        piece = match.group()
        kind = match.lastgroup
        if kind == "han":
            found.extend(piece[i : i + 2] for i in range(len(piece) - 1))
            found.extend(piece)
        elif kind == "date":
            for part, unit in zip(_DATE_PARTS.split(piece), "年月日", strict=True):
                number = part.lstrip("0")
                found += [number, number + unit]
        elif kind == "number":
            found.append(piece.replace(",", ""))
        elif kind == "percent":
            found.append(piece)
        else:
            found.append(piece)
            found.extend(_number_forms(piece, folded[match.end() : match.end() + 1]))
    return found


def is_single(token: str) -> bool:
    """True for a token that is one Chinese character, which says little on its own."""
    return len(token) == 1 and re.match(f"[{_HAN}]", token) is not None


def _number_forms(word: str, following: str) -> list[str]:
    if word.isdecimal():
        unit = _DATE_UNITS.get(following)
        return [(word.lstrip("0") or "0") + unit] if unit else []
    leading = _LEADING_NUMBER.match(word)
    return [leading.group()] if leading else []
