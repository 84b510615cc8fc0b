"""A message that asks several questions is answered question by question."""

import pytest

from docs_store.store import DocsStore
from ingest import ingest
from rag import PolicyQA, strings

ARTICLES = {
    "园区": "苏锡通园区共设立3只产业基金，总规模120亿元。园区位于南通。",
    "班列": "义乌至马德里的中欧班列今年上半年开行560列，运送货物4.6万标箱。",
    "车展": "7月20日，一列满载290台国产汽车的班列从徐州驶出，发往俄罗斯，行程10天。此趟班列总货值4654.5万元人民币。",
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


def test_a_part_that_goes_on_is_answered_by_the_article_that_is_cited(qa):
    answer = qa.ask("徐州发往俄罗斯的班列满载多少台国产汽车？值多少钱？")
    head, _, rest = answer.text.partition("值多少钱？")
    assert "290台" in head and "4654.5万元" in rest
    assert len({citation.article_id for citation in answer.citations}) == 1


def test_what_is_quoted_already_is_neither_said_again_nor_denied(qa):
    answer = qa.ask("徐州发往俄罗斯的班列满载多少台国产汽车？走几天？")
    _, _, rest = answer.text.partition("走几天？")
    assert rest.strip() == f"{strings.PART_QUOTED_ABOVE}[1]。"
    assert [citation.marker for citation in answer.citations] == [1]
    assert all(section.items for section in answer.sections)


def test_what_goes_on_with_a_subject_is_not_answered_of_another(qa):
    answer = qa.ask("徐州发往俄罗斯的班列满载多少台国产汽车？规模多大？")
    assert "120亿元" not in answer.text
