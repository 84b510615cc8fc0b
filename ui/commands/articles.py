"""`guanchao articles`: what is in the library, and how it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui import console, strings
from ui.console import AsJson

if TYPE_CHECKING:
    from docs_store.models import Article
    from docs_store.store import DocsStore


def articles(
    query: Annotated[
        str | None, typer.Argument(help="只列标题、发布机构、文号或来源里有这些字的文章。")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """列出已收录的文章；--json 给出全文、段落、读取时去掉的文字与原因。"""
    from docs_store.store import DocsStore

    with DocsStore.open(console.settings()) as store:
        found = [article for article in store.articles() if not query or _has(article, query)]
        if as_json:
            console.emit([_body(store, article) for article in found])
            return
    for article in found:
        about = (article.issuer, article.document_number, article.cited_on)
        shown = " ".join(str(value) for value in about if value)
        print(f"《{article.title}》 {shown or strings.NO_ISSUER}  {article.source}")
    console.say(strings.ARTICLES_COUNT.format(count=len(found)))


def _has(article: Article, query: str) -> bool:
    places = (article.title, article.issuer, article.document_number, *(article.sources or (article.source,)))
    return any(query in place for place in places if place)


def _body(store: DocsStore, article: Article) -> dict[str, Any]:
    """The JSON of docs/reference.md. `corrected` has what the source says of each field that a user corrected; `removed` with equal `start` and `end` was taken out at that place of `text`."""
    from ui.editing import source_values

    reading = store.reading_notes(article.id)
    days = ("written_on", "published_on", "effective_on", "expires_on")
    return {
        "id": article.id,
        "title": article.title,
        "issuer": article.issuer,
        "document_number": article.document_number,
        **{name: day.isoformat() if (day := getattr(article, name)) else None for name in days},
        "regions": list(article.regions),
        "source": article.source,
        "url": article.url,
        "text": article.text,
        "passages": [
            {"id": p.id, "start": p.start, "end": p.end, "heading_path": list(p.heading_path), "text": p.text}
            for p in store.passages(article.id)
        ],
        "removed": [{"start": r.start, "end": r.end, "text": r.text, "why": r.why} for r in reading.removed],
        "notes": list(reading.notes),
        "sources": list(article.sources or (article.source,)),
        "column": article.column,
        "roles": [{"role": role, "name": name} for role, name in article.roles],
        "tags": list(article.tags),
        "collections": list(article.collections),
        "corrected": source_values(article),
    }
