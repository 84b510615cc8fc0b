"""One answer of several: a message that asks several questions, each answered by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
        count = len(citations)
        markers = _numbered(answer.citations, citations)
        lines.append(strings.PART.format(question=part))
        if markers and len(citations) == count and answer.mode == "extractive":
            said = strings.PART_QUOTED_ABOVE
            sections.append(AnswerSection(part, (AnswerItem(said, tuple(markers.values()), False),)))
            lines.append(said + "".join(f"[{marker}]" for marker in markers.values()) + "。")
            continue
        lines.append(_renumbered(answer.text, markers) or strings.PART_NOT_FOUND)
        sections += [_under(part, section, markers) for section in answer.sections] or [
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


def _numbered(own: Sequence[Citation], citations: list[Citation]) -> dict[int, int]:
    """The markers of an answer → those of the whole, `citations`, which its quotes are added to; the same quote keeps one."""
    known = {(one.article_id, one.start, one.end): one.marker for one in citations}
    found = {}
    for one in own:
        place = (one.article_id, one.start, one.end)
        if place not in known:
            known[place] = len(citations) + 1
            citations.append(replace(one, marker=known[place]))
        found[one.marker] = known[place]
    return found


def _renumbered(text: str, markers: Mapping[int, int]) -> str:
    """The text with the markers of the whole."""
    return MARKER.sub(lambda marker: f"[{markers.get(int(marker[1]), int(marker[1]))}]", text)


def _under(part: str, section: AnswerSection, markers: Mapping[int, int]) -> AnswerSection:
    heading = f"{part}：{section.heading}" if section.heading else part
    items = (
        AnswerItem(item.text, tuple(markers[marker] for marker in item.markers), item.verbatim)
        for item in section.items
    )
    return AnswerSection(heading, tuple(items))
