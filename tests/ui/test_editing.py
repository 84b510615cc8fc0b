"""Corrections by command and by HTTP: done, shown, undone; what is wrong is told and changes nothing."""

import time

import pytest

from docs_store.corrections import CorrectionError
from docs_store.models import SearchFilter
from docs_store.store import DocsStore
from ui.commands.articles import _body
from ui.editing import Edit
from ui.handover import Work, do


@pytest.fixture
def store(qa, settings, embedder):
    qa.close()
    with DocsStore.open(settings, embedder, write=True) as opened:
        yield opened


def id_of(store, title):
    (found,) = [a.id for a in store.articles() if a.title == title]
    return found


def test_names_are_added_and_taken_away_in_several_articles_at_once(store, settings):
    ids = [id_of(store, "飞地简报"), id_of(store, "港口简报")]
    report = do(
        store, settings, Work([], [], edit=Edit(ids, add={"collections": ["长三角"], "tags": ["甲"]})), None
    )
    assert report["updated"] == 2 and {e["title"] for e in report["edited"]} == {"飞地简报", "港口简报"}
    do(store, settings, Work([], [], edit=Edit(ids[:1], add={"tags": ["乙"]}, remove={"tags": ["甲"]})), None)
    first, second = (store.article(id) for id in ids)
    assert (first.tags, second.tags) == (("乙",), ("甲",)) and first.collections == ("长三角",)


def test_an_article_may_be_named_by_its_file(store, settings, tmp_path):
    path = str(tmp_path / "articles" / "港口简报.md")
    report = do(store, settings, Work([], [], edit=Edit([path], {"issuer": "盐城港集团"})), None)
    assert report["edited"][0]["corrected"] == {"issuer": "盐城发布"}
    assert _body(store, store.article(id_of(store, "港口简报")))["corrected"] == {"issuer": "盐城发布"}


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (Edit(["没有"], {"title": "新"}), "没有编号或来源是“没有”的文章"),
        (Edit([], {}), "没有写要更正什么"),
        (Edit(["飞地简报"], undo=["字号"]), "没有“字号”这一项"),
        (Edit(["飞地简报"], {"published_on": "明天"}), "发布日期“明天”不是日期"),
        (Edit(["飞地简报"], undo=["title"]), "标题没有更正过"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_changes(store, settings, edit, said):
    ids = [id_of(store, name) if name == "飞地简报" else name for name in edit.ids]
    wanted = Edit([id_of(store, "港口简报"), *ids], edit.set, edit.add, edit.remove, edit.undo)
    with pytest.raises(CorrectionError, match=said):
        do(store, settings, Work([], [], edit=wanted), None)
    assert all(not article.corrected for article in store.articles())


def done(client, response):
    assert response.status_code == 202, response.text
    for _ in range(200):
        state = client.get(f"/api/jobs/{response.json()['id']}").json()
        if state["state"] in ("done", "failed"):
            return state
        time.sleep(0.05)
    raise AssertionError(state)


def test_the_api_corrects_and_undoes_and_citations_show_it(client):
    (id,) = [a["id"] for a in client.get("/api/articles").json()["articles"] if a["title"] == "飞地简报"]
    body = {"title": "飞地月报", "published_on": "2026-03-01", "expires_on": None, "tags": ["飞地"]}
    assert done(client, client.patch(f"/api/articles/{id}", json=body))["state"] == "done"
    article = client.get(f"/api/articles/{id}").json()
    assert (article["title"], article["published_on"], article["tags"]) == (
        "飞地月报",
        "2026-03-01",
        ["飞地"],
    )
    assert article["corrected"] == {"title": "飞地简报", "published_on": "2025-01-20", "tags": []}
    asked = client.post(
        "/api/ask", json={"question": "如皋建设了几个科创飞地？", "extractive": True, "tag": "飞地"}
    )
    (citation,) = asked.json()["citations"]
    assert (citation["title"], citation["published_on"]) == ("飞地月报", "2026-03-01")
    found = client.get("/api/search", params={"q": "科创飞地", "collection": "没有的专题"})
    assert found.json()["hits"] == []
    assert done(client, client.patch(f"/api/articles/{id}", json={"undo": ["all"]}))["state"] == "done"
    article = client.get(f"/api/articles/{id}").json()
    assert (article["title"], article["corrected"]) == ("飞地简报", {})


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "没有写要更正什么"),
        ({"title": " "}, "title"),
        ({"tags": ["长" * 41]}, "tags"),
        ({"undo": ["字号"]}, "undo"),
        ({"written_on": "2025-13-01"}, "written_on"),
        ({"editor": "甲"}, "editor"),
    ],
)
def test_the_api_tells_what_is_wrong_with_a_correction(client, body, said):
    id = client.get("/api/articles").json()["articles"][0]["id"]
    answer = client.patch(f"/api/articles/{id}", json=body)
    assert answer.status_code == 422 and said in answer.json()["error"]["message"]
    assert client.patch("/api/articles/no", json={"title": "新"}).status_code == 404
    nothing = client.patch(f"/api/articles/{id}", json={"undo": ["title"]})
    assert nothing.status_code == 409 and "标题没有更正过" in nothing.json()["error"]["message"]


def test_a_filter_of_tags_narrows(store, settings):
    do(store, settings, Work([], [], edit=Edit([id_of(store, "飞地简报")], {"tags": ["甲", "乙"]})), None)
    for tag, count in (("甲", 1), ("乙", 1), ("甲乙", 0)):
        where = SearchFilter(tag=tag)
        hits = store.search_lexical("科创飞地", 9, where)
        assert len({h.article.id for h in hits}) == count and all(where.holds_source(h.article) for h in hits)
