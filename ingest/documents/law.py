"""Laws and regulations: who passed and announced them and when, as stated between title and first 条."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from docs_store.text.dates import DAY, parse_date
from ingest.documents.document_kinds import ends_as
from ingest.documents.numbers import NTH

_BODY = r"(?:[\u4e00-\u9fff]{2,24}?(?:人民代表大会(?:常务委员会)?|人民政府)|国务院)"
_PASSED = re.compile(
    rf"({DAY})\s*(?:经)?({_BODY})(?:令)?[^，。；\n]{{0,24}}?(?:会议)?(?:讨论|审议|修订|表决)?通过"
)
_ANNOUNCED = re.compile(
    rf"({DAY})\s*(?:以)?({_BODY})[^，。；\n]{{0,24}}?(?:公布|发布|颁布)|({DAY})\s*(?:公布|发布|颁布)"
)
_NUMBER = re.compile(rf"[\u4e00-\u9fff]{{2,30}}(?:公告|令)\s*[(（]?{NTH}")
_IN_FORCE = re.compile(rf"(?:自)?\s*({DAY})\s*(?:起)?\s*(?:施行|生效|实施)")
_BELOW_TITLE = re.compile(r"\s*[（(][^）)\n]{6,80}通过[）)](?=\s)")
_LAW = re.compile(ends_as("law"))
_FIRST = re.compile(r"第[一1]条|第[一1]章|目\s*录")
_MAX_HEAD_CHARS = 900  # characters in which the beginning of a law must end


@dataclass(frozen=True, slots=True)
class Enactment:
    """What the beginning of a law states."""

    issuer: str | None = None
    written_on: date | None = None
    published_on: date | None = None
    effective_on: date | None = None
    document_number: str | None = None


def read_beginning(title: str, text: str) -> Enactment:
    """What a law says between its title and its first 条, a decision right below its title; nothing for any other text."""
    if not _LAW.search(title.strip()):
        return Enactment()
    first = _FIRST.search(text[:_MAX_HEAD_CHARS])
    below = _BELOW_TITLE.match(text)
    if first is None and below is None:
        return Enactment()
    head = text[: first.start()] if first is not None else below.group() if below else ""
    passed, announced = _PASSED.search(head), _ANNOUNCED.search(head)
    in_force = _IN_FORCE.search(head)
    number = _NUMBER.search(announced.group()) if announced else None
    body = (passed and passed.group(2)) or (announced and announced.group(2))
    return Enactment(
        body or None,
        parse_date(passed.group(1)) if passed else None,
        parse_date(announced.group(1) or announced.group(3)) if announced else None,
        parse_date(in_force.group(1)) if in_force else None,
        "".join(number.group().split()).removeprefix("日") if number else None,
    )
