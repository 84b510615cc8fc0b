"""Kinds of values that settings share: what is written otherwise is refused in Chinese, with how to write it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator


def written(pattern: str, how: str) -> AfterValidator:
    """Holds a text to `pattern`; `how` says in Chinese how it is to be written."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(how)
        return value

    return AfterValidator(check)


def _place(value: Any) -> Any:
    if isinstance(value, str):
        if not value.strip():  # it would be the folder of config.yaml
            raise ValueError("不能为空")
        try:
            Path(value).expanduser()
        except RuntimeError as error:
            raise ValueError("找不到 ~ 所指的主文件夹，请写完整路径") from error
    return value


def _address(value: str) -> str:
    try:
        address = urlsplit(value)
        sound = address.scheme in ("http", "https") and bool(address.hostname) and address.port != 0
    except ValueError:
        sound = False
    if not sound or re.search(r"\s", value):
        raise ValueError("地址要写成 http://主机:端口/路径 或 https://主机/路径")
    return value


Place = Annotated[Path, BeforeValidator(_place)]
"""A file or folder."""
Address = Annotated[str, AfterValidator(_address)]
"""An endpoint."""
