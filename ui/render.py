"""Pure functions: answers and passages as HTML. Everything that comes from outside is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from docs_store.models import Hit
from rag.models import Answer, Citation
from ui import strings


def answer_html(answer: Answer, turn: str) -> str:
    """The checked answer with [n] as links to the cards of `citations_html` with the same `turn`."""
    if answer.refusal:
        body = f'<div class="gc-refusal" role="note">{escape(strings.REFUSALS[answer.refusal])}</div>'
    else:
        linked = re.sub(
            r"\[(\d+)\]",
            lambda m: f'<a class="gc-marker" href="#{turn}-{m[1]}" aria-label="引用 {m[1]}">[{m[1]}]</a>',
            escape(answer.text),
        )
        body = f'<div class="gc-answer">{linked}</div>'
        if answer.mode == "extractive":
            body += f'<span class="gc-badge">{strings.EXTRACTIVE}</span>'
    if answer.notice:
        body += f'<div class="gc-notice">{escape(answer.notice)}</div>'
    if answer.unsupported:
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in answer.unsupported)
        body += f"<details><summary>{strings.DROPPED}（{len(answer.unsupported)}）</summary><ul>{items}</ul></details>"
    return body


def draft_html(stage: str, draft: str) -> str:
    """What stands in the answer's place until it is checked."""
    text = re.sub(r"\[\d+\]", "", draft)
    return f'<div class="gc-stage">{strings.STAGES[stage]}</div><div class="gc-draft">{escape(text)}</div>'


def citations_html(answer: Answer, turn: str) -> str:
    """Side panel: one card a citation, or the nearest passages under a refusal."""
    if answer.refusal:
        return hits_html(answer.hits[:3], strings.NEAREST)
    cards = "".join(_card(citation, turn) for citation in answer.citations)
    return f"<h3>{strings.SOURCES}</h3>{cards}"


def hits_html(hits: Sequence[Hit], heading: str) -> str:
    """Side panel: passages without quotes."""
    if not hits:
        return ""
    cards = "".join(
        f'<article class="gc-card">{_head(h.article.title, h.article.issuer, str(h.article.published_on or ""))}'
        f"<p>{escape(h.passage.text)}</p></article>"
        for h in hits
    )
    return f"<h3>{heading}</h3>{cards}"


def _card(citation: Citation, turn: str) -> str:
    start = citation.start - citation.passage_start
    end = citation.end - citation.passage_start
    before, quote, after = citation.passage[:start], citation.passage[start:end], citation.passage[end:]
    place = (*citation.heading_path, *([strings.PAGE.format(page=citation.page)] if citation.page else []))
    head = _head(citation.title, citation.issuer, str(citation.published_on or ""), place)
    return (
        f'<article class="gc-card" id="{turn}-{citation.marker}" tabindex="0"><b>[{citation.marker}]</b> {head}'
        f"<p>{escape(before)}<mark>{escape(quote)}</mark>{escape(after)}</p></article>"
    )


def _head(title: str, issuer: str | None, day: str, headings: Sequence[str] = ()) -> str:
    path = f" · {escape(' / '.join(headings))}" if headings else ""
    return (
        f'<span class="gc-title">《{escape(title)}》</span>'
        f'<div class="gc-meta">{escape(issuer or strings.NO_ISSUER)} · {day or strings.NO_DATE}{path}</div>'
    )
