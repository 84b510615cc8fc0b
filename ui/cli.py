"""`guanchao`: the command line. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 nothing indexed, 4 mismatch."""

from __future__ import annotations

import codecs
import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from docs_store.errors import GuanchaoError, NothingIndexedError, StoreMismatchError, os_reason
from docs_store.settings import SettingsError
from ui import console, quiet, strings, usage
from ui.commands import (
    articles,
    ask,
    brief,
    check,
    compare,
    digest,
    edit,
    evaluate,
    feedback,
    ingest,
    init,
    keys,
    mcp,
    models,
    points,
    search,
    serve,
    status,
    table,
    template,
    timeline,
)

_INTERRUPTED = 130
app = typer.Typer(
    help=strings.APP_HELP,
    epilog=strings.EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
models_app = typer.Typer(help="查看与下载模型。", no_args_is_help=True)
app.add_typer(models_app, name="models")
models_app.command("fetch")(models.models_fetch)
models_app.command("list")(models.models_list)
keys_app = typer.Typer(help="管理 HTTP API 的密钥。", no_args_is_help=True)
app.add_typer(keys_app, name="keys")
keys_app.command("add")(keys.add)
keys_app.command("list")(keys.list_keys)
keys_app.command("revoke")(keys.revoke)
app.command("init")(init.init)
app.command("ingest")(ingest.ingest)
app.command("articles")(articles.articles)
app.command("edit")(edit.edit)
app.command("search")(search.search)
app.command("ask")(ask.ask)
app.command("chat")(ask.chat)
app.command("check")(check.check)
app.command("table")(table.table)
app.command("brief")(brief.brief)
app.command("timeline")(timeline.timeline)
app.command("compare")(compare.compare)
app.command("points")(points.points)
app.command("digest")(digest.digest)
app.command("template")(template.template)
app.command("serve")(serve.serve)
app.command("mcp")(mcp.mcp)
app.command("status")(status.status)
app.command("eval")(evaluate.evaluate)
app.command("feedback")(feedback.feedback)
app.command("hash-password")(feedback.hash_password)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"guanchao {version('guanchao')}")
        raise typer.Exit


@app.callback()
def _main(
    config: Annotated[
        Path | None, typer.Option("--config", help="配置文件，默认是当前文件夹的 config.yaml。")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="出错时显示完整的调用栈。")] = False,
    _: Annotated[
        bool, typer.Option("--version", help="显示版本。", callback=_version, is_eager=True)
    ] = False,
) -> None:
    console.state.config, console.state.debug = config, debug
    for name in quiet.hush(debug=debug):
        told = strings.LEFT_OUT.get(name.upper(), strings.PROXY_LEFT_OUT)
        console.say(told.format(name=name))


def main() -> None:
    """Runs the command line; known errors become one line on stderr and an exit code."""
    _in_utf_8()
    _settle_streams()
    try:
        done = app(standalone_mode=False)
        if done == _INTERRUPTED:  # Typer takes Ctrl-C itself
            console.say(strings.INTERRUPTED)
        raise SystemExit(done if isinstance(done, int) else 0)
    except TyperException as error:
        if usage.is_help(error):
            print(error.format_message())
        else:
            console.fail(usage.sentence(error))
        raise SystemExit(2) from None
    except GuanchaoError as error:
        console.fail(str(error))
        raise SystemExit(_code(error)) from None
    except (KeyboardInterrupt, typer.Abort):
        console.say(strings.INTERRUPTED)
        raise SystemExit(_INTERRUPTED) from None
    except BrokenPipeError:  # whoever read our output, `head` perhaps, has had enough
        _give_up_output()
        raise SystemExit(1) from None
    except OSError as error:
        console.fail(_system_trouble(error))
        _give_up_output()
        raise SystemExit(1) from None
    except Exception as error:  # the boundary: nothing past it shows a traceback without --debug
        console.fail(strings.UNEXPECTED.format(error=f"{type(error).__name__}: {error}"))
        raise SystemExit(1) from None


def _settle_streams() -> None:
    """UTF-8 in and out, whatever the locale; bytes and names that are none are shown as such and end nothing."""
    if sys.stderr is None:  # it was closed
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, "replace"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


def _give_up_output() -> None:
    """Nothing more is written to a standard output that takes nothing, not when the process ends either."""
    with suppress(OSError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _system_trouble(error: OSError) -> str:
    what = strings.SYSTEM_FILE.format(path=error.filename) if error.filename else strings.SYSTEM_OUTPUT
    return strings.SYSTEM_TROUBLE.format(what=what, why=os_reason(error))


def _in_utf_8() -> None:
    """Begins again in UTF-8 mode where the locale cannot spell Chinese: arguments and file names would be lost."""
    if os.name == "posix" and codecs.lookup(sys.getfilesystemencoding()).name != "utf-8":
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


def _code(error: Exception) -> int:
    if isinstance(error, NothingIndexedError):
        return 3
    if isinstance(error, StoreMismatchError):
        return 4
    return 2 if isinstance(error, SettingsError) else 1


if __name__ == "__main__":
    main()
