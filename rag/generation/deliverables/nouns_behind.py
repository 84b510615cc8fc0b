"""The noun behind a number: 1200家企业, 44名青年创新创业人才, 23个省会城市和直辖市."""

from __future__ import annotations

from collections.abc import Sequence

from docs_store.text.numerals import Numeral
from docs_store.text.segment import Word
from rag.generation.deliverables.noun_words import (
    BRACKETS,
    COUNTS,
    JOINS,
    MARKS,
    OF_PERSONS,
    QUOTES,
    Span,
    closes,
    is_noun,
    noun_of,
)
from rag.lexicon.fact_words import role

_CLAUSE = 10  # words between a number and its noun
_OF_THINGS = frozenset("项个条份张片台件座处栋套批部种起宗例笔")
"""Units of what is done or made, whose noun may hold a verb (34项政府需求清单)."""


def _behind(cut: Sequence[Word], at: int) -> list[Word]:
    """The words from `at` on, up to a gap."""
    rest: list[Word] = []
    for word in cut:
        if word.start < at:
            continue
        if not word.text.strip():
            if rest:
                break
            continue
        rest.append(word)
    return rest


def behind_number(text: str, cut: Sequence[Word], numeral: Numeral) -> Span | None:
    """The noun behind a number: 1200家企业, 44名青年创新创业人才, 23个省会城市和直辖市."""
    across = next((w for w in cut if w.start < numeral.end < w.end), None)
    if across is not None and text[numeral.end : across.end] not in role("glue"):
        return None
    rest = _behind(cut, numeral.end)
    if numeral.measure == "people" and text.startswith("的", numeral.end):
        return None  # 超过14亿人的现代化进程
    kinds = bool(rest) and rest[0].text in ("不同", "相同", "各类")
    while rest and rest[0].text in role("light"):
        rest.pop(0)
    acts = numeral.unit[-1:] in OF_PERSONS or numeral.measure == "people"
    governed = _governed(cut, numeral)
    if numeral.unit[-1:] in _OF_THINGS and governed and (whole := _object(rest)) is not None:
        return whole
    chain = _nouns(rest)
    following = rest[len(chain) :]
    of = text.startswith("的", numeral.end) and numeral.measure not in COUNTS
    if of and following and not _at_an_end(following[0]):
        return None  # 0.64万元的人均数字经济|产出增长
    if numeral.measure in COUNTS and not governed and any(w.text in role("generic") for w in chain[1:]):
        return None  # 2个园区|营业收入成倍增长
    if following and following[0].pos[:1] == "v" and any(w.text == "的" for w in following[1:3]):
        return None  # 4吨新鲜采摘的龙眼: the noun comes later
    if not chain and numeral.measure in COUNTS and (told := _told_of(rest)) is not None:
        return told
    if chain and following and following[0].text == "的" and (kinds or not _acts_itself(chain[-1], numeral)):
        more = _nouns(following[1:])  # 二十余种不同风味的食品
        return noun_of([*chain, following[0], *more], trailing=True) if more else None
    if len(following) > 1 and following[0].text == "等" and (more := _nouns(following[1:])):
        return noun_of([*chain, following[0], *more], trailing=True)  # 4个微波等基础站点
    numbered = bool(following) and following[0].pos[:1] == "m" and not following[0].text.startswith("一")
    if chain and numbered and chain[-1].text in role("generic") | role("carries"):
        return None  # 2条设计时速350公里沪苏湖铁路
    while chain and following and following[0].text in ("、", "及", "和", "以及"):
        more = _nouns(following[1:])
        if not more or any(w.pos in ("m", "q") for w in following[1:2]):
            break
        if following[0].text == "和" and len(more) > 2:
            if _does(chain[-1]):
                return None  # 4起黄河流域生态保护|和高质量发展领域违纪违法典型案例
            break
        ends = following[1 + len(more) : 2 + len(more)]
        own = (
            bool(ends)
            and ends[0].text != "等"
            and (ends[0].pos[:1] == "m" or ends[0].text in role("equates"))
        )
        if following[0].text == "、" and own:
            break  # 3条快捷通道、入境大厅共有5条
        chain = [*chain, following[0], *more]
        following = following[1 + len(more) :]
    return _whole(chain, acts=acts)


def _whole(chain: Sequence[Word], *, acts: bool) -> Span | None:
    """The noun of a chain behind a number, without what those do who are counted."""
    kept = list(chain)
    while kept and kept[-1].text in role("late"):
        kept.pop()
    while len(kept) > 1 and kept[-1].pos[:1] in "il" and len(kept[-1].text) > 3 and closes(kept[-2]):
        kept.pop()  # 20余位检验专家齐聚一堂
    while acts and kept and _does(kept[-1]) and (len(kept) == 1 or is_noun(kept[-2])):
        kept.pop()  # 175家优质企业参展
    return noun_of(kept, trailing=True)


def _told_of(rest: Sequence[Word]) -> Span | None:
    """The noun behind what is told of it: 12件2023年上半年办结的|行政处罚案卷, 100多名报名的|舞者."""
    end = next((i for i, w in enumerate(rest) if w.text in MARKS), len(rest))
    of = next((i for i in range(min(end, _CLAUSE) - 1, 0, -1) if rest[i].text == "的"), 0)
    plain = all(w.pos[:1] in "vdtmf" for w in rest[:of]) or rest[0].text == "来自"
    if not of or not plain or (rest[0].pos[:1] == "m" and not rest[1].text.startswith("年")):
        return None  # 50个|40尺集装箱光伏玻璃的班列
    return _whole(_nouns(rest[of + 1 :]), acts=True)


def _acts_itself(word: Word, numeral: Numeral) -> bool:
    """True but where a firm or a team is counted and the word is none: 10家产业链|的代表企业."""
    if numeral.unit not in ("家", "支"):
        return True
    return word.text.endswith(tuple(role("firms")))


def _at_an_end(word: Word) -> bool:
    """True for a word that begins something else than a noun."""
    return word.text in MARKS | JOINS | BRACKETS | QUOTES or word.pos[:1] in "udpcr"


def _does(word: Word) -> bool:
    """True for what somebody does, though official prose has it before nouns as well."""
    return word.text not in role("persons") and (word.pos[:1] == "v" or word.text in role("nominal"))


def _governed(cut: Sequence[Word], numeral: Numeral) -> bool:
    """True where the number belongs to the object of a verb (发布34项…): then its noun goes on to the end of the clause."""
    left = [w for w in cut if w.end <= numeral.start and w.text.strip()]
    while left and (left[-1].text in ("了", "着", "过", "共", "约") or left[-1].pos == "a"):
        left.pop()
    if not left or left[-1].text in role("pivot"):
        return False
    return left[-1].pos[:1] == "v" or left[-1].text in ("的", "及", "和", "、")


def _object(rest: Sequence[Word]) -> Span | None:
    """The words up to the end of their clause, where they read as one noun: 政府需求清单, 液晶触控面板项目."""
    run: list[Word] = []
    opened = 0
    for place, word in enumerate(rest):
        opened += (word.text in "“《") - (word.text in "”》")
        if word.text in JOINS and not any(w.pos[:1] in "mq" for w in rest[place + 1 : place + 2]):
            return None
        if word.text == "等" and _nouns(rest[place + 1 :]):
            return None  # 4个微波等基础站点
        if (
            word.text in MARKS
            or word.text in JOINS
            or word.text in BRACKETS
            or word.text in "等的"
            or opened < 0
        ):
            break
        if not is_noun(word) and word.text not in role("glue") and word.text not in QUOTES:
            verb = word.pos[:1] == "v" and len(word.text) > 1 and run
            if not verb or word.text in role("measure") or word.text in role("stops"):
                return None
        run.append(word)
    while len(run) > 1 and run[-1].text in role("vague"):
        run.pop()  # 发挥16个产业协同创新中心|作用
    verbs = [w for w in run if not is_noun(w) and w.text not in role("glue") and w.text not in QUOTES]
    if not run or len(verbs) > 1 or run[-1] in verbs or run[-1].pos[:1] == "v":
        return None
    return noun_of(run, trailing=True)


def _nouns(rest: Sequence[Word]) -> list[Word]:
    """The words at the beginning of `rest` that are nouns, or stand in quotation marks."""
    chain: list[Word] = []
    opened = 0
    for word in rest:
        if word.text in QUOTES:
            opened += (word.text in "“《「") - (word.text in "”》」")
            if opened < 0:
                break
        elif not opened and (
            word.text in MARKS
            or (chain and word.pos == "f" and len(word.text) == 1)
            or not (is_noun(word) or (chain and word.text in role("glue")))
        ):
            break
        chain.append(word)
    return chain


def unread(cut: Sequence[Word], numeral: Numeral) -> bool:
    """True where something stands behind a count that is no noun and no end: then what stands before is not what is counted."""
    left = [w for w in cut if w.end <= numeral.start and w.text.strip()]
    if left and left[-1].text == "等":
        return True  # 生鲜水果等20余种
    if len(left) > 1 and left[-1].text == "的":
        earlier = left[-2]
        if earlier.pos[:1] not in "td" and earlier.text not in role("equates"):
            return True  # 最初的20多家 is told of what stands before, 入驻的9个 is not
    rest = _behind(cut, numeral.end)
    while rest and rest[0].text in role("light"):
        rest.pop(0)
    if not rest or rest[0].text in MARKS or rest[0].text in BRACKETS or rest[0].text in JOINS:
        return False
    if rest[0].pos[:1] == "v":
        return any(w.text == "的" for w in rest[1:4])
    return rest[0].pos[:1] not in "dpcur" and rest[0].text not in ("”", "》")
