"""Damage, forgetting, full disks, and readers beside a writer."""

import errno
import shutil
import threading

import pytest

from docs_store.embedding.token_budget import TokenBudget
from docs_store.errors import StoreWriteError
from docs_store.models import Article, Passage
from docs_store.store import DocsStore
from docs_store.text.minhash import signature, similarity
from docs_store.text.normal import typeset
from rag.retrieval.grouping import one_of_each

SECRET = "如皋建设了5个科创飞地，园区承接企业九十余家。"
OTHER = "盐城港开通了新航线，货物吞吐量增长两成。"


def item(id, text, source=None):
    article = Article(id, f"{id}的简报", source or f"{id}.md", text)
    return article, [Passage(f"{id}-{abs(hash(text))}", id, 0, 0, len(text), text)], f"hash of {text}"


class Counting:
    """An embedder that counts what it is asked for."""

    def __init__(self, inner):
        self.inner, self.texts = inner, []

    def embed_documents(self, texts):
        self.texts += texts
        return self.inner.embed_documents(texts)

    def embed_query(self, text):
        return self.inner.embed_query(text)


@pytest.fixture
def filled(settings, embedder):
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([item("a", SECRET), item("b", OTHER)])
    return settings.index_path / "current"


def overwrite(path):
    path.write_bytes(b"\x07" * path.stat().st_size)


def drop(path):
    path.unlink()


@pytest.mark.parametrize("damage", [overwrite, drop])
@pytest.mark.parametrize("which", ["chroma.sqlite3", "data_level0.bin"])
def test_damaged_vectors_are_rebuilt_without_sources_or_embedding(settings, embedder, filled, damage, which):
    (victim,) = (filled / "vectors").rglob(which)
    damage(victim)
    counting = Counting(embedder)
    with DocsStore.open(settings, counting) as store:
        assert store.verify().agrees
        assert store.search_dense("科创飞地", 1)[0].article.id == "a"
    assert counting.texts == []


def test_a_lost_vector_folder_and_lexical_index_come_back(settings, embedder, filled):
    shutil.rmtree(filled / "vectors")
    for file in (filled / "lexical").iterdir():
        file.write_bytes(b"")
    with DocsStore.open(settings, embedder, write=True) as store:
        assert store.verify().agrees
        assert store.search_lexical("科创飞地", 1)[0].article.id == "a"


def test_a_rebuild_embeds_nothing_again_and_leaves_no_trace_of_what_was_deleted(settings, embedder, filled):
    with DocsStore.open(settings, embedder, write=True) as store:
        store.delete_articles(["a"])
    counting = Counting(embedder)
    with DocsStore.open(settings, counting, write=True, rebuild=True) as store:
        store.replace_articles([item("b", OTHER)])
    assert counting.texts == []
    for file in settings.index_path.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            for encoding in ("utf-8", "utf-16-le"):
                assert "科创飞地".encode(encoding) not in data, file


def test_a_swap_that_a_crash_interrupted_is_undone(settings, embedder, filled):
    filled.rename(filled.with_name("old"))
    with DocsStore.open(settings, embedder) as store:
        assert store.counts() == (2, 2)


@pytest.mark.parametrize("where", ["vectors", "lexical", "ledger"])
def test_a_full_disk_is_told_and_loses_nothing(settings, embedder, filled, monkeypatch, where):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with DocsStore.open(settings, embedder, write=True) as store:
        method = {"vectors": "add", "lexical": "add", "ledger": "replace"}[where]
        monkeypatch.setattr(getattr(store._open, where), method, full)
        with pytest.raises(StoreWriteError, match="磁盘空间"):
            store.replace_articles([item("c", "新文章的正文在此。")])
    with DocsStore.open(settings, embedder, write=True) as store:
        assert store.verify().agrees
        assert {a.id for a in store.articles()} == {"a", "b"}


def test_readers_see_the_old_state_or_the_new_one_and_never_neither(settings, embedder, filled):
    with DocsStore.open(settings, embedder) as store:
        seen, stop = [], threading.Event()

        def look():
            while not stop.is_set():
                seen.append(
                    [h.article.text for h in store.search_lexical("科创飞地 航线", 9) if h.article.id == "a"]
                )

        thread = threading.Thread(target=look)
        thread.start()
        versions = [SECRET + f"第{i}版。" for i in range(8)]
        for version in versions:
            with store.writing() as writable:
                writable.replace_articles([item("a", version)])
            assert [h.article.text for h in store.search_lexical("科创飞地", 1)] == [version]
        stop.set()
        thread.join()
        assert len(seen) > 20
        assert {len(found) for found in seen} == {1}
        assert {found[0] for found in seen} <= {SECRET, *versions}


def test_a_live_rebuild_is_seen_at_once_and_a_failed_one_is_not(settings, embedder, filled):
    with DocsStore.open(settings, embedder) as store:
        with pytest.raises(RuntimeError), store.writing(rebuild=True):
            raise RuntimeError
        assert store.counts() == (2, 2)
        with store.writing(rebuild=True) as fresh:
            fresh.replace_articles([item("b", OTHER)])
            assert store.search_lexical("科创飞地", 1)
        assert not store.search_lexical("科创飞地", 1)
        assert store.counts() == (1, 1)


def test_reposts_are_linked_and_the_link_survives_the_first_one(settings, embedder):
    text = "。".join(f"第{i}句谈长三角一体化发展的第{i * 7}项任务" for i in range(30)) + "。"
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles(
            [
                item("a", text),
                item("b", text + "转载请注明。"),
                item("c", "（转）" + text),
                item("d", OTHER * 9),
            ]
        )
        assert {a.id: a.duplicate_of for a in store.articles()} == {"a": None, "b": "a", "c": "a", "d": None}
        hits = [h for h in store.search_lexical("长三角一体化", 9) if h.article.id != "d"]
        assert len({h.article.id for h in hits}) == 3
        assert len({h.article.id for h in one_of_each(hits)}) == 1
        store.delete_articles(["a"])
        assert {a.id: a.duplicate_of for a in store.articles()} == {"b": None, "c": "b", "d": None}


def test_similarity_tells_reposts_from_the_same_topic():
    one = "".join(f"第{i}段介绍示范区建设的第{i}项成果。" for i in range(40))
    other = "".join(f"第{i}节说明大湾区合作的第{i}个项目。" for i in range(40))
    assert similarity(signature(one), signature(one[:-20])) > 0.8
    assert similarity(signature(one), signature(other)) < 0.4
    assert signature("短") is None


def test_what_is_longer_than_the_model_sees_goes_to_it_in_pieces(settings):
    budget = TokenBudget(settings)
    if budget.limit is None:
        pytest.skip("needs the weights of m3e-small")
    text = "推进长三角一体化发展，" * 80 + "完"
    pieces = budget.pieces(text)
    assert "".join(pieces) == text and len(pieces) > 1
    assert all(budget.count(piece) <= budget.limit for piece in pieces)


def test_widths_are_unified_beside_chinese_alone():
    assert typeset("会议上,省政府(扩大)ＡＩ２０") == "会议上，省政府（扩大）AI20"
    assert typeset("a, b (c)") == "a, b (c)"
