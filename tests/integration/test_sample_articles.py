import json
from datetime import date
from pathlib import Path

import pytest
import yaml

from docs_store import weights
from docs_store.errors import ModelUnavailableError
from docs_store.store import DocsStore
from ingest import ingest
from rag import PolicyQA
from rag.evaluate import evaluate, load_questions
from rag.models import Turn

ROOT = Path(__file__).parents[2]
ARTICLES = sorted((ROOT / "docs_store" / "articles").glob("*.md"))
UNKNOWN_AFTER = ("负责人的联系电话是什么？", "申请截止日期是哪天？", "补贴标准是多少？")
QUESTIONS = ROOT / "benchmarks" / "sample_qa.jsonl"


def body(path):
    return path.read_text(encoding="utf-8").split("---\n", 2)[2]


@pytest.mark.parametrize("path", ARTICLES, ids=lambda p: p.stem)
def test_a_brief_names_its_source_and_has_its_length(path):
    matter = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n", 2)[1])
    assert matter["title"] and matter["issuer"] and matter["source_note"]
    assert isinstance(matter["date"], date)
    assert 300 <= len("".join(body(path).split())) <= 900


def test_the_questions_stand_on_the_articles():
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    answerable = [row for row in rows if row["answerable"]]
    assert (len(ARTICLES), len(rows), len(answerable)) == (15, 30, 22)
    for row in answerable:
        assert all(e in body(ROOT / "docs_store" / "articles" / row["article"]) for e in row["evidence"])


@pytest.mark.integration
def test_real_parts_answer_the_sample_questions(settings):
    """Real embedding, real Chroma and tantivy on disk; quoting alone, so that it takes seconds."""
    with DocsStore.open(settings, write=True) as store:
        report = ingest(store, [settings.articles_path], settings)
        assert report.added == 15 and store.verify().agrees
    with PolicyQA.open(settings=settings, extractive=True) as qa:
        result = evaluate(qa, load_questions(QUESTIONS))
        listed = qa.ask("与如皋合作的高校有哪些？")
        greeted = qa.ask("你是谁？你能做什么？")
        before = [Turn("如皋建设了几个科创飞地？", "如皋一共建设了5个科创飞地[1]。")]
        leaning = {question: qa.ask(question, history=before) for question in UNKNOWN_AFTER}
        continued = qa.ask("合作的高校有哪些？", history=before)
    # A list opens with the item that says it all; small talk cites nothing.
    assert listed.sections[0].items[0].text.startswith("与如皋合作的高校有")
    # What no article answers is not answered with what the turn before was about.
    assert {question: answer.refused for question, answer in leaning.items()} == dict.fromkeys(
        UNKNOWN_AFTER, True
    )
    assert "同济大学" in continued.text
    assert greeted.task == "smalltalk" and not greeted.refused and not greeted.citations
    for row in result.rows:
        article_text = {h.article.id: h.article.text for h in row.answer.hits}
        for c in row.answer.citations:
            assert article_text[c.article_id][c.start : c.end] == c.quote
    counts = result.to_dict()
    wrong = [r["id"] for r in counts["rows"] if not r["right"]]
    floors = json.loads((ROOT / "benchmarks" / "floors.json").read_text(encoding="utf-8"))
    below = {
        name: counts["figures"][name]
        for name, least in floors.items()
        if counts["figures"][name]["value"] < least
    }
    assert not below, (below, wrong)


@pytest.mark.integration
def test_the_real_language_model_answers_with_a_citation(settings):
    try:
        weights.local_path("qwen2.5-coder-1.5b")
    except ModelUnavailableError as error:
        pytest.skip(str(error))
    with DocsStore.open(settings, write=True) as store:
        ingest(store, [settings.articles_path], settings)
    with PolicyQA.open(settings=settings) as qa:
        answer = qa.ask("如皋一共建设了几个科创飞地？")
    assert answer.notice is None and "5个" in answer.text and "[1]" in answer.text
    assert "5个" in answer.citations[0].quote
