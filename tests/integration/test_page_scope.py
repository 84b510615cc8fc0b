"""The chips above the box, the welcome and the moves: what is asked of, how it is answered, and what comes next."""

import re

import pytest
from pages import ASKED, Model, ask, log_in, narrow, send, tab, visit

pytestmark = pytest.mark.integration

DESKTOP, SMALL, PHONE = (1360, 860), (1000, 700), (390, 844)
FITS = "document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight"


def checked(page):
    """No axe finding in what is shown now."""
    from axe_playwright_python.sync_playwright import Axe

    page.mouse.move(5, 5)
    page.wait_for_function("document.getAnimations().every(a => a.playState !== 'running')")
    found = Axe().run(page).response
    assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == []


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (SMALL, "dark"), (PHONE, "light")])
def test_a_scope_is_chosen_narrows_stays_on_reload_and_is_taken_off(browser, page_url, size, scheme):
    width, height = size
    with visit(browser, page_url, viewport={"width": width, "height": height}, color_scheme=scheme) as page:
        page.wait_for_selector("#gc-scope-chips", state="attached")
        narrow(page, issuers="南通发布", regions="上海", until="2024-01-01")
        send(page, ASKED)
        page.wait_for_selector(
            "#gc-hint .gc-notice"
        )  # nothing is left to look in: said before it is searched
        assert (
            "2024-01-01 及以前" in page.inner_text("#gc-hint")
            and page.input_value("#gc-box textarea") == ASKED
        )
        page.click("#gc-scope-chips .gc-chip:has-text('2024-01-01')")
        ask(page, ASKED)
        assert "只在 “南通发布”发布、提到“上海” 的文章里找" in page.inner_text("#gc-log .gc-narrowed")
        assert page.evaluate(FITS)
        page.reload()
        page.wait_for_selector("#gc-log .gc-answer")
        assert [c.strip(" ×") for c in page.locator("#gc-scope-chips .gc-chip").all_inner_texts()] == [
            "上海",
            "南通发布",
        ]
        page.click("[data-act=scope]")
        page.wait_for_function("document.querySelector('#gc-scope [name=issuers][value=南通发布]')?.checked")
        page.click("#gc-scope [data-value=week]")
        page.wait_for_function("document.querySelector('#gc-reach').textContent === '0 篇文章'")
        checked(page)
        page.click("[data-act=clear-scope]")
        page.wait_for_function("document.querySelector('#gc-reach').textContent === '15 篇文章'")
        page.keyboard.press("Escape")
        page.wait_for_selector("#gc-scope", state="hidden")
        assert page.inner_text("#gc-scope-said") == "全部文章"
        page.click("#gc-new" if width > 820 else ".gc-narrow[data-act=begin]")
        page.wait_for_selector("#gc-library .gc-moves")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        checked(page)


def test_the_welcome_tells_the_library_and_its_examples_are_answered(page):
    page.wait_for_selector("#gc-library .gc-moves")
    told = page.inner_text("#gc-library")
    assert (
        re.search(r"已收录 \d+ 篇文章，从 2023年\d月到 202\d年", told) and "会把问题写进服务器的日志" in told
    )
    assert [h.inner_text() for h in page.locator("#gc-library h3").all()] == [
        "问一个事实",
        "列清单",
        "写简报",
        "比较两地",
    ]
    page.locator(".gc-newest [data-act=read]").first.click()
    page.wait_for_selector("#gc-article .gc-body")
    page.keyboard.press("Escape")
    for card in (0, 1, 3):
        example = page.locator("#gc-library section").nth(card).locator("[data-act=suggest]").first
        question = example.get_attribute("data-question")
        example.click()
        page.wait_for_selector("#gc-log .gc-answer .gc-marker")
        assert page.inner_text("#gc-log .gc-question") == question
        page.click("#gc-new")
        page.wait_for_selector("#gc-library .gc-moves")


def test_moves_under_an_answer_go_on_with_its_article_and_its_topic(page):
    ask(page, ASKED)
    assert page.is_visible(".gc-nexts [data-act=make]")
    page.click(".gc-nexts [data-act=only]")
    page.wait_for_selector("#gc-scope-chips .gc-chip:has-text('如皋与上海高校共建科创飞地')")
    ask(page, "苏锡通园区的两大主导产业是什么？", ".gc-refusal")
    assert "只在 《如皋与上海高校共建科创飞地》 的文章里找" in page.locator(".gc-narrowed").last.inner_text()
    page.click("#gc-scope-chips .gc-chip")
    ask(page, ASKED)
    page.click(".gc-nexts [data-act=list-by]")
    page.wait_for_selector("#gc-articles .gc-snippet mark")
    assert page.input_value("#gc-words textarea, #gc-words input") == "如皋 科创飞地"
    tab(page, "问答")
    page.click(".gc-nexts [data-act=suggest]")
    page.wait_for_function(
        "[...document.querySelectorAll('#gc-log .gc-question')].at(-1).textContent === "
        "'《如皋与上海高校共建科创飞地》主要讲了什么？'"
    )
    assert page.locator("#gc-log .gc-turn").last.locator(".gc-answer").count() == 1


def test_the_model_is_named_and_a_quick_answer_asks_none(browser, guarded_url):
    Model.behaviour = "answer"
    with visit(browser, guarded_url) as page:
        log_in(page, "小王", "correct horse")
        page.wait_for_selector("#gc-scope-chips", state="attached")
        assert page.inner_text(".gc-model") == "m"
        assert page.get_attribute("[data-name=manner][data-value=full]", "aria-pressed") == "true"
        page.click("[data-name=manner][data-value=quick]")
        page.click("[data-name=length][data-value=short]")
        ask(page, ASKED)
        assert "摘录原文" in page.inner_text("#gc-log .gc-badges")
        page.reload()
        page.wait_for_selector("#gc-log .gc-answer")
        for name, value in (("manner", "quick"), ("length", "short")):
            assert page.get_attribute(f"[data-name={name}][data-value={value}]", "aria-pressed") == "true"
        page.click("[data-name=manner][data-value=full]")
        Model.behaviour = "hang"
        send(page, ASKED)
        page.wait_for_selector("#gc-live .gc-answer .gc-marker")  # 先看原文, while the model has not spoken
        page.click("#gc-stop")
        page.wait_for_function("!document.querySelector('#gc-live .gc-turn')")
        last = page.locator("#gc-log .gc-turn").last
        assert "5个科创飞地" in last.locator(".gc-answer").inner_text() and "已停止" in last.inner_text()
        Model.behaviour = "answer"
        ask(page, ASKED)
        assert "逐句核对" in page.locator("#gc-log .gc-badges").last.inner_text()


def test_a_password_is_changed_by_its_user_alone(browser, guarded_url):
    with visit(browser, guarded_url) as page:
        log_in(page, "小李", "battery staple")
        page.wait_for_selector("#gc-box textarea")
        page.click("[data-act=settings]")
        page.click("#gc-form [data-act=password]")
        for old, new, again, said in (
            ("wrong", "new battery", "new battery", "不对"),
            ("battery staple", "new battery", "other", "不同"),
            ("battery staple", "new battery", "new battery", "密码已改"),
        ):
            for name, value in (("old", old), ("new", new), ("again", again)):
                page.fill(f"#gc-form [name={name}]", value)
            page.click("#gc-form [type=submit]")
            page.wait_for_function(
                "s => document.querySelector('#gc-form [role=alert]').innerText.includes(s)", arg=said
            )
        page.keyboard.press("Escape")
        page.get_by_text("退出 小李").click()
        page.wait_for_url("**/login")
        log_in(page, "小李", "battery staple")
        assert page.get_by_label("用户名").input_value() == "小李", "the name is kept"
        log_in(page, "小李", "new battery")
        page.wait_for_selector("#gc-box textarea")
        page.click("[data-act=settings]")
        page.click("#gc-form [data-act=password]")
        for name, value in (("old", "new battery"), ("new", "battery staple"), ("again", "battery staple")):
            page.fill(f"#gc-form [name={name}]", value)
        page.click("#gc-form [type=submit]")  # as it was, for the other tests
        page.wait_for_function(
            "document.querySelector('#gc-form [role=alert]').innerText.includes('密码已改')"
        )
