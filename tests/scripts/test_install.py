"""scripts/install.py: pip's settings reach uv, and torch's CPU build is asked for without the user doing anything."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "scripts" / "install.py"
spec = importlib.util.spec_from_file_location("install", FILE)
install = importlib.util.module_from_spec(spec)
spec.loader.exec_module(install)

LISTED = """\
:env:.find-links='/own/wheels'
:env:.default-timeout='180'
global.cert='/etc/ssl/company.pem'
global.constraint='/etc/pip/constraints.txt'
global.extra-index-url='file:///a/simple https://b/simple'
global.find-links='/machine/wheels'
global.index-url='https://mirror/simple'
download.index-url='https://elsewhere/simple'
"""


def test_pips_settings_hold_as_pip_has_them():
    found = install.pip_settings(LISTED)
    assert found["find-links"] == ["/own/wheels"]  # the environment's word
    assert found["extra-index-url"] == ["file:///a/simple", "https://b/simple"]
    assert found["index-url"] == ["https://mirror/simple"]  # not that of another command
    assert install.pip_settings("ERROR: no such thing\n") == {}


def test_uv_is_told_all_of_it():
    command = " ".join(install.uv_command("uv", ".[dev]", install.pip_settings(LISTED), "https://torch/cpu"))
    for part in (
        "--default-index https://mirror/simple",
        "--index file:///a/simple --index https://b/simple",
        "--find-links /own/wheels",
        "--constraint /etc/pip/constraints.txt",
        "--index https://torch/cpu",
        f"--python {sys.executable}",
        "-c constraints.txt -e .[dev]",
    ):
        assert part in command
    assert install._environment(install.pip_settings(LISTED))["SSL_CERT_FILE"] == "/etc/ssl/company.pem"


@pytest.mark.parametrize(
    ("settings", "platform", "address", "expected"),
    [
        ({}, "linux", "https://torch/cpu", "https://torch/cpu"),
        ({}, "darwin", "https://torch/cpu", None),
        ({}, "win32", "https://torch/cpu", None),
        ({}, "linux", "none", None),
        ({"no-index": ["true"]}, "linux", "https://torch/cpu", None),
        ({"extra-index-url": ["https://download.pytorch.org/whl/cpu"]}, "linux", "https://torch/cpu", None),
        ({"find-links": ["/nowhere"]}, "linux", "https://torch/cpu", "https://torch/cpu"),
    ],
)
def test_the_index_of_cpu_builds_is_added_where_it_is_wanted(settings, platform, address, expected):
    assert install.torch_index(settings, platform, address) == expected


def test_a_local_file_of_torch_is_enough(tmp_path):
    (tmp_path / "torch-2.13.0+cpu-cp310-cp310-manylinux_2_28_x86_64.whl").touch()
    assert install.torch_index(
        {"find-links": [str(tmp_path)]}, "linux", install.CPU_INDEX
    )  # another Python's
    mine = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    (tmp_path / f"torch-2.13.0+cpu-{mine}-{mine}-manylinux_2_28_x86_64.whl").touch()
    assert install.torch_index({"find-links": [str(tmp_path)]}, "linux", install.CPU_INDEX) is None


@pytest.fixture
def ran(monkeypatch):
    """What would be run; the test says which commands fail."""
    commands, fails = [], set()

    def run(command, **_):
        commands.append(command)
        return subprocess.CompletedProcess(
            command, int(Path(command[0]).name in fails or command[2] in fails), ""
        )

    monkeypatch.setattr(install.subprocess, "run", run)
    monkeypatch.setattr(install, "_answers", lambda index: index == "https://torch/cpu")
    monkeypatch.setattr(install.shutil, "which", lambda name: "/usr/bin/uv")
    monkeypatch.setenv("TORCH_INDEX", "https://torch/cpu")
    monkeypatch.setattr(install.sys, "platform", "linux")
    monkeypatch.setattr(install.sys, "argv", ["install.py"])
    return commands, fails


def test_uv_is_used_where_it_is(ran):
    install.main()
    assert [Path(command[0]).name for command in ran[0][1:]] == ["uv"]


def test_pip_does_what_uv_could_not(ran, capsys):
    ran[1].add("uv")
    with pytest.raises(SystemExit) as end:
        install.main()
    assert end.value.code == 0 and ran[0][-1][1:4] == ["-m", "pip", "install"]
    assert "改用 pip" in capsys.readouterr().out and "https://torch/cpu" in ran[0][-1]


def test_without_uv_pip_does_it_and_its_failure_is_the_scripts(ran, monkeypatch):
    monkeypatch.setattr(install.shutil, "which", lambda name: None)
    ran[1].add("pip")
    with pytest.raises(SystemExit) as end:
        install.main()
    assert end.value.code == 1


def test_an_index_that_cannot_be_reached_is_told_and_left_away(ran, monkeypatch, capsys):
    monkeypatch.setenv("TORCH_INDEX", "https://gone/cpu")
    install.main()
    assert "https://gone/cpu" not in " ".join(ran[0][-1]) and "TORCH_INDEX" in capsys.readouterr().out
