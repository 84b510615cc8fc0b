import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs_store.text.segment import own_terms, words


def cut(text: str) -> list[str]:
    return [word.text for word in words(text)]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("我查上海都市圈", "我|查|上海|都市圈"),
        ("领了多少补贴", "领|了|多少|补贴"),
        ("能源会议在中心举行", "能源|会议|在|中心|举行"),
        ("数据要素市场", "数据|要素|市场"),
        ("8月3日至5日三地共建", "8|月|3|日|至|5|日|三|地|共建"),
        ("长江口协同区的科创飞地", "长江口|协同区|的|科创飞地"),
        ("其他企业应该及其", "其他|企业|应该|及其"),
        ("江南通道，双重庆典", "江南|通道|，|双重|庆典"),
        ("一批企业千方百计", "一批|企业|千方百计"),
        ("南通有哪几家产业园投产了？", "南通|有|哪|几家|产业园|投产|了|？"),
    ],
)
def test_words_are_cut_where_a_reader_would(text, expected):
    assert cut(text) == expected.split("|")


def test_every_term_of_our_own_stays_whole_and_keeps_its_tag():
    for term, tag in own_terms():
        assert [(word.text, word.pos) for word in words(term)] == [(term, tag)]


def test_no_term_is_listed_twice():
    terms = [term for term, _ in own_terms()]
    assert len(terms) == len(set(terms))


def test_a_question_word_with_a_measure_is_a_numeral():
    assert next((word.text, word.pos) for word in words("几个项目")) == ("几个", "m")


@given(st.text(max_size=60))
def test_words_joined_are_the_text(text):
    found = words(text)
    assert "".join(word.text for word in found) == text
    assert all(text[word.start : word.end] == word.text for word in found)


def test_names_that_begin_like_function_words_stay_names():
    assert cut("王常松和程向民在南通")[:3] == ["王常松", "和", "程向民"]
