"""A question in its conversation: what it means after the turns before it, and which of its readings the articles answer."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from docs_store.models import Article, Hit, SearchFilter
from docs_store.text.normal import fold
from docs_store.text.segment import words
from rag import strings
from rag.evidence import continued, missing
from rag.evidence import sentences as evidence
from rag.evidence.asked import understood
from rag.evidence.coverage import lead_of
from rag.generation import compose, replies
from rag.generation.answering import Answering
from rag.generation.joining import joined
from rag.generation.run import ms_since
from rag.models import Answer, AnswerEvent, Citation, Refusal, Turn
from rag.query import follow_up
from rag.query.framing import Framed, unframe
from rag.query.parts import are_apart, parts
from rag.query.small_talk import LIBRARY, small_talk
from rag.query.task import Task, is_exact, tasks_of

if TYPE_CHECKING:
    from rag.assistant import PolicyQA

_NAMED_AMONG = 5  # hits among which the article that a question names is looked for
_NAMED = 0.8  # share of the words of its name that must stand in the title
_TAKEN_FOR = (Task.PROGRESS, Task.DEFINITION, Task.LIST)
"""Tasks that a question for one number or day is taken for."""
_PERHAPS_FACT = 0.15
"""Chance that such a question is one for a fact from which on it is read as one first.

Of our rows and the training files' that are taken for one of these tasks and ask for nothing else, 14 are facts, 12 of them from
here on, and 25 are not, 4 of them from here on (the classifier by folds).
"""
_ALSO_OF_ARTICLE = (Task.FACT, Task.PROGRESS)
_BEARS = 0.35  # evidence of a question's own words in the articles cited, where it was filled in from the turn before
_NEAREST = 4  # passages of these that are looked at


@dataclass(frozen=True, slots=True)
class _Part:
    """One question of a message that asks several, and how likely each task is for it."""

    text: str
    framed: Framed
    tasks: Mapping[str, float]

    @classmethod
    def read(cls, text: str) -> _Part:
        framed = unframe(text)
        return cls(text, framed, likely(None, framed))


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What the questions of one conversation are answered with."""

    qa: PolicyQA
    answering: Callable[..., Answering]
    """(question, standing alone, hits, tasks, length) → its answering."""
    where: SearchFilter | None
    length: str | None
    began: float

    def events(
        self, question: str, framed: Framed, recent: Sequence[Turn], tasks: Mapping[str, float]
    ) -> Iterator[AnswerEvent]:
        """The steps to the answer; several questions of one message are answered one by one.

        Facts always are, for each has a sentence of its own; others where nothing answers them together, and each names
        something else.
        """
        if answer := self._without_passages(question, framed.core, likeliest(tasks), recent):
            passed = ms_since(self.began)
            timings = dict.fromkeys(("retrieve", "first_content", "first_token", "total"), passed)
            yield AnswerEvent("final", answer=replace(answer, timings_ms=timings))
            return
        asked = [_Part.read(text) for text in parts(framed.core)]
        if asked and all(shape_of(part.tasks, part.text) == Task.FACT for part in asked):
            answer = yield from self._part_by_part(question, asked, recent)
            if answer is not None:
                yield self._final(answer)
                return
            asked = []
        asked = asked if are_apart([part.text for part in asked]) else []
        for event in self._read(question, framed, recent, tasks):
            refused = event.answer is not None and event.answer.refused
            answer = (yield from self._part_by_part(question, asked, recent)) if asked and refused else None
            yield event if answer is None else self._final(answer)

    def _part_by_part(
        self, question: str, asked: Sequence[_Part], recent: Sequence[Turn]
    ) -> Generator[AnswerEvent, None, Answer | None]:
        """The answers to the questions of one message, each asked after the one before it; None where all are refused."""
        turns = list(recent)
        answers: list[Answer] = []
        texts = [part.text for part in asked]
        for part in asked:
            leans = bool(answers) and follow_up.goes_on(part.framed.core)
            told = self._told(part.text, turns[-1:], _cited_in(answers)) if leans else None
            if told is not None:
                answers.append(told)
            else:
                for event in self._read(part.text, part.framed, turns, part.tasks, goes_on=leans):
                    if event.stage == "final" and event.answer is not None:
                        answers.append(event.answer)
            if not leans:  # what goes on, goes on with what the parts before are about
                turns.append(Turn(part.text, answers[-1].text))
            if len(answers) < len(asked) and not all(answer.refused for answer in answers):
                yield AnswerEvent("quick", answer=joined(question, texts, answers))
        answers = self._with_whole(texts, answers)
        return None if all(answer.refused for answer in answers) else joined(question, texts, answers)

    def _with_whole(self, asked: Sequence[str], answers: Sequence[Answer]) -> list[Answer]:
        """The answers; what was refused by an article cited beside it, or all by one that is found for the message as a whole."""
        before = [Turn("，".join(asked), "")]
        cited = _cited_in(answers)
        if cited:
            return [
                (self._told(part, before, cited) or answer) if answer.refused else answer
                for part, answer in zip(asked, answers, strict=True)
            ]
        whole = before[0].question
        for hit in self.qa.search(whole, _NAMED_AMONG, self.where):
            if not missing.anything(whole, [hit.article]):
                told = [self._told(part, before, [hit.article.id]) for part in asked]
                if all(told):
                    return [answer for answer in told if answer]
        return list(answers)

    def _told(self, part: str, before: Sequence[Turn], ids: Sequence[str]) -> Answer | None:
        """The answer to a part by the first of some articles that tells it; None where none does."""
        assert self.qa.store is not None
        for id in ids:
            article = self.qa.store.article(id)
            passages = self.qa.store.passages(id) if article is not None else []
            hits = [Hit(passage, article, 1.0) for passage in passages if article is not None]
            least = self.qa.settings.answer.min_evidence
            evidence = continued.told(part, before[-1].question if before else "", hits, least)
            if evidence is not None:
                tasks = {str(Task.FACT): 1.0}
                return self.answering(part, part, hits, tasks, self.length).quoting(evidence)
        return None

    def _read(
        self,
        question: str,
        framed: Framed,
        recent: Sequence[Turn],
        tasks: Mapping[str, float],
        goes_on: bool = False,
    ) -> Iterator[AnswerEvent]:
        """The answer to the first reading of the question that the articles support; with what was asked before where it goes on."""
        options = list(follow_up.readings(framed, recent))
        if goes_on and len(options) > 1:
            options = [reading for reading in options if reading.text != framed.core] or options
        if recent and follow_up.refers_to_article(framed.core) and (article := self._cited(recent)):
            options.insert(0, follow_up.of_article(framed.core, article.title))
        found: dict[tuple[str, str], list[Hit]] = {}  # a reading that is weighed is not searched for twice

        def passages(text: str, task: str) -> list[Hit]:
            if (text, task) not in found:
                found[text, task] = self.qa.passages_for(text, task, self.where)
            return found[text, task]

        if options[0].general:
            options = [*options[1:], options[0]]
        elif len(options) > 1 and options[0].text == framed.core and not options[0].alone:
            options.sort(key=lambda r: -evidence.gather(r.text, passages(r.text, Task.FACT)).score)
        if framed.context:
            options.append(follow_up.Reading("，".join((*framed.context, framed.core))))
        for number, reading in enumerate(options, start=1):
            # 它什么时候开工的 tells its task too little by itself.
            filled_in = reading.text != framed.core and is_exact(reading.text)
            meant = likely(None, unframe(reading.text)) if reading.asks_again or filled_in else tasks
            hits = passages(reading.text, shape_of(meant, reading.text))
            long = "long" if reading.deeper else self.length
            answering = self.answering(question, reading.text, hits, meant, long)
            if reading.more:
                answering = replace(answering, said="\n".join(turn.answer for turn in recent))
            answering = replace(answering, put_in=reading.swap, instead=reading.instead)
            for event in answering.events():
                if event.stage != "final" or event.answer is None:
                    yield event
                    continue
                answer = event.answer
                leans = reading.text != framed.core and not reading.asks_again
                if not answer.refused and (
                    (reading.swap and not _tells_of(answer, reading))
                    or (leans and not _bears(answer, framed.core, reading.text if goes_on else ""))
                    or (reading.general and not self._goes_on(answer, recent))
                ):
                    answer = replace(answer, text="", citations=(), sections=(), refusal=Refusal.NO_EVIDENCE)
                if answer.refused and number < len(options):
                    break
                yield AnswerEvent("final", answer=_as_understood(answer, reading, framed.core))
                return

    def _without_passages(self, question: str, core: str, task: str, recent: Sequence[Turn]) -> Answer | None:
        """Small talk, questions on the library and on an article's own data; None for all others."""
        kind = next(filter(None, map(small_talk, dict.fromkeys((question, core)))), None)
        if kind is None and self.qa.store is not None and not recent:
            kind = self._unclear(core)
        if kind is not None and kind != LIBRARY:
            return Answer(
                question, replies.small_talk(kind, self.qa.store), mode="extractive", task=Task.SMALLTALK
            )
        if self.qa.store is None:
            return None
        if kind == LIBRARY or (replies.speaks_of_library(core) and not follow_up.refers_to_article(core)):
            text = replies.library(core, self.qa.store)
            return Answer(question, text, mode="extractive", task=Task.LIBRARY)
        sure = task == Task.ABOUT_ARTICLE or follow_up.refers_to_article(core)
        sure = sure or follow_up.asks_for_number(core)
        if follow_up.asks_of_article(core) and (sure or task in _ALSO_OF_ARTICLE):
            article = self._article_meant(core, recent)
            # When a document takes effect is read as a fact or as progress; a report of it states other days.
            if article is not None and (sure or article.document_number):
                text, citations = compose.describe(article)
                return Answer(question, text, citations, mode="extractive", task=Task.ABOUT_ARTICLE)
        return None

    def _unclear(self, core: str) -> str | None:
        """The class of small talk that answers a question of which no word is in the articles."""
        assert self.qa.store is not None
        if any("\u3400" <= char <= "\u9fff" for char in core) or self.qa.store.search_lexical(core, 1):
            return None
        return "english" if len(core.split()) > 1 else "unclear"

    def _article_meant(self, question: str, recent: Sequence[Turn]) -> Article | None:
        """The article that a question on an article is about: the one it names, or the one just cited."""
        assert self.qa.store is not None
        subject = follow_up.subject_of_article(question)
        if not subject or follow_up.refers_to_article(question):
            if recent:
                return self._cited(recent)
            total, articles = self.qa.store.listing(limit=1)
            return articles[0] if total == 1 else None
        parts = {word.text for word in words(subject) if len(word.text) > 1}
        for hit in self.qa.search(question, _NAMED_AMONG):
            about = fold(f"{hit.article.title} {hit.article.document_number or ''}")
            if parts and sum(part in about for part in parts) >= _NAMED * len(parts):
                return hit.article
        return None

    def _goes_on(self, answer: Answer, recent: Sequence[Turn]) -> bool:
        """True when an answer rests on the article that the last one rests on."""
        before = self._cited(recent)
        return before is not None and any(one.article_id == before.id for one in answer.citations)

    def _cited(self, recent: Sequence[Turn]) -> Article | None:
        """The article that the last answer rests on: of the passages found for its question, that with most of its words."""
        last = recent[-1]
        asked = follow_up.readings(unframe(last.question), recent[:-1])[0].text
        said = {word.text for word in words(fold(last.answer)) if len(word.text) > 1}
        hits = self.qa.search(asked, _NAMED_AMONG)
        best = max(hits, key=lambda hit: sum(word in fold(hit.passage.text) for word in said), default=None)
        return best.article if best else None

    def _final(self, answer: Answer) -> AnswerEvent:
        timings = {**answer.timings_ms, "total": ms_since(self.began)}
        return AnswerEvent("final", answer=replace(answer, timings_ms=timings))


def _tells_of(answer: Answer, reading: follow_up.Reading) -> bool:
    """True when a passage that is cited speaks of what the reading puts in place of something else, and its article of all it names.

    The articles of the question before else answer once more, whatever is put in.
    """
    articles = {hit.article.id: hit.article for hit in answer.hits}
    return any(
        not missing.unmentioned(reading.text, [article])
        and not missing.unmentioned(reading.swap, [_as_shown(article, citation)])
        for citation in answer.citations
        if (article := articles.get(citation.article_id))
    )


def _as_shown(article: Article, citation: Citation) -> Article:
    """An article with no more text than its beginning and the passage that is cited."""
    return replace(article, text=f"{lead_of(article)}\n{citation.passage}")


def _bears(answer: Answer, core: str, filled: str = "") -> bool:
    """True when the question as it was put is answered by the very articles that are cited, and they hold its nouns.

    A question that was filled in from the turn before else finds what that turn was about, whatever is asked. `filled`: the
    question with what it was filled in with, whose names and nouns the articles must hold too.
    """
    cited = {citation.article_id for citation in answer.citations}
    hits = [hit for hit in answer.hits if hit.article.id in cited]
    articles = list({hit.article.id: hit.article for hit in hits}.values())
    if missing.nouns_unmentioned(core, articles) or missing.anything(filled, articles):
        return False
    if not understood(core).words:
        return True  # 他还说了什么
    return evidence.gather(core, hits[:_NEAREST]).score >= _BEARS


def _cited_in(answers: Sequence[Answer]) -> list[str]:
    """The articles that answers rest on, by id, each once."""
    return list(dict.fromkeys(one.article_id for answer in answers for one in answer.citations))


def likely(task: str | None, framed: Framed) -> dict[str, float]:
    """How likely each task is: `task` for certain where it is given."""
    return {task: 1.0} if task else {str(each): chance for each, chance in tasks_of(framed).items()}


def likeliest(tasks: Mapping[str, float]) -> str:
    """The value of the likeliest task."""
    return max(tasks, key=tasks.__getitem__)


def shape_of(tasks: Mapping[str, float], question: str) -> str:
    """The task that the answer is shaped for; what the program could not answer by itself is looked for in the articles."""
    task = likeliest(tasks)
    perhaps = task in _TAKEN_FOR and tasks.get(Task.FACT, 0.0) >= _PERHAPS_FACT and is_exact(question)
    return Task.FACT if perhaps or task in (Task.ABOUT_ARTICLE, Task.LIBRARY, Task.SMALLTALK) else task


def _as_understood(answer: Answer, reading: follow_up.Reading, core: str) -> Answer:
    """The answer, which says how the question was understood where that is not as it was put, or in doubt."""
    if answer.refused and reading.more:
        return replace(answer, remarks=[*answer.remarks, strings.NOTHING_MORE])
    if answer.refused and reading.general:
        return replace(answer, remarks=[*answer.remarks, strings.NAMES_NOTHING])
    if answer.refused or (reading.text == core and not reading.doubtful):
        return answer
    said = (
        strings.READ_BY_ITSELF
        if reading.text == core
        else strings.UNDERSTOOD_AS.format(question=reading.text)
    )
    return replace(answer, remarks=[*answer.remarks, said])
