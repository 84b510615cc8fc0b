"""/api/health and /api/metrics."""

from __future__ import annotations

import asyncio
from importlib.metadata import PackageNotFoundError, version

from fastapi import APIRouter
from starlette.responses import Response

from ui.http.bodies import Health
from ui.http.depends import Reader, ServiceHere
from ui.http.errors import responses

router = APIRouter(prefix="/api", tags=["运行"])


def program_version() -> str:
    """The installed version; 0 where it runs from a bare folder."""
    try:
        return version("guanchao")
    except PackageNotFoundError:
        return "0"


@router.head("/health", include_in_schema=False)
@router.get("/health", summary="是否在运行")
async def health(service: ServiceHere) -> Health:
    """不需要密钥。"""
    articles, passages = await asyncio.to_thread(service.store.counts)
    return Health(status="ok", version=program_version(), articles=articles, passages=passages)


@router.get(
    "/metrics",
    responses=responses() | {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    response_class=Response,
    summary="Prometheus 指标",
)
async def metrics(service: ServiceHere, _: Reader) -> Response:
    """请求数、耗时、排队与拒绝、答案的种类、索引的大小。"""
    text = await asyncio.to_thread(service.metrics.text)
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")
