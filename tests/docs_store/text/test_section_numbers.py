import re

import pytest

from docs_store.text.section_numbers import FIRST_RANK, ORDINAL, SECOND_RANK


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (ORDINAL, "第三"),
        (ORDINAL, "第一百零五"),
        (ORDINAL, "第12"),
        (FIRST_RANK, "十二、"),
        (SECOND_RANK, "（三）"),
        (SECOND_RANK, "(三)"),
    ],
)
def test_numbers_of_sections(number, text):
    assert re.fullmatch(number, text)


@pytest.mark.parametrize("text", ["三是", "（3）", "第几", "一，"])
def test_what_is_no_number_of_a_section(text):
    assert not re.match(f"{ORDINAL}|{FIRST_RANK}|{SECOND_RANK}", text)
