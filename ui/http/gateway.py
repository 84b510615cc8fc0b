"""ASGI middleware, the outermost layer: request ids, size limits, foreign hosts and origins, the log, and which part answers."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import traceback
import uuid
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from docs_store.settings import Settings
from ui import strings
from ui.http.access import AccessError
from ui.http.errors import TOO_LARGE, ApiError, error_body
from ui.http.public import PublicPlace
from ui.http.service import Service

_API = ("/api", "/v1", "/mcp")
_OPENAI = re.compile("/(?:chat/completions|completions|embeddings|responses|models)/?$", re.IGNORECASE)
"""Where OpenAI's clients call whose address lacks /v1."""
_MAX_JSON = 2_000_000  # bytes of a request that is no upload
_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)


def request_log(settings: Settings) -> logging.Logger:
    """The log of requests, one JSON object a line."""
    log = logging.getLogger("guanchao.requests")
    for old in list(log.handlers):
        log.removeHandler(old)
        old.close()
    handler: logging.Handler = logging.StreamHandler(sys.stderr)
    if settings.serve.log_file:
        path = settings.resolve(settings.serve.log_file)
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=20_000_000, backupCount=5, encoding="utf-8")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    return log


def _check_encoding(scope: Scope) -> None:
    """Refuses an address that is percent-encoded in GBK: read as UTF-8 it would ask for something else. Raises ApiError."""
    try:
        unquote_to_bytes(scope.get("query_string", b"")).decode("utf-8")
        unquote_to_bytes(scope.get("raw_path") or b"").decode("utf-8")
    except UnicodeDecodeError:
        raise ApiError(
            400, "bad_encoding", "网址里的汉字要用 UTF-8 百分号编码（现在多半是 GBK），请改编码后再试。"
        ) from None


class Gateway:
    """Sends calls to the API, the MCP server or the page."""

    def __init__(
        self, service: Service, log: logging.Logger, api: ASGIApp, mcp: ASGIApp, page: ASGIApp | None
    ) -> None:
        """`page` may be missing: then everything else is the API's 404."""
        self._service, self._log, self._api, self._mcp, self._page = service, log, api, mcp, page
        self._place = PublicPlace.of(service.settings.serve.root_path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] == "lifespan":
            await self._api(scope, receive, send)
            return
        path = scope["path"] = self._place.inside(scope["path"])
        if any(path.startswith(prefix + "/") for prefix in _API):
            # Clients join addresses carelessly: /v1//models, /mcp/.
            path = scope["path"] = re.sub("/{2,}", "/", path).rstrip("/")
        mine = any(path == prefix or path.startswith(prefix + "/") for prefix in _API)
        target = (
            (self._mcp if path.partition("/mcp")[0] == "" else self._api) if mine else self._page or self._api
        )
        call = HTTPConnection(scope)
        given = call.headers.get("x-request-id", "")
        id = scope["request_id"] = given if _ID.fullmatch(given) else uuid.uuid4().hex
        method = scope.get("method", "GET")
        began = time.monotonic()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", id.encode())]
                if mine:
                    message["headers"].append((b"x-content-type-options", b"nosniff"))
            await send(message)

        trouble = None
        try:
            self._service.access.check_origin(call, method)
            if not mine and _OPENAI.search(path):
                raise ApiError(404, "not_found", strings.NO_V1)
            if mine:
                _check_encoding(scope)
            if mine:
                self._service_check(scope, call)
                receive = self._limited(scope, call, receive)
            await target(scope, receive, answer)
        except (AccessError, ApiError) as error:
            shape = path if mine or not _OPENAI.search(path) else "/v1"
            body = error_body(shape, error.status, error.code, str(error), id)
            await JSONResponse(body, error.status)(scope, receive, answer)
        except HTTPException as error:  # the size limit, where no route reads the body
            if status == 0:
                body = error_body(path, error.status_code, "too_large", TOO_LARGE, id)
                await JSONResponse(body, error.status_code)(scope, receive, answer)
        except Exception:
            trouble = traceback.format_exc()  # the response has been sent by the layer below
        finally:
            if mine or trouble:
                self._record(scope, call, method, status, time.monotonic() - began, trouble)

    def _service_check(self, scope: Scope, call: HTTPConnection) -> None:
        """Keys for the agents' tools, which has no routes of ours to ask for them."""
        if scope["path"].startswith("/mcp") and scope["type"] == "http":
            scope["caller"] = self._service.access.check(call, "read").name

    def _limited(self, scope: Scope, call: HTTPConnection, receive: Receive) -> Receive:
        # A chat's older turns may hold pictures, which are sent again with every question.
        large = scope["path"] in ("/api/articles", "/v1/chat/completions")
        limit = int(self._service.settings.serve.max_upload_mb * 1e6) if large else _MAX_JSON
        length = call.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > limit:
            raise HTTPException(413)
        got = 0

        async def counted() -> Message:
            nonlocal got
            message = await receive()
            got += len(message.get("body", b""))
            if got > limit:
                raise HTTPException(413)
            return message

        return counted

    def _record(
        self,
        scope: Scope,
        call: HTTPConnection,
        method: str,
        status: int,
        seconds: float,
        trouble: str | None,
    ) -> None:
        route = getattr(scope.get("route"), "path", None) or (
            "/mcp" if scope["path"].startswith("/mcp") else "other"
        )
        if method not in ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"):
            method = "other"
        self._service.metrics.requests.labels(method, route, status).inc()
        self._service.metrics.seconds.labels(route).observe(seconds)
        line: dict[str, Any] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "request_id": scope["request_id"],
            "method": method,
            "path": scope["path"],  # never the query, which may hold a question
            "status": status,
            "ms": round(seconds * 1000, 1),
            "caller": scope.get("caller") or (call.client.host if call.client else None),
        }
        if self._service.settings.serve.log_questions and "question" in scope:
            line["question"] = scope["question"]
        if trouble:
            line["error"] = trouble
        self._log.info(json.dumps(line, ensure_ascii=False))
