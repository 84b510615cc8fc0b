"""Errors as responses: one body under /api, OpenAI's under /v1; a sentence, a code and the request's id."""

from __future__ import annotations

import re
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from docs_store.errors import GuanchaoError, StoreBusyError
from ui import invalid, strings
from ui.http.access import AccessError
from ui.http.admission import BusyError
from ui.http.bodies import ErrorBody
from ui.jobs import TooManyJobsError
from ui.uploads import UploadRefusedError


class ApiError(GuanchaoError):
    """An error with a status and a code of its own."""

    def __init__(self, status: int, code: str, message: str, param: str | None = None) -> None:
        """`message` is one Chinese sentence with the next step; `param` the parameter that it is about."""
        super().__init__(message)
        self.param = param
        self.status, self.code = status, code


TOO_LARGE = "请求太大，请拆分后再发。"
_MESSAGES = {
    400: "请求读不懂，请检查格式。",
    404: "没有这个地址，请对照 /api/openapi.json。",
    405: "这个地址不支持该方法，请对照 /api/openapi.json。",
    413: TOO_LARGE,
}
_WHOLE = "请求体"
_CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}

_DESCRIPTIONS = {
    400: "请求读不懂",
    401: "缺少有效的密钥",
    403: "没有这个权限",
    404: "没有找到",
    409: "没有可撤销的更正",
    413: "请求太大",
    422: "参数不对",
    429: "调用太频繁，见 Retry-After",
    503: "太忙或索引暂不可写，见 Retry-After",
    504: "超过了最长时间",
}


def responses(*statuses: int, body: type[Any] = ErrorBody) -> dict[int | str, dict[str, Any]]:
    """The error responses of a route, for OpenAPI."""
    every = (400, 401, 403, 413, 421, 422, 429, 503, *statuses)
    return {
        status: {"model": body, "description": _DESCRIPTIONS.get(status, "不接受的请求")}
        for status in sorted(set(every))
    }


def install(app: FastAPI) -> None:
    """Turns every error into a response."""
    app.add_exception_handler(GuanchaoError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unknown)


def status_and_code(error: Exception) -> tuple[int, str, int | None]:
    """(status, code, seconds of Retry-After) of an error that users may meet."""
    if isinstance(error, ApiError):
        return error.status, error.code, None
    if isinstance(error, AccessError):
        return error.status, error.code, error.retry_after
    if isinstance(error, BusyError):
        return 503, "busy", error.retry_after
    if isinstance(error, TooManyJobsError | StoreBusyError):
        return 503, "busy", 10
    if isinstance(error, UploadRefusedError):
        return 422, "upload_refused", None
    return 503, type(error).__name__.removesuffix("Error").lower(), 10


async def _known(request: Request, error: Exception) -> JSONResponse:
    status, code, retry = status_and_code(error)
    param = error.param if isinstance(error, ApiError) else None
    return respond(request, status, code, str(error), retry, param)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    errors = [{**found, "loc": found["loc"][1:]} for found in error.errors()]
    place, message = invalid.sentence(errors, _WHOLE, "请对照 /api/openapi.json 修改")
    kind = request.headers.get("content-type", "")
    if place == _WHOLE and "json" not in kind and "multipart" not in kind:
        message = strings.NO_JSON_TYPE  # such as curl -d sends
    openai = request.url.path.startswith("/v1")
    return respond(request, 400 if openai else 422, "invalid_request", message, param=place)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    message = _MESSAGES.get(error.status_code, "请求不能完成，请检查后再试。")
    if error.status_code == 404 and request.url.path.startswith("/v1"):
        message = strings.NO_SUCH_V1
    code = _CODES.get(error.status_code, "error")
    response = respond(request, error.status_code, code, message)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    if error.status_code == 405:  # the framework names the methods of the first route only
        response.headers["Allow"] = ", ".join(sorted(_methods(request)))
    return response


def _methods(request: Request) -> set[str]:
    """What may be done at this address."""
    found: set[str] = set()
    for path, operations in request.app.openapi()["paths"].items():
        # An id may hold slashes: a parameter at the end of a path matches all that is left.
        pattern = re.sub(r"\\\{[^/]+?\\\}", ".+" if "articles" in path else "[^/]+", re.escape(path))
        if re.fullmatch(pattern, request.url.path):
            found |= {method.upper() for method in operations}
    return found


async def _unknown(request: Request, error: Exception) -> JSONResponse:
    return respond(request, 500, "internal_error", strings.BROKEN)


def respond(
    request: Request, status: int, code: str, message: str, retry: int | None = None, param: str | None = None
) -> JSONResponse:
    """An error's response."""
    headers = {} if retry is None else {"Retry-After": str(retry)}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = error_body(request.url.path, status, code, message, request.scope.get("request_id", ""), param)
    return JSONResponse(body, status, headers)


def error_body(
    path: str, status: int, code: str, message: str, request_id: str, param: str | None = None
) -> dict[str, Any]:
    """The JSON of an error, in the form that this path's clients expect."""
    if not path.startswith("/v1"):
        return {"error": {"code": code, "message": message, "request_id": request_id}}
    kinds = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
    kind = kinds.get(status, "invalid_request_error" if status < 500 else "server_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}
