"""When an article came: at its first ingest, whatever is done to it later; an older index goes on without."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from docs_store.changes import mutations
from docs_store.local.ledger import Entry
from docs_store.models import Article, Passage
from docs_store.store import DocsStore

TEXT = "如皋建设了5个科创飞地。"


def item(id="a", text=TEXT):
    return Entry(Article(id, "标题", f"{id}.md", text), [Passage(f"{id}-0", id, 0, 0, len(text), text)], "h")


def forgetful(settings):
    """The index as a program left it that kept no arrivals."""
    with sqlite3.connect(settings.index_path / "current" / "ledger.sqlite3") as db:
        for number, about in db.execute("SELECT number, about FROM articles").fetchall():
            told = json.loads(about)
            del told["arrived_at"]
            db.execute("UPDATE articles SET about = ? WHERE number = ?", (json.dumps(told), number))


@pytest.fixture
def arrived(settings, embedder):
    """An index with one article, and when it came."""
    before = datetime.now(UTC) - timedelta(seconds=1)
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([item()])
        at = store.article("a").arrived_at
    assert before <= at <= datetime.now(UTC)
    return at


def test_a_changed_or_corrected_article_came_when_it_first_came(settings, embedder, arrived):
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([item(text="如皋建设了6个科创飞地。")])
        assert store.article("a").arrived_at == arrived
        store.correct("a", {"issuer": "南通发布"})
        assert store.article("a").arrived_at == arrived


def test_a_rebuilt_index_knows_when_its_articles_came(settings, embedder, arrived):
    with DocsStore.open(settings, embedder, write=True, rebuild=True) as store:
        store.replace_articles([item(), item("b", "盐城港新开通3条航线。")])
        assert store.article("a").arrived_at == arrived
        assert store.article("b").arrived_at >= arrived


def test_an_index_without_arrivals_opens_as_it_is_and_keeps_those_that_come(settings, embedder, arrived):
    forgetful(settings)
    with DocsStore.open(settings, embedder, write=True) as store:
        assert store.article("a").arrived_at is None
        store.replace_articles([item(text="如皋建设了6个科创飞地。"), item("b", "盐城港新开通3条航线。")])
        assert store.article("a").arrived_at is None
        assert store.article("b").arrived_at is not None
    with DocsStore.open(settings, embedder) as store:
        assert [a.arrived_at is None for a in sorted(store.articles(), key=lambda a: a.id)] == [True, False]


def test_a_shared_index_tells_its_replicas_when_an_article_came():
    at = datetime(2026, 11, 29, 1, 30, tzinfo=UTC)
    entry = Entry(Article("a", "标题", "a.md", TEXT, arrived_at=at), [], "h")
    (told,) = mutations.decode(mutations.encode(mutations.Replace([entry]))).entries
    assert told.article.arrived_at == at
