"""Facts that code can check: numbers with units, years and dates, places, quoted names, content words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from docs_store.text.analyser import bigrams
from docs_store.text.chinese import is_chinese
from docs_store.text.numerals import figured
from docs_store.text.places import Level
from docs_store.text.places import places as named_places

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_UNIT = re.compile(
    r"(?:个百分点|百分点|%|万亿|亿|千万|百万|万|千)?"
    r"(?:平方公里|平方米|公里|千米|公顷|立方米|美元|欧元|港元|元|吨|度|年|月|日|号|天|小时|分钟|个|名|位|家|项|岁|次|条|座|所|只|台|辆|种|类|人|倍|届|期|亩|米)?"
)
_QUOTED = re.compile(r"[“「『《]([^”」』》]{2,40})[”」』》]")
QUESTION_WORDS = re.compile(
    r"(?:哪[份个些]|什么)文件|哪份|请问|请介绍|介绍一下|为什么|是什么|有什么|什么时候|什么|哪一年|哪一个|哪几|哪些|哪个|哪里|哪儿|哪座|哪天|哪年|哪家|哪所|"
    r"哪位|哪两|哪|谁|多少|第几|几|何时|何地|为何|如何|怎么样|怎样|怎么|是否|有没有|吗|呢|吧|具体|分别|一共|总共|到底|究竟"
)
_FUNCTION = re.compile(
    r"根据|关于|对于|由于|因此|其中|以及|并且|而且|目前|现在|今年|我国|提到|提出|表示|指出|介绍|认为|称|这个|那个|该|这|那|"
    r"的|了|是|在|与|和|及|被|把|对|将|要|会|能|可以|也|都|就|还|又|等|为|以|于|从|到|向|有|说|上|中|里|其|它|他|她|们"
)


def numbers(text: str) -> set[tuple[str, str]]:
    """Each number of `text` with its unit ('' where none follows), folded: {("58.1", "%"), ("90", "家")}."""
    folded = figured(text)
    found: set[tuple[str, str]] = set()
    for match in _NUMBER.finditer(folded):
        rest = re.sub(r"^(?:多|余)", "", folded[match.end() : match.end() + 8])
        unit = _UNIT.match(rest)
        value = (
            match.group().rstrip("0").rstrip(".")
            if "." in match.group()
            else match.group().lstrip("0") or "0"
        )
        found.add((value, unit.group().replace("号", "日") if unit else ""))
    return found


def years(text: str) -> set[int]:
    """Years written out with four digits."""
    return {int(y) for y in re.findall(r"(?<!\d)((?:19|20)\d{2})(?=年|-|/|\.)", figured(text))}


def year_fits(year: int, window: str, published_on: date | None) -> bool:
    """True when `window` speaks of `year`, in figures or relative to the article's date."""
    if year in years(window):
        return True
    if published_on is None:
        return False
    if year == published_on.year:
        return "今年" in window or not years(window)
    return year == published_on.year - 1 and any(word in window for word in ("去年", "上年", "上一年"))


def places(text: str) -> set[str]:
    """Provinces, cities and smaller places that `text` names; no regions of several provinces."""
    return {place.name for place in named_places(text) if place.level is not Level.REGION}


def quoted(text: str) -> set[str]:
    """What stands in “…” or 《…》."""
    return {figured(match) for match in _QUOTED.findall(text)}


def content_runs(text: str) -> list[str]:
    """Runs of content characters of `text`: question and function words and punctuation cut them."""
    text = _FUNCTION.sub(" ", QUESTION_WORDS.sub(" ", figured(text)))
    return re.findall(r"[\u4e00-\u9fff]+|[a-z0-9.%]+", text)


def letters(text: str) -> set[str]:
    """The characters of the content runs."""
    return {letter for run in content_runs(text) for letter in run}


def content_bigrams(text: str) -> set[str]:
    """Overlapping bigrams of the content runs; Latin words and numbers whole; a lone character is kept."""
    found: set[str] = set()
    for run in content_runs(text):
        if len(run) == 1 or not is_chinese(run[0]):
            found.add(run)
        else:
            found.update(bigrams(run))
    return found


def novel_runs(claim: str, *known: str) -> list[str]:
    """The stretches of content characters of `claim` that none of `known` has, in order; known as above."""
    known_text = "\n".join(map(figured, known))
    return [piece for run in content_runs(claim) for _, piece in _novel_pieces(run, known_text)]


def _novel_pieces(run: str, known_text: str) -> Iterator[tuple[int, str]]:
    """(start, characters) of the stretches of a content run that `known_text` does not have."""
    known = [False] * len(run)
    for i in range(len(run) - 1):
        if run[i : i + 2] in known_text:
            known[i] = known[i + 1] = True
    if len(run) == 1 or not is_chinese(run[:1]):
        known = [run in known_text] * len(run)
    for match in re.finditer(r"0+", "".join("1" if k else "0" for k in known)):
        piece = run[match.start() : match.end()]
        if not _is_shortened(piece, known_text):
            yield match.start(), piece


def _is_shortened(piece: str, known_text: str) -> bool:
    """True when `known_text` has the piece, of three Chinese characters or more, but for one in its middle.

    新能源车 is how a passage shortens 新能源汽车.
    """
    if len(piece) < 3 or not is_chinese(piece[0]):
        return False
    return any(piece[:i] + piece[i + 1 :] in known_text for i in range(1, len(piece) - 1))
