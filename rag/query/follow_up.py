"""Follow-ups: what a question means after the turns before it.

A question that can stand alone is left as it is. One that leans on the past (nothing named, or a pronoun as a word) has several
readings: as it was put, with the subject of the last question, with what the last answer named; the articles tell which is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from docs_store.text.analyser import bigrams
from docs_store.text.normal import fold
from docs_store.text.places import place_names
from docs_store.text.segment import NAMES, Word, words
from rag.lexicon import rareness, tables
from rag.models import Turn
from rag.query.framing import Framed, unframe
from rag.query.question import DOCUMENT

_MORE = frozenset(("还有", "还有吗", "还有呢", "其他", "别的", "更多", "继续", "还有哪些", "其他的呢"))
_DEEPER = frozenset(("详细", "具体", "展开", "进一步", "细节", "详情", "再说"))
_NAMED = NAMES | {"eng"}  # Latin words (C919) among them
_DOCUMENT = re.compile(rf"《[^》]+》|[\u4e00-\u9fff]{{1,8}}{DOCUMENT.pattern}")
"""A document by its title or its number."""
_QUOTED = re.compile(r"[“「《]([^”」》]{2,20})[”」》]")
_FEW = 6  # content words up to which a question may be the rest of the one before
_LITTLE = 3  # content words up to which a question with a pronoun cannot stand alone
_SWAPPED = 10  # characters of what is put in place of something else
_SWAP_OPENS = frozenset(("那", "那么", "而", "和", "跟", "至于", "如果", "要是", "在", "是"))
_LEADS_ON = frozenset(("那", "那么", "那个"))  # before a pronoun
_ABOUT = frozenset(("近", "前", "后", "约", "第", "最近"))  # before a figure
_NOMINAL = frozenset("nmqjlbaiestfg")  # parts of speech that a noun phrase is made of, by their first letter
_HOW_MANY = ("多少", "几")  # before what is counted
_OF_KIND = frozenset("bfst")  # those of which two in a question are of one kind: 男 女, 上 下
_WITHIN = frozenset(("的", "之", "·", "“", "”", "《", "》", "-", "—"))
_JOINS = ("的", "之")
_HEARD = 160  # characters of the last answer in which what is meant is looked for
_BARE = 2  # content words of a question that could be asked of anything
_RARE = 6.0  # weight of its letter pairs from which on a word tells what a question is about
_RARE_TOGETHER = 17.0  # the sum of these weights from which on all of them do
_MOST = 2  # readings of one pronoun; nouns that tell what an answer named


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a question.

    `asks_again`: it asks what the question before asked, of something else or once more; else its own words say what it asks.
    `deeper`: at length. `doubtful`: as it was put, but it names nothing, so that it may lean on the turn before.
    `alone`: as it was put, and it names what it asks about; others serve where the articles do not answer this one.
    `general`: as it was put, but its words could be said of anything (补贴标准是多少).
    `swap`: what it puts in place of something else (那无锡呢); "" for none. `instead`: what that stood in the question before.
    `more`: it asks for what the last answer did not say (还有吗).
    """

    text: str
    asks_again: bool = False
    deeper: bool = False
    doubtful: bool = False
    alone: bool = False
    general: bool = False
    swap: str = ""
    instead: str = ""
    more: bool = False


def readings(framed: Framed, history: Sequence[Turn]) -> tuple[Reading, ...]:
    """The ways to understand a question, the likeliest first; as written alone where it can stand alone.

    Which of several is meant, the articles tell: the one that they answer best.

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
    content = content_of(cut)
    if swap := _swapped(words(fold(framed.text))):  # its 呢 goes with the wrapping
        return _swaps(before, *swap)
    at = _pronoun_at(cut)
    bare = tables.words_of_no_subject()
    if at is None and all(word.text in bare for word in content):
        return (_continued(fold(framed.text), before),)  # the wrapping may be all there is: 再详细一点
    if at is not None:
        pronoun = cut[at]
        meant = _antecedents(pronoun.text, before, last.answer)
        start = cut[1].start if at and cut[0].text in _LEADS_ON else 0
        filled = tuple(
            Reading(f"{folded[start : pronoun.start]}{each}{folded[pronoun.end :]}") for each in meant
        )
        return (as_written, *filled) if not filled or _may_stand(cut, at) else filled
    if len(content) <= _FEW:
        subjects = dict.fromkeys(filter(None, (_subject(before), topic_of(before))))
        after = [Reading(f"{each}，{folded}") for each in subjects]
        named = names_its_subject(content)
        general = len(content) <= _BARE and not named
        as_written = Reading(question, doubtful=not named, alone=named, general=general)
        return (as_written, *after)
    return (as_written,)


def names_its_subject(content: Sequence[Word]) -> bool:
    """True when content words say what a question is about.

    They name something, or one that is no verb (通车) is too rare to be said of anything, or they are so together: each word
    of 跨境电商综合服务平台 is common, and all of them are one platform.
    """
    told = {word: rareness.mean(bigrams(word.text)) for word in content if len(word.text) > 1}
    return (
        _names(content)
        or any(
            weight >= _RARE and word.pos[0] != "v" and word.text not in tables.general_nouns()
            for word, weight in told.items()
        )
        or sum(told.values()) >= _RARE_TOGETHER
    )


def goes_on(question: str) -> bool:
    """True when a question says too little to stand alone: it names no subject, or has a pronoun in its place."""
    cut = words(fold(question))
    content = content_of(cut)
    if (at := _pronoun_at(cut)) is not None:
        return not _may_stand(cut, at)
    return len(content) <= _FEW and not names_its_subject(content)


def _names(content: Sequence[Word]) -> bool:
    return any(word.pos in _NAMED or place_names(word.text) for word in content)


def refers_to_article(question: str) -> bool:
    """True when a question speaks of 这篇文章, 该文, 文中."""
    return any(word in fold(question) for word in pronouns()["article"])


def of_article(question: str, title: str) -> Reading:
    """A question that speaks of 这篇文章, with the article's title in its place."""
    folded = fold(question)
    nouns = tables.article_words()["noun"]
    for word in sorted(pronouns()["article"], key=len, reverse=True):
        at = folded.find(word)
        if at >= 0:
            rest = folded[at + len(word) :]
            noun = next((noun for noun in sorted(nouns, key=len, reverse=True) if rest.startswith(noun)), "")
            return Reading(f"{folded[:at]}《{title}》{rest[len(noun) :]}")
    return Reading(f"《{title}》{folded}")


def asks_of_article(question: str) -> bool:
    """True when a question asks for the source, the date, the number … of an article, and names nothing else."""
    about = tables.article_words()
    return any(word in fold(question) for word in (*about["asked"], *about["number"]))


def asks_for_number(question: str) -> bool:
    """True when a question ends in asking for a document's number (…的发文字号是什么): only its own data tell it."""
    folded = fold(question)
    numbers = tables.article_words()["number"]
    at = max((folded.rfind(word) + len(word) for word in numbers if word in folded), default=-1)
    return at >= 0 and all(
        word.text in _said_beside() or not any(map(str.isalnum, word.text)) for word in words(folded[at:])
    )


def subject_of_article(question: str) -> str:
    """What a question about an article says of the article's subject; '' where it only says 这篇文章."""
    folded = fold(question)
    about = tables.article_words()
    asked = {*about["asked"], *about["number"], *about["how"]}
    named = sorted({*pronouns()["article"], *about["noun"], *asked}, key=len, reverse=True)
    for phrase in (phrase for phrase in named if len(phrase) > 1):
        folded = folded.replace(phrase, "，")
    light = _said_beside() | {*about["noun"]}
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
def _said_beside() -> frozenset[str]:
    """Words of a question about an article that name no subject."""
    about = tables.article_words()
    listed = (*about["asked"], *about["number"], *about["how"], *about["light"])
    return frozenset(listed) | tables.function_words()


def _is_pronoun(word: Word) -> bool:
    return word.text in pronouns()["people"] or word.text in pronouns()["things"]


def _pronoun_at(cut: Sequence[Word]) -> int | None:
    """Where the pronoun stands that must be one; else a word that may be one (那它什么时候实施: 它)."""
    places = [i for i, word in enumerate(cut) if _is_pronoun(word)]
    return next(
        (i for i in places if cut[i].text not in pronouns()["perhaps"]), places[0] if places else None
    )


def _may_stand(cut: Sequence[Word], at: int) -> bool:
    """True when a question with a pronoun may say itself what is meant: it names something, or says much."""
    content = content_of(cut)
    named = any(word.pos in _NAMED for word in content) or len(content) > _LITTLE
    is_subject = at + 1 < len(cut) and cut[at + 1].text == "是"  # 那是谁批准的, not 那再生水利用率是多少
    opens = cut[at].text in pronouns()["perhaps"] and not is_subject
    return named or opens or _is_described(cut, at)


def _is_described(cut: Sequence[Word], at: int) -> bool:
    """True when the words around a pronoun say themselves what is meant: 江苏那个通知, 那个促进就业的意见."""
    if at and cut[at - 1].pos in _NAMED:
        return True
    behind = cut[at + 1 :]
    if not behind or not (behind[0].pos.startswith("v") or behind[0].pos in _NAMED):
        return False
    end = next((i for i, word in enumerate(behind) if word.text == "的"), 0)
    return 1 < end < len(behind) - 1 and behind[end + 1].pos.startswith("n")


def content_of(cut: Sequence[Word]) -> list[Word]:
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


def _swapped(cut: Sequence[Word]) -> tuple[str, str] | None:
    """What is put in place of something else, and the word before it: 那和苏州呢, the words in 近20个的呢."""
    plain = [word for word in cut if word.pos != "x"]
    if len(plain) < 2 or plain[-1].text != "呢" or not content_of(cut):
        return None
    plain.pop()
    opens = ""
    while plain and plain[0].text in _SWAP_OPENS:
        opens = plain.pop(0).text
    if len(plain) > 1 and plain[0].pos == "r" and plain[0].text[0] in _LEADS_ON and not _is_pronoun(plain[0]):
        first = plain[0]  # 那年供水量 is cut 那年|供水量
        plain[0] = Word(first.text[1:], first.start + 1, first.end, "n")
    while plain and plain[-1].text == "的":
        plain.pop()
    said = "".join(word.text for word in plain)
    if not said or len(said) > _SWAPPED or tables.asks(said) or any(map(_is_pronoun, plain)):
        return None
    return said, opens


def _swaps(before: str, swap: str, opens: str) -> tuple[Reading, ...]:
    """The question before asked of `swap`, in place of what is of its kind; or `swap` asked of the subject of before.

    A place in place of another asks the same of it, and nothing of the one before.
    """
    exchanged, instead = _exchange(before, swap, opens) or ("", "")
    again = Reading(exchanged or f"{topic_of(before)}，{swap}", asks_again=True, swap=swap, instead=instead)
    subject = _subject(before)
    if not subject or (exchanged and place_names(swap)):
        return (again,)
    return (again, Reading(f"{subject}{swap}"))


def _exchange(last: str, name: str, opens: str) -> tuple[str, str] | None:
    """The last question with `name` in place of what is of its kind, and that: a figure, a name, a word that is like it.

    Of several that behind `opens` (和, 在), where one stands behind it.
    """
    folded = fold(last)
    cut = words(folded)
    behind = {word.start for before, word in pairwise(cut) if before.text == opens}
    new = words(name)
    spans = list(_of_its_kind(cut, new, name))
    if new[-1].pos in _NAMED:
        spans.sort(key=lambda span: span[0] not in behind)
    span = next(iter(spans), None)
    return (f"{folded[: span[0]]}{name}{folded[span[1] :]}", folded[slice(*span)]) if span else None


def _of_its_kind(cut: Sequence[Word], new: Sequence[Word], name: str) -> Iterator[tuple[int, int]]:
    """The spans of a question that `name`, cut into `new`, may stand in place of, the likeliest first."""
    if _is_figure(new):
        yield from _figures(cut)
    pos = new[-1].pos
    if pos in _NAMED:
        for kinds in ((pos,), _NAMED):
            yield from ((word.start, word.end) for word in cut if word.pos in kinds)
    alike = {word: _in_common(word.text, name) for word in content_of(cut) if word.text != name}
    for word in sorted(alike, key=lambda word: (-alike[word], abs(len(word.text) - len(name)))):
        if alike[word]:
            yield _with_what_is_before(cut, word, new), word.end
    if pos[0] in _OF_KIND:
        yield from ((word.start, word.end) for word in cut if word.pos == pos)
    if pos[0] in "nz":  # of unknown kind is 车
        counted = (cut[i + 1 : i + 3] for i, word in enumerate(cut) if word.text.startswith(_HOW_MANY))
        yield from ((word.start, word.end) for near in counted for word in near if word.pos[0] == "n")


def _with_what_is_before(cut: Sequence[Word], word: Word, new: Sequence[Word]) -> int:
    """Where the words begin that `new` stands in place of, of which `word` is the last: 东南亚分中心 for 中亚分中心, not for 分中心."""
    start = cut.index(word)
    for other in reversed(new[:-1]):
        if not start or cut[start - 1].pos != other.pos:
            break
        start -= 1
    return cut[start].start


def _in_common(one: str, other: str) -> int:
    """How many characters two words share; 0 where that is one only, at different places: 水资源 and 供水量 are of no one kind."""
    shared = len(set(one) & set(other))
    return shared if shared > 1 or one[0] == other[0] or one[-1] == other[-1] else 0


def _is_figure(cut: Sequence[Word]) -> bool:
    return any(word.pos == "m" and word.text[0].isdigit() for word in cut)


def _figures(cut: Sequence[Word]) -> list[tuple[int, int]]:
    """The spans of figures with what counts or dates them: 11日, 近5个, 2023年."""
    found: list[tuple[int, int]] = []
    for i, word in enumerate(cut):
        if word.text[0].isdigit() and word.pos == "m":
            start, end = i, i + 1
            while start and cut[start - 1].text in _ABOUT:
                start -= 1
            while end < len(cut) and cut[end].pos[0] in "mq":
                end += 1
            if not found or cut[start].start >= found[-1][1]:
                found.append((cut[start].start, cut[end - 1].end))
    return found


def _antecedents(pronoun: str, question: str, answer: str) -> list[str]:
    """What a pronoun may stand for, the likeliest first."""
    if pronoun in pronouns()["people"]:
        found = [*_people(fold(answer[:_HEARD])), *_people(fold(question))][:_MOST]
        if found:
            return found
    subject, told = _without_measured(_subject(question), answer), _told(question, answer)
    if pronoun not in pronouns()["people"]:
        subject = _without_office(subject)
    both = f"{subject}（{told}）" if subject and told else told
    return [each for each in dict.fromkeys((subject, both)) if each]


def _people(folded: str) -> list[str]:
    """The persons named in a text; those whose office stands before their name come first."""
    cut = words(folded)
    found: dict[str, bool] = {}
    skip = -1
    for i, word in enumerate(cut):
        if i <= skip or not word.pos.startswith("nr"):
            continue
        end = i + 1
        while end + 1 < len(cut) and cut[end].text == "·" and cut[end + 1].pos.startswith("nr"):
            end += 2
        name = "".join(w.text for w in cut[i:end])
        skip = end - 1
        if len(name) > 1:
            before = folded[: word.start]
            found[name] = found.get(name, False) or any(map(before.endswith, tables.offices()))
    return sorted(found, key=lambda name: not found[name])


def _told(question: str, answer: str) -> str:
    """What an answer names that its question did not: what it puts in quotation marks, else its two rarest nouns."""
    said, asked = fold(answer[:_HEARD]), fold(question)
    for quoted in _QUOTED.finditer(said):
        if quoted[1] not in asked:
            return quoted[1]
    nouns = [w.text for w in words(said) if w.pos[0] == "n" and len(w.text) > 1 and w.text not in asked]
    rarest = sorted(dict.fromkeys(nouns), key=lambda noun: -rareness.mean(bigrams(noun)))[:_MOST]
    return "、".join(noun for noun in nouns if noun in rarest)


def _subject(question: str) -> str:
    """What a question is about: the document that it names by title or number; else the noun phrase that it begins with."""
    if document := _DOCUMENT.search(fold(question)):
        named = words(document[0])
        skipped = next((i for i, word in enumerate(named) if word.text not in tables.function_words()), 0)
        return document[0][named[skipped].start :]
    cut = words(fold(question))
    content = set(content_of(cut))
    start = next((i for i, word in enumerate(cut) if word in content and word.pos[0] in _NOMINAL), None)
    if start is None:
        start = next((i for i, word in enumerate(cut) if word in content), None)
    if start is None:
        return ""
    end = start + 1
    while end < len(cut):
        if tables.asking().match(cut[end].text):
            break
        if not (cut[end].pos[0] in _NOMINAL or cut[end].pos == "vn" or cut[end].text in _WITHIN):
            if not _is_attribute(cut, end):
                break
            end += 1
        end += 1
    while end > start + 1 and (cut[end - 1].text in _WITHIN or _is_beside(cut[end - 1])):
        end -= 1
    return "".join(word.text for word in cut[start:end])


def _without_office(subject: str) -> str:
    """The body of which an office is: 它 is 神马电力, not its 董事长."""
    office = next((office for office in tables.offices() if subject.endswith(office)), "")
    return subject.removesuffix(office).removesuffix("的") or subject


def _without_measured(subject: str, answer: str) -> str:
    """A subject without what the answer gives the figure of: 工程 of 工程全长, where the answer says 全长113公里."""
    cut = words(subject)
    if len(cut) > 1 and re.search(rf"{re.escape(cut[-1].text)}[为是达约共]{{0,2}}\d", fold(answer)):
        return subject[: cut[-1].start]
    return subject


def _is_beside(word: Word) -> bool:
    """True for a word that ends no noun phrase but goes with what is asked of it: 现在, 总共, 投; not 二期, 2023年."""
    is_counted = any(map(str.isnumeric, word.text))
    return (word.pos[0] in "tb" and not is_counted) or (word.pos == "vn" and len(word.text) == 1)


def _is_attribute(cut: Sequence[Word], at: int) -> bool:
    """True when the word at `at` is a verb within a noun phrase: 水资源配置工程, 引水那个工程, 上海出台的方案; not in 南通引进企业."""
    if not cut[at].pos.startswith("v") or len(cut[at].text) < 2 or at + 1 >= len(cut):
        return False
    behind = cut[at + 1]
    if behind.text in _JOINS or (_is_pronoun(behind) and behind.text not in pronouns()["people"]):
        return at + 2 < len(cut) and cut[at + 2].pos.startswith("n")
    before = cut[at - 1]
    is_common = before.pos[0] == "n" and before.pos not in _NAMED and not place_names(before.text)
    return is_common and behind.pos.startswith("n") and behind.pos not in _NAMED


def _continued(question: str, before: str) -> Reading:
    """A question without content of its own, after the question before it."""
    more = any(word in question for word in _MORE)
    deeper = more or any(word in question for word in _DEEPER)
    asked = [word for word in words(question) if tables.asking().fullmatch(word.text)]
    if deeper or all(word.pos == "m" for word in asked):  # 列成几条 asks the same in another form
        return Reading(before, asks_again=True, deeper=deeper, more=more)
    return Reading(f"{topic_of(before)}，{question}")
