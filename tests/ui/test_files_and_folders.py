"""Folders that are missing or cannot be written, a full disk, a locale without Chinese: one sentence, the right exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from docs_store.errors import StoreWriteError
from docs_store.store import DocsStore
from tests.docs_store.readers_beside_ingests import READS, Hashed, entry

ROOT = Path(__file__).parents[2]
QUESTION = "通州湾吞吐能力达到多少万吨？"
POSIX_C = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def run(*arguments, user=None, **environment):
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
        user=user,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        timeout=200,
    )


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """The environment of a small index, and of a folder of articles with one that cannot be read."""
    folder = tmp_path_factory.mktemp("资料")
    (folder / "文章").mkdir()
    (folder / "文章" / "简报.txt").write_text(
        "通州湾新出海口吞吐能力达到2400万吨，投资方是江海集团。\n", encoding="utf-8"
    )
    (folder / "文章" / "坏.pdf").write_bytes(b"no pdf at all")
    return {"GUANCHAO_STORE__PATH": str(folder / "index"), "GUANCHAO_INGEST__ARTICLES": str(folder / "文章")}


@pytest.fixture(scope="module")
def ingested(library):
    return library, run("ingest", **library), run("ingest", "--json", **library)


def test_an_ingest_that_failed_in_part_says_so_last_and_in_json(ingested):
    _, shown, as_json = ingested
    assert shown.returncode == as_json.returncode == 0
    assert shown.stderr.splitlines()[-1] == "部分完成：1 处没有读成（原因见上），其余已收录。"
    (failed,) = json.loads(as_json.stdout)["failed"]
    assert failed["source"].endswith("坏.pdf") and failed["reason"]


@pytest.mark.parametrize("locale", [{}, POSIX_C, POSIX_C | {"LC_ALL": "POSIX"}], ids=["UTF-8", "C", "POSIX"])
def test_a_question_in_chinese_whatever_the_locale(ingested, locale):
    library, _, _ = ingested
    done = run("ask", "--extractive", "--json", QUESTION, **library, **locale)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["question"] == QUESTION and "2400万吨" in answer["answer"]


def test_a_path_in_chinese_whatever_the_locale(ingested, tmp_path):
    library, _, _ = ingested
    out, questions = tmp_path / "答案.jsonl", tmp_path / "问题.jsonl"
    questions.write_text(json.dumps({"id": 1, "question": QUESTION}), encoding="utf-8")
    done = run("search", "--batch", str(questions), "--out", str(out), **library, **POSIX_C)
    assert done.returncode == 0 and "2400万吨" in out.read_text(encoding="utf-8"), done.stderr


@pytest.mark.parametrize("question", ["", "   ", "？？"])
@pytest.mark.parametrize("command", ["ask", "search"])
def test_an_empty_question_is_wrong_usage(ingested, command, question):
    library, _, _ = ingested
    done = run(command, question, **library)
    assert done.returncode == 2 and "请写下一个问题" in done.stderr and done.stdout == ""


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_missing_folder_for_results_is_named_before_the_work(ingested, tmp_path, command):
    library, _, _ = ingested
    questions = tmp_path / "q.jsonl"
    questions.write_text(json.dumps({"id": 1, "question": QUESTION}), encoding="utf-8")
    done = run(command, "--batch", str(questions), "--out", str(tmp_path / "missing" / "x.jsonl"), **library)
    assert done.returncode == 1 and "文件夹不存在" in done.stderr and "意外错误" not in done.stderr


def others_may_run_it():
    """Whether another user reaches the interpreter: pyenv in root's own folder, say, is out of his reach."""
    path = Path(sys.executable).resolve()
    return all(parent.stat().st_mode & 0o001 for parent in path.parents)


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0 or not others_may_run_it(),
    reason="only root can become a user without rights, and he must reach the interpreter",
)
def test_an_index_that_cannot_be_written_is_told(ingested, tmp_path):
    library, _, _ = ingested
    folder = Path(library["GUANCHAO_STORE__PATH"])
    changed = [folder, *folder.rglob("*")]
    modes = {path: path.stat().st_mode for path in changed}
    parents = {
        path: path.stat().st_mode for path in (*folder.parents, tmp_path) if str(path).startswith("/tmp/")
    }
    try:
        for path in parents:
            path.chmod(0o755)
        for path in changed:
            path.chmod(0o555 if path.is_dir() else 0o444)
        done = run("search", QUESTION, user=65534, **library, HOME=str(tmp_path), PYTHONDONTWRITEBYTECODE="1")
    finally:
        for path, mode in {**modes, **parents}.items():
            path.chmod(mode)
    assert done.returncode == 1, done.stdout
    assert "没有权限" in done.stderr and "store.path" in done.stderr and "意外错误" not in done.stderr


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], capture_output=True
    ).returncode:
        pytest.skip("may not mount here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.integration
def test_a_full_disk_stops_no_open_index_and_is_told_when_one_is_opened(small_disk, settings):
    chosen = settings.model_copy(
        update={"store": settings.store.model_copy(update={"path": small_disk / "index"})}
    )
    with DocsStore.open(chosen, Hashed(), write=True) as store:
        store.replace_articles([entry(1)])
    with DocsStore.open(chosen, Hashed()) as store:
        fill = (small_disk / "fill").open("wb", buffering=0)
        with pytest.raises(OSError), fill:
            while True:
                fill.write(b"\0" * 4096)
        for name, read in READS.items():
            assert read(store) is not None, name
    with DocsStore.open(chosen, Hashed()) as store:  # what only reads needs no room
        assert store.heads()
    (small_disk / "fill").unlink()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(StoreWriteError, match=r"磁盘是只读的.*索引没有损坏"):
        DocsStore.open(chosen, Hashed())
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    with DocsStore.open(chosen, Hashed()) as store:
        assert store.verify().agrees
