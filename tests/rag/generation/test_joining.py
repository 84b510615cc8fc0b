"""A message that asks several questions is answered question by question."""

import pytest

from docs_store.store import DocsStore
from ingest import ingest
from rag import PolicyQA, strings

ARTICLES = {
    "园区": "苏锡通园区共设立3只产业基金，总规模120亿元。园区位于南通。",
    "班列": "义乌至马德里的中欧班列今年上半年开行560列，运送货物4.6万标箱。",
    "水鸟": "江苏记录到越冬水鸟82种，上海记录到65种。",
}


@pytest.fixture
def qa(settings, embedder, tmp_path):
    for name, text in ARTICLES.items():
        (tmp_path / f"{name}.md").write_text(
            f"---\ntitle: {name}\ndate: 2025-01-20\n---\n{text}", encoding="utf-8"
        )
    with DocsStore.open(settings, embedder, write=True) as store:
        ingest(store, [tmp_path / f"{name}.md" for name in ARTICLES], settings)
    with DocsStore.open(settings, embedder) as store:
        yield PolicyQA(settings, store, None)


def test_two_questions_of_two_articles(qa):
    answer = qa.ask("苏锡通园区设立了几只产业基金？另外，义乌至马德里的中欧班列上半年开行多少列？")
    assert not answer.refused and "3只" in answer.text and "560列" in answer.text
    assert [c.marker for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        assert f"[{citation.marker}]" in answer.text
    assert {section.heading for section in answer.sections} == {
        "苏锡通园区设立了几只产业基金",
        "义乌至马德里的中欧班列上半年开行多少列",
    }
    assert not answer.remarks


def test_the_part_that_the_articles_do_not_answer_is_told(qa):
    answer = qa.ask("苏锡通园区设立了几只产业基金？月球基地的承包商是哪一家？")
    head, _, missing = answer.text.partition("月球基地的承包商是哪一家？")
    assert "3只" in head and missing.strip() == strings.PART_NOT_FOUND


def test_what_no_part_of_is_answered_is_refused(qa):
    answer = qa.ask("月球基地的承包商是哪一家？火星车的电池用了几年？")
    assert answer.refused and not answer.text
