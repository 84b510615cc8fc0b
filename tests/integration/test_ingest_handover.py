"""`guanchao ingest` while `guanchao serve` runs; and an ingest that is killed at random."""

import json
import stat
import threading

import pytest

from benchmarks import faults
from docs_store.errors import StoreBusyError
from docs_store.store import DocsStore
from ui import handover
from ui.handover_server import HandoverServer

ONE = "如皋建设了5个科创飞地，园区承接企业九十余家。"
TWO = "盐城港开通了新航线，货物吞吐量增长两成。"


@pytest.fixture
def served(settings, embedder, tmp_path):
    """A folder of one article, and the store of a server that has it."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.txt").write_text(ONE, encoding="utf-8")
    with DocsStore.open(settings, embedder, write=True) as store:
        handover.do(store, settings, handover.Work([str(folder)], []), None)
    with DocsStore.open(settings, embedder) as store, HandoverServer(store, settings):
        yield folder, store


def test_the_server_does_the_work_and_shows_it_at_once(served, settings):
    folder, store = served
    (folder / "b.txt").write_text(TWO, encoding="utf-8")
    steps = []
    report = handover.hand_over(settings, handover.Work([str(folder)], []), steps.append)
    assert (report["added"], report["unchanged"]) == (1, 1)
    assert steps and steps[-1].files_done == 2
    assert store.search_lexical("新航线", 1)[0].article.text == TWO
    assert handover.hand_over(settings, handover.Work([], [str(folder / "a.txt")]), None)["deleted"] == 1
    assert not store.search_lexical("科创飞地", 1)
    report = handover.hand_over(settings, handover.Work([str(folder)], [], rebuild=True), None)
    assert report["articles"] == 2 and store.counts()[0] == 2 and store.verify().agrees


def test_the_server_tells_why_it_could_not(served, settings, tmp_path):
    with pytest.raises(handover.HandedOverError, match="找不到"):
        handover.hand_over(settings, handover.Work([str(tmp_path / "nowhere")], []), None)


def test_another_reader_is_a_reason_and_answers_go_on(served, settings, embedder):
    folder, store = served
    with DocsStore.open(settings, embedder), pytest.raises(handover.HandedOverError, match="另一个"):
        handover.hand_over(settings, handover.Work([str(folder)], []), None)
    assert store.search_lexical("科创飞地", 1)


def test_only_who_may_read_the_file_may_ask(served, settings):
    _, store = served
    file = settings.index_path / "serve.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    address = json.loads(file.read_text())
    file.write_text(json.dumps({**address, "token": "wrong"}))
    assert handover.hand_over(settings, handover.Work([], ["a.txt"]), None) is None
    assert store.counts() == (1, 1)


def test_without_a_server_the_process_does_it_itself(settings, embedder, tmp_path, monkeypatch):
    monkeypatch.setattr("docs_store.store.open_embedder", lambda *_: embedder)
    (tmp_path / "a.txt").write_text(ONE, encoding="utf-8")
    settings.index_path.mkdir()
    (settings.index_path / "serve.json").write_text('{"port": 1, "token": "left by a killed server"}')
    work = handover.Work([str(tmp_path / "a.txt")], [])
    assert handover.hand_over(settings, work, None) is None
    assert handover.carry_out(settings, work, None)["added"] == 1


def test_two_at_once_wait_for_each_other(served, settings):
    folder, store = served
    (folder / "b.txt").write_text(TWO, encoding="utf-8")
    reports = []
    threads = [
        threading.Thread(
            target=lambda: reports.append(
                handover.hand_over(settings, handover.Work([str(folder)], []), None)
            )
        )
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(r["added"] for r in reports) == [0, 0, 1] and store.verify().agrees


def test_a_writer_of_another_process_keeps_it_out(settings, embedder, served):
    with pytest.raises(StoreBusyError):
        DocsStore.open(settings, embedder, write=True)


@pytest.mark.integration
def test_kills_lose_nothing_and_leave_nothing_stale(monkeypatch):
    monkeypatch.setenv("GUANCHAO_STORE__PATH", "set by the run")
    found = faults.run(kills=4, seed=3)
    assert found["kills"] == 4
    assert [found[name] for name in ("lost", "half", "stale", "missing")] == [0, 0, 0, 0]
    assert found["at_the_end"]["agrees"] and found["at_the_end"]["lost"] == found["at_the_end"]["stale"] == 0
