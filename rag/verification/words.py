"""A text as the checker reads it: words, figures and dates with their places, clauses and sentences."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from docs_store.text.chinese import is_chinese
from docs_store.text.dates import Stated, amounts, dates
from docs_store.text.normal import fold_in_place
from docs_store.text.numerals import Numeral
from docs_store.text.places import places
from docs_store.text.segment import words as segmented
from docs_store.text.sentences import CLAUSE_MARKS, SENTENCE_MARKS
from rag.lexicon import rareness, tables

SPEAKS = re.compile("表示|介绍|认为|指出|强调|透露|称|说|看来|告诉|呼吁|建议|判断|主张|分析|坦言")
_SENTENCE_END = frozenset(f"{SENTENCE_MARKS}\n")
_CLAUSE_END = frozenset(f"{CLAUSE_MARKS}：:\n")
_FUNCTION = frozenset("pcuxyreokzghdq")
_SPACED = re.compile(r"(?<=\d)([ \u3000\t]+)([\u4e00-\u9fff%‰]+)")
_POST = re.compile(
    r".*(?:长|主任|书记|记者|经理|总裁|主席|委员|代表|教授|专家|研究员|负责人|发言人|老师|院士|董事|顾问|分析师|部|人)$"
)
_KINDS = {"nr": "person", "ns": "place", "nt": "party"}
_SORTS = {"n": "noun", "v": "verb", "t": "date", "j": "noun", "l": "noun", "i": "noun"}


@dataclass(frozen=True, slots=True)
class Token:
    """A content word, a figure or a date, with its place in the folded text."""

    text: str
    start: int
    end: int
    kind: str
    """person place party number date verb noun other negator status"""
    weight: float
    """How much it tells, about 0.3 to 3."""
    figure: Numeral | None = None
    day: Stated | None = None


@dataclass(frozen=True, eq=False)
class AnalysedText:
    """A folded text of the same length as the original, its tokens, and each character's clause and sentence."""

    text: str
    tokens: tuple[Token, ...]
    clause: tuple[int, ...]
    sentence: tuple[int, ...]
    words: tuple[tuple[str, int, int, str], ...]
    """Every word with its part of speech, function words too."""
    by_letter: dict[str, list[Token]]
    """Character → the tokens, but for figures and dates, that have it."""
    looked_for: dict[Hashable, Any] = field(default_factory=dict, init=False)
    """What was found in it for a word, by whoever looked: a draft's sentences ask a passage for the same words.

    A text with other tokens begins anew.
    """

    @cached_property
    def starts(self) -> list[int]:
        """Where each token begins."""
        return [token.start for token in self.tokens]

    def between(self, low: int, high: int) -> tuple[Token, ...]:
        """The tokens that begin at `low` or behind, before `high`."""
        return self.tokens[bisect_left(self.starts, low) : bisect_left(self.starts, high)]

    @cached_property
    def _by_sentence(self) -> dict[int, list[Token]]:
        found: dict[int, list[Token]] = {}
        for token in self.tokens:
            found.setdefault(self.sentence[token.start], []).append(token)
        return found

    def of_sentence(self, sentence: int) -> Sequence[Token]:
        """The tokens of a sentence, in order."""
        return self._by_sentence.get(sentence, ())

    @cached_property
    def clause_spans(self) -> list[tuple[int, int]]:
        """Where each clause begins and ends."""
        return _spans(self.clause)

    @cached_property
    def sentence_spans(self) -> list[tuple[int, int]]:
        """Where each sentence begins and ends."""
        return _spans(self.sentence)

    def token_at(self, start: int) -> Token | None:
        """The token that begins there."""
        place = bisect_left(self.starts, start)
        return self.tokens[place] if place < len(self.tokens) and self.starts[place] == start else None

    @cached_property
    def by_kind(self) -> dict[str, list[Token]]:
        """Kind → its tokens, in order."""
        found: dict[str, list[Token]] = {}
        for token in self.tokens:
            found.setdefault(token.kind, []).append(token)
        return found


def _spans(marks: Sequence[int]) -> list[tuple[int, int]]:
    """(start, end) of each run of equal marks, in order."""
    ends = [at for at in range(1, len(marks)) if marks[at] != marks[at - 1]]
    return list(itertools.pairwise([0, *ends, len(marks)]))


def plain(text: str) -> str:
    """Width, case and variants folded, every character in its place.

    A blank between a number and its unit moves behind the unit: 29.8 亿美元 is one figure.
    """
    return _SPACED.sub(lambda m: m[2] + m[1], fold_in_place(text))


@lru_cache(maxsize=512)
def read(text: str) -> AnalysedText:
    """A claim or a passage, analysed."""
    folded = plain(text)
    found = [
        Token(folded[d.start : d.end], d.start, d.end, "date", 1.2, day=d)
        for d in dates(folded)
        if d.year or d.month or d.day
    ]
    found += [
        Token(folded[n.start : n.end], n.start, n.end, "number", 1.6, figure=n) for n in _numbers(folded)
    ]
    covered = bytearray(len(folded))
    for token in found:
        covered[token.start : token.end] = b"\1" * (token.end - token.start)
    words = _with_people([(w.text, w.start, w.end, w.pos) for w in segmented(folded)])
    bodies = [(start, end) for _, start, end, tag in words if tag.startswith("nt")]
    for place in places(folded):
        inside = any(a <= place.start and place.end <= b for a, b in bodies)
        if not inside and not any(covered[place.start : place.end]):
            name = folded[place.start : place.end]
            found.append(Token(name, place.start, place.end, "place", _weight(name)))
            covered[place.start : place.end] = b"\1" * (place.end - place.start)
    for word, start, end, tag in words:
        while start < end and covered[start]:
            start += 1
        while start < end and covered[end - 1]:
            end -= 1
        word = folded[start:end]
        if word.strip() and (known := _token(word, start, end, tag)):
            found.append(known)
    found.sort(key=lambda t: t.start)
    clause, sentence = [], []
    c = s = 0
    for char in folded:
        clause.append(c)
        sentence.append(s)
        if char in _CLAUSE_END:
            c += 1
            s += char in _SENTENCE_END
    letters: dict[str, list[Token]] = {}
    for token in found:
        if token.figure is None and token.day is None and len(token.text) > 1:
            for char in set(token.text):
                letters.setdefault(char, []).append(token)
    return AnalysedText(folded, tuple(found), tuple(clause), tuple(sentence), tuple(words), letters)


def _numbers(text: str) -> list[Numeral]:
    """The amounts of a text; 一 and the like without a unit count nothing that could be compared."""
    return [n for n in amounts(text) if n.unit or n.bound or text[n.core[0]].isdigit() or n.end - n.start > 1]


def _with_people(words: list[tuple[str, int, int, str]]) -> list[tuple[str, int, int, str]]:
    """Surname and given name as one word where somebody's post stands before them or what they say behind."""
    out: list[tuple[str, int, int, str]] = []
    k = 0
    while k < len(words):
        word, start, _, tag = words[k]
        name, used = word, 1
        if len(word) == 1 and word in tables.surnames():
            for other in words[k + 1 : k + 3]:
                if len(name) + len(other[0]) > 3 or not is_chinese(other[0][0]) or SPEAKS.match(other[0]):
                    break
                name, used = name + other[0], used + 1
                if len(name) == 3:
                    break
        before = words[k - 1] if k else ("", 0, 0, "")
        behind = words[k + used][0] if k + used < len(words) else ""
        two_names = used == 2 and tag.startswith("nr") and words[k + 1][3].startswith("nr")
        if used > 1 and (
            two_names or SPEAKS.match(behind) or (before[3][:1] in ("n", "b") and _POST.match(before[0]))
        ):
            out.append((name, start, start + len(name), "nr"))
            k += used
        else:
            out.append(words[k])
            k += 1
    return out


def _token(word: str, start: int, end: int, tag: str) -> Token | None:
    if word in tables.claim_words()["negator"]:
        return Token(word, start, end, "negator", 0.8)
    if not re.match(r"[\w]", word):
        return None
    empty = word in tables.claim_words()["empty"]
    if word in tables.statuses() and tag != "p":  # 在 and 通过 before a noun say nothing of a state
        return Token(word, start, end, "status", 0.5 if empty else _weight(word))
    if empty or (tag[:1] in _FUNCTION and len(word) < 3):
        return None
    kind = _KINDS.get(tag[:2]) or _SORTS.get(tag[:1], "other")
    for known in ("party", "noun"):
        if word in tables.claim_words()[known]:
            kind = known
    return Token(word, start, end, kind, _weight(word))


@lru_cache(maxsize=20_000)
def _weight(word: str) -> float:
    if len(word) == 1 or not is_chinese(word[0]):
        return 0.4 if len(word) == 1 else 1.5
    grams = [rareness.weight(word[i : i + 2]) for i in range(len(word) - 1)]
    return min(2.5, max(0.4, sum(grams) / 6.0 if len(grams) < 3 else max(grams) / 4))
