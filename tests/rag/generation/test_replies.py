"""Small talk, the library and an article's own data are answered from the ledger: no passage, no badge, no refusal."""

import pytest

from docs_store.store import DocsStore
from ingest import ingest
from rag import PolicyQA, Turn

ARTICLES = {
    "甲市简报": ("甲市发布", "2025-01-20", "甲市建设了5个科创飞地，与上海高校合作。来源 | 甲市发布。"),
    "乙市通报": ("乙市发布", "2025-03-02", "乙市港口年吞吐量为2400万吨，投资方为江海集团。"),
}


@pytest.fixture
def qa(settings, embedder, tmp_path):
    paths = []
    for title, (issuer, day, text) in ARTICLES.items():
        path = tmp_path / f"{title}.md"
        path.write_text(f"---\ntitle: {title}\nissuer: {issuer}\ndate: {day}\n---\n{text}", encoding="utf-8")
        paths.append(path)
    with DocsStore.open(settings, embedder, write=True) as store:
        ingest(store, paths, settings)
    with PolicyQA(settings, DocsStore.open(settings, embedder), None, extractive=True) as opened:
        yield opened


@pytest.mark.parametrize(
    "said", ["你好", "您好！", "谢谢", "你能做什么？", "你是谁", "what can you do?", "asdfghjkl"]
)
def test_small_talk_is_no_refusal_and_cites_nothing(qa, said):
    answer = qa.ask(said)
    assert answer.task == "smalltalk" and not answer.refused and not answer.citations and answer.text


def test_a_greeting_says_what_the_library_holds(qa):
    assert "2 篇文章" in qa.ask("你好").text and "2025-01-20" in qa.ask("你好").text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("库里有哪些文章？", "甲市简报"),
        ("一共有几篇文章？", "2 篇"),
        ("最新的是哪篇？", "乙市通报"),
        ("有几篇提到上海？", "1 篇"),
        ("有几篇提到火星？", "没有一篇"),
    ],
)
def test_questions_on_the_library_are_answered_from_the_ledger(qa, question, said):
    answer = qa.ask(question)
    assert answer.task == "library" and said in answer.text and not answer.citations


def test_the_article_just_cited_is_the_one_meant(qa):
    first = qa.ask("甲市建设了几个科创飞地？")
    answer = qa.ask("这篇文章是谁发布的？", [Turn("甲市建设了几个科创飞地？", first.text)])
    assert answer.task == "about_article" and "甲市发布" in answer.text and "2025年1月20日" in answer.text


def test_an_article_that_is_not_there_is_not_described(qa):
    answer = qa.ask("火星移民管理办法的通知是什么时候发布的？")
    assert answer.refused and answer.task != "about_article"


NOTICE = """丙市人民政府文件
丙政发〔2025〕18号
关于印发《丙市支持跨江融合若干措施》的通知
各镇、街道，各有关单位：
现将《丙市支持跨江融合若干措施》印发给你们，请认真组织实施。
一、对设立研发飞地的企业，按房租的50%给予补贴，每年最高80万元。
本措施自2025年9月1日起施行，有效期三年。
丙市人民政府
2025年8月20日
"""


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("丙政发〔2025〕18号是哪天印发的，有效期多久？", ("2025年8月20日", "2028年9月1日")),
        ("丙市支持跨江融合若干措施什么时候开始施行，有效期到哪年？", ("2025年9月1日", "2028年9月1日")),
        ("丙市支持跨江融合若干措施的发文字号是什么？", ("丙政发〔2025〕18号",)),
    ],
)
def test_a_document_named_by_its_number_or_title_tells_its_days(settings, embedder, tmp_path, question, told):
    path = tmp_path / "notice.txt"
    path.write_text(NOTICE, encoding="utf-8")
    with DocsStore.open(settings, embedder, write=True) as store:
        ingest(store, [path], settings)
    with PolicyQA(settings, DocsStore.open(settings, embedder), None, extractive=True) as opened:
        answer = opened.ask(question)
        rent = opened.ask("丙政发〔2025〕18号里房租补贴最高多少？")
    assert answer.task == "about_article" and all(day in answer.text for day in told)
    assert rent.task == "fact" and "80万元" in rent.text
