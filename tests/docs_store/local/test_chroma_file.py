"""What is read out of Chroma's database is what Chroma says; what it has not done yet is left to it."""

import os
import sqlite3
import subprocess
import sys

import numpy as np
import pytest

from docs_store.local import chroma_file
from docs_store.local.vectors import VectorIndex

IDS = [f"p{number}" for number in range(700)]


@pytest.fixture
def folder(tmp_path):
    """A folder of 700 vectors, a third of them deleted again, closed."""
    index = VectorIndex(tmp_path / "vectors", write=True)
    rows = np.random.default_rng(0).standard_normal((len(IDS), 8)).astype(np.float32)
    index.add(IDS, rows / np.linalg.norm(rows, axis=1, keepdims=True), [20250101] * len(IDS))
    index.delete(IDS[::3])
    index.close()
    return tmp_path / "vectors"


def test_count_and_ids_are_those_that_chroma_says(folder):
    chroma = VectorIndex(folder, write=True)
    said = chroma.ids()
    chroma.close()
    assert said == set(IDS) - set(IDS[::3])
    assert chroma_file.ids(folder, "passages") == said
    assert chroma_file.count(folder, "passages") == len(said)


def test_a_reader_searches_without_importing_chroma(folder):
    script = (
        "import sys; from pathlib import Path; from docs_store.models import SearchFilter; "
        "from docs_store.local.vectors import VectorIndex; index = VectorIndex(Path(sys.argv[1])); "
        "found = index.search([1.0] + [0.0] * 7, 5, SearchFilter()); assert len(found) == 5; "
        "assert len(index.ids()) == 466; assert 'chromadb' not in sys.modules; index.probe(); "
        "assert 'chromadb' in sys.modules and len(index.ids()) == 466; index.close()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_another_collection_or_no_database_is_left_to_chroma(folder, tmp_path):
    assert chroma_file.count(folder, "others") is None
    assert chroma_file.ids(tmp_path / "nowhere", "passages") is None


def test_changes_that_chroma_has_not_done_yet_are_left_to_it(folder):
    with sqlite3.connect(folder / chroma_file.NAME) as db:
        (last,) = db.execute("SELECT MAX(seq_id) FROM embeddings_queue").fetchone()
        db.execute(
            "INSERT INTO embeddings_queue (seq_id, operation, topic, id) VALUES (?, 0, 't', 'new')",
            ((last or 10_000) + 1,),
        )
    assert chroma_file.count(folder, "passages") is None


@pytest.mark.parametrize("content", [b"", b"not a database" * 100])
def test_what_is_not_a_database_is_left_to_chroma(tmp_path, content):
    (tmp_path / chroma_file.NAME).write_bytes(content)
    assert chroma_file.count(tmp_path, "passages") is None


@pytest.mark.skipif(sys.platform != "linux", reason="needs the C library's MALLOC_PERTURB_")
def test_nothing_of_the_memory_that_chroma_had_before_stays_in_its_files(tmp_path):
    script = (
        "import sys; from pathlib import Path; import numpy as np; "
        "from docs_store.local.vectors import VectorIndex; index = VectorIndex(Path(sys.argv[1]), write=True); "
        "index.add(['a', 'b'], np.eye(2, 8, dtype=np.float32), [0, 0]); index.close()"
    )
    environment = {**os.environ, "MALLOC_PERTURB_": "90"}  # what is allocated is filled with its complement
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert "data_level0.bin" in {file.name for file in files}
    assert not [file for file in files if bytes([255 - 90] * 16) in file.read_bytes()]
    again = VectorIndex(tmp_path)
    assert again.ids() == {"a", "b"}
    again.probe()
    again.close()


def test_files_of_another_layout_are_left_alone(tmp_path):
    graph = tmp_path / "graph"
    graph.mkdir()
    (graph / "header.bin").write_bytes(bytes([2]) + bytes(99))
    (graph / "data_level0.bin").write_bytes(b"\xa5" * 400)
    chroma_file.clear_unused(tmp_path)
    assert (graph / "data_level0.bin").read_bytes() == b"\xa5" * 400
