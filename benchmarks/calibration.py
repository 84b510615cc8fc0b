"""Is a probability of 0.7 right seven times in ten? The evidence score and the checker's score, beside what was so.

    python -m benchmarks.calibration [../shared/data]

- The evidence score says how likely the passages hold the answer. `public dev`: each question of the public half `dev` asked
  by quoting; true is that a sentence of its evidence stands in the passages that were judged. `private, out of fold`: the
  rows that it was learned from, each judged by weights that did not see its article (benchmarks/results/answerability.json).
- The checker's score says how well passages support a claim, before its exact checks. `public dev`: the claims of the
  public half `dev`. `private dev`: the sentences of verify_dev.jsonl, left out where the data are not there.

Prints and writes to benchmarks/results/calibration.json, for each, the rows in tenths of the score with what was said and
what was found; ECE, the mean distance of the two over rows; Brier, the mean square of the error, beside that of always
saying the base rate. The figures go to docs/images.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import command_line, results_file, verification
from benchmarks.public.__main__ import library
from benchmarks.public.scoring import rows
from benchmarks.training import claim_rows
from benchmarks.training.answerability import reliability
from docs_store.text.normal import fold
from rag import PolicyQA
from rag.evaluation.claim_rows import ClaimRow
from rag.evaluation.points import squeezed
from rag.models import Turn
from rag.verification import check, claims
from ui import charts

IMAGES = command_line.ROOT / "docs" / "images"
EVIDENCE, CHECKER = "evidence score", "checker's score"

Scored = list[tuple[float, bool]]
"""(what was said, whether it was so)"""
Bin = Mapping[str, float]


def of_questions() -> dict[str, Scored]:
    """The evidence score of each public question, and whether the passages that it was given for hold the answer.

    Open questions stand apart: their score only says whether the passages are on the subject at all.
    """
    found: dict[str, Scored] = {"public dev, facts and near misses": [], "public dev, open questions": []}
    facts, open_ones = found.values()
    with PolicyQA.open(settings=library(), extractive=True) as qa:
        judged = max(qa.settings.answer.passages, 3)
        for row in rows("questions", "dev"):
            history = [Turn(turn["question"], turn["answer"]) for turn in row.get("history", ())]
            answer = qa.ask(row["question"], history)
            if answer.evidence_score is not None:  # small talk and the like are answered without
                texts = [hit.passage.text for hit in answer.hits[:judged]]
                own = open_ones if "key_points" in row else facts
                own.append((answer.evidence_score, holds(texts, row.get("evidence", ()))))
    return found


def holds(texts: Sequence[str], evidence: Sequence[str]) -> bool:
    """Whether a sentence of the evidence stands in one of the texts; False where there is no evidence."""
    plain = [squeezed(fold(text)) for text in texts]
    return any(squeezed(fold(sentence)) in text for sentence in evidence for text in plain)


def of_claims() -> Scored:
    """The checker's score of each public claim, and whether the claim is true."""
    found: Scored = []
    for row in map(ClaimRow.model_validate, rows("claims", "dev")):
        claim = claims(row.text)[0]
        verdict = check(claim.text, row.passages, markers=claim.markers, question=row.question)
        found.append((verdict.score, row.verdict == "supported"))
    return found


def described(scored: Scored) -> dict[str, Any]:
    """Tenths, ECE and Brier of rows."""
    said = np.array([s for s, _ in scored])
    was = np.array([w for _, w in scored], dtype=bool)
    bins = reliability(was, said)
    rate = float(was.mean())
    return {
        "rows": len(scored),
        "rate": round(rate, 3),
        "ece": round(ece(bins), 3),
        "brier": round(brier(said, was), 3),
        "brier_of_rate": round(rate * (1 - rate), 3),
        "bins": bins,
    }


def ece(bins: Sequence[Bin]) -> float:
    """Expected calibration error: the distance of said and found, each bin by its rows."""
    return float(sum(b["rows"] * abs(b["said"] - b["found"]) for b in bins) / sum(b["rows"] for b in bins))


def brier(said: NDArray[np.float64], was: NDArray[np.bool_]) -> float:
    """The mean square of the error; 0 is best."""
    return float(((said - was) ** 2).mean())


def figure(title: str, parts: Mapping[str, Mapping[str, Any]]) -> str:
    """What was found over what was said, and the line where both agree."""
    series = {
        f"{name} (n={part['rows']}, ECE {part['ece']:.3f})": [(b["said"], b["found"]) for b in part["bins"]]
        for name, part in parts.items()
    }
    return charts.lines(
        title,
        "said: mean score of a tenth",
        "found: share that was so",
        series | {"perfect": [(0.0, 0.0), (1.0, 1.0)]},
        y_range=(0.0, 1.0),
    )


def figures(measured: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, str]:
    """File name and drawing of each score."""
    return {
        "calibration-evidence.svg": figure(
            "Evidence score: how likely the passages hold the answer", measured[EVIDENCE]
        ),
        "calibration-checker.svg": figure(
            "Checker's score: how well the passages support a claim", measured[CHECKER]
        ),
    }


def out_of_fold() -> dict[str, Any]:
    """The rows that the evidence score was learned from, judged without their article. Of tenths no Brier can be had."""
    kept = json.loads((results_file.FOLDER / "answerability.json").read_text(encoding="utf-8"))
    bins = kept["reliability"]["all"]
    count = sum(b["rows"] for b in bins)
    rate = sum(b["rows"] * b["found"] for b in bins) / count
    return {"rows": count, "rate": round(rate, 3), "ece": round(ece(bins), 3), "brier": None, "bins": bins}


def main() -> None:
    """Measures, prints, writes and draws."""
    parser = command_line.parser(__doc__, takes_data=True)
    private = parser.parse_args().data / "verify_dev.jsonl"
    measured: dict[str, dict[str, Any]] = {
        EVIDENCE: {
            **{name: described(scored) for name, scored in of_questions().items()},
            "private, out of fold": out_of_fold(),
        },
        CHECKER: {"public dev": described(of_claims())},
    }
    if private.exists():
        sentences = [
            (found.score, found.ok)
            for found in verification.drafts(claim_rows.of_sets(private.parent, [private.stem]))
        ]
        measured[CHECKER]["private dev"] = described(sentences)
    table = [
        {"score": score, "set": name, **{k: v for k, v in part.items() if k != "bins"}}
        for score, parts in measured.items()
        for name, part in parts.items()
    ]
    print(results_file.table(table))
    results_file.save("calibration", {"scores": measured})
    for name, drawing in figures(measured).items():
        (IMAGES / name).write_text(drawing, encoding="utf-8")


if __name__ == "__main__":
    main()
