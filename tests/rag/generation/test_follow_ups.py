from docs_store.models import Article, Hit, Passage
from rag.generation.follow_ups import follow_ups


def hits(*texts):
    found = []
    for number, text in enumerate(texts):
        id = f"a{number}"
        found.append(Hit(Passage(id, id, 0, 0, len(text), text), Article(id, "如皋科创", id, text), 1.0))
    return found


def test_a_figure_becomes_a_question_that_its_passage_answers():
    text = "如皋港产业协同创新中心承接企业23家。会议在上海召开。"
    assert follow_ups("董事长是谁？", hits(text), 0.6) == ["如皋港产业协同创新中心承接多少家企业？"]


def test_what_was_just_asked_is_not_offered_again():
    assert (
        follow_ups(
            "如皋港产业协同创新中心承接多少家企业？", hits("如皋港产业协同创新中心承接企业23家。"), 0.6
        )
        == []
    )


def test_clauses_without_a_subject_with_dates_or_with_two_figures_are_left():
    text = "其中承接的企业达到23家。2024年12月如皋签约。如皋企业23家和项目7个都已落地。比上年同期增加了23家。"
    assert follow_ups("董事长是谁？", hits(text), 0.0) == []


def test_a_figure_is_asked_for_by_the_name_of_its_subject_alone():
    for text in (
        "飞行区跑道长2600米。",
        "园区承接企业23家。",
        "江苏省耕地保有量不低于5977万亩。",
        "苏州是江苏省内2个获批二手车出口试点的城市。",
    ):
        assert follow_ups("董事长是谁？", hits(text), 0.0) == []


def test_a_question_has_no_words_that_sum_up_or_tie_and_money_is_asked_for_at_its_end():
    for text, asked in (
        ("如皋由此一共建设了5个科创飞地。", "如皋建设了多少个科创飞地？"),
        ("江苏先后有6个设区市市长调整。", "江苏有多少个设区市市长调整？"),
        ("马鞍山市已吸引了200多家台资企业落户。", "马鞍山市吸引了多少家台资企业落户？"),
        ("南通和上海签约了23个项目。", "南通和上海签约了多少个项目？"),
        ("沪股通累计净流入1.02万亿元。", "沪股通累计净流入多少万亿元？"),
    ):
        assert follow_ups("董事长是谁？", hits(text), 0.0) == [asked]


def test_no_more_than_asked_for_and_none_that_falls_short():
    found = hits(
        *[
            f"{city}高新区集聚的科技企业达到{n}家。"
            for n, city in enumerate(["南通", "苏州", "无锡", "常州", "镇江"], 11)
        ]
    )
    assert len(follow_ups("董事长是谁？", found, 0.0, count=2)) <= 2
    assert follow_ups("董事长是谁？", found, 1.01) == []


def test_a_document_that_the_text_is_about_is_asked_for_a_newspaper_and_one_named_in_passing_are_not():
    text = (
        "《如皋市科创飞地管理办法》明确了补助标准，《新华日报》作了报道。《新华日报》说，依据《产业促进条例》，"
        "《如皋市科创飞地管理办法》施行五年。"
    )
    assert follow_ups("董事长是谁？", hits(text), 0.0) == ["《如皋市科创飞地管理办法》有哪些主要内容？"]


def test_a_quoted_name_is_asked_for_where_the_sentence_says_what_it_is():
    assert follow_ups("董事长是谁？", hits("“科创飞地”是指建在外地的研发园区。"), 0.0) == [
        "“科创飞地”是什么意思？"
    ]
    assert follow_ups("董事长是谁？", hits("大家都在谈论“科创飞地”。"), 0.0) == []


def test_a_figure_that_is_only_near_or_the_end_of_a_list_is_no_question():
    for text in ("南通分中心调研了南通近500家龙头企业。", "嘉善县发布了产业园等23项需求清单。"):
        assert follow_ups("董事长是谁？", hits(text), 0.0) == []
