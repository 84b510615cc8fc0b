"""How the page is used, for editors: questions, what was answered, and what the library had no answer to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

from docs_store.journal.conversations import Outcome
from ui import strings
from ui.buttons import button
from ui.page.statistics import Bar, bars_html, chart, tiles

LOOKED_AT = 5000  # questions
_LISTED = 30  # unanswered questions


def use_html(outcomes: Sequence[Outcome], verdicts: Mapping[str, int]) -> str:
    """Figures and the latest questions without an answer; outcomes come the latest first."""
    refused = [o for o in outcomes if o.refusal and o.refusal != "empty_question"]
    broken = sum(bool(o.trouble) for o in outcomes)
    opinions = f"{verdicts.get('up', 0)} / {verdicts.get('down', 0)}"
    values = (len(outcomes), len(outcomes) - len(refused) - broken, len(refused), broken, opinions)
    months = Counter(o.asked[:7] for o in outcomes)
    bars = [
        Bar(strings.MONTH.format(year=month[:4], month=int(month[5:7])), months[month])
        for month in sorted(months, reverse=True)
    ]
    return (
        f'<section class="gc-use"><h2>{strings.USE}</h2>{tiles(values, strings.USE_TILES)}'
        f'<p class="gc-meta">{strings.USE_NOTE.format(count=LOOKED_AT)}</p>'
        f'<div class="gc-charts">{chart(strings.USE_BY_MONTH, bars_html(bars))}'
        f"{_unanswered(refused)}</div></section>"
    )


def _unanswered(refused: Sequence[Outcome]) -> str:
    latest: dict[str, str] = {}
    for outcome in refused:
        latest.setdefault(outcome.question, outcome.asked)
    listed = list(latest.items())[:_LISTED]
    rows = "".join(
        f"<li>{button(question, 'ask-again', css='gc-link', question=question)} <small>{escape(day)}</small></li>"
        for question, day in listed
    )
    body = (
        f'<p class="gc-meta">{strings.UNANSWERED_HINT}</p><ul class="gc-asked">{rows}</ul>'
        if rows
        else f'<p class="gc-empty">{strings.NONE_UNANSWERED}</p>'
    )
    return chart(strings.UNANSWERED.format(count=len(listed)), body)
