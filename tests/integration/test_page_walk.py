"""All of the page, walked through at every width in light and in dark: it fits, axe finds nothing, it does what it says."""

import pytest
from pages import ASKED, WAIT, ask, tab, visit

pytestmark = pytest.mark.integration

DESKTOP, SMALL = {"viewport": {"width": 1360, "height": 860}}, {"viewport": {"width": 1000, "height": 700}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SHAPES = {"desktop": DESKTOP, "small": SMALL, "phone": PHONE}
DARK = "on => document.body.classList.toggle('dark', on)"  # as Gradio does when the system is dark
DRAFT = "如皋一共建设了5个科创飞地。如皋与上海高校共建了9个科创飞地。"
OVER = "document.documentElement.scrollWidth > innerWidth"
CLIPBOARD = "navigator.clipboard.readText()"


def fine(page):
    """It fits its window sideways, and axe finds nothing, in light and in dark."""
    from axe_playwright_python.sync_playwright import Axe

    assert not page.evaluate(OVER)
    page.mouse.move(5, 5)
    for dark in (True, False):
        page.evaluate(DARK, dark)
        page.wait_for_function("document.getAnimations().every(a => a.playState !== 'running')")
        found = Axe().run(page).response
        assert [(dark, v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == []


def settings(page):
    page.click("[data-act=settings]")
    page.wait_for_selector("#gc-form [data-act=prefer][aria-pressed=true]")


def prefer(page, name, value):
    page.click(f"#gc-form [data-name={name}][data-value='{value}']")


@pytest.mark.parametrize("shape", SHAPES)
def test_every_point_of_the_page(browser, page_url, shape):
    narrow = shape == "phone"
    with visit(browser, page_url, color_scheme="light", **SHAPES[shape]) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.wait_for_selector("#gc-library .gc-moves")
        fine(page)

        ask(page, ASKED)
        page.click("#gc-log .gc-marker")
        page.wait_for_selector("#gc-cards .gc-card.gc-at", state="visible")
        page.click("#gc-cards [data-act=cite]")
        page.wait_for_function("document.querySelector('#gc-cards [data-act=cite]').textContent === '已复制'")
        said = page.evaluate(CLIPBOARD)
        assert said.startswith("“") and said.endswith(
            "”（《如皋与上海高校共建科创飞地》，南通发布，2025年1月20日）"
        )
        fine(page)
        if narrow:
            page.click("#gc-sources [data-act=close-panel]")
        page.click("#gc-log [data-act=feedback]")
        page.wait_for_selector("[data-verdict=up][aria-pressed=true]")
        page.wait_for_selector("#gc-hint .gc-editing")
        page.wait_for_selector("#gc-hint .gc-editing", state="detached")
        ask(page, "《如皋与上海高校共建科创飞地》主要讲了什么？")
        ask(page, "盐城建设了几个科创飞地？", ".gc-refusal")
        fine(page)

        settings(page)
        fine(page)
        mine = page.locator("#gc-form .gc-opinions li", has_text=ASKED).first
        assert "有用" in mine.inner_text()
        mine.locator("[data-act=withdraw]").click()
        page.wait_for_selector("[data-verdict=up][aria-pressed=true]", state="detached")
        prefer(page, "sources", 3)
        for size in ("1.3", "1"):
            prefer(page, "size", size)
            assert page.evaluate(
                "parseFloat(getComputedStyle(document.documentElement).fontSize)"
            ) == 16 * float(size)
            assert not page.evaluate(OVER)
        page.keyboard.press("Escape")
        points = page.locator("#gc-log .gc-turn").nth(1)
        points.locator(".gc-marker").nth(1).click()
        page.wait_for_selector("#gc-cards .gc-card.gc-at", state="visible")
        shown = page.locator("#gc-cards .gc-card:visible")
        assert shown.count() == 3
        assert "处，1 篇文章" in page.inner_text("#gc-sources h2")
        page.click("#gc-cards [data-act=more-sources]")
        assert shown.count() > 3
        if narrow:
            page.click("#gc-sources [data-act=close-panel]")

        page.click("[data-act=scope]")
        page.wait_for_selector("#gc-scope .gc-panel")
        fine(page)
        page.keyboard.press("Escape")

        tab(page, "成果")
        page.wait_for_selector("#gc-kind", state="visible")
        fine(page)
        page.locator("#gc-kind label", has_text="口径核对").click()
        page.get_by_label("要核对的文字").fill(DRAFT)
        page.click("#gc-start")
        page.wait_for_selector("#gc-made .gc-claim", timeout=WAIT)
        fine(page)

        tab(page, "文章")
        page.wait_for_selector("#gc-articles table")
        fine(page)
        page.fill("#gc-words textarea, #gc-words input", "科创飞地")
        page.wait_for_selector("#gc-articles .gc-snippet mark")
        page.locator("#gc-articles [data-act=read]").first.click()
        page.wait_for_selector("#gc-article mark.gc-at")
        assert page.inner_text(".gc-hits span") == "第 1 处，共 2 处"
        page.click("[data-act=hit][data-step='1']")
        assert page.inner_text(".gc-hits span") == "第 2 处，共 2 处"
        assert page.locator("#gc-article mark").nth(1).get_attribute("class") == "gc-at"
        page.click("#gc-article [data-act=cite]")
        page.wait_for_function(
            "document.querySelector('#gc-article [data-act=cite]').textContent === '已复制'"
        )
        assert "一共建设了5个科创飞地。”（《如皋" in page.evaluate(CLIPBOARD)
        fine(page)
        page.click("[data-act=hit][data-step='1']")
        assert page.inner_text(".gc-hits span") == "第 1 处，共 2 处"
        page.keyboard.press("Escape")

        tab(page, "统计")
        page.wait_for_selector("#gc-statistics .gc-bar")
        fine(page)


def test_a_text_that_is_pasted_becomes_an_article_and_an_address_is_told_what_it_needs(page):
    tab(page, "文章")
    page.wait_for_selector("#gc-articles table")
    page.get_by_label("粘贴网页链接").fill("https://example.cn/a")
    page.click("#gc-take")
    page.wait_for_selector("#gc-article-notice .gc-notice")
    assert "没有开启从网页收录" in page.inner_text("#gc-article-notice")
    page.get_by_label("粘贴网页链接").fill(
        "海门区办了四场对接会\n\n海门区今年一共举办了4场产业对接会，每场都有二十家以上的企业参加。"
    )
    page.click("#gc-take")
    row = page.locator("#gc-articles tbody tr", has_text="海门区办了四场对接会")
    row.wait_for(timeout=WAIT)
    assert page.get_by_label("粘贴网页链接").input_value() == ""
    row.locator("[data-act=delete-article]").click()
    row.get_by_text("确认删除").click()
    row.wait_for(state="detached", timeout=WAIT)


def test_only_the_words_that_are_selected_are_cited_and_marks_inside_become_single(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, ASKED)
    page.locator("#gc-cards [data-act=read]").first.click()
    page.wait_for_selector("#gc-article .gc-body p")
    page.evaluate(
        "() => { const p = document.querySelector('#gc-article .gc-body p'), range = document.createRange(),"
        " at = p.textContent.indexOf('”') + 1;"
        " range.setStart(p.firstChild, 0); range.setEnd(p.firstChild, at);"
        " getSelection().removeAllRanges(); getSelection().addRange(range); }"
    )
    page.click("#gc-article [data-act=cite]")
    page.wait_for_function("document.querySelector('#gc-article [data-act=cite]').textContent === '已复制'")
    assert page.evaluate(CLIPBOARD).startswith("“‘科创飞地’”（《如皋与上海高校共建科创飞地》")
