"""The sentences that bear on a question, and what of them the language model is shown."""

from __future__ import annotations

from collections.abc import Sequence

from docs_store.models import Hit
from docs_store.text.sentences import sentence_spans
from rag.evidence import answerability
from rag.evidence.found import Evidence, Sentence
from rag.lexicon import injection

__all__ = ["Evidence", "Sentence", "for_prompt", "gather"]

_RELEVANT = 0.1  # share of the best score below which a sentence only distracts a small model


def gather(question: str, hits: Sequence[Hit], *, are_given: bool = False) -> Evidence:
    """`answerability.judge`: what is there before any model speaks."""
    return answerability.judge(question, hits, are_given=are_given)


def for_prompt(evidence: Evidence, hits: Sequence[Hit], limit: int) -> list[tuple[int, str]]:
    """The evidence as (hit index, text) blocks in the order of the hits, at most about `limit` characters.

    The best sentences are taken with the sentence before and after, until the limit; what is taken from a passage
    keeps its order, with … where something was left out.
    """
    chosen: dict[int, set[int]] = {}
    spans = [sentence_spans(hit.passage.text) for hit in hits]
    used = 0
    for sentence in evidence.sentences:
        if sentence.score < _RELEVANT * evidence.sentences[0].score:
            break
        hit = hits[sentence.hit_index]
        position = next(
            i for i, (a, _) in enumerate(spans[sentence.hit_index]) if hit.passage.start + a == sentence.start
        )
        picked = chosen.setdefault(sentence.hit_index, set())
        for i in (position, position - 1, position + 1):
            if 0 <= i < len(spans[sentence.hit_index]) and i not in picked:
                a, b = spans[sentence.hit_index][i]
                if used + (b - a) > limit and used:
                    continue
                if injection.speaks_to_machine(hit.passage.text[a:b]):
                    continue
                picked.add(i)
                used += b - a
        if used >= limit:
            break
    return [
        (index, _join(hits[index], spans[index], chosen[index])) for index in sorted(chosen) if chosen[index]
    ]


def _join(hit: Hit, spans: list[tuple[int, int]], picked: set[int]) -> str:
    text, last = "", None
    for i in sorted(picked):
        text += "" if last is None or i == last + 1 else "…"
        text += hit.passage.text[spans[i][0] : spans[i][1]]
        last = i
    return text
