from datetime import date

import pytest

from docs_store.errors import NothingIndexedError, StoreBusyError, StoreMismatchError
from docs_store.models import Article, Passage, SearchFilter
from docs_store.settings import load_settings
from docs_store.store import DocsStore

TEXT = "如皋建设了5个科创飞地。南通分中心实施了2个项目。"


def item(id="a", text=TEXT, day=date(2025, 1, 20), issuer="南通发布"):
    article = Article(id, "协同区简报", f"{id}.md", text, issuer, published_on=day)
    cut = text.index("。") + 1
    spans = [(0, cut), (cut, len(text))]
    passages = [
        Passage(f"{id}{i}{hash(text)}", id, i, s, e, text[s:e]) for i, (s, e) in enumerate(spans) if e > s
    ]
    return article, passages, f"hash of {text}"


def test_what_is_stored_is_found_by_both_halves_and_agrees(settings, embedder):
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([item()])
        assert store.verify().agrees
    with DocsStore.open(settings, embedder) as store:
        assert store.search_lexical("如皋几个飞地", 1)[0].passage.ordinal == 0
        assert store.search_dense("如皋几个科创飞地", 1)[0].passage.ordinal == 0
        assert list(store.search_articles("飞地", 5)) == ["a"]
        assert store.article("a") == item()[0]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("如皋建设了5个科创飞地。", "科创飞地"),
        ("如皋建設了5個科創飛地。", "科创飞地"),
        ("如皋建设了5个科创飞地。", "建設了５個"),
        ("长三角Ｇ６０科创走廊。", "g60"),
        ("a*b?c[d]e^f-g", "*b?c[D］e^f－"),
        ("100%合格_好", "％合格_"),
        ("正文里没有", "协同区简报"),
    ],
)
def test_a_phrase_is_found_however_it_is_written_and_nothing_else_is(settings, embedder, text, phrase):
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([item(text=text + "。")])
        assert store.holding([phrase]) == ["a"]
        assert store.holding([phrase, "协同区"]) == ["a"]
        assert store.holding([phrase, "盐城"]) == store.holding([phrase + "x"]) == []


def test_the_characters_of_a_phrase_apart_are_not_the_phrase(settings, embedder):
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([item(), item("b", text="如皋的飞地，科创的地。")])
        assert store.holding(["科创飞地"]) == ["a"]
        assert store.holding(["如皋"]) == ["b", "a"]


def test_an_update_forgets_the_old_text_everywhere(settings, embedder):
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([item()])
        store.replace_articles([item(text="盐城港开通新航线。")])
        assert store.verify().agrees
        assert store.counts() == (1, 1)
        assert not store.search_lexical("科创飞地", 5)
        assert "飞地" not in str(store.search_dense("科创飞地", 5))


def test_deleting_forgets(settings, embedder):
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([item(), item("b")])
        store.delete_articles(["a"])
        assert store.verify().agrees
        assert {h.article.id for h in store.search_lexical("飞地", 5)} == {"b"}


def test_filters_by_date_and_source(settings, embedder):
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([item(), item("b", day=date(2023, 7, 1)), item("c", day=None, issuer=None)])
        for search in (store.search_lexical, store.search_dense):
            found = search("飞地", 9, SearchFilter(since=date(2024, 1, 1)))
            assert {h.article.id for h in found} == {"a"}
            found = search("飞地", 9, SearchFilter(until=date(2024, 1, 1)))
            assert {h.article.id for h in found} == {"b"}
            assert {h.article.id for h in search("飞地", 9, SearchFilter(source="c.md"))} == {"c"}


def test_a_crash_before_the_ledger_is_repaired_by_the_next_writer(settings, embedder, monkeypatch):
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([item()])
        monkeypatch.setattr(
            store._open.ledger, "replace", lambda items: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            store.replace_articles([item("b")])
        assert not store.verify().agrees
    with DocsStore.open(settings, embedder, write=True) as store:
        assert store.verify().agrees
        assert {h.article.id for h in store.search_lexical("飞地", 9)} == {"a"}


def test_one_writer_excludes_readers_and_writers(settings, embedder):
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([item()])
        for write in (True, False):
            with pytest.raises(StoreBusyError, match="guanchao serve"):
                DocsStore.open(settings, embedder, write=write)


def test_nothing_indexed_and_mismatch_are_told_apart(settings, embedder, monkeypatch):
    with pytest.raises(NothingIndexedError, match="guanchao ingest"):
        DocsStore.open(settings, embedder)
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([item()])
    monkeypatch.setenv("GUANCHAO_INGEST__PASSAGE_CHARS", "200")
    with pytest.raises(StoreMismatchError, match="--rebuild"):
        DocsStore.open(load_settings(), embedder)


def test_a_failed_rebuild_keeps_the_old_index(settings, embedder):
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([item()])
    with pytest.raises(RuntimeError), DocsStore.open(settings, embedder, write=True, rebuild=True):
        raise RuntimeError
    with DocsStore.open(settings, embedder, write=True, rebuild=True) as store:
        store.replace_articles([item("b")])
    with DocsStore.open(settings, embedder) as store:
        assert [a.id for a in store.articles()] == ["b"]
