"""`guanchao keys`: who may call the HTTP API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ui import console
from ui.console import AsJson

if TYPE_CHECKING:
    from ui.keys import Scope


def add(
    name: Annotated[str, typer.Argument(help="给谁用，如 小王的脚本。")],
    scope: Annotated[
        list[str] | None, typer.Option(help="read（检索与提问）或 ingest（收录与删除），可重复；默认 read。")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """新建一个密钥；它只显示这一次，磁盘上只存散列值。"""
    from ui.keys import KeyFile

    chosen: list[Scope] = []
    for given in scope or ["read"]:
        if given not in ("read", "ingest"):
            raise typer.BadParameter(f"没有权限 {given}，请写 read 或 ingest。")
        chosen.append("read" if given == "read" else "ingest")
    record, key = KeyFile(console.settings()).add(name, chosen)
    if as_json:
        console.emit({"id": record.id, "name": record.name, "scopes": record.scopes, "key": key})
        return
    console.say(f"{record.name}（{'、'.join(record.scopes)}）的密钥如下，请现在保存，以后无法再看：")
    print(key)


def list_keys(as_json: AsJson = False) -> None:
    """列出密钥的名字、权限与状态（不含密钥本身）。"""
    from ui.keys import KeyFile

    records = KeyFile(console.settings()).records()
    if as_json:
        console.emit([record.model_dump(mode="json", exclude={"sha256"}) for record in records])
        return
    for record in records:
        state = f"已于 {record.revoked_at:%Y-%m-%d} 吊销" if record.revoked_at else "有效"
        print(
            f"{record.id}  {record.name}  {'、'.join(record.scopes)}  {record.created_at:%Y-%m-%d}  {state}"
        )
    if not records:
        print("还没有密钥，可用 `guanchao keys add 名字` 新建。")


def revoke(name: Annotated[str, typer.Argument(help="密钥的名字或编号。")]) -> None:
    """吊销一个密钥，立即生效。"""
    from ui.keys import KeyFile

    record = KeyFile(console.settings()).revoke(name)
    print(f"已吊销 {record.name}（{record.id}）。")
