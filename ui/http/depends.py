"""FastAPI dependencies of the routes: the service, and a caller who may do this."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from ui.http.access import Caller
from ui.http.service import Service

# For OpenAPI; Access reads the header itself, and no key is needed where only this machine connects.
_BEARER = HTTPBearer(auto_error=False, scheme_name="key", description="`guanchao keys add` 给出的密钥")
_Header = Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


ServiceHere = Annotated[Service, Depends(_service)]


def _reader(request: Request, service: ServiceHere, _: _Header) -> Caller:
    caller = service.access.check(request, "read")
    request.scope["caller"] = caller.name
    return caller


def _ingester(request: Request, service: ServiceHere, _: _Header) -> Caller:
    caller = service.access.check(request, "ingest")
    request.scope["caller"] = caller.name
    return caller


Reader = Annotated[Caller, Depends(_reader)]
Ingester = Annotated[Caller, Depends(_ingester)]
