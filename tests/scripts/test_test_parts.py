"""scripts/test_parts.sh: what is there is left alone, and nothing that is missing, or cannot be had, stops `make test`."""

import shutil
import subprocess
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "scripts" / "test_parts.sh"
PROGRAMS = ("chromium", "nginx", "caddy", "soffice", "openssl", "curl")
pytestmark = pytest.mark.skipif(shutil.which("sh") is None, reason="needs sh")


@pytest.fixture
def machine(tmp_path):
    """A machine with these programs alone; each says its name and arguments to a file, and ends as the test says."""

    def run(*programs, fonts="Noto Sans CJK SC", user=1000, apt=0):
        folder = tmp_path / "bin"
        folder.mkdir()
        office = tmp_path / "office"
        office.mkdir()
        if "soffice" in programs:
            (office / "libsclo.so").touch()
        for name in ("grep", "sh"):
            (folder / name).symlink_to(shutil.which(name))
        said = {
            "id": f"echo {user}",
            "fc-list": f"echo {fonts}",
            "apt-get": f"echo $* >>{tmp_path}/apt; exit {apt}",
        }
        for name, what in (said | dict.fromkeys(programs, "")).items():
            (folder / name).write_text(f"#!/bin/sh\n{what}\n")
            (folder / name).chmod(0o755)
        done = subprocess.run(
            [shutil.which("sh"), str(FILE)],
            env={"PATH": str(folder), "OFFICE": str(office)},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == 0 and done.stderr == ""
        asked = tmp_path / "apt"
        return done.stdout, asked.read_text().splitlines() if asked.exists() else []

    return run


def test_where_all_is_there_nothing_is_said_and_nothing_installed(machine):
    assert machine(*PROGRAMS, user=0) == ("", [])


def test_who_may_not_install_is_told_what_is_missing(machine):
    said, asked = machine("chromium", "curl", "openssl", fonts="DejaVu")
    assert asked == []
    for package in ("fonts-noto-cjk", "nginx", "caddy", "libreoffice-writer-nogui"):
        assert package in said
    assert "会跳过" in said and "curl" not in said


def test_a_registry_that_does_not_answer_stops_nothing(machine):
    said, asked = machine("chromium", user=0, apt=100)
    assert len(asked) == 1 and "update" in asked[0]
    assert "会跳过" in said and "nginx" in said
