import pytest

from docs_store.text.places import Level, level_of, place_names, places


@pytest.mark.parametrize(
    "text, expected",
    [
        ("江南通道", []),
        ("双重庆典", []),
        ("新区域合作", []),
        (
            "江苏省南通市海门区",
            [("江苏", "江苏省", "province"), ("南通", "南通市", "city"), ("海门", "海门区", "county")],
        ),
        ("苏州无锡常州", [("苏州", "苏州", "city"), ("无锡", "无锡", "city"), ("常州", "常州", "city")]),
        ("上海都市圈", [("上海", "上海", "province")]),
        ("粤港澳大湾区", [("粤港澳大湾区", "粤港澳大湾区", "region")]),
        ("上海交大", [("上海", "上海", "province")]),
        ("長沙市民", [("长沙", "長沙", "city")]),
        ("来宾席位", []),
        ("朝阳区和朝阳产业", [("朝阳", "朝阳区", "district")]),
    ],
)
def test_places_are_found_as_whole_words_with_their_level(text, expected):
    assert [(p.name, text[p.start : p.end], p.level.value) for p in places(text)] == expected


def test_the_names_of_a_text_are_told_once():
    assert place_names("南通和南通市、上海") == {"南通", "上海"}


def test_levels_are_known_by_name():
    assert level_of("江苏") is Level.PROVINCE and level_of("苏州") is Level.CITY
    assert level_of("长三角") is Level.REGION and level_of("观潮") is None
