"""A wheel built from this tree, installed into an environment of its own, works from a new folder without the clone."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
import yaml

from docs_store.settings import Settings
from ui import starter
from ui.starter import FolderInUseError

ROOT = Path(__file__).parents[2]
PACKAGES = ("docs_store", "ingest", "rag", "ui")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    source = tmp_path_factory.mktemp("source") / "guanchao"
    leave = shutil.ignore_patterns(
        ".*", "__pycache__", "*.egg-info", "build", "dist", "index", "uploads", "tests"
    )
    shutil.copytree(ROOT, source, ignore=leave)
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run(
        [*command, "--wheel-dir", target, "."], cwd=source, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    (built,) = target.glob("guanchao-*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_packages(wheel):
    tracked = subprocess.run(
        ["git", "ls-files", *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    if not tracked:
        pytest.skip("needs a git clone")
    packed = set(zipfile.ZipFile(wheel).namelist())
    code = [name for name in tracked if not name.startswith("docs_store/articles/")]
    assert [name for name in code if name not in packed and (ROOT / name).exists()] == []
    assert not any(
        name.startswith(("tests/", "benchmarks/", "docs/", "docs_store/articles")) for name in packed
    )


def test_samples_and_configuration_are_shared_files_and_no_part_of_a_package(wheel):
    packed = {
        name.partition("/data/")[2] for name in zipfile.ZipFile(wheel).namelist() if ".data/data/" in name
    }
    samples = {f"share/guanchao/articles/{p.name}" for p in (ROOT / "docs_store" / "articles").glob("*.md")}
    assert packed == samples | {"share/guanchao/config.yaml"}


@pytest.mark.integration
def test_it_works_from_a_folder_without_the_clone(wheel, tmp_path):
    environment = tmp_path / "env"
    venv.create(environment, with_pip=False, symlinks=True)
    python = environment / "bin" / "python"
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
    ]
    subprocess.run([*install, wheel], check=True, capture_output=True)
    # The dependencies come from here: installing two gigabytes would take minutes. The path hides no editable install.
    packages = next((environment / "lib").glob("python*")) / "site-packages"
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "GUANCHAO_"))}

    def run(*arguments, folder):
        done = subprocess.run(
            [environment / "bin" / "guanchao", *arguments],
            cwd=folder,
            env=clean,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = subprocess.run(
        [python, "-c", "import docs_store, rag; print(rag.__file__, docs_store.__file__)"],
        cwd=tmp_path,
        env=clean,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert where.count(str(environment)) == 2
    assert "guanchao ingest" in run("init", "我的文章", folder=tmp_path)
    folder = tmp_path / "我的文章"
    report = json.loads(run("ingest", "--json", folder=folder))
    assert report["added"] == 15 and not report["failed"] and (folder / "index").is_dir()
    answer = json.loads(run("ask", "如皋一共建设了几个科创飞地？", "--extractive", "--json", folder=folder))
    assert "5个科创飞地" in answer["answer"]
    assert json.loads(run("status", "--json", folder=folder))["agree"]


def test_a_new_folder_is_documented_and_nothing_is_overwritten(tmp_path):
    (tmp_path / "articles").mkdir()
    samples = sorted(p.name for p in (ROOT / "docs_store" / "articles").glob("*.md"))
    mine = tmp_path / "articles" / samples[0]
    mine.write_text("mine")
    assert starter.write(tmp_path) == len(samples) - 1 and mine.read_text() == "mine"
    text = (tmp_path / "config.yaml").read_text(encoding="utf-8")
    assert text.count("#") > 20
    written = yaml.safe_load(text)
    assert written["store"]["path"] == "index" and written["ingest"]["articles"] == "articles"
    written["store"]["path"], written["ingest"]["articles"] = "docs_store/index", "docs_store/articles"
    assert Settings(**written).model_dump(mode="json") == Settings().model_dump(mode="json")
    with pytest.raises(FolderInUseError, match="已经存在"):
        starter.write(tmp_path)
