"""Reads of every kind while an ingest closes and opens the files: SQLite ends the process where one slips through."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from docs_store.errors import StoreClosedError
from docs_store.store import DocsStore
from tests.docs_store.readers_beside_ingests import READS, Hashed, entry

ROUNDS = 20  # ingests, each fifth with a rebuild; and every read is made as often
TOUCH_NO_FILE = {"reading", "built_with", "vector"}
LIFE = {"open", "close", "writing"}
WRITES = {
    "replace_articles",
    "correct",
    "remember",
    "delete_articles",
    "point_sources",
    "remove_sources",
    "finish_files",
    "reconcile",
}


@pytest.fixture
def store(settings):
    with DocsStore.open(settings, Hashed(), write=True) as writable:
        writable.replace_articles([entry(1)])
    with DocsStore.open(settings, Hashed()) as opened:
        yield opened


def test_every_public_read_is_among_those_tried():
    public = {
        name
        for name, value in vars(DocsStore).items()
        if not name.startswith("_") and (callable(value) or isinstance(value, classmethod))
    }
    assert public - TOUCH_NO_FILE - LIFE - WRITES == set(READS)


@pytest.mark.parametrize("name", READS)
def test_a_read_waits_while_files_are_closed_and_opened(store, name):
    done = threading.Event()
    reader = threading.Thread(target=lambda: (READS[name](store), done.set()))
    with store._gate.writing():
        reader.start()
        assert not done.wait(0.2)
    reader.join(30)
    assert done.is_set()


@pytest.mark.parametrize("name", READS)
def test_a_read_after_the_end_is_told_so(settings, store, name):
    store.close()
    with pytest.raises(StoreClosedError, match="已经关闭"):
        READS[name](store)


def test_closing_waits_for_the_read_under_way(store):
    reading, go, closed = threading.Event(), threading.Event(), threading.Event()

    def read():
        with store.reading():
            reading.set()
            go.wait(30)
            assert store.heads()

    threads = [threading.Thread(target=read), threading.Thread(target=lambda: (store.close(), closed.set()))]
    threads[0].start()
    reading.wait(30)
    threads[1].start()
    assert not closed.wait(0.2)
    go.set()
    for thread in threads:
        thread.join(30)
    assert closed.is_set()


@pytest.mark.integration
def test_readers_of_every_kind_beside_ingests_and_rebuilds(tmp_path):
    """In a process of its own, under Python's development mode: what went wrong here was SIGSEGV."""
    root = Path(__file__).parents[2]
    script = Path(__file__).with_name("readers_beside_ingests.py")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", script, tmp_path, str(ROUNDS)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(root), "PYTHONDEVMODE": "1"},
        timeout=280,
    )
    assert done.returncode == 0, (done.returncode, done.stdout[-3000:], done.stderr[-3000:])
