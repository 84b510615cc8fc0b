"""The shipped table in NumPy gives sentence-transformers' vectors; what is not a plain table is left to that library."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from docs_store.embedding import embedder as embedder_module
from docs_store.embedding.embedder import open_embedder
from docs_store.embedding.passages import embedded_text
from docs_store.embedding.static import StaticEmbedder, is_static, open_static
from docs_store.errors import ModelUnavailableError
from docs_store.settings import load_settings

FOLDER = Path(__file__).parents[3] / "docs_store" / "guanchao-embed"
AS_STORED = 1e-6  # largest difference in any of the 384 numbers of a float32 vector
ODD = [
    "",
    " ",
    "😀",
    "ＧＤＰ增长５．６％",
    "臺灣與廣東",
    "a" * 450,
    "长" * 50,
    "\u2f00⼀\x00\ufeff",
    "Port 3",
]


@pytest.fixture(scope="module")
def theirs():
    """The model as plain sentence-transformers loads it."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(FOLDER), device="cpu")
    return lambda texts: model.encode(texts, normalize_embeddings=True, show_progress_bar=False)


@pytest.fixture(scope="module")
def ours():
    return StaticEmbedder(FOLDER)


def furthest(ours, theirs, texts) -> float:
    return float(np.abs(np.asarray(ours.embed_documents(texts), np.float32) - theirs(texts)).max())


def test_odd_texts_have_the_same_vectors(ours, theirs):
    assert furthest(ours, theirs, ODD) <= AS_STORED
    assert not ours.vectors(["", "😀"]).any()


def test_passages_words_and_claims_are_looked_up_in_one_table(settings, monkeypatch):
    from rag.evidence import word_vectors
    from rag.verification import likeness

    def refuse(*_):
        raise AssertionError("the table was read a second time")

    table = open_static(FOLDER)
    monkeypatch.setattr(StaticEmbedder, "__init__", refuse)
    assert open_embedder(settings).embed_query("如皋") == table.embed_query("如皋")
    assert (word_vectors.of_words(["如皋一词"])[0] == table.vectors(["如皋一词"])[0]).all()
    assert (likeness.vector("如皋一词") == table.vectors(["如皋一词"])[0]).all()


def test_passages_of_a_thousand_articles_have_the_same_vectors(ours, theirs, shared_data):
    rows = [json.loads(line) for line in (shared_data / "policy_news.jsonl").read_text("utf-8").splitlines()]
    assert len(rows) == 1002
    texts = [embedded_text(row["title"], row["text"][:400]) for row in rows]
    assert furthest(ours, theirs, texts) <= AS_STORED


def test_a_text_has_the_same_vector_alone_and_among_others(ours):
    texts = [f"第{number}条，长三角一体化发展" for number in range(150)]
    among = ours.vectors(texts)
    assert all(np.array_equal(among[i], ours.vectors([texts[i]])[0]) for i in (0, 63, 64, 149))
    assert ours.embed_query(texts[7]) == among[7].tolist()


def test_the_default_model_is_loaded_without_sentence_transformers(monkeypatch):
    def never(*_):
        raise AssertionError("loaded by sentence-transformers")

    monkeypatch.setattr(embedder_module, "_sentence_transformers", never)
    assert len(open_embedder(load_settings()).embed_query("如皋")) == 384


def save(folder: Path, tensors) -> Path:
    from safetensors.numpy import save_file

    shutil.copytree(FOLDER, folder)
    save_file(tensors, folder / "0_StaticEmbedding" / "model.safetensors")
    return folder


def test_a_table_with_a_row_for_each_token_is_read_too(tmp_path, ours):
    from safetensors.numpy import load_file

    own = load_file(FOLDER / "0_StaticEmbedding" / "model.safetensors")
    unfolded = own["embeddings"][own["mapping"]].astype(np.float32) * own["weights"][:, None]
    folder = save(tmp_path / "unfolded", {"embedding.weight": unfolded})
    assert is_static(folder)
    assert (
        np.abs(StaticEmbedder(folder).vectors(["如皋科创飞地"]) - ours.vectors(["如皋科创飞地"])).max() < 1e-6
    )


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("modules.json", [{"type": "a.StaticEmbedding", "path": "0"}, {"type": "a.Dense", "path": "1"}]),
        ("modules.json", [{"type": "a.Transformer", "path": ""}]),
        ("modules.json", "not a list"),
        ("config_sentence_transformers.json", {"prompts": {"query": "为这个句子生成表示："}}),
    ],
    ids=["projected", "a transformer", "broken", "prompted"],
)
def test_anything_but_a_plain_table_is_left_to_sentence_transformers(tmp_path, file, content):
    folder = tmp_path / "model"
    shutil.copytree(FOLDER, folder, ignore=lambda *_: ["model.safetensors", "tokenizer.json"])
    assert is_static(folder)
    (folder / file).write_text(json.dumps(content), encoding="utf-8")
    assert not is_static(folder)


def test_a_folder_without_modules_is_no_table(tmp_path):
    assert not is_static(tmp_path)


@pytest.mark.parametrize("broken", ["model.safetensors", "tokenizer.json"])
def test_a_damaged_model_is_named_with_the_next_step(tmp_path, settings, monkeypatch, broken):
    folder = tmp_path / "model"
    shutil.copytree(FOLDER, folder)
    (folder / "0_StaticEmbedding" / broken).write_bytes(b"{")
    monkeypatch.setenv("GUANCHAO_EMBEDDING__MODEL", str(folder))
    with pytest.raises(ModelUnavailableError, match=r"打不开向量模型.*guanchao-embed"):
        open_embedder(load_settings()).embed_query("如皋")
