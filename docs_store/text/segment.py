"""Words of Chinese text with where they stand: rjieba's cut, our own terms, and what its guesses get wrong mended.

rjieba guesses words that its dictionary lacks (a hidden Markov model): good for names, and wrong where it takes a
function word into one (我查, 领了, 日至). Guesses of that kind are cut again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from docs_store.text.chinese import is_chinese

if TYPE_CHECKING:
    import rjieba

_TERMS = Path(__file__).parent / "terms.txt"
NAMES = frozenset(("ns", "nt", "nz", "nr", "nrt", "nrfg"))
"""The parts of speech of names: places, bodies, other names, persons."""
_REMEMBERED = 1_000  # characters: questions and sentences are asked for again and again, articles are not
_OPENS = frozenset(
    "我你您他她它咱这那该各其每某再也都还又就才已正将愿均或曾可会能要想请帮把被给和与及跟对向从到在由以为按至自往有来多更最很是之因拟只"
)
_CLOSES = frozenset("了的地得着过在到于为和与及至从向对是有说称将均等以由上下")
_AFTER_NUMBER = frozenset("日月年时点万亿个号米人家项条")
_DIGITS = frozenset("一二三四五六七八九十两几0123456789")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: `text[start:end] == word.text` in code points; `pos` is jieba's tag (n, v, ns, m, x …)."""

    text: str
    start: int
    end: int
    pos: str


def words(text: str) -> tuple[Word, ...]:
    """The words of `text` in order, punctuation and spaces included: joined, they are the text.

    The dictionary is of simplified characters; hand over folded text where a text may be traditional.
    """
    return _remembered(text) if len(text) <= _REMEMBERED else tuple(_words(text))


def is_word(text: str) -> bool:
    """True when the dictionary, with our own terms, has `text` as a word."""
    return _jieba().has_word(text)


@lru_cache(maxsize=4096)
def _remembered(text: str) -> tuple[Word, ...]:
    return tuple(_words(text))


@lru_cache(maxsize=1)
def own_terms() -> tuple[tuple[str, str], ...]:
    """(word, tag) of `terms.txt`."""
    lines = (line.split("#")[0].strip() for line in _TERMS.read_text(encoding="utf-8").splitlines())
    rows = (line.split(":") for line in lines if line)
    return tuple((word, tag.strip()) for tag, listed in rows for word in listed.split())


@lru_cache(maxsize=1)
def _jieba() -> rjieba.Jieba:
    import rjieba  # 0.2 s: it reads its dictionary

    jieba = rjieba.Jieba()
    for word, tag in own_terms():
        jieba.add_word(word, jieba.suggest_freq(word), tag)  # just above that of the pieces
    return jieba


@lru_cache(maxsize=1)
def _own_tags() -> dict[str, str]:
    """rjieba keeps its own tag for a word that it knew already."""
    return dict(own_terms())


def _words(text: str) -> Iterator[Word]:
    at = 0
    after_number = False
    own = _own_tags()
    for piece, tag in _jieba().tag(_encodable(text)):
        for word, pos in _mended(piece, own.get(piece, _known_tag(piece, tag)), after_number):
            yield Word(text[at : at + len(word)], at, at + len(word), pos)
            at += len(word)
            after_number = pos == "m" or word[-1].isdigit()


def _known_tag(piece: str, tag: str) -> str:
    """jieba's "x" is for marks; it also gives it to a word with a rare character, most often somebody's name."""
    return "nr" if tag == "x" and "\u3400" <= piece[0] <= "\u9fff" else tag


def _encodable(text: str) -> str:
    """The text with "?" for lone surrogates, which UTF-8 cannot hold: offsets stay."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _mended(word: str, tag: str, after_number: bool) -> Iterator[tuple[str, str]]:
    """The word, or its pieces where a guess took a function word or a measure in."""
    if len(word) == 1 or not is_chinese(word[0]) or _jieba().has_word(word):
        yield word, tag
    elif _cuts_first(word, after_number):
        yield word[0], _tag_of(word[0])
        yield from _mended(word[1:], _tag_of(word[1:]) if len(word) == 2 else tag, False)
    elif word[-1] in _CLOSES and not (tag.startswith("nr") and len(word) == 3):
        yield from _mended(word[:-1], _tag_of(word[:-1]) if len(word) == 2 else tag, False)
        yield word[-1], _tag_of(word[-1])
    else:
        yield word, tag


def _cuts_first(word: str, after_number: bool) -> bool:
    if word[0] in _OPENS:
        return True
    if word[0] in _DIGITS:
        return len(word) == 2
    return after_number and word[0] in _AFTER_NUMBER


@lru_cache(maxsize=4096)
def _tag_of(word: str) -> str:
    return str(_jieba().tag(word)[0][1])
