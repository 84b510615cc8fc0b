"""Shared parts of the tests: deterministic fakes, an index of the test's own, and no network but loopback."""

import hashlib
import socket
from pathlib import Path

import pytest
from langchain_core.embeddings import Embeddings
from langchain_core.language_models import FakeListChatModel

from docs_store.settings import Settings, load_settings
from docs_store.store import DocsStore
from docs_store.text.analyser import tokens
from ingest import ingest
from rag import PolicyQA
from tests import indexes
from ui import quiet

quiet.hush()
pytest.register_assert_rewrite("pages")  # what its assertions saw is told when they fail


class FakeEmbeddings(Embeddings):
    """Unit vectors from hashed tokens: alike for texts that share words."""

    def embed_documents(self, texts):
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text):
        vector = [0.0] * 64
        for token in tokens(text):
            vector[hashlib.sha256(token.encode()).digest()[0] % 64] += 1.0
        norm = sum(x * x for x in vector) ** 0.5 or 1.0
        return [x / norm for x in vector]


@pytest.fixture
def embedder() -> FakeEmbeddings:
    return FakeEmbeddings()


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    monkeypatch.setenv("GUANCHAO_STORE__PATH", str(tmp_path / "index"))
    return load_settings()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs ../shared/data beside the repository")
    return folder


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch):
    """Fails a test whose process connects to anything but this machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in (
            "127.0.0.1",
            "::1",
            "localhost",
        ):
            raise AssertionError(f"a test tried to reach {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


ARTICLES = {
    "飞地简报.md": "---\ntitle: 飞地简报\nissuer: 南通发布\ndate: 2025-01-20\nurl: https://example.com/a\n---\n"
    "近年来，如皋先后与上海交大、复旦大学、同济大学合作建设了5个“科创飞地”。\n\n"
    "截至2024年底，长江智创园共承接90多家企业。神马电力董事长马斌说，公司发展了29年。\n",
    "港口简报.md": "---\ntitle: 港口简报\nissuer: 盐城发布\ndate: 2025-02-11\n---\n"
    "盐城港新开通3条集装箱航线，货物吞吐量同比增长两成。\n\n港口集团投资12亿元扩建码头。\n",
    "规划.txt": "苏锡常都市圈规划印发\n\n三市将共建轨道交通，园区与企业共享大型仪器。\n",
}


class ScriptedModel:
    """Stands in for the language model: says the drafts in turn."""

    def __init__(self, *drafts):
        self.model = FakeListChatModel(responses=list(drafts))

    def chat(self):
        return self.model

    def warm_up(self):
        pass

    def close(self):
        pass


def write_articles(folder: Path) -> Path:
    """Three small articles in a new folder."""
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def articles_folder(tmp_path) -> Path:
    """Three small articles."""
    return write_articles(tmp_path / "articles")


@pytest.fixture(scope="session")
def template(tmp_path_factory) -> Path:
    """A folder with three small articles and their index, made once: it is copied to whoever wants one."""
    folder = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GUANCHAO_STORE__PATH", str(folder / "index"))
        made = load_settings()
        with DocsStore.open(made, FakeEmbeddings(), write=True) as store:
            ingest(store, [write_articles(folder / "articles")], made)
    return folder


@pytest.fixture
def indexed(template, settings, embedder, articles_folder) -> Path:
    """The index of the three small articles, as an ingest of the test's own folder leaves it. Returns its folder."""
    indexes.copy(template, settings.index_path, articles_folder)
    return settings.index_path


@pytest.fixture
def qa(settings, embedder, indexed):
    """An open assistant over three small articles, with a scripted model."""
    model = ScriptedModel("如皋建设了5个科创飞地[1]。")
    with PolicyQA(settings, DocsStore.open(settings, embedder), model) as opened:
        yield opened
