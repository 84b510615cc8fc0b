"""The retrieval benchmark counts and keeps as it says."""

import time

import pytest

pytest.importorskip("bm25s")

from benchmarks.retrieval import __main__ as report
from benchmarks.retrieval.bench import Bench, TimeUpError, by_article, overlap


def test_a_row_takes_the_mean_of_the_splits_question_by_question():
    wanted = [{"a"}, {"b", "c"}]
    first, second = [["a", "b"], ["x", "b"]], [["b", "a"], ["x", "y"]]
    row = report._row("ours", [first, second], wanted, least={1})
    assert row["hit@1"]["value"] == pytest.approx(0.25)
    assert row["hit@5"]["value"] == pytest.approx(0.75)
    assert row["mrr@10"]["value"] == pytest.approx((0.75 + 0.25) / 2)
    assert row["hit@5, least overlap"]["value"] == pytest.approx(0.5)
    assert row["hit@1"]["low"] <= row["hit@1"]["value"] <= row["hit@1"]["high"]


def test_a_step_is_made_once_and_none_begins_when_time_is_up(tmp_path):
    made = []
    bench = Bench(tmp_path, tmp_path, time.monotonic() + 60)
    for _ in range(2):
        assert bench.step("x", lambda: made.append(1) or [1, 2]) == [1, 2]
    assert made == [1]
    late = Bench(tmp_path, tmp_path, time.monotonic() - 1)
    assert late.step("x", lambda: [3]) == [1, 2]
    with pytest.raises(TimeUpError):
        late.step("y", lambda: [3])


def test_overlap_is_that_of_the_right_article_that_shares_most():
    question = {"question": "如皋有几个飞地", "gold_article_ids": ["a"], "also_acceptable_ids": ["b", "gone"]}
    texts = {"a": "盐城的港口", "b": "如皋有飞地九个"}
    assert overlap(question, {"a": texts["a"]}) == 0.0
    assert 0.4 < overlap(question, texts) < 1.0


def test_an_article_stands_where_its_best_passage_stands():
    assert by_article(["a", "a", "b", "c"], [2, 0, 1, 3]) == ["b", "a", "c"]
