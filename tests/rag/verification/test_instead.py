"""What the passage would say instead."""

import pytest

from rag.verification.compared import compare
from rag.verification.instead import instead
from rag.verification.words import read


def found(claim, passage, word):
    it = compare(read(claim), [read(passage)], [0])
    place = next(i for i, t in enumerate(it.claim.tokens) if t.text == word)
    return instead(it)[place]


@pytest.mark.parametrize(
    ("claim", "passage", "word", "there"),
    [
        ("烟台被海关评为金牌城市。", "当地开展两步申报。烟台被世界银行评为金牌城市。", "海关", "世界银行"),
        ("污染环境案件有683起。", "污染环境案件有402起，非法采矿案件有683起。", "683起", "402起"),
    ],
)
def test_a_word_from_elsewhere_fits_worse_than_the_one_that_stands_there(claim, passage, word, there):
    other = found(claim, passage, word)
    assert other.best is not None and other.best.text == there and other.kind > 0


def test_the_word_that_stands_there_fits_best():
    other = found("污染环境案件有402起。", "污染环境案件有402起，非法采矿案件有683起。", "402起")
    assert other.kind < 0 and other.deficit == 0


def test_two_words_that_changed_places_fit_better_exchanged():
    passage = "方案由市规划局组织编制，经多轮完善后已上报省林业局。"
    right = found("市规划局组织编制的方案已上报省林业局。", passage, "林业局")
    turned = found("省林业局组织编制的方案已上报市规划局。", passage, "林业局")
    assert turned.swapped > 0 > right.swapped
