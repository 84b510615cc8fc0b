"""Arguments that do not fit, in one Chinese sentence, for the HTTP API and the agents' tools alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_REASONS = {
    "missing": "缺少",
    "extra_forbidden": "没有这个参数",
    "json_invalid": "请求体不是合法的 JSON",
    "json_type": "应是 JSON",
    "string_type": "应是文字",
    "string_too_short": "不能少于 {min_length} 字",
    "string_too_long": "不能超过 {max_length} 字",
    "string_pattern_mismatch": "写法不对",
    "string_unicode": "含有不成字的字符",
    "int_type": "应是整数",
    "int_parsing": "应是整数",
    "int_from_float": "应是整数",
    "float_type": "应是数",
    "float_parsing": "应是数",
    "bool_type": "应是 true 或 false",
    "bool_parsing": "应是 true 或 false",
    "list_type": "应是列表",
    "dict_type": "应是对象",
    "model_type": "应是对象",
    "model_attributes_type": "应是对象",
    "none_required": "应是空",
    "too_short": "不能少于 {min_length} 项",
    "too_long": "不能超过 {max_length} 项",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "literal_error": "只能是 {expected}",
    "enum": "只能是 {expected}",
}


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
    return place, f"参数 {place} 不对（{_reason(first)}），{check}。"


def _reason(error: Mapping[str, Any]) -> str:
    template = _REASONS.get(str(error["type"]))
    if template is not None:
        return template.format(**error.get("ctx", {})).replace(" or ", "、")
    if error["type"] == "value_error":  # our own validators speak Chinese already
        return str(error.get("ctx", {}).get("error") or error["msg"])
    return "写法不对"


def _is_union(errors: Sequence[Mapping[str, Any]]) -> bool:
    return len(errors) > 1 and len({error["loc"][0] for error in errors if error["loc"]}) == 1


def _is_name(part: Any) -> bool:
    """False for what pydantic calls a branch of a union, such as `list[Part]`."""
    return isinstance(part, int) or (str(part).isidentifier() and str(part) not in ("str", "int", "bool"))
