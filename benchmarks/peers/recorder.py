"""The recording proxy through which every peer reaches the model and the embedding: an OpenAI API on loopback.

`http://127.0.0.1:PORT/NAME/v1`, with the peer's name in the path. Chat goes to llama.cpp's server, each peer to a slot of its
own, so that nobody loses the beginning of his prompt to another; an answer without a limit gets one, and so do the calls of
a question, for a small model may never end. Embeddings are ours. What a peer spends on a question, and what it gave the model to read, is told by name.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from typing import Any, Protocol

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from benchmarks.peers import messages
from rag.llama import free_port

MOST_CALLS = 12
_LOOK_S = 0.5  # how often it is seen that a caller has hung up
Embed = Callable[[list[str]], list[list[float]]]


class Model(Protocol):
    """Who answers requests to /v1/chat/completions."""

    async def whole(self, body: Mapping[str, Any]) -> tuple[int, bytes]:
        """Status and JSON of an answer in one piece."""

    def streamed(self, body: Mapping[str, Any]) -> AsyncGenerator[str, None]:
        """The lines of an answer as a stream of events."""


class LlamaServer:
    """llama.cpp's server."""

    def __init__(self, address: str) -> None:
        """`address` is without /v1."""
        self._address = f"{address}/v1/chat/completions"

    async def whole(self, body: Mapping[str, Any]) -> tuple[int, bytes]:
        """As `Model` says."""
        async with httpx.AsyncClient(timeout=None, trust_env=False) as client:
            response = await client.post(self._address, json=body)
            return response.status_code, response.content

    async def streamed(self, body: Mapping[str, Any]) -> AsyncGenerator[str, None]:
        """As `Model` says; leaving it early ends the answer."""
        async with (
            httpx.AsyncClient(timeout=None, trust_env=False) as client,
            client.stream("POST", self._address, json=body) as response,
        ):
            async for line in response.aiter_lines():
                yield line


class Scripted:
    """Nobody's model: it searches once where it is given a search tool, with the question as it stands, then says 完.

    What a system gives its model to read can be measured with it at no cost of writing.
    """

    async def whole(self, body: Mapping[str, Any]) -> tuple[int, bytes]:
        """As `Model` says."""
        message: dict[str, Any] = {"role": "assistant", "content": "完"}
        searches = "search" in messages.tool_names(body)
        if searches and not any(m["role"] == "tool" for m in body["messages"]):
            asked = messages.given_texts([m for m in body["messages"] if m["role"] == "user"])[-1]
            message = messages.calling("search", {"query": asked})
        return 200, json.dumps(messages.reply(message, stream=False)).encode()

    async def streamed(self, body: Mapping[str, Any]) -> AsyncGenerator[str, None]:
        """As `Model` says."""
        reply = messages.reply({"role": "assistant", "content": "完"}, stream=True)
        for line in (f"data: {json.dumps(reply)}", "", "data: [DONE]", ""):
            yield line


class Recorder:
    """Listens in a thread until `close`."""

    def __init__(self, model: Model, embed: Embed, slots: Mapping[str, int]) -> None:
        """Begins to listen.

        Args:
            model: who writes: `LlamaServer`, or `Scripted` where only what is given to a model is looked at.
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
        self._thread = threading.Thread(target=self._server.run, name="recorder", daemon=True)
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
        return JSONResponse(messages.embedded(vectors, body.get("model", ""), body.get("encoding_format")))

    async def _chat(self, request: Request) -> Response:
        name = request.path_params["name"]
        body = messages.limited(await request.json()) | {"id_slot": self._slots[name]}
        if self._counts[name]["calls"] >= MOST_CALLS:
            return JSONResponse({"error": {"message": "no further calls for this question"}}, status_code=400)
        self._counts[name]["calls"] += 1
        self._texts[name] += messages.given_texts(body["messages"])
        if body.get("stream"):
            return StreamingResponse(self._streamed(name, body), media_type="text/event-stream")
        answer = asyncio.create_task(self._model.whole(body))
        while not answer.done():
            await asyncio.wait({answer}, timeout=_LOOK_S)
            if not answer.done() and await request.is_disconnected():
                answer.cancel()
                return Response(status_code=499)
        status, content = answer.result()
        self._count(name, content)
        content = messages.with_tool_calls(content, body)
        return Response(content, status_code=status, media_type="application/json")

    async def _streamed(self, name: str, body: Mapping[str, Any]) -> AsyncIterator[bytes]:
        async with aclosing(self._model.streamed(body)) as lines:
            async for line in lines:
                if '"timings"' in line:
                    self._count(name, line.removeprefix("data: ").encode())
                yield f"{line}\n".encode()

    def _count(self, name: str, content: bytes) -> None:
        timings = json.loads(content).get("timings") or {}
        self._counts[name]["read"] += timings.get("prompt_n", 0)
        self._counts[name]["written"] += timings.get("predicted_n", 0)
