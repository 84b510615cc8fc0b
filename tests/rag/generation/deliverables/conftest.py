import pytest

from docs_store.settings import load_settings
from docs_store.store import DocsStore
from ingest import ingest
from rag import PolicyQA


@pytest.fixture(scope="session")
def news(tmp_path_factory):
    """An assistant over the real news, or a skip where they are not there."""
    from pathlib import Path

    file = Path(__file__).parents[5] / "shared" / "data" / "policy_news.jsonl"
    if not file.exists():
        pytest.skip("needs ../shared/data beside the repository")
    settings = load_settings()
    store = settings.store.model_copy(update={"path": tmp_path_factory.mktemp("news")})
    settings = settings.model_copy(update={"store": store})
    with DocsStore.open(settings, write=True) as opened:
        ingest(opened, [file], settings)
    with PolicyQA.open(settings=settings, extractive=True) as qa:
        yield qa
