from docs_store.text.sentences import CLAUSE_MARKS, SENTENCE_MARKS, clause_spans, pieces, sentence_spans


def cut(spans, text):
    return [text[start:end] for start, end in spans]


def test_clauses_end_at_commas_and_dashes_and_keep_their_mark():
    text = "全市共有1,200家企业，增长5%——创历史新高。其中，上海、苏州领先"
    assert cut(clause_spans(text), text) == [
        "全市共有1,200家企业，",
        "增长5%——",
        "创历史新高。",
        "其中，",
        "上海、苏州领先",
    ]


def test_clauses_cover_their_sentences():
    text = "他说：“好，继续。”  第二句; 第三句"
    inside = "".join(cut(clause_spans(text), text)).replace(" ", "")
    assert inside == "".join(cut(sentence_spans(text), text)).replace(" ", "")


def test_an_english_comma_between_words_ends_a_clause():
    text = "企业,项目,12,34"
    assert cut(clause_spans(text), text) == ["企业,", "项目,", "12,34"]


def test_pieces_stand_between_the_marks_of_clauses_and_those_that_the_caller_adds():
    assert pieces("你好，在吗？？ 南通；上海") == ["你好", "在吗", " 南通", "上海"]
    assert pieces("你好～在吗 南通、", "～、 ") == ["你好", "在吗", "南通"]
    assert pieces("[南通]-上海", "-]") == ["[南通", "上海"]
    assert set(SENTENCE_MARKS) < set(CLAUSE_MARKS)
