"""Words by which a fact is read off a clause, from `fact_words.txt`: by role."""

from __future__ import annotations

from functools import lru_cache

from rag.lexicon.tables import lines


@lru_cache(maxsize=1)
def _roles() -> dict[str, frozenset[str]]:
    rows = (line.partition(":") for line in lines("fact_words.txt"))
    return {role: frozenset(listed.split()) for role, _, listed in rows}


def role(name: str) -> frozenset[str]:
    """The words of one role. Raises KeyError for a role that the file does not have."""
    return _roles()[name]
