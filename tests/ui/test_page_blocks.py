"""Texts as HTML: tables as tables, headings by their rank, marks where they stand; moves under an answer; use figures."""

from pathlib import Path

import pytest

from docs_store.journal.conversations import Outcome
from ui import strings
from ui.page.blocks import blocks_html, quoted_html, ranks
from ui.page.exchange import Exchange, Source
from ui.page.moves import moves_html, topic
from ui.page.use import use_html
from ui.pdf_picture import NoPictureError, Pictures, boxes

TABLE = "前言。\n| 名称 | 数<量 |\n| --- | --- |\n| 飞地\\|甲 | 5 |\n| 乙 | |\n后语。"


def test_a_table_is_a_table_and_marks_stand_in_its_cells():
    start = TABLE.index("5 |")
    html = blocks_html(TABLE, [(0, 2), (start, start + 1)])
    assert html == (
        "<p><mark>前言</mark>。</p>"
        '<div class="gc-grid"><table><thead><tr><th scope="col">名称</th><th scope="col">数&lt;量</th></tr></thead>'
        "<tbody><tr><td>飞地|甲</td><td><mark>5</mark></td></tr><tr><td>乙</td><td></td></tr></tbody></table></div>"
        "<p>后语。</p>"
    )


def test_lines_that_only_look_like_a_table_stay_text_and_headings_keep_their_rank():
    html = blocks_html("| 只有一行 |\n一、目标\n正文", [], {len("| 只有一行 |\n"): 2})
    assert html == "<p>| 只有一行 |</p><h4>一、目标</h4><p>正文</p>"


def test_headings_are_ranked_by_their_depth_and_none_skips_a_level():
    assert ranks([(0, 2), (9, 4), (20, 3), (30, 2), (40, 1), (50, 3)]) == {
        0: 1,
        9: 2,
        20: 2,
        30: 1,
        40: 1,
        50: 2,
    }
    assert ranks([]) == {}


def test_a_quote_in_a_table_is_shown_in_it():
    before, _, after = TABLE.partition("乙")
    assert "<td><mark>乙</mark></td>" in quoted_html(before, "乙", after)
    assert quoted_html("前", "<b>", "后") == '<p class="gc-passage">前<mark>&lt;b&gt;</mark>后</p>'


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("如皋一共建设了几个科创飞地？", ("如皋", "科创飞地")),
        ("列出南通与上海合作的项目", ("南通", "上海")),
        ("成渝中线高铁有什么进展", ("成渝中线高铁",)),
        ("有哪些项目？", ("项目",)),
        ("怎么样？", ()),
    ],
)
def test_a_topic_is_the_names_and_long_nouns_of_a_question(question, about):
    assert topic(question) == about


@pytest.mark.parametrize(
    ("question", "written", "about"),
    [
        ("沪宁沿江高铁什么时候试运行", "沿着沪宁沿江高铁驶向太仓站，转入试运行", ("沪宁沿江高铁",)),
        (
            "2022年全国水土流失面积是多少",
            "2022年全国水土流失面积下降到265.34万平方公里",
            ("全国水土流失面积",),
        ),
        ("江口G60走廊质量标准大会有什么", "江口g60走廊质量标准大会举行", ("江口G60走廊质量标准大会",)),
        ("朝阳区三年行动计划的重点任务", "朝阳区印发了2023-2025年三年行动计划", ("朝阳区", "三年行动计划")),
        ("川渝体育旅游休闲消费季有哪些活动", "“运动川渝”体育旅游休闲消费季", ("川渝", "体育旅游休闲消费季")),
        (
            "大宗交易纳入互联互通机制是什么意思",
            "大宗交易（非自动对盘）纳入互联互通机制",
            ("大宗交易", "互联互通机制"),
        ),
        ("重庆自贸试验区建设情况怎么样", "重庆自贸试验区建设情况的报告", ("重庆自贸试验区建设",)),
        ("怎么样？", "怎么样都行", ()),
    ],
)
def test_a_topic_is_what_a_question_shares_with_its_sources(question, written, about):
    assert topic(question, [Source(article_id="a", title="题", before=written)]) == about


def test_moves_go_on_with_the_article_whose_title_speaks_of_the_topic():
    def source(marker, id, title):
        return Source(marker=marker, article_id=id, title=title, quote="如皋建设了科创飞地。")

    sources = (source(1, "a", "江苏市长调整"), source(2, "b", "如皋的科创飞地"))
    asked = Exchange(id="e", question="如皋建设了几个科创飞地？", text="5个[1][2]。", sources=sources)
    html = moves_html(asked)
    assert 'data-act="only" data-id="b"' in html and "看[2]这篇的要点" in html
    assert "看这篇的要点" in moves_html(asked.model_copy(update={"sources": sources[1:]}))


def test_moves_go_on_with_the_cited_article_and_the_topic():
    source = Source(marker=1, article_id="a&b", title="飞<地", quote="5个")
    html = moves_html(
        Exchange(id="e", question="如皋建设了几个科创飞地？", text="5个[1]。", sources=(source,))
    )
    assert 'data-act="only" data-id="a&amp;b" data-title="飞&lt;地"' in html
    assert 'data-act="list-by" data-words="如皋 科创飞地"' in html
    assert 'data-act="make" data-kind="table" data-topic="如皋 科创飞地"' in html
    refused = moves_html(Exchange(id="e", question="如皋建设了几个科创飞地？", refusal="no_evidence"))
    assert "only" not in refused and "list-by" in refused
    assert moves_html(Exchange(id="e", question="怎么样？", text="好。")) == ""


def test_use_counts_outcomes_and_lists_what_had_no_answer_once():
    outcomes = [
        Outcome("几<个？", "2025-02-02", "no_evidence", "", ""),
        Outcome("谁？", "2025-02-01", "", "", "extractive"),
        Outcome("几<个？", "2025-01-09", "unsupported", "", ""),
        Outcome("停", "2025-01-08", "", "已停止", ""),
        Outcome("？", "2025-01-08", "empty_question", "", ""),
    ]
    html = use_html(outcomes, {"up": 3})
    assert [
        html.count(f"<b>{n}</b><span>{label}</span>")
        for n, label in zip((5, 2, 2, 1, "3 / 0"), strings.USE_TILES, strict=True)
    ] == [1] * 5
    assert html.count('data-question="几&lt;个？"') == 1 and "2025-02-02" in html
    assert "2025 年 1 月" in html and strings.NONE_UNANSWERED in use_html([], {})


class Page:
    """A page of text as pdfium gives it: every character 10 points wide, lines 20 high."""

    def __init__(self, *lines):
        self.chars = [(c, 10 * x, 100 - 20 * y) for y, line in enumerate(lines) for x, c in enumerate(line)]

    def count_chars(self):
        return len(self.chars)

    def get_text_range(self, index, count):
        return self.chars[index][0]

    def get_charbox(self, index):
        _, left, bottom = self.chars[index]
        return left, bottom, left + 10, bottom + 12


def test_a_quote_is_boxed_line_by_line_whatever_spaces_stand_in_it():
    page = Page("甲乙丙 丁戊", "己庚辛壬癸")
    assert boxes(page, "丁 戊己庚辛壬") == [(40, 100, 60, 112), (0, 80, 40, 92)]
    assert boxes(page, "戊己庚辛壬癸，下一页还有很多字") == [(50, 100, 60, 112), (0, 80, 50, 92)], (
        "what is on this page"
    )
    assert boxes(page, "没有这一句话") == [] and boxes(page, "") == []


def test_what_is_no_pdf_is_refused_in_a_sentence(tmp_path):
    file = tmp_path / "a.pdf"
    with pytest.raises(NoPictureError, match="原件已不在"):
        Pictures().page(Path(file), 1, "")
    file.write_bytes(b"%PDF-1.4 nothing")
    with pytest.raises(NoPictureError, match="画不出来"):
        Pictures().page(file, 1, "")
