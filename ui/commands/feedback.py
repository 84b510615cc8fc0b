"""`guanchao feedback`: the audit log as JSON lines. `guanchao hash-password`: a password for config.yaml."""

from __future__ import annotations

import json
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer

from docs_store.errors import GuanchaoError
from ui import console, strings


def feedback(
    out: Annotated[Path | None, typer.Option(help="写到这个文件（.jsonl），默认写到标准输出。")] = None,
) -> None:
    """导出读者的反馈：问题、回答、段落、模型与版本，一行一条。"""
    from docs_store.journal.database import Journal
    from docs_store.journal.feedback import AuditLog

    journal = Journal.of(console.settings())
    try:
        lines = [json.dumps(given.to_dict(), ensure_ascii=False) for given in AuditLog(journal).all()]
    finally:
        journal.close()
    if out is None:
        print("\n".join(lines), end="\n" if lines else "")
    else:
        out.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    console.say(f"共 {len(lines)} 条反馈。")


def hash_password(
    password: Annotated[
        str | None, typer.Argument(help="密码；不写则在终端里输入，不留在命令历史里。")
    ] = None,
) -> None:
    """生成写进 config.yaml 的密码散列（page.users 的 password）。"""
    from ui.page.people import hash_password as hashed

    if password is None:
        password = getpass(strings.PASSWORD_ASK)
        if getpass(strings.PASSWORD_AGAIN) != password:
            raise GuanchaoError(strings.PASSWORD_DIFFERENT)
    if len(password) < 8:
        raise GuanchaoError(strings.PASSWORD_SHORT)
    print(hashed(password))
