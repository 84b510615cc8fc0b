"""The sample articles with the real models: every backend gives the hits and answers of the local one."""

import json
from pathlib import Path

import pytest

from docs_store.embedding.embedder import open_embedder
from docs_store.settings import load_settings
from docs_store.store import DocsStore
from ingest import ingest
from rag import PolicyQA

pytestmark = pytest.mark.integration
QUESTIONS = Path(__file__).parents[3] / "benchmarks" / "sample_qa.jsonl"


@pytest.fixture(scope="module")
def model():
    """The embedding model, loaded once."""
    return open_embedder(load_settings())


def told(settings, model):
    """What is found and answered to each sample question, quoting alone."""
    questions = [json.loads(line)["question"] for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    with DocsStore.open(settings, model, write=True) as store:
        assert ingest(store, [settings.articles_path], settings).articles == 15
        assert store.verify().agrees
    found = {}
    with PolicyQA(settings, DocsStore.open(settings, model), None, extractive=True) as qa:
        for question in questions:
            hits = [(h.passage.id, round(h.score, 3)) for h in qa.search(question)]
            answer = qa.ask(question)
            cited = [(c.marker, c.passage_id, c.start, c.end) for c in answer.citations]
            found[question] = (hits, answer.text, answer.refusal, cited)
    return found


@pytest.fixture(scope="module")
def local():
    return {}


def test_hits_and_answers_are_those_of_the_local_index(place, shared, local, model):
    if not local:
        local |= told(place("local", "local"), model)
    assert len(local) == 30
    found = told(place(shared), model)
    assert [q for q in local if found[q] != local[q]] == []
