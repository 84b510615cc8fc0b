"""A wrong command line is answered in Chinese, whatever is wrong with it."""

import pytest
from typer.exceptions import TyperException

from ui import usage
from ui.cli import app


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["search", "x", "-k", "0"], "-k 不对：不能小于 1"),
        (["serve", "--port", "x"], "--port 不对：应是整数"),
        (["serve", "--port", "70000"], "--port 不对：不能大于 65535"),
        (["ingest", "--prun"], "没有选项 --prun（也许是 --prune）"),
        (["ask", "x", "y"], "多余的参数：y"),
        (["ask", "--batch"], "选项 --batch 后面要写值"),
        (["nosuch"], "没有命令 nosuch"),
        (["init"], "缺少参数 folder"),
        (["ask"], "请写一个问题，或同时给出 --batch 与 --out"),
    ],
)
def test_what_is_wrong_is_said_with_where_the_usage_stands(arguments, said):
    with pytest.raises(TyperException) as caught:
        app(arguments, standalone_mode=False)
    sentence = usage.sentence(caught.value)
    assert sentence.startswith(said) and sentence.endswith("--help`。")
    assert not usage.is_help(caught.value)


def test_a_command_without_its_subcommand_is_no_error():
    with pytest.raises(TyperException) as caught:
        app(["keys"], standalone_mode=False)
    assert usage.is_help(caught.value)
