"""An article of another year than the question names, which does not speak of it, answers nothing."""

from datetime import date

import pytest

from docs_store.models import Article
from docs_store.store import DocsStore
from ingest import ingest
from rag import PolicyQA
from rag.evidence.missing import of_another_year


def article(text, day=date(2023, 7, 28)):
    return Article("a", "自贸试验区半年通报", "a", text, published_on=day)


@pytest.mark.parametrize(
    ("question", "text", "day", "other"),
    [
        ("2022年形成了多少项成果？", "今年上半年形成162项成果。", date(2023, 7, 28), True),
        ("2023年形成了多少项成果？", "上半年形成162项成果。", date(2023, 7, 28), False),
        ("2022年形成了多少项成果？", "去年形成150项成果。", date(2023, 7, 28), False),
        ("2022年形成了多少项成果？", "2022年形成150项成果。", date(2023, 7, 28), False),
        ("2022年和2023年各形成多少项成果？", "上半年形成162项成果。", date(2023, 7, 28), False),
        ("二〇二二年形成了多少项成果？", "今年上半年形成162项成果。", date(2023, 7, 28), True),
        ("2022年形成了多少项成果？", "今年上半年形成162项成果。", None, False),
        ("形成了多少项成果？", "今年上半年形成162项成果。", date(2023, 7, 28), False),
    ],
)
def test_the_year_of_the_question_is_spoken_of(question, text, day, other):
    assert of_another_year(question, article(text, day)) is other


def test_another_year_is_refused_and_still_shown(settings, embedder, tmp_path):
    path = tmp_path / "通报.md"
    path.write_text(
        "---\ntitle: 通报\ndate: 2023-07-28\n---\n今年上半年，安徽自贸试验区形成162项制度创新成果。",
        encoding="utf-8",
    )
    with DocsStore.open(settings, embedder, write=True) as store:
        ingest(store, [path], settings)
    with DocsStore.open(settings, embedder) as store:
        qa = PolicyQA(settings, store, None)
        assert "162项" in qa.ask("2023年上半年安徽自贸试验区形成了多少项制度创新成果？").text
        other = qa.ask("2022年上半年安徽自贸试验区形成了多少项制度创新成果？")
    assert other.refused and other.hits
