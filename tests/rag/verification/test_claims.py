"""A draft's sentences, their markers, what is no claim, and what 它 stands for."""

import pytest

from rag.verification import claims


@pytest.mark.parametrize(
    ("text", "markers"),
    [
        ("产值增长5%。[1]", (1,)),
        ("产值增长5%[1][3]。", (1, 3)),
        ("产值增长5%【2】。", (2,)),
        ("产值增长5%［1］。", (1,)),
        ("产值增长5%[ID:0]。", (1,)),
        ("产值增长5%[^1]。", (1,)),
        ("产值增长5%[1, 3]。", (1, 3)),
        ("产值增长5%[1-3]。", (1, 2, 3)),
        ("产值增长5%[1][1]。", (1,)),
        ("产值增长5%。", ()),
    ],
)
def test_every_way_of_writing_markers_is_read_and_taken_out(text, markers):
    (claim,) = claims(text)
    assert claim.text.rstrip("。") == "产值增长5%" and claim.markers == markers


def test_a_year_in_square_brackets_is_no_marker():
    assert claims("国发[2023]5号文件提出三项任务。")[0].markers == ()


def test_a_marker_behind_the_stop_belongs_to_the_sentence_before():
    first, second = claims("甲市增长5%。[1]乙市增长6%。[2]")
    assert (first.text, first.markers, second.text, second.markers) == (
        "甲市增长5%。",
        (1,),
        "乙市增长6%。",
        (2,),
    )


def test_a_semicolon_ends_a_claim_only_where_a_marker_stands():
    assert [c.markers for c in claims("甲市增长5%[1]；乙市增长6%[2]。")] == [(1,), (2,)]
    assert len(claims("甲市增长5%；乙市增长6%[1]。")) == 1


def test_bullets_and_bold_lead_ins_are_no_part_of_the_claim():
    (claim,) = claims("- **用电需求**：全社会用电量增长5%[1]。")
    assert claim.text == "全社会用电量增长5%。" and claim.markers == (1,)


def test_offsets_hold_the_sentence_with_its_markers():
    text = "# 标题\n\n甲市增长5%。[1]\n- 乙市增长6%[2]。"
    assert [text[c.start : c.end] for c in claims(text)] == ["# 标题", "甲市增长5%。[1]", "- 乙市增长6%[2]。"]


@pytest.mark.parametrize(
    "text",
    [
        "## 总体情况",
        "主要包括以下几个方面：",
        "综上所述，",
        "情况如何？",
        "希望以上内容对您有帮助。",
        "资料中没有提及相关信息。",
        "**一、背景**",
    ],
)
def test_what_claims_nothing_is_known(text):
    assert all(claim.no_claim for claim in claims(text))


@pytest.mark.parametrize(
    "text", ["综上所述，全市增长5%。", "会议提出三项任务：一是扩大开放，二是稳住就业。", "园区已建成。"]
)
def test_what_claims_something_is_known(text):
    assert not claims(text)[0].no_claim


def test_a_back_reference_is_resolved_from_the_claim_before():
    _, second = claims("长江智创园项目去年开工。该项目投资12亿元。")
    assert second.resolved == "长江智创园项目投资12亿元。" and second.text == "该项目投资12亿元。"
    _, second = claims("南通港去年扩建。它新增3条航线。")
    assert second.resolved.startswith("南通港新增3条航线")


def test_a_back_reference_to_nothing_stays():
    assert claims("该项目投资12亿元。")[0].resolved == "该项目投资12亿元。"


def test_the_title_of_a_memo_claims_nothing_and_its_sentences_do():
    title, said = claims("关于协同区建设的情况汇报\n\n南通是长江以北唯一毗邻上海的城市。")
    assert title.no_claim and not said.no_claim
    assert not claims("关于印发规划的通知于3月1日发布。")[0].no_claim
