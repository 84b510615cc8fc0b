"""`guanchao eval` over a file of claims: judged, printed, kept as report.json, compared with an earlier report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docs_store.errors import GuanchaoError, os_reason
from rag.evaluation.claim_rows import claims_of, compare_claims, describe_claims, judge_claims, load_claims
from ui import console, strings


def run(
    file: Path, folder: Path | None, compare: Path | None, floors: Mapping[str, float], as_json: bool
) -> None:
    """Judges the claims of `file`.

    Raises:
        QuestionFileError: a line is no claim, or the runs have none in common.
        GuanchaoError: the report cannot be written, the earlier one is none, or a floor is not reached.
    """
    judged = judge_claims(load_claims(file))
    report = describe_claims(judged)
    if compare:
        report["comparison"] = compare_claims(_earlier(compare), judged)
    if folder:
        _write(folder, report)
    if as_json:
        console.emit(report)
    else:
        _print(report, compare)
    if folder:
        console.say(strings.EVAL_REPORT.format(page=folder / "report.json"))
    values = {name: figure["value"] for name, figure in report["figures"].items()}
    below = [
        f"{k} {values.get(k, 0.0):.3f} < {least:.3f}"
        for k, least in floors.items()
        if values.get(k, 0.0) < least
    ]
    if below:
        raise GuanchaoError(strings.EVAL_BELOW.format(list="；".join(below)))


def _print(report: Mapping[str, Any], compare: Path | None) -> None:
    shown = {
        name: f"{f['value']:.3f}（{f['low']:.3f}–{f['high']:.3f}）" for name, f in report["figures"].items()
    }
    print(strings.EVAL_CLAIMS.format(kept=shown.get("kept", "–"), caught=shown.get("caught", "–")))
    for kind, counts in report["by_kind"].items():
        print(f"  {kind or '–'} {counts['right']}/{counts['n']}")
    for row in report["rows"]:
        if not row["right"]:
            print(f"  ✗ {row['id']} {row['text']} → {row['found']} {row['why']}")
    if compare:
        found = report["comparison"]
        counts = {"better": len(found["better"]), "worse": len(found["worse"])}
        print(
            strings.EVAL_CLAIMS_COMPARED.format(
                name=compare.name, claims=found["claims"], p=found["p_value"], **counts
            )
        )
        print(
            "".join(f"  ↑ {id}\n" for id in found["better"])
            + "".join(f"  ↓ {id}\n" for id in found["worse"]),
            end="",
        )


def _earlier(path: Path) -> list[Any]:
    file = path / "report.json" if path.is_dir() else path
    try:
        return claims_of(json.loads(file.read_text(encoding="utf-8-sig")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GuanchaoError(
            f"{file} 不是句子的检验报告，请指向 guanchao eval --report 写出的文件夹。"
        ) from error


def _write(folder: Path, report: Mapping[str, Any]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
        (folder / "report.json").write_text(text, encoding="utf-8")
    except OSError as error:
        raise GuanchaoError(f"写不了 {folder}（{os_reason(error)}），请换一个位置。") from error
