"""What holds while one works: one width, a box that keeps its height, an answer's beginning in view, nothing lost."""

import pytest
from pages import ASKED, Model, ask, log_in, send, tab, visit

pytestmark = pytest.mark.integration

SHAPE = """() => {
  const box = s => { const r = document.querySelector(s).getBoundingClientRect(); return [r.left, r.width] };
  return {head: box('#gc-head'), tabs: box('#gc-tabs'), page: document.documentElement.scrollWidth} }"""
FITS = "document.documentElement.scrollHeight <= innerHeight"
BEGINS = """() => { const view = document.querySelector('#gc-view').getBoundingClientRect(),
  asked = [...document.querySelectorAll('#gc-log .gc-question')].at(-1).getBoundingClientRect();
  return asked.top >= view.top - 1 && asked.bottom <= view.bottom + 1 }"""
HEIGHT = "document.querySelector('#gc-ask').getBoundingClientRect().height"
DRAFT = "(document.querySelector('#gc-live .gc-draft')?.textContent || '').includes('5个')"


@pytest.mark.parametrize(("width", "height"), [(1360, 860), (1000, 700), (390, 844)])
def test_the_page_keeps_its_width_and_its_box_and_shows_an_answers_beginning(
    browser, page_url, width, height
):
    with visit(browser, page_url, viewport={"width": width, "height": height}) as page:
        page.wait_for_selector("#gc-box textarea")
        page.wait_for_selector("#gc-conversations > *", state="attached")
        shape, high = page.evaluate(SHAPE), page.evaluate(HEIGHT)
        assert shape["page"] <= width and page.evaluate(FITS)
        for question, outcome in ((ASKED, ".gc-answer"), ("盐城建设了几个科创飞地？", ".gc-refusal")):
            ask(page, question, outcome)
            page.wait_for_function(BEGINS)
            assert page.evaluate(SHAPE) == shape and page.evaluate(HEIGHT) == high and page.evaluate(FITS)
        for name, there in (("文章", "#gc-articles table"), ("统计", "#gc-statistics .gc-bar")):
            tab(page, name)
            page.wait_for_selector(there)
            seen = page.evaluate(SHAPE)
            bar = width - page.evaluate("document.documentElement.clientWidth")
            assert seen["page"] <= width and shape["head"][1] - seen["head"][1] <= bar


def test_the_head_is_one_line_on_a_phone_for_who_has_logged_in_and_large_text_fits(browser, guarded_url):
    with visit(browser, guarded_url, viewport={"width": 390, "height": 844}) as page:
        log_in(page, "小王", "correct horse")
        page.wait_for_selector("#gc-box textarea")
        page.click("[data-act=settings]")
        assert "小王（编辑）" in page.inner_text("#gc-form .gc-foot")
        for size, high in (("1.3", 60), ("1", 50)):
            page.click(f"#gc-form [data-name=size][data-value='{size}']")
            assert page.evaluate("document.querySelector('#gc-head').getBoundingClientRect().height") < high
            assert page.evaluate(
                "document.documentElement.scrollWidth <= innerWidth && "
                "[...document.querySelectorAll('#gc-head .gc-act')].every(e => e.getBoundingClientRect().right <= innerWidth)"
            )
            assert page.evaluate(FITS)
        page.click("#gc-form a[href=logout]")
        page.wait_for_url("**/login")


def test_a_new_conversation_while_an_answer_is_written_leaves_it_alone(browser, guarded_url):
    with visit(browser, guarded_url) as page:
        log_in(page, "小王", "correct horse")
        page.wait_for_selector("#gc-box textarea")
        Model.behaviour = "hang"
        send(page, ASKED)
        page.wait_for_function(DRAFT)
        page.click("#gc-new")
        page.wait_for_selector(".gc-welcome")
        page.wait_for_selector("#gc-conversations .gc-pending")
        page.wait_for_selector("#gc-send")
        Model.behaviour = "answer"
        page.wait_for_selector("#gc-conversations .gc-pending", state="detached")
        assert page.locator(".gc-welcome").count() == 1, "the page stays where it is"
        page.locator("#gc-conversations [data-act=open]").first.click()
        page.wait_for_selector("#gc-log .gc-answer")
        assert "5个科创飞地" in page.inner_text("#gc-log .gc-answer")
        Model.behaviour = "hang"
        page.click("[data-act=retry]")
        page.wait_for_function(DRAFT)
        assert "5个科创飞地" in page.inner_text("#gc-log .gc-answer"), "the old answer stays meanwhile"
        Model.behaviour = "answer"
        page.wait_for_selector(".gc-versions")
        assert page.inner_text(".gc-versions span") == "2/2"


def test_a_page_that_is_cut_off_says_so_in_chinese_and_its_box_works_afterwards(
    browser, guarded_url, tmp_path
):
    table = tmp_path / "表格.exe"
    table.write_text("a", encoding="utf-8")
    with visit(browser, guarded_url) as page:
        log_in(page, "小王", "correct horse")
        page.wait_for_selector("#gc-box textarea")
        Model.behaviour = "answer"
        ask(page, ASKED)
        page.context.set_offline(True)
        page.locator("#gc-cards [data-act=read]").first.click()
        page.wait_for_selector("#gc-article .gc-notice")
        assert "连接断了" in page.inner_text("#gc-article") and "undefined" not in page.inner_text(
            "#gc-article"
        )
        page.keyboard.press("Escape")
        send(page, "神马电力的董事长是谁？")
        page.wait_for_selector(".toast-body")
        page.wait_for_function("document.querySelector('.toast-body').innerText.includes('连接断了')")
        assert "onnection" not in page.inner_text(".toast-body")
        assert page.input_value("#gc-box textarea") == "神马电力的董事长是谁？"
        page.context.set_offline(False)
        page.reload()
        page.wait_for_selector("#gc-log .gc-answer")
        ask(page, "如皋建设了多少个科创飞地？")
        tab(page, "文章")
        page.set_input_files("#gc-upload input[type=file]", str(table))
        page.wait_for_function("document.querySelector('.toast-body')?.innerText.includes('不能收录')")
        assert "表格.exe" in page.inner_text(".toast-body") and "allowed" not in page.inner_text(
            ".toast-body"
        )
