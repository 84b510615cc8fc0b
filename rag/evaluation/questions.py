"""Question files: JSON lines, or CSV for people who use Excel. Reading, checking, writing."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from rag.errors import QuestionFileError
from rag.evaluation.points import Points
from rag.models import Turn

COLUMNS = {
    "id": "编号",
    "question": "问题",
    "answerable": "可回答",
    "must_contain": "要点",
    "key_points": "覆盖要点",
    "evidence": "依据",
    "gold_article_ids": "文章",
    "also_acceptable_ids": "其他文章",
    "type": "类型",
    "note": "备注",
}
"""Columns of a CSV file by key; both names are read, the Chinese ones are written."""
_NO = {"否", "不", "不可", "不能", "n", "no", "false", "0", "×"}
_YES = {"是", "可", "能", "y", "yes", "true", "1", "√", ""}

_KINDS = (
    ("how_many", r"多少|几(?!乎|近)|比例|占比|几成"),
    ("when", r"什么时候|何时|哪一?[天年月日]|日期|时间"),
    ("who", r"谁|哪[一两几]?位|何人"),
    ("where", r"哪里|哪儿|何地|什么地方|哪[一个座些]{0,2}(?:城市|省|国家|地区|市|县|区)"),
    ("why", r"为什么|为何|原因"),
    ("yes_no", r"是否|是不是|有没有|能否|吗[？?]?$"),
    ("how", r"如何|怎么|怎样"),
    ("which", r"哪|什么"),
)


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """One question; `must_contain` lists groups, one spelling of each must be in the answer.

    An open question has `key_points` instead, and is worth the share of them that the answer states.
    """

    id: str
    question: str
    answerable: bool
    must_contain: Sequence[Sequence[str]] = ()
    evidence: Sequence[str] = ()
    history: Sequence[Turn] = ()
    gold_article_ids: Sequence[str] = ()
    also_acceptable_ids: Sequence[str] = ()
    passages: Sequence[str] | None = None
    """Answer from just these; None searches the index."""
    type: str = ""
    """What is asked for; '' tells it from the words (`question_type`)."""
    note: str = ""
    key_points: Points = ()

    @property
    def right_articles(self) -> frozenset[str]:
        """The articles that hold the answer; empty when the file names none."""
        return frozenset((*self.gold_article_ids, *self.also_acceptable_ids))


class _Turn(BaseModel):
    question: str
    answer: str


class _Row(BaseModel):
    """A line as it stands in the file. Other keys are ignored."""

    model_config = ConfigDict(coerce_numbers_to_str=True)
    id: str
    question: str = Field(min_length=1)
    answerable: bool = True
    must_contain: list[list[str]] = []
    evidence: list[str] = []
    history: list[_Turn] = []
    gold_article_ids: list[str] = []
    also_acceptable_ids: list[str] = []
    passages: list[str] | None = None
    type: str | None = None
    note: str = ""
    key_points: list[Annotated[list[Annotated[list[str], Field(min_length=1)]], Field(min_length=1)]] = []

    @model_validator(mode="before")
    @classmethod
    def _accept(cls, data: Any) -> Any:
        """`answers` (a flat list, each must stand in the answer) serves where there is no `must_contain`."""
        if isinstance(data, dict):
            if not data.get("must_contain") and isinstance(data.get("answers"), list):
                data = {**data, "must_contain": [[answer] for answer in data["answers"]]}
            given = any(
                data.get(key) for key in ("must_contain", "key_points", "evidence", "gold_article_ids")
            )
            if data.get("answerable") is None and not given:
                raise ValueError("answerable")
        return data

    @field_validator("must_contain", mode="before")
    @classmethod
    def _groups(cls, value: Any) -> Any:
        """A group of one spelling may be written as the spelling."""
        return [[group] if isinstance(group, str) else group for group in value or []]

    def to_question(self) -> GoldQuestion:
        return GoldQuestion(
            self.id,
            self.question,
            self.answerable,
            self.must_contain,
            self.evidence,
            [Turn(t.question, t.answer) for t in self.history],
            self.gold_article_ids,
            self.also_acceptable_ids,
            self.passages,
            self.type or "",
            self.note,
            self.key_points,
        )


def question_type(question: str) -> str:
    """What kind of answer is asked for: how_many, when, who, where, why, yes_no, how, which or other."""
    return next((kind for kind, pattern in _KINDS if re.search(pattern, question)), "other")


def load_questions(path: Path) -> list[GoldQuestion]:
    """The questions of a .jsonl or .csv file.

    Raises:
        QuestionFileError: it cannot be read, holds nothing, or a line is not as it must be (the line is named).
    """
    text = _text(path)
    rows = _csv_rows(text, path) if path.suffix.lower() == ".csv" else _json_rows(text, path)
    found: list[GoldQuestion] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        try:
            question = _Row.model_validate(row).to_question()
        except ValidationError as error:
            where = ".".join(str(p) for p in error.errors()[0]["loc"]) or "answerable"
            raise QuestionFileError(
                f"{path} 第 {number} 行不合格式（{where}），需要 id、question、answerable（及 must_contain），请改正。"
            ) from error
        if question.id in seen:
            raise QuestionFileError(
                f"{path} 第 {number} 行的 id {question.id} 与第 {seen[question.id]} 行相同，请改成不同的。"
            )
        seen[question.id] = number
        found.append(question)
    if not found:
        raise QuestionFileError(f"{path} 里没有问题，请至少写一行。")
    return found


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise QuestionFileError(f"读不了问题文件 {path}，请检查路径与权限。") from error
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig"]
    if path.suffix.lower() == ".csv":
        encodings.append("gb18030")  # what a Chinese Excel writes
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise QuestionFileError(f"读不了问题文件 {path}，请另存为 UTF-8 编码。")


def _json_rows(text: str, path: Path) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError) as error:
                raise QuestionFileError(
                    f"{path} 第 {number} 行不是合格的 JSON，请检查引号与逗号（每行一个问题）。"
                ) from error


def _csv_rows(text: str, path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    by_name = {name: key for key, label in COLUMNS.items() for name in (key, label)}
    header = {name: by_name[name.strip()] for name in reader.fieldnames or () if name.strip() in by_name}
    if "question" not in header.values():
        raise QuestionFileError(
            f"{path} 第 1 行应是表头，至少有“{COLUMNS['question']}”一列；"
            f"可用的列：{'、'.join(COLUMNS.values())}。请补上。"
        )
    for cells in reader:
        row = {key: (cells.get(name) or "").strip() for name, key in header.items()}
        if any(row.values()):
            yield reader.line_num, _from_cells(row, reader.line_num, path)


def _from_cells(row: dict[str, str], number: int, path: Path) -> dict[str, Any]:
    answer = row.get("answerable", "").lower()
    if answer not in _YES | _NO:
        raise QuestionFileError(
            f"{path} 第 {number} 行的“{COLUMNS['answerable']}”是“{answer}”，请写“是”或“否”。"
        )
    groups, points = (
        [part for part in re.split(r"[；;\n]", row.get(key, "")) if part.strip()]
        for key in ("must_contain", "key_points")
    )
    return {
        "id": row.get("id") or f"q{number}",
        "question": row["question"],
        "answerable": answer not in _NO,
        "must_contain": [_spellings(g) for g in groups],
        "key_points": [[_spellings(g) for g in re.split("[+＋]", p)] for p in points],
        "evidence": [e.strip() for e in row.get("evidence", "").split("\n") if e.strip()],
        "gold_article_ids": re.split(r"[；;\n]", row["gold_article_ids"])
        if row.get("gold_article_ids")
        else [],
        "also_acceptable_ids": re.split(r"[；;\n]", row["also_acceptable_ids"])
        if row.get("also_acceptable_ids")
        else [],
        "type": row.get("type") or None,
        "note": row.get("note", ""),
    }


def _spellings(cell: str) -> list[str]:
    return [s.strip() for s in re.split(r"[|｜]", cell) if s.strip()]


def save_questions(path: Path, questions: Iterable[GoldQuestion]) -> None:
    """Writes a question file, .csv by its name, else .jsonl; `load_questions` reads both."""
    if path.suffix.lower() == ".csv":
        path.write_text(csv_text(list(COLUMNS.values()), map(_cells, questions)), encoding="utf-8-sig")
        return
    lines = (json.dumps(_plain(q), ensure_ascii=False) + "\n" for q in questions)
    path.write_text("".join(lines), encoding="utf-8")


def _plain(question: GoldQuestion) -> dict[str, Any]:
    optional = {
        "must_contain": [list(group) for group in question.must_contain],
        "key_points": [[list(group) for group in point] for point in question.key_points],
        "evidence": list(question.evidence),
        "gold_article_ids": list(question.gold_article_ids),
        "also_acceptable_ids": list(question.also_acceptable_ids),
        "type": question.type,
        "note": question.note,
    }
    head = {"id": question.id, "question": question.question, "answerable": question.answerable}
    return head | {key: value for key, value in optional.items() if value}


def _cells(question: GoldQuestion) -> list[str]:
    return [
        question.id,
        question.question,
        "是" if question.answerable else "否",
        "；".join("|".join(group) for group in question.must_contain),
        points_text(question.key_points),
        "\n".join(question.evidence),
        "；".join(question.gold_article_ids),
        "；".join(question.also_acceptable_ids),
        question.type,
        question.note,
    ]


def points_text(points: Points) -> str:
    """Key points in one cell: ； between points, ＋ between what a point must name, | between spellings."""
    return "；".join("＋".join("|".join(group) for group in point) for point in points)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """CSV that a spreadsheet opens: no cell can be taken for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
