"""A draft's claims and the quote that each rests on, as answers use them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docs_store.models import Hit
from rag.verification.checker import Verdict
from rag.verification.claims import claims as claims_of
from rag.verification.quantities import drop_unstated_years


@dataclass(frozen=True, slots=True)
class Support:
    """A claim and the quote that supports it: offsets into the hit's article, end exclusive."""

    claim: str
    hit_index: int
    start: int
    end: int


def claims(text: str) -> list[tuple[str, list[int]]]:
    """The sentences of a draft that claim something, without markers, each with the markers it carried, in order."""
    return [(claim.text, list(claim.markers)) for claim in claims_of(text) if not claim.no_claim]


def without_unstated_years(claim: str, preferred: Sequence[int], hits: Sequence[Hit]) -> str:
    """The claim without years that undated articles leave open: 2023年9月底前 becomes 今年9月底前."""
    if any(hits[n].article.published_on for n in preferred):
        return claim
    return drop_unstated_years(claim, "\n".join(hits[n].passage.text for n in preferred))


def supported_by(claim: str, verdict: Verdict, hits: Sequence[Hit]) -> Support | None:
    """The verdict's first quote as a support; None where nothing supports the claim."""
    if not (verdict.supported or verdict.supported_by) or not verdict.quotes:
        return None
    first = verdict.quotes[0]
    same = [q for q in verdict.quotes if q.passage == first.passage]
    start, end = min(q.start for q in same), max(q.end for q in same)
    if end - start > 2 * (first.end - first.start) + 80:  # sentences far apart: the one that carries most
        start, end = first.start, first.end
    offset = hits[first.passage].passage.start
    return Support(claim, first.passage, offset + start, offset + end)
