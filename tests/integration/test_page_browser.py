"""The page in a real browser, point by point; nothing it does may reach beyond this machine."""

import io
import json
import os
import re
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from docx import Document
from pages import ASKED, ROOT, WAIT, WATCHED, Model, ask, log_in, narrow, running, send, tab, visit
from playwright.sync_api import TimeoutError as TimedOut

from ui.web import claim_port

pytestmark = pytest.mark.integration


def test_a_server_that_reaches_out_would_be_noticed(tmp_path):
    reached = tmp_path / "reached"
    script = (
        "import socket\n"
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "s.connect(('127.0.0.1', 9)); s.connect(('192.0.2.1', 9))"
    )
    surroundings = os.environ | {"PYTHONPATH": str(WATCHED), "TEST_SERVER_REACHED": str(reached)}
    subprocess.run([sys.executable, "-c", script], env=surroundings, check=False)
    assert reached.read_text() == "socket.connect 192.0.2.1\n"


def test_a_marker_opens_its_quote_and_the_whole_article_by_mouse_and_by_keyboard(page):
    ask(page, ASKED)
    assert "摘录原文" in page.inner_text(".gc-badges")
    page.click(".gc-marker")
    card = page.locator("#gc-cards .gc-card.gc-at")
    assert "5个科创飞地" in card.locator("mark").inner_text()
    assert "《如皋与上海高校共建科创飞地》" in card.inner_text()
    assert "南通发布 · 2025-01-20 · 飞地的数量与合作高校" in card.inner_text()
    assert card.evaluate("e => e === document.activeElement")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "gc-marker"
    page.keyboard.press("Enter")
    assert card.evaluate("e => e === document.activeElement")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#gc-reader[open] mark")
    assert "5个科创飞地" in page.inner_text("#gc-article mark")
    assert len(page.inner_text("#gc-article")) > 300
    assert page.locator("#gc-article mark").first.is_visible()
    page.keyboard.press("Escape")
    page.wait_for_selector("#gc-reader", state="hidden")


def test_a_refusal_looks_different_and_shows_what_there_is(page):
    ask(page, "盐城建设了几个科创飞地？", ".gc-refusal")
    said = page.inner_text("#gc-log .gc-refusal")
    assert "没有找到" in said and "最接近的内容" in said and "《如皋与上海高校共建科创飞地》" in said
    assert page.locator("#gc-log .gc-answer").count() == 0
    assert page.locator("#gc-cards .gc-card").count() > 0 and page.locator("#gc-cards mark").count() == 0
    page.locator(".gc-refusal [data-act=read]").first.click()
    page.wait_for_selector("#gc-reader[open] mark")


def test_retry_edit_follow_up_copy_and_new(page, browser):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, ASKED)
    page.click("[data-act=copy]")
    page.wait_for_function("document.querySelector('[data-act=copy]').textContent === '已复制'")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.search(
        r"5个科创飞地\[1\]。\n\n\[1\] 《如皋与上海高校共建科创飞地》（南通发布，2025-01-20", copied
    )
    first = page.get_attribute("#gc-log .gc-turn", "data-exchange")
    page.click("[data-act=retry]")
    page.wait_for_function(
        "x => { const t = document.querySelectorAll('#gc-log .gc-turn'); return t.length === 1 && t[0].dataset.exchange !== x }",
        arg=first,
    )
    page.click("[data-act=edit]")
    page.wait_for_function(f"document.querySelector('#gc-box textarea').value === '{ASKED}'")
    page.wait_for_selector("[data-act=unedit]")
    page.press("#gc-box textarea", "Escape")
    page.wait_for_selector("[data-act=unedit]", state="detached")
    assert page.input_value("#gc-box textarea") == ""
    page.click("[data-act=edit]")
    page.wait_for_function(f"document.querySelector('#gc-box textarea').value === '{ASKED}'")
    send(page, "神马电力的董事长是谁？")
    page.wait_for_function(
        "[...document.querySelectorAll('#gc-log .gc-question')].map(q => q.textContent).join() === '神马电力的董事长是谁？'"
    )
    assert page.inner_text(".gc-versions span") == "3/3"
    page.click("[data-act=version][data-step='-1']")
    assert page.inner_text("#gc-log .gc-question") == ASKED and page.inner_text(".gc-versions span") == "2/3"
    assert (
        "5个科创飞地" in page.inner_text("#gc-log .gc-answer") and page.locator("#gc-cards mark").count() == 1
    )
    page.click("[data-act=version][data-step='1']")
    assert page.inner_text("#gc-log .gc-question") == "神马电力的董事长是谁？"
    ask(page, ASKED)
    follow = page.locator(".gc-next[data-act=suggest]").first
    question = follow.get_attribute("data-question")
    follow.click()
    page.wait_for_function(
        "q => [...document.querySelectorAll('#gc-log .gc-question')].at(-1).textContent === q", arg=question
    )
    assert page.locator("#gc-log .gc-turn").last.locator(".gc-answer").count() == 1
    page.click("#gc-new")
    page.wait_for_selector(".gc-welcome")
    assert page.locator("#gc-cards .gc-card").count() == 0


def test_conversations_are_there_after_a_reload_can_be_found_renamed_exported_and_deleted(page):
    ask(page, ASKED)
    page.click("#gc-new")
    page.wait_for_selector(".gc-welcome")
    ask(page, "苏锡通园区的两大主导产业是什么呢？")
    page.reload()
    page.wait_for_selector("#gc-log .gc-answer")
    page.fill("#gc-find textarea, #gc-find input", "主导产业是什么呢")  # words of this conversation alone
    page.wait_for_function(
        "[...document.querySelectorAll('#gc-conversations .gc-name')].map(n => n.textContent).join()"
        " === '苏锡通园区的两大主导产业是什么呢？'"
    )
    item = page.locator("#gc-conversations li[aria-current]")
    item.locator("[data-act=rename]").click()
    page.fill(".gc-renaming", "产业<b>问答</b>")
    page.keyboard.press("Enter")
    page.fill("#gc-find textarea, #gc-find input", "")
    page.wait_for_function(
        "[...document.querySelectorAll('#gc-conversations .gc-name')].some(n => n.textContent === '产业<b>问答</b>')"
    )
    item = page.locator("#gc-conversations li", has_text="产业<b>")
    with page.expect_download() as word:
        item.get_by_text("Word").click()
    text = "\n".join(p.text for p in Document(io.BytesIO(Path(word.value.path()).read_bytes())).paragraphs)
    assert "苏锡通园区的两大主导产业是什么呢？" in text and word.value.suggested_filename.endswith(".docx")
    with page.expect_download() as plain:
        item.get_by_text("文本", exact=True).click()
    assert "## 出处表\n\n1. 《" in Path(plain.value.path()).read_text(encoding="utf-8")
    item.locator("[data-act=remove]").click()
    item.get_by_text("确认删除").click()
    page.wait_for_selector(".gc-welcome")
    assert page.locator("#gc-conversations li", has_text="产业<b>").count() == 0
    page.click("#gc-conversations [data-act=restore]")
    page.locator("#gc-conversations li", has_text="产业<b>").locator("[data-act=open]").click()
    page.wait_for_function("document.querySelector('#gc-log .gc-question')?.textContent.startsWith('苏锡通')")


def test_feedback_reaches_the_audit_log_and_becomes_an_evaluation(page, page_folder):
    ask(page, ASKED)
    for pressed in ("true", "false", "true"):  # given, taken back, given again
        page.click("[data-act=feedback]")
        page.wait_for_selector(f"[data-verdict=up][aria-pressed={pressed}]")
        said = "收回您的意见" if pressed == "false" else "已记下"
        page.wait_for_function("s => document.querySelector('#gc-hint').innerText.includes(s)", arg=said)
    ask(page, "神马电力的董事长是谁？")
    turn = page.locator("#gc-log .gc-turn").last
    turn.locator("[data-act=complain]").click()
    turn.get_by_text("答错了").click()
    turn.locator("textarea").fill("马斌")
    turn.get_by_role("button", name="提交").click()
    page.wait_for_selector("[data-verdict=down][aria-pressed=true]")

    def run(*arguments):
        surroundings = os.environ | {
            "PYTHONPATH": str(ROOT),
            "GUANCHAO_STORE__PATH": str(page_folder / "index"),
        }
        done = subprocess.run(
            [sys.executable, "-m", "ui.cli", *arguments],
            cwd=ROOT,
            env=surroundings,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    rows = [json.loads(line) for line in run("feedback").splitlines()]
    by_question = {row["question"]: row for row in rows}
    assert by_question[ASKED]["verdict"] == "up" and by_question[ASKED]["shown"]["sources"]
    assert (
        by_question[ASKED]["versions"]["guanchao"]
        and by_question["神马电力的董事长是谁？"]["comment"] == "马斌"
    )
    file = page_folder / "qa.jsonl"
    report = json.loads(run("eval", str(file), "--from-feedback", "--extractive", "--json"))
    assert report["answerable"] == 2 and report["right"] == 2
    assert [["5"]] in [json.loads(line)["must_contain"] for line in file.read_text().splitlines()]


def test_articles_are_listed_found_read_uploaded_replaced_and_deleted_while_another_chats(
    page, browser, page_url, tmp_path
):
    good, bad = tmp_path / "海门<img src=x onerror=alert(1)>.md", tmp_path / "坏的.pdf"
    good.write_text("# 海门区办了四场对接会\n\n海门区今年一共举办了4场产业对接会。\n", encoding="utf-8")
    bad.write_bytes(b"not a pdf at all")
    tab(page, "文章")
    page.wait_for_selector("#gc-articles table")
    page.fill("#gc-words textarea, #gc-words input", "科创飞地")
    page.wait_for_selector("#gc-articles .gc-snippet mark")
    assert "共 1 篇" in page.inner_text("#gc-articles > * .gc-meta >> nth=0")
    assert "如皋与上海高校共建科创飞地" in page.inner_text("#gc-articles tbody tr:first-child")
    page.locator("#gc-articles [data-act=read]").first.click()
    page.wait_for_selector("#gc-reader[open] .gc-body mark")
    assert page.locator("#gc-article mark").all_inner_texts() == ["科创飞地"] * 2
    page.keyboard.press("Escape")
    page.fill("#gc-words textarea, #gc-words input", "")
    with visit(browser, page_url) as other:
        other.wait_for_selector("#gc-box textarea")
        page.set_input_files("#gc-upload input[type=file]", [str(good), str(bad)])
        ask(other, ASKED)
        page.wait_for_selector("#gc-jobs .gc-files .gc-added", timeout=WAIT)
        assert "5个科创飞地" in other.inner_text("#gc-log .gc-answer")
        failed = page.locator("#gc-jobs .gc-files .gc-failed")
        assert "坏的" in failed.inner_text() and len(failed.locator("small").inner_text()) > 5
        ask(other, "海门区今年一共举办了几场产业对接会？")
        assert "4场" in other.locator("#gc-log .gc-answer").last.inner_text()
    page.fill("#gc-words textarea, #gc-words input", "海门区办了")
    row = page.locator("#gc-articles tbody tr", has_text="海门区办了四场对接会")
    row.wait_for()
    row.locator("[data-act=replace]").click()
    page.get_by_text("替换《海门区办了四场对接会》").wait_for()
    newer = tmp_path / "海门新.md"
    newer.write_text("# 海门区办了六场对接会\n\n海门区今年一共举办了6场产业对接会。\n", encoding="utf-8")
    page.set_input_files("#gc-upload input[type=file]", str(newer))
    page.locator("#gc-articles tbody tr", has_text="海门区办了六场对接会").wait_for(timeout=WAIT)
    row.wait_for(state="detached", timeout=WAIT)
    row = page.locator("#gc-articles tbody tr", has_text="海门区办了六场对接会")
    row.locator("[data-act=delete-article]").click()
    row.get_by_text("确认删除").click()
    row.wait_for(state="detached", timeout=WAIT)
    page.click("#gc-reingest")
    page.locator("#gc-jobs .gc-job", has_text="未变 15").wait_for(timeout=WAIT)
    tab(page, "统计")
    page.wait_for_selector("#gc-statistics figure")
    assert (
        page.inner_text("#gc-statistics .gc-tile b") == "15"
        and page.locator("#gc-statistics figure").count() == 6
    )


def test_markup_in_a_question_is_text(page):
    evil = '<img src=x onerror="alert(1)"> <script>alert(1)</script> ![x](http://evil.example/x.png)'
    ask(page, evil, ".gc-refusal, #gc-log .gc-trouble")
    assert page.inner_text("#gc-log .gc-question") == evil
    assert page.locator("#gc-log img, #gc-conversations img").count() == 0


def test_markup_in_an_article_and_its_name_is_text(page, page_url, browser, tmp_path):
    from tests.ui.test_render import XSS

    file = tmp_path / "恶意.jsonl"
    body = "。\n".join(evil.replace("\n", " ") for evil in XSS)
    line = {
        "id": "evil",
        "title": XSS[1],
        "text": f"恶意文件里一共有42个陷阱{XSS[1]}。\n{body}。",
        "source": XSS[0],
    }
    file.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    tab(page, "文章")
    page.wait_for_selector("#gc-articles table")
    page.set_input_files("#gc-upload input[type=file]", str(file))
    row = page.locator("#gc-articles tbody tr", has_text="onerror=alert(1)")
    row.wait_for(timeout=WAIT)
    row.locator("[data-act=read]").first.click()
    page.wait_for_selector("#gc-reader[open] .gc-body")
    assert XSS[5] in page.inner_text("#gc-article")
    page.keyboard.press("Escape")
    tab(page, "问答")
    ask(page, "恶意文件里一共有多少个陷阱？")
    page.click(".gc-marker")
    assert "<img src=x onerror=alert(1)>" in page.inner_text("#gc-cards mark")
    strange = "#gc-log, #gc-cards, #gc-article, #gc-articles, #gc-jobs"
    for element in (
        "img",
        "script",
        "iframe",
        "object",
        "embed",
        "svg script",
        "style",
        "link",
        "video",
        "audio",
        "form:not(.gc-complaint)",
    ):
        assert page.locator(", ".join(f"{part} {element}" for part in strange.split(", "))).count() == 0
    tab(page, "文章")
    row.locator("[data-act=delete-article]").click()
    row.get_by_text("确认删除").click()
    row.wait_for(state="detached", timeout=WAIT)


def test_a_phone_reads_and_opens_quotes_in_a_sheet_and_dark_can_be_chosen(browser, page_url):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with visit(browser, page_url, **phone) as page:
        page.wait_for_selector("#gc-box textarea")
        ask(page, ASKED)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.tap(".gc-marker")
        page.wait_for_selector("#gc-sources.gc-up mark", state="visible")
        page.tap("[data-act=close-panel]")
        page.wait_for_selector("#gc-sources", state="hidden")
        page.tap("[data-act=drawer]")
        page.wait_for_selector("#gc-conversations [data-act=open]", state="visible")
        page.locator("#gc-conversations [data-act=open]").first.tap()
        page.wait_for_selector("#gc-new", state="hidden")
        tab(page, "文章")
        page.wait_for_selector("#gc-articles [data-act=read]")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        tab(page, "问答")
        page.tap("[data-act=theme]")
        assert page.evaluate("document.body.classList.contains('dark')")
        page.reload()
        page.wait_for_selector("#gc-log .gc-answer")
        assert page.evaluate("document.body.classList.contains('dark')")


SMALL = """() => [...document.querySelectorAll('#gc-head button, #gc-row button, #gc-row a, #gc-articles button')]
  .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.matches('.gc-skip'))
  .filter(e => { const r = e.getBoundingClientRect(); return r.width < 24 || r.height < 24 })
  .map(e => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_what_is_pressed_is_large_enough(browser, page_url, scheme):
    from axe_playwright_python.sync_playwright import Axe

    with visit(browser, page_url, color_scheme=scheme) as page:

        def checked():
            page.mouse.move(5, 5)
            page.wait_for_function("document.getAnimations().every(a => a.playState !== 'running')")
            found = Axe().run(page).response
            assert [(v["id"], v["impact"], v["nodes"][0]["html"]) for v in found["violations"]] == []
            assert len(found["passes"]) > 15, "it did look"
            assert page.evaluate(SMALL) == []

        page.wait_for_selector("#gc-box textarea")
        ask(page, ASKED)
        page.click(".gc-marker")
        ask(page, "盐城建设了几个科创飞地？", ".gc-refusal")
        checked()
        assert page.evaluate("document.body.classList.contains('dark')") == (scheme == "dark")
        assert page.evaluate("document.documentElement.lang") == "zh-CN"
        tab(page, "文章")
        page.wait_for_selector("#gc-articles table")
        checked()
        tab(page, "统计")
        page.wait_for_selector("#gc-statistics .gc-bar")
        checked()
        page.click("#gc-statistics [data-issuer=新华社]")
        page.wait_for_function("document.querySelectorAll('#gc-articles tbody tr').length < 15")
        assert "新华社" in page.inner_text("#gc-articles tbody tr")


def test_login_roles_and_conversations_of_one_s_own(browser, guarded_url):
    Model.behaviour = "answer"
    with visit(browser, guarded_url) as page:
        assert page.url.endswith("/login")
        log_in(page, "小王", "wrong")
        assert "不对" in page.inner_text("[role=alert]")
        log_in(page, "小王", "correct horse")
        page.wait_for_selector("#gc-box textarea")
        ask(page, ASKED)
        link = page.get_attribute("#gc-conversations a", "href")
        assert page.inner_text("#gc-head .gc-role") == "编辑"
        tab(page, "文章")
        page.wait_for_selector("#gc-upload")
        page.get_by_text("退出 小王").click()
        page.wait_for_url("**/login")
    with visit(browser, guarded_url) as page:
        log_in(page, "小李", "battery staple")
        page.wait_for_selector("#gc-box textarea")
        page.wait_for_selector("#gc-conversations .gc-empty")
        assert page.evaluate("l => fetch(l).then(r => r.status)", link) == 404
        tab(page, "文章")
        page.wait_for_selector("#gc-articles table")
        for editing in ("#gc-upload", "[data-act=delete-article]", "[data-act=edit-articles]"):
            assert page.locator(editing).count() == 0
        assert page.inner_text("#gc-head .gc-role") == "读者"
        id = page.get_attribute("#gc-articles [data-act=read]", "data-id")
        for act, given in (("discard", {"id": id}), ("correct", {"ids": [id], "set": {"title": "改了"}})):
            with page.expect_response(lambda r: "/gradio_api/" in r.url and r.request.method == "POST"):
                page.evaluate("([a, g]) => window.guanchaoArticles.trigger(a, g)", [act, given])
        tab(page, "统计")
        page.wait_for_selector("#gc-statistics figure")
        assert page.locator(".gc-use").count() == 0, "use is for editors"
        page.reload()
        page.wait_for_selector("#gc-box textarea")
        assert "15 篇" in page.inner_text("#gc-head")


def test_generated_answers_stream_and_dropped_sentences_are_told(browser, guarded_url):
    Model.behaviour = "answer"
    with visit(browser, guarded_url) as page:
        log_in(page, "小王", "correct horse")
        page.wait_for_selector("#gc-box textarea")
        send(page, ASKED)
        page.wait_for_selector("#gc-live .gc-steps")
        page.wait_for_selector("#gc-cards .gc-card")  # passages stand there before the model is done
        page.wait_for_function(
            "(document.querySelector('#gc-live .gc-draft')?.textContent || '').includes('如皋一共')"
        )
        assert page.locator("#gc-log .gc-answer").count() == 0
        page.wait_for_selector("#gc-log .gc-answer", timeout=WAIT)
        assert "逐句核对" in page.inner_text("#gc-log .gc-badges")
        assert "火箭" not in page.inner_text("#gc-log .gc-answer")
        page.click(".gc-dropped summary")
        assert "火箭发射场" in page.inner_text(".gc-dropped ul")


def test_stop_and_a_model_that_dies_leave_a_readable_page_that_goes_on(browser, guarded_url):
    with visit(browser, guarded_url) as page:
        log_in(page, "小王", "correct horse")
        page.wait_for_selector("#gc-box textarea")
        Model.behaviour = "hang"
        send(page, ASKED)
        page.wait_for_function(
            "(document.querySelector('#gc-live .gc-draft')?.textContent || '').includes('5个')"
        )
        page.click("#gc-stop")
        page.wait_for_selector("#gc-log .gc-answer")
        assert "已停止" in page.inner_text("#gc-log") and "5个" in page.inner_text("#gc-log .gc-answer")
        Model.behaviour = "die"
        page.click("[data-act=retry]")
        page.wait_for_function(
            "!document.querySelector('#gc-live .gc-turn') && "
            "!document.querySelector('#gc-log').textContent.includes('已停止')"
        )
        assert "摘录原文" in page.inner_text("#gc-log .gc-badges") or "火箭" not in page.inner_text("#gc-log")
        Model.behaviour = "answer"
        ask(page, ASKED)
        assert "5个科创飞地" in page.locator("#gc-log .gc-answer").last.inner_text()


@contextmanager
def being_answered(browser, url):
    """The page of a new visitor whose question is being answered, without an end as long as the model hangs."""
    with visit(browser, url) as page:
        log_in(page, "小王", "correct horse")
        page.wait_for_selector("#gc-box textarea")
        Model.behaviour = "hang"
        send(page, ASKED)
        page.wait_for_selector("#gc-live .gc-draft")
        yield page


def test_questions_sent_while_another_is_answered_wait_in_sight_and_are_answered_in_their_order(
    browser, guarded_url
):
    with being_answered(browser, guarded_url) as page:
        assert not page.is_visible("#gc-send")
        waiting = page.locator("#gc-waiting li span")
        for number, question in enumerate(("库里有几篇文章？", "谢谢", "你是谁？"), start=1):
            page.fill("#gc-box textarea", question)
            if number == 2:
                page.click("#gc-send")  # beside the button that stops
            else:
                page.press("#gc-box textarea", "Enter")
            page.wait_for_function(f"document.querySelectorAll('#gc-waiting li').length === {number}")
            assert page.input_value("#gc-box textarea") == ""
        assert waiting.all_inner_texts() == ["库里有几篇文章？", "谢谢", "你是谁？"]
        assert "3 个问题在排队" in page.inner_text("#gc-waiting [role=status]")
        page.reload()  # what waits is the server's
        page.wait_for_function("document.querySelectorAll('#gc-waiting li').length === 3")
        page.wait_for_selector("#gc-live .gc-draft")
        page.click("#gc-waiting li:nth-child(2) [data-act=dequeue]")
        page.wait_for_function("document.querySelectorAll('#gc-waiting li').length === 2")
        page.fill("#gc-box textarea", "还没写完的一句")
        Model.behaviour = "answer"
        page.wait_for_function("document.querySelectorAll('#gc-log .gc-turn').length === 3")
        page.wait_for_selector("#gc-stop", state="hidden")
        asked = page.locator("#gc-log .gc-question").all_inner_texts()
        assert asked == [ASKED, "库里有几篇文章？", "你是谁？"]
        assert page.inner_text("#gc-waiting") == ""
        assert page.input_value("#gc-box textarea") == "还没写完的一句"


def test_stop_ends_one_answer_and_those_that_wait_have_their_turn(browser, guarded_url):
    with being_answered(browser, guarded_url) as page:
        send(page, "库里有几篇文章？")
        page.wait_for_selector("#gc-waiting li")
        assert "只停正在回答的这一个" in page.inner_text("#gc-waiting")
        page.click("#gc-stop")
        page.wait_for_function("document.querySelectorAll('#gc-log .gc-turn').length === 2")
        assert "已停止" in page.locator("#gc-log .gc-turn").first.inner_text()
        assert "篇" in page.locator("#gc-log .gc-answer").last.inner_text()
        Model.behaviour = "answer"


def test_what_cannot_wait_any_more_stays_in_the_box(browser, guarded_url):
    with being_answered(browser, guarded_url) as page:
        for number in range(1, 6):
            send(page, f"第{number}个问题是什么？")
            page.wait_for_function(f"document.querySelectorAll('#gc-waiting li').length === {number}")
        send(page, "第6个问题是什么？")
        page.wait_for_selector("#gc-hint .gc-notice")
        assert "还没有发出" in page.inner_text("#gc-hint")
        assert page.input_value("#gc-box textarea") == "第6个问题是什么？"
        Model.behaviour = "answer"
        page.wait_for_function("document.querySelectorAll('#gc-log .gc-turn').length === 6")
        assert page.input_value("#gc-box textarea") == "第6个问题是什么？"


def test_an_answer_goes_on_while_its_tab_is_loaded_anew_or_gone(browser, guarded_url):
    draft = "(document.querySelector('#gc-live .gc-draft')?.textContent || '').includes('5个')"
    with visit(browser, guarded_url) as page:
        log_in(page, "小王", "correct horse")
        page.wait_for_selector("#gc-box textarea")
        Model.behaviour = "hang"
        send(page, ASKED)
        page.wait_for_function(draft)
        page.reload()
        page.wait_for_function(draft)  # the same answer, where it is by now
        assert page.is_visible("#gc-stop")
        Model.behaviour = "answer"
        page.wait_for_selector("#gc-log .gc-answer")
        assert "5个科创飞地" in page.inner_text("#gc-log .gc-answer")
        page.wait_for_selector("#gc-send")
        Model.behaviour = "hang"
        page.click("#gc-new")
        page.wait_for_function("document.querySelectorAll('#gc-log .gc-turn').length === 0")
        send(page, "如皋建设了多少个科创飞地？")
        page.wait_for_function(draft)
        kept = page.evaluate("sessionStorage.getItem('guanchao-conversation')")
        page.goto("about:blank")
        Model.behaviour = "answer"
        time.sleep(3)
        page.goto(guarded_url)
        page.wait_for_selector(f"#gc-conversations [data-id='{kept}']")
        page.click(f"#gc-conversations [data-act=open][data-id='{kept}']")
        page.wait_for_function(
            "[...document.querySelectorAll('#gc-log .gc-answer')].some(e => e.textContent.includes('5个科创飞地'))"
        )


def test_a_page_that_was_open_while_the_server_started_again_goes_on(browser, tmp_path):
    (tmp_path / "config.yaml").write_text("{}", encoding="utf-8")
    options = ("--config", str(tmp_path / "config.yaml"), "--extractive")
    port = claim_port("127.0.0.1", 0)
    with ExitStack() as stack:
        with running(tmp_path, *options, port=port) as url:
            page = stack.enter_context(visit(browser, url))
            page.wait_for_selector("#gc-box textarea")
            narrow(page, issuers="南通发布")
            ask(page, ASKED)
            assert "“南通发布”发布" in page.locator("#gc-log .gc-narrowed").last.inner_text()
        with running(tmp_path, *options, port=port):
            for _ in range(12):  # what is asked before the page has found the server again may get lost
                try:
                    ask(page, "神马电力的董事长是谁？", wait=WAIT / 12)
                    break
                except TimedOut:
                    continue
            page.wait_for_function(
                "[...document.querySelectorAll('#gc-log .gc-answer')].at(-1)?.textContent.includes('马斌')"
            )
            assert "“南通发布”发布" in page.locator("#gc-log .gc-narrowed").last.inner_text(), (
                "the scope stays"
            )
