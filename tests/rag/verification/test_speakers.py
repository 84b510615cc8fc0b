"""Who says it, and whose post it is."""

import pytest

from rag.verification.compared import compare
from rag.verification.speakers import post_of_another, speaker_verdict, speakers
from rag.verification.words import read

PASSAGE = (
    "商务部外国投资管理司司长朱冰表示，我国综合引资优势不断强化。"
    "国家统计局副局长马立新介绍，上半年经济持续恢复。"
)


def laid_beside(claim):
    return compare(read(claim), [read(PASSAGE)], [0])


def test_a_speaker_is_the_nearest_name_before_the_word_for_saying():
    assert [token.text for token, _ in speakers(read(PASSAGE))] == ["朱冰", "马立新"]


@pytest.mark.parametrize(
    ("claim", "agrees"),
    [
        ("朱冰表示，我国综合引资优势不断强化。", True),
        ("马立新表示，我国综合引资优势不断强化。", False),
        ("李强表示，上半年经济持续恢复。", False),
    ],
)
def test_what_somebody_else_says_is_told_from_what_the_speaker_says(claim, agrees):
    verdict = speaker_verdict(laid_beside(claim))
    assert verdict == (1 if agrees else -1)


def test_a_claim_without_a_speaker_is_open():
    assert speaker_verdict(laid_beside("上半年经济持续恢复。")) == 0


def test_a_post_given_to_somebody_else_is_told_with_its_holder():
    ((person, holder),) = post_of_another(laid_beside("商务部外国投资管理司司长马立新表示，引资优势强化。"))
    assert (person.text, holder) == ("马立新", "朱冰")
    assert not post_of_another(laid_beside("商务部外国投资管理司司长朱冰表示，引资优势强化。"))
