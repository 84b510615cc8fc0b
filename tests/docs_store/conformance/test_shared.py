"""Several processes behind one shared index: alike, one writer at a time, nothing lost to kills, outages told."""

import shutil
import threading
from contextlib import suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks import faults
from docs_store.engines import open_engine
from docs_store.errors import StoreBusyError, StoreUnavailableError
from docs_store.models import Article, Passage
from docs_store.shared import lease
from docs_store.shared.change_log import ChangeLog
from docs_store.store import DocsStore
from tests.docs_store.conformance.conftest import MADE, eventually

pytestmark = pytest.mark.integration
SECRET = "如皋建设了5个科创飞地，园区承接企业九十余家。"
OTHER = "盐城港开通了新航线，货物吞吐量增长两成。"


def item(id, text, source=None):
    article = Article(id, f"{id}的简报", source or f"{id}.md", text)
    return article, [Passage(f"{id}-{abs(hash(text))}", id, 0, 0, len(text), text)], f"hash of {text}"


@pytest.fixture
def filled(place, shared, embedder):
    settings = place(shared)
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([item("a", SECRET), item("b", OTHER)])
    return settings


def texts(store, question="科创飞地 新航线"):
    lexical = [(h.passage.id, h.article.text, round(h.score, 4)) for h in store.search_lexical(question, 9)]
    dense = [(h.passage.id, h.article.text, round(h.score, 4)) for h in store.search_dense(question, 9)]
    return lexical, dense


def test_two_machines_show_the_same_after_a_moment(filled, shared, place, embedder):
    elsewhere = place(shared, "another machine")
    with DocsStore.open(filled, embedder) as one, DocsStore.open(elsewhere, embedder) as other:
        assert texts(one) == texts(other)
        with other.writing() as writable:
            writable.replace_articles([item("a", SECRET + "新版。"), item("c", "通州湾开工。")])
            writable.delete_articles(["b"])
        assert "新版" in texts(other)[0][0][1]
        eventually(lambda: texts(one) == texts(other) and one.counts() == (2, 2))
        assert list(one.articles()) == list(other.articles()) and one.sources() == other.sources()
        assert one.verify().agrees and one.verify().location.behind == 0
        before = one.verify().location.generation
        with other.writing(rebuild=True) as fresh:
            fresh.replace_articles([item("c", "通州湾开工。")])
        eventually(lambda: one.verify().location.generation != before)
        assert one.counts() == (1, 1) and texts(one) == texts(other)
        assert one.verify().agrees and other.verify().agrees


def test_a_rebuild_elsewhere_never_fails_a_reader(filled, shared, place, embedder):
    seen, failures, stop = set(), [], threading.Event()
    with DocsStore.open(filled, embedder) as reader:

        def look():
            while not stop.is_set():
                try:
                    with reader.reading():
                        seen.add(tuple(sorted(h.article.text for h in reader.search_dense("科创飞地", 9))))
                        assert reader.search_lexical("简报", 9)
                except Exception as error:
                    failures.append(error)

        thread = threading.Thread(target=look)
        thread.start()
        versions = [SECRET, *(f"{SECRET}第{i}版。" for i in range(4))]
        with DocsStore.open(place(shared, "another machine"), embedder, write=True) as writer:
            for version in versions[1:]:
                writer.replace_articles([item("a", version)])
        # A writer gives readers its own refresh_seconds and one more to change over: time enough on a busy machine.
        patient = place(shared, "another machine", refresh_seconds=4)
        with DocsStore.open(patient, embedder, write=True, rebuild=True) as writer:
            writer.replace_articles([item("a", SECRET + "重建。")])
        eventually(lambda: reader.counts() == (1, 1))
        stop.set()
        thread.join()
        assert texts(reader)[1][0][1] == SECRET + "重建。"
    assert not failures
    whole = {*versions, SECRET + "重建。", OTHER}
    assert {text for found in seen for text in found} <= whole and len(seen) > 1


def test_one_writer_at_a_time(filled, shared, place, embedder):
    elsewhere = place(shared, "another machine")
    with DocsStore.open(filled, embedder, write=True) as writer:
        with pytest.raises(StoreBusyError, match=r"另一个观潮.*请等"):
            DocsStore.open(elsewhere, embedder, write=True)
        with DocsStore.open(elsewhere, embedder) as reader:
            with pytest.raises(StoreBusyError), reader.writing():
                pass
            assert reader.counts() == (2, 2)
        writer.delete_articles(["a"])
    with DocsStore.open(elsewhere, embedder, write=True) as writer:
        assert writer.counts() == (1, 1)


def test_of_two_that_want_the_lease_at_the_same_moment_one_has_it(place, shared):
    settings = place(shared)
    engines = [open_engine(settings.store) for _ in range(3)]
    settle = 0.5 if shared == "milvus" else 0.0
    for _ in range(3):
        leases = [lease.Lease(engine.control(), settle) for engine in engines]
        together, won = threading.Barrier(len(leases)), []

        def want(one, together=together, won=won):
            together.wait()
            with suppress(StoreBusyError):
                one.take()
                won.append(one)

        threads = [threading.Thread(target=want, args=(one,)) for one in leases]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1
        won[0].release()
    for engine in engines:
        engine.close()


def test_a_writer_that_was_given_up_cannot_write_any_more(filled, shared, place, embedder, monkeypatch):
    monkeypatch.setattr(lease, "SECONDS", 0.2)
    with DocsStore.open(filled, embedder, write=True) as asleep:
        asleep._backend._lease._over.set()  # it renews no more, as if its machine had stopped
        eventually(lambda: asleep._backend._lease._own_turn.until < lease.time.time())
        with DocsStore.open(place(shared, "another machine"), embedder, write=True) as writer:
            writer.replace_articles([item("c", "通州湾开工。")])
            with pytest.raises(StoreBusyError, match="接手"):
                asleep.replace_articles([item("d", "晚到的一篇。")])
    with DocsStore.open(filled, embedder, write=True) as store:
        assert {a.id for a in store.articles()} == {"a", "b", "c"} and store.verify().agrees


def test_forgotten_text_is_found_nowhere_and_a_rebuild_erases_it(filled, shared, embedder):
    with DocsStore.open(filled, embedder, write=True) as store:
        store.delete_articles(["a"])
    with DocsStore.open(filled, embedder) as store:
        assert "科创飞地" not in str(texts(store)) and store.verify().agrees
    assert "科创飞地" in on_the_server(filled)  # the log still tells how it came and went
    with DocsStore.open(filled, embedder, write=True, rebuild=True) as store:
        store.replace_articles([item("b", OTHER)])
    assert "科创飞地" not in on_the_server(filled) and "新航线" in on_the_server(filled)
    for file in filled.index_path.rglob("*"):
        assert not file.is_file() or "科创飞地".encode() not in file.read_bytes()


def on_the_server(settings):
    """All that the collections of the index hold, as text."""
    engine = open_engine(settings.store)
    found = []
    for generation in engine.generations():
        found += [str(change.mutation) for change in ChangeLog(engine.log(generation), "").since(0)]
        if settings.store.backend == "milvus":
            for kind in ("passages", "articles"):
                rows = engine._client.query(
                    f"{settings.store.collection}_{generation}_{kind}",
                    filter="",
                    output_fields=["tokens"],
                    limit=99,
                )
                words = (word for row in rows for word in row["tokens"].split())
                found += [bytes.fromhex(word).decode("utf-16-be") for word in words]
    engine.close()
    return "\n".join(found)


def test_a_live_rebuild_that_fails_leaves_reader_and_server_as_they_were(filled, shared, embedder):
    with DocsStore.open(filled, embedder) as store:
        wanted, generation = texts(store), store.verify().location.generation
        with pytest.raises(RuntimeError), store.writing(rebuild=True) as fresh:
            assert {a.id for a in fresh.previous.articles()} == {"a", "b"}
            fresh.replace_articles([item("c", "通州湾开工。")])
            raise RuntimeError
        assert texts(store) == wanted and store.verify().location.generation == generation
        with store.writing() as writable:
            writable.replace_articles([item("c", "通州湾开工。")])
        assert store.counts() == (3, 3) and store.verify().agrees
        assert store._backend._engine.generations() == [generation]


def test_a_rebuild_that_was_cut_off_is_cleared_away(filled, shared, embedder):
    store = DocsStore.open(filled, embedder, write=True)
    left = store._backend._created()
    store.close()
    engine = open_engine(filled.store)
    assert left in engine.generations()
    with DocsStore.open(filled, embedder, write=True) as store:
        assert store.counts() == (2, 2)
    assert len(engine.generations()) == 1 and left not in engine.generations()
    engine.close()


def test_a_replica_that_is_lost_damaged_or_of_another_past_is_made_anew(filled, shared, embedder):
    with DocsStore.open(filled, embedder) as store:
        wanted, replica = texts(store), store._opened.folder
    shutil.rmtree(replica)
    with DocsStore.open(filled, embedder) as store:
        assert texts(store) == wanted
    for file in replica.rglob("*"):
        if file.is_file() and file.name != "generation":
            file.write_bytes(b"\x07" * 64)
    with DocsStore.open(filled, embedder) as store:
        assert texts(store) == wanted
        with store._open.ledger.as_change(99, "of a server that was put back"):
            store._open.ledger.fence()
    with DocsStore.open(filled, embedder) as store:
        assert texts(store) == wanted and store.verify().agrees


def test_processes_of_one_machine_have_a_replica_each(filled, embedder):
    with DocsStore.open(filled, embedder) as one, DocsStore.open(filled, embedder) as other:
        assert one._opened.folder != other._opened.folder and texts(one) == texts(other)


def test_kills_lose_nothing_and_leave_nothing_stale(place, shared, monkeypatch):
    monkeypatch.setattr(faults, "_FILES", 60)
    place(shared)
    found = faults.run(kills=2, seed=5)
    assert found["kills"] == 2
    assert [found[name] for name in ("lost", "half", "stale", "missing")] == [0, 0, 0, 0]
    assert found["at_the_end"]["agrees"] and found["at_the_end"]["lost"] == found["at_the_end"]["stale"] == 0


def test_a_server_that_is_down_is_told_and_all_goes_on_when_it_is_back(place, shared, embedder, tmp_path):
    server = MADE[shared](tmp_path).start()
    try:
        settings = place(shared, url=server.url)
        with DocsStore.open(settings, embedder, write=True) as store:
            store.replace_articles([item("a", SECRET), item("b", OTHER)])
        with DocsStore.open(settings, embedder) as store:
            wanted = texts(store)
            server.stop()
            with pytest.raises(StoreUnavailableError, match="请确认服务已启动"):
                store.search_dense("科创飞地", 1)
            with pytest.raises(StoreUnavailableError), store.writing() as writable:
                writable.delete_articles(["a"])
            with pytest.raises(StoreUnavailableError):
                DocsStore.open(settings, embedder)
            server.start()
            eventually(lambda: texts(store) == wanted)
            with store.writing() as writable:
                writable.delete_articles(["a"])
            assert store.counts() == (1, 1) and store.verify().agrees
    finally:
        server.stop()


def test_a_server_that_goes_in_the_middle_of_a_write_is_told_and_nothing_is_half(
    filled, embedder, monkeypatch
):
    with DocsStore.open(filled, embedder, write=True) as store:
        table = store._opened.log._table
        claim = table.claim

        def lost_answer(key, value):
            claim(key, value)
            raise StoreUnavailableError("written, but the answer got lost")

        monkeypatch.setattr(table, "claim", lost_answer)
        with pytest.raises(StoreUnavailableError):
            store.replace_articles([item("c", "通州湾开工。")])
        monkeypatch.setattr(table, "claim", claim)
        store.replace_articles([item("d", "洋口港扩建。")])
        assert {a.id for a in store.articles()} == {"a", "b", "c", "d"}
    with DocsStore.open(filled, embedder) as store:
        assert store.counts() == (4, 4) and store.verify().agrees


@pytest.fixture
def guarded(servers):
    """A proxy before Chroma that asks for a key in a header; gives its address."""
    target = servers("chroma-server")

    class Guard(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            given = self.headers["X-Chroma-Token"], self.headers["Authorization"]
            if given not in (("correct", None), (None, "Bearer correct")):
                return self._send(401, b"no entry")
            connection = HTTPConnection("127.0.0.1", target.port)
            connection.request(self.command, self.path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return self._send(answer.status, answer.read())

        do_GET = do_POST = do_PUT = do_DELETE = _pass

        def _send(self, status, body):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Guard)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{proxy.server_address[1]}"
    proxy.shutdown()
    proxy.server_close()


@pytest.mark.parametrize("header", ["Authorization", "X-Chroma-Token"])
def test_the_key_goes_along_and_a_wrong_one_is_told(place, embedder, guarded, monkeypatch, header):
    monkeypatch.setenv("CHROMA_KEY", "correct")
    settings = place("chroma-server", url=guarded, token_env="CHROMA_KEY", token_header=header)
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([item("a", SECRET)])
    monkeypatch.setenv("CHROMA_KEY", "wrong")
    with pytest.raises(StoreUnavailableError, match=r"store\.url.*密钥"):
        DocsStore.open(settings, embedder)


def test_a_wrong_address_is_told(place, shared, embedder):
    from tests.docs_store.conformance.conftest import free_port

    settings = place(shared, url=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(StoreUnavailableError, match="请确认服务已启动"):
        DocsStore.open(settings, embedder)


def test_milvus_lite_in_a_folder_needs_no_server(place, embedder, tmp_path):
    pytest.importorskip("milvus_lite", reason="needs pip install 'guanchao[milvus]'")
    settings = place("milvus", url=str(tmp_path / "lite"))
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([item("a", SECRET), item("b", OTHER)])
    with DocsStore.open(settings, embedder) as store:
        assert texts(store)[1][0][0] and store.verify().agrees
