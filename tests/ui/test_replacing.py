"""An upload of a known name replaces the older one, and nothing else."""

from io import BytesIO

from docs_store.store import DocsStore
from ui import uploads
from ui.editing import Edit
from ui.handover import Work, do
from ui.replacing import older, replace_older

OLD, NEW = "港口简报\n\n吕四港的年吞吐能力为2400万吨。", "港口简报\n\n吕四港的年吞吐能力为3600万吨。"


def test_the_newer_text_is_the_one_that_stays(settings, embedder, tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "folder", lambda settings: tmp_path / "uploads")
    with DocsStore.open(settings, embedder, write=True) as store:

        def upload(name, text):
            path = uploads.save(settings, name, BytesIO(text.encode()))
            report = do(store, settings, Work([str(path)], []), None)
            replace_older(report, [path], settings, submit, store)
            return path, report

        def submit(work, then):
            then(do(store, settings, work, None))

        first, report = upload("港口简报.txt", OLD)
        assert report["replaced"] == []
        other, _ = upload("港口年报.txt", "港口年报\n\n年报的话。")
        do(
            store,
            settings,
            Work([], [], edit=Edit([str(first)], {"issuer": "盐城港", "tags": ["港口"]})),
            None,
        )
        second, report = upload("港口简报.txt", NEW)
        assert len(report["replaced"]) == 1 and first.name in report["replaced"][0]
        assert {"2400" in a.text for a in store.articles()} == {False} and store.counts()[0] == 2
        (kept,) = [a for a in store.articles() if "3600" in a.text]
        assert (kept.issuer, kept.tags, dict(kept.corrected)) == (
            "盐城港",
            ("港口",),
            {"issuer": "", "tags": ""},
        )
        assert not first.exists() and (tmp_path / "uploads" / ".replaced" / first.name).exists()
        assert second.exists() and other.exists()


def test_names_that_the_server_made_up_replace_nothing(tmp_path):
    for name in ("page-0123456789ab.urls", "page-ba9876543210.urls", "article-0123456789ab.txt"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert older(tmp_path / "page-0123456789ab.urls") == []
