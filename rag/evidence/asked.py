"""What a question asks for, cut up once for matching: content words with what may stand for them, names, figures, kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from docs_store.text.analyser import bigrams
from docs_store.text.chinese import is_chinese
from docs_store.text.normal import fold
from docs_store.text.segment import Word, words
from docs_store.text.units import unit_pattern, units
from rag.evidence import word_vectors
from rag.lexicon import answer_kinds, rareness, tables
from rag.lexicon.not_same import not_same
from rag.lexicon.synonyms import synonyms
from rag.verification import facts

_CLOSED = frozenset("upcyeoxwrqk")
_NAMES = ("nr", "ns", "nt", "nz", "eng")
_QUOTED = re.compile(r"[“「『《\"]([^”」』》\"]{2,40})[”」』》\"]")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|-|/|\.)")
_HOW_MANY = re.compile(r"(?:多少|几)(?:万|亿|千|百)?")
_UNIT = re.compile(rf"{_HOW_MANY.pattern}([\u4e00-\u9fff%])")
_WIDEST = 5  # words of a phrase that is looked for in the lexicon
_MONEY = "钱"
_COUNTINGS = ("count", "calendar")  # kinds of units of which each counts things of its own
_REACH = 4.0  # characters from what asks over which a word's nearness falls to a third
_LONE = 2.0  # weight of a single character, as rareness gives it


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A content word: how rare it is, what may stand for it (word → how safely), whether it names something."""

    text: str
    weight: float
    alternatives: Mapping[str, float]
    is_name: bool
    opposites: tuple[tuple[str, str], ...]
    """(word, kind) that must not be taken for it: 出口 for 进口."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as matching sees it. Arrays are of shape (words,), `vectors` (words, dimensions)."""

    text: str
    folded: str
    words: tuple[AskedWord, ...]
    weights: NDArray[np.float64]
    nearness: NDArray[np.float64]
    """How near each word stands to what asks, 0 to 1: in 主题是什么 主题 is what is asked for; 1 for all where nothing asks."""
    vectors: NDArray[np.float32]
    vector: NDArray[np.float32]
    grams: Mapping[str, float]
    letters: frozenset[str]
    threes: tuple[str, ...]
    names: tuple[str, ...]
    numbers: frozenset[str]
    years: frozenset[int]
    places: frozenset[str]
    kind: str | None
    unit: str | None
    """What stands behind 多少 or 几."""
    asks: Mapping[str, float]
    """Words by which a text states what the question words ask for: 投资 for 掏多少钱."""

    @property
    def measure(self) -> str | None:
        """What the unit measures, where different units measure one thing: money for 钱, people for 人; None for countings."""
        if self.unit == _MONEY:
            return "money"
        unit = units().get(self.unit or "")
        return unit.kind if unit and unit.kind not in _COUNTINGS else None


@lru_cache(maxsize=64)
def understood(question: str) -> Asked:
    """The question cut up. A question without content words keeps those it has."""
    folded = fold(question)
    cut = words(folded)
    content = _content(cut)
    others, asks = _phrases(cut)
    built = tuple(
        AskedWord(
            word.text,
            weight_of(word.text),
            dict(others.get(word.text, {})),
            word.pos.startswith(_NAMES) or word.text[0].isdigit(),
            not_same(word.text),
        )
        for word in content
    )
    grams = rareness.weights(facts.content_bigrams(question))
    plain = folded.rstrip("?？。 ")
    unit = _UNIT.search(folded)
    return Asked(
        question,
        folded,
        built,
        np.array([word.weight for word in built]),
        _nearness(folded, [word.text for word in built]),
        word_vectors.of_words([word.text for word in built]),
        word_vectors.of_texts([folded])[0],
        grams,
        frozenset(facts.letters(question)),
        tuple(plain[i : i + 3] for i in range(len(plain) - 2)),
        tuple(dict.fromkeys([*_QUOTED.findall(folded), *(w.text for w in built if w.is_name)])),
        frozenset(re.findall(r"\d+(?:\.\d+)?", folded)),
        frozenset(int(year) for year in _YEAR.findall(folded)),
        frozenset(facts.places(folded)),
        answer_kinds.kind_of(folded),
        unit[1] if unit else None,
        asks,
    )


def counted(folded: str) -> str:
    """What a folded question asks the number of, "" for nothing: 展馆 of 有几个展馆, 参保人 of 惠及多少参保人."""
    found = _HOW_MANY.search(folded)
    behind = folded[found.end() :] if found else ""
    unit = unit_pattern().match(behind)
    first = next(iter(words(behind[unit.end() :] if unit else behind)), None)
    return first.text if first and len(first.text) > 1 and first.pos[0] in "nv" else ""


def _nearness(folded: str, asked: Sequence[str]) -> NDArray[np.float64]:
    """How near each word stands to the nearest word that asks."""
    marks = [match.span() for match in facts.QUESTION_WORDS.finditer(folded)]
    marks += [match.span() for match in answer_kinds.asking(folded)]
    if not marks:
        return np.ones(len(asked))
    apart = [
        min(
            max(start - match.end(), match.start() - end, 0)
            for match in re.finditer(re.escape(word), folded)
            for start, end in marks
        )
        for word in asked
    ]
    found: NDArray[np.float64] = np.exp(-np.array(apart, float) / _REACH)
    return found


def weight_of(word: str) -> float:
    """How much a word tells, about 1 to 12: the mean rarity of its bigrams, more for longer words."""
    if not is_chinese(word[0]):
        return rareness.weight(word)
    if len(word) == 1:
        return _LONE
    grams = bigrams(word)
    mean = sum(map(rareness.weight, grams)) / len(grams)
    return float(mean * min(len(word) / 2, 2.0) ** 0.5)


def _content(cut: tuple[Word, ...]) -> list[Word]:
    found = {
        word.text: word
        for word in cut
        if word.text.strip()
        and word.text not in tables.function_words()
        and (word.pos[0] not in _CLOSED or word.pos == "eng")
        and any(c.isalnum() for c in word.text)
        and not (word.pos.startswith("m") and not word.text[0].isdigit() and len(word.text) == 1)
    }
    return list(found.values())


def _phrases(cut: tuple[Word, ...]) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Alternatives of each word, its own and those of phrases that it stands in; what question words ask for."""
    others: dict[str, dict[str, float]] = {}
    asks: dict[str, float] = {}
    known = synonyms()
    for i in range(len(cut)):
        for j in range(i + 1, min(len(cut), i + _WIDEST) + 1):
            for other in known.alternatives("".join(word.text for word in cut[i:j])):
                if other.kind == "asks":
                    asks[other.word] = max(other.weight, asks.get(other.word, 0.0))
                    continue
                for word in cut[i:j]:
                    row = others.setdefault(word.text, {})
                    row[other.word] = max(other.weight, row.get(other.word, 0.0))
    return others, asks
