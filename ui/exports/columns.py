"""Which columns a 梳理表 shall have, from what a user writes: names in a row, or words such as 加一列：投资额."""

from __future__ import annotations

import re

from rag.generation.deliverables.table import COLUMNS
from ui import strings

_MORE = re.compile(
    r"^\s*(?:请)?(?:再)?(?:加|增加|添加|补充|多)(?:上)?(?:[一二两三四五六0-9]*列)?\s*[:：]?\s*"
)
_LESS = re.compile(r"^\s*(?:请)?(?:不要|去掉|删去|删掉|减去)(?:[一二两三四五六0-9]*列)?\s*[:：]?\s*")
_ONLY = re.compile(r"^\s*(?:请)?(?:只要|只留|仅要|列为|各列为)(?:[一二两三四五六0-9]*列)?\s*[:：]?\s*")
_BETWEEN = re.compile(r"[,，、;；\s]+|(?<=.)(?:和|与|以及)(?=.)")
_LONGEST = 20  # characters of a column's name


def chosen(asked: str | None) -> tuple[str, ...]:
    """The columns, of `COLUMNS` or by a name of the user's; all there are for None.

    Raises:
        ValueError: a name is too long for a column; its text is Chinese.
    """
    if asked is None or not asked.strip():
        return COLUMNS
    columns: list[str] | None = None
    for part in re.split(r"[;；。]\s*", asked.strip()):
        if not part:
            continue
        if match := _MORE.match(part):
            columns = [*(columns or COLUMNS), *_names(part[match.end() :])]
        elif match := _LESS.match(part):
            gone = _names(part[match.end() :])
            columns = [name for name in columns or COLUMNS if name not in gone]
        else:
            only = _ONLY.match(part)
            columns = [*(columns or []), *_names(part[only.end() if only else 0 :])]
    return tuple(dict.fromkeys(columns or COLUMNS))


def _names(text: str) -> list[str]:
    known = {heading: name for name, heading in strings.TABLE_COLUMNS.items()}
    known |= {
        "事项": "matter",
        "举措": "matter",
        "数字": "written",
        "原文": "quote",
        "机构": "issuer",
        "时间": "day",
        "标题": "title",
        "来源": "title",
    }
    found = []
    for name in filter(None, _BETWEEN.split(text.strip().removesuffix("列"))):
        if len(name) > _LONGEST:
            raise ValueError(f"列名“{name[:_LONGEST]}…”太长，请写成 投资额 这样，用逗号隔开。")
        found.append(known.get(name, name))
    return found
