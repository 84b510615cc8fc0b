"""What a claim and its quote must agree on beyond numbers and wording: negation, and who holds which office."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docs_store.text.numerals import figured
from rag.lexicon import tables
from rag.verification import facts

_NEGATOR = re.compile(
    r"尚未|并未|从未|没有|不再|不得|不能|不会|不予|不可|禁止|严禁|否认|拒绝|取消|停止|暂停|不|未|没|无"
)
_NOT_A_NEGATION = re.compile(
    r"不断|不仅|不但|不少|不同|不足|不到|不超过|不低于|不少于|不高于|不管|不论|不良|不动产|不锈钢|不久|不禁|不过|不得不|不可或缺|"
    r"无人|无锡|无论|无线|无障碍|无缝|无偿|无疑|未来|未满|未成年|没收|差不多|了不起|对不起"
)
_ASKS_PERSON = re.compile(r"谁|哪位|何人|什么人|叫什么")
_ASKS_NAME = re.compile(
    r"哪里|哪儿|何地|什么地方|谁|哪位|哪[座家所]|哪[个些](?:城市|省|地区|国家|地方|市|区|县|公司|企业|单位|部门|机构)"
)
_BARE_FIGURE = re.compile(r"[0-9.%]+|[年月日号时分]+|.?[年月日号时分].?")


def negation_agrees(claim: str, quote: str) -> bool:
    """False when one of the two negates what the other states."""
    denied, affirmed = _denied(claim), _denied(quote)
    said, written = figured(claim), figured(quote)
    for what in denied:
        if what in written and what not in affirmed:
            return False
    return all(not (what in said and what not in denied and written.count(what) == 1) for what in affirmed)


def _denied(text: str) -> set[str]:
    """The two characters after each negating word."""
    plain = _NOT_A_NEGATION.sub(lambda m: "　" * len(m.group()), figured(text))
    found = set()
    for match in _NEGATOR.finditer(plain):
        after = re.match(r"[\u4e00-\u9fff]{2}", plain[match.end() :])
        if after:
            found.add(after.group())
    return found


def tells_nothing(question: str, claims: Sequence[str]) -> bool:
    """True when the claims add nothing to the wording of a question that asks where, who or which.

    A date or a number alone is no place and no person.
    """
    if not _ASKS_NAME.search(question):
        return False
    added = (run for claim in claims for run in facts.novel_runs(claim, question))
    return all(_BARE_FIGURE.fullmatch(run) for run in added)


def lacks_office(question: str, window: str) -> bool:
    """True when `question` asks who holds an office that `window` does not name, or names only with 副 before it."""
    if not _ASKS_PERSON.search(question):
        return False
    offices = tables.office_pattern()
    there = set(offices.findall(figured(window)))
    return any(office not in there for office in offices.findall(figured(question)))
