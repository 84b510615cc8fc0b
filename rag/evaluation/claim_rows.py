"""Claims with known verdicts: how many true ones the checker keeps, how many altered ones it catches, by kind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.errors import QuestionFileError
from rag.evaluation import intervals
from rag.verification import check, claims

Standing = Literal["supported", "contradicted", "not_found"]


class ClaimRow(BaseModel):
    """A line of a file of claims. Other keys are ignored.

    `text` is one sentence, whose markers `[n]` name the n-th of `passages`; `kind` is how it was altered, or how a true one
    is worded.
    """

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)
    id: str
    text: str = Field(min_length=1)
    passages: tuple[str, ...] = Field(min_length=1)
    verdict: Standing
    kind: str = ""
    question: str = ""


class JudgedClaim(BaseModel):
    """A claim, what it is and what the checker said; a row of the report."""

    model_config = ConfigDict(frozen=True)
    id: str
    text: str
    kind: str
    verdict: Standing
    found: str
    why: str

    @property
    def right(self) -> bool:
        """A true claim was kept, or an altered one was not."""
        return (self.found == "supported") == (self.verdict == "supported")


def holds_claims(path: Path) -> bool:
    """Whether the first line of the file is a claim, not a question."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            first = json.loads(next(lines, ""))
    except (OSError, ValueError):
        return False
    return isinstance(first, dict) and {"text", "verdict"} <= first.keys() and "question" not in first


def load_claims(path: Path) -> list[ClaimRow]:
    """The claims of a .jsonl file. Raises QuestionFileError naming the line that is not as it must be."""
    found: list[ClaimRow] = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found.append(ClaimRow.model_validate_json(line))
        except ValidationError as error:
            where = ".".join(str(p) for p in error.errors()[0]["loc"]) or "JSON"
            raise QuestionFileError(
                f"{path} 第 {number} 行不合格式（{where}），需要 id、text、passages、verdict"
                "（supported、contradicted 或 not_found），请改正。"
            ) from error
    return found


def judge_claims(rows: Sequence[ClaimRow]) -> list[JudgedClaim]:
    """Each claim laid beside the passages that its markers name."""
    judged = []
    for row in rows:
        claim = claims(row.text)[0]
        verdict = check(claim.text, row.passages, markers=claim.markers, question=row.question)
        found = "supported" if verdict.supported else verdict.standing.value
        judged.append(
            JudgedClaim(
                id=row.id, text=row.text, kind=row.kind, verdict=row.verdict, found=found, why=verdict.why
            )
        )
    return judged


def describe_claims(judged: Sequence[JudgedClaim]) -> dict[str, Any]:
    """The report's JSON: `kept` and `caught` with 95% intervals, how often an altered claim's very verdict was found, kinds."""
    true = [j.right for j in judged if j.verdict == "supported"]
    altered = [j for j in judged if j.verdict != "supported"]
    shares = {
        "kept": true,
        "caught": [j.right for j in altered],
        "verdict_named": [j.found == j.verdict for j in altered],
    }
    kinds: dict[str, list[bool]] = {}
    for j in judged:
        kinds.setdefault(j.kind, []).append(j.right)
    return {
        "claims": len(judged),
        "figures": {
            name: f.to_dict()
            for name, own in shares.items()
            if (f := intervals.mean([float(x) for x in own]))
        },
        "by_kind": {kind: {"n": len(own), "right": sum(own)} for kind, own in kinds.items()},
        "rows": [j.model_dump() | {"right": j.right} for j in judged],
    }


def compare_claims(before: Sequence[JudgedClaim], after: Sequence[JudgedClaim]) -> dict[str, Any]:
    """Which claims of both runs (same id and text) are judged better or worse, with the sign test's p.

    Raises QuestionFileError where no claim is in both.
    """
    earlier = {(j.id, j.text): j for j in before}
    pairs = [(earlier[key], j) for j in after if (key := (j.id, j.text)) in earlier]
    if not pairs:
        raise QuestionFileError("两次检验没有相同的句子，无法比较。请用同一份文件重新检验。")
    better = [b.id for a, b in pairs if b.right and not a.right]
    worse = [b.id for a, b in pairs if a.right and not b.right]
    p = round(intervals.sign_test(len(better), len(worse)), 4)
    return {"claims": len(pairs), "better": better, "worse": worse, "p_value": p}


def claims_of(report: dict[str, Any]) -> list[JudgedClaim]:
    """The judged claims of a report's JSON. Raises KeyError, ValueError (pydantic) when it is not one."""
    return [JudgedClaim.model_validate(row) for row in report["rows"]]
