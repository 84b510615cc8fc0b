"""Files as offices, exporters and crawlers make them: what was wrong in one of its kind is right in all."""

import json
from datetime import date
from email.message import EmailMessage

import docx
import pytest
import xlsxwriter

from ingest.errors import UnreadableArticleError
from ingest.preparing import Prepared
from tests.ingest.made import outcomes, paragraph, prepared, run, word, written

DAY = date(2026, 3, 9)


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next(tmp_path):
    gone = "<w:pPr><w:rPr><w:del w:id='1' w:author='a'/></w:rPr></w:pPr>"
    path = word(tmp_path, paragraph(run("到2028年建成"), properties=gone), paragraph(run("飞地20个。")))
    assert prepared(path).article.text == "到2028年建成飞地20个。"


def test_a_red_head_in_cells_states_number_and_signer(tmp_path):
    document = docx.Document()
    document.add_table(1, 1).cell(0, 0).text = "江海市科学技术局文件"
    cells = document.add_table(1, 2).rows[0].cells
    cells[0].text, cells[1].text = "江科发〔2026〕7号", "签发人：甲一"
    for text in (
        "关于印发飞地管理办法的通知",
        "各有关单位：",
        "请遵照执行。",
        "江海市科学技术局",
        "2026年3月2日",
    ):
        document.add_paragraph(text)
    document.save(str(tmp_path / "a.docx"))
    article = prepared(tmp_path / "a.docx").article
    assert (article.title, article.document_number) == ("关于印发飞地管理办法的通知", "江科发〔2026〕7号")
    assert (article.issuer, article.roles) == ("江海市科学技术局", (("签发人", "甲一"),))


def test_a_sheets_caption_is_its_title_and_hidden_sheets_are_told(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "附件1.xlsx"))
    shown, hidden = book.add_worksheet("表"), book.add_worksheet("底稿")
    for i, row in enumerate([["附件1"], ["江海市科创飞地一览表"], ["名称", "面积"], ["甲飞地", 3000]]):
        shown.write_row(i, 0, row)
    hidden.write_row(0, 0, ["内部", "888万"])
    hidden.hide()
    book.close()
    found = prepared(tmp_path / "附件1.xlsx")
    assert found.article.title == "江海市科创飞地一览表" and "甲飞地" in found.article.text
    assert "888万" not in found.article.text and found.notes == ["有 1 张隐藏的工作表没有读。"]


def test_a_mail_that_speaks_of_logging_in_is_a_mail(tmp_path):
    message = EmailMessage()
    message["Subject"] = "飞地填报"
    message.set_content(
        "<html><head><title>x</title></head><body><p>请登录后查看系统。</p></body></html>", subtype="html"
    )
    (tmp_path / "a.eml").write_bytes(message.as_bytes())
    assert prepared(tmp_path / "a.eml").article.text == "请登录后查看系统。"


@pytest.mark.parametrize(
    "row",
    [
        {"id": "1", "title": "飞地通知", "content": "<p>建成飞地6个。</p><p>新增2个。</p>", "date": "20260309"},
        {"id": "1", "title": "飞地通知", "content": ["建成飞地6个。", "新增2个。"], "datetime": "2026-03-09T10:00"},
        {"news_id": "1", "news_title": "飞地通知", "news_content": "建成飞地6个。\n\n新增2个。", "news_time": "2026/3/9"},
        {"id": 1, "title": "飞地通知", "fulltext": "建成飞地6个。\n\n新增2个。", "meta": {"date": "2026-03-09"}},
    ],
)  # fmt: skip
def test_more_fields_of_crawlers(tmp_path, row):
    article = prepared(written(tmp_path, "a.jsonl", json.dumps(row, ensure_ascii=False))).article
    assert (article.title, article.published_on) == ("飞地通知", DAY)
    assert article.text == "建成飞地6个。\n\n新增2个。"


def test_what_a_crawler_says_of_an_official_document(tmp_path):
    row = {
        "id": "1",
        "title": "关于飞地的意见",
        "text": "建成飞地6个。",
        "issuing_agency": "江海市人民政府",
        "doc_no": "江政发〔2026〕12号",
        "sign_date": "2026-03-02",
    }
    article = prepared(written(tmp_path, "a.jsonl", json.dumps(row, ensure_ascii=False))).article
    assert (article.issuer, article.document_number) == ("江海市人民政府", "江政发〔2026〕12号")
    assert article.written_on == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("<h1>您访问的页面已不存在</h1><p>5秒后返回首页</p>", "404"),
        ("<div>该文章已被删除或正在审核中</div>", "江海网"),
        ("<p>系统繁忙，请稍后再试</p>", "错误"),
        ("<div>Error 521</div><p>Web server is down</p>", "江海 | 521"),
        ("<p>参数错误</p>", "微信公众平台"),
        ("<script>location.href='/x'</script><noscript>请开启JavaScript并刷新该页.</noscript>", ""),
        ("<p>网站正在维护中，请稍后访问</p>", "江海市政府网"),
        ("<p>该链接已失效</p>", ""),
        ("<p>您的请求带有不合法参数，已被网站管理员设置拦截！</p>", "网站防火墙"),
        ("<h1>请求的资源不可用</h1><p>HTTP状态 404 - 未找到</p>", ""),
        ("<h2 class='weui-msg__title'>该公众号已注销</h2>", ""),
    ],
)
def test_more_pages_that_are_no_article(tmp_path, body, title):
    page = f"<html><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>"
    with pytest.raises(UnreadableArticleError):
        outcomes(written(tmp_path, "a.html", page))


@pytest.mark.parametrize(
    "text",
    [
        "<h1>关于申报2026年科创飞地项目的通知</h1><p>请登录江海科技网填报，逾期系统关闭。</p>",
        "<h1>飞地办理指南</h1><p>请登录平台。选择事项。提交材料。</p>",
    ],
)
def test_a_short_notice_that_asks_to_log_in_is_an_article(tmp_path, text):
    page = f"<html><head><meta charset=utf-8></head><body>{text}</body></html>"
    (found,) = outcomes(written(tmp_path, "a.html", page))
    assert isinstance(found, Prepared)


PAGE = "<html><head><meta charset={}><title>x</title></head><body><p>建成飞地6个。</p><table><tr><td>名称</td><td>面积</td></tr><tr><td>甲飞地</td><td>3000</td></tr></table></body></html>"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.doc", PAGE.format("utf-8").encode()),
        ("a.xls", PAGE.format("gb2312").encode("gbk")),
        ("a.wps", b"\xef\xbb\xbf\r\n" + PAGE.format("utf-8").encode()),
        ("a.doc", b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + PAGE.format("utf-8").encode()),
        ("a.xls", "名称\t面积\n甲飞地\t3000\n".encode("gbk")),
    ],
)  # fmt: skip
def test_pages_and_values_that_programs_save_as_old_office_files(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    text = prepared(tmp_path / name).article.text
    assert "| 甲飞地 | 3000 |" in text and ("建成飞地6个。" in text or b"\t" in data)


def test_a_new_word_file_by_an_old_ending_is_read(tmp_path):
    path = word(tmp_path, paragraph(run("建成飞地6个。"))).rename(tmp_path / "b.doc")
    assert prepared(path).article.text == "建成飞地6个。"


POST = "3月8日，飞地二期开工。\n\n计划2027年建成。\n"


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("# 飞地二期开工\n\n江海发布 _2026年3月9日 18:30_ _江苏_\n\n", DAY),
        ("[飞地二期开工](https://mp.weixin.qq.com/s/a)\n\n江海发布\n\n2026-03-09 18:30\n\n", DAY),
        ("> 原文地址 [mp.weixin.qq.com](https://mp.weixin.qq.com/s/a)\n\n# 飞地二期开工\n\n江海发布 2026-03-09 18:30\n\n", DAY),
        ("---\ncreated: 2026-03-20T10:00:00\nsource: https://mp.weixin.qq.com/s/a\nauthor: 江海发布\n---\n\n# 飞地二期开工\n\n", None),
    ],
)  # fmt: skip
def test_more_ways_in_which_posts_are_exported(tmp_path, head, day):
    article = prepared(written(tmp_path, "a.md", head + POST)).article
    assert (article.title, article.issuer, article.published_on) == ("飞地二期开工", "江海发布", day)
    assert article.text.endswith(POST.strip())


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("政 府 工 作 报 告\n——2026年1月15日\n各位代表：\n现在报告工作。\n", "政府工作报告"),
        ("江海市人民政府\n关于加快飞地建设的\n实 施 意 见\n各区：\n现提出意见。\n", "江海市人民政府关于加快飞地建设的实施意见"),
    ],
)  # fmt: skip
def test_a_title_that_is_set_letter_by_letter_is_a_title(tmp_path, text, title):
    assert prepared(written(tmp_path, "a.txt", text)).article.title == title


STATED = ("江海市人民政府", "江政发〔2026〕12号", date(2026, 3, 2), DAY)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "---\n标题: 飞地的意见\n文号: 江政发〔2026〕12号\n发文机关: 江海市人民政府\n成文日期: 2026年3月2日\n发布日期: 2026年3月9日\n---\n建成飞地6个。\n"),
        ("a.md", "| 索引号 | 0001 |\n| --- | --- |\n| 发布机构 | 江海市人民政府 |\n| 文号 | 江政发〔2026〕12号 |\n| 成文日期 | 2026-03-02 |\n| 发布日期 | 2026-03-09 |\n\n# 飞地的意见\n\n建成飞地6个。\n"),
        ("a.jsonl", json.dumps({"id": "1", "标题": "飞地的意见", "正文": "建成飞地6个。", "发文字号": "江政发〔2026〕12号", "制定机关": "江海市人民政府", "成文时间": "2026-03-02", "公布日期": "2026-03-09"}, ensure_ascii=False)),
    ],
)  # fmt: skip
def test_what_official_pages_call_things_counts_wherever_it_stands(tmp_path, name, text):
    article = prepared(written(tmp_path, name, text)).article
    assert (article.title, article.text) == ("飞地的意见", "建成飞地6个。")
    assert (article.issuer, article.document_number, article.written_on, article.published_on) == STATED


def test_a_law_is_announced_by_the_head_of_state(tmp_path):
    text = (
        "中华人民共和国主席令\n第九十号\n《中华人民共和国江海法》已于2026年3月2日通过，现予公布，自2026年5月1日起施行。\n"
        "中华人民共和国主席　甲一\n2026年3月2日\n中华人民共和国江海法\n"
        "（2026年3月2日第十四届全国人民代表大会常务委员会第二十一次会议通过）\n第一条　为了保护江海，制定本法。\n"
    )
    article = prepared(written(tmp_path, "a.txt", text)).article
    assert (article.title, article.document_number) == ("中华人民共和国江海法", "主席令第九十号")
    assert (article.issuer, article.written_on) == ("全国人民代表大会常务委员会", date(2026, 3, 2))
