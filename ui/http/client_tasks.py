"""Titles, tags and the like, which chat clients ask for beside the user's questions: answered without a search."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from docs_store.text.data_files import data_lines
from docs_store.text.sentences import each_sentence

Where = Literal["system", "user", "begins"]
_TITLE_CHARS = 20
_SUMMARY_CHARS = 200
_ASKED = re.compile(
    r"^[\s\"'>*|-]*(?:user|human|用户|prompt)\s*[:：]\s*[\"“]?(.+?)[\"”]?$", re.IGNORECASE | re.MULTILINE
)
_INPUT_OF_DIFY = "User Input:"
_UNTITLED = "新对话"


@dataclass(frozen=True, slots=True)
class _Prompt:
    task: str
    where: Where
    words: tuple[str, ...]


@cache
def _prompts() -> tuple[_Prompt, ...]:
    rows = [line.split("\t") for line in data_lines(files("ui.http") / "client_tasks.tsv")]
    return tuple(
        _Prompt(task, where, tuple(words.split(" | ")))  # type: ignore[arg-type]
        for task, where, words in rows[1:]
    )


def answer(messages: Sequence[tuple[str, str]]) -> str | None:
    """What a client wants back for a conversation of (role, text); None where it is a question of the user's."""
    asked = [text for role, text in messages if role == "user"]
    system = "\n".join(text for role, text in messages if role in ("system", "developer"))
    last = asked[-1].lstrip() if asked else ""
    for prompt in _prompts():
        text = system if prompt.where == "system" else last
        if prompt.where == "begins" and not text.startswith(prompt.words[0]):
            continue
        if all(words in text for words in prompt.words):
            earlier = asked if prompt.where == "system" else asked[:-1]
            return _said(prompt.task, last, _first_question(last, earlier))
    return None


def _said(task: str, prompt: str, question: str) -> str:
    title = _shortened(question) or _UNTITLED
    wants: dict[str, Any] = {
        "title": {"title": title},
        "tags": {"tags": []},
        "follow_ups": {"follow_ups": []},
        "queries": {"queries": []},
        "autocomplete": {"text": ""},
        "list": [],
        "title_of_dify": {"Your Output": title},
    }
    if task == "emoji":
        return "🙂"
    if task == "summary":
        return question[:_SUMMARY_CHARS]
    if task == "title" and "JSON" not in prompt:
        return title
    return json.dumps(wants[task], ensure_ascii=False)


def _first_question(prompt: str, earlier: Sequence[str]) -> str:
    """What the user asked first: in the prompt's own record of the conversation, else in the messages before it."""
    try:
        record = json.loads(prompt)
    except ValueError:
        record = None
    if isinstance(record, list):
        for turn in record:
            if isinstance(turn, dict) and turn.get("role") == "user":
                return str(turn.get("mainText") or turn.get("content") or "")
    if _INPUT_OF_DIFY in prompt:  # behind its examples
        return prompt.rpartition(_INPUT_OF_DIFY)[2]
    if found := _ASKED.search(prompt):
        return found[1]
    return earlier[0] if earlier else prompt.strip().rpartition("\n\n")[2]


def _shortened(question: str) -> str:
    span = next(each_sentence(question.strip()), (0, 0))
    sentence = question.strip()[slice(*span)].strip("。！？!?；;…“”\"' ")
    return sentence[:_TITLE_CHARS]
