import pytest

from rag.errors import AliasFileError
from rag.lexicon import synonyms as module
from rag.lexicon.synonyms import Synonyms, synonyms


def weight(lexicon, one, two):
    return next((other.weight for other in lexicon.alternatives(one) if other.word == two), 0)


def test_an_everyday_word_leads_to_what_texts_write_and_not_back():
    lexicon = synonyms()
    assert weight(lexicon, "啥时候", "日期") > 0
    assert weight(lexicon, "日期", "啥时候") == 0


def test_a_full_name_and_its_short_form_stand_for_one_another():
    lexicon = synonyms()
    assert weight(lexicon, "发改委", "发展改革委") >= 0.9
    assert weight(lexicon, "发展改革委", "发改委") >= 0.9


def test_pairs_that_are_not_the_same_never_are_whatever_a_user_writes(tmp_path):
    (tmp_path / "names.txt").write_text("进口 = 出口\n观潮 = Guanchao", encoding="utf-8")
    lexicon = Synonyms(tmp_path / "names.txt")
    assert weight(lexicon, "进口", "出口") == 0
    assert lexicon.apart("进口", "出口") and lexicon.apart("出口", "进口")
    assert weight(lexicon, "观潮", "guanchao") == 0.95


def test_no_pair_of_the_list_of_pairs_apart_is_equal():
    lexicon = synonyms()
    assert all(weight(lexicon, one, two) == 0 for one, two in module.pairs())


def test_groups_that_share_a_word_are_not_joined():
    lexicon = synonyms()
    for one in ("建设", "施工", "打造"):
        for other in lexicon.alternatives(one):
            assert weight(lexicon, one, other.word) == other.weight


def test_alternatives_come_safest_first():
    weights = [other.weight for other in synonyms().alternatives("负责人")]
    assert weights and weights == sorted(weights, reverse=True)


def test_mentions_are_whole_words_the_longest_first():
    found = [mention.word for mention in synonyms().mentions("国家发改委负责人是谁")]
    assert "国家发改委" in found and "发改委" not in found


@pytest.mark.parametrize("content", ["长三角", "长三角 = "])
def test_a_line_without_a_second_name_is_told_with_its_number(tmp_path, content):
    (tmp_path / "names.txt").write_text(content, encoding="utf-8")
    with pytest.raises(AliasFileError, match="第 1 行"):
        Synonyms(tmp_path / "names.txt")


def test_a_file_that_is_not_there_is_told_in_chinese(tmp_path):
    with pytest.raises(AliasFileError, match=r"retrieval\.aliases"):
        Synonyms(tmp_path / "none.txt")
