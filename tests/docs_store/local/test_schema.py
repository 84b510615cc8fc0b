"""An index of an earlier version is migrated when it is opened; one of a later version is refused."""

import sqlite3
from contextlib import closing

import pytest

from docs_store.errors import StoreDamagedError, StoreMismatchError
from docs_store.local import schema
from docs_store.local.ledger import Ledger
from docs_store.models import ReadingNotes
from docs_store.store import DocsStore
from ingest import ingest


@pytest.fixture
def ledger_file(settings, embedder, articles_folder):
    with DocsStore.open(settings, embedder, write=True) as store:
        ingest(store, [articles_folder], settings)
    return settings.index_path / "current" / "ledger.sqlite3"


def change(path, *statements):
    with closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)


def tables(path):
    with closing(sqlite3.connect(path)) as db:
        return {
            row[0]: row[1] for row in db.execute("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL")
        }


def make_version_3(path):
    """What a ledger was before it kept how articles were read, and before it named its own version."""
    change(
        path,
        "DROP TABLE readings",
        "UPDATE meta SET value = '3' WHERE key = 'schema'",
        "PRAGMA user_version = 0",
    )


def test_a_reader_finds_an_earlier_index_migrated(settings, embedder, ledger_file):
    wanted = tables(ledger_file).keys()
    make_version_3(ledger_file)
    assert not schema.is_current(ledger_file)
    with DocsStore.open(settings, embedder) as store:
        assert store.counts()[0] == 3 and store.verify().agrees
        assert {store.reading_notes(head.id) for head in store.heads()} == {ReadingNotes()}
    assert schema.is_current(ledger_file) and tables(ledger_file).keys() == wanted
    with closing(Ledger(ledger_file, write=False)) as ledger:
        assert ledger.meta()["schema"] == str(schema.VERSION)


def test_nothing_is_embedded_again_by_a_migration(settings, embedder, ledger_file):
    make_version_3(ledger_file)
    embedder.embed_documents = None  # who calls it fails
    with DocsStore.open(settings, embedder, write=True) as store:
        assert store.verify().agrees


def test_a_migrated_ledger_has_its_files_read_again_for_what_it_did_not_keep(
    settings, embedder, ledger_file, articles_folder
):
    make_version_3(ledger_file)
    with DocsStore.open(settings, embedder, write=True) as store:
        assert store.files() == {}
        report = ingest(store, [articles_folder], settings)
        assert report.unchanged == 3 and len(store.files()) == 3


def test_a_rebuild_takes_articles_over_from_an_earlier_index(settings, embedder, ledger_file, tmp_path):
    make_version_3(ledger_file)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "新的.md").write_text("# 新的\n\n这是另一个文件夹里的文章。", encoding="utf-8")
    with DocsStore.open(settings, embedder, write=True, rebuild=True) as store:
        assert ingest(store, [elsewhere], settings).kept == 3


def test_the_index_of_a_later_version_is_refused(settings, embedder, ledger_file):
    change(ledger_file, "UPDATE meta SET value = '99' WHERE key = 'schema'", "PRAGMA user_version = 99")
    with pytest.raises(StoreMismatchError, match="请升级 guanchao"):
        DocsStore.open(settings, embedder)


def test_an_index_older_than_all_migrations_must_be_rebuilt(settings, embedder, ledger_file):
    change(ledger_file, "UPDATE meta SET value = '1' WHERE key = 'schema'", "PRAGMA user_version = 0")
    with pytest.raises(StoreDamagedError, match="--rebuild"):
        DocsStore.open(settings, embedder, write=True)


def test_a_migration_that_fails_changes_nothing(ledger_file, monkeypatch):
    make_version_3(ledger_file)
    before = tables(ledger_file)

    def fails(db):
        db.execute("CREATE TABLE half (made INTEGER)")
        raise sqlite3.OperationalError("disk full")

    monkeypatch.setattr(schema, "_MIGRATIONS", {4: fails})
    with pytest.raises(sqlite3.OperationalError):
        Ledger(ledger_file, write=True)
    assert tables(ledger_file) == before and not schema.is_current(ledger_file)


def test_every_version_after_the_first_migration_has_one():
    assert list(schema._MIGRATIONS) == list(range(min(schema._MIGRATIONS), schema.VERSION + 1))
