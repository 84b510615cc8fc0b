"""Official pages: what their own tables state is what is stored. Real ones where they are there, and made ones."""

import json
from datetime import date

import pytest

from tests.ingest.made import prepared, written

FIELDS = ("title", "issuer", "document_number", "written_on", "published_on")


def test_real_pages_say_what_their_own_tables_state(shared_data, tmp_path):
    rows = [json.loads(line) for line in (shared_data / "gov_pages.jsonl").read_text("utf-8").splitlines()]
    right = dict.fromkeys(FIELDS, 0)
    for row in rows:
        found = prepared(written(tmp_path, "page.html", row["html"]))
        assert found.unclaimed == 0
        for field in FIELDS:
            right[field] += str(getattr(found.article, field)) == row["truth"][field]
    assert min(right.values()) >= len(rows) - 1, right


BODY = "<p>各县区人民政府：</p><p>到2027年建成科创飞地6个。</p>"
ROWS = [
    ("索引号", "000014349/2026-00012"),
    ("发布机构", "江海市财政局"),
    ("文号", "江财发〔2026〕7号"),
    ("成文日期", "2026-03-02"),
    ("发布日期", "2026-03-09"),
    ("信息名称", "江海市财政局关于飞地专项资金管理的通知"),
]


def cells(rows):
    return "<table>" + "".join(f"<tr><td>{k}：</td><td>{v}</td></tr>" for k, v in rows) + "</table>"


def items(rows):
    return "<ul>" + "".join(f"<li><b>{k}：</b><span>{v}</span></li>" for k, v in rows) + "</ul>"


def inline(rows):
    return "<ul>" + "".join(f"<li>{k}：{v}</li>" for k, v in rows) + "</ul>"


def terms(rows):
    return "<dl>" + "".join(f"<dt>{k}:</dt><dd>{v}</dd>" for k, v in rows) + "</dl>"


def line(rows):
    return "<div>" + " ".join(f"{k}：{v}" for k, v in rows) + "</div>"


def heads(rows):
    return "<table>" + "".join(f"<tr><th>{k}</th><td>{v}</td></tr>" for k, v in rows) + "</table>"


@pytest.mark.parametrize("box", [cells, items, inline, terms, line, heads])
@pytest.mark.parametrize("holder", ['<div id="zoom">', '<div class="TRS_Editor">', "<article>"])
def test_boxes_of_provincial_pages(tmp_path, box, holder):
    closing = "</article>" if holder == "<article>" else "</div>"
    page = f"<html><head><meta charset=utf-8><title>政府信息公开</title></head><body>{box(ROWS)}{holder}{BODY * 3}{closing}</body></html>"
    found = prepared(written(tmp_path, "p.html", page)).article
    assert [getattr(found, field) for field in FIELDS] == [
        "江海市财政局关于飞地专项资金管理的通知",
        "江海市财政局",
        "江财发〔2026〕7号",
        date(2026, 3, 2),
        date(2026, 3, 9),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "会议时间：2026年3月20日",
        "申报时间：2026年6月1日",
        "采样时间：2026年6月1日",
        "全市2025年引进项目42个。",
        "Copyright © 2010-2024 江海市人民政府",
    ],
)
def test_a_date_is_never_guessed(tmp_path, text):
    page = (
        f"<html><meta charset=utf-8><title>江海市通报</title><body><article><p>{text}</p>{BODY * 4}</article>"
    )
    html = prepared(written(tmp_path, "p.html", page)).article
    plain = prepared(written(tmp_path, "p.txt", f"江海市通报\n\n{text}\n\n到2027年建成科创飞地6个。")).article
    assert {html.published_on, html.written_on, plain.published_on, plain.written_on} == {None}


@pytest.mark.parametrize(
    ("title", "text", "foot", "day"),
    [
        ("飞地专题会议纪要", "会议时间：2024年4月9日 地点：2号会议室", "", date(2024, 4, 9)),
        ("飞地专题会议纪要（第3期）", "一、时间：2024年4月9日下午", "", date(2024, 4, 9)),
        ("飞地会议记录", "2024年4月9日上午，副市长甲某主持召开专题会议。", "", date(2024, 4, 9)),
        ("飞地专题会议纪要", "会议时间：2024年4月9日", "2024年4月16日", date(2024, 4, 16)),
        ("飞地专题会议纪要", "会议听取了2024年4月9日以来的进展。", "", None),
        ("关于召开飞地会议的通知", "会议时间：2024年4月9日 地点：2号会议室", "", None),
        ("飞地工作会议召开", "2024年4月9日上午，副市长甲某主持召开专题会议。", "", None),
    ],
)
def test_minutes_are_of_the_day_of_their_meeting_where_they_state_no_other(tmp_path, title, text, foot, day):
    whole = f"{title}\n\n{text}\n\n会议议定，到2027年建成科创飞地6个。\n\n{foot}\n"
    assert prepared(written(tmp_path, "p.txt", whole)).article.written_on == day


@pytest.mark.parametrize(
    "line",
    ["| 来源 | 时间 |\n| --- | --- |\n| 甲 | 乙 |", "来源：https://mp.weixin.qq.com/s/abc", "来源：本报讯"],
)
def test_an_issuer_is_no_address_no_table_head_and_no_phrase(tmp_path, line):
    found = prepared(written(tmp_path, "p.txt", f"江海飞地动态\n\n{line}\n\n全市建成科创飞地5个。"))
    assert found.article.issuer is None


def test_a_red_head_its_signer_and_a_title_on_several_lines(tmp_path):
    text = (
        "江海市人民政府文件\n\n江政发〔2026〕12号    签发人：甲一\n\n江海市人民政府关于印发\n科创飞地建设实施方案\n的通知\n\n"
        "各县区人民政府：\n\n现印发给你们，请认真贯彻执行。\n\n江海市人民政府\n\n二〇二六年四月二日\n\n"
        "江海市科创飞地建设实施方案\n\n到2027年建成科创飞地6个。\n\n江海市科技局\n\n2026年1月1日\n"
    )
    found = prepared(written(tmp_path, "a.txt", text)).article
    assert found.title == "江海市人民政府关于印发科创飞地建设实施方案的通知"
    assert (found.issuer, found.document_number) == ("江海市人民政府", "江政发〔2026〕12号")
    assert found.written_on == date(2026, 4, 2) and ("签发人", "甲一") in found.roles


def test_an_order_is_known_by_the_regulation_that_it_announces(tmp_path):
    text = (
        "中华人民共和国国务院令\n第797号\n现公布《江海条例》，自2026年5月1日起施行。\n总理 甲一\n2026年3月1日\n江海条例\n"
        "第一条 为了规范飞地建设，制定本条例。\n"
    )
    found = prepared(written(tmp_path, "a.txt", text)).article
    assert (found.title, found.issuer, found.document_number) == ("江海条例", "国务院", "国务院令第797号")
    assert (found.written_on, found.effective_on) == (date(2026, 3, 1), date(2026, 5, 1))


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("published: 2026-03-09\ncreated: 2026-09-17", date(2026, 3, 9)),
        ("published:\ncreated: 2026-09-17", None),
        ("date: Mon, 09 Mar 2026 23:41:25 GMT", date(2026, 3, 10)),
        ("pubDate: 2026-03-09T10:00:00+08:00", date(2026, 3, 9)),
        ("publish_time: 1773043200", date(2026, 3, 9)),
    ],
)
def test_front_matter_of_clippers_and_exporters(tmp_path, line, day):
    text = (
        f'---\ntitle: 江海飞地\nsource: "https://mp.weixin.qq.com/s/a"\nauthor:\n  - "[[江海观察]]"\n{line}\ntags: [clippings]\n---\n'
        "![](https://mmbiz.qpic.cn/x.png)\n\n江海市**建成**科创飞地[5个](https://example.com/5)。\n"
    )
    found = prepared(written(tmp_path, "a.md", text))
    article = found.article
    assert (article.title, article.issuer, article.published_on) == ("江海飞地", "江海观察", day)
    assert article.url == "https://mp.weixin.qq.com/s/a" and article.text == "江海市建成科创飞地5个。"
    left_out = {(r.why, r.text) for r in found.reading.removed}
    assert ("图片", "https://mmbiz.qpic.cn/x.png") in left_out and (
        "链接地址",
        "https://example.com/5",
    ) in left_out


def test_text_in_angle_brackets_is_text(tmp_path):
    text = "# 检索参数说明\n\n<词项，词项频率；文档> 中的频率是 993427 次；若 a<b 且 c>d 则略。\n\n<main+0xe> 为项目代号。\n"
    found = prepared(written(tmp_path, "a.md", text)).article.text
    assert found.startswith("<词项，词项频率；文档>") and "a<b 且 c>d" in found and "<main+0xe>" in found


def test_a_posts_line_above_its_text_is_metadata_where_front_matter_has_the_title(tmp_path):
    text = "---\ntitle: 江海飞地\n---\n原创 陈甲 *2026年3月9日 18:30*\n\n全市建成科创飞地12个。\n"
    article = prepared(written(tmp_path, "a.md", text)).article
    assert (article.text, article.published_on) == ("全市建成科创飞地12个。", date(2026, 3, 9))


def test_a_line_of_day_and_labels_under_a_title_is_read_whole(tmp_path):
    text = "科创飞地推进会召开\n2026年03月09日 08:30 来源：江海日报 作者：陈甲\n\n全市建成科创飞地12个。\n"
    article = prepared(written(tmp_path, "a.txt", text)).article
    assert (article.title, article.issuer, article.published_on) == (
        "科创飞地推进会召开",
        "江海日报",
        date(2026, 3, 9),
    )
    assert article.roles == (("作者", "陈甲"),) and article.text == "全市建成科创飞地12个。"


def test_labels_in_a_list_are_read(tmp_path):
    text = "# 科创飞地推进会召开\n\n- 日期：2026-03-09\n- 来源：江海日报\n- 链接：https://example.cn/a\n\n全市建成科创飞地12个。\n"
    article = prepared(written(tmp_path, "a.md", text)).article
    assert (article.issuer, article.published_on, article.url) == (
        "江海日报",
        date(2026, 3, 9),
        "https://example.cn/a",
    )
    assert article.text == "全市建成科创飞地12个。"


def test_a_red_head_of_two_offices_names_both(tmp_path):
    text = (
        "江海省发展和改革委员会\n江海省财政厅 文件\n\n江发改地区〔2026〕31号\n\n关于下达专项资金计划的通知\n\n"
        "现将计划下达给你们。\n"
    )
    found = prepared(written(tmp_path, "a.txt", text))
    assert found.article.issuer == "江海省发展和改革委员会、江海省财政厅"
    assert "发展和改革委员会" not in found.article.text
