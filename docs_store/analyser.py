"""The one Chinese analyser: index and query are cut by the same rules."""

from __future__ import annotations

import re
import unicodedata

VERSION = "1"
_RUN = re.compile(r"[\u3400-\u9fff]+|\d+(?:\.\d+)?|[a-z]+(?:[a-z0-9+\-]*[a-z0-9])?")


def tokens(text: str) -> list[str]:
    """Overlapping character bigrams and single characters of Chinese runs; numbers and Latin words whole.

    Full-width forms and case are folded (NFKC).
    """
    found: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if "\u3400" <= run[0] <= "\u9fff":
            found += run
            found += [run[i : i + 2] for i in range(len(run) - 1)]
        else:
            found.append(run)
    return found
