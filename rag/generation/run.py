"""One question under way: what it is asked with, what has been measured so far, and the steps that every answer shares."""

from __future__ import annotations

import logging
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from docs_store.models import Hit
from docs_store.settings import Settings
from docs_store.text.sentences import sentence_spans
from rag.evidence import validity
from rag.evidence.material import Passages
from rag.generation import drafting, prompts, repair
from rag.generation.compose import Composed
from rag.generation.drafting import Draft
from rag.generation.judging import Ask
from rag.generation.repair import Fate
from rag.llm import LanguageModel, explain
from rag.models import Answer, AnswerEvent, Mode, Refusal
from rag.verification import consistency, support
from rag.verification.support import Support

_log = logging.getLogger(__name__)


@dataclass
class AnswerRun:
    """What one question is asked with, and what has been measured so far."""

    settings: Settings
    model: LanguageModel | None
    """None answers by quoting alone."""
    question: str
    alone: str
    """The question with what it leans on filled in."""
    hits: Sequence[Hit]
    """What answers are made of: of what was found, all but what is of another year than the question names."""
    began: float
    task: str = "fact"
    """The value of a `Task`: the shape of the answer."""
    tasks: Mapping[str, float] = field(default_factory=dict)
    """How likely each task is what is asked for; none: `task` alone."""
    passages: Passages | None = None
    """Gives all passages of an article; None where there are none but those of `hits`."""
    length: str = "normal"
    most: int | None = None
    """Points that the answer shall have at the most; None for as many as its length holds."""
    said: str = ""
    """What the answers before said, where more is asked for: it is not said again."""
    put_in: str = ""
    """What the question puts in place of something else (那无锡呢)."""
    instead: str = ""
    """What that was: sentences that name it alone tell of the question before."""
    are_given: bool = False
    """The passages came with the question; no search has found them."""
    timings: dict[str, float] = field(default_factory=dict)
    unsupported: list[str] = field(default_factory=list)
    notice: str | None = None
    opinion: float | None = None
    truncated: bool = False
    score: float = 0.0
    found: Sequence[Hit] = ()
    """All that was found: shown beside the answer."""

    @property
    def _has_endpoint(self) -> bool:
        return self.model is not None and self.settings.llm.base_url is not None

    def _drafted(self, draft: Draft) -> Generator[AnswerEvent, None, str]:
        for piece in draft:
            self.timings.setdefault("first_token", ms_since(self.began))
            self.timings.setdefault("first_content", ms_since(self.began))
            yield AnswerEvent("delta", text=piece)
        self.notice, self.truncated = draft.notice, draft.finish.truncated
        return draft.text

    def _checked(
        self, text: str, shown: Sequence[int], hits: Sequence[Hit] | None = None, least: float = 0.0
    ) -> tuple[list[Support], list[str]]:
        """(supported claims with their quotes, claims that no passage supports).

        Args:
            text: the draft.
            shown: hit index of each number in the prompt, from 1.
            hits: what the indexes point into.
            least: score of a sentence that is shown, beyond what the check itself asks.
        """
        hits = self.hits if hits is None else hits
        said = "\n".join(line for line in _sentences(text) if prompts.NOT_FOUND not in line)
        rewrite = self._asker() if self._has_endpoint else None
        judge = self._asker() if self.settings.verify.asks_judge(self.settings.llm) else None
        items = repair.repair(said, shown, hits, self.alone, rewrite, judge)
        found = {
            item.support.claim: item.support
            for item in items
            if item.support is not None and item.score >= least
        }
        # Originals stand in for what failed beside the model's own words, not in place of all of them.
        own = any(item.fate not in (Fate.QUOTED, Fate.DROPPED) for item in items)
        supported = list(found.values()) if own else []
        dropped = [item.claim for item in items if item.fate not in (Fate.KEPT, Fate.REMARKED)]
        if supported and consistency.tells_nothing(self.alone, [s.claim for s in supported]):
            return [], dropped + [s.claim for s in supported]
        return supported, dropped

    def _asker(self) -> Ask | None:
        """Asks the model once more, to rewrite what failed or to mark it. A local model would only take its time again."""
        if self.model is None:
            return None
        model = self.model.chat()

        def ask(prompt: str) -> str:
            try:
                return drafting.plain(model, prompt, self._seconds())
            except Exception as error:  # the draft is there, and what failed has its originals
                _log.info("not asked again: %s", explain(error, self.settings))
                return ""

        return ask

    def _seconds(self) -> float:
        return self.settings.llm.timeout_s

    def _failed(self, error: Exception) -> None:
        self.notice = str(explain(error, self.settings))
        _log.warning("model failed: %s", self.notice)

    def _quick(self, answer: Answer) -> AnswerEvent:
        self.timings["first_content"] = ms_since(self.began)
        return AnswerEvent("quick", answer=self._complete(answer))

    def _answer(self, composed: Composed, mode: Mode) -> Answer:
        remarks = validity.remarks(composed.citations, self.hits)
        remarks += validity.undated_years(self.alone, composed.citations, self.hits)
        return Answer(
            self.question,
            composed.text,
            composed.citations,
            mode=mode,
            sections=composed.sections,
            remarks=remarks,
        )

    def _refusal_of(self, text: str) -> Answer:
        """The refusal of a draft as a whole."""
        self.unsupported = [claim for claim, _ in claims_of(text)]
        return self._refusal()

    def _refusal(self) -> Answer:
        why = Refusal.UNSUPPORTED if self.unsupported else Refusal.NO_EVIDENCE
        return Answer(self.question, "", refusal=why, mode="generated" if self.model else "extractive")

    def _complete(self, answer: Answer) -> Answer:
        total = ms_since(self.began)
        self.timings.setdefault("first_content", total)
        timings = {"first_token": total, **self.timings, "total": total}
        return replace(
            answer,
            task=self.task,
            hits=self.found,
            timings_ms=timings,
            notice=self.notice,
            unsupported=list(self.unsupported),
            evidence_score=round(self.score, 4),
            opinion=self.opinion,
            truncated=self.truncated,
        )


def _sentences(text: str) -> list[str]:
    """The sentences of a draft, with the markers that follow them."""
    spans = sentence_spans(text)
    ends = [start for start, _ in spans[1:]] + [len(text)]
    return [text[start:end].strip() for (start, _), end in zip(spans, ends, strict=True)]


def claims_of(text: str) -> list[tuple[str, list[int]]]:
    """What the draft claims, with the markers of each claim; that the evidence says nothing is no claim."""
    return [(claim, markers) for claim, markers in support.claims(text) if prompts.NOT_FOUND not in claim]


def ms_since(began: float) -> float:
    """Milliseconds since `began`, a time of `time.monotonic`."""
    return round((time.monotonic() - began) * 1000, 1)
