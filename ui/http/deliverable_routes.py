"""/api/table, /api/brief, …: deliverables as jobs with progress, and their files."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from ui.http.bodies import MakingBody
from ui.http.depends import Reader, ServiceHere
from ui.http.errors import ApiError, responses
from ui.http.schemas import Narrowed
from ui.http.service import Service
from ui.making import FILE_TYPES, Order

router = APIRouter(prefix="/api", tags=["材料"])

_Topic = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"\w", description="主题", examples=["港珠澳大桥"])
]
_Name = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\w")]
_Notes = Annotated[Literal["footnotes", "annex"], Field(description="出处放脚注还是附件《出处表》")]


class _Narrowed(Narrowed):
    """Which articles are looked at."""

    regions: list[_Name] = Field([], max_length=10, description="只要关于这些地区的")


class TableBody(_Narrowed):
    """A 梳理表."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"example": {"topic": "科创飞地", "columns": "加一列：投资额"}},
    )

    topic: _Topic
    columns: str | None = Field(None, max_length=500, description="列名，用逗号隔开；或 “加一列：投资额”")
    format: Literal["xlsx", "csv", "jsonl"] = "xlsx"


class BriefBody(_Narrowed):
    """A 主题简报."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"example": {"topic": "科创飞地", "length": 800}}
    )

    topic: _Topic
    length: Annotated[int, Field(ge=100, le=20_000)] | Annotated[str, Field(max_length=20)] | None = Field(
        None, description="short（一页）、normal（两页）、long，或“一页”“两页”，或要点大约多少字"
    )
    notes: _Notes = "annex"
    model: bool = Field(False, description="让语言模型合并概况、给要点起小标题；核对不上的不用")
    format: Literal["docx", "md", "html"] = "docx"


class TimelineBody(_Narrowed):
    """A 时间线."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"example": {"topic": "科创飞地"}}
    )

    topic: _Topic
    format: Literal["docx", "md", "html", "xlsx", "svg"] = "docx"


class CompareBody(_Narrowed):
    """A 政策对比表, or two versions of one document."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"example": {"names": ["上海", "江苏"], "topic": "科创飞地"}},
    )

    names: list[_Name] = Field(min_length=2, max_length=6, description="文章的编号或标题、地区、年份，或主题")
    topic: str = Field("", max_length=200, description="地区或年份在哪个主题上对比")
    aspects: list[_Name] = Field([], max_length=12, description="对比哪些方面")
    versions: bool = Field(False, description="两篇是同一文件的旧版与新版")
    format: Literal["docx", "md", "html", "xlsx"] = "docx"


class PointsBody(BaseModel):
    """单篇要点."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"example": {"article": "科创飞地简报"}}
    )

    article: _Name = Field(description="文章的编号或标题")
    format: Literal["docx", "md", "html"] = "docx"


class DigestBody(_Narrowed):
    """新收录."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"example": {"since": "2025-01-20"}}
    )

    questions: list[_Name] = Field([], max_length=20, description="关注的问题，只从新文章里回答")
    by: Literal["arrival", "published"] = Field(
        "arrival", description="since 指收录的日子（arrival）还是文章的日期（published）"
    )
    format: Literal["docx", "md", "html"] = "docx"


class CheckBody(Narrowed):
    """A 口径核对."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"example": {"text": "如皋建设了9个科创飞地。"}}
    )

    text: str = Field(min_length=1, max_length=100_000, pattern=r"\w", description="要核对的文字")
    against: str = Field("", max_length=500, description="只跟库里这一篇比：编号或标题")
    version: str = Field("", max_length=100_000, description="只跟这份旧稿比：旧稿的文字")
    format: Literal["docx", "html", "xlsx"] = "docx"


@router.post("/check", status_code=202, responses=responses(), summary="口径核对")
async def check(body: CheckBody, service: ServiceHere, _: Reader) -> MakingBody:
    """逐句说明有没有依据、哪里不一致；可以只跟一篇文章或一份旧稿比，并列出那里有而这里没有的。"""
    order = Order(
        "check",
        where=body.where(),
        text=body.text,
        against=body.against,
        version=body.version,
        format=body.format,
    )
    return _ordered(service, order)


@router.post("/table", status_code=202, responses=responses(), summary="梳理表")
async def table(body: TableBody, service: ServiceHere, _: Reader) -> MakingBody:
    """一行一件事，每格都在原句里。排队制作，进度与结果见 `/api/deliverables/{id}`。"""
    order = Order(
        "table", body.topic, body.where(), tuple(body.regions), columns=body.columns, format=body.format
    )
    return _ordered(service, order)


@router.post("/brief", status_code=202, responses=responses(), summary="主题简报")
async def brief(body: BriefBody, service: ServiceHere, _: Reader) -> MakingBody:
    """概况、要点、数据、时间线、各地做法与出处，每句都是原文。"""
    order = Order(
        "brief",
        body.topic,
        body.where(),
        tuple(body.regions),
        length=body.length,
        model=body.model,
        notes=body.notes,
        format=body.format,
    )
    return _ordered(service, order)


@router.post("/timeline", status_code=202, responses=responses(), summary="时间线")
async def timeline(body: TimelineBody, service: ServiceHere, _: Reader) -> MakingBody:
    """写明日期的事，转载合并，已做与拟做分开。"""
    order = Order(
        "timeline", body.topic, body.where(), tuple(body.regions), notes="annex", format=body.format
    )
    return _ordered(service, order)


@router.post("/compare", status_code=202, responses=responses(), summary="政策对比表")
async def compare(body: CompareBody, service: ServiceHere, _: Reader) -> MakingBody:
    """每格是一句原文，或“文中未提”；versions 为 true 时逐条对照新旧版本。"""
    order = Order(
        "compare",
        body.topic,
        body.where(),
        tuple(body.regions),
        names=tuple(body.names),
        aspects=tuple(body.aspects),
        versions=body.versions,
        notes="annex",
        format=body.format,
    )
    return _ordered(service, order)


@router.post("/points", status_code=202, responses=responses(), summary="单篇要点")
async def points(body: PointsBody, service: ServiceHere, _: Reader) -> MakingBody:
    """一句话概括、五个要点、数字、日期、谁做什么。"""
    return _ordered(service, Order("points", body.article, format=body.format))


@router.post("/digest", status_code=202, responses=responses(), summary="新收录")
async def digest(body: DigestBody, service: ServiceHere, _: Reader) -> MakingBody:
    """某天（since）以来收录的文章，附关注的问题的回答。"""
    order = Order(
        "digest",
        "",
        body.where(),
        tuple(body.regions),
        questions=tuple(body.questions),
        by=body.by,
        format=body.format,
    )
    return _ordered(service, order)


def _ordered(service: Service, order: Order) -> MakingBody:
    return MakingBody(**service.making.submit(order).to_dict())


@router.get("/deliverables/{id}", responses=responses(404), summary="一份材料的进度与结果")
async def progress(id: str, service: ServiceHere, _: Reader) -> MakingBody:
    """state 为 done 时 result 是内容（JSON），文件见 `/api/deliverables/{id}/file`。"""
    job = service.making.get(id)
    if job is None:
        raise ApiError(404, "not_found", "没有这份材料，请重新提交。")
    return MakingBody(**job.to_dict())


@router.get(
    "/deliverables/{id}/file",
    responses={
        **responses(404),
        200: {"description": "文件", "content": {t: {} for t in FILE_TYPES.values()}},
    },
    response_class=Response,
    summary="一份材料的文件",
)
async def file(id: str, service: ServiceHere, _: Reader) -> Response:
    """做好之后的文件。"""
    job = service.making.get(id)
    if job is None or job.made is None:
        raise ApiError(404, "not_found", "没有这份材料，或还没有做好；请先看 /api/deliverables/{id}。")
    ending = job.order.ending
    disposition = f"attachment; filename=\"guanchao.{ending}\"; filename*=UTF-8''{quote(job.made.name)}"
    return Response(
        job.made.content, media_type=FILE_TYPES[ending], headers={"Content-Disposition": disposition}
    )
