"""Follow-ups: a question that leans on the past is filled in from the last turn; others are left as they are.

Rules alone, no model: measured on the follow-up questions, the 1.5B model's rewrites were worse than these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.models import Turn
from rag.verification import facts

_PRONOUN = re.compile(
    r"它们?|他们?|她们?|其(?!他|中|余)|该(?:园区|公司|市|机构)?|上述|这(?!篇文章)(?:个|些|家|里|项|座)?|那(?:个|些|家|里)"
)
_OPENS = re.compile(r"^(?:和|与|跟|还|又|那|再|另外|有哪些|是谁|在哪|哪些|分别|具体)")
_HOW_MANY = re.compile(r"第?几[个家项名位条座所只种类]?|多少[个家项名位条座所只种类]?")
_SWAP = re.compile(r"^那?么?(?:在|对|对于)?(.{1,12}?)呢[？?。]?$")


def leans_on_past(question: str) -> bool:
    """True when the question has a pronoun or begins in the middle of a thought."""
    text = question.strip()
    return bool(_PRONOUN.search(text) or _OPENS.search(text) or _SWAP.search(text))


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question with what it leans on filled in from the last turn.

    那苏州呢 takes the last question with its place exchanged; a pronoun stands for the last question's subject; what
    begins in the middle of a thought follows the last question's content.
    """
    if not history or not leans_on_past(question):
        return question
    last = history[-1].question
    swap = _SWAP.match(question.strip())
    if swap:
        return _exchange(last, swap[1])
    runs = facts.content_runs(last)
    subject = runs[0] if runs else last
    if _PRONOUN.search(question):
        return f"{subject}{_PRONOUN.sub('', question, count=1)}"
    topic = facts.QUESTION_WORDS.sub("", _HOW_MANY.sub("", last)).rstrip("？?。 ")
    return f"{topic}，{question}"


def _exchange(last: str, name: str) -> str:
    places = facts.places(last)
    if len(places) == 1 and facts.places(name):
        return last.replace(places.pop(), name)
    runs = facts.content_runs(last)
    return last.replace(runs[0], name, 1) if runs and runs[0] in last else f"{name} {last}"
