"""Questions to ask next, drawn from the passages that were found: a figure in a sentence becomes a question.

No model is asked: a clause with one figure is turned around ("建设了5个飞地" → "建设了几个飞地？"), and only what the
evidence check of an answer would let through is offered, so that each of them can be answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from docs_store.models import Hit
from docs_store.text.sentences import sentence_spans
from rag.evidence import sentences as evidence
from rag.verification import facts

_FIGURE = re.compile(
    r"(?<![\d.第A-Za-z—-])\d[\d,，]*(?:\.\d+)?(多)?(余)?(万亿|亿|万|千|百)?"
    r"(平方公里|公里|亿元|万元|亩|吨|米|个|家|项|元|名|人|位|所|座|次|条|件|场|倍|%|％)"
)
_DATES = re.compile(r"\d+\s*[年月日号]|\d+[:：]\d+|[“”‘’《》（）()【】]")
_LENGTHS = range(9, 37)  # characters of a clause that reads as a question
_VAGUE = re.compile(
    r"^(?:其中|此外|同时|目前|今年|去年|当前|截至|据|这|该|其|累计|共|并|也|还|已|到|以|从|在|对|将|把|为|与|和|及|比|较|同比|环比|增长|下降)"
)
_TO_READ = 60  # sentences looked at


def follow_ups(question: str, hits: Sequence[Hit], least: float, count: int = 3) -> list[str]:
    """Up to `count` questions, other than `question`, whose evidence in `hits` reaches `least` (0 to 1)."""
    asked = facts.content_bigrams(question)
    chosen: list[str] = []
    taken = [asked]
    for candidate in _candidates(hits):
        grams = facts.content_bigrams(candidate)
        if not grams or any(len(grams & other) > 0.6 * min(len(grams), len(other) or 1) for other in taken):
            continue
        if evidence.gather(candidate, hits).score < least:
            continue
        chosen.append(candidate)
        taken.append(grams)
        if len(chosen) == count:
            break
    return chosen


def _candidates(hits: Sequence[Hit]) -> Iterator[str]:
    read = 0
    for hit in hits:
        for start, end in sentence_spans(hit.passage.text):
            read += 1
            if read > _TO_READ:
                return
            for clause in re.split(r"[，,；;。！？!?：:、\s]+", hit.passage.text[start:end]):
                if turned := _turned(clause):
                    yield turned


def _turned(clause: str) -> str | None:
    """The clause as a question, or None when it holds no single plain figure or no subject of its own."""
    found = list(_FIGURE.finditer(clause))
    if len(found) != 1 or len(clause) not in _LENGTHS or _DATES.search(clause) or _VAGUE.match(clause):
        return None
    figure = found[0]
    if figure.start() < 4 or len(re.findall(r"\d+", clause)) != 1 + ("." in figure.group()):
        return None
    unit = figure.group(4)
    if unit in "%％":
        asks = "百分之多少"
    else:
        big = figure.group(3) or ""
        asks = f"多少{big}{unit}"
    return f"{clause[: figure.start()]}{asks}{clause[figure.end() :]}？"
