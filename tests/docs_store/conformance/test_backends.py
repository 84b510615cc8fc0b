"""What every backend of the store must do alike: ingest, update, prune, search with filters, forget, rebuild, repair."""

from datetime import date

import pytest

from docs_store.corrections import checked
from docs_store.errors import NothingIndexedError
from docs_store.models import SearchFilter
from docs_store.store import DocsStore
from ingest import ingest, remove
from tests.conftest import ARTICLES

pytestmark = pytest.mark.integration


def ids(hits):
    return {hit.article.title for hit in hits}


@pytest.fixture
def filled(place, backend, embedder, articles_folder):
    settings = place(backend)
    with DocsStore.open(settings, embedder, write=True) as store:
        report = ingest(store, [articles_folder], settings)
        assert report.added == 3 and store.verify().agrees
    return settings


def test_nothing_is_there_before_the_first_ingest(place, backend, embedder):
    with pytest.raises(NothingIndexedError, match="guanchao ingest"):
        DocsStore.open(place(backend), embedder)


def test_both_halves_find_and_every_filter_narrows(filled, embedder):
    with DocsStore.open(filled, embedder) as store:
        everything = "科创飞地 集装箱航线 轨道交通"
        for search in (store.search_lexical, store.search_dense):
            assert ids(search(everything, 9)) == {"飞地简报", "港口简报", "苏锡常都市圈规划印发"}
            since = SearchFilter(since=date(2025, 2, 1))
            until = SearchFilter(until=date(2025, 1, 31))
            assert ids(search(everything, 9, since)) == {"港口简报"}
            assert ids(search(everything, 9, until)) == {"飞地简报"}
            assert ids(search(everything, 9, SearchFilter(issuer="南通发布"))) == {"飞地简报"}
            (source,) = [name for name in store.sources() if name.endswith("规划.txt")]
            assert ids(search(everything, 9, SearchFilter(source=source))) == {"苏锡常都市圈规划印发"}
            folder = source.rsplit("/", 1)[0]
            assert len(ids(search(everything, 9, SearchFilter(source=folder)))) == 3
            both = SearchFilter(since=date(2025, 2, 1), issuer="南通发布")
            assert ids(search(everything, 9, both)) == set()
        best = store.search_dense("盐城港新开通3条集装箱航线", 1)[0]
        assert best.article.title == "港口简报" and 0 < best.score <= 1.0001
        scores = store.search_articles("科创飞地", 9)
        assert list(scores) == [a.id for a in store.articles() if a.title == "飞地简报"]
        assert store.idf(["飞地"])["飞地"] > store.idf(["企业"])["企业"] > 0


def test_updates_prunes_and_removals_leave_nothing_stale(filled, embedder, articles_folder):
    first, second, third = (articles_folder / name for name in ARTICLES)
    with DocsStore.open(filled, embedder, write=True) as store:
        assert ingest(store, [articles_folder], filled).unchanged == 3
        first.write_text(first.read_text(encoding="utf-8").replace("5个", "6个"), encoding="utf-8")
        second.unlink()
        report = ingest(store, [articles_folder], filled, prune=True)
        assert (report.updated, report.deleted, report.unchanged) == (1, 1, 1)
        assert store.verify().agrees
    with DocsStore.open(filled, embedder) as store:
        assert "6个" in store.search_lexical("科创飞地", 1)[0].passage.text
        assert ids(store.search_dense("集装箱航线", 9)) == {"飞地简报", "苏锡常都市圈规划印发"}
        assert ids(store.search_lexical("集装箱航线", 9)) == set()
    with DocsStore.open(filled, embedder, write=True) as store:
        assert remove(store, [str(third)], filled).deleted == 1
        assert store.verify().agrees and store.counts()[0] == 1


def test_a_source_of_the_same_text_points_at_it(filled, embedder, articles_folder):
    copy = articles_folder / "副本.txt"
    copy.write_text((articles_folder / "规划.txt").read_text(encoding="utf-8"), encoding="utf-8")
    with DocsStore.open(filled, embedder, write=True) as store:
        assert ingest(store, [articles_folder], filled).duplicates == 1
        assert store.counts()[0] == 3
    with DocsStore.open(filled, embedder) as store:
        (article,) = [a for a in store.articles() if len(a.sources) == 2]
        (articles_folder / "规划.txt").unlink()
    with DocsStore.open(filled, embedder, write=True) as store:
        ingest(store, [articles_folder], filled, prune=True)
        assert store.article(article.id).source.endswith("副本.txt") and store.verify().agrees


def test_what_was_tampered_with_is_repaired_by_the_next_writer(filled, embedder):
    with DocsStore.open(filled, embedder, write=True) as store:
        wanted = store.verify()
        some = sorted(store._open.vectors.ids())[:2]
        stray = next(store.articles())
        passage = store.passages(stray.id)[0]
        vector = embedder.embed_documents(["别处来的段落"])
        store._open.vectors.delete(some)
        from dataclasses import replace

        import numpy as np

        store._open.vectors.store([(stray, replace(passage, id="stray"))], np.asarray(vector, np.float32))
        store._open.lexical.delete([stray.id])
        report = store.verify()
        assert set(report.missing_vectors) == set(some) and list(report.stale_vectors) == ["stray"]
        assert report.missing_lexical and not report.agrees
    with DocsStore.open(filled, embedder, write=True) as store:
        assert store.verify().agrees and store.counts() == (wanted.articles, wanted.passages)


def test_a_rebuild_takes_the_place_and_a_failed_one_does_not(filled, embedder, articles_folder):
    with pytest.raises(RuntimeError), DocsStore.open(filled, embedder, write=True, rebuild=True):
        raise RuntimeError
    with DocsStore.open(filled, embedder) as store:
        assert store.counts()[0] == 3
    (articles_folder / "规划.txt").unlink()
    with DocsStore.open(filled, embedder, write=True, rebuild=True) as store:
        assert ingest(store, [articles_folder], filled).articles == 2
    with DocsStore.open(filled, embedder) as store:
        assert store.counts()[0] == 2 and store.verify().agrees
        assert ids(store.search_dense("轨道交通", 9)) == {"飞地简报", "港口简报"}


def test_a_rebuild_keeps_articles_from_elsewhere(filled, embedder, tmp_path, articles_folder):
    other = tmp_path / "别处"
    other.mkdir()
    (other / "外来.txt").write_text("通州湾示范区开工\n\n通州湾开工建设示范区码头工程。", encoding="utf-8")
    with DocsStore.open(filled, embedder, write=True) as store:
        ingest(store, [other], filled)
    with DocsStore.open(filled, embedder, write=True, rebuild=True) as store:
        report = ingest(store, [articles_folder], filled)
        assert (report.kept, report.articles) == (1, 4)
    with DocsStore.open(filled, embedder) as store:
        assert ids(store.search_lexical("通州湾", 1)) == {"通州湾示范区开工"} and store.verify().agrees


def test_a_reader_writes_and_shows_it_at_once(filled, embedder, articles_folder):
    (articles_folder / "新.txt").write_text("洋口港扩建\n\n洋口港扩建液化天然气码头。", encoding="utf-8")
    with DocsStore.open(filled, embedder) as store:
        with store.writing() as writable:
            assert ingest(writable, [articles_folder], filled).added == 1
        assert ids(store.search_lexical("液化天然气", 1)) == {"洋口港扩建"} and store.verify().agrees
        with store.writing(rebuild=True) as fresh:
            assert ingest(fresh, [articles_folder], filled).articles == 4
        assert ids(store.search_dense("洋口港扩建液化天然气码头", 1)) == {"洋口港扩建"}
        assert store.verify().agrees


def test_corrections_outlive_new_text_and_a_rebuild_and_every_search_follows_them(
    filled, embedder, articles_folder
):
    note = articles_folder / "飞地简报.md"

    def corrected(store):
        (found,) = [a for a in store.articles() if a.title == "飞地月报"]
        assert (found.issuer, found.published_on) == ("江海市", date(2026, 3, 1))
        assert dict(found.corrected)["title"] == "飞地简报"
        for search in (store.search_lexical, store.search_dense):
            assert ids(search("科创飞地", 9, SearchFilter(issuer="江海市"))) == {"飞地月报"}
            assert ids(search("科创飞地", 9, SearchFilter(since=date(2026, 1, 1)))) == {"飞地月报"}
            assert ids(search("科创飞地", 9, SearchFilter(collection="长三角"))) == {"飞地月报"}
            assert ids(search("科创飞地", 9, SearchFilter(issuer="南通发布"))) == set()
            assert ids(search("科创飞地", 9, SearchFilter(tag="港口"))) == set()
        assert store.verify().agrees
        return found

    given = {"title": "飞地月报", "issuer": "江海市", "published_on": "2026-03-01", "collections": ["长三角"]}
    with DocsStore.open(filled, embedder, write=True) as store:
        (id,) = [a.id for a in store.articles() if a.title == "飞地简报"]
        store.correct(id, checked(given))
        corrected(store)
        note.write_text(note.read_text(encoding="utf-8") + "\n又合作建设了2个。\n", encoding="utf-8")
        assert ingest(store, [articles_folder], filled).updated == 1
        assert corrected(store).text.endswith("又合作建设了2个。")
    with DocsStore.open(filled, embedder, write=True, rebuild=True) as store:
        assert ingest(store, [note], filled).added == 1  # the others are taken over
    with DocsStore.open(filled, embedder, write=True, rebuild=True) as store:
        ingest(store, [articles_folder / "港口简报.md"], filled)
    with DocsStore.open(filled, embedder) as reader:
        corrected(reader)
        with reader.writing() as store:
            store.correct(id, {}, ["title", "issuer", "published_on", "collections"])
        found = reader.article(id)
        assert (found.title, found.issuer, found.corrected) == ("飞地简报", "南通发布", ())
