"""The page's outermost layer: who is sent to the login, and what every answer carries."""

from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from docs_store.settings import PageSettings, ServeSettings, User
from ui.page.people import People, hash_password
from ui.page.routes import add_routes


@pytest.fixture
def visit():
    def open_page(users=(), root_path=""):
        page, serve = PageSettings(users=users), ServeSettings(root_path=root_path)
        context = SimpleNamespace(people=People(page), settings=SimpleNamespace(page=page, serve=serve))
        application = FastAPI(openapi_url=None)
        add_routes(application, context)
        application.get("/")(lambda: "the page")
        return TestClient(application, base_url="http://127.0.0.1", follow_redirects=False)

    return open_page


def test_every_answer_carries_its_headers(visit):
    for path in ("/", "/nowhere"):
        headers = visit().get(path).headers
        assert headers["x-frame-options"] == "DENY" and headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_who_has_not_logged_in_is_sent_to_the_login(visit):
    client = visit((User(name="小王", password=hash_password("correct horse"), role="editor"),))
    turned = client.get("/")
    assert turned.status_code == 303 and turned.headers["location"] == "login"
    assert turned.headers["x-frame-options"] == "DENY"
    client.post("/login", data={"name": "小王", "password": "correct horse"})
    assert client.get("/").json() == "the page"


@pytest.mark.parametrize("root_path", ["", "/guanchao", "https://qa.example.com:8443/guanchao/"])
def test_the_login_is_remembered_below_the_servers_path_alone(visit, root_path):
    users = (User(name="小王", password=hash_password("correct horse"), role="editor"),)
    answer = visit(users, root_path).post("/login", data={"name": "小王", "password": "correct horse"})
    path = "/guanchao" if root_path else "/"
    assert f"Path={path};" in answer.headers["set-cookie"] and answer.headers["location"] == "./"
