"""What `PolicyQA` makes for an office beside answers: each is quoted from the articles, and none needs a model."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from docs_store.models import Article, Hit, SearchFilter
from docs_store.settings import Settings
from docs_store.store import DocsStore
from rag.errors import AssistantClosedError, NoSuchArticleError
from rag.lexicon.synonyms import Group, read_aliases
from rag.models import Answer, Refusal

if TYPE_CHECKING:
    from rag.evidence.statements import Progress, Scope
    from rag.generation.deliverables.against import Against
    from rag.generation.deliverables.brief import Brief, Length
    from rag.generation.deliverables.compare import Comparison
    from rag.generation.deliverables.digest import Basis, Digest
    from rag.generation.deliverables.points import Points
    from rag.generation.deliverables.revision import Revision
    from rag.generation.deliverables.table import Table
    from rag.generation.deliverables.timeline import Timeline
    from rag.llm import LanguageModel

_TITLED = 50  # articles among which one of exactly a title is looked for
_PASSAGES = 20  # of the new articles, that a saved question is answered from


class Deliverables(ABC):
    """The deliverables of an assistant. Each raises AssistantClosedError where there is nothing to look in."""

    store: DocsStore | None
    settings: Settings
    model: LanguageModel | None

    @abstractmethod
    def search(self, question: str, k: int | None = None, where: SearchFilter | None = None) -> list[Hit]:
        """The best passages for `question`, best first."""

    @abstractmethod
    def passages_for(self, question: str, task: str, where: SearchFilter | None = None) -> list[Hit]:
        """The passages that an answer to a question of `task` is made from."""

    @abstractmethod
    def answer_from_hits(self, question: str, hits: Sequence[Hit]) -> Answer:
        """An answer by quoting these passages alone."""

    def _library(self) -> DocsStore:
        if self.store is None:
            raise AssistantClosedError("助手打开时没有带索引，请用 PolicyQA.open() 重新打开。")
        return self.store

    def _aliases(self) -> Sequence[Group]:
        return read_aliases(self.settings.retrieval.aliases)

    def table(
        self,
        topic: str,
        scope: Scope | None = None,
        *,
        columns: Sequence[str] | None = None,
        progress: Progress | None = None,
    ) -> Table:
        """梳理表: a row for each fact on `topic`, as `rag.generation.deliverables.table.table` describes."""
        from rag.generation.deliverables import table

        chosen = columns or table.COLUMNS
        return table.table(
            self._library(), topic, scope, columns=chosen, aliases=self._aliases(), progress=progress
        )

    def brief(
        self,
        topic: str,
        scope: Scope | None = None,
        *,
        length: Length | int | None = None,
        model: bool = False,
        progress: Progress | None = None,
    ) -> Brief:
        """主题简报: one to two pages on `topic`, as `rag.generation.deliverables.briefing.brief` describes.

        With `model` the language model heads and merges what is chosen, as `rag.generation.deliverables.wording` describes;
        where it fails, `notice` says why and the quotes stay.
        """
        from rag.generation.deliverables import briefing

        library = self._library()
        where = scope.where if scope else None

        def found(question: str) -> list[Hit]:
            return self.passages_for(question, "overview", where)

        made = briefing.brief(
            library,
            found,
            topic,
            scope,
            length=length or "normal",
            aliases=self._aliases(),
            progress=progress,
        )
        return self._worded(made) if model else made

    def _worded(self, made: Brief) -> Brief:
        from rag.completion import EmptyCompletionError
        from rag.generation import drafting
        from rag.generation.deliverables import wording
        from rag.llm import explain

        if self.model is None:
            return made
        chosen, seconds = self.model, self.settings.llm.timeout_s

        def ask(prompt: str) -> str:
            try:
                return drafting.plain(chosen.chat(), prompt, seconds)
            except EmptyCompletionError:
                return ""  # what it was asked for stays as it is; it may still do the rest

        try:
            return wording.worded(made, ask)
        except Exception as error:  # whatever a model's client raises: the quotes are there
            return replace(made, notice=str(explain(error, self.settings)))

    def timeline(
        self, topic: str, scope: Scope | None = None, *, progress: Progress | None = None
    ) -> Timeline:
        """时间线: the dated statements of `topic`, reposts merged, planned and done kept apart."""
        from rag.generation.deliverables import timeline

        return timeline.timeline(self._library(), topic, scope, aliases=self._aliases(), progress=progress)

    def compare(
        self,
        names: Sequence[str],
        topic: str = "",
        scope: Scope | None = None,
        *,
        aspects: Sequence[str] | None = None,
        progress: Progress | None = None,
    ) -> Comparison:
        """政策对比表, as `rag.generation.deliverables.compare.compare` describes. Raises ValueError."""
        from rag.generation.deliverables import aspects as listed
        from rag.generation.deliverables import compare

        return compare.compare(
            self._library(),
            names,
            topic,
            scope,
            aspects=aspects or listed.ASPECTS,
            aliases=self._aliases(),
            progress=progress,
        )

    def revision(self, old: str, new: str) -> Revision:
        """新旧版本: what changed between two articles, each an id or a title. Raises NoSuchArticleError."""
        from rag.generation.deliverables import revision

        return revision.revision(self.article_named(old), self.article_named(new))

    def points(self, name: str) -> Points:
        """单篇要点 of the article of an id or a title. Raises NoSuchArticleError."""
        from rag.generation.deliverables import points

        article = self.article_named(name)
        return points.points(article, self._library().passages(article.id))

    def digest(
        self,
        since: date,
        questions: Sequence[str] = (),
        scope: Scope | None = None,
        *,
        known: Collection[str] = (),
        by: Basis = "arrival",
    ) -> Digest:
        """新收录: what came, or is dated, `since` or later, and `questions` answered from it alone."""
        from rag.generation.deliverables import digest

        return digest.digest(
            self._library(), since, questions, scope, ask=self._answer_among, known=known, by=by
        )

    def check_against(
        self,
        text: str,
        *,
        article: str = "",
        version: str = "",
        title: str = "旧版",
        question: str = "",
        progress: Progress | None = None,
    ) -> Against:
        """口径核对 of `text` against one article, or an older version of it, and what it leaves out of that.

        Args:
            text: what is checked.
            article: id or title of an article of the library.
            version: the older text, where no article is named; `title` is what it is called.
            title: of the older text.
            question: what the text answers, if anything.
            progress: called after each sentence.

        Raises:
            NoSuchArticleError: no article is called so.
        """
        from rag.generation.deliverables import against

        if version:
            other, passages = against.version(version, title)
        else:
            other = self.article_named(article)
            passages = self._library().passages(other.id)
        return against.against(text, other, passages, question, progress)

    def article_named(self, name: str) -> Article:
        """The article of an id or a title. Raises NoSuchArticleError."""
        from rag.generation.deliverables import compare

        library = self._library()
        found = library.article(name) or self._entitled(name) or compare.titled(library, name)
        if found is None:
            raise NoSuchArticleError(
                f"库里没有编号或标题是“{name}”的文章，请用 guanchao articles 查它的编号。"
            )
        return found

    def _entitled(self, name: str) -> Article | None:
        """The article of exactly this title, the latest ingested of several."""
        _, articles = self._library().listing(limit=_TITLED, title=name)
        return next((article for article in articles if article.title == name), None)

    def _answer_among(self, question: str, ids: Sequence[str]) -> Answer:
        hits = self.search(question, _PASSAGES, SearchFilter(articles=tuple(ids)))
        if not hits:
            return Answer(question, "", refusal=Refusal.NO_EVIDENCE, mode="extractive")
        return self.answer_from_hits(question, hits)
