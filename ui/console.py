"""What every command shares: the options before it, JSON on stdout, words on stderr, an open assistant."""

from __future__ import annotations

import json
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from docs_store.settings import Settings, load_settings
from ui import strings

if TYPE_CHECKING:
    from docs_store.models import Hit
    from rag import PolicyQA
    from ui.served import Assistant

AsJson = Annotated[bool, typer.Option("--json", help="在标准输出上只输出 JSON。")]
Extractive = Annotated[bool, typer.Option("--extractive", help="不用语言模型，直接摘录原文回答。")]
NoServer = Annotated[
    bool, typer.Option("--no-server", help="即使 guanchao serve 正在运行，也不请它代答，由本进程自己来。")
]

Length = Annotated[
    Literal["short", "normal", "long"] | None,
    typer.Option("--length", help="答多长：short、normal 或 long。"),
]


@dataclass(slots=True)
class State:
    """What was said before the subcommand."""

    config: Path | None = None
    debug: bool = False


state = State()


def settings() -> Settings:
    """The settings of `--config`, or of the current folder. Raises SettingsError."""
    return load_settings(state.config)


def emit(data: Any) -> None:
    """Prints JSON to stdout."""
    print(json.dumps(data, ensure_ascii=False))


def say(text: str = "") -> None:
    """Prints a line to stderr."""
    print(text, file=sys.stderr, flush=True)


def fail(message: str) -> None:
    """Prints an error to stderr, with its traceback under `--debug`."""
    if state.debug:
        traceback.print_exc()
    print(f"{strings.ERROR}{message}", file=sys.stderr)


def bullets(text: str) -> str:
    """An answer as a terminal shows it: each bullet set in, its line marked with a dot."""
    return "\n".join(f"  • {line[2:]}" if line.startswith("- ") else line for line in text.split("\n"))


def origin(hit: Hit) -> str:
    """Issuer and date of a hit's article."""
    return f"{hit.article.issuer or strings.NO_ISSUER} {hit.article.cited_on or strings.NO_DATE}"


def find_assistant(*, extractive: bool, no_server: bool) -> Assistant:
    """The assistant of a running server with the same settings, else one of this process; raises as `open_assistant`."""
    from ui import served

    chosen = settings()
    if not no_server and (found := served.find(chosen, extractive=extractive)):
        return found
    own = _open_assistant(chosen, extractive=extractive)
    own.begin_model()  # it takes seconds, in which the question is typed, or its passages are found
    return own


def open_assistant(*, extractive: bool, with_store: bool = True) -> PolicyQA:
    """The assistant of these settings. Raises what `PolicyQA.open` raises."""
    return _open_assistant(settings(), extractive=extractive, with_store=with_store)


def _open_assistant(chosen: Settings, *, extractive: bool, with_store: bool = True) -> PolicyQA:
    from rag import PolicyQA

    return PolicyQA.open(settings=chosen, extractive=extractive, with_store=with_store)
