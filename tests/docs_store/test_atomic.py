"""A file is replaced whole or not at all."""

import os
import sys

import pytest

from docs_store import atomic
from docs_store.atomic import ITS_USER_ALONE, replace_file


def test_text_is_written_as_utf8_and_bytes_as_they_are(tmp_path):
    replace_file(tmp_path / "a.json", "一\r\n二\n")
    assert (tmp_path / "a.json").read_bytes() == "一\r\n二\n".encode()
    replace_file(tmp_path / "a.json", b"\x00\r\n")
    assert (tmp_path / "a.json").read_bytes() == b"\x00\r\n"


def test_a_write_that_fails_leaves_the_old_content_and_nothing_beside_it(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    replace_file(path, "old")

    def full(*_):
        raise OSError(28, "no space left")

    monkeypatch.setattr(atomic.os, "replace", full)
    with pytest.raises(OSError, match="no space"):
        replace_file(path, "new")
    monkeypatch.undo()
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["a.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_secret_is_never_readable_by_others(tmp_path):
    replace_file(tmp_path / "keys.json", "{}", ITS_USER_ALONE)
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600
    previous = os.umask(0o022)
    try:
        replace_file(tmp_path / "plain.json", "{}")
    finally:
        os.umask(previous)
    assert (tmp_path / "plain.json").stat().st_mode & 0o777 == 0o644


def test_a_long_name_can_be_replaced_too(tmp_path):
    path = tmp_path / ("文" * 80 + ".json")
    replace_file(path, "x")
    assert path.read_text() == "x"
