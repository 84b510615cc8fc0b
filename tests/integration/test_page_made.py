"""成果, 材料夹 and sharing in a real browser, at the widths and in the colours that people have."""

import io
from contextlib import ExitStack
from pathlib import Path

import pytest
from docx import Document
from pages import ASKED, ROOT, Model, ask, log_in, running, tab, visit
from python_calamine import CalamineWorkbook

from ui.web import claim_port

pytestmark = pytest.mark.integration

DRAFT = "关于科创飞地的汇报\n如皋由此一共建设了5个科创飞地。\n如皋由此一共建设了9个科创飞地。\n神马电力的董事长是马斌。"
SMALL = """() => [...document.querySelectorAll('#gc-made-row button, #gc-made-row a')]
  .filter(e => e.checkVisibility({visibilityProperty: true}))
  .filter(e => { const r = e.getBoundingClientRect(); return r.width < 24 || r.height < 24 })
  .map(e => e.outerHTML.slice(0, 120))"""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def axe(page):
    from axe_playwright_python.sync_playwright import Axe

    page.mouse.move(5, 5)
    page.wait_for_function("document.getAnimations().every(a => a.playState !== 'running')")
    found = Axe().run(page).response
    assert [(v["id"], v["impact"], v["nodes"][0]["html"]) for v in found["violations"]] == []
    assert page.evaluate(SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def form(page, kind):
    """An empty form of a kind."""
    if page.evaluate("document.body.classList.contains('gc-viewing')"):
        page.locator("[data-act=show_form]:visible").first.click()
    page.wait_for_selector("#gc-kind", state="visible")
    page.locator("#gc-kind label", has_text=kind).click()


def start(page, title):
    """Makes what is filled in, and waits until it is open under its title."""
    page.click("#gc-start")
    page.wait_for_function(
        "t => document.querySelector('#gc-made .gc-piece-title')?.textContent.includes(t)", arg=title
    )


def table(page):
    form(page, "梳理表")
    page.get_by_label("主题", exact=True).fill("科创飞地")
    start(page, "科创飞地：梳理表")


def opened(page):
    tab(page, "成果")
    page.wait_for_selector("#gc-kind", state="visible")


@pytest.fixture
def made_page(page):
    opened(page)
    return page


def test_a_table_opens_its_quotes_is_downloaded_and_is_there_after_a_reload(made_page):
    page = made_page
    page.click("#gc-start")
    page.wait_for_selector("#gc-made-hint .gc-notice")
    assert "请先写主题" in page.inner_text("#gc-made-hint")
    table(page)
    marker = page.locator("#gc-made .gc-marker").first
    marker.click()
    card = page.locator("#gc-made-sources .gc-card.gc-at")
    assert "5个科创飞地" in card.locator("mark").inner_text() and card.evaluate(
        "e => e === document.activeElement"
    )
    page.keyboard.press("Escape")
    assert marker.evaluate("e => e === document.activeElement")
    card.locator("[data-act=read]").click()
    page.wait_for_selector("#gc-reader[open] mark")
    page.keyboard.press("Escape")
    with page.expect_download() as sheet:
        page.locator("#gc-made").get_by_text("Excel").click()
    assert sheet.value.suggested_filename == "梳理表-科创飞地.xlsx"
    book = CalamineWorkbook.from_filelike(io.BytesIO(Path(sheet.value.path()).read_bytes()))
    assert any("5个科创飞地" in str(row) for row in book.get_sheet_by_name("梳理表").to_python())
    page.reload()
    page.wait_for_selector("#gc-made .gc-piece-title", state="visible")  # the tab and what was open
    entry = page.locator("#gc-shelf li[aria-current]")
    assert "科创飞地：梳理表" in entry.inner_text()
    entry.locator("[data-act=remove_piece]").click()
    page.wait_for_selector("#gc-kind", state="visible")
    page.click("#gc-shelf [data-act=restore_piece]")
    page.locator("#gc-shelf [data-act=open_piece]", has_text="科创飞地：梳理表").first.click()
    page.wait_for_selector("#gc-made .gc-piece")


def test_a_draft_is_checked_sentence_by_sentence_from_a_file_too(made_page, tmp_path):
    page = made_page
    form(page, "口径核对")
    document = Document()
    for line in DRAFT.splitlines():
        document.add_paragraph(line)
    document.save(tmp_path / "汇报稿.docx")
    (tmp_path / "坏.docx").write_bytes(b"no zip")
    page.set_input_files("#gc-draft-file input[type=file]", str(tmp_path / "坏.docx"))
    page.wait_for_selector("#gc-made-hint .gc-notice")
    page.set_input_files("#gc-draft-file input[type=file]", str(tmp_path / "汇报稿.docx"))
    page.wait_for_function(
        "document.querySelector('#gc-made-hint').textContent.includes('已读入“汇报稿.docx”')"
    )
    assert page.get_by_label("要核对的文字").input_value() == DRAFT
    start(page, "口径核对：汇报稿")
    rows = page.locator("#gc-made .gc-claim")
    assert rows.count() == 4
    assert "gc-supported" in rows.nth(1).get_attribute("class") and "有依据" in rows.nth(1).inner_text()
    assert (
        rows.nth(2).locator(".gc-said mark").inner_text() == "9个"
        and "5个" in rows.nth(2).locator("blockquote").first.inner_text()
    )
    page.locator("#gc-made .gc-verdicts [data-verdict=supported]").click()
    assert [rows.nth(n).is_visible() for n in range(4)] == [False, True, False, True]
    rows.nth(1).locator(".gc-marker").first.click()
    assert "科创飞地" in page.inner_text("#gc-made-sources .gc-card.gc-at mark")
    with page.expect_download() as word:
        page.locator("#gc-made").get_by_text("Word", exact=True).click()
    checked = Document(io.BytesIO(Path(word.value.path()).read_bytes()))
    assert [p.text for p in checked.paragraphs] == DRAFT.splitlines() and len(list(checked.comments)) == 3


def test_each_kind_is_made_from_its_form(made_page):
    page = made_page
    form(page, "简报")
    page.get_by_label("主题", exact=True).fill("科创飞地")
    start(page, "科创飞地主题简报")
    form(page, "时间线")
    start(page, "科创飞地时间线")
    form(page, "对比")
    page.get_by_label("要对比的").fill("上海\n南通")
    page.click("#gc-start")
    page.wait_for_function("document.querySelector('#gc-made-hint').textContent.includes('在哪个主题上')")
    page.get_by_label("在哪个主题上").fill("产业合作")
    start(page, "上海、南通对比表")
    form(page, "要点")
    page.get_by_label("文章的标题或编号").fill("科创飞地")
    page.locator("#gc-titles [data-act=pick_article]", has_text="共建科创飞地").click()
    page.wait_for_selector("#gc-titles button", state="detached")
    start(page, "《如皋与上海高校共建科创飞地》要点")
    form(page, "本期新收录")
    start(page, "新收录")
    assert page.locator("#gc-made .gc-marker").count() > 2
    form(page, "时间线")
    page.get_by_label("主题", exact=True).fill("外星人登陆火星")
    page.click("#gc-start")
    page.wait_for_selector("#gc-making .gc-notice")
    assert "请换个说法" in page.inner_text("#gc-making")
    page.click("#gc-making [data-act=stop_making]")
    page.wait_for_selector("#gc-making .gc-notice", state="detached")


def test_a_folder_is_filled_ordered_by_keyboard_commented_and_exported(page):
    ask(page, ASKED)
    page.click("details.gc-put summary")
    page.locator(".gc-put-one").nth(1).click()
    page.wait_for_selector("#gc-said-aloud .gc-toast")
    page.locator("#gc-cards [data-act=put]").first.click()
    page.wait_for_function(
        "document.querySelector('#gc-cards [data-act=put]').textContent === '已放进材料夹'"
    )
    page.locator("#gc-cards [data-act=read]").first.click()
    page.wait_for_selector("#gc-article [data-act=put]")
    page.click("#gc-article [data-act=put]")
    page.wait_for_function(
        "document.querySelector('#gc-article [data-act=put]').textContent === '已放进材料夹'"
    )
    page.keyboard.press("Escape")
    page.click("#gc-said-aloud [data-act=open_folder]")
    page.wait_for_function("document.querySelectorAll('#gc-made .gc-item').length === 3")
    kinds = "[...document.querySelectorAll('#gc-made .gc-item-kind')].map(e => e.textContent.split(' · ')[1]).join()"
    assert page.evaluate(kinds) == "回答里的一句,引文,文章"
    page.locator(".gc-item").nth(2).focus()
    page.keyboard.press("Alt+ArrowUp")
    page.wait_for_function(f"{kinds} === '回答里的一句,文章,引文'")
    page.wait_for_function("document.activeElement.matches('.gc-item:nth-child(2)')")
    page.locator(".gc-item").nth(0).locator("[data-act=move_item]").click()
    page.wait_for_function(f"{kinds} === '文章,回答里的一句,引文'")
    page.locator(".gc-item textarea").nth(1).fill("要核实")
    page.locator(".gc-item").nth(1).locator("[data-act=move_item][data-by='1']").click()
    page.wait_for_function(f"{kinds} === '文章,引文,回答里的一句'")
    assert [page.locator(".gc-item textarea").nth(n).input_value() for n in range(3)] == ["", "", "要核实"]
    page.locator(".gc-item").nth(2).locator("[data-act=move_item]").click()
    page.wait_for_function(f"{kinds} === '文章,回答里的一句,引文'")
    page.locator(".gc-folder-name").fill("飞地备忘")
    page.locator(".gc-folder-name").press("Enter")
    page.wait_for_selector("#gc-shelf .gc-name >> text=飞地备忘")
    page.locator(".gc-item").nth(2).locator("[data-act=remove_item]").click()
    page.wait_for_function("document.querySelectorAll('#gc-made .gc-item').length === 2")
    page.click("#gc-made [data-act=restore_item]")
    page.wait_for_function(f"{kinds} === '文章,回答里的一句,引文'")
    page.reload()
    page.wait_for_function(f"{kinds} === '文章,回答里的一句,引文'")
    assert page.locator(".gc-item textarea").nth(1).input_value() == "要核实"
    with page.expect_download() as plain:
        page.locator("#gc-made").get_by_text("文本", exact=True).click()
    text = Path(plain.value.path()).read_text(encoding="utf-8")
    assert "# 飞地备忘" in text and "批注：要核实" in text and "（南通发布，2025-01-20" in text
    with page.expect_download() as word:
        page.locator("#gc-made").get_by_text("Word", exact=True).click()
    written = "\n".join(p.text for p in Document(io.BytesIO(Path(word.value.path()).read_bytes())).paragraphs)
    assert "飞地备忘" in written and "5个科创飞地" in written
    assert page.locator("#gc-made [data-act=share]").count() == 0, "nobody logs in here"
    page.locator("#gc-shelf li[aria-current] [data-act=remove_folder]").click()
    page.wait_for_selector("#gc-kind", state="visible")


def test_a_move_under_an_answer_opens_the_form_with_its_topic(page):
    page.wait_for_selector("#gc-box textarea")
    ask(page, ASKED)
    page.locator("#gc-log [data-act=make][data-kind=table]").click()
    page.wait_for_selector("#gc-kind", state="visible")
    page.wait_for_function(
        "document.querySelector('#gc-kind input:checked')?.value === 'table' && "
        "[...document.querySelectorAll('#gc-make input, #gc-make textarea')].some(e => e.value.includes('科创飞地'))"
    )
    start(page, "梳理表")


@pytest.mark.parametrize(
    ("shape", "scheme"),
    [
        ({"viewport": {"width": 1360, "height": 860}}, "light"),
        ({"viewport": {"width": 1000, "height": 700}}, "dark"),
        (PHONE, "light"),
        (PHONE, "dark"),
        ({"viewport": {"width": 1360, "height": 860}}, "dark"),
    ],
)
def test_axe_finds_nothing_on_the_tab_at_any_width_in_any_colour(browser, page_url, shape, scheme):
    with visit(browser, page_url, color_scheme=scheme, **shape) as page:
        page.wait_for_selector("#gc-box textarea")
        opened(page)
        form(page, "对比")
        page.locator("#gc-made-filters button").first.click()
        axe(page)
        table(page)
        axe(page)
        page.locator("#gc-made .gc-marker").first.click()
        page.wait_for_selector("#gc-made-sources .gc-card.gc-at", state="visible")
        page.locator("#gc-made-sources .gc-card.gc-at [data-act=put]").click()
        page.wait_for_selector("#gc-said-aloud .gc-toast")
        if shape is PHONE:
            page.tap("#gc-made-sources [data-act=close-panel]")
        form(page, "口径核对")
        page.get_by_label("要核对的文字").fill(DRAFT)
        start(page, "口径核对")
        axe(page)
        page.locator("#gc-shelf [data-act=open_folder]").first.click()
        page.wait_for_selector("#gc-made .gc-item")
        axe(page)


def test_a_conversation_and_a_folder_are_shared_within_the_login_and_withdrawn(browser, guarded_url):
    Model.behaviour = "answer"
    with ExitStack() as stack:
        page = stack.enter_context(visit(browser, guarded_url))
        log_in(page, "小王", "correct horse")
        page.wait_for_selector("#gc-box textarea")
        ask(page, ASKED)
        page.locator("#gc-conversations li[aria-current] [data-act=share]").click()
        page.wait_for_function("document.querySelector('#gc-hint .gc-share input')?.value.startsWith('http')")
        link = page.input_value("#gc-hint .gc-share input")
        other = stack.enter_context(visit(browser, guarded_url))
        other.goto(link)
        assert "/login?shared=" in other.url
        log_in(other, "小李", "battery staple")
        other.wait_for_selector("#gc-log .gc-shared .gc-answer")
        assert "小王 分享的对话" in other.inner_text("#gc-log") and not other.is_visible("#gc-ask")
        other.locator("#gc-log .gc-marker").first.click()
        assert "5个" in other.inner_text("#gc-cards .gc-card.gc-at mark")
        assert other.locator("#gc-log [data-act=retry], #gc-log details.gc-put").count() == 0
        other.click("[data-act=own]")
        other.wait_for_selector(".gc-welcome")
        assert other.is_visible("#gc-ask")
        page.click("#gc-hint [data-act=unshare]")
        page.wait_for_selector("#gc-hint [data-act=share]")
        other.goto(link)
        other.wait_for_selector("#gc-said-aloud .gc-notice")
        assert "收回" in other.inner_text("#gc-said-aloud")
        page.locator("#gc-cards [data-act=put]").first.click()
        page.click("#gc-said-aloud [data-act=open_folder]")
        page.wait_for_selector("#gc-made .gc-item")
        page.click("#gc-made [data-act=share]")
        page.wait_for_function("document.querySelector('#gc-made .gc-share input')?.value.startsWith('http')")
        other.goto(page.input_value("#gc-made .gc-share input"))
        other.wait_for_selector("#gc-made .gc-item", state="visible")
        assert "小王 分享的材料夹" in other.inner_text("#gc-made")
        assert other.locator("#gc-made textarea, #gc-made [data-act=remove_item]").count() == 0


def test_what_was_made_is_there_after_the_server_started_again(browser, tmp_path):
    (tmp_path / "config.yaml").write_text("{}", encoding="utf-8")
    options = ("--config", str(tmp_path / "config.yaml"), "--extractive")
    port = claim_port("127.0.0.1", 0)
    with ExitStack() as stack:
        with running(tmp_path, *options, port=port) as url:
            page = stack.enter_context(visit(browser, url))
            page.wait_for_selector("#gc-box textarea")
            opened(page)
            table(page)
            page.locator("#gc-made-sources [data-act=put]").first.click()
            page.wait_for_selector("#gc-said-aloud .gc-toast")
        with running(tmp_path, *options, port=port) as url:
            page.goto(url)
            page.wait_for_selector("#gc-made .gc-piece-title", state="visible")
            with page.expect_download() as lines:
                page.locator("#gc-made").get_by_text("JSONL").click()
            assert "5个科创飞地" in Path(lines.value.path()).read_text(encoding="utf-8")
            page.locator("#gc-shelf [data-act=open_folder]").click()
            page.wait_for_selector("#gc-made .gc-item mark")
            assert str(ROOT) not in page.content()
