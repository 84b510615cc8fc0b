"""Questions to ask next, drawn from the passages that were found: on a document they are about, a term, a figure.

No model is asked. 《…》 and “…” become questions on what they say and mean; a figure of a clause that begins with the name
of its subject is asked for (如皋建设了5个飞地 → 如皋建设了多少个飞地？). Only what the evidence check of an answer would let through is
offered, so that each of them can be answered; one of each kind comes before a second of the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from docs_store.models import Hit
from docs_store.text.segment import Word, words
from docs_store.text.sentences import pieces, sentence_spans
from rag.evidence import sentences as evidence
from rag.lexicon import cues, injection
from rag.verification import facts

_FIGURE = re.compile(
    r"(?<![\d.第A-Za-z—-])\d[\d,，]*(?:\.\d+)?(多)?(余)?(万亿|亿|万|千|百)?"
    r"(平方公里|公里|亿元|万元|亩|吨|米|个|家|项|元|名|人|位|所|座|次|条|件|场|倍|%|％)"
)
_DATES = re.compile(r"\d+\s*[年月日号]|\d+[:：]\d+|[“”‘’《》（）()【】]")
_LENGTHS = range(9, 37)  # characters of a clause that reads as a question
_DOCUMENT = re.compile(
    "《([^《》\\s]{4,40}(?:办法|条例|规定|方案|意见|通知|规划|措施|举措|计划|纲要|细则|公告|清单|决定|要点|指南|协议|协定|法)(?:（[^（）]{1,12}）)?)》"
)
_TERM = re.compile("“([\u4e00-\u9fff0-9+A-Za-z]{3,10})”")
_NOT_BEFORE = tuple("近超约逾等的于")  # a figure after these is no plain one: 近多少家, 不低于多少家
_COUNTED = frozenset("个家项名人位所座次条件场")  # units that stand before what they count: 多少家企业
_NAMED_AGAIN = 2  # times that a document is named in what is about it
_MORE_MARKS = "：:、 \u3000\t\n"
_NAME = ("ns", "nt", "nz", "nr")
_NO_SUBJECT = frozenset(
    (
        "其中",
        "目前",
        "此外",
        "同时",
        "方面",
        "部分",
        "全年",
        "上半年",
        "下半年",
        "季度",
        "总量",
        "总额",
        "金额",
    )
)
_LINKS = frozenset(("由此", "因此", "从而", "已", "已经", "共", "一共", "总共", "先后"))
"""Words that tie a clause to what was said before or say that it sums up: no question has them."""
_TO_READ = 60  # sentences looked at
_TRIED = 12  # candidates whose evidence is looked at


def follow_ups(question: str, hits: Sequence[Hit], least: float, count: int = 3) -> list[str]:
    """Up to `count` questions, other than `question`, whose evidence in `hits` reaches `least` (0 to 1)."""
    asked = facts.content_bigrams(question)
    chosen: list[str] = []
    taken = [asked]
    tried = 0
    for candidate in _candidates(hits):
        grams = facts.content_bigrams(candidate)
        if not grams or any(len(grams & other) > 0.6 * min(len(grams), len(other) or 1) for other in taken):
            continue
        tried += 1
        if tried > _TRIED:
            break
        if evidence.gather(candidate, hits).score < least:
            continue
        chosen.append(candidate)
        taken.append(grams)
        if len(chosen) == count:
            break
    return chosen


def _candidates(hits: Sequence[Hit]) -> Iterator[str]:
    """All that can be asked, one of each kind in turn."""
    read = list(_sentences(hits))
    figures = (turned for sentence in read for turned in _figures(sentence))
    documents = (f"《{name}》有哪些主要内容？" for name in _documents(hits, read))
    terms = (f"“{name}”是什么意思？" for sentence in read for name in _terms(sentence))
    kinds = (figures, documents, terms)
    for turn in zip_longest(*(dict.fromkeys(kind) for kind in kinds)):
        yield from (candidate for candidate in turn if candidate)


def _sentences(hits: Sequence[Hit]) -> Iterator[str]:
    """The first sentences of the hits."""
    left = _TO_READ
    for hit in hits:
        for start, end in sentence_spans(hit.passage.text):
            if not left:
                return
            left -= 1
            yield hit.passage.text[start:end]


def _documents(hits: Sequence[Hit], read: Sequence[str]) -> Iterator[str]:
    """The documents that the hits are about: named in a title, or again and again. Others are mentioned in passing."""
    titles = " ".join(hit.article.title for hit in hits)
    named = Counter(name for sentence in read for name in _DOCUMENT.findall(sentence))
    for name, times in named.items():
        if (times >= _NAMED_AGAIN or name in titles) and not injection.speaks_to_machine(name):
            yield name


def _terms(sentence: str) -> list[str]:
    """The quoted names of a sentence that says what something is."""
    if not cues.shown(sentence)["definition"]:
        return []
    return [name for name in _TERM.findall(sentence) if all(w.pos[0] in "nmaljbq" for w in words(name))]


def _figures(sentence: str) -> Iterator[str]:
    """The clauses that begin with a name as questions for their figure."""
    for clause in pieces(sentence, _MORE_MARKS):
        if turned := _turned(clause):
            yield turned


def _turned(clause: str) -> str | None:
    """A clause as a question, or None when it holds no single plain figure, or does not begin with a name."""
    found = list(_FIGURE.finditer(clause))
    if len(found) != 1 or len(clause) not in _LENGTHS or _DATES.search(clause):
        return None
    figure = found[0]
    if (
        figure.start() < 4
        or clause[: figure.start()].endswith(_NOT_BEFORE)
        or len(re.findall(r"\d+", clause)) != 1 + ("." in figure.group())
    ):
        return None
    before = words(clause[: figure.start()])
    if not _has_subject(before):
        return None
    before = tuple(word for word in before if word.text not in _LINKS)
    said = "".join(word.text for word in before)
    unit = figure.group(4)
    asks = "百分之多少" if unit in "%％" else f"多少{figure.group(3) or ''}{unit}"
    rest = clause[figure.end() :]
    counted = unit in _COUNTED and not rest and len(before) > 2
    if counted and before[-1].pos[0] == "n" and before[-2].pos[0] == "v":
        kept = said.removesuffix(before[-1].text)
        return f"{kept}{asks}{before[-1].text}？"  # 承接企业23家 → 承接多少家企业
    return f"{said}{asks}{rest}？"


def _has_subject(before: Sequence[Word]) -> bool:
    """True where a clause begins with the name of what it speaks of and says something of it before its figure."""
    if not before or before[0].text in _NO_SUBJECT or not before[0].pos.startswith(_NAME):
        return False
    return any(word.pos[0] == "v" and word.text != "是" for word in before[1:])
