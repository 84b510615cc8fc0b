"""Plain text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from ingest.draft import PAGE_BREAK, Draft, Item, ReadContext
from ingest.readers.encoding import decode
from ingest.readers.page_layout import begins_item, ends_sentence, join, width

_WRAPPED = 24  # columns below which a line is no line of prose
_SPREAD = 6  # columns that lines broken at one margin may differ by
_COMMA = re.compile(r"[，、；]")


def read_text(path: Path, context: ReadContext) -> Iterator[Item]:
    """A .txt file: one article. Lines that a program broke at a margin are joined."""
    found = decode(path.read_bytes())
    yield Draft(unwrapped(found.text.replace(PAGE_BREAK, "\n")), notes=list(found.notes))


def unwrapped(text: str) -> str:
    """The text with sentences joined that were broken at a margin; as it is where nothing shows that there was one.

    A margin shows in lines of prose that stop inside a sentence, all at nearly the same width, each with its rest on the
    next line.
    """
    lines = text.split("\n")
    broken = [i for i in range(len(lines) - 1) if _stops_inside(lines[i], lines[i + 1])]
    widths = [width(lines[i].strip()) for i in broken]
    if len(widths) < 2 or max(widths) - min(widths) > _SPREAD:
        return text
    least, most = min(widths) - 1, max(widths) + 1
    out = [lines[0]]
    for before, line in itertools.pairwise(lines):
        reaches = least <= width(before.strip()) <= most
        if line.strip() and reaches and not ends_sentence(before) and not begins_item(line.strip()):
            out[-1] = join(out[-1].rstrip(), line.strip())
        else:
            out.append(line)
    return "\n".join(out)


def _stops_inside(line: str, after: str) -> bool:
    bare = line.strip()
    return (
        bool(after.strip())
        and width(bare) >= _WRAPPED
        and not ends_sentence(bare)
        and _COMMA.search(bare) is not None
        and not bare.startswith("|")
        and not begins_item(after.strip())
    )
