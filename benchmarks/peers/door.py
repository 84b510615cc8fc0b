"""The one door through which every peer reaches the model and the embedding: an OpenAI API on loopback.

`http://127.0.0.1:PORT/NAME/v1`, with the peer's name in the path. Chat goes to llama.cpp's server, each peer to a slot of its
own, so that nobody loses the beginning of his prompt to another; an answer without a limit gets one, and so do the calls of
a question, for a small model may never end. Embeddings are ours. What a peer spends on a question, and what it gave the model to read, is told by name.
"""

from __future__ import annotations

import asyncio
import base64
import json
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any

import httpx
import numpy as np
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from rag.llama import free_port

MOST_TOKENS = 512
MOST_CALLS = 12
_LOOK_S = 0.5  # how often it is seen that a caller has hung up
Embed = Callable[[list[str]], list[list[float]]]


class Door:
    """Listens in a thread until `close`."""

    def __init__(self, model: str, embed: Embed, slots: Mapping[str, int]) -> None:
        """Begins to listen.

        Args:
            model: address of llama.cpp's server, without /v1.
            embed: vectors of texts.
            slots: the model's slot of each peer.
        """
        self._model, self._embed, self._slots = model, embed, slots
        self._counts: dict[str, Counter[str]] = {}
        self._texts: dict[str, list[str]] = {}
        for name in slots:
            self.begin(name)
        routes = [
            Route("/{name}/v1/chat/completions", self._chat, methods=["POST"]),
            Route("/{name}/v1/embeddings", self._embeddings, methods=["POST"]),
        ]
        self._port = free_port()
        config = uvicorn.Config(
            Starlette(routes=routes), host="127.0.0.1", port=self._port, log_level="error"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="door", daemon=True)
        self._thread.start()

    def address(self, name: str) -> str:
        """The base address for a peer."""
        return f"http://127.0.0.1:{self._port}/{name}/v1"

    def begin(self, name: str) -> None:
        """Counts anew for a peer; nothing for a name that is none."""
        if name in self._slots:
            self._counts[name], self._texts[name] = Counter(calls=0, read=0, written=0), []

    def spent(self, name: str) -> tuple[dict[str, int], list[str]]:
        """Since `begin`: calls, tokens read and tokens written, and the texts that the model was given; empty for others."""
        return dict(self._counts.get(name, {})), list(dict.fromkeys(self._texts.get(name, ())))

    def wait(self, most_s: float = 10.0) -> None:
        """Returns once it listens, or after so many seconds."""
        until = time.monotonic() + most_s
        while not self._server.started and time.monotonic() < until:
            time.sleep(0.01)

    def close(self) -> None:
        """Stops listening."""
        self._server.should_exit = True
        self._thread.join(5)

    async def _embeddings(self, request: Request) -> Response:
        body = await request.json()
        texts = [body["input"]] if isinstance(body["input"], str) else list(body["input"])
        vectors = await asyncio.to_thread(self._embed, texts)
        return JSONResponse(embedded(vectors, body.get("model", ""), body.get("encoding_format")))

    async def _chat(self, request: Request) -> Response:
        name = request.path_params["name"]
        body = limited(await request.json()) | {"id_slot": self._slots[name]}
        if self._counts[name]["calls"] >= MOST_CALLS:
            return JSONResponse({"error": {"message": "no further calls for this question"}}, status_code=400)
        self._counts[name]["calls"] += 1
        self._texts[name] += given_texts(body["messages"])
        if body.get("stream"):
            return StreamingResponse(self._streamed(name, body), media_type="text/event-stream")
        answer = asyncio.create_task(self._whole(body))
        while not answer.done():
            await asyncio.wait({answer}, timeout=_LOOK_S)
            if not answer.done() and await request.is_disconnected():
                answer.cancel()
                return Response(status_code=499)
        status, content = answer.result()
        self._count(name, content)
        return Response(content, status_code=status, media_type="application/json")

    async def _whole(self, body: Mapping[str, Any]) -> tuple[int, bytes]:
        async with httpx.AsyncClient(timeout=None, trust_env=False) as client:
            response = await client.post(f"{self._model}/v1/chat/completions", json=body)
            return response.status_code, response.content

    async def _streamed(self, name: str, body: Mapping[str, Any]) -> AsyncIterator[bytes]:
        async with httpx.AsyncClient(timeout=None, trust_env=False) as client:
            address = f"{self._model}/v1/chat/completions"
            async with (
                client.stream("POST", address, json=body) as response,
                aclosing(response.aiter_lines()) as lines,
            ):
                async for line in lines:
                    if '"timings"' in line:
                        self._count(name, line.removeprefix("data: ").encode())
                    yield f"{line}\n".encode()

    def _count(self, name: str, content: bytes) -> None:
        timings = json.loads(content).get("timings") or {}
        self._counts[name]["read"] += timings.get("prompt_n", 0)
        self._counts[name]["written"] += timings.get("predicted_n", 0)


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
