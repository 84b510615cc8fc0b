"""What an editor does with the articles: their own data corrected, several at once, originals looked at, use read."""

import pytest
from docx import Document
from pages import WAIT, ask, tab, visit

pytestmark = pytest.mark.integration


def find(page, words):
    page.fill("#gc-words textarea, #gc-words input", words)
    page.wait_for_function(
        "w => document.querySelector('#gc-articles [role=status]')?.textContent.includes(w)", arg=words
    )


def edit(page, **values):
    page.wait_for_selector("#gc-form .gc-about")
    for name, value in values.items():
        page.fill(f"#gc-form [name={name}]", value)
    page.click("#gc-form [type=submit]")
    page.wait_for_selector("#gc-article-notice [data-act=uncorrect]")


def row(page, text):
    return page.locator("#gc-articles tbody tr", has_text=text)


@pytest.mark.parametrize("size", [(1360, 860), (390, 844)])
def test_an_article_s_own_data_are_corrected_and_brought_back(browser, page_url, size):
    with visit(browser, page_url, viewport={"width": size[0], "height": size[1]}) as page:
        tab(page, "文章")
        page.wait_for_selector("#gc-articles table")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        find(page, "神马电力")
        row(page, "京源环保").locator("[data-act=edit-articles]").click()
        edit(
            page, issuer="长三角日报", published_on="2025-02-03", tags="民企，电力", collections="长三角企业"
        )
        row(page, "长三角日报").wait_for(timeout=WAIT)
        shown = row(page, "长三角日报").inner_text()
        assert "2025-02-03" in shown and "民企" in shown and "长三角企业" in shown
        row(page, "京源环保").locator("[data-act=edit-articles]").click()
        page.wait_for_selector("#gc-form .gc-about")
        assert "来源写的是：南通发布" in page.inner_text("#gc-form")
        page.keyboard.press("Escape")
        tab(page, "问答")
        page.click("[data-act=scope]")
        page.select_option("#gc-scope [name=collection]", "长三角企业")
        page.wait_for_function("document.querySelector('#gc-reach').textContent === '1 篇文章'")
        page.click("#gc-scope .gc-main")
        ask(page, "神马电力的董事长是谁？")
        assert "专题“长三角企业”" in page.locator(".gc-narrowed").last.inner_text()
        assert "长三角日报 · 2025-02-03" in page.locator("#gc-cards .gc-meta").first.text_content()
        tab(page, "文章")
        page.click("[data-act=uncorrect]")
        row(page, "长三角日报").wait_for(state="detached", timeout=WAIT)
        assert (
            "2025-01-20" in row(page, "京源环保").inner_text()
            and "民企" not in row(page, "京源环保").inner_text()
        )


def test_several_articles_are_selected_given_a_tag_and_asked_alone(page):
    tab(page, "文章")
    page.wait_for_selector("#gc-articles table")
    for name in ("如皋与上海高校", "京源环保"):
        row(page, name).locator(".gc-pick").check()
    assert page.inner_text("#gc-articles .gc-picked span") == "已选 2 篇"
    page.click("[data-act=edit-picked]")
    edit(page, tags="两家")
    page.wait_for_function(
        "[...document.querySelectorAll('#gc-articles tbody .gc-badge')].filter(b => b.textContent === '两家').length === 2"
    )
    page.wait_for_function("document.querySelectorAll('#gc-articles .gc-pick:checked').length === 2")
    page.click("[data-act=only-picked]")
    page.wait_for_selector("#gc-scope-chips .gc-chip:has-text('选中的 2 篇')")
    ask(page, "神马电力的董事长是谁？")
    ask(page, "苏锡通园区的两大主导产业是什么？", ".gc-refusal")
    tab(page, "文章")
    page.click("[data-act=uncorrect]")
    page.wait_for_function("!document.querySelector('#gc-articles tbody .gc-badge')")
    tab(page, "统计")
    page.wait_for_selector(".gc-use")
    assert "苏锡通园区的两大主导产业是什么？" in page.inner_text(".gc-asked")


def test_an_original_is_downloaded_a_table_is_a_table_and_what_lacks_data_is_listed(page, tmp_path):
    document = Document()
    document.add_heading("海门飞地一览", 0)
    document.add_paragraph("海门区公布全部飞地的面积。")
    table = document.add_table(rows=0, cols=2)
    for cells in (("名称", "面积"), ("东灶港飞地", "37亩"), ("三厂飞地", "12亩")):
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    file = tmp_path / "海门 一览.docx"
    document.save(file)
    tab(page, "文章")
    page.wait_for_selector("#gc-articles table")
    page.set_input_files("#gc-upload input[type=file]", str(file))
    page.click("#gc-review [data-state=no_issuer]", timeout=WAIT)
    article = row(page, "海门飞地一览")
    article.wait_for(timeout=WAIT)
    assert "海门-一览.docx" in article.inner_text() and "来源不详" in article.inner_text()
    article.locator("[data-act=read]").first.click()
    page.wait_for_selector("#gc-article .gc-grid table")
    assert page.locator("#gc-article .gc-grid td").all_inner_texts() == [
        "东灶港飞地",
        "37亩",
        "三厂飞地",
        "12亩",
    ]
    with page.expect_download() as original:
        page.click("#gc-article a[href^='original/']")
    assert original.value.suggested_filename == "海门-一览.docx"
    with open(original.value.path(), "rb") as content:
        assert content.read() == file.read_bytes()
    page.keyboard.press("Escape")
    article.locator("[data-act=delete-article]").click()
    article.get_by_text("确认删除").click()
    article.wait_for(state="detached", timeout=WAIT)


def test_a_page_of_a_pdf_is_shown_with_the_quote_boxed(page, shared_data):
    tab(page, "文章")
    page.wait_for_selector("#gc-articles table")
    page.set_input_files("#gc-upload input[type=file]", str(shared_data / "reader_cases" / "27-redhead.pdf"))
    article = row(page, "江海市人民政府关于")
    article.wait_for(timeout=WAIT)
    tab(page, "问答")
    ask(page, "江海市到2027年建成多少个科创飞地？")
    page.locator("#gc-cards [data-act=picture]").first.click()
    page.wait_for_function("document.querySelector('.gc-picture')?.naturalWidth > 500")
    assert page.get_attribute(".gc-picture", "alt") == "第 1 页（共 1 页），所引的句子加了框"
    page.click("#gc-article .gc-act:has-text('看全文')")
    page.wait_for_selector("#gc-article .gc-body mark")
    page.keyboard.press("Escape")
    tab(page, "文章")
    article.locator("[data-act=delete-article]").click()
    article.get_by_text("确认删除").click()
    article.wait_for(state="detached", timeout=WAIT)
