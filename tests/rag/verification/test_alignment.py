"""Words of a claim find the words of the passage that they rest on."""

from rag.verification.alignment import align
from rag.verification.words import read


def rests(claim, passage):
    mine, other = read(claim), read(passage)
    spots = align(mine, [(0, other)]).spots
    return {
        t.text: other.text[s.start : s.end] if s else None for t, s in zip(mine.tokens, spots, strict=True)
    }


def test_words_stand_for_themselves_for_synonyms_and_for_equal_figures():
    found = rests("国际能源价格下跌，进口额达5.6万亿元。", "国际能源价格回落，进口额为56000亿元。")
    assert found["国际"] == "国际" and found["下跌"] == "回落" and found["5.6万亿元"] == "56000亿元"


def test_a_word_that_stands_nowhere_rests_on_nothing():
    assert rests("王大鹏介绍增长情况。", "董万成介绍增长情况。")["王大鹏"] is None


def test_words_that_stand_together_are_found_together():
    passage = "甲市出口增长5%。乙市进口增长6%，丙市出口增长7%。"
    mine, other = read("丙市出口增长7%。"), read(passage)
    spots = [s for s in align(mine, [(0, other)]).spots if s]
    assert min(s.start for s in spots) >= passage.index("丙市")


def test_a_passage_that_says_less_scores_less():
    claim = read("云南减少送电广东，四川加大外购电力度。")
    full = align(claim, [(0, read("云南合理优化减少送电广东，6月，四川加大外购电力度。"))]).score
    half = align(claim, [(0, read("云南合理优化减少送电广东。"))]).score
    assert full > half > align(claim, [(0, read("会议在北京举行。"))]).score


def test_the_best_path_is_exact_and_each_place_knows_the_best_path_through_it():
    mine, other = read("丙市出口增长7%。"), read("甲市出口增长5%。乙市进口增长6%，丙市出口增长7%。")
    path = align(mine, [(0, other)])
    for spot, through in zip(path.spots, path.through, strict=True):
        assert through <= path.score + 1e-9 and (spot is None or through == path.score)
