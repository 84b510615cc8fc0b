"""The one Chinese analyser: index and query are cut by the same rules."""

from __future__ import annotations

import re

from docs_store.text.normal import fold

VERSION = "3"  # 2: simplified characters, numbers with their unit, thousands without commas; 3: `text.normal`
_RUN = re.compile(r"[\u3400-\u9fff]+|\d+(?:\.\d+)*%?|[a-z]+(?:[a-z0-9+\-]*[a-z0-9])?")


def tokens(text: str) -> list[str]:
    """Overlapping character bigrams and single characters of Chinese runs; numbers and Latin words whole.

    A number comes twice where a Chinese character follows: alone and with it (2024, 2024年), which keeps dates and
    counted things whole.
    """
    return folded_tokens(fold(text))


def bigrams(run: str) -> list[str]:
    """The overlapping pairs of characters of a run, in order; none of a single character."""
    return [run[i : i + 2] for i in range(len(run) - 1)]


def folded_tokens(text: str) -> list[str]:
    """The tokens of a text that `fold` returned."""
    found: list[str] = []
    for match in _RUN.finditer(text):
        run = match.group()
        if "\u3400" <= run[0] <= "\u9fff":
            found += run
            found += bigrams(run)
        else:
            found.append(run)
            after = text[match.end() : match.end() + 1]
            if run[0].isdigit() and "\u3400" <= after <= "\u9fff":
                found.append(run + after)
    return found


def is_character(token: str) -> bool:
    """True for a lone Chinese character."""
    return len(token) == 1 and token >= "\u3400"
