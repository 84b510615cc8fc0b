"""A second look at answers, written apart from `rag`: which numbers, dates and names does no cited passage hold?

Shares no code with the verification in `rag`. Numbers and dates are compared as digits with the characters around them;
names are what jieba tags as person, place or organisation, and what stands in 《》 or “”.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Sequence

import jieba.posseg

jieba.setLogLevel(logging.WARNING)
_NAME_TAGS = ("nr", "ns", "nt", "nz")
_CN = {
    "〇": 0,
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_CN_RUN = re.compile("[〇零一二两三四五六七八九十百千]+")
_RANK = re.compile("(?:地区|自治区|省|市|区|县)$")  # 湖南省 is held by a passage that says 湖南
_FIGURE = re.compile(r"\d+(?:\.\d+)?\s*(?:%|个百分点|百分点|万亿|亿|万|千)?")


def unsupported(text: str, passages: Sequence[str], dates: Sequence[str] = ()) -> dict[str, list[str]]:
    """What of `text` stands in none of the passages.

    Args:
        text: an answer, markers and all.
        passages: titles and texts of what it cites.
        dates: publication dates of the cited articles, ISO; their years, months and days count as stated.

    Returns:
        {"numbers": […], "names": […]}, each in order of appearance.
    """
    plain = _plain(re.sub(r"\[\d+\]", "", text))
    source = _plain("\n".join(passages))
    stated = _figures(source) | {str(int(part)) for day in dates for part in day.split("-")}
    stated |= {re.sub(r"[^\d.]", "", figure) for figure in stated if re.fullmatch(r"[\d.]+", figure)}
    numbers = [figure for figure in _figures_in_order(plain) if figure not in stated]
    return {
        "numbers": numbers,
        "names": [name for name in _names(plain) if _RANK.sub("", name) not in source],
    }


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    return _CN_RUN.sub(lambda m: _digits(m.group()), text) if text else text


def _digits(run: str) -> str:
    if len(run) == 1 and run in "十百千":
        return run
    if not set(run) & set("十百千"):
        return "".join(str(_CN[c]) for c in run)
    total = current = 0
    for char in run:
        if char in _CN:
            current = _CN[char]
        else:
            total += (current or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            current = 0
    return str(total + current)


def _figures_in_order(text: str) -> list[str]:
    return [re.sub(r"\s", "", match.group()) for match in _FIGURE.finditer(text)]


def _figures(text: str) -> set[str]:
    return set(_figures_in_order(text))


def _names(text: str) -> list[str]:
    tagged = [pair.word for pair in jieba.posseg.cut(text) if pair.flag in _NAME_TAGS and len(pair.word) > 1]
    quoted = re.findall(r"《([^》]{2,40})》", text)
    return [name for name in dict.fromkeys([*tagged, *quoted]) if not re.fullmatch(r"[\d.%]+", name)]
