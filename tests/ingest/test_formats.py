"""Spreadsheets, slides, mail, books, archives, fixed pages, pictures and old office files."""

import csv
import io
import subprocess
import zipfile
from datetime import date
from email.message import EmailMessage

import pptx
import pytest
import xlsxwriter
from PIL import Image, ImageDraw

from benchmarks.public import pages as fixed_pages
from docs_store.store import DocsStore
from ingest import ingest
from ingest.errors import UnreadableArticleError
from ingest.preparing import Prepared
from ingest.readers import READERS, office
from ingest.readers.docx import check_archive
from tests.ingest.made import outcomes, paragraph, prepared, run, word, written

HEAD = ["县区", "飞地名称", "面积"]


def rows(count):
    return [HEAD, *[[f"第{i}县", f"第{i}科创飞地", 1000 + i] for i in range(1, count + 1)]]


def sheet(folder, *sheets):
    path = folder / "江海市科创飞地一览表.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for name, content in sheets:
        page = book.add_worksheet(name)
        for i, row in enumerate(content):
            page.write_row(i, 0, row)
    book.close()
    return path


def test_a_sheet_is_a_table_whose_pieces_carry_its_head(tmp_path):
    found = prepared(sheet(tmp_path, ("表1", [["江海市科创飞地一览表"], *rows(40)])))
    assert found.article.title == "江海市科创飞地一览表"
    assert "| 第40县 | 第40科创飞地 | 1040 |" in found.article.text
    tables = [p for p in found.passages if p.text.startswith("| 第")]
    assert tables and all("县区 飞地名称 面积" in p.heading_path for p in tables)


def test_sheets_stand_under_their_names_and_empty_ones_are_none(tmp_path):
    found = prepared(sheet(tmp_path, ("南片", rows(2)), ("空", []), ("北片", rows(3))))
    assert {path[0] for p in found.passages if (path := p.heading_path)} == {"南片", "北片"}


@pytest.mark.parametrize(("encoding", "comma"), [("gb18030", ","), ("utf-8-sig", "\t"), ("utf-8", ";")])
def test_csv_in_the_encodings_of_chinese_programs(tmp_path, encoding, comma):
    out = io.StringIO()
    csv.writer(out, delimiter=comma).writerows(rows(3))
    path = tmp_path / "一览表.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    assert "| 第3县 | 第3科创飞地 | 1003 |" in prepared(path).article.text


def test_slides_with_tables_groups_and_notes(tmp_path):
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "江海市飞地建设汇报"
    slide.placeholders[1].text = "建成科创飞地5个。"
    slide.notes_slide.notes_text_frame.text = "讲到这里停一下。"
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = "下步打算"
    table = second.shapes.add_table(2, 2, 0, 2_000_000, 4_000_000, 1_000_000).table
    for i, text in enumerate(("项目", "数量", "新签约", "3个")):
        table.cell(i // 2, i % 2).text = text
    deck.save(str(tmp_path / "a.pptx"))
    found = prepared(tmp_path / "a.pptx").article
    assert found.title == "江海市飞地建设汇报"
    for text in ("建成科创飞地5个。", "备注：讲到这里停一下。", "| 新签约 | 3个 |"):
        assert text in found.text


def mail(folder):
    message = EmailMessage()
    message["Subject"] = "江海市飞地建设推进会通知"
    message["From"] = "江海市科技局 <a@example.com>"
    message["Date"] = "Mon, 09 Mar 2026 10:41:25 +0800"
    message.set_content("会议定于3月20日召开。")
    attached = word(folder, paragraph(run("到2027年建成飞地6个。")), name="附件1.docx").read_bytes()
    message.add_attachment(attached, maintype="application", subtype="octet-stream", filename="附件1.docx")
    message.add_attachment(b"x", maintype="application", subtype="octet-stream", filename="程序.exe")
    path = folder / "通知.eml"
    path.write_bytes(message.as_bytes())
    return path


def test_mail_and_what_is_attached(tmp_path):
    body, attached, left = outcomes(mail(tmp_path))
    assert (body.article.title, body.article.published_on) == ("江海市飞地建设推进会通知", date(2026, 3, 9))
    assert body.article.source == "通知.eml" and "会议定于3月20日召开。" in body.article.text
    assert attached.article.source == "通知.eml#附件1.docx" and "建成飞地6个" in attached.article.text
    assert "程序.exe" in str(left.error)


def test_a_page_saved_as_one_file(tmp_path):
    page = "<html><title>江海市通报</title><body><div id=zoom><p>建成科创飞地5个。</p></div></body></html>"
    message = EmailMessage()
    message["Snapshot-Content-Location"] = "https://example.com/a"
    message.set_content(page, subtype="html", charset="utf-8")
    message.make_mixed()
    (tmp_path / "a.mhtml").write_bytes(message.as_bytes())
    found = prepared(tmp_path / "a.mhtml").article
    assert (found.title, found.text, found.url) == (
        "江海市通报",
        "建成科创飞地5个。",
        "https://example.com/a",
    )


def test_a_book_in_the_order_of_reading(tmp_path):
    path = tmp_path / "a.epub"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "META-INF/container.xml",
            "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles><rootfile full-path='O/c.opf'/></rootfiles></container>",
        )
        archive.writestr(
            "O/c.opf",
            "<package xmlns='http://www.idpf.org/2007/opf'><metadata xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>飞地研究</dc:title>"
            "<dc:publisher>江海出版社</dc:publisher></metadata><manifest><item id='a' href='1.xhtml'/><item id='b' href='2.xhtml'/></manifest>"
            "<spine><itemref idref='b'/><itemref idref='a'/></spine></package>",
        )
        archive.writestr("O/1.xhtml", "<html><body><h1>第二章 建设</h1><p>后一句。</p></body></html>")
        archive.writestr("O/2.xhtml", "<html><body><h1>第一章 缘起</h1><p>前一句。</p></body></html>")
    found = prepared(path).article
    assert (found.title, found.issuer) == ("飞地研究", "江海出版社")
    assert found.text == "第一章 缘起\n\n前一句。\n\n第二章 建设\n\n后一句。"


def test_an_archive_is_read_file_by_file(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("一季度/飞地简报.txt", "江海飞地简报\n\n建成科创飞地5个。")
        archive.writestr("b.bin", b"\0")
        archive.writestr("~$a.docx", b"\0")
        archive.writestr("坏.docx", b"no zip")
    first, broken, left = outcomes(path)
    assert isinstance(first, Prepared) and first.article.source == "a.zip#一季度/飞地简报.txt"
    assert "坏.docx" in str(broken.error) and "b.bin" in str(left.error) and "~$" not in str(left.error)


def test_archives_in_archives_and_bombs_are_not_opened(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "x")
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("b.zip", inner.getvalue())
    (only,) = outcomes(tmp_path / "a.zip")
    assert "b.zip" in str(only.error)
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * 30_000_000)
    with pytest.raises(UnreadableArticleError, match="炸弹"):
        outcomes(tmp_path / "b.zip")


def ofd(folder, *pages):
    """A file of the national format: each page a list of (x, y, text) in millimetres from above."""
    return fixed_pages.ofd(folder / "a.ofd", [lines[::-1] for lines in pages])


def test_fixed_pages_of_the_national_format(tmp_path):
    path = ofd(
        tmp_path,
        [
            (60, 20, "江海市人民政府文件"),
            (60, 30, "江政发〔2026〕12号"),
            (40, 40, "江海市人民政府关于飞地建设的意见"),
            (20, 50, "建成科创飞地"),
            (50, 50, "5个。"),
        ],
        [(20, 20, "江海市人民政府"), (20, 30, "2026年4月2日")],
    )
    found = prepared(path).article
    assert (found.title, found.issuer, found.document_number, found.written_on) == (
        "江海市人民政府关于飞地建设的意见",
        "江海市人民政府",
        "江政发〔2026〕12号",
        date(2026, 4, 2),
    )
    assert "建成科创飞地5个。" in found.text and len(found.page_starts) == 2


def test_a_picture_without_text_says_so(tmp_path):
    picture = Image.new("RGB", (300, 200), "white")
    ImageDraw.Draw(picture).line((10, 10, 200, 150), fill="black", width=3)
    picture.save(tmp_path / "a.png")
    with pytest.raises(UnreadableArticleError, match="没有认出文字"):
        outcomes(tmp_path / "a.png")


OLD = {".doc": "doc:MS Word 97", ".rtf": "rtf", ".odt": "odt", ".wps": "doc:MS Word 97"}


@pytest.mark.integration
@pytest.mark.parametrize("suffix", OLD)
def test_old_office_files_through_libreoffice(tmp_path, suffix):
    program = office.office_program()
    if program is None:
        pytest.skip("needs LibreOffice (apt install libreoffice-writer-nogui)")
    source = word(tmp_path, paragraph(run("到2027年建成科创飞地6个。")), name="a.docx")
    command = [
        program,
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        OLD[suffix],
    ]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(source)], check=True, capture_output=True, timeout=120
    )
    made = tmp_path / f"a{'.doc' if suffix == '.wps' else suffix}"
    named = made.rename(tmp_path / f"old{suffix}")
    assert "到2027年建成科创飞地6个。" in prepared(named).article.text


def test_without_libreoffice_the_next_step_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(office, "office_program", lambda: None)
    (tmp_path / "a.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(UnreadableArticleError, match=r"LibreOffice.*另存为 \.docx"):
        outcomes(tmp_path / "a.doc")


def test_other_packages_add_readers(monkeypatch):
    import ingest.readers as registry

    class Entry:
        def __init__(self, name, value):
            self.name, self.value = name, value

        def load(self):
            if self.value is None:
                raise ImportError("missing")
            return self.value

    reader = READERS[".txt"]
    entries = [Entry("CEB", reader), Entry(".pdf", reader), Entry("bad", None)]
    monkeypatch.setattr(
        registry, "entry_points", lambda group: entries if group == "guanchao.readers" else []
    )
    assert registry._added() == {".ceb": reader}


def test_what_a_folder_holds_and_nobody_reads_is_listed_with_advice(settings, embedder, tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    written(folder, "a.txt", "江海飞地简报\n\n建成科创飞地5个。")
    for name in ("b.rar", "c.rar", "d.mp4", "e", "~$a.docx", ".hidden"):
        (folder / name).write_bytes(b"x")
    (folder / "link").symlink_to(tmp_path)
    with DocsStore.open(settings, embedder, write=True) as store:
        report = ingest(store, [folder], settings).to_dict()
        skipped = {item["source"].rpartition("/")[2]: item["reason"] for item in report["skipped"]}
        assert set(skipped) == {"b.rar", "c.rar", "d.mp4", "e", "link"} and report["failed"] == []
        assert "解压" in skipped["b.rar"] and "转成文字" in skipped["d.mp4"] and "链接" in skipped["link"]
        assert report["missing"] == 0
        (folder / "a.txt").unlink()
        written(folder, "z.txt", "江海港口简报\n\n吞吐量增长两成。")
        again = ingest(store, [folder], settings)
        assert (again.missing, again.deleted, again.added) == (1, 0, 1)
        assert ingest(store, [folder], settings, prune=True).deleted == 1


@pytest.mark.parametrize("ending", [".zip", ".ofd", ".epub", ".pptx"])
def test_a_broken_file_is_called_by_its_own_ending(tmp_path, ending):
    path = tmp_path / f"坏{ending}"
    path.write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(UnreadableArticleError, match=rf"\{ending} 文件打不开"):
        check_archive(path, 100, 50)


def test_a_member_of_an_archive_that_lies_above_it_is_read_and_nothing_is_written_there(tmp_path):
    path = tmp_path / "在内" / "a.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../外.txt", "如皋建设了5个科创飞地，在上海市区和南京。")
    (found,) = outcomes(path)
    assert "5个科创飞地" in found.article.text and not list(tmp_path.rglob("外.txt"))
