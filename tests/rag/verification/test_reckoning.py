"""Sums and differences count where the claim says that it reckons."""

import pytest

from rag.verification import reckoning
from rag.verification.words import read

PASSAGE = "甲园区新建厂房12万平方米，乙园区新建厂房8万平方米。全市共有企业240家，去年为215家。服务业比重2004年为66.1%，2022年为60.8%。"


@pytest.mark.parametrize(
    ("claim", "last"),
    [
        ("两个园区合计新建厂房20万平方米。", "8万平方米"),
        ("甲园区比乙园区多4万平方米。", "8万平方米"),
        ("企业增加了25家。", "215家"),
        ("服务业比重从66.1%下滑到60.8%，减少5.3个百分点。", "60.8%"),
        ("服务业比重从66.1%下滑到60.8%，减少6.3个百分点。", None),
        ("甲园区的厂房比乙园区大4万平方米。", "8万平方米"),
        ("甲园区的厂房比乙园区大5万平方米。", None),
        ("两个园区新建厂房20万平方米。", None),  # does not say that it reckons
        ("两个园区合计新建厂房21万平方米。", None),
        ("两个园区合计新建厂房20万元。", None),
        ("两个园区新建厂房不少于20万平方米。", None),
        ("多家企业新建厂房20万平方米。", None),
    ],
)
def test_what_completes_a_sum(claim, last):
    text = read(claim)
    figure = [token for token in text.tokens if token.figure and token.figure.unit][-1]
    found = list(reckoning.addends(text, figure, [(0, read(PASSAGE))]))
    assert [token.text for _, token in found] == ([last] if last else [])
