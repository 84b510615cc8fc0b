"""Whether the passages that a claim names support it: alignment, two learned models, and exact readings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import numpy as np

from docs_store.models import Hit
from docs_store.text.dates import Stated, dates, spelled
from docs_store.text.sentences import sentence_spans
from rag import strings
from rag.lexicon import injection
from rag.verification import claim_row, compared, word_rows
from rag.verification.claims import Claim, claims
from rag.verification.clashes import Clash, clashes
from rag.verification.compared import Compared
from rag.verification.standing import Standing
from rag.verification.vetoes import vetoes
from rag.verification.words import AnalysedText, Token, read
from rag.weights import trees

_MOST_QUOTES = 3
_ENOUGH, _TRIED = 0.6, 2  # share of a claim's weight that another passage must have to be tried; how many are
_TELLS = 0.12  # share of the aligned words in a sentence from which on it is quoted


@dataclass(frozen=True, slots=True)
class Source:
    """A passage with what its article says of it: subjects that only the title names, the day that 昨日 counts from."""

    text: str
    title: str = ""
    day: date | None = None
    issuer: str | None = None
    heading: tuple[str, ...] = ()

    @classmethod
    def of(cls, passage: Source | Hit | str) -> Source:
        """A hit, or plain text, as a source."""
        if isinstance(passage, Source):
            return passage
        if isinstance(passage, str):
            return cls(passage)
        article = passage.article
        given = article.title if not article.id.startswith("given-") else ""
        return cls(
            passage.passage.text, given, article.published_on, article.issuer, passage.passage.heading_path
        )


@dataclass(frozen=True, slots=True)
class Quote:
    """Characters of a passage that the claim rests on: `passages[passage].text[start:end]`, passages from 0."""

    passage: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the passages say of one claim."""

    standing: Standing
    score: float
    """How well it is supported, 0 to 1."""
    why: str = ""
    """Chinese: the words that clash, or what is not found; "" where it is supported as marked."""
    quotes: tuple[Quote, ...] = ()
    clashes: tuple[Clash, ...] = ()
    supported_by: tuple[int, ...] = ()
    """Where the marked passages do not support it and others do: those, from 0."""
    vetoed: bool = False
    """True when an exact check failed, which no opinion outweighs."""

    @property
    def supported(self) -> bool:
        """True when the passages that it names support the claim."""
        return self.standing is Standing.SUPPORTED


def check(
    claim: str | Claim,
    passages: Sequence[Source | Hit | str],
    *,
    markers: Sequence[int] | None = None,
    question: str = "",
    context: str = "",
) -> Verdict:
    """The verdict on one claim.

    Args:
        claim: a sentence without markers, or a `Claim` with its own.
        passages: all that were given, cited or not.
        markers: numbers of the passages that it names, from 1; None or none of them there: it may rest on any.
        question: what it answers; what it repeats of it needs less support.
        context: what stands before it in its answer.

    Returns:
        The verdict; a claim that only passages not named support is not found, with `supported_by`.
    """
    if isinstance(claim, Claim):
        if claim.no_claim:
            return Verdict(Standing.NO_CLAIM, 1.0)
        markers = claim.markers if markers is None else markers
        text = claim.resolved or claim.text
    else:
        text = claim
        own = claims(claim)
        if own and all(c.no_claim for c in own):
            return Verdict(Standing.NO_CLAIM, 1.0)
    sources = [Source.of(passage) for passage in passages]
    readings = [reading_of(source) for source in sources]
    named = sorted({m - 1 for m in markers or () if 1 <= m <= len(sources)})
    cited = named or list(range(len(sources)))
    asked = f"{question}\n{context}"
    it, doubts, score = _scored(text, readings, cited, asked)
    least = trees.packaged("claims").figures["least"]
    vetoed = list({(clash.start, clash.end): clash for _, clash in vetoes(it)}.values())
    if score >= least and not vetoed:
        return Verdict(Standing.SUPPORTED, score, quotes=_quotes(it, sources))
    if named and len(named) < len(sources):
        elsewhere = _elsewhere(text, readings, it, asked)
        if elsewhere is not None:
            number, other = elsewhere
            names = "".join(f"[{n + 1}]" for n in named)
            return Verdict(
                Standing.NOT_FOUND,
                score,
                strings.ELSEWHERE.format(named=names, number=number + 1),
                _quotes(other, sources),
                (),
                (number,),
                bool(vetoed),
            )
    clash = [*vetoed, *(c for c in clashes(it, doubts) if all(c.start != v.start for v in vetoed))]
    if not it.path.score:
        return Verdict(Standing.NOT_FOUND, score, strings.SAYS_NOTHING)
    standing = Standing.CONTRADICTED if any(c.there for c in clash) else Standing.NOT_FOUND
    return Verdict(standing, score, _why(clash), _quotes(it, sources), tuple(clash), vetoed=bool(vetoed))


def _scored(
    text: str, readings: Sequence[AnalysedText], cited: Sequence[int], question: str
) -> tuple[Compared, list[float], float]:
    it = compared.compare(read(text), readings, cited, question)
    if not it.claim.tokens:
        return it, [], 0.0
    table = word_rows.words(it)
    doubts = trees.packaged("claim_words").probabilities(np.asarray(table)).tolist()
    row = claim_row.sentence(it, table, doubts)
    return it, doubts, float(trees.packaged("claims").probabilities(np.asarray([row]))[0])


def _elsewhere(
    text: str, readings: Sequence[AnalysedText], it: Compared, question: str
) -> tuple[int, Compared] | None:
    """The passage not named that supports the claim best, when one does."""
    matched: dict[int, float] = {}
    for token, places in zip(it.claim.tokens, it.elsewhere.places, strict=True):
        best: dict[int, float] = {}
        for place in places:
            best[place.passage] = max(place.alike, best.get(place.passage, 0.0))
        for number, alike in best.items():
            matched[number] = matched.get(number, 0.0) + token.weight * alike
    enough = _ENOUGH * sum(token.weight for token in it.claim.tokens)
    least = trees.packaged("claims").figures["least"]
    found = []
    for number in sorted(matched, key=lambda n: -matched[n])[:_TRIED]:
        if matched[number] >= enough:
            other, _, score = _scored(text, readings, [number], question)
            if score >= least and not any(vetoes(other)):
                found.append((score, number, other))
    return max(found, key=lambda f: f[0])[1:] if found else None


@lru_cache(maxsize=512)
def reading_of(source: Source) -> AnalysedText:
    """What can be evidence, the passage first, so that offsets stay.

    Sentences that give orders to a machine are blanked out. Behind the passage stand its title and headings, for
    subjects that only they name, and the days that 昨日 or 今年 mean, where the article's day is known.
    """
    text = source.text
    for start, end in sentence_spans(text):
        if injection.speaks_to_machine(text[start:end]):
            text = text[:start] + "\n" * (end - start) + text[end:]
    behind = [
        line for line in (source.title, *source.heading) if line and not injection.speaks_to_machine(line)
    ]
    if source.day is None:
        return read("\n".join([text, *behind]))
    stated = dates(text, source.day)
    reading = read("\n".join([text, *behind, *_days_meant(stated, source.day)]))
    return replace(reading, tokens=tuple(_with_days(reading.tokens, stated)))


def _with_days(tokens: Sequence[Token], dated: Sequence[Stated]) -> Iterator[Token]:
    """The tokens; one that counts from the article's day (昨日) has the day that it means."""
    meant = {stated.start: stated for stated in dated if stated.period}
    for token in tokens:
        stated = meant.get(token.start) if token.kind == "date" and token.day is None else None
        period = stated.period if stated else None
        if stated and period and period.since == period.until:
            first = period.since
            token = replace(token, day=replace(stated, year=first.year, month=first.month, day=first.day))
        yield token


def _days_meant(dated: Sequence[Stated], day: date) -> list[str]:
    """The dates of a passage spelled out, those that its article's day fills in or gives a meaning (昨日, 今年) too."""
    found = []
    for stated in dated:
        if (period := stated.period) is None:
            continue
        first, last = period.since, period.until
        if first == last:
            found.append(spelled(first))
        elif (first.year, first.month) == (last.year, last.month):
            found.append(f"{first.year}年{first.month}月")
        elif first.year == last.year:
            found.append(f"{first.year}年")
    return list(dict.fromkeys(found)) or [f"{day.year}年"]


def _quotes(it: Compared, sources: Sequence[Source]) -> tuple[Quote, ...]:
    """The sentences that the claim's words rest on, those that hold the most of it."""
    weights: dict[tuple[int, int], float] = {}
    for token, spot in zip(it.claim.tokens, it.path.spots, strict=True):
        if spot:
            key = (spot.passage, it.cited[spot.passage].sentence[spot.start])
            weights[key] = weights.get(key, 0.0) + token.weight * spot.alike
    total = sum(weights.values())
    best = sorted((k for k, w in weights.items() if w >= _TELLS * total), key=lambda k: -weights[k])[
        :_MOST_QUOTES
    ]
    quotes = []
    for number, sentence in best:
        text = sources[number].text
        start, end = it.cited[number].sentence_spans[sentence]
        if start >= len(text):  # the title, or a date that was spelled out
            continue
        piece = text[start:end]
        start += len(piece) - len(piece.lstrip())
        quotes.append(Quote(number, start, start + len(piece.strip())))
    return tuple(quotes)


def _why(found: Sequence[Clash]) -> str:
    """One Chinese sentence on the words that do not rest."""
    said = []
    for clash in found[:3]:
        if clash.there:
            said.append(strings.SAYS_OTHERWISE.format(claim=clash.claim, there=clash.there))
        else:
            said.append(strings.SAYS_NOT.format(claim=clash.claim))
    return "；".join(said) or strings.SAYS_NOTHING
