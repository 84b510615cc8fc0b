"""Articles of different dates: both versions with their dates, the newest where the latest is asked; what is out of force."""

from datetime import date

import pytest

from docs_store.models import Article, Hit, Passage
from rag import PolicyQA
from rag.evidence import validity
from tests.conftest import ScriptedModel


def hit(id, text, day, **extra):
    return Hit(
        Passage(id, id, 0, 0, len(text), text),
        Article(id, f"{id}简报", id, text, published_on=day, **extra),
        1.0,
    )


OLD = hit("旧", "如皋与高校合作建设了3个科创飞地。", date(2023, 5, 1))
NEW = hit("新", "如皋与高校合作建设了5个科创飞地。", date(2025, 1, 20))


@pytest.fixture
def answer(settings, monkeypatch):
    def run(question, hits, draft):
        monkeypatch.setattr("rag.assistant.as_hits", lambda passages: list(passages))
        return PolicyQA(settings, None, ScriptedModel(draft)).answer_from(question, hits)

    return run


@pytest.mark.parametrize("hits", [[OLD, NEW], [NEW, OLD]])
def test_both_versions_newest_first(answer, hits):
    found = answer("如皋建设了几个科创飞地？", hits, "如皋建设了3个科创飞地[1]。")
    assert found.text.index("2025年1月20日") < found.text.index("2023年5月1日")
    assert "5个" in found.text and "3个" in found.text and len(found.citations) == 2


def test_the_latest_is_the_newest_alone(answer):
    found = answer("如皋目前建设了几个科创飞地？", [OLD, NEW], "如皋建设了3个科创飞地[1]。")
    assert "5个" in found.text and "3个" not in found.text and "2025年1月20日" in found.text


def test_articles_that_agree_need_no_dates(answer):
    same = hit("同", "如皋与高校合作建设了5个科创飞地，成效明显。", date(2024, 2, 1))
    found = answer("如皋建设了几个科创飞地？", [NEW, same], "如皋建设了5个科创飞地[1]。")
    assert "说法不同" not in found.text


def test_another_subject_is_no_version(answer):
    other = hit("别", "启东与高校合作建设了2个科创飞地。", date(2024, 2, 1))
    found = answer("如皋建设了几个科创飞地？", [NEW, other], "如皋建设了5个科创飞地[1]。")
    assert "2个" not in found.text


def test_expired_and_repealed_documents_are_marked(answer):
    old = hit("办法", "企业可申请补助10万元。", date(2020, 1, 1), expires_on=date(2022, 12, 31))
    found = answer("企业可申请补助多少万元？", [old], "企业可申请补助10万元[1]。")
    assert "2022年12月31日失效" in found.remarks[0]
    repealing = hit(
        "新规", "本规定自印发之日起施行，《办法简报》（通政发〔2020〕1号）同时废止。", date(2023, 1, 1)
    )
    assert "已经废止" in validity.remarks(found.citations, [old, repealing], date(2022, 1, 1))[0]
    assert not validity.remarks(found.citations, [old], date(2022, 1, 1))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("如皋与高校合作建设了3个科创飞地。", date(2025, 1, 20)),  # the same day
        ("如皋与高校合作建设了近5个科创飞地。", date(2024, 2, 1)),  # the same, rounded
        ("如皋建设科创飞地，7个国家的高校表示有意合作。", date(2024, 2, 1)),  # of what is not asked about
        ("如皋所在的南通与高校合作建设了41个科创飞地。", date(2024, 2, 1)),  # of a wider place
    ],
)
def test_what_may_agree_is_no_other_version(answer, text, day):
    found = answer("如皋建设了几个科创飞地？", [NEW, hit("他", text, day)], "如皋建设了5个科创飞地[1]。")
    assert "说法不同" not in found.text
