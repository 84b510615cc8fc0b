"""Questions of a conversation that say little by themselves."""

import pytest

from docs_store.store import DocsStore
from ingest import ingest
from rag import PolicyQA, strings
from rag.models import Turn

ARTICLES = {
    "基金": "国调基金二期总规模不低于1000亿元，由中国诚通牵头募集。",
    "乡村": "数字乡村建设行动方案提出十项任务，由省农业农村厅牵头。",
    "跨江": "苏锡通园区与苏州以股权方式合作，双方共同开发园区，收益由南通与苏州共享，合作机制运行多年。",
    "铁路": "沪宁沿江高铁西起南京，经常州、无锡到苏州，沿线各园区的合作更加便利，沿江城市合作机制逐步完善。",
    "就业": "就业见习补贴标准为每人每月2000元，见习期三个月。",
}
BEFORE = [Turn("国调基金二期的总规模是多少？", "国调基金二期总规模不低于1000亿元[1]。")]


@pytest.fixture
def qa(settings, embedder, tmp_path):
    for name, text in ARTICLES.items():
        (tmp_path / f"{name}.md").write_text(f"---\ntitle: {name}\n---\n{text}", encoding="utf-8")
    with DocsStore.open(settings, embedder, write=True) as store:
        ingest(store, [tmp_path / f"{name}.md" for name in ARTICLES], settings)
    with DocsStore.open(settings, embedder) as store:
        yield PolicyQA(settings, store, None)


def test_what_could_be_asked_of_anything_is_not_answered_of_something_else(qa):
    answer = qa.ask("补贴标准是多少？", BEFORE)
    assert answer.refused and strings.NAMES_NOTHING in answer.remarks


def test_with_its_subject_it_is_answered(qa):
    answer = qa.ask("就业见习的补贴标准是多少？", BEFORE)
    assert "2000元" in answer.text


def test_one_that_names_its_subject_is_answered_without_a_remark_that_it_does_not(qa):
    answer = qa.ask("数字乡村建设行动方案提出几项任务？", BEFORE)
    assert "十项任务" in answer.text and answer.remarks == []


def test_a_place_that_is_put_in_is_not_answered_of_the_one_before(qa):
    asked = "苏锡通园区和苏州是怎么合作的？"
    before = qa.ask(asked)
    assert "股权" in before.text
    assert qa.ask("那和无锡呢？", [Turn(asked, before.text)]).refused
