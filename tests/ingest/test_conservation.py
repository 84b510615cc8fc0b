"""Every visible character of a source is in a passage, in the metadata, or in the list of what was left out and why."""

import itertools
import re
from collections import Counter
from html import escape

import docx
import pypdfium2
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docs_store.models import Article
from ingest import chunk
from ingest.chunk import cut_and_count
from tests.ingest.made import outcomes, paragraph, pdf, prepared, run, word, written

EVERY = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
KINDS = [
    "第{n}位同志 江海大学教授",
    "江海第{n}芯片有限公司",
    "一、会议时间：第{n}天下午",
    "（二）第{n}专家委员",
    "三、第{n}项任务",
    "第{n}章 总则",
    "第{n}条 为了规范第{n}飞地建设，制定本条例。",
    "到2027年建成第{n}批科创飞地，补助{n}万元。他说，要抓紧推进。",
    "“第{n}项工作要抓紧。”市科技局局长吴某表示。",
    "来源：第{n}日报",
    "责任编辑：编辑{n}",
    "扫码关注{n}号",
    "2026年3月5日",
    "江海市第{n}科技局",
    "江政发〔2026〕{n}号",
    "- 第{n}家企业",
    "1. 第{n}个项目",
    "附件：第{n}号名单",
    "（此件公开发布{n}）",
    "第{n}节 目录........{n}",
    "{n}",
]
lines = st.lists(st.sampled_from(KINDS), min_size=2, max_size=24)


def numbered(kinds):
    """The lines with a number of their own each, by which they are told apart."""
    return [kind.format(n=1000 + i) for i, kind in enumerate(kinds)]


def accounted(found):
    """Counts of all that a reading gives an account of: passages, left out text, metadata."""
    article = found.article
    parts = [p.text for p in found.passages] + [r.text for r in found.reading.removed]
    days = (article.published_on, article.written_on, article.effective_on, article.expires_on)
    about = (
        article.title,
        article.issuer,
        article.document_number,
        *(n for _, n in article.roles),
        *map(str, days),
    )
    return Counter(re.findall(r"\w", "".join(parts))) | Counter(
        re.findall(r"\w", "".join(map(str, about)))
    ), parts


def assert_conserved(found, shown):
    counts, parts = accounted(found)
    missing = Counter(re.findall(r"\w", shown)) - counts
    whole = "".join("".join(parts).split())
    if missing:  # what became the title alone is no loss
        missing -= Counter(re.findall(r"\w", found.article.title))
    assert not missing, missing
    for number in set(re.findall(r"1\d{3}", shown)):
        assert number in whole or number in found.article.title
    assert found.unclaimed == 0
    covered = [False] * len(found.article.text)
    for start, end in [(p.start, p.end) for p in found.passages] + [
        (r.start, r.end) for r in found.reading.removed
    ]:
        for i in range(start, end):
            assert not covered[i], "claimed twice"
            covered[i] = True
    left = "".join(c for c, claimed in zip(found.article.text, covered, strict=True) if not claimed)
    assert not left.strip()


TEXT = "到2027年建成科创飞地，第1999条。"


@EVERY
@given(lines, st.booleans())
def test_plain_text_and_markdown(tmp_path, kinds, blank):
    shown = [*numbered(kinds), TEXT]
    body = ("\n\n" if blank else "\n").join(shown)
    assert_conserved(prepared(written(tmp_path, "a.txt", body)), body)
    marked = "\n".join(f"## {line}" if i % 5 == 2 else line for i, line in enumerate(shown))
    assert_conserved(prepared(written(tmp_path, "a.md", marked)), body)


@EVERY
@given(lines, st.integers(0, 6))
def test_web_pages(tmp_path, kinds, at):
    shown = [*numbered(kinds), TEXT]
    inside = "".join(
        f"<{tag}>{escape(line)}</{tag}>"
        for line, tag in zip(shown, ["p", "div", "h2", "li", "section", "blockquote"] * 9, strict=False)
    )
    page = (
        f"<html><head><meta charset=utf-8><title>江海市通报</title></head><body><nav>导航1900</nav><div id=zoom>{inside}"
        "<table><tr><td rowspan=2>指标1901</td><td>值1902</td></tr><tr><td>值1903</td></tr></table></div>"
        "<footer>备案1904号</footer></body></html>"
    )
    assert_conserved(
        prepared(written(tmp_path, "a.html", page)), "".join(shown) + "导航1900指标1901值1902值1903备案1904号"
    )


def visible(path):
    """All text of a Word file that is shown, found without our reader: every w:t that is not deleted or hidden."""
    body = docx.Document(str(path)).element.body
    hidden = {qn("w:del"), qn("w:moveFrom")}
    shown = []
    for element in body.iter(qn("w:t")):
        above = list(element.iterancestors())
        if any(a.tag in hidden for a in above):
            continue
        if any(a.tag == qn("w:r") and a.find(qn("w:rPr") + "/" + qn("w:vanish")) is not None for a in above):
            continue
        if any(a.tag.endswith("}Fallback") for a in above):
            continue
        shown.append(element.text or "")
    return "".join(shown)


def box(text):
    return (
        "<w:r><w:pict><v:shape xmlns:v='urn:schemas-microsoft-com:vml'><v:textbox><w:txbxContent>"
        f"{paragraph(run(text))}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )


WRAPS = [
    run,
    lambda t: f"<w:ins w:id='1' w:author='a'>{run(t)}</w:ins>",
    lambda t: f"<w:moveTo w:id='1' w:author='a'>{run(t)}</w:moveTo>",
    lambda t: f"<w:smartTag w:element='x'>{run(t)}</w:smartTag>",
    lambda t: f"<w:fldSimple w:instr='REF x'>{run(t)}</w:fldSimple>",
    lambda t: f"<w:sdt><w:sdtPr/><w:sdtContent>{run(t)}</w:sdtContent></w:sdt>",
    lambda t: f"<w:hyperlink w:anchor='a'>{run(t)}</w:hyperlink>",
    lambda t: f"<w:ins w:id='2' w:author='a'><w:smartTag w:element='x'>{run(t)}</w:smartTag></w:ins>",
    box,
]
BLOCKS = [
    paragraph,
    lambda *r: f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph(*r)}</w:sdtContent></w:sdt>",
    lambda *r: f"<w:tbl><w:tr><w:tc>{paragraph(*r)}</w:tc><w:tc>{paragraph(run('格'))}</w:tc></w:tr></w:tbl>",
    lambda *r: f"<w:tbl><w:tr><w:tc>{paragraph(*r)}</w:tc></w:tr></w:tbl>",
    lambda *r: (
        "<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc>"
        f"{paragraph(*r)}</w:tc><w:tc>{paragraph(run('内'))}</w:tc></w:tr></w:tbl>{paragraph()}</w:tc><w:tc>{paragraph()}</w:tc></w:tr></w:tbl>"
    ),
]


@EVERY
@given(
    st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(WRAPS), st.sampled_from(BLOCKS)), min_size=1)
)
def test_word_files(tmp_path, parts):
    bodies = [
        block(run("前"), wrap(escape(kind.format(n=1000 + i))), run("后。"))
        for i, (kind, wrap, block) in enumerate(parts)
    ]
    path = word(tmp_path, *bodies)
    assert_conserved(prepared(path), visible(path))


@EVERY
@given(st.lists(lines, min_size=1, max_size=4))
def test_pdfs(tmp_path, pages):
    placed = [
        [(60, 780 - 24 * i, line) for i, line in enumerate([*numbered(kinds), TEXT])] for kinds in pages
    ]
    path = pdf(tmp_path, placed)
    document = pypdfium2.PdfDocument(path)
    shown = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    assert "建成科创飞地" in shown
    counts, _ = accounted(prepared(path))
    assert not set(re.findall(r"\w", shown)) - set(counts)


@EVERY
@given(st.text(alphabet="一二（）()、。，：|#-*第章条〔〕12年月日甲乙公司来源 \n", min_size=1, max_size=300))
def test_any_text_at_all_is_cut_without_a_gap(text):
    article = Article("a", "题", "s", text)
    found, unclaimed = cut_and_count(article, 60, 90)
    assert unclaimed == 0
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    if found:
        inside = "".join(p.text for p in found)
        assert (
            Counter("".join(text.split())) - Counter("".join(inside.split())) == Counter() or "来源" in text
        )


def test_whatever_no_rule_claims_joins_the_nearest_passage_and_is_counted(monkeypatch, tmp_path):
    kept = chunk.blocks
    monkeypatch.setattr(
        chunk,
        "blocks",
        lambda article: [b for b in kept(article) if "漏" not in article.text[b.start : b.end]],
    )
    found = prepared(written(tmp_path, "a.txt", "江海市通报\n\n漏了这行。\n\n建成飞地5个。\n\n又漏了一行。"))
    assert found.unclaimed == len("漏了这行。又漏了一行。")
    (passage,) = found.passages
    assert passage.text == "漏了这行。\n\n建成飞地5个。\n\n又漏了一行。"


def test_real_news_lose_nothing(shared_data):
    rows = outcomes(shared_data / "policy_news.jsonl")
    assert len(rows) > 1000
    for found in rows:
        assert found.unclaimed == 0
        outside = len("".join(found.article.text.split())) - sum(
            len("".join(p.text.split())) for p in found.passages
        )
        assert outside == sum(len("".join(r.text.split())) for r in found.reading.removed if r.end > r.start)
