"""The noun before a number: 地区生产总值达6500亿元, 总投资58.6亿元, 高技术产业到资33.9亿美元."""

from __future__ import annotations

from collections.abc import Sequence

from docs_store.text.dates import dates
from docs_store.text.numerals import Numeral
from docs_store.text.segment import Word, words
from rag.generation.deliverables.noun_words import (
    COUNTS,
    LONGEST,
    MARKS,
    OF_PERSONS,
    PASSES,
    QUOTES,
    STATES,
    Span,
    cut_alone,
    is_noun,
    noun_of,
)
from rag.lexicon.fact_words import role

_A_NAME = 3  # characters: a longer noun at the head of a clause is its subject


def before_number(
    text: str, cut: Sequence[Word], others: Sequence[Numeral], numeral: Numeral, clause: Span
) -> Span | None:
    """The noun before a number: 地区生产总值达6500亿元, 总投资58.6亿元, 高技术产业到资33.9亿美元."""
    figures = [n for n in others if n.end <= numeral.start]
    if figures and _changes(text, figures[-1], numeral):
        return before_number(text, cut, others, figures[-1], clause)  # 由30天缩短到5分钟
    earlier = max((n.end for n in figures), default=0)
    stated = max((d.end for d in dates(text) if d.end <= numeral.start), default=0)
    first = max(clause[0], earlier, stated if numeral.measure != "times" else 0)
    left = [w for w in cut_alone(text, first, numeral.start) if w.text.strip()]
    while left and left[0].text in role("ago"):
        left.pop(0)
    if numeral.measure == "times":
        _up_to_equal(left)
    verb = skip_verbs(left)
    chain = _chain(left)
    if chain and left and left[-1].text in ("占", "占到", "占比"):  # A占B的七成: A is measured
        left.pop()
        verb = skip_verbs(left)
        chain = _chain(left)
    if chain and left and left[-1].text in role("sets") and not _by_amount(left[-1], chain[-1]):
        between = text[chain[-1].end : numeral.start]
        if left.pop().text not in role("compares") and "同期" not in between and "首次" not in between:
            return None
        verb = skip_verbs(left) or verb  # 成本较以往模式节约10元; 总值在历史同期首次突破5万亿元
        chain = _chain(left)
    if left and left[-1].text == "为" and any(w.text == "的" for w in chain):  # 以…为主体的进出口值
        del chain[: next(i for i, w in enumerate(chain) if w.text == "的")]
    while chain and (chain[0].text in ("的", "”", "》", "、") or chain[0].text in role("equates")):
        chain.pop(0)
    adjoins = bool(chain) and chain[-1].end == numeral.start
    if adjoins and _of_others(left, chain, figures, numeral, earlier > clause[0]):
        return None
    if chain and chain[0].text in role("glue") and chain[0].pos[:1] != "n":
        if left and left[-1].pos[:1] in "vnbaj" and left[-1].end == chain[0].start:
            chain.insert(0, left.pop())  # 禁止|类业态
        else:
            chain.pop(0)
    of = next((i for i, w in enumerate(chain) if w.text == "的"), 0)
    if of and left and left[-1].pos == "v" and all(w.pos == "ns" for w in chain[:of]):
        del chain[: of + 1]  # 出入|广东的香港单牌车数量
    if left and left[-1].pos == "a" and len(left[-1].text) == 1 and chain and left[-1].end == chain[0].start:
        chain.insert(0, left.pop())  # 经|新|通道
    owned = bool(chain) and chain[-1].text in role("generic") and any(w.text == "的" for w in chain)
    if owned and left and left[-1].pos[:1] == "v" and left[-1].text not in role("equates"):
        chain.insert(0, left.pop())  # 通过|闸机的时间
    while chain and left and len(chain[0].text) == 1 and left[-1].end == chain[0].start:
        if left[-1].text != "最" and not (
            chain[0].pos == "j" and left[-1].pos == "v" and len(left[-1].text) == 1
        ):
            break
        chain.insert(0, left.pop())  # 最|短运行时间, 来|渝签约金额
    if chain and left and left[-1].text in role("toward"):
        _along(left, chain)
    return _with_verb(text, left, chain, verb, numeral)


def _by_amount(preposition: Word, noun: Word) -> bool:
    """True for 以营业收入365亿美元: there the preposition takes the amount itself."""
    return (
        preposition.text not in role("compares")
        and preposition.text not in ("在", "于")
        and _tells_amount(noun)
    )


def _changes(text: str, before: Numeral, numeral: Numeral) -> bool:
    """True where a measure goes from one figure to the next: 由30天缩短到5分钟."""
    between = [w.text for w in words(text[before.end : numeral.start])]
    known = role("grows") | role("equates")
    return (
        bool(between)
        and len(between) <= 3
        and all(w in known for w in between)
        and any(w in role("grows") or w[-1] in "至到" for w in between)
    )


def _of_others(
    left: Sequence[Word], chain: Sequence[Word], figures: Sequence[Numeral], numeral: Numeral, behind: bool
) -> bool:
    """True for a noun right before a number that is another's.

    That of the figure before (50个集装箱|20兆瓦), or the last of a list that the number counts (铁路口岸、单一窗口三方).
    """
    last = figures[-1] if figures else None
    if behind and last is not None and chain[0].start == last.end and last.measure in COUNTS:
        return not _tells_amount(chain[-1])
    listed = bool(left) and left[-1].text == "、" and not any(n.end == left[-1].start for n in figures)
    return listed and numeral.measure in COUNTS


def _up_to_equal(left: list[Word]) -> None:
    """Takes 是去年同期 of 通关数量是去年同期的5倍 off `left`."""
    is_ = next((i for i in range(len(left) - 1, -1, -1) if left[i].text in ("是", "为", "相当于")), None)
    if is_ is not None:
        del left[is_:]


def is_amount(chain: Sequence[Word], noun: Span) -> bool:
    """True for a noun that tells how much there is of something, or is a name of some length that is no person's."""
    own = [w for w in chain if noun[0] <= w.start < noun[1]]
    plain = own[0].pos[:2] != "nr" and (own[0].pos[:1] != "v" or is_noun(own[0]))
    return plain and (_tells_amount(own[-1]) or noun[1] - noun[0] > _A_NAME)


def _tells_amount(word: Word) -> bool:
    return word.text in role("generic") or word.text in role("carries") or word.text[-1] in "额值量率数"


def _along(left: list[Word], chain: list[Word]) -> None:
    """Puts the preposition that belongs to a noun before it: 对美国出口; 从宜宾港到上海港的运输时间."""
    spans = left[-1].text in ("至", "到")
    if spans and (len(left) < 2 or left[-2].pos[:1] not in ("n", "j", "s")):
        return  # 恢复至|疫情前
    chain.insert(0, left.pop())
    if spans or chain[0].text == "经":
        while left and left[-1].pos[:1] in ("n", "j", "s"):
            chain.insert(0, left.pop())
        if left and left[-1].text in ("从", "自"):
            chain.insert(0, left.pop())


def _with_verb(
    text: str, left: list[Word], chain: list[Word], verb: Word | None, numeral: Numeral
) -> Span | None:
    """The noun of a chain, with the verb behind it that says what is measured (高技术产业|到资)."""
    found = noun_of(chain, trailing=False)
    if found is None and verb is not None:
        start = verb.start
        parts = [*left, *chain]
        while parts and parts[-1].end == start and len(parts[-1].text) == 1 and parts[-1].pos[:1] in "bna":
            start = parts.pop().start  # 总|投资, 碳|排放
        return (start, verb.end) if verb.text in role("carries") else None
    if found is not None and _generic(found, chain):
        found = _fuller(left, found)
    if found is not None and verb is not None and set(text[found[1] : verb.start]) & set("将已可能"):
        return (verb.start, verb.end) if verb.text in role("carries") else found  # 银行将首先|出资
    adjoins = found is not None and verb is not None and found[1] == verb.start and verb.end == numeral.start
    counted = numeral.measure in COUNTS and numeral.unit not in PASSES
    counted = counted and (numeral.unit[-1:] in OF_PERSONS or not adjoins)
    if found is not None and verb is not None and not counted and verb.end - found[0] <= LONGEST:
        return found[0], verb.end
    return found


def _generic(found: Span, chain: Sequence[Word]) -> bool:
    """True for a noun that says nothing without what stands before it: 数量, and a short amount (港资额)."""
    name = "".join(w.text for w in chain if found[0] <= w.start < found[1])
    return name in role("generic") or (len(name) <= _A_NAME and name[-1] in "率额量")


def _fuller(left: Sequence[Word], found: Span) -> Span:
    """A generic noun with what stands before it in its clause, up to the preposition: 经港珠澳大桥出入广东的香港单牌车|数量."""
    start = found[0]
    for word in reversed(left):
        if (
            word.pos in ("p", "c", "r", "d", "ul", "m")
            or word.text in MARKS
            or found[1] - word.start > LONGEST
        ):
            break
        if word.text in role("equates") or word.text in role("sets"):
            break
        start = word.start
    return start, found[1]


def skip_verbs(left: list[Word]) -> Word | None:
    """Takes what stands between noun and figure off `left`; returns the verb that itself says what is measured, if any."""
    equates, grows, carries = role("equates"), role("grows"), role("carries")
    verb: Word | None = None
    while left:
        last = left[-1]
        between = last.text in equates or last.text in grows or last.pos in ("d", "ul", "uz", "t", "q", "m")
        between = between and last.text not in role("nominal")
        between = between and not (last.text in role("glue") and len(left) > 1 and is_noun(left[-2]))
        telling = last.text in carries or (last.pos == "v" and len(last.text) > 1 and not is_noun(last))
        if verb is None and telling and not between:
            verb = left.pop()
        elif between:
            left.pop()
        else:
            break
    return verb


def _chain(left: list[Word]) -> list[Word]:
    """Takes the nouns at the end of `left`, with what joins them, off it."""
    carries, glue = role("carries"), role("glue")
    chain: list[Word] = []
    joined = False
    while left:
        word = left[-1]
        joins = bool(chain) and (word.text == "的" or word.text in carries)
        if chain and word.text in ("和", "与", "及", "以及", "、") and len(left) > 1 and is_noun(left[-2]):
            joins = word.text != "、" or joined  # A、B和C共计
            joined = True
        if word.text in ("由", "从") and chain:
            break
        if chain and word.pos == "m" and chain[-1].text[0] in STATES:
            joins = True  # 东北亚五国贸易额, 宁马两市
        if chain and len(chain[-1].text) == 1 and word.pos == "zg" and word.end == chain[-1].start:
            joins = True  # 琶|洲
        if word.text in QUOTES or is_noun(word) or word.text in glue or joins:
            chain.append(left.pop())
        else:
            break
    return chain[::-1]
