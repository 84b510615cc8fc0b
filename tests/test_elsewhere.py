"""What must run on Windows and macOS too, tried under their rules on the machine at hand."""

import subprocess
import sys
from pathlib import Path

import pytest

from docs_store import machine
from ingest.sources import is_under

ROOT = Path(__file__).parents[1]
UNITS = [
    "tests/docs_store/test_store.py",
    "tests/docs_store/test_store_repair.py",
    "tests/docs_store/local/test_exact.py",
    "tests/ingest/test_incremental.py",
    "tests/ui/test_http_during_ingest.py",
]
"""Those that move, replace and delete files; `make test-elsewhere` runs every unit test so."""


@pytest.mark.integration
@pytest.mark.skipif(sys.platform != "linux", reason="needs no pretending elsewhere")
def test_no_open_file_is_moved_and_nothing_of_linux_alone_is_used():
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.elsewhere", *UNITS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_processors_are_counted_everywhere(monkeypatch, platform):
    if platform != sys.platform:
        monkeypatch.delattr("os.sched_getaffinity", raising=False)
        monkeypatch.setattr(machine.sys, "platform", platform)
    assert machine.processors() >= 1


def test_the_folder_of_the_configuration_holds_relative_sources_alone():
    assert is_under("文章/a.md", ["."]) and not is_under("/srv/a.md", ["."])
