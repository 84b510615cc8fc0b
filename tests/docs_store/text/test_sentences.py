from docs_store.text.sentences import clause_spans, sentence_spans


def pieces(spans, text):
    return [text[start:end] for start, end in spans]


def test_clauses_end_at_commas_and_dashes_and_keep_their_mark():
    text = "全市共有1,200家企业，增长5%——创历史新高。其中，上海、苏州领先"
    assert pieces(clause_spans(text), text) == [
        "全市共有1,200家企业，",
        "增长5%——",
        "创历史新高。",
        "其中，",
        "上海、苏州领先",
    ]


def test_clauses_cover_their_sentences():
    text = "他说：“好，继续。”  第二句; 第三句"
    inside = "".join(pieces(clause_spans(text), text)).replace(" ", "")
    assert inside == "".join(pieces(sentence_spans(text), text)).replace(" ", "")


def test_an_english_comma_between_words_ends_a_clause():
    text = "企业,项目,12,34"
    assert pieces(clause_spans(text), text) == ["企业,", "项目,", "12,34"]
