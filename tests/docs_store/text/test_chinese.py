import pytest

from docs_store.text.chinese import count_chinese, has_chinese, is_chinese


@pytest.mark.parametrize(
    ("character", "expected"), [("观", True), ("a", False), ("。", False), ("１", False), ("", False)]
)
def test_what_a_chinese_character_is(character, expected):
    assert is_chinese(character) is expected


def test_chinese_characters_are_found_and_counted_among_others():
    assert has_chinese("Word 文件") and count_chinese("Word 文件") == 2
    assert not has_chinese("Input should be a valid integer。") and count_chinese("") == 0
