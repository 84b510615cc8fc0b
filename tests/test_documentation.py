"""What documents and comments say of the tree: every path that they name is there, and the version is that of the changelog."""

import importlib
import re
import subprocess
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILE = r"py|md|jsonl?|tsv|txt|ya?ml|toml|js|css|svg|html|conf"
NAMED = re.compile(rf"[\w.-]+(?:/[\w.-]+)*(?:\.(?:{FILE})|/)")
OURS = re.compile(
    rf"(?<![\w./-])(?:benchmarks|deploy|docs|docs_store|ingest|rag|scripts|tests|ui)/[\w./-]+\.(?:{FILE})\b"
)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
OF_USERS = {
    "docs_store/articles/",
    "embedding-endpoint.json",
    "keys.json",
    "other.yaml",
    "policy_news.jsonl",
    "retrieval_qa_dev.jsonl",
    "另一份.yaml",
}
"""What documents tell a user to make, or what comes from somewhere else."""


@cache
def tracked():
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("needs the git checkout")
    return [path for path in done.stdout.splitlines() if not path.startswith("docs_store/articles/")]


@cache
def endings():
    """Every tail of every path, and of every folder with its slash."""
    found = set()
    for path in tracked():
        parts = path.split("/")
        found |= {"/".join(parts[i:]) for i in range(len(parts))}
        found |= {"/".join(parts[i:end]) + "/" for end in range(1, len(parts)) for i in range(end)}
    return found


def documents():
    return [path for path in tracked() if path.endswith(".md") and "/public/files/" not in path]


def test_every_link_of_a_document_leads_to_a_file():
    lost = [
        (name, link)
        for name in documents()
        for link in LINK.findall((ROOT / name).read_text(encoding="utf-8"))
        if "://" not in link
        and not link.startswith("mailto:")
        and not (ROOT / name).parent.joinpath(link).exists()
    ]
    assert not lost


def test_every_path_that_a_document_names_is_in_the_tree():
    lost = [
        (name, path)
        for name in documents()
        for code in re.findall(r"`([^`\n]+)`", (ROOT / name).read_text(encoding="utf-8"))
        for token in re.split(r"[\s,|]+", code)
        if NAMED.fullmatch(path := token.strip("\"'()").split("::")[0])
        and path not in endings() | OF_USERS
        and not path.startswith(("build/", "../"))
        and "NAME" not in path
    ]
    assert not lost


def test_every_file_of_ours_that_code_names_is_in_the_tree():
    code = [
        path
        for path in tracked()
        if path.endswith((".py", ".yaml", ".yml", ".toml", "Makefile")) and not path.startswith("tests/")
    ]
    lost = [
        (name, path)
        for name in code
        for path in OURS.findall((ROOT / name).read_text(encoding="utf-8"))
        if path not in endings() and not path.startswith("benchmarks/results/")  # what measurements write
    ]
    assert not lost


@pytest.mark.parametrize("page", ["reference.md", "reference.zh-CN.md"])
def test_the_reference_names_every_command(page):
    application = importlib.import_module("ui.cli").app
    commands = {c.name or c.callback.__name__ for c in application.registered_commands}
    commands |= {group.name for group in application.registered_groups}
    named = set(re.findall(r"`(?:guanchao )?([a-z-]+)", (ROOT / "docs" / page).read_text(encoding="utf-8")))
    assert not {name.replace("_", "-") for name in commands} - named


def test_both_languages_of_the_reference_promise_the_same_keys():
    english, chinese = (
        set(re.findall(r"`([a-z_]+|\[?--?[a-z-]+\]?)`", (ROOT / "docs" / page).read_text(encoding="utf-8")))
        for page in ("reference.md", "reference.zh-CN.md")
    )
    assert english == chinese and len(english) > 60


def test_the_version_is_the_newest_dated_one_of_the_changelog():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    dated = [re.fullmatch(r"(\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)", h) for h in headings if h != "Unreleased"]
    assert all(dated) and dated[0][1] == version
    days = [date.fromisoformat(match[2]) for match in dated]
    assert days == sorted(days, reverse=True)
