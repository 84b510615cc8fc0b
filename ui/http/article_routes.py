"""/api/articles and /api/jobs: see, read, upload and delete articles, and follow the work."""

from __future__ import annotations

import asyncio
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Query, UploadFile

from docs_store.corrections import CorrectionError, NotCorrectedError
from docs_store.models import Article
from ui import jobs, uploads
from ui.handover import Work
from ui.http.bodies import ArticleBody, ArticleHead, ArticleList, JobBody, JobList, RefusedFile, UploadResult
from ui.http.depends import Ingester, Reader, ServiceHere
from ui.http.errors import ApiError, responses
from ui.http.schemas import EditBody, IngestBody, UrlBody
from ui.http.service import Service
from ui.replacing import replace_older
from ui.upload_names import UploadRoute, shortened

router = APIRouter(prefix="/api", tags=["文章"], route_class=UploadRoute)


@router.get("/articles", responses=responses(), summary="文章列表")
async def list_articles(
    service: ServiceHere,
    _: Reader,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    title: Annotated[str, Query(max_length=200, description="标题里含有的字")] = "",
) -> ArticleList:
    """最近收录的在前。"""
    total, found = await service.searches.run(lambda: service.store.listing(offset, limit, title))
    return ArticleList(total=total, articles=[ArticleHead.of(article) for article in found])


@router.post("/articles", status_code=202, responses=responses(), summary="上传文章")
async def upload(
    service: ServiceHere,
    _: Ingester,
    files: Annotated[list[UploadFile], File(description="一个或多个文件", min_length=1, max_length=200)],
) -> UploadResult:
    """收下文件，排队收录；进度见 `/api/jobs/{id}`。存放的位置和文件名由服务器决定。"""
    kept: list[Path] = []
    accepted: list[str] = []
    refused: list[RefusedFile] = []
    for file in files:
        name = shortened(file.filename or "")
        try:
            kept.append(await asyncio.to_thread(uploads.save, service.settings, name, file.file))
            accepted.append(name)
        except uploads.UploadRefusedError as error:
            refused.append(RefusedFile(name=name, reason=str(error)))
    return UploadResult(job=_read(service, kept) if kept else None, accepted=accepted, refused=refused)


@router.post("/urls", status_code=202, responses=responses(), summary="收录网页")
async def from_url(body: UrlBody, service: ServiceHere, _: Ingester) -> JobBody:
    """取一个公网网页并收录。默认关闭（ingest.fetch_urls）；从不访问本机与内网的地址，转向也一样。"""
    if not service.settings.ingest.fetch_urls:
        raise ApiError(
            403, "fetch_disabled", "没有开启收录网页，请在配置里设 ingest.fetch_urls: true，或改为上传。"
        )
    # A list of one address: ingest fetches it, checks where it leads, and keeps it with the article.
    listed = BytesIO(f"{body.url}\n".encode())
    path = await asyncio.to_thread(uploads.save, service.settings, "page.urls", listed)
    return _read(service, [path])


def _read(service: Service, paths: list[Path]) -> JobBody:
    """The job that reads uploaded files; an older upload of a name that they bring again goes."""

    def after(report: dict[str, Any]) -> None:
        jobs.discard_failed(report, paths, service.settings)
        replace_older(report, paths, service.settings, service.jobs.submit, service.store)

    try:
        job = service.jobs.submit(Work([str(path) for path in paths], []), after)
    except jobs.TooManyJobsError:
        for path in paths:
            path.unlink(missing_ok=True)
        raise
    return JobBody(**job.to_dict())


@router.post("/ingest", status_code=202, responses=responses(), summary="重新收录文章文件夹")
async def reingest(body: IngestBody, service: ServiceHere, _: Ingester) -> JobBody:
    """新增、更新、跳过未变的，同 `guanchao ingest`。"""
    job = service.jobs.submit(
        Work([str(path) for path in service.settings.article_folders], [], prune=body.prune)
    )
    return JobBody(**job.to_dict())


@router.get("/articles/{id:path}", responses=responses(404), summary="读一篇文章")
async def read(id: str, service: ServiceHere, _: Reader) -> ArticleBody:
    """全文；引文的 start、end 指向这里的 text。"""
    return ArticleBody.whole(await _article(service, id))


@router.patch("/articles/{id:path}", status_code=202, responses=responses(404, 409), summary="更正一篇文章")
async def correct(id: str, body: EditBody, service: ServiceHere, _: Ingester) -> JobBody:
    """更正标题、机构、文号、日期、标签与专题；重新收录不会丢，`undo` 恢复来源所写的。"""
    article = await _article(service, id)
    wanted = body.edit(article.id)
    try:
        wanted.check_for(article)
    except NotCorrectedError as error:
        raise ApiError(409, "not_corrected", str(error)) from None
    except CorrectionError as error:
        raise ApiError(422, "bad_correction", str(error)) from None
    return JobBody(**service.jobs.submit(Work([], [], edit=wanted)).to_dict())


@router.delete("/articles/{id:path}", status_code=202, responses=responses(404), summary="删除一篇文章")
async def delete(id: str, service: ServiceHere, _: Ingester) -> JobBody:
    """从索引删去；若是上传的，文件也删去。自己放进文件夹的文件不动，下次收录会再出现。"""
    article = await _article(service, id)
    sources = list(article.sources or (article.source,))
    job = service.jobs.submit(Work([], sources), lambda _report: uploads.remove(service.settings, sources))
    return JobBody(**job.to_dict())


async def _article(service: Service, id: str) -> Article:
    found = await service.searches.run(lambda: service.store.article(id))
    if found is None:
        raise ApiError(404, "not_found", "没有这篇文章，请用 /api/articles 核对编号。")
    return found


@router.get("/jobs", responses=responses(), summary="收录任务")
async def list_jobs(service: ServiceHere, _: Reader) -> JobList:
    """最近的在前。"""
    return JobList(jobs=[JobBody(**job.to_dict()) for job in service.jobs.all()])


@router.get("/jobs/{id}", responses=responses(404), summary="一个收录任务的进度")
async def job(id: str, service: ServiceHere, _: Reader) -> JobBody:
    """state 为 done 或 failed 时结束。"""
    found = service.jobs.get(id)
    if found is None:
        raise ApiError(404, "not_found", "没有这个任务，请用 /api/jobs 核对编号。")
    return JobBody(**found.to_dict())
