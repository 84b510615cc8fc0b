"""What browsers print at the edges of a page that they make a PDF of: the moment, the window's title, the address."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MOMENT = re.compile(
    r"(?:\d{4}/\d{1,2}/\d{1,2}|\d{1,2}/\d{1,2}/\d{2,4}),?\s*(?:上午|下午)?\d{1,2}:\d{2}(?:\s*[AP]M)?(?:\s+\S.{0,120})?"
)
_ADDRESS = re.compile(r"((?:https?|file)://\S+?)(?:…|\.\.\.)?(?:\s+\d{1,3}/\d{1,3})?")
_COUNT = re.compile(r"\d{1,3}/\d{1,3}")
_EDGE = 3  # lines at the top and at the foot of a page


def without_print_marks(pages: Sequence[Sequence[str]]) -> tuple[list[list[str]], list[str], str | None]:
    """The pages without such marks, what went, and the address on the web that it names.

    A page has them where a moment and an address both stand alone at its edges.
    """
    kept: list[list[str]] = []
    removed: list[str] = []
    url: str | None = None
    for page in pages:
        edges = {*range(min(_EDGE, len(page))), *range(max(0, len(page) - _EDGE), len(page))}
        bare = {i: page[i].strip() for i in edges}
        moments = [i for i in edges if _MOMENT.fullmatch(bare[i])]
        addresses = [i for i in edges if _ADDRESS.fullmatch(bare[i])]
        gone: set[int] = set()
        if moments and addresses:
            gone = {*moments, *addresses, *(i for i in edges if _COUNT.fullmatch(bare[i]))}
            match = _ADDRESS.fullmatch(bare[addresses[0]])
            if url is None and match and match.group(1).startswith("http"):
                url = match.group(1)
        kept.append([line for i, line in enumerate(page) if i not in gone])
        removed += [page[i] for i in sorted(gone)]
    return kept, removed, url
