"""Which sentence answers, and whether any does: other words, other scripts, neighbours and opposites."""

from datetime import date

import pytest

from docs_store.models import Article, Hit, Passage
from rag.assistant import as_hits
from rag.evidence import answerability, confidence
from rag.evidence.asked import understood
from rag.evidence.matching import match

FACT = "近年来，如皋先后与上海交大、复旦大学、同济大学合作建设了5个“科创飞地”。"
PASSAGE = f"1月18日，座谈会在南通举行。{FACT}会议还讨论了交通规划。"


def hit(text, title="简报", day=None, id="a"):
    return Hit(Passage(id, id, 0, 0, len(text), text), Article(id, title, id, text, published_on=day), 1.0)


def column(question, text, name):
    return match(understood(question), [hit(text)]).column(name).tolist()


@pytest.mark.parametrize(
    "question",
    ["如皋建设了几个科创飞地？", "如皋建設了幾個科創飛地？", "如皋跟高校一起建了多少个科创飞地？"],
)
def test_the_answering_sentence_comes_first(question):
    found = answerability.judge(question, as_hits([PASSAGE, "如皋港去年吞吐量增长。"]))
    assert found.sentences[0].text == FACT
    assert found.score > 0.5


def test_offsets_point_into_the_article():
    text = f"开头一句。{PASSAGE}"
    passage = Passage("p", "a", 0, 5, len(text), text[5:])
    found = answerability.judge(
        "如皋建设了几个科创飞地？", [Hit(passage, Article("a", "简报", "a", text), 1.0)]
    )
    assert all(text[s.start : s.end] == s.text for s in found.sentences)


def test_scores_fall_from_the_first_sentence_on():
    found = answerability.judge("如皋建设了几个科创飞地？", as_hits([PASSAGE]))
    scores = [s.score for s in found.sentences]
    assert scores == sorted(scores, reverse=True) and all(0 <= s <= 1 for s in scores)


@pytest.mark.parametrize("question", ["", "？？", "的了吗"])
def test_a_question_without_content_has_no_evidence(question):
    assert answerability.judge(question, as_hits([PASSAGE])).score == 0.0


def test_no_passages_no_evidence():
    assert answerability.judge("如皋建设了几个科创飞地？", []).sentences == ()


def test_another_subject_scores_lower():
    hits = as_hits([PASSAGE])
    asked = answerability.judge("如皋建设了几个科创飞地？", hits).score
    assert answerability.judge("火星移民管理办法有多少条？", hits).score < 0.3 < asked


def test_the_models_opinion_moves_the_score_both_ways():
    hits = as_hits([PASSAGE])
    question = "如皋建设了几个科创飞地？"
    said = answerability.judge(question, hits).score
    low, high = (confidence.combined(said, opinion) for opinion in (-8.0, 8.0))
    assert low < said < high


def test_given_passages_have_a_judgement_of_their_own():
    noise = "如皋的科创工作会议在上海召开，多家高校的负责人到会，介绍了各自的园区。"
    question = "如皋建设了几个科创飞地？"
    there = answerability.judge(question, as_hits([noise, PASSAGE]), are_given=True)
    absent = answerability.judge(question, as_hits([noise, "如皋港去年吞吐量增长。"]), are_given=True)
    assert there.sentences[0].hit_index == 1 and there.score > 0.6 > absent.score


def test_the_probability_of_the_packaged_model_is_calibrated_within_bounds():
    curve = answerability.weights().calibration["probability"]
    assert curve == sorted(curve) and curve[0] >= 0 and curve[-1] <= 1


# --- features -----------------------------------------------------------------------------------------------------------


def test_a_synonym_counts_where_the_word_itself_does_not_stand():
    assert column("宁夏的民企", "宁夏的民营企业有千家。", "exact_sentence") < column(
        "宁夏的民企", "宁夏的民营企业有千家。", "alike_words_sentence"
    )


def test_words_used_alike_count_by_their_vectors():
    (near,) = column("大桥竣工", "大桥完工。", "soft_sentence")
    (far,) = column("大桥竣工", "大桥唱歌。", "soft_sentence")
    assert near > far


def test_a_place_that_only_a_neighbour_has_is_missing():
    assert column("苏州的投资", "无锡的投资增长。", "places_missing") == [1.0]
    assert column("苏州的投资", "苏州的投资增长。", "places_missing") == [0.0]


def test_imports_clash_with_exports():
    assert column("进口总值", "出口总值增长。", "clash_meaning")[0] > 0
    assert column("进口总值", "进口总值增长。", "clash_meaning") == [0.0]


def test_a_year_of_the_articles_date_fits():
    asked = understood("2025年的投资")
    assert match(asked, [hit("今年投资增长。", day=date(2025, 3, 1))]).column("years_missing")[0] == 0.0
    assert (
        match(asked, [hit("投资增长。2023年投资为3亿。", day=date(2023, 3, 1))]).column("years_missing")[0]
        == 1.0
    )


def test_a_name_in_the_title_is_not_missing():
    asked = understood("苏州的投资")
    titled = match(asked, [hit("投资增长。", title="苏州")]).column("names_missing_passage")[0]
    untitled = match(asked, [hit("投资增长。")]).column("names_missing_passage")[0]
    assert titled == 0.0 < untitled


def test_the_window_reaches_the_neighbouring_sentences_of_the_same_passage_alone():
    asked = understood("苏州的投资")
    whole = match(asked, [hit("苏州召开会议。投资增长三成。")]).column("exact_window")
    apart = match(asked, [hit("苏州召开会议。", id="a"), hit("投资增长三成。", id="b")]).column(
        "exact_window"
    )
    assert whole.tolist() == [1.0, 1.0] and max(apart) < 1.0


def test_a_unit_that_is_asked_for_must_follow_a_new_figure():
    assert column("投资多少亿元？", "投资120亿元。", "unit_shown") == [1.0]
    assert column("投资多少亿元？", "投资的项目有3个。", "unit_shown") == [0.0]


def test_a_document_is_named_by_its_number_as_by_its_title():
    text = "对设立研发飞地的企业，按房租的50%给予补贴，每年最高80万元。"
    passage = Passage("a-0", "a", 0, 0, len(text), text)
    scores = [
        answerability.judge("丙政发〔2025〕18号里房租补贴最高多少？", [Hit(passage, article, 1.0)]).score
        for article in (
            Article("a", "丙市若干措施", "a.md", text),
            Article("a", "丙市若干措施", "a.md", text, document_number="丙政发〔2025〕18号"),
        )
    ]
    assert scores[1] > scores[0]


@pytest.mark.parametrize(
    ("question", "there", "beside"),
    [
        ("大桥总共花了多少钱？", "大桥总投资354亿元。", "大桥全长354公里。"),
        ("培训来了多少人？", "148名学员参加培训。", "培训为期148天。"),
        ("每个卫生室至少配几名医生？", "每个卫生室至少配备一名医生。", "每个卫生室配备80种药品。"),
        ("琴台高多少米？", "琴台总高度0.07公里。", "琴台占地90亩。"),
    ],
)
def test_the_unit_that_is_asked_for_stands_there_in_any_of_its_kind(question, there, beside):
    matches = match(understood(question), as_hits([there, beside]))
    assert matches.column("unit_shown").tolist() == [1.0, 0.0]
