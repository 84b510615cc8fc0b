"""Question files, verdicts, figures and comparison, each on cases worked out by hand."""

import json
import math

import pytest

from docs_store.models import Article, Hit, Passage
from rag.errors import QuestionFileError
from rag.evaluate import GoldQuestion, describe, evaluate, judge, load_questions, save_questions, verdict_of
from rag.evaluation import intervals, ranking, summary
from rag.evaluation.comparing import compare
from rag.evaluation.drafting import draft_questions
from rag.evaluation.questions import question_type
from rag.models import Answer, Citation, Refusal

EVIDENCE = "如皋先后与上海交大合作建设了5个科创飞地"


def hit(article, text, score=1.0):
    return Hit(
        Passage(f"p{article}", article, 0, 0, len(text), text), Article(article, "标题", "s", text), score
    )


def cited(text, *quotes, unsupported=()):
    citations = [
        Citation(n, "p", "a", "标题", None, None, None, (), quote, 0, len(quote), quote, 0)
        for n, quote in enumerate(quotes, start=1)
    ]
    timings = {"retrieve": 5.0, "first_token": 6.0, "total": 10.0}
    return Answer(ASKED.question, text, citations, unsupported=unsupported, timings_ms=timings)


ASKED = GoldQuestion("1", "如皋建设了几个科创飞地？", True, [["5个", "五个"]], [EVIDENCE])
HOPELESS = GoldQuestion("2", "盐城建设了几个科创飞地？", False)
REFUSED = Answer("q", "", refusal=Refusal.NO_EVIDENCE)


@pytest.mark.parametrize(
    ("question", "answer", "outcome"),
    [
        (ASKED, cited("建设了五个[1]。", EVIDENCE), "right"),
        (ASKED, cited("建设了6个[1]。", EVIDENCE), "wrong"),
        (ASKED, REFUSED, "refused_wrongly"),
        (HOPELESS, REFUSED, "refused_rightly"),
        (HOPELESS, cited("5个[1]。", EVIDENCE), "answered_wrongly"),
    ],
)
def test_each_outcome(question, answer, outcome):
    verdict = judge(question, answer)
    assert verdict.outcome == outcome
    assert verdict.right == (outcome in ("right", "refused_rightly"))


OPEN = GoldQuestion("4", "飞地办得怎样？", True, key_points=[[["5个", "五个"]], [["90"], ["企业"]]])


@pytest.mark.parametrize(
    ("answer", "outcome", "points"),
    [
        (cited("建设了五个[1]，承接９０多家企业[1]。", EVIDENCE), "right", 1.0),
        (cited("建设了五个[1]，有90人[1]。", EVIDENCE), "wrong", 0.5),
        (REFUSED, "refused_wrongly", 0.0),
        (None, None, None),
    ],
)
def test_an_open_question_is_worth_its_key_points(answer, outcome, points):
    verdict = judge(OPEN, answer)
    assert (verdict.outcome, verdict.points) == (outcome, points)


def test_open_questions_count_for_themselves():
    verdicts = [judge(OPEN, cited("5个[1]。", EVIDENCE)), judge(ASKED, cited("5个[1]。", EVIDENCE))]
    report = describe(verdicts, {})
    assert (report["right"], report["answerable"], report["open"]) == (1, 1, 1)
    assert report["figures"]["right"]["value"] == 1.0
    assert report["figures"]["key_points"]["value"] == 0.5


def test_comparison_sees_a_point_more_where_both_are_wrong():
    three = GoldQuestion("5", "q", True, key_points=[[["甲"]], [["乙"]], [["丙"]]])
    before, after = judge(three, cited("甲[1]。")), judge(three, cited("甲乙[1]。"))
    found = compare([before], [after])
    assert (found["better"], found["worse"]) == (1, 0)
    assert [c["direction"] for c in found["changed"]] == ["better"]
    assert found["figures"]["key_points"]["difference"]["value"] == pytest.approx(0.3333, abs=1e-3)


def test_drafts_hold_open_questions_whose_points_stand_in_the_article():
    text = (
        "上海合作组织经贸学院国际交流中心包含教学综合楼、行政管理和教研办公楼。"
        "2024年3月5日，上海合作组织经贸学院国际交流中心项目开工。"
        "上海合作组织经贸学院国际交流中心总投资12亿元。"
    )
    drafted = draft_questions([Article("a", "交流中心开工", "a.md", text)], 10)
    listed = next(q for q in drafted if q.type == "list")
    assert listed.question == "上海合作组织经贸学院国际交流中心包含哪些？" and not listed.must_contain
    assert listed.key_points == [[["教学综合楼"]], [["行政管理"]], [["教研办公楼"]]]
    summary_asked = next(q for q in drafted if q.type == "summary")
    assert (
        summary_asked.question == "《交流中心开工》主要讲了哪些内容？" and len(summary_asked.key_points) == 3
    )
    groups = [group for point in summary_asked.key_points for group in point]
    assert all(any(spelling in text for spelling in group) for group in groups)


def test_citations_are_measured_against_the_evidence():
    two = GoldQuestion("1", "q", True, [["5个"]], [EVIDENCE, "长江智创园承接90多家企业"])
    verdict = judge(
        two, cited("5个[1]。另[2]。没有标注的一句。", EVIDENCE, "完全无关的一段文字，说的是港口航线")
    )
    assert (verdict.citation_precision, verdict.citation_recall) == (0.5, 0.5)
    assert not verdict.cited and verdict.uncited_sentences == 1
    assert judge(ASKED, REFUSED).citation_precision is None


def test_ranks_count_articles_once_and_also_take_acceptable_ones():
    question = GoldQuestion("1", "q", True, gold_article_ids=["g"], also_acceptable_ids=["h"])
    hits = [hit("x", "一"), hit("x", "二"), hit("h", "三"), hit("g", "四")]
    verdict = judge(question, None, hits)
    assert verdict.rank == 2 and verdict.outcome is None
    best = 1 / math.log2(2) + 1 / math.log2(3)
    assert verdict.ndcg == pytest.approx((1 / math.log2(3) + 1 / math.log2(4)) / best)


def test_without_gold_ids_the_evidence_tells_the_right_passage():
    verdict = judge(ASKED, None, [hit("x", "无关的话"), hit("y", f"近年来，{EVIDENCE}。")])
    assert verdict.rank == 2 and verdict.ndcg is None
    assert [f.holds_answer for f in verdict.found] == [False, True]


def test_ranking_figures():
    assert ranking.first_rank(["a", "b"], {"z"}) is None
    assert ranking.hit_at(None, 5) == 0.0 and ranking.hit_at(5, 5) == 1.0
    assert ranking.reciprocal(4) == 0.25 and ranking.reciprocal(11) == 0.0
    assert ranking.ndcg(["a", "b"], {"a", "b"}) == pytest.approx(1.0)


def test_an_interval_narrows_with_more_questions_and_never_vanishes_at_the_ends():
    few, many = intervals.mean([1.0, 0.0] * 5), intervals.mean([1.0, 0.0] * 200)
    assert few.value == many.value == 0.5
    assert few.high - few.low > 3 * (many.high - many.low)
    sure = intervals.mean([1.0] * 18)
    assert sure.high == 1.0 and sure.low == pytest.approx(0.824, abs=0.001)  # Wilson, 18 of 18
    assert intervals.mean([]) is None


def test_the_sign_test_is_exact():
    assert intervals.sign_test(5, 0) == pytest.approx(2 / 32)
    assert intervals.sign_test(3, 3) == 1.0 and intervals.sign_test(0, 0) == 1.0


def test_figures_count_only_the_questions_they_speak_of():
    verdicts = [judge(ASKED, cited("5个[1]。", EVIDENCE)), judge(HOPELESS, REFUSED)]
    found = summary.figures(verdicts)
    assert found["right"].n == 1 and found["refused_rightly"].n == 1
    assert found["length"].value == 3 and found["length"].n == 1
    assert "ndcg@10" not in found
    assert summary.stage_times(verdicts)["total"] == {"mean": 10.0, "p50": 10.0, "p95": 10.0}


def test_slices_by_kind_and_by_quarter_of_overlap():
    questions = [
        GoldQuestion(str(i), f"{'如皋建设' if i % 2 else '全然不同'}了几个？", True, [["5个"]], [EVIDENCE])
        for i in range(8)
    ]
    found = summary.slices([judge(q, cited("5个[1]。", EVIDENCE)) for q in questions])
    assert found["type"]["how_many"]["n"] == 8
    assert [g["n"] for g in found["overlap"].values()] == [2, 2, 2, 2]
    assert found["answerable"]["yes"]["right"]["value"] == 1.0


def test_a_report_read_back_holds_the_same_verdicts():
    verdicts = [judge(ASKED, cited("5个[1]。", EVIDENCE)), judge(HOPELESS, None)]
    report = json.loads(json.dumps(describe(verdicts, {})))
    assert [verdict_of(row) for row in report["rows"]] == verdicts


def test_comparison_names_what_changed():
    other = GoldQuestion("3", "园区有几家企业？", True, [["90"]])
    before = [judge(ASKED, REFUSED), judge(HOPELESS, REFUSED), judge(other, cited("90[1]。"))]
    after = [
        judge(ASKED, cited("5个[1]。", EVIDENCE)),
        judge(HOPELESS, REFUSED),
        judge(other, cited("8[1]。")),
    ]
    found = compare(before, after)
    assert (found["better"], found["worse"], found["questions"]) == (1, 1, 3)
    assert [(c["id"], c["direction"]) for c in found["changed"]] == [("3", "worse"), ("1", "better")]
    assert found["figures"]["refused_wrongly"]["difference"]["value"] == -0.5
    with pytest.raises(QuestionFileError, match="相同的问题"):
        compare(before[:1], after[1:])


@pytest.mark.parametrize("name", ["q.jsonl", "q.csv"])
def test_a_question_file_comes_back_as_it_was_written(tmp_path, name):
    questions = [
        GoldQuestion(
            "1",
            "几个？",
            True,
            [["5个", "五个"], ["如皋"]],
            ["第一句。", "第二句"],
            gold_article_ids=["a", "b"],
            type="how_many",
        ),
        GoldQuestion("2", "=1+1 是谁？", False, type="who", note="备注"),
        GoldQuestion("3", "办得怎样？", True, key_points=[[["5个", "五个"]], [["90"], ["企业"]]]),
    ]
    path = tmp_path / name
    save_questions(path, questions)
    back = load_questions(path)
    assert [(q.id, q.answerable, q.type, list(q.gold_article_ids)) for q in back] == [
        ("1", True, "how_many", ["a", "b"]),
        ("2", False, "who", []),
        ("3", True, "", []),
    ]
    assert [list(q.key_points) for q in back] == [[], [], [[["5个", "五个"]], [["90"], ["企业"]]]]
    assert back[0].must_contain == [["5个", "五个"], ["如皋"]] and back[0].evidence == ["第一句。", "第二句"]
    if name.endswith("csv"):
        assert "'=1+1" in path.read_text(encoding="utf-8-sig")  # Excel must not take it for a formula


def test_what_a_chinese_excel_saves_is_read(tmp_path):
    path = tmp_path / "q.csv"
    path.write_bytes(
        "问题,可回答,要点\r\n如皋有几个飞地？,是,5个｜五个；如皋\r\n盐城有几个？,否,\r\n".encode("gb18030")
    )
    one, two = load_questions(path)
    assert one.must_contain == [["5个", "五个"], ["如皋"]] and one.answerable
    assert not two.answerable and one.id != two.id


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.jsonl", '{"id": 1, "question": "q"}\n', "第 1 行"),
        ("a.jsonl", '{"id": 1, "question": "q", "answerable": true}\nnot json\n', "第 2 行"),
        ("a.jsonl", "\n", "没有问题"),
        (
            "a.jsonl",
            '{"id": 1, "question": "q", "answerable": true}\n{"id": 1, "question": "r", "answerable": true}',
            "相同",
        ),
        ("a.csv", "编号,可回答\n1,是\n", "表头"),
        ("a.csv", "问题,可回答\n甲？,也许\n", "第 2 行"),
    ],
)
def test_a_bad_file_is_named_with_its_line(tmp_path, name, text, said):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(QuestionFileError, match=said):
        load_questions(path)


def test_published_question_sets_are_read_as_they_are(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_text(
        '{"id": "x", "question": "比分？", "answers": ["1：0"], "gold_article_ids": ["g"], "tier": "strict"}\n',
        encoding="utf-8",
    )
    (question,) = load_questions(path)
    assert question.answerable and question.must_contain == [["1：0"]] and question.right_articles == {"g"}


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("建设了多少个园区？", "how_many"),
        ("会议是哪天开幕的？", "when"),
        ("董事长是谁？", "who"),
        ("长江以北唯一与上海相邻的城市是哪座？", "which"),
        ("为什么要建飞地？", "why"),
        ("是否建成？", "yes_no"),
        ("介绍港口", "other"),
    ],
)
def test_question_types(question, kind):
    assert question_type(question) == kind


def test_a_run_asks_only_what_is_not_done_and_hands_on_each_verdict(qa):
    questions = [
        GoldQuestion("1", "如皋建设了几个科创飞地？", True, [["5个"]], ["合作建设了5个“科创飞地”"]),
        GoldQuestion("2", "京沪高铁的票价是多少？", False),
        GoldQuestion("3", "园区有几家？", True, [["3家"]], passages=["园区有3家企业。"]),
    ]
    kept = []
    first = evaluate(qa, questions[:1], on_row=kept.append)
    assert [v.id for v in kept] == ["1"] and kept[0].rank == 1 and first.rows[0].answer is not None
    report = evaluate(qa, questions, done={"1": kept[0]}, on_row=kept.append)
    assert [v.id for v in kept] == ["1", "2", "3"]
    assert report.rows[0].answer is None and report.rows[0].right
    assert not kept[2].ranked  # its passages were given, nothing was searched
    counts = report.to_dict()
    assert (counts["answerable"], counts["unanswerable"], counts["refused"]) == (2, 1, 1)


def test_retrieval_alone_asks_no_model(qa):
    report = evaluate(
        qa,
        [GoldQuestion("1", "如皋建设了几个科创飞地？", True, evidence=["建设了5个“科创飞地”"])],
        retrieval_only=True,
    )
    found = report.to_dict()
    assert found["figures"]["hit@1"]["value"] == 1.0 and "right" not in found["figures"]
    assert found["rows"][0]["outcome"] is None and "answer" not in found["rows"][0]
