"""What a claim gives as a cause."""

from rag.verification import causes, compared
from rag.verification.words import read


def row(claim, passage):
    it = compared.compare(read(claim), [read(passage)], [0])
    return dict(zip(causes.NAMES, causes.causes(it), strict=True))


PASSAGE = "由于来水偏枯，上半年全国水电发电量同比下降。出口增长较快。"


def test_a_cause_that_the_passage_gives_is_held_and_near():
    found = row("由于来水偏枯，上半年水电发电量同比下降。", PASSAGE)
    assert found["cause_stated"] == 1 and found["cause_held"] > 0.8 and found["cause_near"] > 0.8
    assert found["cause_linked"] == 1


def test_an_added_cause_is_not():
    found = row("受人民币汇率波动影响，出口增长较快。", PASSAGE)
    assert found["cause_stated"] == 1 and found["cause_held"] < 0.3 and found["cause_absent"] > 0


def test_a_claim_without_a_cause_says_so():
    assert row("出口增长较快。", PASSAGE)["cause_stated"] == 0
