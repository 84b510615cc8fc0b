"""口径核对: a whole text, sentence by sentence, against given passages or against what a search brings for each sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from docs_store.models import Hit
from rag.verification.checker import Source, Verdict, check
from rag.verification.claims import Claim, claims
from rag.verification.standing import Standing

Search = Callable[[str], Sequence[Hit]]
Progress = Callable[[int, int], None]
"""Called with how many of how many sentences have been checked."""


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """One sentence of the text, its verdict, and the passages that it was laid beside."""

    claim: Claim
    verdict: Verdict
    sources: tuple[Source, ...]
    hits: tuple[Hit, ...] = ()
    """The library's passages, in the order of `sources`; () where the passages were given."""

    def quoted(self) -> list[str]:
        """The words of the passages that the claim rests on, or comes nearest to."""
        return [self.sources[q.passage].text[q.start : q.end] for q in self.verdict.quotes]

    def origin(self, number: int) -> str:
        """Title of the article of quote `number`, "" where the passages were given."""
        return self.sources[self.verdict.quotes[number].passage].title

    def to_dict(self) -> dict[str, Any]:
        """JSON as docs/reference.md has it; offsets point into the article, or into the given passage."""
        quotes: list[dict[str, Any]] = []
        for quote, text in zip(self.verdict.quotes, self.quoted(), strict=True):
            if self.hits:
                hit = self.hits[quote.passage]
                start = hit.passage.start + quote.start
                place: dict[str, Any] = {"article_id": hit.article.id, "title": hit.article.title}
                place |= {"quote": text, "start": start, "end": start + len(text)}
            else:
                place = {"passage": quote.passage + 1, "quote": text, "start": quote.start, "end": quote.end}
            quotes.append(place)
        return {
            "text": self.claim.text,
            "markers": list(self.claim.markers),
            "verdict": self.verdict.standing.value,
            "why": self.verdict.why,
            "quotes": quotes,
        }


def check_passages(text: str, passages: Sequence[str], question: str = "") -> list[CheckedClaim]:
    """Each sentence of `text` against the given passages; `[n]` in it names the n-th of them."""
    sources = tuple(Source(passage) for passage in passages)
    return [CheckedClaim(c, check(c, sources, question=question), sources) for c in claims(text)]


def check_library(
    text: str, search: Search, question: str = "", progress: Progress | None = None
) -> list[CheckedClaim]:
    """Each sentence of `text` against the passages that `search` brings for it; its markers mean nothing here."""
    found: list[CheckedClaim] = []
    every = claims(text)
    for number, claim in enumerate(every):
        if progress:
            progress(number, len(every))
        if claim.no_claim:
            found.append(CheckedClaim(claim, Verdict(Standing.NO_CLAIM, 1.0), ()))
            continue
        hits = tuple(search(claim.resolved))
        sources = tuple(Source.of(hit) for hit in hits)
        found.append(CheckedClaim(claim, check(claim, sources, markers=(), question=question), sources, hits))
    return found
