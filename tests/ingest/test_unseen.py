"""What web pages hide or strike out is no text, and is told."""

from email.message import EmailMessage

import pytest

from ingest.draft import HIDDEN, STRUCK
from ingest.readers.html_unseen import lines_and_unseen
from tests.ingest.made import prepared, written

TEXT = "自2024年7月1日起，两市参保人员持卡可在对方城市的217家定点医疗机构直接结算。"
MORE = "门诊慢特病的直接结算病种由5种扩大到11种，住院报销比例与参保地一致。"
MEMO = "编辑备忘：勿发布。"


def page(body, style=""):
    return (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>两地医保互通全面推开</title><style>{style}</style></head>"
        f"<body><h1>两地医保互通全面推开</h1><div class=content><p>{TEXT}</p>{body}<p>{MORE}</p></div></body></html>"
    )


def removed(found, why):
    return [taken.text for taken in found.reading.removed if taken.why == why]


@pytest.mark.parametrize(
    ("element", "style"),
    [
        (f"<p style='display: none'>{MEMO}</p>", ""),
        (f"<p style='visibility:hidden;color:red'>{MEMO}</p>", ""),
        (f"<p hidden>{MEMO}</p>", ""),
        (f"<p class=x>{MEMO}</p>", ".x{display:none}"),
        (f"<p class='a x'>{MEMO}</p>", "/* .a */ h1, p.x { color: red; DISPLAY : none !important }"),
        (f"<p id=memo>{MEMO}</p>", "#memo{visibility:hidden}"),
        (f"<div class=x><p>{MEMO}</p></div>", "@media screen{.y{color:red} .x{display:none}}"),
        (f"<p>备注<span class=x>{MEMO}</span></p>", ".x{display:block}.x{display:none}"),
    ],
)
def test_what_a_page_hides_is_told(tmp_path, element, style):
    found = prepared(written(tmp_path, "a.html", page(element, style)))
    assert MEMO not in found.article.text and MORE in found.article.text
    assert removed(found, HIDDEN) == [MEMO]


@pytest.mark.parametrize(
    ("element", "style"),
    [
        (f"<p class=x>{MEMO}</p>", "@media print{.x{display:none}}"),
        (f"<p class=x>{MEMO}</p>", ".js .x{display:none}.x:hover{display:none}"),
        (f"<p class=x>{MEMO}</p>", ".x{display:none}.x{display:block}"),
        (f"<p class=x style='display:block'>{MEMO}</p>", ".x{display:none}"),
        (f"<p class=xx>{MEMO}</p>", ".x{display:none} div.xx{display:none}"),
        (f"<p class=x>{MEMO}</p>", ".x{"),
    ],
)
def test_what_is_shown_after_all_stays(tmp_path, element, style):
    assert MEMO in prepared(written(tmp_path, "a.html", page(element, style))).article.text


def test_a_page_that_hides_all_until_a_script_runs_is_read(tmp_path):
    found = prepared(written(tmp_path, "a.html", page("", ".content{visibility:hidden}")))
    assert TEXT in found.article.text and not removed(found, HIDDEN)
    post = (
        "<html><meta charset=utf-8><h1 id=activity-name>江海观察：飞地</h1><div class=all style='visibility:hidden'>"
        f"<div id=js_content style='visibility:hidden;opacity:0'><p>{TEXT}</p><p style='display:none'>{MEMO}</p></div></div>"
        f"<div>{MORE * 9}</div></html>"
    )
    found = prepared(written(tmp_path, "b.html", post))
    assert found.article.text == TEXT and removed(found, HIDDEN) == [MEMO]


@pytest.mark.parametrize(
    "mark", ["<s>{}</s>", "<del>{}</del>", "<span style='text-decoration:line-through'>{}</span>"]
)
def test_struck_text_is_told(tmp_path, mark):
    found = prepared(written(tmp_path, "a.html", page(f"<p>票价统一为2元{mark.format('，原定3元')}。</p>")))
    assert "票价统一为2元。" in found.article.text and removed(found, STRUCK) == ["，原定3元"]


def test_mails_and_pieces_of_pages_too(tmp_path):
    message = EmailMessage()
    message["Subject"] = "江海市飞地建设推进会通知"
    message.set_content(page(f"<p class=x>{MEMO}</p>", ".x{display:none}"), subtype="html")
    (tmp_path / "a.eml").write_bytes(message.as_bytes())
    found = prepared(tmp_path / "a.eml")
    assert MEMO not in found.article.text and removed(found, HIDDEN) == [MEMO]
    assert lines_and_unseen(f"<p>{TEXT}<s>旧</s></p>") == ([TEXT], [(STRUCK, "旧")])
    assert lines_and_unseen("甲 < 乙\n丙") == (["甲 < 乙", "丙"], [])
