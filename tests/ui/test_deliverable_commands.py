"""The commands that make deliverables, over three small articles: files that open, filters, and errors that say what to do."""

import io
import json
import os
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from lxml import etree
from python_calamine import CalamineWorkbook

from docs_store.models import Article, SearchFilter
from rag.evidence.statements import Scope, Statement
from rag.generation.deliverables import digest
from rag.generation.deliverables.facts import facts
from rag.generation.deliverables.table import COLUMNS, Row, Table
from ui.exports import columns, files, plain, reports, saving, table_file, table_report, timeline_svg, word
from ui.exports.report import Grid, Line, Origin, Report
from ui.making import NothingFoundError, Order, make
from ui.making_jobs import MakingJobs

NOW = datetime(2025, 1, 20, 9)
REPORT = Report(
    "关于科创飞地的简报",
    [
        Line("一、概况", "chapter"),
        Line("如皋建设了5个“科创飞地”[1]……"),
        Line("（一）做法", "section"),
        Grid(("指标", "数字"), [("飞地", "5个[1]")], (2, 1)),
    ],
    [Origin(1, "飞地简报", "南通发布", "2025-01-20", "合作建设了5个“科创飞地”。", "https://example.com/a")],
    date(2025, 1, 20),
    "据1篇文章整理",
)


def table_of(text, **more):
    article = Article("a", "=cmd|' /C calc'!A0", "a.txt", text, published_on=date(2025, 1, 20), **more)
    statement = Statement(article, 0, len(text), ())
    return Table("主题", COLUMNS, tuple(Row(fact) for fact in facts(statement)), (), 1)


def test_a_workbook_has_dates_as_dates_numbers_as_numbers_and_three_sheets():
    made = table_file.as_xlsx(
        table_of("1月18日，园区投资58.6亿元。", issuer="南通发布", url="https://example.com/a"), NOW
    )
    book = CalamineWorkbook.from_filelike(io.BytesIO(made))
    assert book.sheet_names == ["梳理表", "出处", "未收入"]
    heads, row = book.get_sheet_by_name("梳理表").to_python()
    told = dict(zip(heads, row, strict=True))
    assert told["日期"] == date(2025, 1, 18) and told["数值"] == 58.6 and told["单位"] == "亿元"
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    assert 'state="frozen"' in sheet and "<autoFilter" in sheet and "<hyperlink" in sheet


def test_the_page_shows_no_column_in_which_nothing_stands_unless_it_was_asked_for():
    table = table_of("1月18日，园区投资58.6亿元。")
    (grid,) = table_report.report(table, NOW.date()).blocks
    assert "责任单位" not in grid.heads and {"日期", "地区", "事项/举措", "数字（原文）"} <= set(grid.heads)
    assert all(len(row) == len(grid.heads) == len(grid.widths) for row in grid.rows)
    (grid,) = table_report.report(replace(table, columns=("matter", "body")), NOW.date()).blocks
    assert list(grid.heads) == ["事项/举措", "责任单位"]


def test_no_cell_is_a_formula():
    made = table_file.as_xlsx(table_of("=1+1，投资58.6亿元。"), NOW)
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        for name in packed.namelist():
            if name.startswith("xl/worksheets"):
                assert b"<f>" not in packed.read(name)
    lines = table_file.as_csv(table_of("@SUM(A1)，投资58.6亿元。")).splitlines()
    assert "'=cmd" in lines[1] and ",=cmd" not in lines[1] and "'@SUM" in lines[1]


def test_rows_of_jsonl_hold_the_offsets_of_their_cells():
    text = "1月18日，园区投资58.6亿元。"
    (line,) = table_file.as_jsonl(table_of(text)).splitlines()
    row = json.loads(line)
    assert text[row["number"]["start"] : row["number"]["end"]] == "58.6亿元" and row["quote"] == text


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("日期,事项,数值", ("day", "matter", "number")),
        ("只要日期、事项", ("day", "matter")),
        ("加一列：投资额", (*COLUMNS, "投资额")),
        ("请增加两列：投资额、建设单位", (*COLUMNS, "投资额", "建设单位")),
        ("不要链接", tuple(c for c in COLUMNS if c != "url")),
        (None, COLUMNS),
    ],
)
def test_columns_are_chosen_by_name_or_in_words(asked, expected):
    assert columns.chosen(asked) == expected


def test_the_word_file_has_the_layout_of_official_documents():
    document = Document(io.BytesIO(word.docx(REPORT, office="南通市发展改革委")))
    section = document.sections[0]
    measures = (
        section.page_width,
        section.page_height,
        section.top_margin,
        section.bottom_margin,
        section.left_margin,
        section.right_margin,
    )
    assert [round(m / Mm(1)) for m in measures] == [210, 297, 37, 35, 28, 26]
    body = next(p for p in document.paragraphs if "科创飞地" in p.text and p.style.name == "Normal")
    fonts = body.runs[0]._r.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "仿宋_GB2312" and fonts.get(qn("w:hint")) == "eastAsia"
    assert body._p.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"
    normal = document.styles["Normal"]
    assert normal.font.size.pt == 16 and normal.paragraph_format.line_spacing.pt == 28
    assert document.styles["Title"].font.size.pt == 22
    chapter = next(p for p in document.paragraphs if p.text == "一、概况")
    assert chapter.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"
    footer = etree.tostring(section.footer._element, encoding="unicode")
    assert "PAGE" in footer and "— " in footer
    assert (
        document.core_properties.author == "南通市发展改革委" and document.core_properties.language == "zh-CN"
    )
    assert any(p.text == "2025年1月20日" for p in document.paragraphs)


def test_sources_are_footnotes_or_an_annex():
    with zipfile.ZipFile(io.BytesIO(word.docx(REPORT))) as packed:
        assert "合作建设了5个" in packed.read("word/footnotes.xml").decode()
    annexed = Document(io.BytesIO(word.docx(REPORT, notes="annex")))
    assert "出处表" in [p.text for p in annexed.paragraphs]
    assert "合作建设了5个" in annexed.tables[-1].rows[1].cells[3].text


def test_an_office_may_replace_the_template(tmp_path, settings):
    own = tmp_path / "本单位.docx"
    document = Document()
    document.add_paragraph("南通市内部资料")
    document.add_paragraph("{{ 标题 }}")
    document.add_paragraph("{{ 正文 }}")
    document.save(own)
    made = Document(io.BytesIO(word.docx(REPORT, own=own)))
    texts = [p.text for p in made.paragraphs]
    assert texts[:2] == ["南通市内部资料", "关于科创飞地的简报"] and any("科创飞地" in t for t in texts[2:])


@pytest.mark.parametrize("content", [b"no docx", None])
def test_a_template_that_cannot_be_used_is_said_to_be_so(tmp_path, content):
    own = tmp_path / "坏.docx"
    if content is None:
        Document().save(own)
    else:
        own.write_bytes(content)
    with pytest.raises(Exception, match="模板"):
        word.docx(REPORT, own=own)


def test_markdown_and_html_show_markup_as_text():
    evil = Report("<b>题</b>", [Line("[a](javascript:x) <script>")], [], date(2025, 1, 20))
    assert "\\<script\\>" in plain.markdown(evil) and "<script>" not in plain.html(evil)
    assert "2025-01-20" in plain.markdown(REPORT)


def test_bullets_of_a_page_stand_in_lists_and_tables_can_be_reached_by_keyboard():
    blocks = [
        Line("做法", "chapter"),
        Line("一[1]", "bullet"),
        Line("二[9]", "bullet"),
        Grid(("甲", "乙"), [("a[1]", "b")], (1, 1)),
    ]
    shown = plain.blocks_html(blocks, lambda n: f"<i>{n}</i>", 3)
    assert "<h3>做法</h3>" in shown and "<ul><li>一<i>1</i></li>\n<li>二<i>9</i></li></ul>" in shown
    assert '<div class="grid" tabindex="0" role="region" aria-label="甲、乙">' in shown
    assert "<td>a<i>1</i></td>" in shown


def test_saving_says_what_is_missing(tmp_path):
    with pytest.raises(Exception, match="没有文件夹"):
        saving.save(tmp_path / "none" / "a.md", "x")
    saving.save(tmp_path / "a.md", "x")
    assert [p.name for p in tmp_path.iterdir()] == ["a.md"]


def test_each_deliverable_is_made_from_the_library(qa):
    table = make(qa, Order("table", "盐城港集装箱航线"))
    assert any(row["number"] and row["number"]["text"] == "3条" for row in table.result["rows"])
    brief = make(qa, Order("brief", "科创飞地", format="md"))
    assert "科创飞地" in brief.content.decode() and brief.name.endswith(".md")
    points = make(qa, Order("points", qa.store.listing()[1][0].id, format="md"))
    assert points.result["summary"]
    news = make(
        qa, Order("digest", where=SearchFilter(since=date(2025, 2, 1)), by="published", format="html")
    )
    assert [c["name"] for c in news.result["collections"]] and "扩建码头" in news.content.decode()
    with pytest.raises(NothingFoundError):
        make(qa, Order("table", "外星人登陆火星"))


def test_a_digest_answers_from_the_new_articles_alone(qa):
    questions = ["如皋建设了几个科创飞地？", "港口集团投资多少扩建码头？"]
    found = qa.digest(date(2025, 2, 1), questions, by="published")
    assert [answer.refused for answer in found.answers] == [True, False]
    again = qa.digest(date(2025, 2, 1), by="published", known=[*found.ids(), *found.undated])
    assert again.collections == ()


def test_a_digest_tells_what_came_and_not_what_is_dated_so(qa):
    today = date.today()
    came = qa.digest(today)
    assert len(came.ids()) == 3 and came.undated == ()
    assert qa.digest(today, by="published").ids() == []
    assert qa.digest(today + timedelta(days=1)).ids() == []


def test_where_no_arrival_was_kept_the_date_of_an_article_tells_whether_it_is_new(qa):
    dated = next(article for article in qa.store.articles() if article.title == "港口简报")
    old = replace(dated, arrived_at=None)

    class Library:
        def articles(self):
            yield old

        def passages(self, id):
            return qa.store.passages(id)

    def new(since):
        return digest.digest(Library(), since, ask=None).ids()

    assert new(date(2025, 1, 1)) == [old.id] and new(date.today()) == []


def test_jobs_tell_how_they_end(qa):
    jobs = MakingJobs(qa)
    done, failed = (
        jobs.submit(Order("table", "盐城港集装箱航线")),
        jobs.submit(Order("points", "没有这篇文章")),
    )
    jobs._pool.shutdown(wait=True)
    assert jobs.get(done.id).state == "done" and jobs.get(done.id).made.content[:2] == b"PK"
    assert jobs.get(failed.id).state == "failed" and "没有编号或标题" in jobs.get(failed.id).error


def test_a_timeline_is_drawn(qa):
    found = qa.timeline("盐城港集装箱航线", Scope())
    drawing = timeline_svg.svg(found, [reports.when(event) for event in found.events])
    etree.fromstring(drawing.encode())


@pytest.mark.integration
@pytest.mark.parametrize("ending", [".docx", ".xlsx"])
def test_libreoffice_opens_the_files(tmp_path, settings, ending):
    office = os.environ.get("SOFFICE") or shutil.which("soffice")
    if office is None:
        pytest.skip("needs LibreOffice")
    file = tmp_path / f"a{ending}"
    content = files.content(REPORT, ending, settings)
    file.write_bytes(content)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    done = subprocess.run(
        [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)],
        capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    if (
        "could not be loaded" in done.stdout + done.stderr
        and ending == ".xlsx"
        and not Path(office).with_name("libsclo.so").exists()
    ):
        pytest.skip("this LibreOffice has no Calc")
    assert (tmp_path / "a.pdf").read_bytes()[:4] == b"%PDF"
