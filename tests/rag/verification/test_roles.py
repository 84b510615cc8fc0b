"""Who does what to whom: the verb beside a name, here and there."""

from rag.verification import compared, roles
from rag.verification.words import read


def row(claim, passage, word):
    it = compared.compare(read(claim), [read(passage)], [0])
    place = next(i for i, t in enumerate(it.claim.tokens) if t.text == word)
    return dict(zip(roles.NAMES, roles.roles(it)[place], strict=True))


PASSAGE = "人民银行指导商务部建立了市场化调整机制。"


def test_a_verb_has_its_company_where_the_claim_is_the_passage():
    found = row(PASSAGE, PASSAGE, "指导")
    assert found["name_before"] == found["name_behind"] == found["name_both"] == 1


def test_exchanged_names_stand_on_the_wrong_side_of_the_verb():
    found = row("商务部指导人民银行建立了市场化调整机制。", PASSAGE, "指导")
    assert found["name_before"] < 0.9 and found["name_turned"] > 0.3


def test_a_word_that_stands_nowhere_has_no_company():
    found = row("海关指导商务部建立了市场化调整机制。", PASSAGE, "海关")
    assert found["name_before"] < 0 and found["name_both"] < 0
