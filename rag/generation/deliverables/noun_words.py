"""The words of a noun: which stand in one, which may end it, and the marks around it."""

from __future__ import annotations

from collections.abc import Sequence

from docs_store.text.segment import Word, words
from rag.lexicon.fact_words import role

Span = tuple[int, int]

COUNTS = ("count", "people")
"""Kinds of units after which the noun stands: 1200家企业."""
STATES = frozenset("省市地区县国州镇村方步代届期级强大线")
"""Units of names and not of counts, where they are spelled: 三省一市, 两地, 两国."""
MARKS = frozenset("，。；、：！？…—,;:!?|")
QUOTES = frozenset("“”《》「」‘’·")
LONGEST = 24
"""Characters of a noun."""
_NOUNS = ("n", "j", "l", "i", "b", "e", "a", "t", "g", "s", "f")
_NAMES = ("vn", "nz", "nt", "ns", "nr", "eng")
_ENDS = ("n", "j", "l", "i", "g", "eng", "nz", "nt", "ns", "s", "vn")
OF_PERSONS = frozenset("家位名人户支")
"""Units of those who act: a verb behind their noun tells what they do (175家优质企业|参展)."""
PASSES = frozenset(("人次", "辆次", "架次", "艘次", "班次", "次"))
"""Units of what passes: nothing but who passes stands behind them."""
JOINS = frozenset("、和与及") | {"以及"}
BRACKETS = frozenset("（()）")


def noun_of(chain: Sequence[Word], *, trailing: bool) -> Span | None:
    """The span of a chain of words that ends with a noun and is not too long; what is left of it by whole words."""
    kept = list(chain)
    while kept and not closes(kept[-1]):
        kept.pop()
    while kept and kept[-1].end - kept[0].start > LONGEST:
        if trailing:
            return None
        kept.pop(0)
    while kept and (kept[0].text in ("的", "”", "》", "、") or kept[0].pos == "ad"):
        kept.pop(0)
    if not kept or (trailing and kept[0].text in role("glue") and kept[0].pos[:1] != "n"):
        return None  # 16种梁|段类型: a word is cut
    if (kept[-1].end - kept[0].start < 2) or (len(kept) == 2 and kept[0].text == kept[1].text):
        return None
    opened = sum(w.text in "“《「" for w in kept) - sum(w.text in "”》」" for w in kept)
    if opened > 0 and kept[0].text in "“《「":
        kept.pop(0)
    elif opened:
        return None
    return (kept[0].start, kept[-1].end) if kept else None


def is_noun(word: Word) -> bool:
    """True for a word that stands in the name of a thing."""
    if word.text in role("stops"):
        return False
    known = role("nominal") | role("rates") | role("generic") | role("persons")
    return word.pos.startswith(_NOUNS) or word.pos in _NAMES or word.text in known


def closes(word: Word) -> bool:
    """True for a word that a noun may end with."""
    return (
        word.pos.startswith(_ENDS)
        or word.text in "”》"
        or word.text in role("nominal")
        or word.text in role("carries")
        or word.text in role("glue")
    )


def verbal(words_of: Sequence[Word]) -> bool:
    """True for words that end with a verb, which is no noun without the head of its list."""
    last = next((w for w in reversed(words_of) if w.text.strip()), None)
    return (
        last is not None
        and (last.pos[:1] == "v" or last.text in role("nominal"))
        and last.text not in role("generic")
    )


def cut_alone(text: str, start: int, end: int) -> list[Word]:
    """The words of a part of the text by itself: a date or a number before it takes no character of theirs."""
    return [Word(w.text, w.start + start, w.end + start, w.pos) for w in words(text[start:end])]
