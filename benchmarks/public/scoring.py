"""What is right: answers against what they must hold, claims against their verdicts, files against what they state."""

from __future__ import annotations

import json
import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.public.articles import FOLDER, every
from docs_store.settings import IngestSettings
from ingest.draft import ReadContext
from ingest.errors import UnreadableArticleError
from ingest.preparing import Prepared, prepare_all
from ingest.readers import READERS
from rag import PolicyQA
from rag.evaluation.claim_rows import ClaimRow, describe_claims, judge_claims
from rag.evaluation.points import covered
from rag.models import Turn

Record = dict[str, Any]
FIELDS = ("title", "issuer", "document_number", "written_on", "published_on")
_MISSING = re.compile("没有提到|文中未提|资料中没有")
_LETTERS = re.compile(r"[^\W_]")


def rows(name: str, split: str) -> list[Record]:
    """The lines of questions.jsonl or claims.jsonl of one half: dev or test."""
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for line in lines if (row := json.loads(line))["split"] == split]


def answered(qa: PolicyQA, row: Record, *, extractive: bool) -> Record:
    """One question asked as it stands, and what its answer is worth.

    `score` is 1 or 0, or the share of key points for an open question; small talk and questions on the library are right
    when they are taken for such and not refused. A near miss is right when it is refused.
    """
    titles = {source.title for source in every() if source.id in row.get("articles", ())}
    history = [Turn(turn["question"], turn["answer"]) for turn in row.get("history", ())]
    answer = qa.ask(row["question"], history, extractive=extractive)
    if not row["answerable"]:
        score = float(answer.refused)
    elif answer.refused:
        score = 0.0
    elif "key_points" in row:
        score = covered(answer.text, row["key_points"])
    else:
        right = all(any(s in answer.text for s in group) for group in row.get("must_contain", ()))
        score = float(right and (row["task"] not in ("smalltalk", "library") or answer.task == row["task"]))
    return {
        "id": row["id"],
        "kind": row["kind"],
        "score": round(score, 3),
        "refused": answer.refused,
        "said_missing": bool(_MISSING.search(answer.text)),
        "task": answer.task,
        "cited_right": any(c.title in titles for c in answer.citations),
        "first_content": answer.timings_ms.get("first_content", 0.0),
        "total": answer.timings_ms.get("total", 0.0),
        "text": answer.text,
    }


def of_answers(asked: Sequence[Record], found: Sequence[Record]) -> Record:
    """The figures of one way to answer, and a row for each kind of question."""
    pairs = list(zip(asked, found, strict=True))
    chat = [r["score"] for row, r in pairs if row["task"] in ("smalltalk", "library")]
    absent = [r for row, r in pairs if not row["answerable"]]
    facts = [
        r for row, r in pairs if row["answerable"] and "must_contain" in row and row["task"] != "library"
    ]
    opens = [r for row, r in pairs if "key_points" in row]
    there = [*facts, *opens]
    return {
        "questions": len(found),
        "right": _share(r["score"] for r in facts),
        "key_points": _share(r["score"] for r in opens),
        "cited_right": _share(r["cited_right"] for r in there),
        "refused_wrongly": _share(r["refused"] for r in there),
        "refused_rightly": _share(r["refused"] for r in absent),
        "refused_or_said_missing": _share(r["refused"] or r["said_missing"] for r in absent),
        "small_talk_and_library": _share(chat),
        "first_content_ms": round(statistics.median(r["first_content"] for r in found), 1),
        "total_ms": round(statistics.median(r["total"] for r in found), 1),
        "by_kind": {
            kind: {
                "n": len(own),
                "score": _share(r["score"] for r in own),
                "refused": sum(r["refused"] for r in own),
            }
            for kind in dict.fromkeys(row["kind"] for row in asked)
            if (own := [r for r in found if r["kind"] == kind])
        },
    }


def of_claims(found: Iterable[Record]) -> Record:
    """Kept of the true ones, caught of the altered ones, and both by kind; the claims judged wrongly in `wrong`."""
    report = describe_claims(judge_claims([ClaimRow.model_validate(row) for row in found]))
    wrong = [
        {key: row[key] for key in ("id", "kind", "found", "why")}
        for row in report["rows"]
        if not row["right"]
    ]
    figures = {name: round(figure["value"], 3) for name, figure in report["figures"].items()}
    return {"claims": report["claims"], **figures, "by_kind": report["by_kind"], "wrong": wrong}


def of_files(folder: Path, values: Sequence[Record]) -> Record:
    """How many files are read, their values right, and their sentences given back in order."""
    read, fields, in_order, wrong = [], [], [], []
    by_format: dict[str, list[float]] = {}
    for row in values:
        article = _article(folder / row["file"])
        read.append(article is not None)
        stated = [f for f in FIELDS if f in row]
        missed = [f for f in stated if article is None or _said(article, f) != row[f]]
        fields += [f not in missed for f in stated]
        found = _in_order(row["sentences"], article.text if article else "")
        in_order += found
        by_format.setdefault(row["format"], []).append(sum(found) / len(found))
        if missed or not all(found):
            lost = [s for s, h in zip(row["sentences"], found, strict=True) if not h]
            wrong.append({"file": row["file"], "fields": missed, "sentences": lost[:2], "lost": len(lost)})
    return {
        "files": len(read),
        "read": _share(read),
        "values_right": _share(fields),
        "sentences_in_order": _share(in_order),
        "by_format": {name: round(statistics.mean(shares), 3) for name, shares in by_format.items()},
        "wrong": wrong,
    }


def below(figures: Mapping[str, Mapping[str, Any]], floors: Mapping[str, Mapping[str, float]]) -> list[str]:
    """The figures that lie under their floors, in words; [] when all hold."""
    return [
        f"{part}.{name}: {figures[part][name]} < {least}"
        for part, names in floors.items()
        for name, least in names.items()
        if part in figures and figures[part][name] < least
    ]


def _share(values: Iterable[float]) -> float | None:
    numbers = [float(v) for v in values]
    return round(statistics.mean(numbers), 3) if numbers else None


def _article(path: Path) -> Any:
    settings = IngestSettings()
    try:
        drafts = READERS[path.suffix](path, ReadContext(settings))
        found = [p for p in prepare_all(drafts, path.name, {}, settings) if isinstance(p, Prepared)]
    except UnreadableArticleError:
        return None
    return found[0].article if len(found) == 1 else None


def _said(article: Any, field: str) -> str | None:
    value = getattr(article, field)
    return None if value is None else str(value)


def _in_order(sentences: Sequence[str], text: str) -> list[bool]:
    """For each sentence whether its letters and digits stand in the text after those of the ones before it."""
    plain, at, found = "".join(_LETTERS.findall(text)), 0, []
    for sentence in sentences:
        wanted = "".join(_LETTERS.findall(sentence))
        place = plain.find(wanted, at)
        found.append(place >= 0)
        at = place + len(wanted) if place >= 0 else at
    return found
