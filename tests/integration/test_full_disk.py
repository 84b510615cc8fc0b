"""A disk that is really full, under an ingest in a process of its own: told in one sentence, nothing acknowledged lost."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.faults import HashEmbeddings
from docs_store.store import DocsStore
from ingest import ingest

ROOT = Path(__file__).parents[2]
CHILD = """
import json, resource, sys
from pathlib import Path
from benchmarks.faults import HashEmbeddings
from docs_store.errors import StoreWriteError
from docs_store.store import DocsStore
from ingest import batch_writer, ingest
from docs_store.settings import load_settings

source, limit = Path(sys.argv[1]), int(sys.argv[2])
batch_writer.BATCH = 128
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
settings = load_settings()
try:
    with DocsStore.open(settings, HashEmbeddings(), write=True) as store:
        replace = store.replace_articles
        def told(items):
            replace(items)
            print(json.dumps([e.article.id for e in items]), flush=True)
        store.replace_articles = told
        ingest(store, [source], settings)
except StoreWriteError as error:
    print(json.dumps(str(error)), flush=True)
"""


@pytest.fixture
def news(tmp_path):
    rows = (
        {
            "id": f"n{i}",
            "title": f"第{i}号",
            "text": f"第{i}号简报说协同区建设了{i * 7}个平台，承接企业{i * 13}家。" * 25,
        }
        for i in range(600)
    )
    path = tmp_path / "news.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def room(tmp_path):
    """(limit for the child, what makes room again): a full file system where we may mount one, else a quota's like."""
    folder = tmp_path / "index"
    folder.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], capture_output=True)
    if mount.returncode:
        yield 1_500_000, lambda: None
        return
    yield 0, lambda: subprocess.run(["mount", "-o", "remount,size=200m", folder], check=True)
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.integration
def test_a_full_disk_loses_nothing_and_the_next_run_goes_on(room, settings, news):
    limit, make_room = room
    done = subprocess.run(
        [sys.executable, "-c", CHILD, news, str(limit)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    *acknowledged, told = [json.loads(line) for line in done.stdout.splitlines()]
    assert isinstance(told, str) and "磁盘空间" in told, done.stderr
    stored = {id for batch in acknowledged for id in batch}
    assert 0 < len(stored) < 600
    make_room()
    with DocsStore.open(settings, HashEmbeddings(), write=True) as store:
        assert store.verify().agrees
        assert stored <= {a.id for a in store.articles()}
        assert store.search_dense("协同区建设了7个平台", 1) and store.search_lexical("协同区", 1)
        report = ingest(store, [news], settings)
        assert report.articles == 600 and report.added <= 600 - len(stored)
        assert store.verify().agrees
