"""Files of questions as they are really written, and files of answers as a kill or a full disk leaves them."""

import json
import os

import pytest

from docs_store.errors import GuanchaoError
from ui import question_file

GOOD = {"id": 1, "question": "如皋建设了几个科创飞地？"}


def read(tmp_path, *lines, field="question"):
    path = tmp_path / "q.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return list(question_file.rows(path, field))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{broken", "JSON"),
        ("null", "JSON"),
        ("[1, 2]", "JSON"),
        ("[" * 100_000, "JSON"),
        ('{"id": 1}', "没有 question"),
        ('{"question": 3}', "没有 question"),
        ('{"question": "a", "passages": "一段话"}', "passages"),
        ('{"question": "a", "passages": [{"text": "一段话"}]}', "passages"),
        ('{"question": "a", "history": "x"}', "history"),
        ('{"question": "a", "history": [["a", "b"]]}', "history"),
        ('{"question": "a", "history": [{"question": "a"}]}', "history"),
    ],
)
def test_a_line_that_is_not_as_it_should_be_is_told_and_the_others_are_read(tmp_path, capsys, line, told):
    assert read(tmp_path, line, json.dumps(GOOD)) == [GOOD]
    said = capsys.readouterr().err
    assert "第 1 行" in said and told in said and "已跳过" in said


def test_what_is_null_is_not_given(tmp_path):
    assert read(tmp_path, json.dumps(GOOD | {"passages": None, "history": None})) == [GOOD]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085"])
def test_a_separator_within_a_string_ends_no_line(tmp_path, separator):
    (row,) = read(tmp_path, f'{{"question": "如皋{separator}几个"}}')
    assert row["question"] == f"如皋{separator}几个"


def test_lines_of_windows_and_a_byte_order_mark_are_read(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join([json.dumps(GOOD).encode()] * 2) + b"\r\n")
    assert list(question_file.rows(path)) == [GOOD, GOOD]


def test_a_file_in_another_encoding_is_told(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_bytes('{"question": "如皋"}'.encode("gbk"))
    with pytest.raises(GuanchaoError, match="UTF-8"):
        list(question_file.rows(path))


def test_after_a_line_that_a_kill_cut_short_the_next_begins_a_line_of_its_own(tmp_path):
    out = tmp_path / "out.jsonl"
    out.write_bytes('{"id": 1}\n{"id": 2, "answer": "如'.encode()[:-1])
    assert [row["id"] for row in question_file.written(out)] == [1]
    with question_file.results(out, append=True) as file:
        question_file.write_line(file, {"id": 2})
    assert [row["id"] for row in question_file.written(out)] == [1, 2]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_disk_that_fills_while_results_are_written_is_told(tmp_path):
    out = tmp_path / "out.jsonl"
    out.symlink_to("/dev/full")
    with (
        pytest.raises(GuanchaoError, match=r"磁盘已满.*--resume"),
        question_file.results(out) as file,
    ):
        question_file.write_line(file, {"id": 1})


def test_an_earlier_file_of_answers_that_is_a_folder_is_told(tmp_path):
    with pytest.raises(GuanchaoError, match="文件夹"):
        list(question_file.written(tmp_path))
