"""How long a brief shall be, from what a user writes: a length by name, pages in words, or characters."""

from __future__ import annotations

import re

from docs_store.text.numerals import value_of
from rag.generation.deliverables.brief import Length

_NAMES: dict[str, Length] = {
    "short": "short", "normal": "normal", "long": "long",
    "短": "short", "简短": "short", "适中": "normal", "正常": "normal", "长": "long", "详细": "long",
}  # fmt: skip
_PAGES: dict[int, Length] = {1: "short", 2: "normal"}
_AMOUNT = re.compile(
    r"(?:约|大约|不超过)?\s*([0-9]+|[一二两三四五六七八九十百千]+)\s*(页|字|个字)?(?:以内|左右|纸)?"
)
_LEAST, _MOST = 100, 20_000  # characters


def asked(text: str | None) -> Length | int | None:
    """The length that `qa.brief` takes; None where nothing is asked for.

    Args:
        text: short, normal or long; 一页, 两页 or more; or characters of points, such as 800 or 800字.

    Raises:
        ValueError: it names no length; its text is Chinese.
    """
    if text is None or not text.strip():
        return None
    plain = text.strip().lower()
    if plain in _NAMES:
        return _NAMES[plain]
    match = _AMOUNT.fullmatch(plain)
    number = value_of(match[1]) if match else None
    if match is None or number is None:
        raise ValueError(
            f"看不懂篇幅“{text.strip()[:20]}”，请写 short、normal、long、一页、两页，或要点的字数如 800。"
        )
    if match[2] == "页":
        return _PAGES.get(int(number), "long")
    if not _LEAST <= number <= _MOST:
        raise ValueError(f"要点的字数请写 {_LEAST} 到 {_MOST}。")
    return int(number)
