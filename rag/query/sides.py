"""Query decomposition: the names that a question sets side by side (南京、苏州跟杭州), and the question for each alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docs_store.text import sentences
from docs_store.text.dates import dates
from docs_store.text.normal import fold
from docs_store.text.segment import Word, words
from rag.lexicon import tables

_JOINS = frozenset(("、", "和", "与", "跟", "同", "及", "以及", "对比", "vs", "VS", "还是", "还有"))
_NAME = ("n", "v", "l", "j", "b", "eng", "m", "a", "i", "x", "f")  # parts of speech that a name is made of
_NO_NAME = frozenset(
    [
        "是",
        "有",
        "在",
        "要",
        "说",
        "看",
        "做",
        "想",
        "能",
        "会",
        "去",
        "来",
        "给",
        "让",
        "叫",
        "把",
        "被",
        "的",
        "了",
        "吗",
        "呢",
        "吧",
        "各",
        "分别",
        "比",
        "相比",
        "比较",
        "对比",
        "区别",
        "不同",
        "异同",
        "措施",
        "政策",
    ]
)
_OPENS = frozenset("“《「")
_CLOSES = frozenset("”》」")
_LONGEST = 6  # words of one name
_MOST = 5  # names
_POINTS_BACK = re.compile(
    r"^(?:[^，,。：:]{1,6}[，,])?[^，,。：:]{0,8}?(?:(?:该|本)(?:区域|地区|城市群|经济区|国|省|市|自治区|区|州|县|镇|乡|地|园区)|当地)"
)
_SUBJECT = 6  # characters of a piece from which on it can be asked by itself


def sides(question: str) -> list[str]:
    """The names that a question joins by 、, 和, 与 or 跟, in order; [] where it joins none.

    The longest series counts, one of places or bodies before all others; a name is a run of content words beside its joint, a quoted name whole.
    """
    cut = words(question)
    series: list[list[tuple[int, int]]] = []
    for at, word in enumerate(cut):
        if word.text not in _JOINS:
            continue
        left, right = _before(cut, at), _after(cut, at)
        if not left or not right:
            continue
        if series and series[-1][-1][1] >= left[0]:
            series[-1][-1] = (series[-1][-1][0], left[1]) if series[-1][-1][1] <= left[1] else series[-1][-1]
            series[-1].append(right)
        else:
            series.append([left, right])
    best = max(series, key=lambda names: (_are_places(cut, names), len(names)), default=[])
    if cut[best[0][1] - 1].pos == "ns" if best else False:
        best = [_place_alone(cut, a, b) for a, b in best]
    best = [(_without_asking(cut, a, b), b) for a, b in best]
    names = [question[cut[a].start : cut[b - 1].end].strip("“”《》「」") for a, b in best]
    names = [name for name in names if len(name) >= 2]
    return list(dict.fromkeys(names))[:_MOST] if len(names) >= 2 else []


def alone(question: str, of: Sequence[str]) -> list[str]:
    """The question put for each name of `of` alone: the other names and the joints between them left out."""
    found = []
    for name in of:
        single = question
        for other in of:
            if other != name and other not in name:
                single = single.replace(other, "", 1)
        found.append(
            re.sub(r"[、和与跟及](?=[、和与跟及的，]|$)|(?<![\u4e00-\u9fff])[、和与跟及]", "", single)
        )
    return found


def pieces(question: str) -> list[str]:
    """The pieces of a question between its commas that can be searched for by themselves, the first piece put before each."""
    found = [piece.strip() for piece in sentences.pieces(question) if len(piece.strip()) >= _SUBJECT]
    return [found[0], *(f"{found[0]} {piece}" for piece in found[1:])] if len(found) > 1 else []


def _are_places(cut: Sequence[Word], names: Sequence[tuple[int, int]]) -> bool:
    """True when each name holds a place or a body: aspects (规模、增速) are not what is set side by side."""
    return all(any(cut[at].pos in ("ns", "nt") for at in range(a, b)) for a, b in names)


def _place_alone(cut: Sequence[Word], start: int, stop: int) -> tuple[int, int]:
    """Of a series of places each is the place alone: 杭州发 is 杭州."""
    places = [at for at in range(start, stop) if cut[at].pos == "ns"]
    return (start, places[0] + 1) if places else (start, stop)


def _without_asking(cut: Sequence[Word], start: int, stop: int) -> int:
    """Where a name begins behind the words that ask for the comparison (对比一下湖南 is 湖南)."""
    while start < stop - 1 and cut[start].text in tables.words_asked_with():
        start += 1
    return start


def _names(word: Word) -> bool:
    return word.pos.startswith(_NAME) and word.text not in _NO_NAME and word.text.isalnum()


def _before(cut: Sequence[Word], at: int) -> tuple[int, int] | None:
    start = at
    if start and cut[start - 1].text in _CLOSES:
        while start and cut[start].text not in _OPENS:
            start -= 1
        return start, at
    while start and at - start < _LONGEST and _names(cut[start - 1]) and cut[start - 1].text not in _JOINS:
        start -= 1
    return (start, at) if start < at else None


def _after(cut: Sequence[Word], at: int) -> tuple[int, int] | None:
    stop = at + 1
    if stop < len(cut) and cut[stop].text in _OPENS:
        while stop < len(cut) and cut[stop].text not in _CLOSES:
            stop += 1
        return at + 1, min(stop + 1, len(cut))
    while stop < len(cut) and stop - at <= _LONGEST and _names(cut[stop]) and cut[stop].text not in _JOINS:
        stop += 1
    return (at + 1, stop) if stop > at + 1 else None


def is_named(side: str, folded: str) -> bool:
    """True where a folded text names a side, whatever its date (京津冀 of 2016年京津冀)."""
    for stated in reversed(dates(side)):
        side = side[: stated.start] + side[stated.end :]
    return fold(side) in folded


def points_back(sentence: str) -> bool:
    """True for a sentence on a place that one before it names: 该区域平均优良天数比例为76.1%."""
    return _POINTS_BACK.match(sentence) is not None
