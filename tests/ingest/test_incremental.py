"""Incremental, exact, and forgetting what it should."""

import json
import os
import sys
from pathlib import Path

import pytest

from docs_store.store import DocsStore
from ingest import ingest, remove
from ingest.errors import NothingToIngestError
from rag import PolicyQA

ONE = "如皋建设了5个科创飞地，园区承接企业九十余家。协同区建设加快起势。"
TWO = "盐城港开通了新航线，货物吞吐量增长两成。港口建设提速。"
THREE = "苏锡通园区与苏州共建利益共享机制，项目落地十二个。"


@pytest.fixture
def store(settings, embedder):
    with DocsStore.open(settings, embedder, write=True) as opened:
        yield opened


def write(folder, **texts):
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def lines(path, **texts):
    rows = [
        json.dumps({"id": id, "title": f"{id}号", "text": text}, ensure_ascii=False)
        for id, text in texts.items()
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def files_of(folder):
    return {
        p: p.stat().st_mtime_ns
        for p in folder.rglob("*")
        if p.is_file() and p.name in ("ledger.sqlite3", "meta.json")
    }


def test_unchanged_files_are_neither_written_nor_embedded(store, settings, tmp_path, monkeypatch):
    folder = write(tmp_path / "docs", a=ONE, b=TWO)
    ingest(store, [folder], settings)
    before = files_of(settings.index_path)
    monkeypatch.setattr(store._embedder, "embed_documents", lambda texts: pytest.fail("embedded"))
    assert ingest(store, [folder], settings).unchanged == 2
    assert files_of(settings.index_path) == before
    os.utime(folder / "a.txt", (1, 1))
    assert ingest(store, [folder], settings).unchanged == 2


def test_the_same_text_under_two_names_is_one_article_with_two_sources(store, settings, tmp_path):
    folder = write(tmp_path / "docs", a=ONE, b=ONE)
    report = ingest(store, [folder], settings)
    assert (report.added, report.duplicates, report.articles) == (1, 1, 1)
    (article,) = store.articles()
    assert [s[-5:] for s in article.sources] == ["a.txt", "b.txt"]
    assert ingest(store, [folder], settings).unchanged == 2
    # One of them changes: both texts are there, the changed one under the id of its name.
    write(folder, a=TWO)
    report = ingest(store, [folder], settings)
    assert (report.updated, report.articles) == (1, 2)
    by_text = {a.text: a for a in store.articles()}
    assert by_text[TWO].id == article.id and by_text[ONE].source.endswith("b.txt")
    assert store.verify().agrees
    # One of them goes: the text stays for the other.
    write(folder, a=ONE)
    ingest(store, [folder], settings)
    (folder / "b.txt").unlink()
    assert ingest(store, [folder], settings, prune=True).deleted == 0
    assert [a.text for a in store.articles()] == [ONE] and store.verify().agrees


def test_ids_of_jsonl_hold_against_texts_without_one_and_against_each_other(store, settings, tmp_path):
    ingest(store, [write(tmp_path / "docs", a=ONE)], settings)
    first = lines(tmp_path / "a.jsonl", n1=ONE, n2=TWO)
    assert ingest(store, [first], settings).articles == 2
    assert len(store.article("n1").sources) == 2
    second = lines(tmp_path / "b.jsonl", n2=THREE)
    report = ingest(store, [second], settings)
    assert "n2" in report.failed[0].reason and store.article("n2").text == TWO
    first.unlink()
    assert ingest(store, [second], settings).failed == [] and store.article("n2").text == THREE
    assert store.verify().agrees


def test_a_line_that_left_its_file_goes_with_prune(store, settings, tmp_path):
    path = lines(tmp_path / "a.jsonl", n1=ONE, n2=TWO)
    ingest(store, [path], settings)
    lines(path, n2=TWO)
    assert ingest(store, [path], settings).articles == 2
    report = ingest(store, [path], settings, prune=True)
    assert (report.deleted, report.articles) == (1, 1) and store.article("n1") is None


def test_a_file_that_cannot_be_read_today_is_not_pruned(store, settings, tmp_path):
    folder = write(tmp_path / "docs", a=ONE, b=TWO)
    ingest(store, [folder], settings)
    (folder / "a.txt").write_bytes(b"")
    report = ingest(store, [folder], settings, prune=True)
    assert (report.deleted, len(report.failed), report.articles) == (0, 1, 2)


def test_remove_takes_files_folders_and_lines(store, settings, tmp_path):
    folder = write(tmp_path / "docs", a=ONE, b=TWO)
    path = lines(tmp_path / "a.jsonl", n1=THREE)
    ingest(store, [folder, path], settings)
    assert remove(store, [f"{path}#n1"], settings).deleted == 1
    assert remove(store, [str(folder / "a.txt")], settings).deleted == 1
    assert remove(store, [str(folder)], settings).articles == 0
    with pytest.raises(NothingToIngestError, match="status"):
        remove(store, [str(folder)], settings)
    assert ingest(store, [folder], settings).added == 2


def test_forgetting_is_provable(settings, embedder, tmp_path, monkeypatch):
    """What was updated or deleted is in no store, no search and no answer; after a rebuild in no file."""
    monkeypatch.setattr("docs_store.store.open_embedder", lambda *_: embedder)
    folder = write(tmp_path / "docs", a=ONE, b=TWO, c=THREE)
    with DocsStore.open(settings, embedder, write=True) as store:
        ingest(store, [folder], settings)
        assert store.search_lexical("科创飞地", 5)
    write(folder, a="崇明生态岛推进碳中和示范建设，试点项目三个。")
    (folder / "b.txt").unlink()
    with DocsStore.open(settings, embedder, write=True) as store:
        ingest(store, [folder], settings, prune=True)
        assert store.verify().agrees
        texts = "".join(a.text for a in store.articles()) + "".join(
            p.text for a in store.articles() for p in store.passages(a.id)
        )
    for secret, question in (
        ("科创飞地", "如皋建设了几个科创飞地？"),
        ("新航线", "盐城港开通了什么新航线？"),
    ):
        assert secret not in texts
        with PolicyQA.open(settings=settings, extractive=True) as qa:
            assert secret not in "".join(h.passage.text + h.article.text for h in qa.search(question, 20))
            answer = qa.ask(question)
            assert secret not in answer.text and not any(secret in c.passage for c in answer.citations)
    with DocsStore.open(settings, embedder, write=True, rebuild=True) as store:
        assert ingest(store, [folder], settings).articles == 2
    for file in settings.index_path.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert not any(
                s.encode(e) in data for s in ("科创飞地", "新航线") for e in ("utf-8", "utf-16-le")
            ), file


def test_a_rebuild_keeps_what_was_read_from_elsewhere(settings, embedder, tmp_path):
    here, elsewhere = write(tmp_path / "here", a=ONE, b=THREE), write(tmp_path / "elsewhere", c=TWO)
    with DocsStore.open(settings, embedder, write=True) as store:
        ingest(store, [here, elsewhere], settings)
    (here / "b.txt").unlink()
    with DocsStore.open(settings, embedder, write=True, rebuild=True) as store:
        report = ingest(store, [here], settings)
        assert (report.kept, report.articles) == (1, 2) and store.verify().agrees
    with DocsStore.open(settings, embedder, write=True) as store:
        assert {a.text for a in store.articles()} == {ONE, TWO}
        assert ingest(store, [here, elsewhere], settings).unchanged == 2


@pytest.mark.skipif(sys.platform != "linux", reason="file names that are any bytes")
def test_a_file_whose_name_is_spelt_with_escapes_is_not_missing_and_not_forgotten(store, settings, tmp_path):
    folder = write(tmp_path / "文章", 一=ONE)
    (folder / "两\n行.txt").write_text(TWO, encoding="utf-8")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xc4\xe3.txt")).write_text(THREE, encoding="utf-8")
    assert ingest(store, [folder], settings).missing == 0
    again = ingest(store, [folder], settings, prune=True)
    assert (again.unchanged, again.deleted, again.missing) == (3, 0, 0)
    assert ingest(store, [folder / "一.txt"], settings, prune=True).deleted == 0
