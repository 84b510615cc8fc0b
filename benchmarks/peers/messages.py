"""OpenAI's requests and replies, as far as the recorder must understand them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

MOST_TOKENS = 512
_FENCE = re.compile(r"```(?:json)?\s*(\{.*?\})\s*```", re.DOTALL)


def given_texts(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the model is given to read: all but its own words."""
    texts = []
    for message in messages:
        content = message.get("content") or ""
        if message["role"] != "assistant":
            parts = [content] if isinstance(content, str) else [p.get("text", "") for p in content]
            texts.append("".join(parts))
    return texts


def limited(body: Mapping[str, Any]) -> dict[str, Any]:
    """The request with `MOST_TOKENS` where it sets no limit of its own."""
    own = body.get("max_tokens") or body.get("max_completion_tokens")
    return dict(body) if own else {**body, "max_tokens": MOST_TOKENS}


def embedded(vectors: Sequence[Sequence[float]], model: str, encoding: str | None) -> dict[str, Any]:
    """The reply to a request for embeddings; OpenAI's client asks for base64 of 32-bit floats."""

    def written(vector: Sequence[float]) -> list[float] | str:
        if encoding != "base64":
            return list(vector)
        return base64.b64encode(np.asarray(vector, dtype="<f4").tobytes()).decode()

    data = [{"object": "embedding", "index": i, "embedding": written(v)} for i, v in enumerate(vectors)]
    return {"object": "list", "model": model, "data": data, "usage": {"prompt_tokens": 0, "total_tokens": 0}}


def tool_names(body: Mapping[str, Any]) -> list[str]:
    """The tools that a request offers."""
    return [tool["function"]["name"] for tool in body.get("tools") or ()]


def calling(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A message that calls one tool."""
    called = {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False)}
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": f"call-{name}", "type": "function", "function": called}],
    }


def reply(message: Mapping[str, Any], *, stream: bool) -> dict[str, Any]:
    """A whole reply, or its only piece of a stream."""
    why = "tool_calls" if message.get("tool_calls") else "stop"
    kind = "chat.completion.chunk" if stream else "chat.completion"
    choice = {"index": 0, "delta" if stream else "message": message, "finish_reason": why}
    return {"id": "scripted", "object": kind, "created": 0, "model": "scripted", "choices": [choice]}


def with_tool_calls(content: bytes, body: Mapping[str, Any]) -> bytes:
    """The reply, in which a call of an offered tool that was written as JSON text is the call that was meant.

    Qwen2.5-Coder writes {"name": …, "arguments": …} in a code block; servers with a parser for it make a call of that, and
    without it an agent would take the JSON for the answer.
    """
    names = tool_names(body)
    if not names:
        return content
    answer = json.loads(content)
    for choice in answer.get("choices", ()):
        text = choice["message"].get("content") or ""
        for written in (text.strip(), *_FENCE.findall(text)):
            try:
                meant = json.loads(written)
            except ValueError:
                continue
            if isinstance(meant, dict) and meant.get("name") in names:
                arguments = meant.get("arguments") or {}
                choice |= {"message": calling(meant["name"], arguments), "finish_reason": "tool_calls"}
                break
    return json.dumps(answer).encode()
