"""The law of conservation over what office files show outside their paragraphs: charts, SmartArt, formulas, groups, boxes,
heads and feet, masters, hidden rows."""

import docx
import pptx
import pytest
import xlsxwriter
from docx.oxml import parse_xml
from hypothesis import given
from hypothesis import strategies as st
from pptx.oxml import parse_xml as parse_slide_xml
from pptx.util import Emu

from tests.ingest import drawn
from tests.ingest.made import WORD, outcomes
from tests.ingest.test_conservation import EVERY, TEXT, assert_conserved

V = "urn:schemas-microsoft-com:vml"
WPS = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"


def slide_texts(slide, texts):
    frame = slide.shapes.add_textbox(Emu(9), Emu(9), Emu(9), Emu(9)).text_frame
    for text in texts:
        frame.add_paragraph().text = text


def slide_group(slide, texts):
    group = slide.shapes.add_group_shape().shapes.add_group_shape()
    for text in texts:
        group.shapes.add_textbox(0, 0, Emu(9), Emu(9)).text_frame.text = text


def slide_table(slide, texts):
    table = slide.shapes.add_table(2, 2, 0, 0, Emu(9), Emu(9)).table
    table.cell(0, 0).merge(table.cell(0, 1))
    for text, (y, x) in zip(texts, ((0, 0), (1, 0), (1, 1)), strict=True):
        table.cell(y, x).text = text


def slide_chart(slide, texts):
    drawn.on_slide(
        slide, drawn.chart_xml(texts[0], texts[1], drawn.chart_data([texts[2]], 系列=(3,))), "chart"
    )


def slide_diagram(slide, texts):
    drawn.on_slide(slide, drawn.diagram_xml(*texts))


def slide_formula(slide, texts):
    for text in texts:
        drawn.formula_box(slide, text, "y=2x")


def slide_footer(slide, texts):
    for kind, text in zip(("ftr", "dt", "sldNum"), texts, strict=True):
        slide.shapes._spTree.append(
            parse_slide_xml(
                f"<p:sp xmlns:p='{drawn.P}' xmlns:a='{drawn.A}'><p:nvSpPr><p:cNvPr id='9' name='x'/><p:cNvSpPr/><p:nvPr>"
                f"<p:ph type='{kind}' idx='1{len(text)}'/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:p>"
                f"<a:fld id='{{1}}' type='x'><a:t>{text}</a:t></a:fld></a:p></p:txBody></p:sp>"
            )
        )


def slide_master(slide, texts):
    made = pptx.Presentation()
    other = made.slides.add_slide(made.slide_layouts[6])
    slide_texts(other, texts[:2])
    slide.slide_layout.shapes._spTree.append(other.shapes[0].element)
    slide_texts(other, texts[2:])
    slide.slide_layout.slide_master.shapes._spTree.append(other.shapes[0].element)


def slide_notes(slide, texts):
    slide.notes_slide.notes_text_frame.text = "\n".join(texts)


def slide_hidden(slide, texts):
    slide_texts(slide, texts)
    slide.shapes[-1].element.nvSpPr.cNvPr.set("hidden", "1")


SLIDES = [value for name, value in list(globals().items()) if name.startswith("slide_")]


def word_chart(document, texts):
    drawn.in_word(document, drawn.chart_xml(texts[0], texts[1], drawn.chart_data([texts[2]], 系列=(3,))))


def word_diagram(document, texts):
    drawn.in_word(document, drawn.diagram_xml(*texts), "diagramData")


def word_edges(document, texts):
    section = document.add_section()
    for edge, text in zip(
        (section.header, section.first_page_footer, section.even_page_header), texts, strict=True
    ):
        edge.is_linked_to_previous = False
        edge.paragraphs[0].text = text


def word_watermark(document, texts):
    header = document.add_section().header
    header.is_linked_to_previous = False
    for text in texts:
        header.paragraphs[0]._p.append(parse_xml(art(text)))


def art(text):
    return f"<w:r {WORD}><w:pict><v:shape xmlns:v='{V}'><v:textpath on='t' string='{text}'/></v:shape></w:pict></w:r>"


def word_art(document, texts):
    for text in texts:
        document.add_paragraph()._p.append(parse_xml(art(text)))


def word_box(document, texts):
    for text in texts:
        inside = f"<w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent>"
        document.add_paragraph()._p.append(
            parse_xml(
                f"<w:r {WORD} xmlns:mc='{drawn.MC}' xmlns:wps='{WPS}' xmlns:v='{V}'><mc:AlternateContent><mc:Choice Requires='wps'>"
                f"<w:drawing><wps:wsp><wps:txbx>{inside}</wps:txbx></wps:wsp></w:drawing></mc:Choice>"
                f"<mc:Fallback><w:pict><v:textbox>{inside}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
            )
        )


def word_canvas(document, texts):
    for text in texts:
        shape = f"<a:sp><a:txSp><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:txSp></a:sp>"
        document.add_paragraph()._p.append(
            parse_xml(
                f"<w:r {WORD} xmlns:a='{drawn.A}'><w:drawing><a:graphic>{shape}</a:graphic></w:drawing></w:r>"
            )
        )


def word_formula(document, texts):
    for text in texts:
        document.add_paragraph()._p.append(
            parse_xml(
                f"<m:oMathPara xmlns:m='{drawn.M}'><m:oMath><m:r><m:t>{text}</m:t></m:r></m:oMath></m:oMathPara>"
            )
        )


def word_phonetic(document, texts):
    for text in texts:
        document.add_paragraph()._p.append(
            parse_xml(
                f"<w:ruby {WORD}><w:rt><w:r><w:t>{text}</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>字</w:t></w:r></w:rubyBase></w:ruby>"
            )
        )


WORDS = [value for name, value in list(globals().items()) if name.startswith("word_")]


def sheet_box(book, page, texts):
    for text in texts:
        page.insert_textbox("H1", text)


def sheet_control(book, page, texts):
    for text in texts:
        page.insert_button("H9", {"caption": text})


def sheet_chart(book, page, texts):
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": f"={page.name}!$A$1", "name": texts[0]})
    chart.set_title({"name": texts[1]})
    chart.set_x_axis({"name": texts[2]})
    page.insert_chart("H20", chart)


def sheet_hidden(book, page, texts):
    for y, text in enumerate(texts, 40):
        page.write(y, 0, text)
        page.set_row(y, None, None, {"hidden": True})


def sheet_hidden_column(book, page, texts):
    for y, text in enumerate(texts, 50):
        page.write(y, 5, text)
    page.set_column("F:F", None, None, {"hidden": True})


def sheet_merged_over_hidden(book, page, texts):
    for y, text in enumerate(texts, 60):
        page.merge_range(y, 5, y, 6, text)


def sheet_comments(book, page, texts):
    for y, text in enumerate(texts, 39):
        page.write_comment(y, 0, text)


def sheet_edges(book, page, texts):
    page.set_header(f"&L{texts[0]}&R{texts[1]}")
    page.set_footer(f"&C{texts[2]}")


SHEETS = [value for name, value in list(globals().items()) if name.startswith("sheet_")]


def named(makers):
    """What is put in, once each, with three texts of its own that nothing else says."""
    return [
        (make, [f"{at}号{make.__name__}{n}" for n in (f"1{at:02}1", f"1{at:02}2", f"1{at:02}3")])
        for at, make in enumerate(makers)
    ]


def assert_all_told(path, texts):
    (found,) = outcomes(path)
    assert not [note for note in found.notes if "没有读出" in note]
    assert_conserved(found, "".join(texts))
    told = [found.article.text, *(taken.text for taken in found.reading.removed)]
    for text in texts:
        assert any(text in part for part in told), text


def some(makers):
    return st.lists(st.sampled_from(makers), unique=True)


@EVERY
@given(some(SLIDES))
def test_slides(tmp_path, makers):
    deck = pptx.Presentation()
    shown = named(makers)
    for make, texts in [(slide_texts, [TEXT]), *shown]:
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = "江海市通报"
        make(slide, texts)
    deck.save(str(tmp_path / "a.pptx"))
    assert_all_told(tmp_path / "a.pptx", [text for _, texts in shown for text in texts])


@EVERY
@given(some(WORDS))
def test_word_files(tmp_path, makers):
    document = docx.Document()
    document.add_heading("江海市通报", 0)
    shown = named(makers)
    for make, texts in shown:
        document.add_paragraph(TEXT)
        make(document, texts)
    document.add_paragraph(TEXT)
    document.save(str(tmp_path / "a.docx"))
    assert_all_told(tmp_path / "a.docx", [text for _, texts in shown for text in texts])


@EVERY
@given(some(SHEETS))
def test_workbooks(tmp_path, makers):
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    page = book.add_worksheet("台账")
    page.write(0, 0, TEXT)
    shown = named(makers)
    for make, texts in shown:
        make(book, page, texts)
    book.close()
    assert_all_told(tmp_path / "a.xlsx", [text for _, texts in shown for text in texts])


@pytest.mark.parametrize("make", [*SLIDES, *WORDS, *SHEETS], ids=lambda make: make.__name__)
def test_every_kind_at_least_once(tmp_path, make):
    by = {id(one): test for makers, test in ((SLIDES, test_slides), (WORDS, test_word_files), (SHEETS, test_workbooks)) for one in makers}  # fmt: skip
    by[id(make)].hypothesis.inner_test(tmp_path, [make])
