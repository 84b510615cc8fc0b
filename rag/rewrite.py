"""Follow-ups: a question that leans on the past is rewritten to stand alone; others are left as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import StrOutputParser

from rag import facts, prompts
from rag.models import Turn

_LEANS = re.compile(r"它|他们?|她|其(?!他|中|余)|该|上述|前者|后者|这(?!篇文章)(?:个|些|家|里|项|座)|那(?:个|些|家|里|么)?|呢[？?]?$")
_OPENS = re.compile(r"^(?:和|与|跟|还|又|那|再|另外|有哪些|是谁|在哪|哪些|分别|具体)")


def leans_on_past(question: str) -> bool:
    """True when the question has a pronoun or begins in the middle of a thought."""
    return bool(_LEANS.search(question) or _OPENS.search(question.strip()))


def standalone(question: str, history: Sequence[Turn], model: BaseChatModel | None) -> str:
    """The question with what it leans on filled in from the last turn.

    A rewrite that brings in words which neither the question nor the last turn holds is thrown away; then, and
    without a model, the last question stands before this one.
    """
    if not history or not leans_on_past(question):
        return question
    last = history[-1]
    joined = f"{last.question} {question}"
    if model is None:
        return joined
    chain = prompts.REWRITE | model | StrOutputParser()
    answer = re.sub(r"\[\d+\]", "", last.answer)[:200]
    text = chain.invoke({"earlier": last.question, "answer": answer, "question": question}).strip().split("\n")[0]
    if not text or len(facts.longest_novel_run(text, f"{joined} {answer}")) > 1:
        return joined
    return text
