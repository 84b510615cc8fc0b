"""Reading in another process gives what reading in this one gives, keeps what came before a break, and hurries nobody."""

import json

import pytest

from docs_store.store import DocsStore
from ingest import ingest
from ingest.errors import UnreadableArticleError
from ingest.preparing import Prepared, Unchanged
from ingest.reader_pool import ReaderPool, ReadTask

MUCH = 10_000_000


def lines(path, count, last=None):
    rows = [
        json.dumps(
            {
                "id": f"n{i}",
                "title": f"第{i}号简报",
                "date": "2025-01-20",
                "text": f"第{i}号：协同区建设了{i}个平台。" * 20,
            },
            ensure_ascii=False,
        )
        for i in range(count)
    ]
    path.write_text("\n".join([*rows, *([last] if last else [])]), encoding="utf-8")
    return path


def outcomes(settings, size, *jobs):
    found = []
    with ReaderPool(settings.ingest, size) as reading:
        for _, items in reading.read(jobs):
            try:
                found += [*items]
            except UnreadableArticleError as error:
                found.append(type(error))
    return found


def plain(found):
    """Signatures are arrays: compared apart."""
    return [(f.article, f.passages, f.content_hash, f.signature is None) for f in found]


def test_another_process_prepares_the_same_articles(settings, tmp_path):
    text = tmp_path / "b.txt"
    text.write_text("协同区简报\n\n如皋建设了5个科创飞地。", encoding="utf-8")
    jobs = (ReadTask(lines(tmp_path / "a.jsonl", 150), "a.jsonl", {}), ReadTask(text, "b.txt", {}))
    here, there = outcomes(settings, 0, *jobs), outcomes(settings, MUCH, *jobs)
    assert len(here) == 151 and all(isinstance(f, Prepared) for f in here)
    assert plain(here) == plain(there)
    assert here[0].signature is not None and (here[0].signature == there[0].signature).all()


def test_what_is_known_comes_back_as_unchanged(settings, tmp_path):
    path = lines(tmp_path / "a.jsonl", 5)
    first = outcomes(settings, 0, ReadTask(path, "a.jsonl", {}))
    known = {f.article.source: f.content_hash for f in first[:4]}
    for size in (0, MUCH):
        again = outcomes(settings, size, ReadTask(path, "a.jsonl", known))
        assert [type(f) for f in again] == [Unchanged] * 4 + [Prepared]


def test_a_process_that_dies_fails_its_file_and_the_next_file_gets_another(settings, tmp_path):
    first, second = lines(tmp_path / "a.jsonl", 3000), lines(tmp_path / "b.jsonl", 3)
    found, failed = [], []
    with ReaderPool(settings.ingest, MUCH) as reading:
        for job, items in reading.read((ReadTask(first, "a.jsonl", {}), ReadTask(second, "b.jsonl", {}))):
            try:
                for item in items:
                    found.append(item.article.source)
                    if len(found) == 10:
                        (worker,) = [w for w in reading._all if w.alive]
                        worker._process.kill()
            except UnreadableArticleError:
                failed.append(job.name)
    assert failed == ["a.jsonl"] and found[:10] == [f"a.jsonl#n{i}" for i in range(10)]
    assert found[-3:] == [f"b.jsonl#n{i}" for i in range(3)]


def test_a_reader_that_is_left_midway_ends_its_process(settings, tmp_path):
    with ReaderPool(settings.ingest, MUCH) as reading:
        ((_, items),) = reading.read([ReadTask(lines(tmp_path / "a.jsonl", 3000), "a.jsonl", {})])
        next(items)
        (worker,) = reading._all
        items.close()
        assert not worker.alive


@pytest.mark.parametrize("worth", [0, MUCH])
def test_texts_and_ids_that_meet_in_one_run_are_seen(settings, embedder, tmp_path, monkeypatch, worth):
    """Look-ups are made for many articles at once: what came with the same handful must not slip through."""
    monkeypatch.setattr("ingest.reader_pool._POOL_FROM_BYTES", worth)
    again = json.dumps({"id": "n1", "title": "另一篇", "text": "盐城港开通了新航线。"}, ensure_ascii=False)
    path = lines(tmp_path / "a.jsonl", 70, last=again)
    twin = tmp_path / "b.jsonl"
    twin.write_text(
        "\n".join(
            json.dumps({**json.loads(line), "id": f"t{i}"}, ensure_ascii=False)
            for i, line in enumerate(path.read_text(encoding="utf-8").splitlines()[:70])
        ),
        encoding="utf-8",
    )
    with DocsStore.open(settings, embedder, write=True) as store:
        report = ingest(store, [path, twin], settings)
        assert (report.added, report.duplicates, report.articles) == (70, 70, 70)
        assert [(f.source.endswith("a.jsonl#n1"), "换一个编号" in f.reason) for f in report.failed] == [
            (True, True)
        ]
        assert store.verify().agrees and store.article("n1").text.startswith("第1号")
        again = ingest(store, [path, twin], settings)
        assert (again.added, again.updated, again.unchanged, len(again.failed)) == (0, 0, 140, 1)
