"""What an endpoint sends back, made what OpenAI's client reads: many say that they speak as OpenAI does, and nearly do.

A whole answer where a stream was asked for becomes a stream; an error that came as a 200, or in the middle of a stream,
in whichever form, is one; what breaks off in the middle of a line ends there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx

from docs_store.errors import ModelUnavailableError
from docs_store.network import model_endpoint

_MARK = "\ufeff"


class Client(httpx.Client):
    """An HTTP client whose responses are what they should be."""

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """As httpx's. Raises httpx.HTTPError."""
        response = super().send(request, **options)
        if response.status_code != 200:
            return response
        kind = response.headers.get("content-type", "")
        if "event-stream" in kind:
            return httpx.Response(
                200, headers={"content-type": kind}, stream=_Lines(response, request.url), request=request
            )
        data = _json(_text(response.read()))
        if not isinstance(data, dict):
            return response
        if not data.get("choices") and model_endpoint.said_in(data):
            return httpx.Response(400, json=data, request=request)
        if data.get("choices") and _wants_stream(request):
            return httpx.Response(
                200, headers={"content-type": "text/event-stream"}, content=_as_stream(data), request=request
            )
        return response


class _Lines(httpx.SyncByteStream):
    """A stream of server-sent events, a line at a time."""

    def __init__(self, response: httpx.Response, url: httpx.URL) -> None:
        self._response, self._url = response, url

    def __iter__(self) -> Iterator[bytes]:
        begun = False
        for number, line in enumerate(self._response.iter_lines()):
            line = line.removeprefix(_MARK) if number == 0 else line
            data = _json(line.removeprefix("data:").strip()) if line.startswith("data:") else None
            if isinstance(data, dict) and "choices" not in data and (said := model_endpoint.said_in(data)):
                raise ModelUnavailableError(
                    f"{self._url.copy_with(path='/')} 中途出错（{said}），请稍后再试或换一个模型。"
                )
            if line.startswith("data:") and data is None and begun and "[DONE]" not in line:
                return  # cut within a line: what was said so far counts
            begun = begun or data is not None
            yield line.encode("utf-8", "surrogatepass") + b"\n"

    def close(self) -> None:
        self._response.close()


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030", "replace")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _wants_stream(request: httpx.Request) -> bool:
    asked = _json(request.content.decode("utf-8", "replace"))
    return isinstance(asked, dict) and bool(asked.get("stream"))


def _as_stream(data: dict[str, Any]) -> bytes:
    """A whole completion as the one chunk of a stream, and its end."""
    choices = [
        {"index": 0, "delta": choice.get("message") or {}, "finish_reason": choice.get("finish_reason")}
        for choice in data["choices"]
        if isinstance(choice, dict)
    ]
    chunk = {**data, "object": "chat.completion.chunk", "choices": choices}
    return f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n".encode()
