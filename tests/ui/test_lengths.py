"""How long a brief shall be, as people write it."""

import pytest

from ui.exports import lengths


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None), ("", None), ("short", "short"), ("一页", "short"), ("1页", "short"), ("两页", "normal"),
        ("2页以内", "normal"), ("三页", "long"), ("long", "long"), ("详细", "long"), ("800", 800), ("约800字", 800),
    ],
)  # fmt: skip
def test_lengths_are_read_in_words(text, expected):
    assert lengths.asked(text) == expected


@pytest.mark.parametrize("text", ["很久", "5", "99999999", "-3", "一本书"])
def test_what_is_no_length_is_said_to_be_none(text):
    with pytest.raises(ValueError, match=r"篇幅|字数"):
        lengths.asked(text)
