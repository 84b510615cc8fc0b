"""The tutorials and the page on checking: their commands run in order in one folder, and print what stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from docs_store.weights import CATALOGUE

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


def test_the_page_on_provenance_names_every_model_with_its_packages_licence_and_hash():
    for page in ("provenance.md", "provenance.zh-CN.md"):
        rows = {
            line
            for line in (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()
            if line[:1] == "|"
        }
        for spec in CATALOGUE.values():
            (row,) = (row for row in rows if row.startswith(f"| `{spec.name}` |"))
            assert spec.sha256 in row
            assert all(wheel.version in row or len(spec.wheels) == 1 for wheel in spec.wheels)
            assert all(wheel.name.rstrip("0123456789") in row for wheel in spec.wheels)
            assert spec.licence == "research-only" or spec.licence in row


def test_every_document_is_in_the_sites_contents_and_no_other():
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    sections = [
        [item] if isinstance(pages := next(iter(item.values())), str) else pages for item in site["nav"]
    ]
    listed = [name for section in sections for page in section for name in page.values()]
    assert sorted(listed) == sorted(path.name for path in (ROOT / "docs").glob("*.md"))


def test_the_site_is_built_and_loads_nothing_from_elsewhere(tmp_path):
    pytest.importorskip("mkdocs", reason="needs pip install 'guanchao[docs]'")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", tmp_path],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    pages = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.html")}
    assert {"index.html", "tutorial.zh-CN.html", "architecture.html"} <= pages.keys()
    for name, text in pages.items():
        loaded = re.findall(r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"?([^\"\s>]+)", text)
        loaded += re.findall(
            r"<link\b[^>]*\brel=\"?(?:stylesheet|icon|preload)\b[^>]*\bhref=\"?([^\"\s>]+)", text
        )
        assert loaded and not [place for place in loaded if place.startswith(("http:", "https:", "//"))], name
