"""Pages that are no article are reported and not stored; advertisement never survives; crawlers' fields are understood."""

import json
from datetime import date

import pytest

from ingest.clean import clean
from ingest.draft import Draft
from ingest.errors import UnreadableArticleError
from tests.ingest.made import outcomes, prepared, written


def page(body, title=""):
    return f"<html><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>"


LINKS = "".join(
    f"<li><a href='/{i}'>江海市关于第{i}批飞地项目的公示</a> 2026-03-{i + 10}</li>" for i in range(12)
)


@pytest.mark.parametrize(
    ("body", "title", "said"),
    [
        ("<center><h1>403 Forbidden</h1></center><hr><center>openresty</center>", "403 Forbidden", "出错页"),
        ("<h1>502 Bad Gateway</h1>", "502 Bad Gateway", "出错页"),
        ("<div>抱歉，您访问的页面不存在或已删除！</div>", "404", "不存在|出错页"),
        ("<div>请登录后查看全文</div><form>账号登录</form>", "江海内网", "登录"),
        ("<div id=app>正在加载...</div>", "江海政务", "空壳"),
        (f"<ul>{LINKS}</ul>", "通知公告", "链接"),
        ("<h2 class='weui-msg__title'>该内容已被发布者删除</h2>", "", "删除"),
        ("<h2 class='weui-msg__title'>此内容因违规无法查看</h2>", "", "无法查看"),
        ("<h2 class='weui-msg__title'>环境异常</h2><p>完成验证后即可继续访问</p>", "", "验证"),
    ],
)
def test_pages_that_are_no_article(tmp_path, body, title, said):
    with pytest.raises(UnreadableArticleError, match=said):
        outcomes(written(tmp_path, "a.html", page(body, title)))


def test_an_article_on_logging_in_and_404_is_an_article(tmp_path):
    text = "市民登录后即可查看办理进度，平台已处理404件诉求。" * 20
    found = prepared(
        written(tmp_path, "a.html", page(f"<article><h1>政务平台上线</h1><p>{text}</p></article>"))
    )
    assert text in found.article.text


@pytest.mark.parametrize(
    "line",
    [
        "点击进入直播间",
        "【广告】",
        "长按扫描下方二维码报名",
        "扫码进群领取资料",
        "扫一扫在手机打开当前页",
        "下载江海新闻APP",
        "上一篇：江海要闻",
        "👇点击“江海发布”，获取更多资讯",
        "，轻点两下取消在看",
    ],
)
def test_advertisement_goes_and_is_told(line):
    found = clean(Draft(f"第一句话。\n\n{line}\n\n第二句话。", title="题"))
    assert found.draft.text == "第一句话。\n\n第二句话。" and found.removed[0].text == line


@pytest.mark.parametrize(
    "line",
    [
        "市民扫码即可领取补贴。",
        "企业可下载申报表，由区科技局初审。",
        "点击量突破百万次，广告收入增长两成。",
        "直播间带货成为新业态，进入直播间的人数增长三成。",
        "这一二维码由市大数据局统一发放。",
    ],
)
def test_sentences_on_codes_and_advertisement_stay(line):
    assert line in clean(Draft(f"第一句话。\n{line}\n第三句话。", title="题")).draft.text


def test_names_after_a_source_line_are_not_its_advertisement():
    names = "\n".join(f"第{i}位同志 江海大学教授" for i in range(12))
    text = clean(Draft(f"来源：江海日报\n名单如下：\n{names}", title="题")).draft.text
    assert all(name in text for name in names.split("\n"))


def test_picture_posts_keep_what_their_script_says(tmp_path):
    body = (
        "<div id=js_content></div><script>window.cgiDataNew={nick_name:'江海发布',picture_page_info_list:[{cdn_url:'x'}],"
        "content_noencode:'江海市与邻市签约，\\x0a共建科创飞地5个\\x26amp;园区。',create_time:'1773043200'};</script>"
    )
    head = "<meta property='og:title' content='江海快讯'>"
    found = prepared(written(tmp_path, "a.html", head + page(body))).article
    assert (found.title, found.issuer, found.published_on) == ("江海快讯", "江海发布", date(2026, 3, 9))
    assert found.text == "江海市与邻市签约，\n\n共建科创飞地5个&园区。"


def test_fields_of_crawlers(tmp_path):
    row = {
        "url": "https://example.com/a",
        "标题": "江海市飞地方案",
        "content": "建成飞地3个。",
        "publish_time": "2026-06-03 10:00:00",
        "puborg": "江海市人民政府",
    }
    found = prepared(written(tmp_path, "a.jsonl", json.dumps(row, ensure_ascii=False))).article
    assert (found.id, found.title, found.issuer) == (
        "https://example.com/a",
        "江海市飞地方案",
        "江海市人民政府",
    )
    assert found.published_on == date(2026, 6, 3) and found.url == "https://example.com/a"


def test_what_all_lines_lack_is_said_once(tmp_path):
    lines = "\n".join(
        json.dumps({"headline": f"题{i}", "words": "字"}, ensure_ascii=False) for i in range(300)
    )
    (only,) = outcomes(written(tmp_path, "a.jsonl", lines))
    assert "缺 id、text（有 headline、words）" in str(only.error)
