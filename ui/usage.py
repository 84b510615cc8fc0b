"""A wrong command line as one Chinese sentence with the next step."""

from __future__ import annotations

import re
from typing import Any

from typer.exceptions import TyperException

from docs_store.text.chinese import has_chinese

_TRANSLATIONS = (
    (re.compile(r"greater than or equal to (\S+)"), r"不能小于 \1"),
    (re.compile(r"less than or equal to (\S+)"), r"不能大于 \1"),
    (re.compile(r"valid integer"), "应是整数"),
    (re.compile(r"valid (?:number|float)"), "应是数字"),
    (re.compile(r"Input should be ((?:'[^']+'(?:, | or )?)+)"), r"只能是 \1"),
)
"""How checks of values speak, and what they mean."""


def sentence(error: TyperException) -> str:
    """What is wrong, and where the usage stands."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "guanchao"
    return f"{_what(error).rstrip('。')}。用法见 `{command} --help`。"


def is_help(error: TyperException) -> bool:
    """True when nothing is wrong: a command without its subcommand shows its help."""
    return type(error).__name__ == "NoArgsIsHelpError"


def _what(error: Any) -> str:
    kind, message = type(error).__name__, str(error.message)
    if kind == "NoSuchOption":
        near = f"（也许是 {'、'.join(sorted(error.possibilities))}）" if error.possibilities else ""
        return f"没有选项 {error.option_name}{near}"
    if match := re.match(r"No such command '(.*)'", message):
        return f"没有命令 {match[1]}"
    if match := re.match(r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)$", message):
        return f"多余的参数：{match[1]}"
    if kind == "BadOptionUsage":
        return f"选项 {error.option_name} 后面要写值"
    if kind == "MissingParameter":
        return f"缺少{_name(error)}"
    if has_chinese(message):
        return message
    for pattern, meaning in _TRANSLATIONS:
        if match := pattern.search(message):
            return f"{_name(error)} 不对：{match.expand(meaning)}"
    return f"{_name(error)} 不对（{message}）"


def _name(error: Any) -> str:
    """The option or argument that is meant, as the user writes it."""
    parameter = getattr(error, "param", None)
    if parameter is None:
        return "参数"
    options: list[str] = list(parameter.opts)
    return max(options, key=len) if options[0].startswith("-") else f"参数 {parameter.name}"
