import itertools
import json
from datetime import date

import pytest

from docs_store.store import DocsStore
from ingest import ingest
from ingest.errors import NothingToIngestError

BODY = "如皋建设了5个科创飞地。园区共承接90多家企业。"


@pytest.fixture
def store(settings, embedder):
    with DocsStore.open(settings, embedder, write=True) as opened:
        yield opened


def test_new_unchanged_updated_and_pruned(store, settings, tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.md").write_text(
        f"---\ntitle: 简报\nissuer: 南通发布\ndate: 2025-01-20\n---\n{BODY}", encoding="utf-8"
    )
    (folder / "b.txt").write_bytes(("﻿江海观潮\n\n" + BODY + "开通了航线。").encode("gb18030", "ignore"))
    first = ingest(store, [folder], settings)
    assert (first.added, first.failed) == (2, [])
    again = ingest(store, [folder], settings)
    assert (again.added, again.unchanged) == (0, 2)
    ids = {a.source: a.id for a in store.articles()}
    (folder / "a.md").write_text("盐城港开通了新航线。", encoding="utf-8")
    (folder / "b.txt").unlink()
    report = ingest(store, [folder], settings, prune=True)
    assert (report.updated, report.deleted, report.articles) == (1, 1, 1)
    assert store.verify().agrees
    (article,) = store.articles()
    assert article.id == ids[article.source]
    assert not store.search_lexical("科创飞地", 5)


def test_front_matter_is_read(store, settings, tmp_path):
    path = tmp_path / "a.md"
    path.write_text(f"---\ntitle: 简报\nissuer: 南通发布\ndate: 2025-01-20\n---\n{BODY}", encoding="utf-8")
    ingest(store, [path], settings)
    (article,) = store.articles()
    assert (article.title, article.issuer, article.published_on) == ("简报", "南通发布", date(2025, 1, 20))


def test_one_bad_file_never_stops_the_rest(store, settings, tmp_path):
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "binary.txt").write_bytes(b"\x00\x01\xff\xfe\x00" * 50)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    (tmp_path / "broken.docx").write_bytes(b"PK nothing")
    (tmp_path / "matter.md").write_text("---\n: [\n---\nx", encoding="utf-8")
    (tmp_path / "good.txt").write_text(BODY, encoding="utf-8")
    lines = [json.dumps({"id": "n1", "title": "题", "text": BODY + "第二篇。"}, ensure_ascii=False), "{"]
    (tmp_path / "many.jsonl").write_text("\n".join(lines), encoding="utf-8")
    report = ingest(store, [tmp_path], settings)
    assert report.added == 2
    assert len(report.failed) == 6
    assert all(failed.reason for failed in report.failed)
    assert store.article("n1") is not None


def test_an_empty_folder_says_what_to_do(store, settings, tmp_path):
    with pytest.raises(NothingToIngestError, match="放入文章"):
        ingest(store, [tmp_path], settings)


def test_the_wechat_post_pasted_as_text(store, settings, shared_data):
    ingest(store, [shared_data / "seed_article_wechat.txt"], settings)
    (article,) = store.articles()
    assert article.title.startswith("南通:加快协同区建设")
    assert (article.column, article.issuer, article.published_on) == (
        "江海观潮",
        "南通发布",
        date(2025, 1, 20),
    )
    assert article.roles == (("审核", "陶洋"), ("校对", "尹迪"))
    assert "点击蓝字" not in article.text and "最新文章" not in article.text
    headings = {p.heading_path for p in store.passages(article.id)}
    assert ("强化产创联动",) in headings


def test_offsets_and_whole_bodies_on_real_news(store, settings, shared_data, tmp_path):
    lines = (shared_data / "policy_news.jsonl").read_text(encoding="utf-8").splitlines()[:200]
    path = tmp_path / "news.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    report = ingest(store, [path], settings)
    # Two of them differ by the advertisement that one site put into it.
    assert report.added + report.duplicates == 200 and report.duplicates <= 1 and not report.failed
    for article in store.articles():
        passages = store.passages(article.id)
        assert all(article.text[p.start : p.end] == p.text for p in passages)
        assert all(a.end <= b.start for a, b in itertools.pairwise(passages))
