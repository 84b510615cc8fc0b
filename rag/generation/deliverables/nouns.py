"""What a number measures: the noun behind it (1200家企业) or before it (总投资58.6亿元), whole, or none where it cannot be read.

A noun that is cut short says something else than the text (总投资 is not 投资, 青年企业家 is not 青年), so where the words
around a number do not end as a name of a thing does, there is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docs_store.text.agencies import agencies
from docs_store.text.numerals import Numeral
from docs_store.text.segment import Word
from rag.generation.deliverables.noun_words import COUNTS, LONGEST, PASSES, Span, cut_alone, verbal
from rag.generation.deliverables.nouns_before import before_number
from rag.generation.deliverables.nouns_behind import behind_number, unread
from rag.lexicon.fact_words import role

_LISTED = re.compile(r"[、和与及]")
_RATE = re.compile(rf"的([\u4e00-\u9fff]{{0,6}}?(?:{'|'.join(sorted(role('rates')))}))")


def measured(
    text: str, cut: Sequence[Word], others: Sequence[Numeral], numeral: Numeral, clause: Span
) -> Span | None:
    """The span of the noun that a number measures."""
    if numeral.measure == "share" and (rate := _RATE.match(text, numeral.end)):
        return rate.span(1)  # 高达84%的进驻率
    behind = behind_number(text, cut, numeral)
    after = _told(text, behind)
    if numeral.measure == "duration" and not text.startswith("的", numeral.end):
        after = None  # 全年24小时不间断通关
    counted = numeral.measure in COUNTS and numeral.unit not in PASSES
    if counted and (behind is not None or unread(cut, numeral)):
        return after
    if (
        after is not None
        and numeral.measure not in ("share", "times")
        and text[: numeral.start].endswith("的")
    ):
        return after  # 本次发货的20兆瓦光伏组件
    before = _told(text, before_number(text, cut, others, numeral, clause))
    if before is not None and all(w.pos in ("ns", "p", "c") for w in cut if before[0] <= w.start < before[1]):
        before = None  # 巴基斯坦有一亿多人: a place is where it is counted, not what
    of = text.startswith("的", numeral.end)
    amount = before is not None and text[slice(*before)].endswith(tuple(role("rates") | role("generic")))
    return after or before if of and not amount else before or after  # 全区近40%的财政收入


def shared_out(
    text: str, cut: Sequence[Word], kept: Sequence[Numeral], position: int
) -> tuple[int, int] | None:
    """For 上海、江苏、浙江分别增长3.2%、4.1%和5.6%: the name at the place of the number, where there are as many."""
    at = next((w for w in reversed(cut) if w.text == "分别" and w.end <= kept[position].core[0]), None)
    if at is None:
        return None
    sentence_end = next((w.start for w in cut if w.start > at.end and w.text in "。；"), len(text))
    numbers = [n for n in kept if at.end <= n.core[0] < sentence_end]
    if kept[position] not in numbers:
        return None
    start = max((w.end for w in cut if w.end <= at.start and w.text in "，。；："), default=0)
    if not text[start : at.start].strip():
        return None
    parts: list[tuple[int, int]] = []
    first = start
    for match in _LISTED.finditer(text, start, at.start):
        if any(w.start < match.start() < w.end for w in cut):
            continue
        parts.append((first, match.start()))
        first = match.end()
    parts.append((first, at.start))
    place = numbers.index(kept[position])
    units = [n.unit for n in numbers]
    if len(set(units[: len(parts)])) == 1 and units[len(parts) :] and units[0] not in units[len(parts) :]:
        numbers, units = numbers[: len(parts)], units[: len(parts)]  # what follows has another 分别
    if kept[position] not in numbers:
        return None
    again = (
        len(parts) > 1 and len(numbers) % len(parts) == 0
    )  # 客流量和车流量分别从2.5万人次、2700辆次增长至4万人次、5400辆次
    if not again or any(units[i] != units[i % len(parts)] for i in range(len(units))):
        return None
    part = parts[place % len(parts)]
    if part != parts[-1] and verbal(cut_alone(text, *part)) and not verbal(cut_alone(text, *parts[-1])):
        part = (start, at.start)  # 进口、出口整体通关时间: the head is said once
    own = [w for w in cut_alone(text, *part) if w.text.strip()]
    compared = next((i for i, w in enumerate(own) if w.text in role("compares")), len(own))
    own = own[:compared]  # 车流较6月份
    while own and (own[0].text in role("equates") or own[0].pos in ("d", "r", "c", "t", "p", "x")):
        own.pop(0)
    while own and (own[-1].text in role("equates") or own[-1].text in role("grows") or own[-1].pos == "d"):
        own.pop()  # 旅客量同比
    return (own[0].start, own[-1].end) if own and own[-1].end - own[0].start <= LONGEST else None


def _told(text: str, found: Span | None) -> Span | None:
    """The noun, where it says something: no headline that runs into its byline, no 其中."""
    if found is None or any(name in text[slice(*found)] for name in agencies()):
        return None
    start, end = found
    end -= text[start:end].endswith("达") and end - start > 2  # 施工率达, which the dictionary has as a word
    end -= text[start:end].endswith("中") and text[end : end + 1] == "，"  # 在41个设区市|中
    return None if text[start:end] in role("vague") else (start, end)
