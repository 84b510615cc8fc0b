"""What a question names and the articles found do not: a place, a quoted name. The likeliest sign of a near miss.

Measured on every second question of open_train_a/b: of 40 that the articles do not answer, 15 name such a place or name;
of 85 that they do, 4. All other signs tried (the fact's evidence score .55, relevance .49 to .57) tell nothing there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docs_store.models import Article
from docs_store.text.normal import fold
from docs_store.text.segment import words
from rag.lexicon.synonyms import other_names, read_aliases

_RANK = re.compile("(?<=..)[省市区县]$")
_QUOTED = re.compile(r"[“「《]([^”」》]{2,24})[”」》]")


def places(question: str) -> list[str]:
    """The places that a question names, folded, each once."""
    return list(dict.fromkeys(w.text for w in words(fold(question)) if w.pos == "ns" and len(w.text) > 1))


def named(question: str) -> list[str]:
    """The places and quoted names of a question, folded, each once."""
    quoted = [match[1] for match in _QUOTED.finditer(fold(question))]
    return list(dict.fromkeys([*places(question), *quoted]))


def unmentioned(question: str, articles: Sequence[Article]) -> list[str]:
    """The places and quoted names of a question that stand in none of `articles`, nor any other name of theirs."""
    texts = [fold(f"{article.title}\n{article.issuer or ''}\n{article.text}") for article in articles]
    groups = read_aliases(None)
    found = []
    for name in named(question):
        spellings = [_RANK.sub("", name), *(other for _, other in other_names(name, groups))]
        if not any(spelling in text for spelling in spellings for text in texts):
            found.append(name)
    return found
