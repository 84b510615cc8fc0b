"""Layouts of the boxes in which provincial and ministerial pages state what they are: read whole, and no part of the text."""

from datetime import date

import pytest

from ingest.documents.labels import issuer
from tests.ingest.made import prepared, written

TITLE = "江海省人民政府办公厅关于支持科创飞地建设的若干措施"
ISSUER, NUMBER = "江海省人民政府办公厅", "江政办发〔2026〕15号"
BODY = (
    "<p>各市、县人民政府，省各委办厅局：</p><p>为支持科创飞地建设，现就有关事项通知如下。</p>"
    "<p>一、总体要求</p><p>到2027年，全省建成科创飞地60个，承接企业900家以上。</p>"
    "<p>二、要素保障</p><p>每个飞地安排不少于200万元的专项资金，由双方按照约定比例分享税收。</p>"
)
ROWS = [
    ("索引号", "JH0001/2026-00012"),
    ("发布机构", ISSUER),
    ("名称", TITLE),
    ("文号", NUMBER),
    ("成文日期", "2026-03-02"),
    ("发布日期", "2026-03-09"),
    ("有效性", "有效"),
]


def brackets_in_a_list(rows):
    return "<ol>" + "".join(f"<li>[{k}] <span>{v}</span></li>" for k, v in rows) + "</ol>"


def brackets_with_spaces_in_cells(rows):
    return "<table>" + "".join(f"<tr><td>[ {k} ]</td><td>{v}</td></tr>" for k, v in rows) + "</table>"


def bare_terms(rows):
    return "<dl>" + "".join(f"<dt>{k}</dt><dd>{v}</dd>" for k, v in rows) + "</dl>"


def bare_divs(rows):
    return "<div>" + "".join(f"<div><div>{k}</div><div>{v}</div></div>" for k, v in rows) + "</div>"


def bare_spans_before_their_values(rows):
    return "<ul>" + "".join(f"<li><span>{k}</span>{v}</li>" for k, v in rows) + "</ul>"


def bare_cells_two_pairs_a_row(rows):
    cells = [f"<td>{k}</td><td>{v}</td>" for k, v in rows]
    return (
        "<table>"
        + "".join(f"<tr>{''.join(cells[i : i + 2])}</tr>" for i in range(0, len(cells), 2))
        + "</table>"
    )


def labels_above_their_values(rows):
    names, values = ("".join(f"<td>{x}</td>" for x in column) for column in zip(*rows, strict=True))
    return f"<table><tr>{names}</tr><tr>{values}</tr></table>"


def strong_labels(rows):
    return "<div>" + "".join(f"<div><strong>{k}：</strong> {v}</div>" for k, v in rows) + "</div>"


def labels_in_paragraphs(rows):
    return "<div>" + "".join(f"<p><em>{k}：</em>{v}</p>" for k, v in rows) + "</div>"


def labels_of_a_form(rows):
    return "<div>" + "".join(f"<div><label>{k}：</label><span>{v}</span></div>" for k, v in rows) + "</div>"


def label_and_value_in_one_cell(rows):
    cells = [f"<td><span>{k}：</span>{v}</td>" for k, v in rows]
    return (
        "<table>"
        + "".join(f"<tr>{''.join(cells[i : i + 2])}</tr>" for i in range(0, len(cells), 2))
        + "</table>"
    )


def spread_labels_in_a_table_of_a_table(rows):
    spread = [("　　".join(k) if len(k) == 2 else k, v) for k, v in rows]
    inner = "".join(f"<tr><td><b>{k}：</b></td><td>{v}</td></tr>" for k, v in spread)
    return f"<table><tr><td><table>{inner}</table></td></tr></table>"


BOXES = [
    brackets_in_a_list,
    brackets_with_spaces_in_cells,
    bare_terms,
    bare_divs,
    bare_spans_before_their_values,
    bare_cells_two_pairs_a_row,
    labels_above_their_values,
    strong_labels,
    labels_in_paragraphs,
    labels_of_a_form,
    label_and_value_in_one_cell,
    spread_labels_in_a_table_of_a_table,
]


def page(inner, head="", title="江海省人民政府网站"):
    return (
        f"<html><head><meta charset=utf-8><title>{title}</title>{head}</head><body><div><a href=/>首页</a></div>{inner}"
        "<div>主办：江海省人民政府办公厅 网站标识码：3200000001</div></body></html>"
    )


@pytest.mark.parametrize("holder", ['<div id="zoom">', '<div class="cont">'])
@pytest.mark.parametrize("box", BOXES)
def test_a_box_of_any_layout_is_read_and_is_no_text(tmp_path, box, holder):
    signed = f"<p>{ISSUER}</p><p>2026年3月2日</p>"
    found = prepared(written(tmp_path, "p.html", page(f"{box(ROWS)}{holder}{BODY}{signed}</div>")))
    article = found.article
    assert (article.title, article.issuer, article.document_number) == (TITLE, ISSUER, NUMBER)
    assert (article.written_on, article.published_on) == (date(2026, 3, 2), date(2026, 3, 9))
    text = "".join(passage.text for passage in found.passages)
    assert "900家以上" in text and "200万元" in text and "索引号" not in text and "有效性" not in text
    assert any("JH0001/2026-00012" in r.text for r in found.reading.removed)


def test_statements_in_brackets_at_the_head_of_the_text_are_read(tmp_path):
    stated = "<p>【发布单位】商务部 海关总署</p><p>【发布文号】公告2026年第12号</p><p>【发布日期】2026年03月09日</p>"
    signed = "<p>商务部　海关总署</p><p>2026年3月2日</p>"
    html = page(
        f"<h4 id=artitle>商务部 海关总署关于科创飞地设备进口事项的公告</h4><div>{stated}{BODY}{signed}</div>"
    )
    found = prepared(written(tmp_path, "p.html", html))
    article = found.article
    assert (article.title, article.issuer) == (
        "商务部 海关总署关于科创飞地设备进口事项的公告",
        "商务部 海关总署",
    )
    assert (article.document_number, article.published_on) == ("公告2026年第12号", date(2026, 3, 9))
    assert article.written_on == date(2026, 3, 2)
    assert "900家以上" in article.text and "发布单位" not in article.text


def test_a_line_of_spans_without_spaces_names_day_and_source(tmp_path):
    line = (
        "<div><span>时间：2026-03-09 08:30</span><span>来源：江海日报</span><span>浏览：2345次</span></div>"
    )
    found = prepared(
        written(tmp_path, "p.html", page(f"<h1>科创飞地推进会召开</h1>{line}<div id=zoom>{BODY}</div>"))
    )
    assert (found.article.issuer, found.article.published_on) == ("江海日报", date(2026, 3, 9))


@pytest.mark.parametrize(
    "line",
    [
        "2024-06-26 08:15　来源：云岭日报　记者：程㛃　浏览：3301",
        "来源：云岭日报 记者：程㛃 责编：钱某 2024-06-26 08:15",
        "来源：云岭日报 作者：程㛃 时间：2024-06-26 字号：大 中 小",
        "来源：云岭日报｜编辑：程㛃｜点击：88 发布时间：2024-06-26",
    ],
)
def test_an_issuer_ends_where_the_next_label_begins(tmp_path, line):
    body = "<p>本报讯，记者25日获悉，两市参保人员可在对方城市直接结算。</p><p>限额提高到5000元。</p>"
    text = f"<html><meta charset=utf-8><h1>两地医保互通7月起推开</h1><div class=info>{line}</div><div>{body}</div></html>"
    article = prepared(written(tmp_path, "a.html", text)).article
    assert (article.issuer, article.published_on) == ("云岭日报", date(2024, 6, 26))
    assert [name for _, name in article.roles if name == "程㛃"] == ["程㛃"]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("云岭日报 记者：程㛃 浏览：3301", "云岭日报"),
        ("新华社作者：张三", "新华社"),
        ("江海市科技局（责编：王某）", "江海市科技局"),
        ("云岭日报编辑部", "云岭日报编辑部"),
        ("人民网-人民日报", "人民网-人民日报"),
    ],
)
def test_an_issuer_holds_no_other_label(value, name):
    assert issuer(value) == name


def test_who_asks_in_an_interview_is_text_and_no_label(tmp_path):
    text = "专访江海市科技局\n\n来源：江海日报\n\n记者：您如何看待飞地建设？\n\n局长：飞地建设很快，去年新增了5个。\n"
    assert "记者：您如何看待飞地建设？" in prepared(written(tmp_path, "a.txt", text)).article.text


def test_a_time_alone_is_the_day_of_nothing(tmp_path):
    html = page(
        f"<h1>科创飞地推进会公告</h1><div id=zoom><p>时间：2026年3月20日</p><p>地点：市民中心</p>{BODY}</div>"
    )
    article = prepared(written(tmp_path, "p.html", html)).article
    assert article.published_on is None and "时间：2026年3月20日" in article.text


def test_offices_that_sign_one_below_the_other_are_all_named(tmp_path):
    text = (
        "关于支持科创飞地建设的指导意见\n\n到2027年建成科创飞地60个。\n\n国家发展改革委\n\n科 技 部\n\n财 政 部\n\n"
        "2026年3月2日\n"
    )
    article = prepared(written(tmp_path, "a.txt", text)).article
    assert (article.issuer, article.written_on) == ("国家发展改革委、科技部、财政部", date(2026, 3, 2))


def test_a_number_before_its_status_on_one_line_is_the_documents_own(tmp_path):
    line = "<div>国家税务总局公告2026年第5号 全文有效 成文日期：2026-03-02</div>"
    html = page(f"<h1>国家税务总局关于科创飞地税收事项的公告</h1>{line}<div class=cont>{BODY}</div>")
    article = prepared(written(tmp_path, "p.html", html)).article
    assert article.document_number == "国家税务总局公告2026年第5号"


def test_a_windows_title_that_names_the_site_is_no_title_of_an_article(tmp_path):
    html = page(
        f"<div class=con_title>{TITLE}</div><div class=cont>{BODY}</div>", title="通知公告_江海省门户网站"
    )
    assert prepared(written(tmp_path, "p.html", html)).article.title == TITLE
