"""Markdown read as it is shown."""

import pytest

from docs_store.text.table_rows import spoken
from ingest.draft import STRUCK
from ingest.readers.markdown_marks import TARGET, plain
from tests.ingest.made import prepared, written


def shown(text):
    return plain(text, [])


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("- [ ] 办理批复\n- [x] 签约\n1. [X] 开工", "- ☐ 办理批复\n- ☑ 签约\n1. ☑ 开工"),
        ("甲&amp;乙，3 &lt; 5，10&nbsp;亿元&#65292;AT&T", "甲&乙，3 < 5，10 亿元，AT&T"),
        ("票价统一为==2元==，见`附件`。", "票价统一为2元，见附件。"),
        ("甲乡<br>乙乡", "甲乡\n乙乡"),
        ("见<https://example.com/a>。", "见https://example.com/a。"),
        ("第一行\\\n第二行", "第一行\n第二行"),
        ("```text\n甲：1\n```", "\n甲：1\n"),
        ("温度2~~3度", "温度2~~3度"),
        ("数组[1][2]和[^9]不是脚注", "数组[1][2]和[^9]不是脚注"),
        ("3 < 5 且 <词项> 在", "3 < 5 且 <词项> 在"),
        ("完<canvas id=c></canvas>。", "完\n。"),
        ("前<video src=a.mp4>请换用新的浏览器</video>后<iframe src=b>", "前\n后"),
        ("<dl><dt>文号</dt><dd>甲发〔2026〕1号</dd></dl>", "\n\n文号\n\n甲发〔2026〕1号\n\n"),
    ],
)
def test_marks_are_read_as_they_are_shown(text, seen):
    assert shown(text) == seen


@pytest.mark.parametrize(
    "text", ["票价2元~~原定3元~~。", "票价2元<del>原定3元</del>。", "票价2元<s class=a>原定3元</s>。"]
)
def test_struck_text_is_told(text):
    dropped = []
    assert plain(text, dropped) == "票价2元。" and dropped == [(STRUCK, "原定3元")]


def test_footnotes_are_numbered_as_they_are_referred_to():
    text = "可研获批[^b]，已开工[^a]。\n\n[^a]: 4月开工。\n[^b]: 文号为浙发改基〔2024〕112号。"
    assert (
        shown(text)
        == "可研获批（注1），已开工（注2）。\n\n注2：4月开工。\n注1：文号为浙发改基〔2024〕112号。"
    )


def test_addresses_in_lines_of_their_own_are_told():
    dropped = []
    assert plain("见[细则][a]。\n\n[a]: https://example.com/a '细则'", dropped) == "见细则。\n\n"
    assert dropped == [(TARGET, "https://example.com/a")]


def test_tables_of_any_form_are_tables(tmp_path):
    table = "项目 | 里程 | 备注\n:--|--:|-\nG235 | 24.5 | 甲<br>乙 &#124; 丙\n> 完"
    text = prepared(written(tmp_path, "a.md", f"# 江海通报\n\n进度如下。\n\n{table}\n")).article.text
    row = "| G235 | 24.5 | 甲 乙 \\| 丙 |"
    assert f"| 项目 | 里程 | 备注 |\n| --- | --- | --- |\n{row}\n" in text
    start = text.index(row)
    assert spoken(text, start, start + len(row)) == "项目：G235；里程：24.5；备注：甲 乙 | 丙"


def test_a_quoted_table_is_a_table():
    assert shown("> | 甲 | 乙 |\n> |--|--|\n> | 1 | 2 |") == "| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 |"
