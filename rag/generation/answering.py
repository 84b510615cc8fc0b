"""From passages to a checked answer, step by step: evidence, plan, quick answer, draft, verification, refusal."""

from __future__ import annotations

import logging
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from docs_store.models import Hit
from docs_store.text.normal import fold
from docs_store.text.segment import words
from docs_store.text.sentences import sentence_spans
from rag import strings
from rag.completion import EmptyCompletionError, Finish
from rag.evidence import confidence, given, material, missing, sentences, showing, subject, versions
from rag.evidence.asked import understood
from rag.evidence.material import Material
from rag.evidence.sentences import Evidence
from rag.generation import compose, drafting, prompts, shapes
from rag.generation.plan import Plan
from rag.generation.run import AnswerRun, claims_of, ms_since
from rag.lexicon import answer_kinds, injection
from rag.models import Answer, AnswerEvent
from rag.query import sides
from rag.query.task import is_exact
from rag.verification.support import Support

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_log = logging.getLogger(__name__)
JUDGED = 2  # sentences that the model's opinion is asked of
_SURE = 0.8  # evidence this good is quoted verbatim when the model's own words failed the check
_UNLIKELY = 0.8  # share of the least evidence below which an opinion takes back what the passages answer
_JUDGED_LEAST = 0.5  # the same share where a local model's draft, checked, must answer too
_DOUBTFUL = 0.2  # share of the least evidence from which on the local model is still asked
_DOUBTFUL_ENDPOINT = 0.5  # the same of an endpoint, which may see an answer that the signs do not
_GIVEN_LEAST = 0.8  # share of the least evidence that passages which came with the question need
_DRAFTED_LEAST = 3  # sentences of its draft that must rest on the passages then
_DRAFTED_SHARE = 0.4  # and share of all
_SURE_OF_SUBJECT = 0.9  # below it, an answer that lacks something of what is asked is a short one
_SURE_OPENING = 0.8  # checker's score of a local model's opening: what it says stands below it anyway, so it may be left out
_FACT, _LIST, _COMPARISON, _CHECK = "fact", "list", "comparison", "check"
_PERHAPS_OPEN = (
    0.3  # chance that a question is an open one from which on it is answered as one where no fact is found
)
_SURELY_FACT = 0.7  # chance that a question is one for a fact from which on it is answered shortly even so
_REFUSES = 4  # Chinese characters that a model needs to say that nothing was found
_SECOND_CHARS = 200  # characters of evidence for the second try: only the best of it
_ENDPOINT_PASSAGES = 20
_ENDPOINT_CHARS = 12_000


@dataclass
class Answering(AnswerRun):
    """The steps from the passages of a question to its answer."""

    def events(self) -> Iterator[AnswerEvent]:
        """The steps from reading to final."""
        self.timings["retrieve"] = ms_since(self.began)
        self.found = self.hits
        yield AnswerEvent("reading", hits=self.found)
        fitting = [hit for hit in self.found if not missing.of_another_year(self.alone, hit.article)]
        self.hits = missing.numbered(self.alone, fitting) or fitting
        answer = yield from (self._either() if self.task == _FACT else self._open())
        yield AnswerEvent("final", answer=self._complete(answer or self._refusal()))

    def quoting(self, gathered: Evidence) -> Answer:
        """The answer that quotes evidence which was gathered from `hits` already."""
        self.found = [self.hits[sentence.hit_index] for sentence in gathered.sentences]
        self.score = gathered.score
        self.timings["retrieve"] = ms_since(self.began)
        return self._complete(self._quoting(gathered))

    def _either(self) -> Generator[AnswerEvent, None, Answer | None]:
        """The answer to a question taken for one on a fact; as an open one where no fact is found, and first where it is in doubt."""
        other = self._other_reading()
        if other and self._evidence.score < self._least and not self._has_endpoint:
            return (yield from self._read_as(other)) or (yield from self._read_as(_FACT))
        answer = yield from self._read_as(_FACT)
        return (yield from self._read_as(other)) if answer is None and other else answer

    def _read_as(self, task: str) -> Generator[AnswerEvent, None, Answer | None]:
        """The answer to a question for a fact, read as such or as an open one: then it shows a number or a day that is asked for."""
        self.task = task
        if task == _FACT:
            return (yield from self._fact())
        length = self.length
        if length == "normal" and (self.tasks.get(_FACT, 0.0) >= _SURELY_FACT or is_exact(self.alone)):
            self.length = "short"  # what is nearest is said, and no more
        answer = yield from self._open(is_fact=True)
        self.length = length
        said = [item.text for section in answer.sections for item in section.items] if answer else []
        return answer if self._shows_kind("".join(said), answer_kinds.EXACT) else None

    def _as_fact(self, plan: Plan) -> Plan | None:
        """The plan of a question for a fact; where it asks for numbers or days alone, of the items that show one.

        None where the articles then lack something that it names: a fact of it they do not tell.
        """
        if not is_exact(self.alone):
            return plan
        if plan.warning:
            return None
        return plan.only([item for item in plan.items if self._shows_kind(item.text)])

    def _other_reading(self) -> str | None:
        """The likeliest open task of a question taken for one on a fact, where that is likely enough to be tried."""
        likely = {task: chance for task, chance in self.tasks.items() if task in shapes.TASKS}
        best = max(likely, key=likely.__getitem__, default=None)
        return best if best is not None and sum(likely.values()) >= _PERHAPS_OPEN else None

    @cached_property
    def _evidence(self) -> Evidence:
        """The sentences that bear on the question; a fact that was not found is tried as an open question with the same."""
        asked = missing.beside_number(self.alone, self._near)
        return sentences.gather(asked, self._near, are_given=self.are_given)

    @property
    def _near(self) -> Sequence[Hit]:
        """The passages that evidence is gathered from."""
        return self.hits[: max(self.settings.answer.passages, 3)]

    @property
    def _worth_asking(self) -> float:
        """The evidence from which on the question is answered, or put to the model in doubt."""
        if self.model is None:
            return self._least
        return self._least * (_DOUBTFUL_ENDPOINT if self._has_endpoint or self.are_given else _DOUBTFUL)

    @property
    def _least(self) -> float:
        """The evidence from which on a fact is answered."""
        return self.settings.answer.min_evidence * (_GIVEN_LEAST if self.are_given else 1.0)

    # --- one fact -------------------------------------------------------------------------------------------------------

    def _fact(self) -> Generator[AnswerEvent, None, Answer | None]:
        """One or two sentences and their proof."""
        gathered = self._evidence
        self.score = gathered.score
        least = self._least
        answer: Answer | None = None
        if not gathered.sentences or gathered.score < self._worth_asking:
            return None
        if self.model:
            if gathered.score >= least and (quoted := self._quoted(gathered)):
                yield self._quick(quoted)
            try:
                answer = yield from self._generated(self.model.chat(), gathered)
            except Exception as error:  # any failure of the model: passages and quotes still serve
                self._failed(error)
        # Quotes serve where no model speaks, and where it spoke badly of evidence that is beyond doubt.
        enough = least if self.notice or not self.model else max(least, _SURE)
        if answer is None and gathered.score >= enough:
            answer = self._quoted(gathered)
        return answer

    def _generated(
        self, model: BaseChatModel, gathered: Evidence
    ) -> Generator[AnswerEvent, None, Answer | None]:
        """The checked draft; a refusal when it says no; None when the model's opinion does, or nothing of it is supported.

        A small local model tells well whether, and in which sentence, the answer stands, and words it worse than the article
        does: where it gave its opinion, and its draft rests on what is quoted already, or shows no answer of the kind that is
        asked for, the quotes are the answer, if they show one. Of passages that came with the question its opinion is enough:
        of ten answers that its draft denies eight are there.
        """
        least, chance = self._least, self._chance(model, gathered)
        judges = self.opinion is not None and not self._has_endpoint
        if judges and not self.are_given:
            least *= _JUDGED_LEAST
        elif not judges and gathered.score >= least:
            least *= _UNLIKELY  # what is quoted already goes only where the model makes it unlikely
        doubtful = chance < least
        if doubtful and not self._has_endpoint:
            return None
        if judges and self.are_given:
            return self._quoted(gathered)
        blocks = sentences.for_prompt(gathered, self.hits, self.settings.answer.evidence_chars)
        text = yield from self._drafted(drafting.draft(model, self.alone, blocks, self.hits, self._seconds()))
        yield AnswerEvent("checking")
        supported, dropped = self._checked(text, [i for i, _ in blocks])
        if doubtful and not _rests(text, dropped):
            return self._refusal_of(text)
        if not supported and dropped:
            fewer = sentences.for_prompt(gathered, self.hits, _SECOND_CHARS)
            text = yield from self._drafted(
                drafting.draft(model, self.alone, fewer, self.hits, self._seconds())
            )
            yield AnswerEvent("checking")
            supported, more = self._checked(text, [i for i, _ in fewer])
            dropped += [claim for claim in more if claim not in dropped]
        self.unsupported = dropped
        if not supported:
            if not dropped and sum("\u3400" <= char <= "\u9fff" for char in text) < _REFUSES:
                raise EmptyCompletionError.of(Finish.WHOLE)  # a heading, a courtesy, a lone marker
            return None if dropped else self._refusal()
        if judges and (self._rest_on_quotes(supported, gathered) or not self._of_the_kind(supported)):
            self.unsupported = []  # nothing of the draft is shown that something could be missing from
            return self._quoted(gathered) if self._of_the_kind(self._quotes(gathered)) else None
        return self._with_versions(self._answer(compose.compose(supported, self.hits), "generated"), gathered)

    def _rest_on_quotes(self, supported: Sequence[Support], gathered: Evidence) -> bool:
        """True when a supported claim rests on a sentence that quoting alone would answer with."""
        quotes = self._quotes(gathered)
        return any(
            self.hits[one.hit_index].article.id == self.hits[quoted.hit_index].article.id
            and one.start < quoted.end
            and quoted.start < one.end
            for one in supported
            for quoted in quotes
        )

    def _of_the_kind(self, claims: Sequence[Support]) -> bool:
        """True when claims show the kind of answer that is asked for: a number for how many, a person for who."""
        return self._shows_kind("".join(one.claim for one in claims))

    def _shows_kind(self, text: str, kinds: Collection[str] = answer_kinds.KINDS) -> bool:
        """True when a text shows the kind of answer that is asked for, or another kind than `kinds` is."""
        asked, said = understood(self.alone), fold(text)
        if asked.kind in answer_kinds.EXACT:
            return showing.shows(asked, text)
        return asked.kind not in kinds or answer_kinds.shows(asked.kind, said, words(said))

    def _chance(self, model: BaseChatModel, gathered: Evidence) -> float:
        """The probability that the evidence answers: the signs', and the model's opinion of the best sentences where it has one."""
        if not self.settings.llm.asks_opinion:
            return gathered.score
        best = [sentence.text for sentence in self._shown(gathered).sentences[:JUDGED]]
        try:
            self.opinion = drafting.opinion(model, self.alone, best)
        except Exception as error:  # an endpoint without probabilities: the draft is still checked
            _log.info("no opinion from the model: %s", error)
        return confidence.combined(
            gathered.score, self.opinion, given.model().opinion if self.are_given else None
        )

    def _shown(self, gathered: Evidence) -> Evidence:
        """The evidence with the sentences that can be the answer; as it is where none of them shows what is asked for."""
        found = self._new(gathered)
        return found if found.sentences else gathered

    def _new(self, gathered: Evidence) -> Evidence:
        """The evidence with the sentences that can be the answer to what is asked now."""
        found = showing.quotable(self.alone, gathered)
        if not self.said and not self.instead:
            return found
        return replace(found, sentences=[s for s in found.sentences if self._is_asked_now(s.text)])

    def _is_asked_now(self, text: str) -> bool:
        """True for what was not said before, nor tells of what the question puts something else in place of."""
        folded = fold(text)
        is_of_before = bool(self.instead) and self.instead in folded and self.put_in not in folded
        return not is_of_before and not (self.said and compose.says(self.said, text))

    def _quotes(self, gathered: Evidence) -> list[Support]:
        """The sentences that answer by themselves; [] where none shows what is asked for, or all were said."""
        return self._extract(self._new(gathered))

    def _extract(self, evidence: Evidence) -> list[Support]:
        near = compose.NEAR_GIVEN if self.are_given else compose.NEAR
        return compose.extract(self.alone, evidence, self.hits, near)

    def _quoted(self, gathered: Evidence) -> Answer | None:
        """The answer that quotes them; None where none does."""
        return self._quoting(gathered) if self._quotes(gathered) else None

    def _quoting(self, gathered: Evidence) -> Answer:
        composed = compose.compose(self._extract(self._shown(gathered)), self.hits)
        return self._with_versions(self._answer(composed, "extractive"), gathered)

    def _with_versions(self, answer: Answer, gathered: Evidence) -> Answer:
        """The answer with what newer or older articles say otherwise, where they do."""
        found = versions.others(self.alone, answer.citations, gathered, self.hits)
        return self._answer(compose.by_date(found, self.hits), "extractive") if found else answer

    # --- open questions -------------------------------------------------------------------------------------------------

    def _open(self, *, is_fact: bool = False) -> Generator[AnswerEvent, None, Answer | None]:
        """The plan of the task, quoted at once; then the model's checked words where they lose nothing of it.

        `is_fact`: the question is likelier one for a fact, which was not found.
        """
        found = material.gather(self.alone, self.tasks or {self.task: 1.0}, self.hits, self.passages)
        self.score = self._on_subject(found)
        if self.are_given and self.task == _LIST and self._evidence.score < self._least:
            return None  # all of them are on the subject: that tells nothing
        doubtful = self.score < self.settings.answer.min_evidence
        if doubtful and not (self._has_endpoint and self.score >= self._worth_asking):
            return None
        drawn = shapes.plan(self.alone, self.task, found, self.length).of_most(self.most)
        if self.said or self.instead:
            drawn = drawn.only([item for item in drawn.items if self._is_asked_now(item.text)])
        plan = self._with_what_is_missing(drawn) if drawn.items else None
        if plan is not None and is_fact:
            plan = self._as_fact(plan)
        if plan is None or not plan.items:
            return None
        doubted = plan.lacks and self.score < _SURE_OF_SUBJECT
        if doubted and self.length == "normal" and self.task != _COMPARISON:
            # What is nearest is said, and no more.
            short = shapes.plan(self.alone, self.task, found, "short").of_most(self.most)
            plan = replace(short, warning=plan.warning)
        quoted = self._answer(compose.of_plan(plan), "extractive")
        if self.model is None:
            return quoted
        if not doubtful:
            yield self._quick(quoted)
        try:
            answer = yield from self._worded(self.model.chat(), plan, doubtful)
        except Exception as error:  # any failure of the model: the quoted answer stands
            self._failed(error)
            answer = None
        return answer if answer is not None or doubtful else quoted

    def _on_subject(self, found: Material) -> float:
        """The probability that the passages speak of what is asked; of a comparison in doubt, of the side they speak of most.

        The article of one side names the other no more than by chance, which of any other question would tell against it.
        """
        likely = subject.probability(self.alone, self.hits, self._evidence, found)
        if self.task == _COMPARISON and likely < self.settings.answer.min_evidence:
            for text in sides.alone(self.alone, sides.sides(self.alone)):
                gathered = sentences.gather(text, self._near)
                likely = max(likely, subject.probability(text, self.hits, gathered, found))
        return likely

    def _with_what_is_missing(self, plan: Plan) -> Plan | None:
        """The plan with what the question names and its articles do not.

        None where that is every place asked about, or all that a question for a yes or no is about.
        """
        articles = list(
            {a.id: a for item in plan.items for a in [plan.hits[item.hit_index].article]}.values()
        )
        gone = missing.unmentioned(self.alone, articles)
        asked = missing.places(self.alone)
        if asked and set(asked) <= set(gone):
            return None
        silent = [section.heading for section in plan.sections if section.missing]
        unmentioned = [name for name in gone if name not in silent and name not in (plan.note or "")]
        read = {article.id: article for article in (*articles, *(hit.article for hit in self._near))}
        nouns = missing.nouns_unmentioned(self.alone, list(read.values()))
        if nouns and self.task == _CHECK and nouns == missing.subject_nouns(self.alone):
            return None
        # The note is on what is cited; in doubt is an answer whose nouns stand in nothing that was found.
        unmentioned += [f"“{noun}”" for noun in missing.nouns_unmentioned(self.alone, articles)]
        note = strings.NOT_MENTIONED.format(names="、".join(unmentioned)) if unmentioned else None
        return replace(plan, warning=note, lacks=bool(nouns))

    def _worded(
        self, model: BaseChatModel, plan: Plan, doubtful: bool
    ) -> Generator[AnswerEvent, None, Answer | None]:
        """The plan in the model's checked words; every item that it lost stands in the original's. None: it said nothing.

        `doubtful`: the passages alone would be refused. An endpoint's memo serves where most of it rests on them and none of
        it says that they lack something; then it stands by itself.
        """
        if self.settings.llm.base_url is None:
            said = yield from self._drafted(drafting.opening(model, self.alone, plan, self._seconds()))
            # The opening is cut by our own limit; the points under it are whole.
            self.notice, self.truncated = None, False
            text = drafting.unbroken(said)
            if not text:
                return None
            shown = [item.hit_index for item in plan.items]
            least = _SURE_OPENING
        else:
            blocks = _passages(plan.hits, _ENDPOINT_PASSAGES, _ENDPOINT_CHARS)
            draft = drafting.memo(
                model,
                self.alone,
                self.task,
                self.length,
                blocks,
                plan.hits,
                self._seconds(),
                self.settings.llm.memo_tokens,
            )
            text = yield from self._drafted(draft)
            shown = [index for index, _ in blocks]
            least = 0.0
        yield AnswerEvent("checking")
        supported, dropped = self._checked(text, shown, plan.hits, least)
        self.unsupported = dropped
        if not supported:
            return None
        if doubtful:
            if not _rests(text, dropped):
                return None
            return self._answer(compose.compose(supported, plan.hits), "generated")
        return self._answer(compose.of_plan(plan, supported), "generated")


def _passages(hits: Sequence[Hit], most: int, limit: int) -> list[tuple[int, str]]:
    """(hit index, text) of the first passages that fit `limit` characters, sentences that give orders left out."""
    found, used = [], 0
    for index, hit in enumerate(hits[:most]):
        text = hit.passage.text
        spans = sentence_spans(text)
        plain = "".join(text[a:b] for a, b in spans if not injection.speaks_to_machine(text[a:b]))
        if used + len(plain) > limit:
            break
        used += len(plain)
        found.append((index, plain))
    return found


def _rests(text: str, dropped: Sequence[str]) -> bool:
    """True for a draft of which enough rests on its passages to serve where they alone would be refused."""
    kept = sum(claim not in dropped for claim, _ in claims_of(text))
    enough = max(_DRAFTED_LEAST, _DRAFTED_SHARE * (kept + len(dropped)))
    return prompts.NOT_FOUND not in text and kept >= enough
