"""Folders that are missing or cannot be written, a full disk, a locale without Chinese: one sentence, the right exit code."""

import ctypes
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
LIBC = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
POSIX_C = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def run(*arguments, preexec_fn=None, **environment):
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
        preexec_fn=preexec_fn,
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


@pytest.mark.parametrize(
    "arguments",
    [("ask", "--extractive", "--json", "通州湾\udcff新出海口的投资方"), ("search", "通州湾\udcff新出海口")],
)
def test_bytes_on_the_command_line_that_are_no_utf_8_end_nothing(ingested, arguments):
    library, _, _ = ingested
    done = run(*map(os.fsencode, arguments), **library)
    assert done.returncode == 0 and "通州湾" in done.stdout, done.stderr


def test_a_path_that_is_no_utf_8_is_told(ingested):
    library, _, _ = ingested
    done = run("ingest", os.fsencode("/没有\udcff"), **library)
    assert done.returncode == 1 and done.stderr.startswith("错误：找不到 /没有"), done.stderr


@pytest.mark.parametrize(
    "arguments", [("ingest", ""), ("ingest", "--prune", " "), ("ingest", "--remove", "")]
)
def test_an_empty_path_is_not_the_current_folder(ingested, arguments):
    library, _, _ = ingested
    done = run(*arguments, **library)
    assert done.returncode == 2 and "路径是空的" in done.stderr


def redirected(command, library):
    """What a shell makes of it: (exit status, standard error)."""
    done = subprocess.run(
        ["sh", "-c", command.replace("guanchao", f"{sys.executable} -m ui.cli")],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | library,
        timeout=200,
    )
    return done.returncode, done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("command", ["articles", "articles --json"])
def test_an_output_that_is_full_is_told(ingested, command):
    assert redirected(f"guanchao {command} >/dev/full", ingested[0]) == (
        1,
        "错误：读写时出错（磁盘已满），请排除后再试。\n",
    )


@pytest.mark.skipif(os.name != "posix", reason="a shell's redirections")
def test_a_reader_that_has_had_enough_and_streams_that_are_closed_end_nothing(ingested):
    library, _, _ = ingested
    assert redirected("guanchao articles --json | true", library) == (0, "")
    assert redirected("guanchao articles 2>&- >/dev/null", library) == (0, "")
    code, said = redirected("guanchao check <&-", library)
    assert code == 1 and "没有可核对的文字" in said


@pytest.mark.skipif(os.name != "posix", reason="a shell's redirections")
def test_a_draft_in_gbk_from_another_program_is_read(ingested):
    library, _, _ = ingested
    code, said = redirected(
        "printf '通州湾新出海口吞吐能力达到2400万吨。' | iconv -t gbk | guanchao check --json", library
    )
    assert code == 0, said


def obey_the_modes_of_files():
    """In the child: root, who may otherwise write what he likes, keeps his name and loses that right (Linux)."""
    if os.geteuid() == 0:
        for right in (1, 2, 3):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
            LIBC.prctl(24, right, 0, 0, 0)  # PR_CAPBSET_DROP: gone once the child becomes the program


@pytest.mark.skipif(
    not sys.platform.startswith("linux") and (os.name != "posix" or os.geteuid() == 0),
    reason="no way here to become one who must obey the modes of files",
)
def test_an_index_that_cannot_be_written_is_told(ingested):
    library, _, _ = ingested
    folder = Path(library["GUANCHAO_STORE__PATH"])
    modes = {path: path.stat().st_mode for path in (folder, *folder.rglob("*"))}
    try:
        for path in modes:
            path.chmod(0o555 if path.is_dir() else 0o444)
        done = run("search", QUESTION, preexec_fn=obey_the_modes_of_files, **library)
    finally:
        for path, mode in modes.items():
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
