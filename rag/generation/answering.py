"""From passages to a checked answer, step by step: evidence, draft, opinion, verification, quotes, refusal."""

from __future__ import annotations

import logging
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from docs_store.models import Hit
from rag.evidence import confidence, validity, versions
from rag.evidence import sentences as evidence
from rag.evidence.sentences import Evidence
from rag.generation import compose, drafting, prompts
from rag.generation.drafting import Blocks
from rag.llm import LanguageModel, explain
from rag.models import Answer, AnswerEvent, Refusal
from rag.verification import consistency
from rag.verification import support as verify
from rag.verification.support import Support
from settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_log = logging.getLogger(__name__)
_SURE = 0.8  # evidence this good is quoted verbatim when the model's own words failed the check
_DOUBTFUL = 0.5  # share of the least evidence from which on the model is still asked
_SECOND_CHARS = 200  # characters of evidence for the second try: only the best of it


@dataclass
class Answering:
    """One question under way: what it is asked with, and what has been measured so far."""

    settings: Settings
    model: LanguageModel | None
    """None answers by quoting alone."""
    question: str
    alone: str
    """The question with what it leans on filled in."""
    hits: Sequence[Hit]
    began: float
    timings: dict[str, float] = field(default_factory=dict)
    unsupported: list[str] = field(default_factory=list)
    notice: str | None = None
    opinion: float | None = None

    def events(self) -> Iterator[AnswerEvent]:
        """The steps from reading to final."""
        gathered = evidence.gather(self.alone, self.hits)
        self.timings["retrieve"] = ms_since(self.began)
        yield AnswerEvent("reading", hits=self.hits)
        least = self.settings.answer.min_evidence
        answer: Answer | None = None
        if gathered.sentences and gathered.score >= (least * _DOUBTFUL if self.model else least):
            if self.model:
                try:
                    answer = yield from self._generated(self.model.chat(), gathered)
                except Exception as error:  # any failure of the model: passages and quotes still serve
                    self.notice = str(explain(error, self.settings))
                    _log.warning("model failed: %s", self.notice)
            # Quotes serve where no model speaks, and where it spoke badly of evidence that is beyond doubt.
            enough = least if self.notice or not self.model else max(least, _SURE)
            if answer is None and gathered.score >= enough:
                answer = self._quoted(gathered)
        yield self._final(answer or self._refusal(), gathered.score)

    def _generated(
        self, model: BaseChatModel, gathered: Evidence
    ) -> Generator[AnswerEvent, None, Answer | None]:
        """The checked draft; a refusal when the model or its opinion says no; None when nothing of it is supported."""
        blocks = evidence.for_prompt(gathered, self.hits, self.settings.answer.evidence_chars)
        text = yield from self._drafted(model, blocks)
        yield AnswerEvent("checking")
        if self._chance(model, blocks, gathered.score) < self.settings.answer.min_evidence:
            self.unsupported = [claim for claim, _ in _claims(text)]
            return self._refusal()
        supported, dropped = self._checked(text, blocks)
        if not supported and dropped:
            fewer = evidence.for_prompt(gathered, self.hits, _SECOND_CHARS)
            text = yield from self._drafted(model, fewer)
            yield AnswerEvent("checking")
            supported, more = self._checked(text, fewer)
            dropped += [claim for claim in more if claim not in dropped]
        self.unsupported = dropped
        if not supported:
            return None if dropped else self._refusal()
        return self._answer(supported, gathered)

    def _drafted(self, model: BaseChatModel, blocks: Blocks) -> Generator[AnswerEvent, None, str]:
        draft = drafting.Draft(model, self.alone, blocks, self.hits, self.settings.llm.timeout_s)
        for piece in draft:
            self.timings.setdefault("first_token", ms_since(self.began))
            yield AnswerEvent("delta", text=piece)
        self.notice = draft.notice
        return draft.text

    def _chance(self, model: BaseChatModel, blocks: Blocks, score: float) -> float:
        if not self.settings.llm.asks_opinion:
            return score
        try:
            self.opinion = drafting.opinion(model, self.alone, blocks, self.hits)
        except Exception as error:  # an endpoint without probabilities: the draft is still checked
            _log.info("no opinion from the model: %s", error)
        return confidence.combined(score, self.opinion)

    def _checked(self, text: str, blocks: Blocks) -> tuple[list[Support], list[str]]:
        """(supported claims with their quotes, claims that no passage supports)."""
        shown = [i for i, _ in blocks]
        supported: list[Support] = []
        dropped: list[str] = []
        for claim, markers in _claims(text):
            preferred = [shown[m - 1] for m in markers if 1 <= m <= len(shown)]
            found = verify.support(claim, preferred or shown, self.hits, self.alone)
            if found is None:
                dropped.append(claim)
            elif all(found.claim != earlier.claim for earlier in supported):
                supported.append(found)
        if supported and consistency.tells_nothing(self.alone, [s.claim for s in supported]):
            return [], dropped + [s.claim for s in supported]
        return supported, dropped

    def _answer(self, supported: Sequence[Support], gathered: Evidence) -> Answer:
        originals = compose.beside(supported, gathered, self.settings.answer.originals)
        text, citations = compose.compose(supported, self.hits, originals)
        return self._with_versions(Answer(self.question, text, citations), gathered)

    def _quoted(self, gathered: Evidence) -> Answer:
        text, citations = compose.compose(compose.extract(gathered), self.hits)
        return self._with_versions(Answer(self.question, text, citations, mode="extractive"), gathered)

    def _with_versions(self, answer: Answer, gathered: Evidence) -> Answer:
        """The answer with what newer or older articles say otherwise, and with what is no longer in force."""
        found = versions.others(self.alone, answer.citations, gathered, self.hits)
        if found:
            text, citations = compose.by_date(found, self.hits)
            answer = replace(answer, text=text, citations=citations, mode="extractive")
        remarks = validity.remarks(answer.citations, self.hits)
        remarks += validity.untold_years(self.alone, answer.citations, self.hits)
        return replace(answer, remarks=remarks)

    def _refusal(self) -> Answer:
        why = Refusal.UNSUPPORTED if self.unsupported else Refusal.NO_EVIDENCE
        return Answer(self.question, "", refusal=why, mode="generated" if self.model else "extractive")

    def _final(self, answer: Answer, score: float) -> AnswerEvent:
        self.timings.setdefault("first_token", ms_since(self.began))
        self.timings["total"] = ms_since(self.began)
        complete = replace(
            answer,
            hits=self.hits,
            timings_ms=self.timings,
            notice=self.notice,
            unsupported=self.unsupported,
            evidence_score=round(score, 4),
            opinion=self.opinion,
        )
        return AnswerEvent("final", answer=complete)


def _claims(text: str) -> list[tuple[str, list[int]]]:
    """What the draft claims, with the markers of each claim; that the evidence says nothing is no claim."""
    return [(claim, markers) for claim, markers in verify.claims(text) if prompts.NOT_FOUND not in claim]


def ms_since(began: float) -> float:
    """Milliseconds since `began`, a time of `time.monotonic`."""
    return round((time.monotonic() - began) * 1000, 1)
