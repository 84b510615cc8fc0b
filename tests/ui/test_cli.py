"""The command line as a user meets it: exit codes, one-line errors, JSON alone on stdout."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*arguments, folder=ROOT, **environment):
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "said"),
    [
        (["status"], {}, 3, "guanchao ingest"),
        (["ask", "问题"], {}, 3, "guanchao ingest"),
        (["ingest", "EMPTY"], {}, 1, "放入文章"),
        (["ingest", "nowhere"], {}, 1, "找不到"),
        (["--config", "nowhere.yaml", "status"], {}, 2, "--config"),
        (["status"], {"GUANCHAO_SERVE__PROT": "1"}, 2, "GUANCHAO_SERVE__PORT"),
        (["ask"], {}, 2, "--batch"),
        (["search", "x", "--since", "yesterday"], {}, 2, "2025-01-20"),
    ],
)
def test_bad_input_is_one_line_with_the_next_step(tmp_path, arguments, environment, code, said):
    (tmp_path / "empty").mkdir()
    arguments = [str(tmp_path / "empty") if a == "EMPTY" else a for a in arguments]
    done = run(*arguments, GUANCHAO_STORE__PATH=str(tmp_path / "index"), **environment)
    assert done.returncode == code, done.stderr
    assert said in done.stderr and "Traceback" not in done.stderr and done.stdout == ""


def test_models_list_is_json():
    done = run("models", "list", "--json")
    assert {row["name"] for row in json.loads(done.stdout)} >= {"m3e-small", "qwen2.5-coder-1.5b"}
