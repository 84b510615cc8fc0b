"""The files that showed where reading went wrong, each with what it must say now."""

from datetime import date
from pathlib import Path

import pytest

from ingest.errors import UnreadableArticleError
from tests.ingest.made import outcomes, prepared

SHARED = Path(__file__).parents[3] / "shared"
FOLDERS = (SHARED / "data" / "reader_cases", SHARED / "reviews" / "cases")


@pytest.fixture
def case():
    def find(name):
        for folder in FOLDERS:
            if (folder / name).exists():
                return folder / name
        return pytest.skip(f"needs {name} in ../shared beside the repository")

    return find


def held(found):
    """All that passages hold, without white space."""
    return "".join("".join(p.text for p in found.passages).split())


DAY = date.fromisoformat
METADATA = {
    "01-br-title.html": {
        "title": "示例省人民政府关于江海市跨江融合总体规划（2026—2035年）的批复",
        "issuer": "示例省人民政府",
        "document_number": "示政函〔2026〕3号",
        "written_on": DAY("2026-01-05"),
        "published_on": DAY("2026-01-12"),
    },
    "04-meeting-time.txt": {
        "title": "关于召开江海市飞地建设推进会的通知",
        "issuer": "江海市发展和改革委员会办公室",
        "published_on": DAY("2026-03-05"),
    },
    "05-deadline.txt": {"issuer": "江海市科技局", "published_on": DAY("2026-05-08")},
    "07-front-matter-blank-line.md": {
        "title": "江海两市共建飞地",
        "issuer": "江海日报",
        "published_on": DAY("2026-03-09"),
    },
    "09-wechat-md-header.md": {
        "title": "江海两市共建飞地",
        "issuer": "江海观察",
        "published_on": DAY("2026-03-09"),
    },
    "11-radicals.txt": {"title": "长三角一体化示范区飞地报告", "published_on": DAY("2026-03-05")},
    "12-law-dates.md": {
        "issuer": "江海市人民代表大会常务委员会",
        "document_number": "江海市人民代表大会常务委员会公告第4号",
        "written_on": DAY("2025-11-22"),
        "published_on": DAY("2025-12-10"),
        "effective_on": DAY("2026-01-01"),
    },
    "15-wechat-text-post.html": {
        "title": "江海快讯",
        "issuer": "江海观察",
        "published_on": DAY("2025-11-10"),
        "url": "https://mp.weixin.qq.com/s/xxxx",
    },
    "16-crawl-fields.jsonl": {
        "id": "g:1",
        "issuer": "江海市人民政府",
        "document_number": "江政发〔2026〕1号",
        "published_on": DAY("2026-06-03"),
    },
    "18-signature-passage.txt": {
        "title": "江海市人民政府关于飞地建设的意见",
        "issuer": "江海市人民政府",
        "document_number": "江政发〔2026〕1号",
        "written_on": DAY("2026-03-05"),
    },
    "20-heading-answers.md": {
        "title": "江海市科创飞地专项补助暂行办法",
        "document_number": "江政发〔2026〕9号",
        "effective_on": DAY("2026-05-01"),
        "published_on": None,
    },
    "27-redhead.pdf": {
        "title": "江海市人民政府关于加快推进科创飞地建设的实施意见",
        "issuer": "江海市人民政府",
        "document_number": "江政发〔2026〕12号",
        "written_on": DAY("2026-04-02"),
    },
    "36-title-suffix.html": {
        "title": "江海市人民政府关于加快科创飞地建设的实施意见",
        "issuer": "江海市人民政府",
        "published_on": DAY("2026-04-02"),
    },
    "38-hardwrap-report.txt": {"title": "江海市政府工作报告", "published_on": DAY("2026-01-15")},
    "40-doc-number-question.txt": {"document_number": "江政发〔2026〕12号", "written_on": DAY("2026-04-02")},
    "46-form-page.pdf": {"title": "江海市科创飞地建设情况报告"},
    "年.html": {"title": "寅县通知", "published_on": None, "written_on": None},
}


@pytest.mark.parametrize("name", METADATA)
def test_what_a_document_states_of_itself_is_read(case, name):
    article = prepared(case(name)).article
    assert {field: getattr(article, field) for field in METADATA[name]} == METADATA[name]


HELD = {
    "02-name-list.txt": ["（一）成员单位", "甲一市委", "乙二市发展改革委", "丙三市财政局", "丁四", "戊五"],
    "04-meeting-time.txt": ["一、会议时间：2026年3月20日下午2点", "二、会议地点：市行政中心201会议室"],
    "07-front-matter-blank-line.md": ["江海市与邻市共建科创飞地5个。"],
    "11-radicals.txt": ["长三角示范区到2027年建成飞地6个，由青浦区牵头。"],
    "12-law-dates.md": ["2026年1月1日施行", "第一条为了促进科创飞地建设，制定本条例。"],
    "15-wechat-text-post.html": ["3月8日，江海市与邻市签约，共建科创飞地5个。"],
    "18-signature-passage.txt": ["江政发〔2026〕1号", "江海市人民政府2026年3月5日（此件公开发布）"],
    "21-outlined-page.pdf": [
        "六个，入驻企业二百家，年产值五十亿元",
        "三、保障措施。市财政安排专项资金三亿元",
    ],
    "23-toc.pdf": ["第一章规划背景", "已建成科创飞地五个。"],
    "25-long-table.pdf": ["第1科创飞地|1037", "第36科创飞地|2332", "第45科创飞地|2665|2026年10月|市商务局"],
    "27-redhead.pdf": ["集聚高层次人才500名。江海市人民政府2026年4月2日"],
    "28-auto-numbering.docx": ["第一章总则", "第一条为规范", "第二条市科技局负责飞地的日常管理工作。"],
    "29-textbox.docx": ["专栏1到2027年建成科创飞地6个，补助标准每个200万元。"],
    "32-tracked-sdt.docx": ["补助标准为每个200万元。", "申报单位须为市内登记企业，注册满三年。"],
    "35-smarttag.docx": ["本办法自2026年5月1日起施行，每个飞地面积不少于500平方米。", "附件3", "300万元"],
    "36-title-suffix.html": ["市科技局牵头推进；", "|科创飞地|续建|2个|"],
    "38-hardwrap-report.txt": ["建成科创飞地5个，引进高层次人才500名，城乡居民收入稳步增长。"],
    "40-doc-number-question.txt": ["江政发〔2026〕12号", "到2027年建成科创飞地6个。"],
    "42-long-sentence.txt": ["二、2026年总体要求", "城镇新增就业12万人以上"],
    "43-ocr-long-line.pdf": ["为“十项重大工程”之一"],
    "44-html-rowspan.html": ["|一、创新|（一）研发|2.专利数|定量|", "|一、创新|（二）人才|3.博士数|定性|"],
    "46-form-page.pdf": ["入驻企业一百二十家", "四、保障措施市财政安排专项资金三亿元。"],
    "内容控件.docx": ["乙县专项资金为312万元，由财政局拨付。"],
    "块控件.docx": ["庚县专项资金为317万元，由财政局拨付。", "其余照旧。"],
    "域.docx": ["丁县专项资金为314万元，由财政局拨付。"],
    "插入.docx": ["甲县专项资金为311万元，由财政局拨付。"],
    "文本框.docx": ["洋口港通知正文。", "年接卸能力为1000万吨。"],
    "智能标记.docx": ["丙县专项资金为313万元，由财政局拨付。"],
}


@pytest.mark.parametrize("name", HELD)
def test_nothing_of_a_document_is_lost(case, name):
    found = prepared(case(name))
    for text in HELD[name]:
        assert text in held(found)
    assert found.unclaimed == 0


PATHS = {
    "02-name-list.txt": {("（一）成员单位",), ("（二）专家委员",)},
    "04-meeting-time.txt": {()},
    "09-wechat-md-header.md": {()},
    "10-hr-as-heading.md": {("一、总体进展",)},
    "12-law-dates.md": {()},
    "18-signature-passage.txt": {()},
    "38-hardwrap-report.txt": {(), ("一、2025年工作回顾",), ("二、2026年重点任务",)},
    "46-form-page.pdf": {
        ("正文", "一、总体进展"),
        ("正文", "二、存在问题"),
        ("正文", "三、下步打算"),
        ("正文", "四、保障措施"),
    },
}


@pytest.mark.parametrize("name", PATHS)
def test_headings_are_those_that_a_reader_sees(case, name):
    assert PATHS[name] >= {p.heading_path for p in prepared(case(name)).passages} - {("正文",)}


def test_every_piece_of_a_long_table_carries_its_head(case):
    pieces = [p for p in prepared(case("25-long-table.pdf")).passages if p.text.startswith("|")]
    head = "县区 飞地名称 面积（平方米） 投用时间 牵头单位"
    assert len(pieces) > 3 and all(head in p.heading_path for p in pieces[1:])
    assert not any("---" in p.text for p in pieces[1:])


def test_what_is_left_out_is_told_with_its_reason(case):
    told = {(r.why, r.text) for r in prepared(case("23-toc.pdf")).reading.removed}
    assert ("目录", "目 录") in told and sum(why == "目录" for why, _ in told) == 14
    told = {(r.why, r.text) for r in prepared(case("09-wechat-md-header.md")).reading.removed}
    assert ("关注引导", "👆点击“江海观察”，获取更多资讯") in told


def test_pictures_and_drawn_pages_are_recognised_and_told(case):
    found = prepared(case("30b-text-and-scan.docx"))
    assert "到2027年建成科创飞地六个，由市科技局牵头。" in held(found) and "识别" in found.notes[0]
    assert "第 2 页文字识别得来" in prepared(case("21-outlined-page.pdf")).notes[0]


def test_a_deleted_post_is_no_article(case):
    with pytest.raises(UnreadableArticleError, match="删除"):
        outcomes(case("13-wechat-deleted.html"))
