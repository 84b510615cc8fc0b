"""Drafts to be checked, in the files in which offices have them."""

import pytest
from docx import Document

from docs_store.errors import GuanchaoError
from ui.draft_file import read_draft


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_the_encodings_that_there_are(tmp_path, settings, encoding):
    text = "如皋建设了5个科创飞地，园区承接了许多企业。\n盐城港新开通3条集装箱航线。"
    file = tmp_path / "稿.txt"
    file.write_bytes(text.encode(encoding))
    assert read_draft(file, settings.ingest) == text


def test_the_paragraphs_of_a_word_file_stand_in_order_with_its_tables(tmp_path, settings):
    document = Document()
    document.add_paragraph("如皋建设了5个科创飞地。")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "航线", "3条"
    document.add_paragraph("以上。")
    document.save(tmp_path / "稿.docx")
    assert read_draft(tmp_path / "稿.docx", settings.ingest).split("\n") == [
        "如皋建设了5个科创飞地。",
        "航线",
        "3条",
        "以上。",
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("稿.pdf", b"%PDF", "只能是"),
        ("稿.docx", b"not a zip", "稿.docx"),
        ("稿.txt", "……\n".encode(), "没有文字"),
        ("稿.txt", bytes(range(256)) * 9, "稿.txt"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path, settings, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(GuanchaoError, match=said) as caught:
        read_draft(tmp_path / name, settings.ingest)
    assert "请" in str(caught.value) or "存" in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path, settings):
    with pytest.raises(GuanchaoError, match="读不了 无"):
        read_draft(tmp_path / "无.txt", settings.ingest)
