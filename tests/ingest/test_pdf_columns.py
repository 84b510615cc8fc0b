"""Pages of several columns with tables: each column is read by itself, whatever stands beside it and however the file
is written, and whatever is not read is told."""

import re
from collections import Counter

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docs_store.settings import IngestSettings
from ingest.draft import ReadContext
from ingest.readers import READERS, page_runs, page_text
from tests.ingest.made import pdf, prepared

SIZE, STEP = 10, 16
FILL = "推进协作区规划衔接，产业共建，交通互联，生态共治，公共服务共享机制"
LEFT, RIGHT = 50, 315
WIDE = 23  # characters of a line in one of two columns


def prose(x, y, name, count, wide=WIDE):
    """Lines that fill a column, but for the last."""
    lines = [f"{name}{i:02d}{FILL}"[:wide] for i in range(count)]
    lines[-1] = lines[-1][: wide // 2] + "。"
    return [(x, y - STEP * i, line) for i, line in enumerate(lines)]


class Grid:
    """A ruled table; `y` is that of its upper edge."""

    def __init__(self, x, y, widths, rows):
        self.texts = []
        self.edges = [x + sum(widths[:i]) for i in range(len(widths) + 1)]
        bottom = y - STEP * len(rows)
        self.rules = [(edge, y, edge, bottom) for edge in self.edges]
        self.rules += [(x, y - STEP * i, self.edges[-1], y - STEP * i) for i in range(len(rows) + 1)]
        for i, row in enumerate(rows):
            self.texts += [(self.edges[j] + 2, y - STEP * i - 12, cell) for j, cell in enumerate(row)]


def rows(name, count, columns=3):
    return [[f"{name}{i}{'甲乙丙丁'[j]}" for j in range(columns)] for i in range(count)]


def flat(parts):
    """All texts of columns that are lists of texts and grids."""
    return [text for part in parts for text in (part.texts if isinstance(part, Grid) else [part])]


def as_columns(columns):
    return [text for column in columns for text in flat(column)]


def as_rows(columns):
    return sorted(as_columns(columns), key=lambda text: (-text[1], text[0]))


def right_first(columns):
    return as_columns(reversed(columns))


def tables_last(columns):
    parts = [part for column in columns for part in column]
    return flat(part for part in parts if not isinstance(part, Grid)) + flat(
        part for part in parts if isinstance(part, Grid)
    )


def ruled(parts):
    """The drawn lines of all grids among parts."""
    return [rule for part in parts if isinstance(part, Grid) for rule in part.rules]


def read(path):
    (draft,) = READERS[".pdf"](path, ReadContext(IngestSettings()))
    return draft


def bare(text):
    return re.sub(r"[\s|]|---", "", text)


ABOVE = [(180, 800, "协作区年度发展评估报告摘要"), (60, 775, FILL + FILL[:15])]
LAYOUTS = {
    "table in the right column": [
        ABOVE,
        prose(LEFT, 740, "左", 30),
        [
            *prose(RIGHT, 740, "右上", 8),
            Grid(RIGHT, 600, [90, 70, 70], rows("格", 4)),
            *prose(RIGHT, 515, "右下", 9),
        ],
    ],
    "table in the left column": [
        ABOVE,
        [
            *prose(LEFT, 740, "左上", 6),
            Grid(LEFT, 632, [90, 70, 70], rows("格", 5)),
            *prose(LEFT, 530, "左下", 12),
        ],
        prose(RIGHT, 733, "右", 31),
    ],
    "tables in both columns at one height": [
        ABOVE,
        [
            *prose(LEFT, 740, "左上", 6),
            Grid(LEFT, 632, [90, 70], rows("左格", 4, 2)),
            *prose(LEFT, 545, "左下", 9),
        ],
        [
            *prose(RIGHT, 740, "右上", 6),
            Grid(RIGHT, 632, [90, 70], rows("右格", 4, 2)),
            *prose(RIGHT, 545, "右下", 8),
        ],
    ],
    "table across all columns": [
        ABOVE,
        prose(LEFT, 740, "左上", 8),
        prose(RIGHT, 740, "右上", 8),
        [Grid(LEFT, 600, [170, 170, 155], rows("格", 5))],
        prose(LEFT, 490, "左下", 8),
        prose(RIGHT, 490, "右下", 6),
    ],
    "table narrower than its column": [
        ABOVE,
        [
            *prose(LEFT, 740, "左上", 6),
            Grid(LEFT, 632, [60, 60], rows("格", 4, 2)),
            *prose(LEFT, 545, "左下", 6),
        ],
        prose(RIGHT, 740, "右", 20),
    ],
    "nothing but a table in the left column": [
        ABOVE,
        [Grid(LEFT, 740, [110, 110], rows("格", 9, 2))],
        prose(RIGHT, 730, "右", 14),
    ],
    "two tables side by side": [
        ABOVE,
        [Grid(LEFT, 740, [110, 110], rows("左格", 9, 2))],
        [Grid(RIGHT, 740, [110, 110], rows("右格", 7, 2))],
        [(60, 560, FILL + FILL[:15]), (60, 540, "完。")],
    ],
    "no left column": [[*ABOVE, *prose(RIGHT, 740, "右", 6), Grid(RIGHT, 632, [90, 70], rows("格", 4, 2))]],
    "three columns, table in the middle": [
        ABOVE,
        prose(50, 740, "左", 20, 15),
        [
            *prose(220, 740, "中上", 5, 15),
            Grid(220, 648, [75, 75], rows("格", 5, 2)),
            *prose(220, 545, "中下", 6, 15),
        ],
        prose(390, 740, "右", 20, 15),
    ],
    "three columns, a short line above the middle one": [
        [(180, 800, "协作区年度发展评估报告摘要"), (252, 770, "协同研究院编")],
        prose(50, 740, "左", 20, 15),
        prose(220, 740, "中", 20, 15),
        prose(390, 740, "右", 12, 15),
    ],
    "three columns, table across the last two": [
        ABOVE,
        prose(50, 740, "左", 20, 15),
        prose(220, 740, "中", 9, 15),
        prose(390, 740, "右", 9, 15),
        [Grid(220, 580, [160, 160], rows("格", 6, 2))],
    ],
    "text beside a narrow table in one column": [
        [(60, 800 - STEP * i, f"段{i:02d}{FILL}{FILL[:12]}") for i in range(5)],
        [Grid(60, 715, [70, 70], rows("格", 6, 2))],
        prose(230, 700, "旁", 5, 32),
        [(60, 590 - STEP * i, f"尾{i:02d}{FILL}{FILL[:12]}") for i in range(4)],
    ],
    "two columns without a table": [ABOVE, prose(LEFT, 740, "左", 30), prose(RIGHT, 740, "右", 25)],
}
WRITTEN = [as_columns, as_rows, right_first, tables_last]


@pytest.mark.parametrize("order", WRITTEN)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_columns_are_read_one_after_the_other(tmp_path, layout, order):
    columns = LAYOUTS[layout]
    grids = [part for column in columns for part in column if isinstance(part, Grid)]
    draft = read(pdf(tmp_path, [order(columns)], size=SIZE, rules=ruled(grids)))
    assert bare(draft.text) == "".join(text for _, _, text in as_columns(columns))
    assert not draft.dropped and not draft.notes
    for grid in grids:
        width = len(grid.edges) - 1
        for i in range(0, len(grid.texts), width):
            assert (
                f"| {' | '.join(text for _, _, text in grid.texts[i : i + width])} |\n" in draft.text + "\n"
            )


def test_lines_of_a_column_are_one_paragraph_below_a_wider_one(tmp_path):
    columns = LAYOUTS["table in the right column"]
    lines = read(pdf(tmp_path, [as_columns(columns)], size=SIZE, rules=ruled(columns[2]))).text.split("\n")
    assert lines[:3] == [*(text for _, _, text in ABOVE), "".join(text for _, _, text in columns[1])]


def test_the_last_line_of_what_spans_both_columns_belongs_to_it(tmp_path):
    above = [(50, 760, (FILL + FILL)[:49]), (50, 744, (FILL + FILL)[:49]), (50, 728, "到此为止。")]
    columns = [prose(LEFT, 700, "左", 12), prose(RIGHT, 700, "右", 12)]
    lines = read(pdf(tmp_path, [above + as_columns(columns)], size=SIZE)).text.split("\n")
    assert lines[0] == "".join(text for _, _, text in above)


def test_a_sentence_goes_on_from_column_to_column(tmp_path):
    left = prose(LEFT, 740, "左", 10)[:9]
    lines = read(pdf(tmp_path, [[*left, *prose(RIGHT, 740, "右", 8)]], size=SIZE)).text.split("\n")
    assert len(lines) == 1


def test_a_box_beside_text_is_read_for_itself(tmp_path):
    around = [(60, 800 - STEP * i, f"段{i:02d}{FILL}{FILL[:12]}") for i in range(4)]
    beside = prose(60, 730, "旁", 7, 30)[:6]
    box = [
        (400, 732 - STEP * i, text) for i, text in enumerate(["图1", "协作区示意图", "资料来源：市统计局"])
    ]
    rules = [(390, 745, 540, 745), (390, 690, 540, 690), (390, 745, 390, 690), (540, 745, 540, 690)]
    after = [(60, 630 - STEP * i, f"尾{i:02d}{FILL}{FILL[:12]}") for i in range(4)]
    draft = read(pdf(tmp_path, [around + beside + box + after], size=SIZE, rules=rules))
    assert bare(draft.text) == "".join(text for _, _, text in around + beside + box + after)
    assert draft.text.split("\n")[-4:-1] == [text for _, _, text in box]


def test_running_heads_and_numbers_stand_in_no_column(tmp_path):
    pages = [
        [
            *[(50, 815, "协作区年度报告"), (500, 815, f"第{n}期"), (530, 20, str(n))],
            *prose(LEFT, 760, f"{n}左", 40),
            *prose(RIGHT, 760, f"{n}右", 40),
        ]
        for n in range(1, 5)
    ]
    draft = read(pdf(tmp_path, pages, size=SIZE))
    want = "".join(text for page in pages for _, _, text in page[3:])
    assert bare(draft.text) == want
    assert {"1", "2", "3", "4"} <= {text for _, text in draft.dropped}


def test_lists_without_rules_are_read_row_by_row(tmp_path):
    names = ["县区", "江海区", "通州区", "海门区", "如皋市", "启东市"]
    numbers = ["面积", "1037", "1180", "2332", "2665", "3312"]
    placed = [
        item
        for i, (name, number) in enumerate(zip(names, numbers, strict=True))
        for item in ((72, 760 - 24 * i, name), (300, 760 - 24 * i, number))
    ]
    draft = read(pdf(tmp_path, [placed]))
    assert draft.text.split("\n") == [f"{a} {b}" for a, b in zip(names, numbers, strict=True)]


def test_text_in_a_table_where_no_cell_is_ruled_is_kept(tmp_path):
    grid = Grid(60, 700, [100, 100, 100], rows("格", 4))
    open_cell = [rule for rule in grid.rules if rule != grid.rules[3]]  # nothing closes the last column
    placed = [(60, 740, "协作区评估报告"), *grid.texts, (60, 600, "表后的文字。")]
    draft = read(pdf(tmp_path, [placed], rules=open_cell))
    assert sorted(bare(draft.text)) == sorted("".join(text for _, _, text in placed))
    assert draft.notes == []


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_table_of_a_turned_page_is_found(tmp_path, rotation):
    grid = Grid(60, 700, [100, 100, 100], rows("格", 4))
    placed = [(60, 740, "协作区评估报告"), *grid.texts, (60, 600, "表后的文字。")]
    draft = read(pdf(tmp_path, [placed], rules=grid.rules, more=f"/Rotate {rotation}"))
    assert sorted(bare(draft.text)) == sorted("".join(text for _, _, text in placed))
    assert all(f"{cell} |" in draft.text for _, _, cell in grid.texts)


def test_a_page_whose_box_begins_elsewhere_has_its_table(tmp_path):
    grid = Grid(60, 700, [100, 100, 100], rows("格", 4))
    placed = [(60, 740, "协作区评估报告"), *grid.texts, (60, 600, "表后的文字。")]
    draft = read(pdf(tmp_path, [placed], rules=grid.rules, more="/CropBox[20 30 580 800]"))
    assert "| 格0甲 | 格0乙 | 格0丙 |" in draft.text and draft.dropped == []


def test_an_ideograph_in_two_codes_is_one_character():
    codes = [0x4E00, 0xD872, 0xDF5A, 0, 0xD872, 0x110000, 0x4E8C]
    assert [char for _, char in page_runs._characters(codes)] == ["一", "\U0002cb5a", "二"]


def test_text_beyond_the_edge_of_a_page_is_told(tmp_path):
    path = pdf(tmp_path, [[(60, 700, "江海市通报"), (60, 660, "建成科创飞地5个。"), (60, 900, "印刷标记")]])
    assert read(path).dropped == [("页面之外的文字", "印刷标记")]


def test_tables_beside_each_other_are_two(tmp_path):
    columns = LAYOUTS["two tables side by side"]
    draft = read(pdf(tmp_path, [as_columns(columns)], size=SIZE, rules=ruled(columns[1] + columns[2])))
    assert "| 左格8甲 | 左格8乙 |\n\n| 右格0甲 | 右格0乙 |\n| --- | --- |" in draft.text


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.tuples(st.integers(20, 480), st.integers(30, 810), st.integers(1, 40)), max_size=25),
    st.lists(
        st.tuples(st.integers(20, 450), st.integers(120, 800), st.integers(2, 6), st.integers(2, 3)),
        max_size=3,
    ),
)
def test_whatever_lies_wherever_is_read_once(tmp_path, texts, tables):
    placed = [(x, y, f"{i:02d}{FILL}"[:length]) for i, (x, y, length) in enumerate(texts)]
    grids = [Grid(x, y, [45] * wide, rows("格", high, wide)) for x, y, high, wide in tables]
    path = pdf(
        tmp_path, [[*placed, *flat(grids), (60, 20, "江海市统计局编印。")]], size=SIZE, rules=ruled(grids)
    )
    document = pypdfium2.PdfDocument(path)
    shown = document[0].get_textpage().get_text_range()
    document.close()
    draft = read(path)
    held = Counter(bare(draft.text)) + Counter(bare("".join(text for _, text in draft.dropped)))
    assert held == Counter(bare(shown))
    assert not [why for why, _ in draft.dropped if why == "没有读进正文的文字"]


def test_what_no_line_and_no_cell_holds_is_told(tmp_path, monkeypatch):
    kept = page_text.in_reading_order
    monkeypatch.setattr(
        page_text,
        "in_reading_order",
        lambda blocks: kept([block for block in blocks if block.number != 1]),
    )
    path = pdf(tmp_path, [[(60, 700, "江海市通报"), (60, 660, "建成飞地5个。"), (60, 640, "完。")]])
    found = prepared(path)
    assert ("没有读进正文的文字", "建成飞地5个。") in [(r.why, r.text) for r in found.reading.removed]
    assert found.notes == ["第 1 页有 7 个字没有读进正文，请对照原文：建成飞地5个。"]
