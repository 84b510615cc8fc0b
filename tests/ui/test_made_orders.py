"""The 成果 tab without a browser: what a form orders, what is made and kept of it, and how it is shown."""

import io
import re
from dataclasses import replace
from datetime import date
from threading import Event

import pytest
from contexts import ended, page_context
from docx import Document

from docs_store.models import SearchFilter
from ui import making, strings
from ui.making import FORMATS, Order
from ui.page import made, orders, piece, shelf
from ui.page.orders import Form, IncompleteOrderError, filled
from ui.page.people import Person
from ui.page.piece_view import jobs_html, piece_html, shelf_html
from ui.page.scope import BadFilterError

WANG, LI = Person("小王", True), Person("小李", False)
DRAFT = "关于港口的汇报\n盐城港新开通3条集装箱航线。\n盐城港新开通9条集装箱航线。\n"


@pytest.fixture
def context(qa):
    with page_context(qa) as opened:
        yield opened


def test_what_is_missing_in_a_form_is_said_with_the_next_step(context):
    for form, said in (
        (Form("table"), "请先写主题"),
        (Form("brief", topic=" 。！ "), "请先写主题"),
        (Form("timeline", topic="长" * 201), "太长（最多 200 字）"),
        (Form("compare", names="上海"), "每行一个"),
        (Form("compare", names="上海\n江苏"), "在哪个主题上"),
        (Form("compare", names="没有的一篇文章甲\n没有的一篇文章乙", versions=True), "没有标题或编号"),
        (Form("points", article="没有这篇文章呀"), "没有标题或编号是“没有这篇文章呀”"),
        (Form("points"), "请先写文章的标题"),
        (Form("check", draft="\n \n"), "请先粘贴"),
        (Form("check", draft="长" * 30_001), "太长"),
        (Form("digest"), "从哪一天起"),
        (Form("no such kind"), "请先写主题"),
    ):
        with pytest.raises(IncompleteOrderError, match=said):
            filled(context, form)
    with pytest.raises(BadFilterError, match="不知哪天"):
        filled(context, Form("table", topic="飞地", since="不知哪天"))


def test_a_form_becomes_an_order_and_says_how_it_narrows(context):
    found = filled(
        context,
        Form(
            "table",
            topic=" 科创飞地 ",
            columns="日期，事项",
            since="2025-01-01",
            regions="南通、上海",
            issuer="南通发布",
        ),
    )
    assert found.order.topic == found.title == "科创飞地" and found.order.regions == ("南通", "上海")
    assert found.order.where == SearchFilter(date(2025, 1, 1), issuers=("南通发布",))
    assert "2025-01-01" in found.narrowed and "南通、上海" in found.narrowed
    compare = filled(
        context, Form("compare", names="上海\n\n 江苏 ", compared="飞地", aspects="目标，资金")
    ).order
    assert compare.names == ("上海", "江苏") and compare.aspects == ("目标", "资金")
    points = filled(context, Form("points", article="《飞地简报》"))
    assert points.title == "飞地简报" and context.store.article(points.order.topic)
    digest = filled(context, Form("digest", first_day="2025-02-01", questions="几条航线？\n\n"))
    assert digest.order.questions == ("几条航线？",) and digest.narrowed == ""
    check = filled(context, Form("check", draft=DRAFT))
    assert check.title == "关于港口的汇报" and check.order.text == DRAFT.strip()
    assert orders.first_day(context) == "2025-02-05", "the week that ends with the newest article"


def order(context, form, person=WANG):
    hint, _, awaited, _, _ = made._order(context, person, form)
    assert hint == "", hint
    context.making._pool.submit(lambda: None).result()  # one thread: what was ordered before is over
    return awaited.split()[0]


def test_a_table_is_kept_shown_with_its_quotes_and_downloaded_in_each_format(context):
    id = order(context, Form("table", topic="盐城港集装箱航线"))
    kept = piece.opened(context, WANG.name, id)
    html = piece_html(id, kept)
    assert kept.title == "盐城港集装箱航线：梳理表" and f'data-view="piece:{id}"' in html
    (number,) = {source.marker for source in kept.sources if "3条集装箱航线" in source.quote}
    assert f'data-marker="{number}"' in html and "<mark>盐城港新开通3条集装箱航线" in html
    for source in kept.sources:
        article = context.store.article(source.article_id)
        assert article.text[source.start : source.end] == source.quote
        assert source.before + source.quote + source.after in article.text
    for ending in FORMATS["table"]:
        name, content = piece.file(context, WANG.name, id, ending, "footnotes")
        assert name == f"梳理表-盐城港集装箱航线.{ending}" and content
        assert f'href="made/{id}.{ending}"' in html
    assert piece.file(context, WANG.name, id, "docx", "footnotes") is None
    assert (
        piece.file(context, LI.name, id, "xlsx", "footnotes") is None
        and piece.opened(context, LI.name, id) is None
    )


def test_every_written_deliverable_is_shown_and_written_again_from_what_is_kept(context):
    for form in (
        Form("brief", topic="科创飞地", length=600),
        Form("timeline", topic="长江智创园承接企业"),
        Form("compare", names="飞地简报内容\n港口简报内容", compared="建设"),
        Form("points", article="飞地简报"),
        Form("digest", first_day="2025-02-01"),
    ):
        id = order(context, form)
        kept = piece.opened(context, WANG.name, id)
        assert kept is not None, [job.error for job in context.making.of(WANG.name)]
        html = piece_html(id, kept)
        markers = set(re.findall(r'class="gc-marker"[^>]*data-marker="(\d+)"', html))
        assert markers and markers <= {str(source.marker) for source in kept.sources}
        for ending in FORMATS[form.kind]:
            for notes in ("footnotes", "annex") if ending == "docx" else ("footnotes",):
                _, content = piece.file(context, WANG.name, id, ending, notes)
                assert content
        word = Document(io.BytesIO(piece.file(context, WANG.name, id, "docx", "footnotes")[1]))
        assert kept.report.title in "".join(p.text for p in word.paragraphs)


def test_a_checked_draft_shows_each_verdict_its_quotes_and_what_clashes(context):
    id = order(context, Form("check", draft=DRAFT, draft_name="汇报"))
    kept = piece.opened(context, WANG.name, id)
    assert kept.title == "口径核对：汇报"
    assert [s.standing for s in kept.sentences][:2] == ["no_claim", "supported"]
    wrong = kept.sentences[2]
    assert wrong.standing in ("contradicted", "not_found") and wrong.why
    assert [wrong.text[start:end] for start, end in wrong.clashes] == ["9条"]
    html = piece_html(id, kept)
    assert "<mark>9条</mark>" in html and strings.CHECK_VERDICTS["supported"] in html
    assert html.count("<blockquote>") == sum(len(s.markers) for s in kept.sentences) > 1
    assert "3条集装箱航线" in kept.sources[kept.sentences[1].markers[0] - 1].quote
    word = Document(io.BytesIO(piece.file(context, WANG.name, id, "docx", "footnotes")[1]))
    assert len(list(word.comments)) == 2
    assert b"<mark>" in piece.file(context, WANG.name, id, "html", "footnotes")[1]


def test_what_finds_nothing_says_so_and_is_dismissed(context):
    for form, said in (
        (Form("table", topic="外星人登陆火星"), "外星人登陆火星"),
        (Form("digest", first_day="2031-01-01"), "2031-01-01 以来没有新收录的文章"),
    ):
        made._order(context, WANG, form)
        jobs = context.making.of(WANG.name)
        context.making._pool.submit(lambda: None).result()
        (job,) = context.making.of(WANG.name)
        assert job.state == "failed" and said in job.error and "请" in job.error
        assert said in jobs_html([job]) and context.making.of(LI.name) == []
        context.making.drop(LI.name, job.id)
        assert context.making.of(WANG.name), "another cannot dismiss it"
        context.making.drop(WANG.name, jobs[0].id)
        assert context.making.of(WANG.name) == [] and context.pieces.list(WANG.name) == []


def test_what_is_stopped_is_neither_made_nor_kept(context, monkeypatch):
    reached, go_on = Event(), Event()

    def slowly(qa, order, progress):
        progress(1, 3)
        reached.set()
        assert go_on.wait(20)
        progress(2, 3)
        raise AssertionError("it went on after the stop")

    monkeypatch.setattr("ui.making_jobs.content", slowly)
    _, _, awaited, _, _ = made._order(context, WANG, Form("table", topic="飞地"))
    assert reached.wait(20)
    (job,) = context.making.of(WANG.name)
    assert strings.MADE_READING[""].format(done=1, all=3) in jobs_html([job])
    context.making.drop(WANG.name, job.id)
    go_on.set()
    ended(context)
    assert context.making.of(WANG.name) == [] and context.pieces.list(WANG.name) == []
    assert awaited.split()[0] == job.id


def test_programs_cannot_see_what_people_order_and_people_not_what_programs_do(context):
    theirs = context.making.submit(Order("points", "没有这篇"))
    mine = context.making.submit(Order("points", "没有这篇"), owner="", keep=lambda id, found: None)
    assert context.making.get(mine.id) is None and context.making.get(theirs.id) is not None
    assert [job.id for job in context.making.of("")] == [mine.id]


def test_a_page_that_waits_opens_what_is_made_or_says_where_it_is(context):
    id = order(context, Form("points", article="飞地简报"))
    _, listed, view, current, awaited, said, timer = made._look(context, WANG, "", f"{id} 飞地简报")
    assert current == f"piece:{id}" and "gc-piece" in view and awaited == said == "" and not timer.active
    assert 'aria-current="true"' in listed
    _, _, _, _, _, said, _ = made._look(context, WANG, "folder:x", f"{id} 飞地简报")
    assert "“飞地简报”做好了" in said and f'data-id="{id}"' in said, "what is being read stays open"
    _, _, _, _, awaited, said, _ = made._look(context, WANG, "", "lost 港口")
    assert awaited == "" and "“港口”没有做完" in said, "the server was started again"


def test_a_deleted_piece_leaves_the_shelf_and_can_be_had_back(context):
    id = order(context, Form("points", article="飞地简报"))
    seen = shelf.act(context, WANG, {"act": "remove_piece", "id": id}, f"piece:{id}")
    assert seen.current == "" and 'data-act="restore_piece"' in seen.above
    assert strings.MADE_NONE in shelf.shelf(context, WANG, "")
    assert strings.MADE_GONE in shelf.view(context, WANG, f"piece:{id}")
    assert strings.TOO_LATE in shelf.act(context, LI, {"act": "restore_piece", "id": id}, "").above
    shelf.act(context, WANG, {"act": "restore_piece", "id": id}, "")
    assert "飞地简报" in shelf.shelf(context, WANG, "")


def test_titles_near_to_a_few_words_are_offered(context):
    assert {title for _, title in made._titles(context, "简报")} >= {"港口简报", "飞地简报"}
    assert made._titles(context, "飞") == [] and made._titles(context, "飞地简报") == []


def test_markup_in_what_was_made_is_text(context):
    id = order(context, Form("points", article="飞地简报"))
    kept = piece.opened(context, WANG.name, id)
    evil = "<script>alert(1)</script>"
    source = kept.sources[0].model_copy(update={"title": evil, "quote": evil})
    report = replace(kept.report, title=evil, subtitle=evil)
    shown = piece_html(id, kept.model_copy(update={"title": evil, "report": report, "sources": (source,)}))
    assert "<script>" not in shown and "&lt;script&gt;" in shown
    assert making.file_name("../../etc", "md") == "etc.md"
    assert "<script>" not in shelf_html([], [replace(context.pieces.list(WANG.name)[0], title=evil)], "")
