"""What the page shows: links, marks, refusals; and that nothing from outside is ever markup."""

import json
import re
from datetime import date
from html import unescape
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

from docs_store.journal.conversations import Conversation
from docs_store.models import Article, ArticleHead
from rag import Answer, Citation, Refusal
from ui import making, render, strings
from ui.exports import plain, word
from ui.jobs import Job
from ui.page import article_list, export, history, statistics, work
from ui.page.exchange import Exchange, Source

XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "<b>x</b>",
    "</div><script>alert(1)</script>",
    "<iframe src=javascript:alert(1)></iframe>",
    '<a href="javascript:alert(1)">x</a>',
    "<svg><script>alert(1)</script></svg>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "' onmouseover='alert(1)",
    '" onfocus="alert(1)" autofocus="',
    '"><input autofocus onfocus=alert(1)>',
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<style>*{background:url(http://evil.example/x)}</style>",
    "<link rel=stylesheet href=http://evil.example/x.css>",
    "<meta http-equiv=refresh content=0;url=http://evil.example>",
    "<base href=http://evil.example/>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<textarea></textarea><script>alert(1)</script>",
    "<!--<img src=--><img src=x onerror=alert(1)//>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<IMG SRC=x OnErRoR=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "![x](http://evil.example/x.png)",
    "[点我](javascript:alert(1))",
    "<http://evil.example/auto>",
    "| a | b |\n|---|---|\n| <img src=x onerror=alert(1)> | 2 |",
    "# 标题\n\n<img src=x onerror=alert(1)>",
    "```html\n<script>alert(1)</script>\n```",
    "${alert(1)} {{constructor.constructor('alert(1)')()}}",
    "$$\\href{javascript:alert(1)}{x}$$",
    "[1]<img src=x onerror=alert(1)>[1]",
    "\u202e<img src=x onerror=alert(1)>\x00",
]
TAGS = {
    "a",
    "article",
    "aside",
    "b",
    "button",
    "details",
    "dialog",
    "div",
    "em",
    "fieldset",
    "figcaption",
    "figure",
    "form",
    "g",
    "h1",
    "h2",
    "h3",
    "h4",
    "input",
    "label",
    "legend",
    "li",
    "mark",
    "nav",
    "ol",
    "p",
    "path",
    "progress",
    "rect",
    "section",
    "small",
    "span",
    "strong",
    "summary",
    "svg",
    "table",
    "tbody",
    "template",
    "td",
    "text",
    "textarea",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
}
ATTRIBUTES = re.compile(r"^on|^src$|^style$|^action$|^formaction$|^srcdoc$")


class Reader(HTMLParser):
    """Fails on any element or attribute that the page does not write itself."""

    def __init__(self):
        super().__init__()
        self.text = ""
        self.values = []

    def handle_starttag(self, tag, attrs):
        assert tag in TAGS, tag
        for name, value in attrs:
            assert not ATTRIBUTES.match(name), name
            assert name != "href" or value.startswith(("#", "export/")), value
            self.values.append(value or "")

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        raise AssertionError("a comment")


def read(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def citation(text, title="题", **changes):
    about = {
        "marker": 1,
        "passage_id": "p",
        "article_id": "a",
        "title": title,
        "issuer": "南通发布",
        "published_on": date(2025, 1, 20),
        "url": None,
        "heading_path": ("一、概况",),
        "quote": text,
        "start": 13,
        "end": 13 + len(text),
        "passage": f"前文。{text}后文",
        "passage_start": 10,
        "page": 7,
    }
    return Citation(**about | changes)


def exchange(answer, **changes):
    return Exchange.of_answer("e1", answer, "", ()).model_copy(update=changes)


def test_markers_are_links_to_a_card_with_the_quote_marked_in_its_paragraph():
    html = render.exchange_html(exchange(Answer("问", "五个[1]。", [citation("共5个。")])))
    assert 'href="#ref-1" data-marker="1"' in html and strings.MARKER.format(number=1) in html
    assert '<article class="gc-card" data-marker="1"' in html and "前文。<mark>共5个。</mark>后文" in html
    assert "《题》" in html and "南通发布 · 2025-01-20 · 一、概况 · 第7页" in html
    assert 'data-act="read" data-id="a" data-start="13"' in html


def test_a_marker_without_its_citation_is_no_link():
    html = render.exchange_html(exchange(Answer("问", "五个[1][2]。", [citation("共5个。")])))
    assert html.count('class="gc-marker"') == 1 and "[2]" in html


def test_a_quote_outside_its_passage_is_shown_alone():
    source = Source.of_citation(citation("共5个。", start=500, end=504))
    assert (source.before, source.quote, source.after) == ("", "共5个。", "")


@pytest.mark.parametrize("refusal", list(Refusal))
def test_a_refusal_says_why_and_looks_different(refusal):
    html = render.exchange_html(exchange(Answer("问", "", refusal=refusal)))
    assert strings.REFUSALS[refusal] in html and "gc-refusal" in html and "gc-answer" not in html


def test_a_refusal_names_each_of_the_nearest_articles_once():
    near = [Source(article_id=id, title=f"题{id}", before="相近的话。") for id in ("a", "a", "b", "c", "d")]
    shown = Exchange(id="e", question="问", refusal=Refusal.NO_EVIDENCE, sources=tuple(near))
    told = render.exchange_html(shown).partition("gc-refs")[0]
    assert [told.count(f"《题{id}》") for id in "abcd"] == [1, 1, 1, 0]
    assert strings.REFUSED_NEAR in told and strings.REFUSED not in told
    assert strings.REFUSED in render.exchange_html(shown.model_copy(update={"sources": ()}))


def cited(html):
    """What the button that cites takes along: whence, and the quotes."""
    origin, quotes = re.search(r'data-act="cite" data-origin="([^"]*)" data-quotes="([^"]*)"', html).groups()
    return unescape(origin), json.loads(unescape(quotes))


def test_a_quote_is_cited_as_documents_do_and_what_is_unknown_is_left_out():
    html = render.exchange_html(exchange(Answer("问", "五个[1]。", [citation("共5个。")])))
    assert cited(html) == ("《题》，南通发布，2025年1月20日", ["共5个。"])
    assert cited(
        render.refs_html("e", [Source(marker=1, article_id="a", title="题", quote="| 甲 | 1亩 |")])
    ) == ("《题》", ["甲；1亩"])
    assert 'data-act="cite"' not in render.refs_html("e", [Source(article_id="a", title="题")])


def test_hits_are_counted_and_each_is_cited_with_its_sentence():
    article = Article("a", "题", "a.md", "飞地有5个。另说别的。\n飞地又添两处。")
    html = render.article_html(article, [(0, 2), (12, 14)], hits=True)
    assert 'data-count="2"' in html and html.count('data-act="hit"') == 2
    assert cited(html)[1] == ["飞地有5个。", "飞地又添两处。"]
    assert 'data-act="hit"' not in render.article_html(article, [(0, 2)], hits=True)
    assert "gc-hits" not in render.article_html(article, [(0, 2)])


def test_the_panel_says_how_many_quotes_of_how_many_articles():
    sources = [Source(marker=n, article_id=id, title="题", quote="话") for n, id in enumerate("aab", 1)]
    assert "3 处，2 篇文章" in render.refs_html("e", sources)


def test_badge_dropped_sentences_notice_and_filter_are_told():
    answer = Answer("问", "五个[1]。", [citation("共5个。")], unsupported=["编的。"], notice="模型没有回应。")
    html = render.exchange_html(exchange(answer, narrowed="只在 2024 年的文章里找"))
    assert strings.GENERATED in html and "编的。" in html and "（1）" in html
    assert "模型没有回应。" in html and "只在 2024 年的文章里找" in html
    quoted = render.exchange_html(
        exchange(Answer("问", "五个[1]。", [citation("共5个。")], mode="extractive"))
    )
    assert strings.EXTRACTIVE in quoted and strings.GENERATED not in quoted
    own = render.exchange_html(exchange(Answer("你好", "您好！", mode="extractive")))
    assert strings.EXTRACTIVE not in own and strings.GENERATED not in own


def test_only_the_last_exchange_can_be_asked_again():
    two = [exchange(Answer("问", "五个[1]。", [citation("共5个。")])) for _ in range(2)]
    html = render.log_html("c", two, {})
    assert html.count('data-act="retry"') == html.count('data-act="edit"') == 1


def test_earlier_versions_wait_in_templates_and_can_only_be_copied():
    new, old = (exchange(Answer("问", text, [citation("共5个。")])) for text in ("五个[1]。", "四个[1]。"))
    assert "<template" not in render.exchange_html(new)
    html = render.exchange_html(new.instead_of(old.instead_of(new)))
    assert html.count("<template") == 2 and "3/3" in html and html.count('data-act="copy"') == 3
    shown = re.sub(r"<template.*?</template>", "", html, flags=re.DOTALL)
    assert "五个" in shown and "四个" not in shown and html.count('data-act="retry"') == 1


def test_copied_text_carries_its_citations():
    plain = exchange(Answer("问", "五个[1]。", [citation("共5个。")])).plain
    assert plain == "五个[1]。\n\n[1] 《题》（南通发布，2025-01-20，一、概况，第7页）：“共5个。”"


def test_stages_follow_each_other():
    html = render.live_html("问", "checking", [], "草稿[1]", 4)
    assert html.count('class="done"') == 2 and 'class="now" aria-current="step">核对' in html
    assert "草稿<" in html and strings.WAITED.format(seconds=4) in html


def test_the_whole_article_marks_the_quote_across_lines():
    article = Article("a", "题", "a.md", "第一段。\n\n第二段，\n第三段。")
    html = render.article_html(article, [(6, 13)])
    assert html.count("<mark>") == 2
    quoted = re.sub(r"</mark></p><p><mark>", "\n", html)
    assert f"<mark>{article.text[6:13]}</mark>" in quoted
    assert "<mark>" not in render.article_html(article, [(0, 0)])
    assert "<mark>" not in render.article_html(article, [(90, 99)])


@pytest.mark.parametrize("evil", XSS)
def test_nothing_from_outside_is_markup(evil):
    cited = citation(evil, evil, issuer=evil, heading_path=(evil,), article_id=evil)
    answer = Answer(evil, f"{evil}[1]。", [cited], unsupported=[evil], notice=evil)
    shown = exchange(answer, narrowed=evil, next_questions=(evil,), id=evil)
    shown = shown.instead_of(shown)
    refused = exchange(Answer(evil, "", refusal=Refusal.NO_EVIDENCE), sources=shown.sources)
    troubled = Exchange(id="e", question=evil, trouble=evil)
    head = ArticleHead(evil, evil, evil, evil, None, evil, (evil,), 9, 2)
    article = Article(evil, evil, evil, evil, evil, roles=((evil, evil),), document_number=evil)
    report = {
        **dict.fromkeys(("added", "updated", "unchanged", "deleted"), 1),
        "failed": [{"source": evil, "error": "E", "reason": evil}],
        "files": [{"source": evil, "status": "failed"}, {"source": evil, "status": "added"}],
    }
    library = SimpleNamespace(store=SimpleNamespace(article=lambda _: article))
    names = work.JobNames()
    names.add("j", evil, [evil])
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    jobs = [Job("j", "failed", now, None, report, evil), Job("j", "queued", now)]
    pieces = [
        render.log_html(evil, [shown, refused, troubled], {evil: evil}),
        render.live_html(evil, "delta", shown.sources, evil, 3),
        render.article_html(article, [(0, len(evil))]),
        render.notice_html(evil),
        render.button(evil, "x", evil, value=evil),
        history.list_html([Conversation(evil, evil, now, 1)], evil, True),
        article_list.table_html(
            library, article_list.ArticleMatches([head], [head], (evil,), 1), 1, editor=True
        ),
        statistics.statistics_html([head] * 20),
        work.jobs_html(jobs, names),
    ]
    seen = [read(piece) for piece in pieces]
    spoken = "".join(reader.text for reader in seen)
    assert evil in spoken


@pytest.mark.parametrize("evil", XSS)
def test_exports_show_markup_as_text(evil):
    import io
    from zipfile import ZipFile

    from docx import Document
    from lxml import etree

    shown = exchange(Answer(evil, f"{evil}[1]。", [citation(evil, evil, issuer=evil)]), narrowed=evil)
    text = plain.markdown(export.report(evil, [shown], date(2025, 1, 20)))
    for sign in re.finditer(r"[<\[!]", text):
        assert text[sign.start() - 1] == "\\" or text.startswith("[1]", sign.start()), text
    content = word.docx(export.report(evil, [shown], date(2025, 1, 20)))
    Document(io.BytesIO(content))
    with ZipFile(io.BytesIO(content)) as packed:
        for name in packed.namelist():
            if name.endswith(".xml"):
                etree.fromstring(packed.read(name))


def test_footnotes_are_real_and_in_order():
    import io
    from zipfile import ZipFile

    second = citation("另有2个。", "题二", marker=2)
    answer = Answer("问", "五个[1]。两个[2]。", [citation("共5个。"), second])
    content = word.docx(export.report("如皋", [exchange(answer), exchange(answer)], date(2025, 1, 20)))
    with ZipFile(io.BytesIO(content)) as packed:
        notes, body = packed.read("word/footnotes.xml").decode(), packed.read("word/document.xml").decode()
        kinds, styles = packed.read("[Content_Types].xml").decode(), packed.read("word/styles.xml").decode()
    style = re.findall(r'<w:footnote w:id="\d+"><w:p><w:pPr><w:pStyle w:val="(\w+)"', notes)
    assert len(style) == 4 and f'w:styleId="{style[0]}"' in styles
    assert re.findall(r'w:footnoteReference w:id="(\d+)"', body) == ["1", "2", "3", "4"]
    assert re.findall(r'<w:footnote w:id="(\d+)"', notes) == ["1", "2", "3", "4"]
    assert "《题二》（南通发布" in notes and "“另有2个。”" in notes and "footnotes+xml" in kinds
    text = plain.markdown(export.report("如皋", [exchange(answer)], date(2025, 1, 20)))
    assert "五个[1]。两个[2]。" in text and "\n2. 《题二》" in text


def test_a_conversation_that_nobody_named_is_not_headed_by_its_first_question_twice():
    two = [exchange(Answer(question, "有。", [])) for question in ("甲", "乙")]
    day = date(2025, 1, 20)
    assert export.report("甲", two, day).title == "“甲”等 2 问"
    assert export.report("丙", two, day).title == "丙"
    alone = export.report("甲", two[:1], day)
    assert alone.title == "甲" and "甲" not in [block.text for block in alone.blocks]
    assert "2025年1月20日" in alone.subtitle


def test_chosen_exchanges_go_into_the_file():
    shown = [exchange(Answer(question, "有。", [])) for question in ("甲", "乙", "丙")]
    assert [e.question for e in export.chosen(shown, "1,3,9")] == ["甲", "丙"]
    assert len(export.chosen(shown, "")) == 3


def test_a_file_name_holds_no_path():
    assert making.file_name("../../etc/passwd", "md") == "etcpasswd.md"
    assert making.file_name("///", "docx") == f"{strings.TITLE}.docx"


def test_the_points_of_an_answer_are_a_list():
    shown = render._linked("甲：\n- 建设5个园区[1]\n- 引进<b>9</b>家\n以上出自1篇文章。", ())
    assert shown == "甲：<ul><li>建设5个园区[1]</li><li>引进&lt;b&gt;9&lt;/b&gt;家</li></ul>以上出自1篇文章。"


def test_questions_that_wait_are_listed_in_their_order_as_text():
    shown = render.waiting_html([("r1", "<b>甲</b>？"), ("r2", "乙？")])
    assert shown.index("&lt;b&gt;甲") < shown.index("乙？") and "<b>" not in shown
    assert 'data-id="r2"' in shown and "2 个问题在排队" in shown
    assert render.waiting_html([]) == ""


def test_an_answer_that_has_not_begun_is_at_no_step():
    shown = render.live_html("问", "waiting", (), "", 0)
    assert strings.STAGES["waiting"] in shown and "aria-current" not in shown
