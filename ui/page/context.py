"""Everything the page works with, and who is asking what at the moment."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

import gradio as gr
from pydantic import ValidationError

from docs_store.journal.conversations import Conversations
from docs_store.journal.database import Journal
from docs_store.journal.feedback import AuditLog
from docs_store.journal.folders import Folders
from docs_store.journal.passwords import Passwords
from docs_store.journal.pieces import Pieces
from docs_store.journal.shares import Shares
from docs_store.models import ArticleHead
from docs_store.settings import Settings
from docs_store.store import DocsStore
from rag import PolicyQA
from rag.lexicon.synonyms import read_aliases
from ui.jobs import IngestJobs
from ui.making_jobs import MakingJobs
from ui.page.catalogue import Catalogue, Groups
from ui.page.exchange import Exchange
from ui.page.people import KeyCheck, People, Person
from ui.page.runs import Runs
from ui.page.trash import Reversals, Trash
from ui.page.welcome import Welcome
from ui.page.work import JobNames

_log = logging.getLogger(__name__)
_SHOWN = 50  # exchanges of a conversation on the page


@dataclass(frozen=True, slots=True)
class PageContext:
    """The open assistant, its store, the journal, the ingest jobs and the people. Thread-safe."""

    qa: PolicyQA
    store: DocsStore
    settings: Settings
    jobs: IngestJobs
    journal: Journal
    conversations: Conversations
    audit: AuditLog
    people: People
    runs: Runs
    """The answers that are being written."""
    making: MakingJobs
    """The deliverables that are being made, those of the API among them: one queue for the machine."""
    pieces: Pieces
    folders: Folders
    shares: Shares
    trash: Trash = field(default_factory=Trash)
    catalogue: Catalogue = field(default_factory=Catalogue)
    job_names: JobNames = field(default_factory=JobNames)
    welcome: Welcome = field(default_factory=Welcome)
    reversals: Reversals = field(default_factory=Reversals)
    aliases: Groups = ()
    """Names of one region, the usual one first."""

    @classmethod
    def build(
        cls,
        qa: PolicyQA,
        store: DocsStore,
        jobs: IngestJobs,
        making: MakingJobs,
        key_login: KeyCheck | None = None,
    ) -> PageContext:
        """Opens the journal beside the index; `making` is closed by whoever opened it. Raises StoreWriteError."""
        settings = qa.settings
        journal = Journal.of(settings)
        people = People(settings.page, key_login, Passwords(journal))
        kept = Conversations(journal, settings.page.conversations)
        runs = Runs(kept, settings.page.answers_at_once)
        return cls(
            qa,
            store,
            settings,
            jobs,
            journal,
            kept,
            AuditLog(journal),
            people,
            runs,
            making,
            Pieces(journal, settings.page.pieces),
            Folders(journal),
            Shares(journal),
            aliases=read_aliases(settings.retrieval.aliases),
        )

    def close(self) -> None:
        """Stops what runs and closes the journal."""
        self.runs.close()
        self.journal.close()

    @property
    def model(self) -> str:
        """The language model that answers, as the settings name it; '' where answers only quote."""
        return "" if self.qa.only_quotes else self.settings.llm.model

    def person(self, request: gr.Request | None) -> Person:
        """Who sent this."""
        address = request.client.host if request is not None and request.client else None
        return self.people.person(request.username if request is not None else None, address)

    def exchanges(self, person: Person, conversation: str) -> Sequence[Exchange]:
        """What was said last in a conversation of this person's, oldest first."""
        found = []
        for said in self.conversations.exchanges(person.name, conversation, _SHOWN):
            try:
                found.append(Exchange.model_validate(said.body))
            except ValidationError:  # written by another version; the words are still there
                _log.warning("exchange %s cannot be shown whole", said.id)
                found.append(Exchange(id=said.id, question=said.question, text=said.answer))
        return found

    def heads(self) -> Sequence[ArticleHead]:
        """Every article without its text; at most a few seconds old."""
        return self.catalogue.heads(self.store)
