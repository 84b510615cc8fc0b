from docs_store.text.segment import words
from rag.lexicon.tables import (
    begins_with_surname,
    function_words,
    office_pattern,
    offices,
    politeness,
    question_words,
    smalltalk,
    statuses,
    surnames,
    without_end,
)


def test_small_talk_is_known_as_a_whole_whatever_its_width_and_end():
    assert smalltalk()[without_end("您好！")] == "greeting"
    assert without_end("您好，南通有几个科创飞地？") not in smalltalk()


def test_what_is_politeness_comes_longest_first():
    prefixes = politeness()["prefix"]
    assert "请问一下" in prefixes and prefixes.index("请问一下") < prefixes.index("请问")
    assert {
        "prefix",
        "suffix",
        "form:sentence",
        "form:short",
        "form:summary",
        "form:long",
        "form:list",
        "form:cite",
        "thanks",
        "self",
        "urgency",
    } == set(politeness())


def test_a_status_word_has_one_class():
    assert statuses()["拟"] == "planned" and statuses()["禁止"] == "forbidden"


def test_surnames_of_both_old_lists_are_known():
    assert {"王", "温", "华", "左", "童", "符", "欧阳"} <= surnames()
    assert begins_with_surname("欧阳修") and not begins_with_surname("的确")


def test_an_office_is_found_whole_with_what_stands_before_it():
    assert office_pattern().findall("党工委书记、管委会副主任李明和市委常委、常务副市长") == [
        "党工委书记",
        "副主任",
        "常务副市长",
    ]
    assert list(offices()) == sorted(offices(), key=len, reverse=True)


def test_function_words_are_words_of_the_segmenter_so_that_they_can_be_dropped():
    assert [word for word in function_words() if len(words(word)) > 1] == []
    assert "多少" in question_words() and question_words() < function_words()


def test_content_survives_where_function_words_are_dropped():
    kept = [word.text for word in words("上海都市圈新增就业人数") if word.text not in function_words()]
    assert kept == ["上海", "都市圈", "新增", "就业人数"]
