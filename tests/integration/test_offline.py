"""With the network cut, everything that is set up still answers."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docs_store import weights
from docs_store.errors import ModelUnavailableError

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.integration


def cut_off(script, environment):
    return subprocess.run(
        ["unshare", "--net", "sh", "-c", f"ip link set lo up && {script}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=250,
    )


def test_ingest_and_ask_in_a_namespace_without_routes(tmp_path):
    if not (shutil.which("unshare") and shutil.which("ip")) or cut_off("true", os.environ).returncode:
        pytest.skip("needs the right to make a network namespace (unshare --net, ip)")
    try:
        weights.local_path("qwen2.5-coder-1.5b")
    except ModelUnavailableError as error:
        pytest.skip(str(error))
    environment = os.environ | {"PYTHONPATH": str(ROOT), "GUANCHAO_STORE__PATH": str(tmp_path / "index")}
    run = f"{sys.executable} -m ui.cli"
    done = cut_off(
        f"{run} models fetch && {run} ingest --json && {run} ask 神马电力已经发展了多少年？", environment
    )
    assert done.returncode == 0, done.stderr
    assert "29年" in done.stdout and "[1]" in done.stdout
