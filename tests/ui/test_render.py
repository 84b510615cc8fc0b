from datetime import date

import pytest

from rag import Answer, Citation, Refusal
from ui import render, strings

XSS = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "<b>x</b>"]


def citation(text, title="题"):
    return Citation(
        1,
        "p",
        "a",
        title,
        "南通发布",
        date(2025, 1, 20),
        None,
        (),
        text,
        3,
        3 + len(text),
        f"前文。{text}后文",
        0,
    )


def test_markers_link_to_their_card_and_the_quote_is_marked():
    answer = Answer("问", "五个[1]。", [citation("共5个。")])
    assert 'href="#t-1"' in render.answer_html(answer, "t")
    side = render.citations_html(answer, "t")
    assert 'id="t-1"' in side and "前文。<mark>共5个。</mark>后文" in side and "2025-01-20" in side


@pytest.mark.parametrize("evil", XSS)
def test_nothing_from_outside_is_markup(evil):
    answer = Answer("问", f"{evil}[1]。", [citation(evil, evil)], unsupported=[evil], notice=evil)
    html = (
        render.answer_html(answer, "t")
        + render.citations_html(answer, "t")
        + render.draft_html("delta", evil)
    )
    assert evil not in html


@pytest.mark.parametrize("refusal", list(Refusal))
def test_a_refusal_says_why(refusal):
    assert strings.REFUSALS[refusal] in render.answer_html(Answer("问", "", refusal=refusal), "t")
