"""The embedding that comes with the program: loads plainly, is what the catalogue says, finds by its words."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from docs_store import weights
from docs_store.embedding.embedder import embedder_fingerprint, open_embedder
from docs_store.settings import load_settings
from docs_store.weights.cache import SHIPPED_WEIGHTS

NAME = "guanchao-embed"
FOLDER = Path(__file__).parents[3] / "docs_store" / NAME


@pytest.fixture(scope="module")
def model():
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(FOLDER), device="cpu")


def test_it_is_the_default_and_needs_no_fetching():
    settings = load_settings()
    assert settings.embedding.model == NAME
    assert weights.fetch(NAME) == FOLDER
    assert weights.CATALOGUE[NAME].sha256[:12] in embedder_fingerprint(settings)


def test_the_weights_are_those_that_the_catalogue_names():
    data = (FOLDER / SHIPPED_WEIGHTS).read_bytes()
    spec = weights.CATALOGUE[NAME]
    assert (hashlib.sha256(data).hexdigest(), len(data)) == (spec.sha256, spec.size_bytes)
    assert sum(f.stat().st_size for f in FOLDER.rglob("*") if f.is_file()) <= 40_000_000


def test_vectors_have_unit_length_and_empty_text_does_no_harm(model):
    vectors = model.encode(["长三角一体化发展", "GDP增长5.6%", "", "😀"])
    assert vectors.shape == (4, 384)
    assert abs((vectors[:2] ** 2).sum(1) - 1).max() < 1e-5
    assert (vectors == vectors).all()  # no NaN


def test_the_tokenizer_overlaps_bigrams_as_the_analyser_does(model):
    found = model.tokenizer.encode("长三角GDP增长5.6%", add_special_tokens=False).tokens
    assert found == ["长", "长三", "三", "三角", "角", "gdp", "增", "增长", "长", "5.6"]


def test_a_question_is_nearest_to_the_passage_that_answers_it():
    embedder = open_embedder(load_settings())
    passages = [
        "如皋与上海交大、复旦大学合作，一共建设了5个科创飞地。",
        "神马电力董事长马斌介绍，公司已经发展29年。",
        "苏锡通园区的两大主导产业是电子信息和智能装备。",
    ]
    vectors = embedder.embed_documents(passages)
    for question, right in [
        ("如皋有多少科创飞地", 0),
        ("神马电力的董事长是谁", 1),
        ("园区主导产业有哪些", 2),
    ]:
        asked = embedder.embed_query(question)
        scores = [sum(a * b for a, b in zip(asked, v, strict=True)) for v in vectors]
        assert scores.index(max(scores)) == right


def test_plain_sentence_transformers_loads_it_with_no_code_of_ours(tmp_path):
    script = f"from sentence_transformers import SentenceTransformer as S; print(S({str(FOLDER)!r}).encode('协同').shape)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and "(384,)" in done.stdout, done.stderr
