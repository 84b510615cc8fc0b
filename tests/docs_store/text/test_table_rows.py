"""Rows of Markdown tables read with their heads."""

from docs_store.text.table_rows import cells, head_of, is_head, row_at, spoken

TEXT = (
    "下表列出重点项目。\n| 项目 | 总投资（亿元） | 进度 |\n| --- | --- | --- |\n| 海工园二期 | 35 | 拟建 |\n"
    "| 污水厂\\|扩建 |  | 已建成 |\n以上项目按季调度。"
)


def span(line):
    start = TEXT.index(line)
    return start, start + len(line)


def test_a_row_is_told_with_its_heads():
    assert (
        spoken(TEXT, *span("| 海工园二期 | 35 | 拟建 |"))
        == "项目：海工园二期；总投资（亿元）：35；进度：拟建"
    )
    assert spoken(TEXT, *span("以上项目按季调度。")) == "以上项目按季调度。"


def test_an_escaped_bar_is_a_character_and_an_empty_cell_is_left_out():
    assert row_at(TEXT, *span("| 污水厂\\|扩建 |  | 已建成 |")) == (
        ("项目", "污水厂|扩建"),
        ("进度", "已建成"),
    )
    assert cells("| 甲 | 乙\\|丙 |") == ["甲", "乙|丙"]


def test_the_head_and_its_rule_are_no_rows():
    for line in ("| 项目 | 总投资（亿元） | 进度 |", "| --- | --- | --- |"):
        assert is_head(TEXT, *span(line)) and row_at(TEXT, *span(line)) is None
    assert not is_head(TEXT, *span("| 海工园二期 | 35 | 拟建 |"))


def test_a_table_without_a_rule_has_no_head_and_is_told_as_it_stands():
    bare = "| 甲 | 1 |\n| 乙 | 2 |"
    assert head_of(bare, 0) == "" and spoken(bare, 0, 9) == "| 甲 | 1 |"


def test_a_part_of_a_row_is_told_with_the_heads_of_its_cells():
    row, _ = span("| 海工园二期 | 35 | 拟建 |")
    assert spoken(TEXT, row, row + len("| 海工园二期 | 3")) == "项目：海工园二期；总投资（亿元）：3"
    start, end = TEXT.index("二期 | 35"), TEXT.index("拟建 |") + len("拟建")
    assert spoken(TEXT, start, end) == "项目：二期；总投资（亿元）：35；进度：拟建"
    assert spoken(TEXT, TEXT.index("35"), TEXT.index("35") + 2) == "总投资（亿元）：35"


def test_of_several_lines_each_row_is_told():
    assert spoken(TEXT, 0, len(TEXT)) == (
        "下表列出重点项目。\n项目：海工园二期；总投资（亿元）：35；进度：拟建\n项目：污水厂|扩建；进度：已建成\n以上项目按季调度。"
    )


def test_a_mark_at_the_end_of_a_cell_is_not_told_before_the_next():
    text = "| 单位 | 任务 | 时限 |\n| --- | --- | --- |\n| 甲局 | 闸站与护岸： | 11月 |"
    assert spoken(text, text.index("| 甲局"), len(text)) == "单位：甲局；任务：闸站与护岸；时限：11月"
