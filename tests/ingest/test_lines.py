import pytest

from ingest.lines import is_contents_entry, without_lone_spaces


@pytest.mark.parametrize(
    "line",
    [
        "第一章 总则............3",
        "一、总体要求 ．．．．．． 12",
        "  附录……………… (Ⅳ)",
        "海门港新区 .  .  .  .  .  45",
        "前言 . . . . . . ii",
    ],
)
def test_dots_before_a_number_of_a_page_make_an_entry_of_contents(line):
    assert is_contents_entry(line)


@pytest.mark.parametrize("line", ["一、总体要求", "增长 3.5%", "等等……", "共 12 页", "他说……2023"])
def test_what_is_no_entry_of_contents(line):
    assert not is_contents_entry(line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("市 政 府", "市政府"),
        ("市 政 府 办公室", "市政府 办公室"),
        ("关 于（一）的 意 见", "关于（一）的意见"),
        ("市政府 办公室", "市政府 办公室"),
    ],
)
def test_words_set_letter_by_letter_are_put_together(line, expected):
    assert without_lone_spaces(line) == expected
