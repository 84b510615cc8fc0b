"""Indexes that are made once and copied to the tests that want one: an ingest takes seconds, a copy milliseconds."""

import atexit
import functools
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[1]


def copy(template, index, articles):
    """The index of a template as an ingest of `articles`, a copy of the template's folder, would have left it."""
    shutil.copytree(template / "index", index)
    with closing(sqlite3.connect(index / "current" / "ledger.sqlite3")) as ledger, ledger:
        for table, column in (
            ("sources", "source"),
            ("sources", "file"),
            ("files", "file"),
            ("articles", "source"),
        ):
            change = (
                f"UPDATE {table} SET {column} = ? || substr({column}, ?) WHERE substr({column}, 1, ?) = ?"
            )
            was = f"{template / 'articles'}/"
            ledger.execute(change, (f"{articles}/", len(was) + 1, len(was), was))


@functools.cache
def samples():
    """A template of the sample articles with the real embedding, made by the program itself; once a process."""
    folder = Path(tempfile.mkdtemp(prefix="guanchao-samples-")).resolve()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(ROOT / "docs_store" / "articles", folder / "articles")
    (folder / "config.yaml").write_text("{}", encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GUANCHAO_")}
    environment |= {"PYTHONPATH": str(ROOT), "GUANCHAO_STORE__PATH": str(folder / "index")}
    command = [sys.executable, "-m", "ui.cli", "ingest", str(folder / "articles")]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return folder
