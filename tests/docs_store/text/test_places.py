from pathlib import Path

import pytest

from docs_store.text import places as places_module
from docs_store.text.data_files import data_lines
from docs_store.text.places import Level, level_of, overlap, place_names, places


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


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("前海", "大湾区", True),
        ("大湾区", "前海", True),
        ("广东", "大湾区", True),
        ("如皋", "长三角", True),
        ("上海", "长江口", True),
        ("广西", "大湾区", False),
        ("南通", "苏州", False),
        ("四川", "重庆", False),
        ("火星", "火星", True),
    ],
)
def test_places_that_share_ground(one, other, shared):
    assert overlap(one, other) is shared


def test_every_place_that_lies_within_another_is_listed():
    for line in data_lines(Path(places_module.__file__).with_name("places_within.txt")):
        whole, parts = line.split(":")
        assert all(level_of(name) for name in (whole, *parts.split())), line
