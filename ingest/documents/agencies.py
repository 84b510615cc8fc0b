"""Who issues: offices by how their names end, and spellings of one name (`issuers.tsv`, which anyone may extend)."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from docs_store.text.data_files import data_lines

_END = (
    "政府|国务院|办公厅|办公室|委员会|委|管委会|局|厅|部|院|署|办|总会|协会|联合会|学会|商会|中心|公司|集团|大学|学院|法院|"
    "检察院|银行|总队|支队|大队|调查队|指挥部|领导小组|工作组|军委|党组|站|处|馆|研究所|常委会|工会|团委|妇联|科协|残联|公署|海关|分局|分行|"
    "监会|贸促会|基金会|红十字会|促进会|研究会|组委会|工商联|文联|侨联|作协|政协|总社|团中央|支行|学校|联席会议"
)
_NAME = rf"[\u4e00-\u9fff][\u4e00-\u9fff（）()·]{{1,38}}?(?:{_END})"
AGENCIES = rf"{_NAME}(?:[\s、，,]+{_NAME})*"
"""A regular expression for one office or several."""
_AGENCIES = re.compile(AGENCIES)
_TERM = re.compile(r"第[一二三四五六七八九十百零〇\d]{1,4}届(?=(?:全国)?人民代表大会|委员会)")
_POSTS = (
    "总理|主席|委员长|省长|市长|州长|县长|区长|镇长|部长|局长|厅长|主任|会长|署长|行长|院长|检察长|书记|社长"
)
_PERSON = re.compile(rf"(?:{_POSTS})[：:\s]")
_SIGNED_BY = re.compile(rf"(?:{_POSTS})[：:]?[\u4e00-\u9fff·]{{2,8}}")


def is_agencies(line: str) -> bool:
    """True for a line that names offices and nothing else, as a signature does."""
    bare = line.strip()
    return 2 < len(bare) <= 160 and not _PERSON.match(bare) and _AGENCIES.fullmatch(bare) is not None


def joined(line: str) -> str:
    """Offices that stand side by side, written 甲、乙."""
    return "、".join(part for part in re.split(r"[\s、，,]+", line.strip()) if part)


def is_person(line: str) -> bool:
    """True for the name under an order with the office before it: 总理 甲某, 局　长　甲某."""
    return len(line) <= 24 and _SIGNED_BY.fullmatch("".join(line.split())) is not None


@cache
def _variants() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in data_lines(files("ingest.documents") / "issuers.tsv"):
        name, *others = line.split("\t")
        found |= dict.fromkeys(others, name)
    return found


def one_name(issuer: str) -> str:
    """The issuer by the name that all its spellings have in common."""
    bare = _TERM.sub("", " ".join(issuer.split()))
    return _variants().get(bare, bare)
