"""What is wrong with a value, of settings or of a request, in Chinese: pydantic's errors put into words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from docs_store.text.chinese import has_chinese

_REASONS = {
    "missing": "缺少",
    "extra_forbidden": "没有这个参数",
    "json_invalid": "请求体不是合法的 JSON",
    "json_type": "应是 JSON",
    "string_type": "应是文字",
    "string_too_short": "不能少于 {min_length} 字",
    "string_too_long": "不能超过 {max_length} 字",
    "string_unicode": "含有不成字的字符",
    "int_type": "应是整数",
    "int_parsing": "应是整数",
    "int_parsing_size": "数太大",
    "int_from_float": "应是整数",
    "float_type": "应是数",
    "float_parsing": "应是数",
    "finite_number": "应是有限的数",
    "bool_type": "应是 true 或 false",
    "bool_parsing": "应是 true 或 false",
    "list_type": "应是列表",
    "tuple_type": "应是列表",
    "dict_type": "应是对象",
    "model_type": "应是对象",
    "model_attributes_type": "应是对象",
    "path_type": "应是路径",
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


def reason(error: Mapping[str, Any]) -> str:
    """A clause for one of pydantic's errors, as `ValidationError.errors()` lists them. The value is not repeated."""
    template = _REASONS.get(str(error["type"]))
    if template is not None:
        about = dict(error.get("ctx", {}))
        if "expected" in about:  # pydantic lists them in English
            about["expected"] = re.sub(r"', '|' or '", "、", str(about["expected"])).strip("'")
        return template.format(**about)
    said = str(error.get("ctx", {}).get("error") or "") if error["type"] == "value_error" else ""
    return said if has_chinese(said) else "写法不对"  # our own validators speak Chinese already
