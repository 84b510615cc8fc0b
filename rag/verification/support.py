"""Every claim against its passage, checked without a model.

Quantities with unit and bound, dates, places, quoted names, offices, negation, and the wording itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docs_store.models import Hit
from docs_store.text.sentences import sentence_spans
from rag.lexicon import injection
from rag.verification import consistency, facts, quantities

_MARKERS = re.compile(r"\s*(?:\[\d+\]|【\d+】|［\d+］)")
_OVERLAP = 0.6  # share of a claim's content that must stand in the quoted sentences
_NOVEL = 2  # characters: a longer stretch that stands nowhere in the passage is an invention
_SUBJECT = 2  # characters of a claim's beginning: a subject that only the question names, not the passage
_LONGEST = 3  # sentences in one quote
_CONNECTING = {
    "通过",
    "共同",
    "进行",
    "方式",
    "包括",
    "属于",
    "位于",
    "来自",
    "达到",
    "共有",
    "具有",
    "提供",
    "采取",
    "开展",
}
"""Words that a sentence is built with; one that the passage lacks is no invention."""
_DENIES = re.compile("不|未|没|无|非")


@dataclass(frozen=True, slots=True)
class Support:
    """A claim and the quote that supports it: offsets into the hit's article, end exclusive."""

    claim: str
    hit_index: int
    start: int
    end: int


def claims(text: str) -> list[tuple[str, list[int]]]:
    """The sentences of a draft without markers, each with the markers it carried, in order."""
    # A marker after the full stop belongs to the sentence before it.
    text = re.sub(r"([。！？；])((?:\s*\[\d+\])+)", r"\2\1", text)
    found = []
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        markers = [int(n) for n in re.findall(r"[\[【［](\d+)[\]】］]", sentence)]
        plain = (
            re.sub(r"^(?:[-*•·]|\d+[.、)）])\s*", "", _MARKERS.sub("", sentence)).replace("**", "").strip()
        )
        if re.search(r"\w", plain):
            found.append((plain, markers))
    return found


def support(claim: str, preferred: Sequence[int], hits: Sequence[Hit], question: str) -> Support | None:
    """The quote that supports `claim`, from the preferred hits first; None when no passage does.

    The claim comes back in the passage's own spelling: a bound that it left out (近, 多) is put back, a year that an
    undated article does not tell is taken out.
    """
    order = [*preferred, *(i for i in range(len(hits)) if i not in preferred)]
    for index in order:
        if 0 <= index < len(hits) and (found := _quote(claim, index, hits[index], question)):
            return found
    return None


def _quote(claim: str, index: int, hit: Hit, question: str) -> Support | None:
    """The shortest run of sentences of the passage that carries the claim."""
    text, article = hit.passage.text, hit.article
    if not article.published_on:
        claim = quantities.without_untold_years(claim, text)
    if not _context_holds(claim, hit.context, question):
        return None
    asked = facts.content_bigrams(question)
    best: tuple[float, Support] | None = None
    length = 0
    for size, start, end in _runs(text):
        if best and size > length:
            break
        length = size
        quote = text[start:end]
        stated = quantities.with_bounds(claim, quote)
        if not quantities.supported(stated, quote, article.published_on):
            continue
        if not consistency.negation_agrees(claim, quote) or not consistency.office_agrees(
            claim, quote, question
        ):
            continue
        share = _overlap(claim, quote, asked)
        if share >= _OVERLAP and (best is None or share > best[0]):
            offset = hit.passage.start
            best = (share, Support(_respell(stated, quote), index, offset + start, offset + end))
    return best[1] if best else None


def _runs(text: str) -> Iterator[tuple[int, int, int]]:
    """(sentences, start, end) of every run of up to three sentences, the short ones first; none that gives orders."""
    spans = sentence_spans(text)
    for size in range(1, min(_LONGEST, len(spans)) + 1):
        for i in range(len(spans) - size + 1):
            start, end = spans[i][0], spans[i + size - 1][1]
            if not injection.speaks_to_machine(text[start:end]):
                yield size, start, end


def _overlap(claim: str, quote: str, asked: set[str]) -> float:
    """Share of the claim's content that stands in `quote`; what merely repeats the question weighs half."""
    weights = {gram: 0.5 if gram in asked else 1.0 for gram in facts.content_bigrams(claim)}
    total = sum(weights.values())
    folded = facts.fold(quote)
    return sum(w for gram, w in weights.items() if gram in folded) / total if total else 1.0


def _context_holds(claim: str, context: str, question: str) -> bool:
    """Places, quoted names, the subject and long stretches of the claim all stand in the passage or its title."""
    folded = facts.fold(context)
    if facts.places(claim) - facts.places(context):
        return False
    if any(name not in folded for name in facts.quoted(claim)):
        return False
    if _DENIES.search(claim) and not _DENIES.search(context):
        return False
    if len(facts.longest_novel_run(claim, context)) > _NOVEL:
        return False
    if len(facts.novel_beginning(claim, context)) >= _SUBJECT:
        return False
    added = facts.longest_novel_run(claim, context, question)
    return added in _CONNECTING or (len(added) < _NOVEL and not consistency.invents_name(added))


def _respell(claim: str, quote: str) -> str:
    """`claim` with its brackets as the passage has them, where what stands in them is the same."""
    for own in re.findall(r"[（(][^（）()]{1,20}[)）]", quote):
        inner = own[1:-1]
        for other in (f"（{inner}）", f"({inner})"):
            claim = claim.replace(other, own)
    return claim
