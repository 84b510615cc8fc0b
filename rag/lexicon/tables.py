"""Readers of the lists of words: each is read once, folded, and handed out as what it is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from docs_store.text.data_files import data_lines
from docs_store.text.normal import fold, fold_each

_FOLDER = Path(__file__).parent


def lines(name: str) -> Iterator[str]:
    """The lines of a file of this folder, without comments and empty ones."""
    return data_lines(_FOLDER / name)


@lru_cache(maxsize=1)
def politeness() -> dict[str, tuple[str, ...]]:
    """What a question says beside its content, by class (prefix, suffix, form:short … thanks, self), the longest first."""
    return _by_class((text, kind) for text, kind in _pairs("politeness.tsv"))


@lru_cache(maxsize=1)
def smalltalk() -> dict[str, str]:
    """Whole inputs that ask for no article, folded and without end punctuation, with their class (greeting, identity …)."""
    return {without_end(text): kind for kind, text in _pairs("smalltalk.tsv")}


def without_end(text: str) -> str:
    """The folded text without the punctuation and spaces at its end, as `smalltalk` holds it."""
    return fold(text).strip().rstrip("。.!?~…,、 ")


@lru_cache(maxsize=1)
def phrases() -> dict[str, str]:
    """The same the other way round: phrase → class."""
    return {text: kind for kind, texts in politeness().items() for text in texts}


@lru_cache(maxsize=1)
def frame_words() -> dict[str, frozenset[str]]:
    """Words that a question is wrapped in, by their role there: opens, joins, closes, speaker."""
    rows = (line.partition(":") for line in lines("frame_words.txt"))
    return {role: frozenset(listed.split()) for role, _, listed in rows}


@lru_cache(maxsize=1)
def library_words() -> dict[str, frozenset[str]]:
    """Words of questions on the library itself, by their role there: names, articles, counts, beside."""
    rows = (line.partition(":") for line in lines("library_words.txt"))
    return {role: frozenset(listed.split()) for role, _, listed in rows}


@lru_cache(maxsize=1)
def general_nouns() -> frozenset[str]:
    """Nouns that say what a question wants to be told (办法, 区别, 进展), not what it is about."""
    return _general_words("both") | _general_words("asked")


@lru_cache(maxsize=1)
def article_words() -> dict[str, tuple[str, ...]]:
    """Words of questions about an article itself, by their role there: noun, counted, asked, number, how, light."""
    rows = (line.split(":") for line in lines("article_questions.txt"))
    return {kind: tuple(listed.split()) for kind, listed in rows}


@lru_cache(maxsize=1)
def words_asked_with() -> frozenset[str]:
    """General nouns, function words and question words: what questions are worded with, whatever they are about."""
    return general_nouns() | function_words()


@lru_cache(maxsize=1)
def words_of_no_subject() -> frozenset[str]:
    """Words of which alone a question cannot stand (具体, 原因, 出处): it goes on with the one before."""
    return _general_words("both") | _general_words("bare")


def _general_words(kind: str) -> frozenset[str]:
    rows = (line.partition(":") for line in lines("general_words.txt"))
    return frozenset(word for name, _, listed in rows if name == kind for word in listed.split())


@lru_cache(maxsize=1)
def statuses() -> dict[str, str]:
    """Words that say whether a thing is planned, required, done …, with the class; one class a word, the commonest."""
    rows = list(_pairs("modality_status.tsv"))
    return dict(zip(fold_each(word for word, _ in rows), (kind for _, kind in rows), strict=True))


@lru_cache(maxsize=1)
def surnames() -> frozenset[str]:
    """Surnames of one and two characters."""
    return frozenset(name for line in lines("surnames.txt") for name in line.split())


def begins_with_surname(name: str) -> bool:
    """True when `name` begins as a Chinese name of a person does."""
    return name[:1] in surnames() or name[:2] in surnames()


@lru_cache(maxsize=1)
def offices() -> tuple[str, ...]:
    """Offices that a person holds, the longest first."""
    listed = [word for line in lines("offices.txt") for word in line.split(":")[1].split()]
    return tuple(sorted(dict.fromkeys(listed), key=len, reverse=True))


@lru_cache(maxsize=1)
def office_pattern() -> re.Pattern[str]:
    """Finds an office, with 副 and the like before it."""
    return re.compile(rf"(?:常务副|副|代)?(?:{'|'.join(offices())})")


@lru_cache(maxsize=1)
def function_words() -> frozenset[str]:
    """Words that say nothing of what a text is about, question words among them; to be dropped as whole words."""
    return frozenset(word for line in lines("function_words.txt") for word in line.split(":")[1].split())


@lru_cache(maxsize=1)
def question_words() -> frozenset[str]:
    """The question words among them."""
    rows = (line.split(":") for line in lines("function_words.txt"))
    return frozenset(word for kind, listed in rows if kind == "question" for word in listed.split())


@lru_cache(maxsize=1)
def asking() -> re.Pattern[str]:
    """Finds a question word, or a word that compares and so asks for a difference; the longest that stands there."""
    listed = question_words() | {"区别", "不同", "异同", "差别"}
    return re.compile("|".join(sorted(map(re.escape, listed), key=len, reverse=True)))


def asks(text: str) -> bool:
    """True when a question word stands in `text`, folded."""
    return asking().search(text) is not None


def _pairs(name: str) -> Iterator[tuple[str, str]]:
    for line in lines(name):
        one, two = line.split("\t")
        yield one, two


def _by_class(pairs: Iterator[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for text, kind in pairs:
        found.setdefault(kind, []).append(fold(text))
    return {kind: tuple(sorted(dict.fromkeys(texts), key=len, reverse=True)) for kind, texts in found.items()}


@lru_cache(maxsize=1)
def claim_words() -> dict[str, frozenset[str]]:
    """Words that the claim checker weighs apart: negator, empty (tells nothing by itself), party and noun (no places)."""
    found: dict[str, set[str]] = {}
    for line in lines("claim_words.txt"):
        kind, _, listed = line.partition(":")
        found.setdefault(kind, set()).update(listed.split())
    return {kind: frozenset(listed) for kind, listed in found.items()}
