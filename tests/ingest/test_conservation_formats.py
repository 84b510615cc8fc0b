"""The law of conservation over generated files of the formats that stand in no paragraph: tables, slides, mails, books,
archives, fixed pages, feeds and crawlers' lines."""

import csv
import io
import json
import re
import zipfile
from email.message import EmailMessage
from html import escape

import pptx
import pytest
import xlsxwriter
from hypothesis import given

from benchmarks.public import pages as fixed_pages
from ingest.preparing import Prepared
from tests.ingest.made import outcomes
from tests.ingest.test_conservation import EVERY, TEXT, accounted, assert_conserved, lines, numbered

NUMBER = re.compile(r"1\d{3}")


def in_pairs(shown):
    return [shown[i : i + 2] for i in range(0, len(shown), 2)]


def excel(path, shown):
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("表1900")
    for i, row in enumerate(in_pairs(shown)):
        page.write_row(i, 0, row)
    book.close()


def values(path, shown):
    out = io.StringIO()
    csv.writer(out).writerows(in_pairs(shown))
    path.write_bytes(out.getvalue().encode("gb18030"))


def slides(path, shown):
    deck = pptx.Presentation()
    for pair in in_pairs(shown):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = pair[0]
        slide.placeholders[1].text = pair[-1]
        slide.notes_slide.notes_text_frame.text = f"备注{pair[0]}"
    deck.save(str(path))


def mail(path, shown, subtype="plain"):
    message = EmailMessage()
    message["Subject"] = "江海市通报"
    message.set_content(
        "\n".join(shown) if subtype == "plain" else "".join(f"<p>{escape(line)}</p>" for line in shown),
        subtype=subtype,
    )
    path.write_bytes(message.as_bytes())


def marked_mail(path, shown):
    mail(path, shown, "html")


def saved_page(path, shown):
    inside = "".join(f"<p>{escape(line)}</p>" for line in shown)
    message = EmailMessage()
    message.set_content(f"<html><body><nav>导航1900</nav><div id=zoom>{inside}</div></body></html>", "html")
    message.make_mixed()
    path.write_bytes(message.as_bytes())


def book(path, shown):
    package = "<package xmlns='http://www.idpf.org/2007/opf'><metadata/><manifest><item id='a' href='1.xhtml'/></manifest><spine><itemref idref='a'/></spine></package>"
    place = "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles><rootfile full-path='c.opf'/></rootfiles></container>"
    inside = "".join(f"<p>{escape(line)}</p>" for line in shown)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/container.xml", place)
        archive.writestr("c.opf", package)
        archive.writestr("1.xhtml", f"<html><body><h1>江海市1900</h1>{inside}</body></html>")


def archive(path, shown):
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("资料/甲.txt", "\n".join(shown))


def fixed(path, shown):
    fixed_pages.ofd(path, [[(20, 20 + 8 * i, line) for i, line in enumerate(shown)]])


def crawled(path, shown):
    row = {"id": "1", "title": "江海市通报", "content": "".join(f"<p>{escape(line)}</p>" for line in shown)}
    path.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")


def feed(path, shown):
    inside = escape("".join(f"<p>{escape(line)}</p>" for line in shown))
    entry = f"<item><title>江海市通报</title><link>https://a.cn/1</link><description>{inside}</description></item>"
    path.write_text(
        f"<rss version='2.0'><channel><title>江海</title>{entry}</channel></rss>", encoding="utf-8"
    )


FORMATS = {
    ".xlsx": excel,
    ".csv": values,
    ".pptx": slides,
    ".eml": mail,
    "-html.eml": marked_mail,
    ".mhtml": saved_page,
    ".epub": book,
    ".zip": archive,
    ".ofd": fixed,
    ".jsonl": crawled,
    ".rss": feed,
}


@pytest.mark.parametrize("ending", FORMATS)
@EVERY
@given(kinds=lines)
def test_nothing_of_a_file_is_lost(tmp_path, ending, kinds):
    shown = [*numbered(kinds), TEXT]
    path = tmp_path / f"江海市通报{ending}"
    FORMATS[ending](path, shown)
    (found,) = outcomes(path)
    assert isinstance(found, Prepared)
    if ending == ".ofd":  # lines of a page are joined where they reach its margin
        counts, parts = accounted(found)
        assert not set(re.findall(r"\w", "".join(shown))) - set(counts)
        whole = "".join("".join(parts).split()) + found.article.title
        assert {n for n in NUMBER.findall("".join(shown)) if n not in whole} == set()
    else:
        assert_conserved(found, "".join(shown))
