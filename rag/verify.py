"""Every claim against its passage: numbers, years, places, quoted names and wording, checked without a model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from docs_store.models import Hit
from docs_store.sentences import sentence_spans
from rag import facts

_MARKERS = re.compile(r"\s*(?:\[\d+\]|【\d+】|［\d+］)")
_OVERLAP = 0.6  # share of a claim's content that must stand in the quoted sentences
_NOVEL = 3  # characters: a longer stretch that stands nowhere in the passage is an invention
_LONGEST = 3  # sentences in one quote


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
    """The quote that supports `claim`, from the preferred hits first; None when no passage does."""
    order = [*preferred, *(i for i in range(len(hits)) if i not in preferred)]
    for index in order:
        if 0 <= index < len(hits) and (span := _quote(claim, hits[index], question)):
            return Support(claim, index, *span)
    return None


def _quote(claim: str, hit: Hit, question: str) -> tuple[int, int] | None:
    """The shortest run of sentences of the passage that carries the claim."""
    text, article = hit.passage.text, hit.article
    context = f"{article.title}\n{' '.join(hit.passage.heading_path)}\n{text}"
    if not _context_holds(claim, context, question):
        return None
    spans = sentence_spans(text)
    asked = facts.content_bigrams(question)
    # What merely repeats the question weighs half: the quote must above all hold what the claim adds.
    weights = {gram: 0.5 if gram in asked else 1.0 for gram in facts.content_bigrams(claim)}
    total = sum(weights.values())
    best: tuple[float, tuple[int, int]] | None = None
    for length in range(1, min(_LONGEST, len(spans)) + 1):
        for i in range(len(spans) - length + 1):
            start, end = spans[i][0], spans[i + length - 1][1]
            folded = facts.fold(text[start:end])
            if not facts.numbers_supported(claim, text[start:end], article.published_on):
                continue
            share = sum(w for gram, w in weights.items() if gram in folded) / total if total else 1.0
            if share >= _OVERLAP and (best is None or share > best[0]):
                best = (share, (hit.passage.start + start, hit.passage.start + end))
        if best:
            return best[1]
    return None


def _context_holds(claim: str, context: str, question: str) -> bool:
    """Places, quoted names and long stretches of wording of the claim all stand in the passage or its title."""
    folded = facts.fold(context)
    if facts.places(claim) - facts.places(context):
        return False
    if any(name not in folded for name in facts.quoted(claim)):
        return False
    if ("不" in claim or "未" in claim or "没有" in claim) and not re.search("不|未|没|无|非", context):
        return False
    return len(facts.longest_novel_run(claim, context)) <= _NOVEL
