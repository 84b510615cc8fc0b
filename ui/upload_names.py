"""File names as clients send them: in UTF-8, in GBK, as RFC 2047 words (.NET), as RFC 5987 `filename*`."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from email.header import decode_header, make_header
from pathlib import PurePath
from typing import Any
from urllib.parse import unquote_to_bytes

from fastapi.params import Form
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import Response

_EXTENDED = re.compile(rb";\s*filename\*\s*=\s*\"?([\w!#$%&+^`{}~-]+)'[^']*'([^;\"\s]*)\"?", re.IGNORECASE)
_PLAIN = re.compile(rb";\s*filename\s*=\s*(\"(?:[^\"\\]|\\.)*\"|[^;]*)", re.IGNORECASE)
_WORDS = re.compile(r"^=\?[\w-]+\?[bBqQ]\?.*\?=$", re.DOTALL)
_MOST_FILES = 200
_SHOWN = 200  # characters of a name


def in_utf_8(disposition: bytes) -> bytes:
    """A part's Content-Disposition with its file's name, however it was spelt, as plain `filename` in UTF-8.

    RFC 7578 forbids `filename*` in forms, and parsers leave it out; .NET sends it all the same, and some send it alone.
    """
    name = _extended(disposition)
    plain = _PLAIN.search(disposition)
    if name is None and plain:
        name = _decoded(plain[1].strip().removeprefix(b'"').removesuffix(b'"'))
    if name is None:
        return disposition
    rest = _PLAIN.sub(b"", _EXTENDED.sub(b"", disposition))
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return rest + f'; filename="{quoted}"'.encode("utf-8", "replace")


def _extended(disposition: bytes) -> str | None:
    found = _EXTENDED.search(disposition)
    if found is None:
        return None
    try:
        return unquote_to_bytes(found[2]).decode(found[1].decode("ascii"))
    except (UnicodeDecodeError, LookupError):
        return None


def _decoded(name: bytes) -> str:
    name = re.sub(rb"\\([\\\"])", rb"\1", name)
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        text = name.decode("gb18030", "replace")
    if _WORDS.match(text):
        try:
            return str(make_header(decode_header(text)))
        except (ValueError, LookupError):
            return text
    return text


def shortened(name: str) -> str:
    """A name to show: of a long one the beginning and the suffix."""
    suffix = PurePath(name).suffix[-20:]
    return name if len(name) <= _SHOWN else name[: _SHOWN - len(suffix)] + suffix


class _Parser(MultiPartParser):
    def on_headers_finished(self) -> None:
        part = self._current_part
        if part.content_disposition is not None:
            part.content_disposition = in_utf_8(part.content_disposition)
        super().on_headers_finished()


class UploadRoute(APIRoute):
    """A route whose forms may spell the names of their files in any of these ways."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, behind a parser of ours."""
        handle = super().get_route_handler()
        if self.body_field is None or not isinstance(self.body_field.field_info, Form):
            return handle

        async def parsed(request: Request) -> Response:
            if request.headers.get("content-type", "").startswith("multipart/"):
                try:
                    async with aclosing(request.stream()) as stream:
                        request._form = await _Parser(request.headers, stream, max_files=_MOST_FILES).parse()
                except MultiPartException as error:
                    raise HTTPException(400) from error
            return await handle(request)

        return parsed
