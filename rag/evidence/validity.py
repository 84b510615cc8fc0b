"""Whether what is quoted is still in force: expired documents, and documents that another one has repealed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from docs_store.models import Hit
from docs_store.text.dates import spelled
from rag import strings
from rag.models import Citation
from rag.verification import facts

_REPEALS = re.compile(
    r"《(?P<name>[^》]{4,60})》(?:[（(][^）)]{2,40}[）)])?[^。；《]{0,12}(?:同时|即行|予以|自行)?(?:废止|失效)"
)


def remarks(citations: Sequence[Citation], hits: Sequence[Hit], today: date | None = None) -> list[str]:
    """A sentence for each cited article that has expired, or that a passage of `hits` says is repealed."""
    today = today or date.today()
    articles = {hit.article.id: hit.article for hit in hits}
    found: list[str] = []
    for id in dict.fromkeys(citation.article_id for citation in citations):
        article = articles.get(id)
        if article is None:
            continue
        ends = article.expires_on
        if ends and ends < today:
            found.append(strings.EXPIRED.format(title=article.title, day=spelled(ends)))
        for hit in hits:
            if hit.article.id == id:
                continue
            for match in _REPEALS.finditer(hit.passage.text):
                if match["name"] in article.title:
                    found.append(strings.REPEALED.format(by=hit.article.title, title=match["name"]))
    return list(dict.fromkeys(found))


def undated_years(question: str, citations: Sequence[Citation], hits: Sequence[Hit]) -> list[str]:
    """A sentence where the question names a year and a cited article neither names it nor has a date."""
    asked = facts.years(question)
    if not asked:
        return []
    articles = {hit.article.id: hit.article for hit in hits}
    undated = [
        f"[{c.marker}]"
        for c in citations
        if c.published_on is None
        and (article := articles.get(c.article_id)) is not None
        and not asked & facts.years(f"{article.title}\n{article.text}")
    ]
    if not undated:
        return []
    years = "、".join(f"{year}年" for year in sorted(asked))
    return [strings.UNDATED.format(markers="".join(undated), years=years)]
