"""What is pasted into the articles tab: addresses of pages, or the text of an article."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from ui import strings, uploads
from ui.page import article_jobs
from ui.page.work import JobNames
from ui.uploads import UploadRefusedError

TEXT = "海门区办了四场对接会\n\n海门区今年一共举办了4场产业对接会，每场都有二十家以上的企业参加。\n"


@pytest.fixture
def context(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "folder", lambda settings: tmp_path / "uploads")
    given = []

    def submit(work, after):
        given.append(work)
        return SimpleNamespace(id="j")

    return SimpleNamespace(
        settings=settings, jobs=SimpleNamespace(submit=submit), job_names=JobNames(), store=None, given=given
    )


def fetching(context, allowed):
    section = context.settings.ingest.model_copy(update={"fetch_urls": allowed})
    context.settings = context.settings.model_copy(update={"ingest": section})


def test_a_text_becomes_an_article_under_its_first_line(context):
    article_jobs.paste(context, f"  {TEXT}")
    (file,) = [Path(name) for name in context.given[0].paths]
    assert file.name.startswith("海门区办了四场对接会-") and file.suffix == ".txt"
    assert file.read_text(encoding="utf-8").splitlines()[0] == "海门区办了四场对接会"
    assert uploads.shown_name(context.job_names.get("j")[1][0]) == "海门区办了四场对接会.txt"


def test_addresses_are_read_where_pages_may_be_fetched(context):
    fetching(context, True)
    article_jobs.paste(context, "https://example.cn/a\n\n http://example.cn/b \n")
    file = Path(context.given[0].paths[0])
    assert (
        file.suffix == ".urls"
        and file.read_text(encoding="utf-8") == "https://example.cn/a\nhttp://example.cn/b\n"
    )
    assert context.job_names.get("j")[1] == [strings.PASTED_LINKS]
    fetching(context, False)
    with pytest.raises(UploadRefusedError, match="没有开启从网页收录"):
        article_jobs.paste(context, "https://example.cn/a")


@pytest.mark.parametrize(
    ("text", "why"), [(" \n", "请先粘贴"), ("只有一行", "太短"), ("ftp://a.cn/b", "太短")]
)
def test_what_is_neither_is_refused_with_what_to_do(context, text, why):
    with pytest.raises(UploadRefusedError, match=why):
        article_jobs.paste(context, text)
    assert not context.given
