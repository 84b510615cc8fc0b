"""Pages of offices and papers as their sites set them, menus and feet around: each says what it states, and nothing else."""

from datetime import date

import pytest

from tests.ingest.made import prepared, written

MENU = (
    "<div><a href=/>江海省人民政府</a> <a href=/en>English</a> <a href=/w>无障碍浏览</a></div>"
    "<ul><li><a href=/>首页</a></li><li><a href=/z>政务公开</a></li><li><a href=/h>互动交流</a></li></ul>"
    "<div>当前位置：<a href=/>首页</a> &gt; <a href=/z>政务公开</a> &gt; <a href=/w>政策文件</a></div>"
)
FOOT = (
    "<div><h3>相关文档</h3><ul><li><a href=/1>江海省人民政府关于优化飞地布局的通知</a><span>2026-02-11</span></li></ul></div>"
    "<div><p><a href=/>网站地图</a> | <a href=/>联系我们</a></p><p>主办单位：江海省人民政府办公厅　承办：江海省大数据中心</p>"
    "<p>网站标识码：3200000001 苏ICP备05000001号</p><p>Copyright © 2010-2026 All Rights Reserved</p></div>"
)
FURNITURE = (
    "无障碍",
    "当前位置",
    "互动交流",
    "网站标识码",
    "主办单位",
    "Copyright",
    "相关文档",
    "优化飞地布局",
)
TEXT = (
    "<p>各市、县人民政府：</p><p>为加快科创飞地建设，现将有关事项通知如下。</p><p>一、总体要求</p>"
    "<p>到2028年，全省建成科创飞地80个。</p><p>二、要素保障</p><p>省财政每年安排专项资金1.5亿元。</p>"
)
TITLE, OFFICE, NUMBER = (
    "江海市人民政府关于加快科创飞地建设的实施意见",
    "江海市人民政府",
    "江政发〔2026〕12号",
)
WRITTEN, PUBLISHED = date(2026, 3, 2), date(2026, 3, 9)
SIGNED = f"<p align=right>{OFFICE}</p><p align=right>2026年3月2日</p>"


def read(folder, inner, window="", head=""):
    html = f"<html><head><meta charset=utf-8><title>{window}</title>{head}</head><body>{MENU}{inner}{FOOT}</body></html>"
    found = prepared(written(folder, "p.html", html))
    held = "".join(passage.text for passage in found.passages)
    assert not [word for word in FURNITURE if word in held], held
    for word in FURNITURE:
        assert any(word in removed.text for removed in found.reading.removed)
    return found


def stated(found):
    article = found.article
    return (
        article.title,
        article.issuer,
        article.document_number,
        article.written_on,
        article.published_on,
    )


ALL = (TITLE, OFFICE, NUMBER, WRITTEN, PUBLISHED)


@pytest.mark.parametrize(
    "form",
    [
        "江政发 〔2026〕 12 号",
        "江政发〔２０２６〕１２号",
        "（江政发〔2026〕12号）",
        "文号：江政发〔2026〕12号",
    ],
)
def test_a_number_in_any_spacing_and_figures(tmp_path, form):
    inner = f"<h1>{TITLE}</h1><div>发布时间：2026-03-09</div><div class=a><p>{form}</p>{TEXT}{SIGNED}</div>"
    assert stated(read(tmp_path, inner, TITLE)) == ALL


@pytest.mark.parametrize(
    "line",
    [
        "更新时间：2026-03-09 10:20:11",
        "[2026-03-09 10:20]",
        "2026-03-09 16:35 来源：市政府办公室",
        "来源：市政府办公室 2026年03月09日16:35",
        "来源: 市政府办公室 | 2026-03-09 10:20:00 | 作者: 陈甲",
    ],
)
def test_the_line_under_a_title_states_the_day_in_any_order(tmp_path, line):
    inner = (
        f"<div><h1>{TITLE}</h1></div><div><span>{line}</span></div><div><p>{NUMBER}</p>{TEXT}{SIGNED}</div>"
    )
    assert stated(read(tmp_path, inner, TITLE)) == ALL


@pytest.mark.parametrize(
    "signed",
    [
        ["江海市人民政府 2026年3月2日"],
        ["江海市人民政府", "2026年3月2日", "附件1", "飞地名单", "江海市科技局", "2026年1月5日"],
        ["江海市人民政府", "２０２６年３月２日", "江海市人民政府办公室 2026年3月3日印发"],
    ],
)
def test_a_signature_on_one_line_or_before_what_is_attached(tmp_path, signed):
    lines = "".join(f"<p>{line}</p>" for line in signed)
    inner = f"<h2>{TITLE}</h2><p>发布日期：2026-03-09</p><div class=a><p>{NUMBER}</p>{TEXT}{lines}</div>"
    assert stated(read(tmp_path, inner, "江海市人民政府网站")) == ALL


@pytest.mark.parametrize(
    ("top", "window"),
    [
        (f"<h1><a href=/>江海市人民政府门户网站</a></h1><p>{TITLE}</p>", "江海市人民政府门户网站 市政府文件"),
        (f"<h1>江海发布</h1><p>{TITLE}</p>", f"{TITLE} - 江海发布"),
        (f"<p>{OFFICE}</p><p>关于加快科创飞地建设的</p><p>实施意见</p>", f"{TITLE[:14]}..."),
        (f"<p>{TITLE}</p>", "信息公开目录"),
        (f"<p>{TITLE}</p>", f"江海日报数字报-{TITLE}"),
        (f"<p>{TITLE}</p>", f"{TITLE}--中华人民共和国江海部"),
    ],
)
def test_the_title_is_no_sites_name_no_column_and_not_cut_short(tmp_path, top, window):
    inner = f"<div>{top}</div><p>发布日期：2026-03-09</p><div class=a><p>{NUMBER}</p>{TEXT}{SIGNED}</div>"
    assert stated(read(tmp_path, inner, window)) == ALL


def test_a_line_break_that_an_editor_left_in_the_title_is_none(tmp_path):
    head = (
        '<meta name="ArticleTitle" content="江海市人民政府&lt;br/&gt;关于加快科创飞地建设的实施意见">'
        '<meta name="PubDate" content="2026-03-09">'
    )
    inner = f"<div id=ivs_content><p>{OFFICE}<br>关于加快科创飞地建设的实施意见</p><p>{NUMBER}</p>{TEXT}{SIGNED}</div>"
    assert stated(read(tmp_path, inner, TITLE, head)) == ALL


def test_the_policy_library_states_publication_in_its_head_and_the_rest_in_a_table_inside_the_body(tmp_path):
    title = "江海部 水务部关于加强水源地共管的通知"
    inner = (
        "<div class=pages_content id=UCAP-CONTENT><table><tr><td>标　　题：</td><td colspan=3>"
        + title
        + "</td></tr>"
        "<tr><td>发文机关：</td><td>江海部 水务部</td><td>发文字号：</td><td>江水资〔2026〕21号</td></tr>"
        "<tr><td>公文种类：</td><td>通知</td><td>成文日期：</td><td>2026年03月02日</td></tr></table>"
        f"<p>江海部 水务部<br>关于加强水源地共管的通知</p><p>江水资〔2026〕21号</p>{TEXT}</div>"
    )
    head = '<meta name="firstpublishedtime" content="2026-03-09-21:50:00">'
    found = read(tmp_path, inner, f"{title}_国务院部门文件_中国政府网", head)
    assert stated(found) == (title, "江海部 水务部", "江水资〔2026〕21号", WRITTEN, PUBLISHED)


def test_a_joint_announcement_has_its_number_below_its_title(tmp_path):
    title = "财政部 税务总局 江海证监会关于科创飞地增值税政策的公告"
    inner = (
        f"<div><h3>{title}</h3><h5>财政部 税务总局 江海证监会公告2026年第26号</h5><div class=arc_cont>{TEXT}"
        "<p>财政部 税务总局 江海证监会</p><p>2026年3月2日</p></div></div>"
    )
    found = read(tmp_path, inner, title, '<meta name="PubDate" content="2026-03-09">')
    assert stated(found) == (
        title,
        "财政部、税务总局、江海证监会",
        "财政部税务总局江海证监会公告2026年第26号",
        WRITTEN,
        PUBLISHED,
    )


def test_an_office_whose_name_tells_nothing_signs_where_others_around_it_do(tmp_path):
    offices = ["工业和江海部", "全国工商江联", "财　政　部", "商　务　部"]
    signed = "".join(f"<p>{name}</p>" for name in offices)
    inner = f"<h1>工业和江海部等四部门关于飞地的指导意见</h1><p>发布时间：2026-03-09</p><div>{TEXT}{signed}<p>2026年3月2日</p></div>"
    article = read(tmp_path, inner).article
    assert (article.issuer, article.written_on) == ("工业和江海部、全国工商江联、财政部、商务部", WRITTEN)


def test_an_order_is_signed_by_who_holds_the_office(tmp_path):
    inner = (
        "<div>国家江海管理总局令第58号</div><p>发布时间：2026-03-09</p><div class=a><p>国家江海管理总局令</p><p>第58号</p>"
        "<p>《飞地企业登记办法》已经局务会议通过，现予公布，自2026年5月1日起施行。</p><p>局　长　甲乙</p><p>2026年3月2日</p>"
        "<p>飞地企业登记办法</p><p>第一条　为了规范登记，制定本办法。</p></div>"
    )
    article = read(tmp_path, inner, "国家江海管理总局令第58号").article
    assert (article.document_number, article.written_on) == ("国家江海管理总局令第58号", WRITTEN)
    assert article.effective_on == date(2026, 5, 1)


def test_numbers_that_a_text_lists_are_not_its_own(tmp_path):
    title = "江海市人民政府关于废止部分文件的决定"
    text = "<p>各区人民政府：</p><p>决定废止下列文件：</p><p>江政发〔2015〕8号</p><p>江政办发〔2016〕21号</p>"
    found = read(tmp_path, f"<h1>{title}</h1><div>发布日期：2026-03-09</div><div>{text}{SIGNED}</div>", title)
    assert stated(found) == (title, OFFICE, None, WRITTEN, PUBLISHED)


def test_the_body_of_a_congress_is_named_without_its_term(tmp_path):
    inner = (
        "<h1>江海市科创飞地促进条例</h1><p>2026-03-09 09:10</p><div><p>江海市第十七届人民代表大会常务委员会公告</p><p>（第四号）</p>"
        "<p>《江海市科创飞地促进条例》已经通过，现予公布，自2026年5月1日起施行。</p><p>江海市人民代表大会常务委员会</p><p>2026年3月2日</p>"
        "<p>江海市科创飞地促进条例</p><p>第一条　为了促进飞地发展，制定本条例。</p></div>"
    )
    article = read(tmp_path, inner).article
    assert (article.issuer, article.written_on) == ("江海市人民代表大会常务委员会", WRITTEN)


NEWS = (
    "<p>　　走进江海科创飞地，一批企业正在这里成长。</p><p>　　2025年，飞地引进项目27个，总投资90亿元。</p>"
)


@pytest.mark.parametrize(
    ("above", "issuer"),
    [
        ("<h3>跨越一条江</h3>{title}<p>本报记者　陈甲<br>《 人民日报 》（ 2026年03月09日　第 07 版）</p>", "人民日报"),
        ("<div>江海日报 2026年03月09日 星期一 第A01版：要闻</div>{title}", "江海日报"),
        ("{title}<div><span>江海日报</span> <span>2026-03-09 06:58</span> <span>阅读 3.2万</span></div>", "江海日报"),
        ("{title}<div><span>来源：<a>光明网-《光明日报》</a></span> <span>2026-03-09 04:10</span></div>", "光明日报"),
        ("{title}<div>2026-03-09 08:00 来源：江海发布（微信公众号）</div>", "江海发布"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("holder", ["<div id=ozoom>", "<div class=x>"])
def test_papers_say_who_and_when_above_their_text(tmp_path, above, issuer, holder):
    title = "江海飞地从一纸协议到一座新城"
    inner = f"{above.format(title=f'<h1>{title}</h1>')}{holder}{NEWS}</div>"
    found = read(tmp_path, inner, f"{title}-江海日报网")
    assert (found.article.title, found.article.issuer) == (title, issuer)
    assert found.article.published_on == PUBLISHED and "90亿元" in found.article.text


def test_a_report_was_given_on_one_day_and_published_on_another(tmp_path):
    text = "<p>——2026年1月15日在江海市第十七届人民代表大会第五次会议上</p><p>江海市市长　甲一</p><p>各位代表：</p>"
    inner = f"<h1>2026年江海市政府工作报告</h1><div>发布日期：2026-01-22</div><div id=zoom>{text}<p>现在，我报告工作。</p></div>"
    article = read(tmp_path, inner).article
    assert (article.written_on, article.published_on) == (date(2026, 1, 15), date(2026, 1, 22))


def test_who_signs_and_when_may_stand_under_the_title(tmp_path):
    title = "江海市2025年国民经济和社会发展统计公报"
    inner = (
        f"<div>{title}</div><div>2026-03-09 09:30</div><div class=TRS_Editor><p>{title}</p>"
        "<p>江海市统计局　国家统计局江海调查队</p><p>2026年3月2日</p><p>2025年，经济平稳运行。</p></div>"
    )
    article = read(tmp_path, inner, f"{title}_统计公报_江海市统计局").article
    assert (article.issuer, article.written_on) == ("江海市统计局、国家统计局江海调查队", WRITTEN)
    assert article.published_on == PUBLISHED


def test_short_lines_inside_a_text_that_only_layout_tables_hold_stay_in_it(tmp_path):
    cells = "<P>".join(TEXT.replace("</p>", "").split("<p>")[1:])
    inner = (
        f"<TABLE><TR><TD align=center>{TITLE}</TD></TR><TR><TD align=center>江政发〔2006〕15号</TD></TR><TR><TD>{cells}"
        f"<P align=right>{OFFICE}<BR>二○○六年三月二日</TD></TR></TABLE>"
    )
    found = read(tmp_path, inner, "江海市人民政府公报")
    day = date(2006, 3, 2)
    assert stated(found) == (TITLE, OFFICE, "江政发〔2006〕15号", day, day)
    assert "一、总体要求" in found.article.text and "二、要素保障" in found.article.text


def test_a_joint_announcement_may_have_its_number_on_a_line_below(tmp_path):
    text = "<p>江海部　财政部　税务总局公告</p><p>2026年第12号</p><p>现将目录公告如下：</p><p>一、自2026年4月1日起施行。</p>"
    signed = "<p>江海部　财政部　税务总局</p><p>2026年3月2日</p>"
    title = "三部门关于飞地设备目录的公告"
    found = read(tmp_path, f"<h2>{title}</h2><p>来源：装备司　2026-03-09</p><div>{text}{signed}</div>")
    number = "江海部财政部税务总局公告2026年第12号"
    assert stated(found) == (title, "江海部、财政部、税务总局", number, WRITTEN, PUBLISHED)


def test_a_resolution_says_below_its_title_when_it_passed(tmp_path):
    title = "江海市第十七届人民代表大会第五次会议关于政府工作报告的决议"
    text = "<p>（2026年3月2日江海市第十七届人民代表大会第五次会议通过）</p><p>会议同意这个报告，决定批准这个报告。</p>"
    inner = f"<h1>{title}</h1><p>发布时间：2026-03-09 来源：江海人大</p><div>{text}</div>"
    article = read(tmp_path, inner).article
    assert (article.written_on, article.published_on) == (WRITTEN, PUBLISHED)


def test_a_window_called_by_a_place_gives_no_title(tmp_path):
    title = "江海镇人民政府关于征收用地的公告"
    text = "<p>因建设需要，现公告如下：</p><p>一、东至一号路。</p><p>特此公告。</p>"
    inner = f"<div>{title}</div><div>发布机构：江海镇</div><div>发布日期：2026/3/9</div><div>{text}</div>"
    assert read(tmp_path, inner, "江海镇").article.title == title


@pytest.mark.parametrize(
    "line", ["来源：央视网 2026年03月09日 14:20", "公开发布日期：2026-03-09 来源：央视网"]
)
def test_a_source_is_named_without_the_day_behind_it(tmp_path, line):
    inner = f"<div><h1>江海飞地二期工程正式开工</h1><div class=a>{line}</div><div class=b>{NEWS}</div></div>"
    article = read(tmp_path, inner).article
    assert (article.issuer, article.published_on) == ("央视网", PUBLISHED)


def test_a_value_of_another_label_is_no_day_of_publication(tmp_path):
    box = "<table><tr><th>名称：</th><td>{}</td><th>文号：</th><td>{}</td></tr><tr><th>发文日期：</th><td>2026-03-02 00:00:00</td><th>发布日期：</th><td>2026-03-09 17:12</td></tr></table>"
    found = read(tmp_path, f"{box.format(TITLE, NUMBER)}<h1>{TITLE}</h1><div>{TEXT}{SIGNED}</div>")
    assert stated(found) == ALL
