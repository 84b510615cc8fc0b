"""A folder of many articles narrows as one of few does, and what is remembered of it never outlives a change."""

from docs_store.local import lexical
from docs_store.models import Article, Passage, SearchFilter
from docs_store.store import DocsStore


def entry(folder, number, issuer=None, regions=()):
    text = f"如皋市建设了{number}个科创飞地，第{number}批企业入驻。"
    article = Article(f"{folder}{number}", "简报", f"{folder}/{number}.md", text, issuer, regions=regions)
    return article, [Passage(f"{article.id}-0", article.id, 0, 0, len(text), text)], f"hash {article.id}"


def test_a_wider_search_that_is_sifted_finds_what_the_exact_query_finds(settings, embedder, monkeypatch):
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([entry(folder, n) for folder in ("a", "b", "c") for n in range(30)])
        for k in (3, 20, 60):
            exact = [h.passage.id for h in store.search_lexical("科创飞地", k, SearchFilter(source="b"))]
            monkeypatch.setattr(lexical, "_LARGE_FILTER", 5)
            sifted = [h.passage.id for h in store.search_lexical("科创飞地", k, SearchFilter(source="b"))]
            monkeypatch.undo()
            assert len(exact) == min(k, 30) and all(id.startswith("b") for id in exact)
            assert sorted(sifted) == sorted(exact) or len(sifted) == len(exact) == k
            assert all(id.startswith("b") for id in sifted)


def test_a_folder_is_asked_for_again_after_it_changed(settings, embedder):
    where = SearchFilter(source="a")
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([entry("a", 1), entry("b", 2)])
        for search in (store.search_lexical, store.search_dense):
            assert {h.article.id for h in search("科创飞地", 9, where)} == {"a1"}
        store.replace_articles([entry("a", 3)])
        for search in (store.search_lexical, store.search_dense):
            assert {h.article.id for h in search("科创飞地", 9, where)} == {"a1", "a3"}
        store.delete_articles(["a1"])
        for search in (store.search_lexical, store.search_dense):
            assert {h.article.id for h in search("科创飞地", 9, where)} == {"a3"}


def test_folder_and_issuer_narrow_together_and_each_alone(settings, embedder):
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles(
            [entry("a", 1, "南通发布"), entry("a", 2, "如皋发布"), entry("b", 3, "南通发布")]
        )
        wanted = {
            SearchFilter(source="a", issuer="南通发布"): {"a1"},
            SearchFilter(issuer="南通发布"): {"a1", "b3"},
            SearchFilter(source="a"): {"a1", "a2"},
            SearchFilter(source="南通发布", issuer="如皋发布"): set(),
        }
        for where, ids in wanted.items():
            for search in (store.search_lexical, store.search_dense):
                hits = search("科创飞地", 9, where)
                assert {h.article.id for h in hits} == ids
                assert all(where.holds_source(h.article) for h in hits)


def test_one_of_several_issuers_regions_and_articles_is_enough(settings, embedder):
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles(
            [
                entry("a", 1, "南通发布", ("南通", "上海")),
                entry("a", 2, "如皋发布", ("如皋",)),
                entry("b", 3, None, ("上海",)),
            ]
        )
        wanted = {
            SearchFilter(issuers=("南通发布", "如皋发布")): {"a1", "a2"},
            SearchFilter(regions=("上海", "广州")): {"a1", "b3"},
            SearchFilter(articles=("a2", "b3", "gone")): {"a2", "b3"},
            SearchFilter(regions=("上海",), issuers=("南通发布",)): {"a1"},
            SearchFilter(regions=("上海",), source="b"): {"b3"},
            SearchFilter(issuers=("没有",)): set(),
        }
        for where, ids in wanted.items():
            for search in (store.search_lexical, store.search_dense):
                hits = search("科创飞地", 9, where)
                assert {h.article.id for h in hits} == ids, where
                assert all(where.holds_source(h.article) for h in hits)
