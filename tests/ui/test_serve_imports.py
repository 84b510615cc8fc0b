"""The page's libraries open HTTP clients as they are imported: a proxy of the desktop must not end `serve`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CODE = "from ui import quiet; print(quiet.hush()); import ui.web"


@pytest.mark.integration
@pytest.mark.parametrize(
    ("value", "left_out"),
    [
        ("socks5://127.0.0.1:7890", "[]"),
        ("socks://127.0.0.1:7890/", "[]"),
        ("socks4://127.0.0.1:7890", "['ALL_PROXY']"),
    ],
)
def test_the_page_is_imported_whatever_the_proxy(value, left_out):
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"ALL_PROXY": value},
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == left_out
