"""The chain with a scripted model: what the reader sees is only what a passage supports."""

import pytest
from langchain_core.language_models import FakeListChatModel

from docs_store.store import DocsStore
from ingest import ingest
from rag import PolicyQA, Refusal, strings
from rag.models import Turn
from rag.verification import support as verify
from rag.verification.facts import numbers, places

TEXT = (
    "近年来，如皋先后与上海交大、复旦大学、同济大学合作建设了5个“科创飞地”。"
    "截至2024年底，长江智创园共承接90多家企业。神马电力董事长马斌说，公司发展了29年。"
)


class Scripted:
    def __init__(self, *drafts):
        self.model = FakeListChatModel(responses=list(drafts))

    def chat(self):
        return self.model

    def warm_up(self):
        pass

    def close(self):
        pass


class Failing(Scripted):
    def chat(self):
        raise ConnectionError("down")


@pytest.fixture
def ask(settings, embedder, tmp_path):
    path = tmp_path / "a.md"
    path.write_text(f"---\ntitle: 简报\nissuer: 南通发布\ndate: 2025-01-20\n---\n{TEXT}", encoding="utf-8")
    with DocsStore.open(settings, embedder, write=True) as store:
        ingest(store, [path], settings)
    store = DocsStore.open(settings, embedder)

    def run(question, *drafts, model=None, history=(), **options):
        return PolicyQA(settings, store, model or Scripted(*drafts)).ask(question, history, **options)

    yield run
    store.close()


def test_a_supported_claim_is_cited_at_its_offsets(ask):
    answer = ask("如皋建设了几个科创飞地？", "如皋建设了5个科创飞地[1]。")
    assert answer.text == "如皋建设了5个科创飞地[1]。"
    (citation,) = answer.citations
    assert TEXT[citation.start : citation.end] == citation.quote
    assert "5个" in citation.quote and citation.issuer == "南通发布"


def test_a_missing_marker_is_repaired(ask):
    assert ask("如皋建设了几个科创飞地？", "如皋建设了5个科创飞地。").text.startswith(
        "如皋建设了5个科创飞地[1]。"
    )


def test_an_unknown_marker_never_reaches_the_reader(ask):
    answer = ask("如皋建设了几个科创飞地？", "如皋建设了5个科创飞地[9]。")
    assert [c.marker for c in answer.citations] == [1] and "[9]" not in answer.text


def test_a_wrong_number_is_dropped_and_listed(ask):
    answer = ask("如皋建设了几个科创飞地？", "如皋建设了6个科创飞地[1]。")
    assert "6个" not in answer.text
    assert answer.unsupported == ["如皋建设了6个科创飞地。"]


def test_an_invented_sentence_beside_a_true_one_is_dropped(ask):
    answer = ask("神马电力的董事长是谁？", "神马电力董事长是马斌[1]。他毕业于哈尔滨工业大学[1]。")
    assert answer.text.startswith("神马电力董事长是马斌[1]。") and "哈尔滨" not in answer.text
    assert len(answer.unsupported) == 1


@pytest.mark.parametrize(
    "question", ["盐城建设了几个科创飞地？", "神马电力2024年的营业收入是多少？", "京沪高铁的票价是多少？"]
)
def test_near_misses_are_refused_though_the_model_cannot_be_asked(ask, question):
    answer = ask(question, model=Failing())
    assert answer.refusal is Refusal.NO_EVIDENCE and not answer.citations


def test_a_failing_model_leaves_quotes_and_a_notice(ask):
    answer = ask("如皋建设了几个科创飞地？", model=Failing())
    assert answer.mode == "extractive" and "5个" in answer.text and answer.notice


def test_an_empty_question(ask):
    assert ask(" ？ ").refusal is Refusal.EMPTY_QUESTION


def test_where_an_article_comes_from(ask):
    answer = ask("这篇文章来源于哪里，什么时候发布的？", model=Failing())
    assert "南通发布" in answer.text and "2025年1月20日" in answer.text


def test_stages_come_in_order(ask, settings, embedder):
    store = DocsStore.open(settings, embedder)
    qa = PolicyQA(settings, store, Scripted("5个[1]。"))
    stages = [e.stage for e in qa.stream("如皋建设了几个科创飞地？")]
    assert stages[:3] == ["retrieving", "reading", "quick"] and stages[-2:] == ["checking", "final"]
    store.close()


def test_the_quick_answer_quotes_and_comes_before_the_model(settings, embedder, ask):
    with PolicyQA(settings, DocsStore.open(settings, embedder), Failing()) as qa:
        steps = list(qa.stream("如皋建设了几个科创飞地？"))
    quick = next(step.answer for step in steps if step.stage == "quick")
    assert quick.mode == "extractive" and "5个" in quick.text
    assert steps[-1].answer.text == quick.text
    assert steps[-1].answer.timings_ms["first_content"] <= steps[-1].answer.timings_ms["total"]


def test_an_opening_that_breaks_off_leaves_the_quoted_points(settings, embedder, ask):
    with PolicyQA(
        settings, DocsStore.open(settings, embedder), Scripted("合作成果包括[1]，建设飞地[1]。")
    ) as qa:
        quoted = qa.ask("如皋建设科创飞地取得哪些成果？", extractive=True, task="list")
        answer = qa.ask("如皋建设科创飞地取得哪些成果？", task="list")
    assert answer.text == quoted.text and answer.notice is None and not answer.refused


def test_an_open_question_keeps_every_point_whatever_the_model_says(settings, embedder, ask):
    with PolicyQA(settings, DocsStore.open(settings, embedder), Scripted("明天会下雨[1]。")) as qa:
        quoted = qa.ask("如皋建设科创飞地取得哪些成果？", extractive=True, task="list")
        answer = qa.ask("如皋建设科创飞地取得哪些成果？", task="list")
    assert quoted.text.startswith("- ") and answer.text == quoted.text
    assert answer.unsupported == ["明天会下雨。"] and answer.task == "list"


def test_an_opening_that_the_checker_is_not_sure_of_is_left_out(settings, embedder, ask, monkeypatch):
    said = "截至2024年底，长江智创园共承接90多家企业[1]。"
    shown = []
    for least in (0.0, 1.1):
        monkeypatch.setattr("rag.generation.answering._SURE_OPENING", least)
        with PolicyQA(settings, DocsStore.open(settings, embedder), Scripted(said)) as qa:
            shown.append(qa.ask("如皋建设科创飞地取得哪些成果？", task="list"))
    assert shown[0].sections[0].items[0].verbatim is False
    assert shown[1].text.startswith("- ") and not shown[1].refused


def test_numbers_keep_unit_and_folding():
    assert numbers("近40家，58.10%，1,200亿元，两个项目") == {
        ("40", "家"),
        ("58.1", "%"),
        ("1200", "亿元"),
        ("2", "个"),
    }
    assert places("盐城与南通") == {"盐城", "南通"}


def test_markers_after_the_full_stop_belong_to_their_sentence():
    assert verify.claims("一是甲。[1]二是乙[2]。") == [("一是甲。", [1]), ("二是乙。", [2])]


def test_a_year_that_no_date_confirms_is_left_open_and_said(settings, embedder, tmp_path):
    path = tmp_path / "undated.md"
    path.write_text("# 防东铁路简报\n\n按施工计划，防东铁路今年9月底前完成全线铺轨施工。\n", encoding="utf-8")
    with DocsStore.open(settings, embedder, write=True) as store:
        ingest(store, [path], settings)
    draft = "防东铁路将在2023年9月底前完成铺轨施工[1]。"
    bold = settings.model_copy(update={"answer": settings.answer.model_copy(update={"min_evidence": 0.0})})
    with PolicyQA(bold, DocsStore.open(settings, embedder), Scripted(draft)) as qa:
        answer = qa.ask("防东铁路2023年什么时候完成铺轨施工？")
    assert "今年9月底前" in answer.text and "2023" not in answer.text
    assert any("没有注明日期" in remark and "2023年" in remark for remark in answer.remarks)


def test_an_open_question_on_a_place_that_no_article_names_is_refused(settings, embedder, ask):
    with PolicyQA(settings, DocsStore.open(settings, embedder), Failing()) as qa:
        answer = qa.ask("成都有哪些合作成果？", extractive=True, task="list")
    assert answer.refusal is Refusal.NO_EVIDENCE and answer.hits


def test_a_place_that_is_missing_is_said_before_the_points(settings, embedder, ask):
    with PolicyQA(settings, DocsStore.open(settings, embedder), Failing()) as qa:
        answer = qa.ask(
            "如皋、成都与上海交大、复旦大学合作建设了哪些科创飞地？", extractive=True, task="list"
        )
    assert answer.text.startswith("引用的文章里没有提到成都。\n- ")


def test_a_noun_that_only_an_article_not_cited_has_is_said(settings):
    passages = [
        "沪苏通铁路二期开工后，南通将增设海门北站。二期全线采用无砟轨道，施工单位按标段推进桥梁和路基工程。沪苏通铁路二期2027年建成。",
        "长江游轮的票价为每人200元，老人票价减半。",
    ]
    qa = PolicyQA(settings, None, None)
    answer = qa.answer_from("沪苏通铁路二期的工程进展和票价是怎样的？", passages, task="progress")
    assert {citation.title for citation in answer.citations} == {"资料1"}
    assert answer.text.startswith("引用的文章里没有提到“票价”。")


@pytest.fixture
def doubting(settings):
    """Settings by which the signs alone would refuse `DOUBTFUL`, though not by far."""

    def least(value):
        return settings.model_copy(
            update={"answer": settings.answer.model_copy(update={"min_evidence": value})}
        )

    score = PolicyQA(least(0.0), None, None).answer_from(DOUBTFUL, [TEXT]).evidence_score
    return least(min(1.0, 1.3 * score))


def in_doubt(settings, *drafts):
    """The answer over an endpoint whose words are `drafts`."""
    llm = settings.llm.model_copy(update={"base_url": "http://127.0.0.1:9/v1"})
    verify_ = settings.verify.model_copy(update={"judge": "off"})
    settings = settings.model_copy(update={"llm": llm, "verify": verify_})
    return PolicyQA(settings, None, Scripted(*drafts, "", "")).answer_from(DOUBTFUL, [TEXT])


DOUBTFUL = "科创飞地后来有什么进展？"
TWO = "截至2024年底，长江智创园共承接90多家企业[1]。神马电力董事长马斌说，公司发展了29年[1]。"
THREE = TWO + "如皋先后与上海交大、复旦大学、同济大学合作建设了5个“科创飞地”[1]。"


def test_an_endpoint_may_see_an_answer_where_the_passages_alone_would_be_refused(doubting):
    assert PolicyQA(doubting, None, None).answer_from(DOUBTFUL, [TEXT]).refused
    answer = in_doubt(doubting, THREE)
    assert "90多家企业[1]" in answer.text and "29年" in answer.text and answer.mode == "generated"


@pytest.mark.parametrize(
    "draft",
    [
        "资料未提及。",
        "资料未提及进展。" + THREE,
        TWO,
        THREE.replace("90", "300").replace("29", "39").replace("5个", "9个"),
    ],
    ids=["says no", "says in part no", "too little", "does not rest on them"],
)
def test_in_doubt_an_endpoint_is_refused_unless_enough_rests_on_the_passages(doubting, draft):
    assert in_doubt(doubting, draft).refused


MEASURES = (
    "如皋推进养老服务，新建社区食堂26家，为八十岁以上老人送餐上门。",
    "海安出台养老服务举措，改造居家适老化住房306户，安装扶手和报警器。",
    "启东培训养老护理员1200人次，发放入职奖励每人3000元，鼓励长期从业。",
    "如东把闲置校舍改成养老院，新增床位420张，其中护理型床位占七成。",
    "海门为独居老人配备智能手环，养老服务热线全天有人接听，半小时内上门。",
    "通州试点长期护理保险，失能老人每月可报销养老服务费用1500元。",
    "崇川把医院康复科开进养老机构，老人看病、取药、理疗不出院门。",
    "江阴开出养老服务清单五十项，低保老人免费享受其中的三十二项。",
    "靖江组织党员结对高龄老人，每周探访两次，代买菜、代缴水电费。",
    "泰兴给新建小区划定养老用房，每百户不少于三十平方米，与住宅同步交付。",
    "昆山的养老顾问进驻街道，帮老人比较机构价格，一年解答九千件。",
    "太仓与上海互认养老机构等级，异地老人入住同享运营补贴每床4000元。",
    "常熟开通养老服务公交专线，串起日间照料中心18处，早晚各四班。",
)


def test_an_answer_that_lacks_what_is_asked_is_short_where_its_articles_are_in_doubt(settings, monkeypatch):
    text = "".join(MEASURES)
    open_gate = settings.model_copy(
        update={"answer": settings.answer.model_copy(update={"min_evidence": 0.0})}
    )
    qa = PolicyQA(open_gate, None, None)

    def said(question, score):
        monkeypatch.setattr("rag.generation.answering.subject.probability", lambda *_: score)
        return qa.answer_from(question, [text], task="list").text

    asked, lacking = "各地养老服务有哪些举措？", "各地养老服务有哪些举措，票价多少？"
    assert "票价" in said(lacking, 0.6) and "票价" not in said(asked, 0.6)
    assert len(said(lacking, 0.6)) < 0.8 * len(said(asked, 0.6))
    assert len(said(lacking, 0.95)) > len(said(lacking, 0.6))


def test_more_is_not_what_was_said_before(ask):
    question = "如皋建设了几个科创飞地？"
    assert not ask(question, model=Failing(), extractive=True).refused
    again = ask("还有吗？", model=Failing(), extractive=True, history=[Turn(question, TEXT)])
    assert again.refused and again.remarks == [strings.NOTHING_MORE]
