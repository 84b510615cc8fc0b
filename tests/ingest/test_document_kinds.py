import re

import pytest

from ingest.documents.document_kinds import document_kinds, ends_as
from ingest.documents.numbers import own_number


@pytest.mark.parametrize(
    "title", ["关于开展试点的通知", "丙市节水办法（试行）", "关于同意的复函", "关于同意的函"]
)
def test_titles_of_official_documents_end_as_such(title):
    assert re.search(ends_as("official"), title)


def test_a_list_is_published_and_no_official_document_by_itself():
    assert not re.search(ends_as("official"), "重点项目清单")
    assert re.fullmatch(document_kinds("official", "other"), "清单")


def test_a_law_is_known_by_its_title():
    assert re.search(ends_as("law"), "长江保护法") and not re.search(ends_as("law"), "关于开展试点的通知")


@pytest.mark.parametrize("kind", ["通知", "通报", "复函"])
def test_a_number_behind_the_name_is_the_own_one_whatever_the_kind(kind):
    head = f"丙市人民政府关于表彰先进单位的{kind} 丙政发〔2026〕12号 各县区人民政府：现将有关事项通知如下。"
    assert own_number("", head) == "丙政发〔2026〕12号"
