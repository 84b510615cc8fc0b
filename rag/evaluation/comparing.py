"""Two runs over the same questions: what changed, and whether it is more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag.errors import QuestionFileError
from rag.evaluation import intervals, summary
from rag.evaluation.verdict import QuestionVerdict


def compare(before: Sequence[QuestionVerdict], after: Sequence[QuestionVerdict]) -> dict[str, Any]:
    """Figures of both runs with paired intervals of their difference, and the questions whose outcome changed.

    Only questions (same id and same words) in both count; a figure counts where both runs have it.

    Raises:
        QuestionFileError: no question is in both.
    """
    earlier = {(v.id, v.question): v for v in before}
    pairs = [(earlier[key], v) for v in after if (key := (v.id, v.question)) in earlier]
    if not pairs:
        raise QuestionFileError("两次检验没有相同的问题，无法比较。请用同一份问题文件重新检验。")
    changed = [
        _change(a, b) for a, b in pairs if (a.outcome, a.rank, a.points) != (b.outcome, b.rank, b.points)
    ]
    judged = [(a, b) for a, b in pairs if a.outcome and b.outcome]
    better = sum(b.score > a.score for a, b in judged)
    worse = sum(a.score > b.score for a, b in judged)
    return {
        "questions": len(pairs),
        "only_before": len(before) - len(pairs),
        "only_after": len(after) - len(pairs),
        "better": better,
        "worse": worse,
        "p_value": round(intervals.sign_test(better, worse), 4),
        "figures": _differences(pairs),
        "changed": sorted(changed, key=lambda c: ("worse", "better", "other").index(c["direction"])),
    }


def _differences(pairs: Sequence[tuple[QuestionVerdict, QuestionVerdict]]) -> dict[str, Any]:
    found = {}
    for name, of in summary.FIGURES.items():
        values = [(x, y) for a, b in pairs if (x := of(a)) is not None and (y := of(b)) is not None]
        befores, afters = [x for x, _ in values], [y for _, y in values]
        before, after = intervals.mean(befores), intervals.mean(afters)
        change = intervals.difference(befores, afters)
        if before and after and change:
            found[name] = {
                "before": before.to_dict(),
                "after": after.to_dict(),
                "difference": change.to_dict(),
            }
    return found


def _change(before: QuestionVerdict, after: QuestionVerdict) -> dict[str, Any]:
    direction = "other"
    if before.score != after.score:
        direction = "better" if after.score > before.score else "worse"
    elif before.outcome == after.outcome and before.rank != after.rank:
        direction = "better" if (after.rank or 10**9) < (before.rank or 10**9) else "worse"
    return {
        "id": after.id,
        "question": after.question,
        "direction": direction,
        "before": _side(before),
        "after": _side(after),
    }


def _side(verdict: QuestionVerdict) -> dict[str, Any]:
    shown = {"outcome": verdict.outcome, "rank": verdict.rank, "points": verdict.points}
    return {**shown, "answer": verdict.answer.get("answer", "")}
