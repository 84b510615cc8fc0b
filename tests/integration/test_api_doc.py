"""docs/api.md: every Python and shell example runs, and prints what the page says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```(python|sh)\n(.*?)```\s+prints\s+```text\n(.*?)```", TEXT, re.DOTALL)
pytestmark = pytest.mark.integration


def test_no_example_is_left_out():
    assert len(EXAMPLES) == len(re.findall(r"^```(?:python|sh)$", TEXT, re.MULTILINE)) == 9


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_prints_what_it_says(number, index, url, tmp_path):
    language, code, expected = EXAMPLES[number]
    if language == "sh" and shutil.which("curl") is None:
        pytest.skip("needs curl")
    code = code.replace("http://127.0.0.1:7860", url)
    program = tmp_path / "guanchao"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ui.cli "$@"\n')
    program.chmod(0o755)
    surroundings = os.environ | {
        "PYTHONPATH": str(ROOT),
        "GUANCHAO_STORE__PATH": str(index),
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
    }
    command = (
        [sys.executable, "-c", code] if language == "python" else ["bash", "-euo", "pipefail", "-c", code]
    )
    done = subprocess.run(
        command, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    for line in expected.splitlines():
        assert line in done.stdout, done.stdout
