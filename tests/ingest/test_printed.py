"""Pages that a browser printed: moment and address at the edges are no text, and the address is the article's."""

import pytest

from ingest.readers.printed import without_print_marks
from tests.ingest.made import pdf, prepared


@pytest.mark.parametrize(
    "moment",
    [
        "2026/3/9 10:23",
        "11/28/26, 10:23 PM",
        "2026/3/9 下午10:23 江海市科创飞地简报",
        "3/9/2026, 9:05 AM 简报",
    ],
)
def test_marks_go_and_the_address_is_kept(moment):
    first = [moment, "江海市科创飞地简报", "全市建成科创飞地12个。", "https://www.example.gov.cn/a.html 1/2"]
    second = ["承接企业230家。", moment, "https://www.example.gov.cn/a.html", "2/2"]
    kept, removed, url = without_print_marks([first, second])
    assert kept == [["江海市科创飞地简报", "全市建成科创飞地12个。"], ["承接企业230家。"]]
    assert len(removed) == 5 and url == "https://www.example.gov.cn/a.html"


def test_a_moment_or_an_address_alone_is_text():
    for page in (
        ["2026/3/9 10:23", "会议开始。"],
        ["报名网址：", "https://www.example.gov.cn/a"],
        ["比分", "1/2"],
    ):
        assert without_print_marks([page]) == ([page], [], None)


def test_a_printed_page_reads_as_its_article(tmp_path):
    lines = [
        "2026/3/9 10:23",
        "江海市科创飞地简报",
        "全市建成科创飞地12个，承接企业230家。",
        "https://www.example.gov.cn/a.html 1/1",
    ]
    path = pdf(tmp_path, [[(60, 800 - 40 * i, line) for i, line in enumerate(lines)]])
    found = prepared(path)
    assert found.article.text == "全市建成科创飞地12个，承接企业230家。"
    assert (found.article.title, found.article.url) == (
        "江海市科创飞地简报",
        "https://www.example.gov.cn/a.html",
    )
    assert {r.text for r in found.reading.removed} >= {lines[0], lines[3]}
