"""What becomes of a draft's sentences that the check does not pass, so that nothing the reader needs is lost.

A wrong or missing marker is repaired where another passage supports the sentence. What is left is written once more, with
the words that clash named; what fails again gives way to the best original sentence on the same point, quoted. A draft
that was cut loses its last, unfinished sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from docs_store.models import Hit
from rag.generation import judging
from rag.generation.judging import Ask
from rag.verification import Claim, Verdict, check, claims
from rag.verification.support import Support, supported_by, without_unstated_years
from rag.verification.words import read

_SAME_POINT = 0.5  # share of a failed sentence's content words that its nearest original sentence has
_LONGEST = 220  # characters of an original sentence that stands in for one of the draft


class Fate(StrEnum):
    """What became of a sentence."""

    KEPT = "kept"
    REMARKED = "remarked"
    """Its marker was wrong or missing; another passage supports it."""
    REWRITTEN = "rewritten"
    QUOTED = "quoted"
    """An original sentence stands in its place."""
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Repaired:
    """One sentence of the draft: what became of it, what the reader sees in its place, and why it failed."""

    claim: str
    fate: Fate
    support: Support | None = None
    """None where it was dropped; a quoted sentence is its own claim."""
    why: str = ""
    score: float = 0.0
    """The checker's, of the sentence as the model wrote it."""


def repair(
    text: str,
    shown: Sequence[int],
    hits: Sequence[Hit],
    question: str,
    rewrite: Ask | None = None,
    judge: Ask | None = None,
) -> list[Repaired]:
    """Every sentence of a draft that claims something, in order, with what became of it.

    Args:
        text: the draft, whole sentences.
        shown: for marker n the index in `hits` of the passage that the model saw under it, n from 1.
        hits: the passages of the answer.
        question: what was asked.
        rewrite: asks the model once more for what failed; None leaves that step out.
        judge: asks the model to mark the sentences against their passages; None leaves it to the code.
    """
    said = [claim for claim in claims(text) if not claim.no_claim]
    given = _marks(said, shown, hits, question, judge) if judge else {}
    found = [_judged(claim, shown, hits, question, given.get(n)) for n, claim in enumerate(said)]
    failed = [place for place, (_, item) in enumerate(found) if item.support is None]
    if failed and rewrite is not None:
        answer = rewrite(_prompt([found[place][1] for place in failed], shown, question, hits))
        for place, line in zip(failed, filter(str.strip, answer.splitlines()), strict=False):
            verdict, before = found[place]
            for claim in [claim for claim in claims(line) if not claim.no_claim][:1]:
                _, better = _judged(claim, shown, hits, question)
                if better.support is not None:
                    found[place] = (
                        verdict,
                        Repaired(before.claim, Fate.REWRITTEN, better.support, before.why),
                    )
    out = []
    quoted: set[tuple[int, int]] = {(i.support.hit_index, i.support.start) for _, i in found if i.support}
    for verdict, item in found:
        if item.support is None and (original := _original(verdict, item.claim, hits)):
            key = (original.hit_index, original.start)
            if key not in quoted:
                quoted.add(key)
                out.append(replace(item, fate=Fate.QUOTED, support=original))
                continue
        out.append(item)
    return out


def _marks(
    said: Sequence[Claim], shown: Sequence[int], hits: Sequence[Hit], question: str, judge: Ask
) -> dict[int, bool]:
    """What the model says of each sentence beside the passages that it names."""
    quotes = [
        "".join(hits[n].passage.text for n in dict.fromkeys(_marked(claim, shown) or shown)) for claim in said
    ]
    return judging.marks([claim.resolved or claim.text for claim in said], quotes, question, judge)


def _marked(claim: Claim, shown: Sequence[int]) -> list[int]:
    """The hits that a claim names."""
    return [shown[m - 1] for m in claim.markers if 1 <= m <= len(shown)]


def _judged(
    claim: Claim, shown: Sequence[int], hits: Sequence[Hit], question: str, mark: bool | None = None
) -> tuple[Verdict, Repaired]:
    marked = _marked(claim, shown)
    shortened = without_unstated_years(claim.text, marked or shown, hits)
    said = claim if shortened == claim.text else shortened
    verdict = check(said, hits, markers=[n + 1 for n in marked or shown], question=question)
    verdict = judging.with_mark(verdict, mark)
    support = supported_by(shortened, verdict, hits)
    if support is None:
        return verdict, Repaired(claim.text, Fate.DROPPED, None, verdict.why, verdict.score)
    kept = verdict.supported and bool(marked)
    fate = Fate.KEPT if kept else Fate.REMARKED
    return verdict, Repaired(claim.text, fate, support, verdict.why, verdict.score)


def _original(verdict: Verdict, claim: str, hits: Sequence[Hit]) -> Support | None:
    """The sentence that the failed claim comes nearest to, when it is on the same point."""
    if not verdict.quotes:
        return None
    quote = verdict.quotes[0]
    text = hits[quote.passage].passage.text[quote.start : quote.end]
    if len(text) > _LONGEST or _shared(claim, text) < _SAME_POINT:
        return None
    offset = hits[quote.passage].passage.start
    return Support(text, quote.passage, offset + quote.start, offset + quote.end)


def _shared(claim: str, sentence: str) -> float:
    """Share of the claim's content, by weight, that the sentence has."""
    tokens = read(claim).tokens
    plain = read(sentence).text
    total = sum(token.weight for token in tokens)
    return sum(token.weight for token in tokens if token.text in plain) / total if total else 0.0


def _prompt(failed: Sequence[Repaired], shown: Sequence[int], question: str, hits: Sequence[Hit]) -> str:
    """Asks for the failed sentences once more, a line each, with what is wrong with them and the passages."""
    passages = "\n".join(f"[{n}] {hits[index].passage.text}" for n, index in enumerate(shown, start=1))
    lines = "\n".join(f"{n}. {item.claim}（问题：{item.why}）" for n, item in enumerate(failed, start=1))
    return (
        f"资料：\n{passages}\n\n问题：{question}\n\n下面的句子与资料不符。请逐句改写，只写资料里有的内容，"
        f"每句一行，句末用[编号]标出依据，不加说明；资料里没有的，该行只写“无”。\n{lines}"
    )
