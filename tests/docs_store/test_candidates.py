"""The parts of a search run side by side, and none outlives it."""

import threading

import pytest

from docs_store.candidates import Search, gather
from docs_store.models import Article, Passage, SearchFilter
from docs_store.store import DocsStore


@pytest.fixture
def store(settings, embedder):
    text = "如皋市建设了三个科创飞地。"
    article = Article("a", "简报", "a.md", text)
    with DocsStore.open(settings, embedder, write=True) as opened:
        opened.replace_articles([(article, [Passage("a-0", "a", 0, 0, len(text), text)], "hash")])
        yield opened


def search(store):
    return Search("科创飞地", lambda: store.vector("科创飞地"), SearchFilter(), {}, 5, 5, 0.5, 0.5)


def test_passages_articles_and_vectors_are_looked_for_at_once(store, monkeypatch):
    lexical, vectors = store._open.lexical, store._open.vectors
    all_three = threading.Barrier(3)
    for half, name in ((lexical, "passages"), (lexical, "articles"), (vectors, "search")):
        own = getattr(half, name)
        monkeypatch.setattr(half, name, lambda *args, own=own: (all_three.wait(10), own(*args))[1])
    assert [hit.passage.id for hit in gather(store._open, search(store))] == ["a-0"]


def test_an_error_waits_for_the_other_half(store, monkeypatch):
    went_on, ended = threading.Event(), threading.Event()

    def slow(*args):
        went_on.wait(10)
        ended.set()
        return []

    def fails(*args):
        threading.Timer(0.1, went_on.set).start()
        raise RuntimeError("no vectors")

    monkeypatch.setattr(store._open.lexical, "passages", slow)
    monkeypatch.setattr(store._open.vectors, "search", fails)
    with pytest.raises(RuntimeError, match="no vectors"):
        gather(store._open, search(store))
    assert ended.is_set()


def test_an_error_of_the_lexical_half_is_the_searchs(store, monkeypatch):
    def fails(*args):
        raise RuntimeError("no words")

    monkeypatch.setattr(store._open.lexical, "articles", fails)
    with pytest.raises(RuntimeError, match="no words"):
        gather(store._open, search(store))
