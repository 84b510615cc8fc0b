"""What a source is recognised by when it is read again: all that it states, and nothing about how it was read."""

from dataclasses import dataclass, fields
from datetime import date

import pytest

from ingest import preparing
from ingest.draft import Draft

GIVEN = {
    "text": "正文。", "title": "题", "published_on": date(2025, 1, 20), "roles": [("审核", "陶洋")], "url": "https://a.cn"
}  # fmt: skip


@dataclass(slots=True)
class Later(Draft):
    """A draft of a later version of the program."""

    subject: str | None = None


def hashed(draft, ocr=True):
    return preparing._content_hash(draft, ocr)


def test_how_it_was_read_does_not_matter():
    assert hashed(Draft(**GIVEN)) == hashed(Draft(**GIVEN, notes=["有损坏的字节"], position=0.5))


@pytest.mark.parametrize("name", [f.name for f in fields(Draft) if f.name not in preparing._NOT_CONTENT])
def test_every_field_that_is_stated_matters(name):
    other = (
        [("why", "x")]
        if name in ("roles", "dropped")
        else date(2024, 2, 1)
        if name.endswith("_on")
        else "别的"
    )
    assert hashed(Draft(**GIVEN)) != hashed(Draft(**(GIVEN | {name: other})))


def test_a_field_that_comes_with_a_later_version_and_is_not_stated_changes_nothing():
    assert hashed(Later(**GIVEN)) == hashed(Draft(**GIVEN))
    assert hashed(Later(**GIVEN, subject="经济")) != hashed(Draft(**GIVEN))


def test_whether_scans_are_recognised_matters_and_half_characters_are_no_trouble():
    assert hashed(Draft(**GIVEN)) != hashed(Draft(**GIVEN), ocr=False)
    assert hashed(Draft("\ud83d")) != hashed(Draft("\ude00"))
