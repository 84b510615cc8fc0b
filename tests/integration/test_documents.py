"""The tutorials and the page on checking: their commands run in order in one folder, and print what stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```sh\n(.*?)```\s+prints\s+```text\n(.*?)```", re.DOTALL)
END = "-- end of a block --"
pytestmark = pytest.mark.integration


def blocks(name):
    return BLOCK.findall((ROOT / "docs" / name).read_text(encoding="utf-8"))


@pytest.fixture
def shell(tmp_path):
    """Runs blocks one after the other, as someone at a terminal would; gives what each prints."""
    program = tmp_path / "bin" / "guanchao"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ui.cli "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("GUANCHAO_")}
    surroundings |= {"PYTHONPATH": str(ROOT), "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    folder = tmp_path / "work"
    folder.mkdir()

    def run(codes):
        script = "".join(f"{code}\necho '{END}'\n" for code in codes)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=folder,
            env=surroundings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=280,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout.split(END)[:-1]

    return run


@pytest.mark.parametrize("name", ["tutorial.md", "checking.md"])
def test_the_commands_print_what_the_page_says(shell, name):
    examples = blocks(name)
    printed = shell([code for code, _ in examples])
    for output, (code, expected) in zip(printed, examples, strict=True):
        for line in expected.splitlines():
            assert line in output, (code, output)


@pytest.mark.parametrize("name", ["tutorial", "checking"])
def test_both_languages_have_the_same_commands(name):
    english, chinese = blocks(f"{name}.md"), blocks(f"{name}.zh-CN.md")
    assert english == chinese and len(english) >= 2


@pytest.mark.parametrize("name", ["tutorial.md", "checking.md"])
def test_no_command_is_left_out(name):
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert len(blocks(name)) == text.count("```sh\n")
