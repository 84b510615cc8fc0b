"""Whether what is quoted is still in force: expired documents, and documents that another one has repealed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from docs_store.models import Hit
from rag import facts
from rag.models import Citation

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
            found.append(f"《{article.title}》已于{facts.spelled(ends)}失效，引用前请核实现行规定。")
        for hit in hits:
            if hit.article.id == id:
                continue
            for match in _REPEALS.finditer(hit.passage.text):
                if match["name"] in article.title:
                    found.append(
                        f"据《{hit.article.title}》，《{match['name']}》已经废止，引用前请核实现行规定。"
                    )
    return list(dict.fromkeys(found))
