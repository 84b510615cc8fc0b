"""Heads, feet and titles of a PDF known by where they stand and how large they are, in documents of two pages too."""

import pytest

from ingest.readers.pdf import RUNNING
from tests.ingest.made import pdf, prepared

FIRST = [
    (72, 700 - 24 * i, f"第{i}项工作由两市交通、公安与市场监管部门共同推进，逐项明确责任人与时限，")
    for i in range(24)
]
REST = [(72, 770 - 24 * i, f"并把第{i}项纳入年度考核，按季通报进展情况。") for i in range(26)]
HEAD, FOOT, TITLE = "云岭市交通运输局工作总结", "汇编材料·仅供参考", "云岭汀州共建货运绿色通道三年总结"


def removed(found):
    return [taken.text for taken in found.reading.removed if taken.why == RUNNING]


def two_pages(folder, head="", foot="", title=(140, 760, TITLE, 22), numbered=False):
    pages = []
    for number, body in enumerate(([title, *FIRST], REST), 1):
        said = f"{foot}  第{number}页" if numbered else foot
        pages.append(
            [*([(200, 810, head, 9)] if head else []), *body, *([(220, 30, said, 9)] if said else [])]
        )
    return prepared(pdf(folder, pages))


@pytest.mark.parametrize("numbered", [False, True])
def test_what_runs_on_two_pages_goes_and_is_told(tmp_path, numbered):
    found = two_pages(tmp_path, HEAD, FOOT, numbered=numbered)
    assert found.article.title == TITLE
    assert HEAD not in found.article.text and FOOT not in found.article.text
    assert len(removed(found)) == 4 and found.notes == ["去掉了 4 行页眉、页脚与页码。"]
    assert "逐项明确责任人与时限，并把第0项纳入年度考核" in found.article.text


def test_the_title_is_what_is_set_largest_on_one_page_too(tmp_path):
    found = prepared(pdf(tmp_path, [[(200, 810, HEAD, 9), (140, 760, TITLE, 22), *FIRST]]))
    assert found.article.title == TITLE and HEAD in found.article.text


def test_a_large_title_that_both_pages_have_is_no_head(tmp_path):
    pages = [[(200, 780, "公共资源交易公告", 22), *rows] for rows in (FIRST, FIRST)]
    assert removed(prepared(pdf(tmp_path, pages))) == []


def test_the_first_lines_of_two_pages_are_text(tmp_path):
    pages = [
        [(72, 790, f"第{number}条 部门职责"), *((x, y + 66, text) for x, y, text in FIRST)]
        for number in (1, 2)
    ]
    assert removed(prepared(pdf(tmp_path, pages))) == []


def test_a_head_that_begins_on_the_second_page_of_three_goes(tmp_path):
    pages = [[(140, 760, TITLE, 22), *FIRST], *([(200, 810, HEAD, 9), *REST] for _ in range(2))]
    assert removed(prepared(pdf(tmp_path, pages))) == [HEAD, HEAD]
