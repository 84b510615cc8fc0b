"""Names of bodies and offices as whole: 友谊关海关 is one name, though a segmenter makes two words of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.lexicon import relations
from rag.verification.words import AnalysedText

_ENDS = re.compile(
    r".*(?:部|局|厅|委|委员会|办|办公室|署|院|处|司|海关|大学|学院|学校|中学|小学|医院|公司|集团|银行|中心|协会|学会|研究院|研究所|法院|检察院|政府|"
    r"基金|证券|机场|港|站|电厂|电站|工厂|园区|开发区|新区|自贸区|市|省|县|区|镇|乡|村|州|盟|旗|街道|书记|市长|省长|县长|区长|局长|厅长|部长|司长|处长|主任|"
    r"院长|校长|会长|主席|行长|总经理|董事长|总裁|秘书长|条例|办法|意见|方案|规划|通知|决定|计划|行动|工程|项目|大桥|高速|铁路|公路|隧道|水库)$"
)
_INSIDE = ("n", "j", "b", "l", "eng", "s", "vn", "v", "a")


@dataclass(frozen=True, slots=True)
class Name:
    """A name at `start`, `end` of its text; `head` are its last two characters: what sort of thing it is."""

    text: str
    start: int
    end: int
    head: str


@lru_cache(maxsize=1024)
def names(reading: AnalysedText) -> tuple[Name, ...]:
    """The names of two words or more that end as bodies, offices, places and documents do."""
    found: list[Name] = []
    run: list[tuple[str, int, int, str]] = []
    for word in (*reading.words, ("", 0, 0, "x")):
        if word[0] and word[3].startswith(_INSIDE) and not (word[3] == "v" and not run):
            run.append(word)
            continue
        if run:
            last = max((k for k, w in enumerate(run) if _ENDS.match(w[0])), default=-1)
            first = max((k + 1 for k, w in enumerate(run[: last + 1]) if w[3] == "v"), default=0)
            if last >= first and (last > first or len(run[last][0]) >= 4):
                start, end = run[first][1], run[last][2]
                text = reading.text[start:end]
                found.append(Name(text, start, end, text[-2:]))
        run = []
    return tuple(found)


def is_of_bodies(text: str) -> bool:
    """True when a word ends as bodies, offices, places and documents do."""
    return bool(_ENDS.match(text))


def standing(name: Name, passage: AnalysedText) -> float:
    """1 where the passage has the name, 0.5 a shorter or longer form of it, 0 neither."""
    if name.text in passage.text:
        return 1.0
    for short, weight in relations.substitutes().get(name.text, {}).items():
        if weight >= 0.85 and short in passage.text:
            return 1.0
    for other in names(passage):
        if other.text[-1] == name.text[-1] and (
            _within(name.text, other.text) or _within(other.text, name.text)
        ):
            return 0.5
    return 0.0


def rivals(name: Name, passage: AnalysedText) -> list[Name]:
    """Other names of the same sort in the passage."""
    return [
        other for other in names(passage)
        if other.head == name.head and not _within(name.text, other.text) and not _within(other.text, name.text)
    ]  # fmt: skip


def _within(short: str, long: str) -> bool:
    letters = iter(long)
    return all(char in letters for char in short)
