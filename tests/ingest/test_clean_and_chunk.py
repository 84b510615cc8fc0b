"""Boilerplate goes, the body stays; metadata is what the text states; passages keep together what belongs together."""

import itertools
import json
from datetime import date

import pytest

from docs_store.models import Article
from docs_store.text.sentences import sentence_spans
from ingest.chunk import cut
from ingest.clean import clean
from ingest.documents.metadata import regions
from ingest.draft import Draft
from tests.ingest.made import prepared, written


def bare(text):
    return "".join(text.split())


def sentences(text):
    """Whole sentences alone: a site's tail after the last full stop is no sentence."""
    return [
        bare(text[a:b]) for a, b in sentence_spans(text) if text[a:b].rstrip("”’」』）)】")[-1:] in "。！？；"
    ]


def test_no_sentence_of_a_body_is_ever_removed(shared_data):
    rows = [
        json.loads(line)
        for line in (shared_data / "policy_news.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    texts = [row["text"] for row in rows[:200]]
    texts.append((shared_data / "seed_article_wechat.txt").read_text(encoding="utf-8"))
    counted = 0
    for text in texts:
        found = clean(Draft(text))
        cleaned = bare(found.draft.text)
        for taken in found.removed:
            if taken.why in ("广告", "网站尾注"):
                text = text.replace(taken.text, "")
        for sentence in sentences(text):
            counted += 1
            assert sentence in cleaned
    assert counted > 2000


@pytest.mark.parametrize(
    "line",
    [
        "点击蓝字 关注我们",
        "▲点击上方“南通发布”关注",
        "长按二维码关注我们",
        "扫码关注",
        "最新文章",
        "点赞 在看 分享",
        "阅读原文",
        "微信扫一扫",
        "欢迎关注公众号",
    ],
)
def test_boilerplate_goes_and_is_counted(line):
    found = clean(Draft(f"题目\n\n{line}\n\n正文第一句。\n正文第二句。"))
    assert found.draft.text == "正文第一句。\n正文第二句。"
    assert line in [r.text for r in found.removed]


@pytest.mark.parametrize(
    "line",
    [
        "扫码支付在长三角实现互联互通。",
        "欢迎关注我们的建设成果，共同推进一体化。",
        "他建议分享发展经验。",
        "点击量突破百万次。",
        "记者：您如何看待协同区建设？",
    ],
)
def test_sentences_that_look_like_boilerplate_stay(line):
    assert line in clean(Draft(f"题目\n\n第一句。\n{line}\n第三句。", title="别的题")).draft.text


def test_pages_survive_cleaning():
    found = clean(Draft("第一页的话。\n\f关注我们\n第二页的话。\n\f\n来源|甲\n乙", title="t"))
    starts = found.page_starts
    assert len(starts) == 3 and found.draft.text[starts[1] :].startswith("第二页")


def test_what_a_notice_states_of_itself():
    text = (
        "南通市人民政府办公室文件\n通政办发〔2024〕12号\n\n各县（市、区）人民政府：\n现将《实施意见》（苏政发〔2023〕9号）落实方案印发给你们。"
        "本意见自2024年4月1日起施行，有效期5年。\n\n南通市人民政府办公室\n2024年3月5日\n（此件公开发布）\n"
    )
    d = clean(Draft(text, title="关于推进协同区建设的通知")).draft
    assert d.document_number == "通政办发〔2024〕12号"
    assert (d.published_on, d.effective_on, d.expires_on) == (
        date(2024, 3, 5),
        date(2024, 4, 1),
        date(2029, 4, 1),
    )
    assert d.issuer == "南通市人民政府办公室"
    assert regions(d.title, d.text)[:2] == ("南通", "协同区") or "南通" in regions(d.title, d.text)


def test_datelines_and_bylines():
    d = clean(
        Draft("中新网石家庄7月26日电(记者 李晓伟)河北召开会议。会议提出要求。编辑：陈戈", title="t")
    ).draft
    assert d.issuer == "中新网" and ("记者", "李晓伟") in d.roles and ("编辑", "陈戈") in d.roles
    assert d.published_on is None  # a month and a day are no date


@pytest.mark.parametrize(
    ("text", "issuer", "day"),
    [
        (
            "本报石家庄7月20日电 措施印发。《 人民日报 》（ 2023年07月21日 14 版）",
            "人民日报",
            date(2023, 7, 21),
        ),
        ("措施印发。《光明日报》（2023年8月1日 第05版）", "光明日报", date(2023, 8, 1)),
        ("双方签署协议，开展合作。（转自：上海奉贤）", "上海奉贤", None),
        ("本文转自【央视新闻客户端】；工程进展顺利。", "央视新闻", None),
        ("四川在线记者 高敬8月18日，记者获悉，清单印发。", "四川在线", None),
        ("隧道贯通。（大众日报记者 白晓）", "大众日报", None),
        ("日前，记者从南方日报记者站获悉，工程开工。", None, None),
        ("他说，《人民日报》（2023年）刊登了文章。", None, None),
    ],
)
def test_what_printed_or_passed_it_on_is_its_issuer(text, issuer, day):
    d = clean(Draft(text, title="t")).draft
    assert (d.issuer, d.published_on) == (issuer, day)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "关于调整“零关税”政策的通知财关税〔2023〕14号",
            "海南省财政厅：现将有关事项通知如下。",
        ),
        ("t", "关于调整“零关税”政策的通知财关税〔2023〕14号海南省财政厅：现将有关事项通知如下。"),
    ],
)
def test_a_number_that_follows_the_name_of_its_document(title, text):
    assert clean(Draft(text, title=title)).draft.document_number == "财关税〔2023〕14号"


def passages(text, target=260, limit=400):
    found = cut(Article("a", "题", "s", text), target, limit)
    assert all(text[p.start : p.end] == p.text for p in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    return found


def test_headings_become_a_path():
    text = (
        "第一章 总则\n第一条 为了推进一体化，制定本条例。\n第二章 职责\n第一节 规划\n一、工作目标\n（一）加快建设\n到2025年建成。\n"
        "（二）强化保障。要落实资金，确保到位。\n二、组织实施\n各地要抓好落实。\n"
    )
    paths = [p.heading_path for p in passages(text)]
    assert paths == [
        ("第一章 总则",),
        ("第二章 职责", "第一节 规划", "一、工作目标", "（一）加快建设"),
        ("第二章 职责", "第一节 规划", "一、工作目标", "（二）强化保障"),
        ("第二章 职责", "第一节 规划", "二、组织实施"),
    ]


def pieces(head, rows, *around):
    """The passages of a table, its rule under its head, with lines before and after it."""
    rule = "|" + " --- |" * (head.count("|") - 1)
    before, after = around or ("", "")
    return cut(
        Article("a", "t", "s", "\n\n".join(filter(None, (before, "\n".join([head, rule, *rows]), after)))),
        260,
        400,
    )


def test_rows_with_sentences_in_them_stay_whole_and_under_their_head():
    rows = [f"| {i} | 第{i}个问题没有解决。要抓紧；要落实。 | 供电公司{i} |" for i in range(1, 40)]
    found = pieces("| 序号 | 问题 | 责任单位 |", rows)
    assert [row for passage in found for row in passage.text.split("\n")][2:] == rows
    assert {passage.heading_path for passage in found[1:]} == {("序号 问题 责任单位",)}


def test_a_row_longer_than_any_passage_is_cut_at_its_sentences_under_its_head():
    found = pieces("| 序号 | 问题 |", ["| 1 | " + "这个问题还没有解决。" * 120 + " |", "| 2 | 已解决。 |"])
    assert all(len(passage.text) <= 900 for passage in found)
    assert {passage.heading_path for passage in found[1:]} == {("序号 问题",)}


@pytest.mark.parametrize("count", range(4, 12))
def test_the_total_of_a_table_is_never_alone(count):
    rows = [f"| 第{i}县招商引资 | {i}000.00 | 含新能源电池项目 | 2024年6月{i}日 |" for i in range(1, count)]
    total = "| 合计 | 1,131,900.50 |  |  |"
    found = pieces("| 区县 | 投资 | 备注 | 日期 |", [*rows, total], "表1", "以上为快报数。")
    last = next(passage for passage in found if total in passage.text)
    assert last.text.count("\n|") > 0


def test_a_tiao_is_never_cut():
    law = [f"第{n}条 " + f"市人民政府应当推进第{n}项工作，落实责任。" * 12 for n in "一二三四"]
    found = passages("\n".join(law), target=150, limit=200)
    assert [p.text for p in found] == law


def test_a_quotation_stays_with_its_speaker():
    filler = "协同区建设正在加快推进各项工作任务落实。" * 6
    quote = "“我们将推动机制创新，落实各项任务。" + "要抓紧建设。" * 8 + "”"
    text = filler + quote + "市科技局局长吴佳华表示，今年将再建五个平台。" + "其他工作也在推进之中。" * 9
    (holder,) = [p for p in passages(text, target=150, limit=260) if "吴佳华" in p.text]
    assert quote in holder.text


@pytest.mark.parametrize("verb", ["说", "坦言", "希望"])
def test_what_a_speaker_goes_on_to_say_stays_with_it(verb):
    filler = "协同区建设正在加快推进各项工作任务落实。" * 7
    text = (
        f"{filler}市科技局局长吴佳华介绍，平台已建成三个。他{verb}，资金还有缺口。"
        + "其他工作也在推进之中。" * 14
    )
    (holder,) = [p for p in passages(text, target=150, limit=260) if "吴佳华" in p.text]
    assert "资金还有缺口" in holder.text


def test_sentences_are_whole_on_real_news(shared_data):
    lines = (shared_data / "policy_news.jsonl").read_text(encoding="utf-8").splitlines()[:200]
    seed = (shared_data / "seed_article_wechat.txt").read_text(encoding="utf-8")
    for body in (*(json.loads(line)["text"] for line in lines), seed):
        text = clean(Draft(body, title="t")).draft.text
        ends = {end for _, end in sentence_spans(text)}
        found = passages(text)
        assert all(p.end in ends for p in found)
        # Nothing between passages but headings and what the article says of itself, neither of which is a sentence.
        outside = "".join(text[a:b] for a, b in _gaps(found, len(text)))
        assert not sentences(outside)


def _gaps(found, length):
    edges = [0, *(edge for p in found for edge in (p.start, p.end)), length]
    return zip(edges[::2], edges[1::2], strict=True)


def test_a_list_of_contents_without_page_numbers_is_no_text(tmp_path):
    contents = "第一章 总则\n第二章 科创飞地\n第三章 附则\n"
    body = "第一章　总则\n第一条 制定本条例。\n第二章 科创飞地\n第二条 鼓励建设飞地。\n第三章 附则\n第三条 即日施行。\n"
    found = prepared(written(tmp_path, "a.txt", f"江海条例\n\n目  录\n{contents}\n{body}"))
    assert "目" not in found.article.text and found.article.text.count("总则") == 1
    assert [r.text for r in found.reading.removed if r.why == "目录"] == ["目  录", *contents.split("\n")[:3]]
    other = prepared(written(tmp_path, "b.txt", "江海图书\n\n目录\n甲书\n乙书\n丙书\n甲书\n内容很好。\n"))
    assert other.article.text.count("甲书") == 2


@pytest.mark.parametrize(
    "line",
    [
        "👇点击下方卡片，报名参加飞地考察团（限时优惠，仅需299元）",
        "点击下方小程序，抢购江海特产大米，立减20元！",
        "长按识别图中二维码，加入读者社群",
        "点个“在看”，让更多人看到",
        "觉得不错，点个赞再走吧！",
        "喜欢就点亮「在看」",
    ],
)
def test_advertisement_with_commas_goes_too(tmp_path, line):
    text = f"江海飞地进入加速期\n\n全市建成科创飞地12个，承接企业230家。\n\n{line}\n\n每个飞地安排200万元。\n"
    found = prepared(written(tmp_path, "a.txt", text))
    assert line not in found.article.text and line in [r.text for r in found.reading.removed]


@pytest.mark.parametrize(
    "line",
    [
        "申报人登录系统后点击“提交”，并在10日内报送纸质材料。",
        "网友纷纷点赞江海发展速度，认为飞地建设成效显著。",
        "居民扫描二维码即可办理医保登记，办事时间缩短一半。",
        "市民点击鼠标就能查询，参保会员达到12万人；窗口同时开放。",
    ],
)
def test_a_sentence_that_speaks_of_clicking_and_scanning_stays(tmp_path, line):
    text = f"江海飞地进入加速期\n\n全市建成科创飞地12个，承接企业230家。\n\n{line}\n"
    assert line in prepared(written(tmp_path, "a.txt", text)).article.text


BANNER = "广告 不在担心价格陷阱，现在种植牙只要这个价，快速查看 ×"


def test_banners_inside_a_line_go_and_are_told_where_they_stood():
    text = f"甲县建成飞地5个。{BANNER}乙县建成飞地6个。版权侵权联系电话：010-12345678"
    found = clean(Draft(f"第一句。\n{text}\n{BANNER}\n末句。", title="江海飞地"))
    assert found.draft.text == "第一句。\n甲县建成飞地5个。乙县建成飞地6个。\n末句。"
    assert [(taken.why, taken.text, taken.start) for taken in found.removed] == [
        ("广告", BANNER, found.draft.text.index("乙县")),
        ("网站尾注", "版权侵权联系电话：010-12345678", found.draft.text.index("\n末句")),
        ("广告", BANNER, found.draft.text.index("\n末句")),
    ]


def test_a_space_parts_what_stood_around_a_banner_and_pages_begin_where_they_did():
    found = clean(Draft(f"参展现场。张某/摄{BANNER}参会嘉宾。\f第二页。", title="江海飞地"))
    assert found.draft.text == "参展现场。张某/摄 参会嘉宾。第二页。"
    assert found.page_starts == (0, found.draft.text.index("第二页"))


@pytest.mark.parametrize(
    "line",
    [
        "全市广告业实现收入12亿元，其中户外广告 3 × 6 米以上的有40块。",
        "刊登公益广告 200条，广告 收入增长5%。",
        "广告等商务合作项目共签约12个。",
        "投诉请拨打侵权联系电话，由市场监管局受理。",
    ],
)
def test_sentences_on_advertising_stay(line):
    assert (
        clean(Draft(f"第一句。\n{line}\n末句。", title="江海飞地")).draft.text == f"第一句。\n{line}\n末句。"
    )
