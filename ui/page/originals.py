"""What an article was read from, to look at: the stored file to download, and a page of a PDF as a picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import FastAPI, Query, Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from docs_store.models import Article
from ingest.readers import READERS
from ui import strings, uploads
from ui.page.context import PageContext
from ui.page.exchange import is_pdf
from ui.page.people import Person
from ui.pdf_picture import NoPictureError, Pictures


def original_of(context: PageContext, article: Article) -> Path | None:
    """The file that an article alone was read from; None where it is gone, or holds others too."""
    file, _, within = article.source.partition("#")
    path = context.settings.resolve(Path(file))
    if within or path.suffix.lower() not in READERS or not path.is_file():
        return None
    return path


def has_pages(context: PageContext, article: Article) -> bool:
    """True where the pages of the original can be shown."""
    return is_pdf(article) and original_of(context, article) is not None


def add_originals(
    application: FastAPI, context: PageContext, who: Callable[[Request], Person | None]
) -> None:
    """Adds /original/… and /page-picture/… for whoever may use the page."""
    pictures = Pictures()

    @application.get("/original/{id:path}")
    def original(id: str, request: Request) -> Response:
        article = context.store.article(id) if who(request) else None
        path = original_of(context, article) if article else None
        if article is None or path is None:
            return PlainTextResponse(strings.NO_ORIGINAL, 404)
        name = quote(uploads.shown_name(article.source))
        # Never shown in the browser: a page from elsewhere would run as one of ours.
        disposition = f"attachment; filename=\"original{path.suffix}\"; filename*=UTF-8''{name}"
        return FileResponse(
            path, media_type="application/octet-stream", headers={"Content-Disposition": disposition}
        )

    @application.get("/page-picture/{id:path}")
    def page_picture(
        id: str,
        request: Request,
        page: Annotated[int, Query(ge=1, le=100_000)],
        start: Annotated[int, Query(ge=0)] = 0,
        end: Annotated[int, Query(ge=0)] = 0,
    ) -> Response:
        article = context.store.article(id) if who(request) else None
        path = original_of(context, article) if article else None
        if article is None or path is None or not is_pdf(article):
            return PlainTextResponse(strings.NO_ORIGINAL, 404)
        try:
            drawn = pictures.page(path, page, article.text[start:end][:2000])
        except NoPictureError as error:
            return PlainTextResponse(str(error), 404)
        headers = {"Cache-Control": "private, max-age=3600", "X-Pages": str(max(len(article.page_starts), 1))}
        return Response(drawn, media_type="image/png", headers=headers)
