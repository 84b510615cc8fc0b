"""One answer of several: a message that asks several questions, each answered by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag import strings
from rag.models import MARKER, Answer, AnswerItem, AnswerSection, Citation


def joined(question: str, parts: Sequence[str], answers: Sequence[Answer]) -> Answer:
    """The answers under their questions, markers numbered through; a part that is refused is told to be missing.

    Args:
        question: as it was put.
        parts: what it asks, in order.
        answers: to as many of the first parts; to all where the whole is done. One at least is no refusal.
    """
    lines: list[str] = []
    sections: list[AnswerSection] = []
    citations: list[Citation] = []
    for part, answer in zip(parts, answers, strict=False):
        before = len(citations)
        lines += [strings.PART.format(question=part), _shifted(answer.text, before) or strings.PART_NOT_FOUND]
        citations += [replace(one, marker=one.marker + before) for one in answer.citations]
        sections += [_under(part, section, before) for section in answer.sections] or [
            AnswerSection(part, ())
        ]
    told = [answer for answer in answers if not answer.refused]
    remarks = [remark for answer in told for remark in answer.remarks]
    return replace(
        told[0],
        question=question,
        text="\n".join(lines),
        citations=citations,
        sections=sections,
        mode="generated" if any(answer.mode == "generated" for answer in told) else "extractive",
        unsupported=[claim for answer in answers for claim in answer.unsupported],
        hits=list({hit.passage.id: hit for answer in answers for hit in answer.hits}.values()),
        remarks=[one for one in dict.fromkeys(remarks) if one != strings.READ_BY_ITSELF],
        notice=next((answer.notice for answer in answers if answer.notice), None),
        evidence_score=min(answer.evidence_score or 0.0 for answer in told),
        truncated=any(answer.truncated for answer in answers),
    )


def _shifted(text: str, before: int) -> str:
    """The text with `before` added to its markers."""
    return MARKER.sub(lambda marker: f"[{int(marker[1]) + before}]", text)


def _under(part: str, section: AnswerSection, before: int) -> AnswerSection:
    heading = f"{part}：{section.heading}" if section.heading else part
    items = (
        AnswerItem(item.text, tuple(marker + before for marker in item.markers), item.verbatim)
        for item in section.items
    )
    return AnswerSection(heading, tuple(items))
