"""A question on a region and one side of it is answered by sentences on both."""

import numpy as np

from docs_store.models import Article, Hit, Passage
from rag.evidence import coverage
from rag.evidence.clauses import cut

TEXT = (
    "长三角三省一市签署养老服务合作协议。异地养老的补贴随人走。"
    "珠江口的两座城市开通了海上航线。当地的养老院今年新增床位五百张。"
)
BOTH = "matter_with_names_in_sentence"


def measured(question: str) -> dict[str, dict[str, float]]:
    """The features of each sentence, by its first characters."""
    hit = Hit(Passage("p", "a", 0, 0, len(TEXT), TEXT), Article("a", "区域合作简讯", "a.md", TEXT), 1.0)
    clauses = cut([hit])
    table = coverage.measure(question, [hit], clauses)
    assert table.shape == (len(clauses), len(coverage.NAMES))
    return {
        clause.text[:4]: dict(zip(coverage.NAMES, row, strict=True))
        for clause, row in zip(clauses, table, strict=True)
    }


def test_names_and_matter_of_a_question_are_told_apart():
    asked = coverage.Asked.of("长三角在养老服务方面有哪些举措")
    assert set(asked.names) == {"长三", "三角"} and set(asked.matter) == {"养老"}
    assert "老服" in asked.wording and not {"举措", "服务", "长三"} & set(asked.wording)


def test_a_sentence_behind_one_that_names_the_subject_is_told_of_it():
    rows = measured("长三角在养老方面有哪些举措")
    assert rows["长三角三"][BOTH] == 1.0
    assert rows["异地养老"]["names_in_sentence"] == 0
    assert rows["异地养老"]["matter_named_and_in_sentence"] == 1.0
    assert rows["珠江口的"]["matter_in_sentence"] == 0


def test_shares_are_also_told_as_parts_of_the_most():
    rows = measured("长三角在养老方面有哪些举措")
    assert max(row[f"{BOTH}_of_most"] for row in rows.values()) == 1.0
    shares = [name for name in coverage.NAMES if not name.endswith(("_asked", "_weight"))]
    assert all(0 <= row[name] <= 1 for row in rows.values() for name in shares)


def test_a_question_without_names_has_only_matter():
    rows = measured("养老补贴怎么发")
    assert all(row["names_asked"] == 0 and row[BOTH] == 0 for row in rows.values())
    assert np.isfinite([value for row in rows.values() for value in row.values()]).all()
