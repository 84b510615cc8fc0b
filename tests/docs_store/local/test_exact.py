"""Exact search beside Chroma: same answers as a plain product, and never stale."""

from datetime import date

import numpy as np
import pytest

from docs_store.local import exact, vectors
from docs_store.local.vectors import VectorIndex
from docs_store.models import SearchFilter

DAYS = [0, 20230701, 20230801, 20240101]


def unit(count, seed=0):
    found = np.random.default_rng(seed).normal(size=(count, 16)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.fixture
def index(tmp_path):
    made = VectorIndex(tmp_path / "vectors", write=True)
    rows = unit(200)
    made.add([f"p{i}" for i in range(200)], rows, [DAYS[i % 4] for i in range(200)])
    yield made
    made.close()


def test_finds_what_a_plain_product_finds(index):
    rows, wanted = unit(200), unit(1, seed=1)[0]
    best = np.argsort(-(rows @ wanted))[:10]
    assert [id for id, _ in index.search(wanted, 10, SearchFilter())] == [f"p{i}" for i in best]


def test_dates_narrow_and_the_undated_never_match_a_dated_filter(index):
    wanted = unit(1, seed=2)[0]
    found = {id for id, _ in index.search(wanted, 200, SearchFilter(until=date(2023, 12, 31)))}
    assert found == {f"p{i}" for i in range(200) if i % 4 in (1, 2)}


def test_only_the_ids_asked_for_are_found(index):
    found = index.search(unit(1)[0], 9, SearchFilter(), {"p3", "p4", "no such"})
    assert {id for id, _ in found} == {"p3", "p4"}


@pytest.mark.parametrize("few", [0.0, 1.0])
def test_rows_taken_out_first_and_rows_looked_at_in_eight_bits_give_the_same(index, few, monkeypatch):
    monkeypatch.setattr(exact, "_GATHERED_SHARE", few)
    index.delete([f"p{i}" for i in range(0, 200, 5)])
    rows, wanted = unit(200), unit(1, seed=5)[0]
    left = [i for i in range(200) if i % 5 and i % 4 == 1]
    best = sorted(left, key=lambda i: -(rows[i] @ wanted))[:10]
    for among in (None, {f"p{i}" for i in range(200)}):
        found = index.search(wanted, 10, SearchFilter(until=date(2023, 7, 31)), among)
        assert [id for id, _ in found] == [f"p{i}" for i in best]
        assert found[0][1] == pytest.approx(max(0.0, rows[best[0]] @ wanted), abs=1e-6)


def test_what_is_deleted_or_replaced_is_never_found_as_it_was(index):
    wanted = unit(1, seed=3)[0]
    index.add(["p7"], wanted[None, :], [20230701])
    assert index.search(wanted, 1, SearchFilter())[0][0] == "p7"
    index.delete(["p7"])
    assert "p7" not in {id for id, _ in index.search(wanted, 200, SearchFilter())}
    assert index.similarities(wanted, ["p7"])[0] == 0


@pytest.mark.parametrize("damage", ["missing", "torn rows", "torn log"])
def test_damaged_files_are_replaced_from_chroma(tmp_path, damage):
    made = VectorIndex(tmp_path / "vectors", write=True)
    made.add([f"p{i}" for i in range(20)], unit(20), [0] * 20)
    made.close()
    rows, log = tmp_path / "vectors/exact.f32", tmp_path / "vectors/exact.log"
    if damage == "missing":
        rows.unlink()
    elif damage == "torn rows":
        rows.write_bytes(rows.read_bytes()[:-100])
    else:
        log.write_text("".join(log.read_text().splitlines(keepends=True)[:-3]))
    again = VectorIndex(tmp_path / "vectors")
    assert again.search(unit(20)[5], 1, SearchFilter())[0][0] == "p5"
    again.close()


def test_a_search_goes_on_with_what_it_holds_while_the_files_are_written_anew(index):
    rows, wanted = unit(200), unit(1, seed=8)[0]
    loaded = index._loaded(200)
    before = loaded.search(wanted, 10, 0, 99991231)
    index._exact.rewrite([(["other"], unit(1, seed=9), [0])])
    assert loaded.search(wanted, 10, 0, 99991231) == before
    assert loaded.similarities(rows[3], ["p3", "other"]).tolist() == pytest.approx([1, 0], abs=1e-6)


@pytest.mark.parametrize("change", ["upsert", "delete"])
def test_a_search_during_a_change_takes_what_was_there_and_reads_nothing_anew(index, change, monkeypatch):
    wanted = unit(1, seed=10)[0]
    before = index.search(wanted, 10, SearchFilter())
    during = []

    def meanwhile(**values):
        during.append(index.search(wanted, 10, SearchFilter()))
        own(**values)

    own = getattr(index._collection, change)
    monkeypatch.setattr(index._collection, change, meanwhile)
    monkeypatch.setattr(index, "_blocks", lambda: pytest.fail("read from Chroma"))
    if change == "upsert":
        index.add(["new"], wanted[None, :], [0])
    else:
        index.delete([before[0][0]])
    assert during == [before]
    after = [id for id, _ in index.search(wanted, 10, SearchFilter())]
    assert after[0] == ("new" if change == "upsert" else before[1][0])


def test_above_the_limit_chroma_answers_unless_a_filter_narrows(index, monkeypatch):
    monkeypatch.setattr(vectors, "EXACT_UP_TO", 10)
    wanted = unit(1, seed=4)[0]
    best = f"p{np.argmax(unit(200) @ wanted)}"
    assert index.search(wanted, 5, SearchFilter())[0][0] == best
    since = SearchFilter(since=date(2024, 1, 1))
    assert all(int(id[1:]) % 4 == 3 for id, _ in index.search(wanted, 5, since))


def test_many_removals_shrink_the_files(tmp_path):
    made = VectorIndex(tmp_path / "vectors", write=True)
    made.add([f"p{i}" for i in range(200)], unit(200), [0] * 200)
    made.delete([f"p{i}" for i in range(150)])
    assert made.search(unit(200)[180], 1, SearchFilter())[0][0] == "p180"
    assert (tmp_path / "vectors/exact.f32").stat().st_size == 50 * 16 * 4
    made.close()


def test_an_index_of_an_earlier_version_gets_the_search_width_of_this_one_with_its_next_change(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(vectors, "EF_SEARCH", 50)
    made = VectorIndex(tmp_path / "vectors", write=True)
    made.add([f"p{i}" for i in range(20)], unit(20), [0] * 20)
    made.close()
    monkeypatch.undo()
    changed = VectorIndex(tmp_path / "vectors", write=True)
    changed.delete(["p0"])
    changed.close()
    again = VectorIndex(tmp_path / "vectors")
    assert again._collection.configuration["hnsw"]["ef_search"] == vectors.EF_SEARCH
    assert again.ids() == {f"p{i}" for i in range(1, 20)}
    again.close()
