from datetime import date

import pytest

from docs_store.text.analyser import is_character
from docs_store.text.dates import Period, period_of, wants_latest
from docs_store.text.normal import fold
from rag.errors import AliasFileError
from rag.lexicon.synonyms import other_names, read_aliases
from rag.query.question import AnswerKind, understand

TODAY = date(2025, 3, 1)


def idf(tokens):
    return {t: 1.0 if is_character(t) else 5.0 for t in tokens}


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("2024年底新增多少家企业？", (2024, 10, 1), (2024, 12, 31)),
        ("2023年2月出口了多少辆？", (2023, 2, 1), (2023, 2, 28)),
        ("去年苏州GDP是多少？", (2024, 1, 1), (2024, 12, 31)),
        ("今年上半年的进出口总额", (2025, 1, 1), (2025, 6, 30)),
        ("“十四五”期间的目标是什么？", (2021, 1, 1), (2025, 12, 31)),
        ("２０２２年三季度的增速", (2022, 7, 1), (2022, 9, 30)),
    ],
)
def test_periods(question, since, until):
    assert period_of(fold(question), TODAY) == Period(date(*since), date(*until))


@pytest.mark.parametrize(
    "question", ["南通有几个科创飞地？", "G60科创走廊有哪些城市？", "投资120245万元的项目"]
)
def test_no_period(question):
    assert period_of(fold(question), TODAY) is None


def test_a_report_some_weeks_later_still_fits_its_period():
    period = period_of("2024年底", TODAY)
    assert period.fits(date(2025, 1, 20))
    assert not period.fits(date(2025, 9, 1))
    assert not period.fits(None)


def test_latest():
    assert wants_latest("最新的补贴标准是多少")
    assert not wants_latest("补贴标准是多少")


@pytest.mark.parametrize(
    ("question", "kind", "yes", "no"),
    [
        ("如皋有多少个科创飞地？", AnswerKind.NUMBER, "建成90多个飞地", "共有90多家企业"),
        ("会议什么时候召开？", AnswerKind.DATE, "会议8月5日召开", "会议如期召开"),
        ("会议什么时候召开？", AnswerKind.DATE, "会议在下个月召开", "会议在下个城市召开"),
        ("会议什么时候召开？", AnswerKind.DATE, "会议周三上午召开", "会议在周边召开"),
        ("会议什么时候召开？", AnswerKind.DATE, "会议在去年底召开", "会议在基底召开"),
        ("谁当选主席？", AnswerKind.PERSON, "李丰当选省侨联主席", "大会闭幕"),
        ("赛事在哪里举行？", AnswerKind.PLACE, "在苏州举行", "如期举行"),
        ("公园为何被淹？", AnswerKind.REASON, "因汉江水位上涨被淹", "公园景色很美"),
    ],
)
def test_the_kind_of_answer(question, kind, yes, no):
    found = understand(question, idf)
    assert found.kind is kind
    assert found.shows.search(fold(yes))
    assert not found.shows.search(fold(no))


def test_question_words_are_no_terms_to_look_for():
    found = understand("请问如皋有多少个科创飞地？", idf)
    assert "多少" not in found.terms
    assert "请问" not in found.terms
    assert {"如皋", "科创", "飞地"} <= set(found.terms)


def test_a_document_number_is_known_in_any_brackets():
    assert understand("通政发〔2025〕3号讲了什么", idf).document == "2025/3"
    assert understand("通政发（2025）3号讲了什么", idf).document == "2025/3"


def test_other_names_stand_for_the_terms_of_the_name_asked():
    found = understand("长三角有几个城市？", idf, read_aliases())
    names = {name: {found.terms[i] for i in stands} for name, stands in found.other_names}
    assert {"长三", "三角"} <= names["长江三角洲"]
    assert "沪苏" in found.also


def test_aliases_file(tmp_path):
    file = tmp_path / "aliases.txt"
    file.write_text("# 注释\n甲园区 = 甲科技产业园区 = 甲园\n", encoding="utf-8")
    groups = read_aliases(file)
    assert other_names("甲园区的面积", groups) == [("甲园区", "甲科技产业园区")]
    file2 = tmp_path / "wrong.txt"
    file2.write_text("只有一个名字\n", encoding="utf-8")
    with pytest.raises(AliasFileError, match="第 1 行"):
        read_aliases(file2)
    with pytest.raises(AliasFileError, match=r"retrieval\.aliases"):
        read_aliases(tmp_path / "none.txt")


def test_words_that_may_stand_for_the_questions_own_count_as_these():
    found = understand("魔都新开了多少家首店？", idf)
    names = {name: {found.terms[i] for i in stands} for name, stands in found.other_names}
    assert names["上海"] == {"魔都"} and 0 < found.also["上海"] < 0.5
    alone = understand("魔都新开了多少家首店？", idf, synonyms=False)
    assert not alone.other_names and not alone.also


def test_what_tells_no_subject_has_no_synonyms():
    found = understand("最近有哪些举措？", idf)
    assert not found.also
