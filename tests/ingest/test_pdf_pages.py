"""PDF pages: what runs along their edges goes, what a page break cuts is whole again."""

import pytest

from ingest.readers.page_layout import paragraphs, tables_joined, without_running_lines
from ingest.readers.text import unwrapped
from tests.ingest.made import pdf, prepared

LONG = "全市常住人口城镇化率达到百分之七十二，城乡居民收入比继续缩小，公共服务均等化水平稳步提高，全年新增"


def page(*lines, head=None):
    return [*([head] if head else []), *lines]


def test_heads_of_left_and_right_pages_go():
    pages = [
        page(f"{LONG}{i}。", f"第{i}项。", head="2025年统计公报" if i % 2 else "江海市统计局")
        for i in range(5)
    ]
    kept, removed = without_running_lines(pages)
    assert set(removed) == {"2025年统计公报", "江海市统计局"} and all(len(lines) == 2 for lines in kept)


def test_a_line_on_two_pages_of_three_is_no_head():
    pages = [page("一、总体要求", f"{LONG}甲。"), page("一、总体要求", f"{LONG}乙。"), page(f"{LONG}丙。")]
    assert without_running_lines(pages)[1] == []


def test_a_sentence_over_a_page_break_is_whole_and_its_footnote_comes_after_it():
    pages = [[LONG, "① 数据来源：江海市统计局。"], ["就业12万人。下一句。"]]
    text = paragraphs(pages).replace("\f", "")
    assert text == f"{LONG}就业12万人。下一句。\n① 数据来源：江海市统计局。"


def test_a_table_over_a_page_break_has_one_head():
    pages = [
        ["| 县 | 数 |", "| --- | --- |", "| 甲 | 1 |"],
        ["| 县 | 数 |", "| --- | --- |", "| 乙 | 2 |", "完。"],
    ]
    kept, repeated = tables_joined(pages)
    assert kept == [["| 县 | 数 |", "| --- | --- |", "| 甲 | 1 |"], ["| 乙 | 2 |", "完。"]]
    assert repeated == ["| 县 | 数 |"]


def test_a_first_row_overleaf_is_a_row():
    pages = [["| 县 | 数 |", "| --- | --- |", "| 甲 | 1 |"], ["| 乙 | 2 |", "| --- | --- |", "| 丙 | 3 |"]]
    assert tables_joined(pages)[0][1] == ["| 乙 | 2 |", "| 丙 | 3 |"]


def test_a_signature_below_a_full_line_is_a_line_of_its_own():
    full = "各县区要加强组织领导，集聚高层次人才500名。"
    assert paragraphs([[full, "江海市人民政府", "2026年4月2日"]]).split("\n")[1:] == [
        "江海市人民政府",
        "2026年4月2日",
    ]


def test_entries_of_an_index_are_lines_of_their_own():
    entries = [
        f"{name}{'. ' * (30 - len(name))}{i}"
        for i, name in enumerate(["产业，协同", "公共服务", "生态，共治"], start=9)
    ]
    assert paragraphs([entries]).split("\n") == entries


def test_pages_without_text_are_told(tmp_path):
    path = pdf(tmp_path, [[(60, 700, "江海市通报"), (60, 660, "建成科创飞地5个。")], []])
    assert prepared(path).notes == ["第 2 页没有文字（空白页，或识别不出）。"]


def test_lines_of_a_text_file_are_joined_only_where_a_margin_broke_them():
    broken = "过去一年，全市地区生产总值突破1万亿元，建成\n科创飞地5个，引进高层次人才500名，城乡居民收入\n稳步增长。"
    assert unwrapped(broken) == broken.replace("\n", "")
    listed = "甲公司，江海市中山路1号，负责总体协调\n乙公司，江海市人民路22号高新技术产业园区三楼，负责施工\n丙公司。"
    assert unwrapped(listed) == listed


COMPANIES = ["江海芯片有限公司", "江海生物有限公司", "跨江智能有限公司", "海通半导体公司"]
LONG_COMPANIES = [
    "江苏省江海市跨江融合科技创新投资发展集团有限公司",
    "江苏省江海市长三角一体化生物医药研究院有限公司",
    "江苏省江海市高新技术产业开发区建设投资有限公司",
]
PEOPLE = ["高甲 国务院副秘书长", "李乙 科技部副部长", "王丙 江海大学教授", "赵丁 江海市市长"]


@pytest.mark.parametrize("names", [COMPANIES, LONG_COMPANIES, PEOPLE])
def test_names_one_below_the_other_are_no_broken_lines(tmp_path, names):
    placed = [(180, 770, "江海市入驻名单"), *((72, 740 - 26 * i, name) for i, name in enumerate(names))]
    found = prepared(pdf(tmp_path, [placed]))
    assert found.article.title == "江海市入驻名单"
    assert found.article.text.split("\n") == names
