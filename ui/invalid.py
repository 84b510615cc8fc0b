"""Arguments that do not fit, in one Chinese sentence, for the HTTP API and the agents' tools alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from docs_store import misfit


def sentence(errors: Sequence[Mapping[str, Any]], whole: str, check: str) -> tuple[str, str]:
    """Where the first of pydantic's errors is, and what is wrong with it.

    Args:
        errors: as pydantic lists them; `loc` without the leading "body" or "query".
        whole: what to call the whole.
        check: where to look it up, ends the sentence.

    Returns:
        (the parameter's name, the sentence). The input itself is not repeated: it may be long, or a secret.
    """
    if not errors:
        return whole, f"{whole}不对，{check}。"
    # Of a union pydantic reports each branch, with the branch's name in the place: the deepest one came closest.
    first = max(errors, key=lambda error: len(error["loc"])) if _is_union(errors) else errors[0]
    place = ".".join(str(part) for part in first["loc"] if _is_name(part)) or whole
    if first["type"] == "json_invalid":  # its place is a number of characters
        place = whole
    return place, f"参数 {place} 不对（{misfit.reason(first)}），{check}。"


def _is_union(errors: Sequence[Mapping[str, Any]]) -> bool:
    return len(errors) > 1 and len({error["loc"][0] for error in errors if error["loc"]}) == 1


def _is_name(part: Any) -> bool:
    """False for what pydantic calls a branch of a union, such as `list[Part]`."""
    return isinstance(part, int) or (str(part).isidentifier() and str(part) not in ("str", "int", "bool"))
