"""Follow-ups: what a question means after the turns before it.

A question that can stand alone is left as it is. One that leans on the past (no content of its own, or a pronoun as a
word) is filled in from the last turn: the subject of its question, or the person of its answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from docs_store.text.normal import fold
from docs_store.text.segment import Word, words
from rag.lexicon import tables
from rag.models import Turn
from rag.query.framing import Framed, unframe
from rag.query.question import DOCUMENT

_MORE = frozenset(("还有", "还有吗", "还有呢", "其他", "别的", "更多", "继续", "还有哪些", "其他的呢"))
_DEEPER = frozenset(("详细", "具体", "展开", "进一步", "细节", "详情", "再说"))
_NAMES = ("ns", "nt", "nz", "nr", "nrt", "nrfg", "eng")
_DOCUMENT = re.compile(rf"《[^》]+》|[\u4e00-\u9fff]{{1,8}}{DOCUMENT.pattern}")
"""A document by its title or its number."""
_FEW = 3  # content words up to which a question may be the rest of the one before


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a question.

    `asks_again`: it asks what the question before asked, of something else or once more; else its own words say what it asks.
    `deeper`: at length.
    """

    text: str
    asks_again: bool = False
    deeper: bool = False


def readings(framed: Framed, history: Sequence[Turn]) -> tuple[Reading, ...]:
    """The ways to understand a question, the likeliest first; as written alone where it can stand alone.

    Args:
        framed: the question without its wrapping.
        history: the turns before it, the oldest first.
    """
    question = framed.core
    as_written = Reading(question)
    if not history:
        return (as_written,)
    last = history[-1]
    before = readings(unframe(last.question), history[:-1])[0].text
    folded = fold(question)
    cut = words(folded)
    content = _content(cut)
    swap = _swapped(words(fold(framed.text)))  # its 呢 goes with the wrapping
    if swap:
        return (Reading(_exchange(before, swap), asks_again=True),)
    at = next((i for i, word in enumerate(cut) if _is_pronoun(word)), None)
    if at is not None:
        pronoun = cut[at]
        subject = _antecedent(pronoun.text, before, last.answer)
        if not subject:
            return (as_written,)
        filled = Reading(f"{folded[: pronoun.start]}{subject}{folded[pronoun.end :]}")
        return (as_written, filled) if _is_described(cut, at) else (filled,)
    bare = tables.words_of_no_subject()
    if all(word.text in bare for word in content):  # the wrapping may be all there is: 再详细一点
        return (_continued(fold(framed.text), before),)
    if len(content) <= _FEW and not any(word.pos in _NAMES for word in content):
        return (as_written, Reading(f"{topic_of(before)}{folded}"))
    return (as_written,)


def refers_to_article(question: str) -> bool:
    """True when a question speaks of 这篇文章, 该文, 文中."""
    return any(word in fold(question) for word in pronouns()["article"])


def of_article(question: str, title: str) -> Reading:
    """A question that speaks of 这篇文章, with the article's title in its place."""
    folded = fold(question)
    nouns = _about()["noun"]
    for word in sorted(pronouns()["article"], key=len, reverse=True):
        at = folded.find(word)
        if at >= 0:
            rest = folded[at + len(word) :]
            noun = next((noun for noun in sorted(nouns, key=len, reverse=True) if rest.startswith(noun)), "")
            return Reading(f"{folded[:at]}《{title}》{rest[len(noun) :]}")
    return Reading(f"《{title}》{folded}")


def asks_of_article(question: str) -> bool:
    """True when a question asks for the source, the date, the number … of an article, and names nothing else."""
    return any(word in fold(question) for word in _about()["asked"][:26])


def subject_of_article(question: str) -> str:
    """What a question about an article says of the article's subject; '' where it only says 这篇文章."""
    folded = fold(question)
    about = _about()
    named = sorted({*pronouns()["article"], *about["noun"], *about["asked"]}, key=len, reverse=True)
    for phrase in (phrase for phrase in named if len(phrase) > 1):
        folded = folded.replace(phrase, "，")
    light = {*about["light"], *about["noun"], *about["asked"]} | tables.function_words()
    return "".join(
        word.text
        for word in words(folded)
        if word.text not in light and not _is_pronoun(word) and word.text.strip("《》“”？?。，, ")
    )


def topic_of(question: str) -> str:
    """A question without its question words."""
    folded = fold(question)
    kept = [
        word
        for word in words(folded)
        if word.text not in tables.question_words() and word.text not in "？?。"
    ]
    while kept and kept[-1].text in tables.function_words():
        kept.pop()
    return "".join(word.text for word in kept)


@lru_cache(maxsize=1)
def pronouns() -> dict[str, frozenset[str]]:
    """Pronouns by what they stand for: people, things, article."""
    rows = (line.split(":") for line in tables.lines("pronouns.txt"))
    return {kind: frozenset(listed.split()) for kind, listed in rows}


@lru_cache(maxsize=1)
def _about() -> dict[str, tuple[str, ...]]:
    rows = (line.split(":") for line in tables.lines("article_questions.txt"))
    return {kind: tuple(listed.split()) for kind, listed in rows}


def _is_pronoun(word: Word) -> bool:
    return word.text in pronouns()["people"] or word.text in pronouns()["things"]


def _is_described(cut: Sequence[Word], at: int) -> bool:
    """True when the words around a pronoun say themselves what is meant: 江苏那个通知, 那个促进就业的意见."""
    if at and cut[at - 1].pos in _NAMES:
        return True
    behind = cut[at + 1 :]
    if not behind or not (behind[0].pos.startswith("v") or behind[0].pos in _NAMES):
        return False
    end = next((i for i, word in enumerate(behind) if word.text == "的"), 0)
    return 1 < end < len(behind) - 1 and behind[end + 1].pos.startswith("n")


def _content(cut: Sequence[Word]) -> list[Word]:
    """The words that are neither function words, question words, pronouns nor marks."""
    return [
        word
        for word in cut
        if word.pos != "x"
        and word.text.strip()
        and word.text not in tables.function_words()
        and not _is_pronoun(word)
        and not tables.asking().fullmatch(word.text)
    ]


def _swapped(cut: Sequence[Word]) -> str | None:
    """The name in 那苏州呢 and 苏州呢."""
    content = _content(cut)
    plain = [word for word in cut if word.text not in "？?。"]
    if not plain or plain[-1].text != "呢" or not content:
        return None
    name = "".join(word.text for word in content)
    if tables.asks("".join(w.text for w in plain[:-1])) or len(name) > 10:
        return None
    named = any(word.pos in _NAMES for word in content)
    begins = plain[0].text in ("那", "那么") and len(content) <= 2
    return (
        name
        if (named and len(content) <= 2) or (begins and not any(_is_pronoun(w) for w in plain[1:]))
        else None
    )


def _exchange(last: str, name: str) -> str:
    """The last question with its name of the same kind exchanged, or asked of `name`."""
    folded = fold(last)
    kind = words(name)[0].pos
    cut = words(folded)
    of_kind = [word for word in cut if word.pos == kind] or [word for word in cut if word.pos in _NAMES]
    if of_kind:
        word = of_kind[0]
        return f"{folded[: word.start]}{name}{folded[word.end :]}"
    content = _content(cut)
    if content:
        return f"{folded[: content[0].start]}{name}{folded[content[0].end :]}"
    return f"{name}{folded}"


def _antecedent(pronoun: str, question: str, answer: str) -> str:
    """What a pronoun stands for: the person of the answer or of the question; else what the question is about."""
    if pronoun in pronouns()["people"]:
        for text in (fold(answer), fold(question)):
            people = [word.text for word in words(text) if word.pos.startswith("nr") and len(word.text) > 1]
            if people:
                return people[0]
    return _subject(question)


def _subject(question: str) -> str:
    """What a question is about: the document that it names by title or number; else from its first name, or first content
    word, as far as its words belong together."""
    if document := _DOCUMENT.search(fold(question)):
        named = words(document[0])
        skipped = next((i for i, word in enumerate(named) if word.text not in tables.function_words()), 0)
        return document[0][named[skipped].start :]
    cut = words(fold(question))
    content = set(_content(cut))
    start = next((i for i, word in enumerate(cut) if word in content and word.pos in _NAMES), None)
    if start is None:
        start = next((i for i, word in enumerate(cut) if word in content), None)
    if start is None:
        return ""
    end = start
    while end < len(cut) and cut[end] in content and cut[end].pos[0] in "njlabei":
        end += 1
    # A property of the subject (年吞吐量, 董事长) is not the subject: a name keeps one noun behind it.
    names = max((i for i in range(start, max(end, start + 1)) if cut[i].pos in _NAMES), default=start)
    end = min(max(end, start + 1), names + 2)
    return "".join(word.text for word in cut[start:end])


def _continued(question: str, before: str) -> Reading:
    """A question without content of its own, after the question before it."""
    if any(word in question for word in _DEEPER | _MORE):
        return Reading(before, asks_again=True, deeper=True)
    return Reading(f"{topic_of(before)}，{question}")
