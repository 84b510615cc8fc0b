"""The folder of one evaluation: verdicts as they come, then report.json, report.html and rows.csv."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from pydantic import ValidationError

from docs_store.errors import GuanchaoError, os_reason
from rag.evaluate import GoldQuestion, verdict_of
from rag.evaluation.questions import csv_text, points_text
from rag.evaluation.verdict import QuestionVerdict
from ui import question_file, strings
from ui.evaluation import page

_SAME = ("mode", "llm", "embedding", "settings", "articles", "passages")


class RunFolder:
    """Keeps each verdict at once, so that a run that was stopped goes on where it was."""

    def __init__(self, path: Path) -> None:
        """Creates the folder. Raises GuanchaoError when it cannot be written."""
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise GuanchaoError(f"建不了报告文件夹 {path}（{os_reason(error)}），请换一个位置。") from error
        self._lines: TextIO | None = None

    def begin(
        self, run: Mapping[str, Any], questions: Sequence[GoldQuestion], *, resume: bool
    ) -> dict[str, QuestionVerdict]:
        """Starts (or takes up) a run; returns the verdicts that still hold, by question id.

        Raises:
            GuanchaoError: the earlier run was made under other conditions.
        """
        done: dict[str, QuestionVerdict] = {}
        if resume and (self.path / "run.json").exists():
            earlier = json.loads((self.path / "run.json").read_text(encoding="utf-8"))
            if different := [key for key in _SAME if earlier.get(key) != run.get(key)]:
                raise GuanchaoError(
                    f"{self.path} 里的检验是在别的条件下做的（{'、'.join(different)} 不同），不能接着做。"
                    "请换一个文件夹，或去掉 --resume 重做。"
                )
            done = self._still_valid(questions)
        (self.path / "run.json").write_text(json.dumps(run, ensure_ascii=False), encoding="utf-8")
        self._lines = (self.path / "rows.jsonl").open("w", encoding="utf-8")
        for verdict in done.values():
            self.keep(verdict)
        return done

    def _still_valid(self, questions: Sequence[GoldQuestion]) -> dict[str, QuestionVerdict]:
        found = {}
        wanted = {q.id: q for q in questions}
        for row in question_file.written(self.path / "rows.jsonl"):
            try:
                verdict = QuestionVerdict.model_validate(row)
            except ValidationError:  # a row of another version; its question is asked again
                continue
            question = wanted.get(verdict.id)
            if question and _same_question(question, verdict):
                found[verdict.id] = verdict
        return found

    def keep(self, verdict: QuestionVerdict) -> None:
        """Appends a verdict, at once on disk."""
        assert self._lines is not None
        question_file.write_line(self._lines, verdict.model_dump(mode="json"))

    def finish(self, report: Mapping[str, Any], comparison: Mapping[str, Any] | None = None) -> Path:
        """Writes the report in all three forms; returns the page."""
        if self._lines:
            self._lines.close()
        (self.path / "report.json").write_text(
            json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        if comparison:
            (self.path / "comparison.json").write_text(
                json.dumps(comparison, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
            )
        (self.path / "rows.csv").write_text(_csv(report["rows"]), encoding="utf-8-sig")
        shown = self.path / "report.html"
        shown.write_text(page.report_html(report, comparison), encoding="utf-8")
        return shown


def _same_question(question: GoldQuestion, verdict: QuestionVerdict) -> bool:
    return (
        question.question == verdict.question
        and question.answerable == verdict.answerable
        and [list(g) for g in question.must_contain] == verdict.must_contain
        and [[list(g) for g in p] for p in question.key_points] == verdict.key_points
        and list(question.evidence) == verdict.evidence
    )


def read_report(path: Path) -> dict[str, Any]:
    """The report.json of a folder, or the file itself. Raises GuanchaoError when there is none."""
    file = path / "report.json" if path.is_dir() else path
    try:
        report = json.loads(file.read_text(encoding="utf-8-sig"))
        verdicts = [verdict_of(row) for row in report["rows"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GuanchaoError(f"{file} 不是检验报告，请指向 guanchao eval --report 写出的文件夹。") from error
    return {**report, "verdicts": verdicts}


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    header = [
        "编号",
        "问题",
        "类型",
        "可回答",
        "结果",
        "答案",
        "引文",
        "要点",
        "要点覆盖",
        "依据",
        "排名",
        "总用时（毫秒）",
    ]
    return csv_text(header, (_cells(row) for row in rows))


def _cells(row: Mapping[str, Any]) -> list[Any]:
    return [
        row["id"],
        row["question"],
        strings.SLICE_NAMES.get(row["type"], row["type"]),
        "是" if row["answerable"] else "否",
        strings.OUTCOMES[row["outcome"]],
        row.get("answer", ""),
        "\n".join(f"《{c['title']}》{c['quote']}" for c in row.get("citations", [])),
        points_text(row.get("key_points", [])) or "；".join("|".join(group) for group in row["must_contain"]),
        "" if row.get("points") is None else row["points"],
        "\n".join(row["evidence"]),
        row["rank"] if row["rank"] is not None else "",
        row.get("timings_ms", {}).get("total", ""),
    ]
