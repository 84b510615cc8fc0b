"""What a stranger, a careless script or a hostile web page may not do."""

import asyncio
import json
import stat
import threading
import time

import pytest

from docs_store.settings import ServeSettings
from ui import uploads
from ui.http.access import Access, OpenServerError
from ui.http.admission import BusyError, Lane
from ui.keys import KeyFile, KeyFileError

QUESTION = "如皋建设了几个科创飞地？"


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


def wait(client, job, **options):
    for _ in range(200):
        state = client.get(f"/api/jobs/{job['id']}", **options).json()
        if state["state"] in ("done", "failed"):
            return state
        time.sleep(0.05)
    raise AssertionError(state)


# Keys


def test_a_key_is_kept_as_a_hash_that_only_the_user_reads(settings):
    keys = KeyFile(settings)
    record, key = keys.add("小王", ["read"])
    assert key not in keys.path.read_text() and stat.S_IMODE(keys.path.stat().st_mode) == 0o600
    assert keys.find(key) == record and keys.find(key + "x") is None and keys.find("gc_") is None
    with pytest.raises(KeyFileError, match="小王"):
        keys.add("小王", ["read"])
    KeyFile(settings).revoke("小王")  # by another process
    assert keys.find(key) is None and not keys.any_active()
    with pytest.raises(KeyFileError, match="keys list"):
        keys.revoke("小王")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.com"])
def test_it_does_not_start_open_to_others(settings, host):
    keys = KeyFile(settings)
    with pytest.raises(OpenServerError, match="--open"):
        Access(ServeSettings(), host, keys, login=False)
    assert Access(ServeSettings(keys="off"), host, keys, login=False).required is False
    assert Access(ServeSettings(), host, keys, login=True).required
    keys.add("a", ["read"])
    assert Access(ServeSettings(), host, keys, login=False).required


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_no_key_is_needed_where_only_this_machine_connects(settings, host):
    assert Access(ServeSettings(), host, KeyFile(settings), login=False).required is False


def test_scopes_hold(serving, settings):
    _, reads = KeyFile(settings).add("reads", ["read"])
    _, ingests = KeyFile(settings).add("ingests", ["ingest"])
    with serving("0.0.0.0") as client:
        calls = [
            ("POST", "/api/ask", {"question": QUESTION}, reads),
            ("POST", "/api/search", {"question": QUESTION}, reads),
            ("GET", "/api/articles", None, reads),
            ("GET", "/api/metrics", None, reads),
            ("GET", "/v1/models", None, reads),
            ("POST", "/api/ingest", {}, ingests),
        ]
        for method, path, body, right in calls:
            wrong = ingests if right == reads else reads
            assert client.request(method, path, json=body).status_code == 401
            assert client.request(method, path, json=body, headers=bearer("gc_no")).status_code == 401
            assert client.request(method, path, json=body, headers=bearer(wrong)).status_code == 403
            assert client.request(method, path, json=body, headers=bearer(right)).status_code < 300
        assert client.post("/mcp", json={}).status_code == 401
        assert client.get("/api/health").status_code == 200
        refused = client.get("/v1/models")
        assert refused.headers["www-authenticate"] == "Bearer"
        assert refused.json()["error"]["code"] == "invalid_api_key"
        client.keys.revoke("reads")
        assert client.get("/api/articles", headers=bearer(reads)).status_code == 401


def test_a_key_opens_the_page_where_only_keys_guard_it(settings):
    keys = KeyFile(settings)
    _, reads = keys.add("reads", ["read"])
    _, ingests = keys.add("ingests", ["ingest"])
    access = Access(ServeSettings(), "0.0.0.0", keys, login=False)
    assert access.login("anyone", reads)
    assert not access.login("anyone", ingests) and not access.login("anyone", "")


# Browsers


def test_other_pages_get_nothing(client):
    preflight = client.options(
        "/api/ask", headers={"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    )
    read = client.get("/api/articles", headers={"Origin": "http://evil.example"})
    for response in (preflight, read):
        assert not any(name.startswith("access-control") for name in response.headers)
    body = {"question": QUESTION}
    assert client.post("/api/ask", json=body, headers={"Origin": "http://evil.example"}).status_code == 403
    assert client.post("/api/ask", json=body, headers={"Origin": "null"}).status_code == 403
    assert client.post("/api/ask", json=body, headers={"Origin": "http://127.0.0.1"}).status_code == 200
    upload = {"files": ("a.txt", b"x")}
    assert client.post("/api/articles", files=upload, headers={"Origin": "http://evil"}).status_code == 403
    plain = client.post("/api/ask", content=json.dumps(body), headers={"Content-Type": "text/plain"})
    assert plain.status_code == 422


def test_a_name_that_was_pointed_here_is_not_answered(client, serving):
    for host in ("evil.example", "evil.example:7860", "127.0.0.1.evil.example"):
        assert client.get("/api/articles", headers={"Host": host}).status_code == 421
    for host in ("localhost:7860", "[::1]:7860", "127.0.0.1"):
        assert client.get("/api/articles", headers={"Host": host}).status_code == 200


def test_a_proxys_name_can_be_allowed(serving):
    with serving(allowed_hosts=("policy.example",)) as client:
        assert client.get("/api/articles", headers={"Host": "policy.example"}).status_code == 200


# Limits


def test_the_rate_of_a_key_is_limited(serving, settings):
    _, key = KeyFile(settings).add("eager", ["read"])
    with serving(calls_per_minute=3) as client:
        found = [client.get("/v1/models", headers=bearer(key)) for _ in range(5)]
        assert [r.status_code for r in found] == [200, 200, 200, 429, 429]
        assert 1 <= int(found[-1].headers["retry-after"]) <= 20
        assert found[-1].json()["error"]["type"] == "rate_limit_error"
        assert client.get("/v1/models").status_code == 200  # this machine without a key


def test_guessing_keys_is_limited(serving, settings):
    KeyFile(settings).add("a", ["read"])
    with serving(calls_per_minute=2, keys="required") as client:
        found = [client.get("/v1/models", headers=bearer(f"gc_{n}")).status_code for n in range(4)]
        assert found == [401, 401, 429, 429]


def test_large_bodies_are_refused(serving):
    with serving(max_upload_mb=0.01) as client:
        big = "x" * 2_100_000
        assert client.post("/api/ask", json={"question": big}).status_code == 413
        pieces = (b"x" * 100_000 for _ in range(30))
        headers = {"Content-Type": "application/json"}
        assert client.post("/api/ask", content=pieces, headers=headers).status_code == 413
        sent = client.post("/api/articles", files={"files": ("a.txt", b"x" * 20_000)})
        assert sent.status_code == 413 and sent.json()["error"]["code"] == "too_large"
        assert client.post("/v1/chat/completions", json={"model": big}).json()["error"]["type"]


def test_those_who_come_at_the_same_moment_cannot_overfill_a_lane():
    async def crowd():
        lane = Lane("search", workers=1, waiting=1, patience=5)
        came = await asyncio.gather(
            *(lane.run(lambda: time.sleep(0.05)) for _ in range(6)), return_exceptions=True
        )
        lane.close()
        return sum(isinstance(one, BusyError) for one in came)

    assert asyncio.run(crowd()) == 4


@pytest.mark.parametrize("path", ["/api/search", "/api/ask"])
def test_a_full_queue_says_when_to_come_again(serving, qa, monkeypatch, path):
    held = threading.Event()
    search = qa.search
    monkeypatch.setattr(qa, "search", lambda *a: (held.wait(20), search(*a))[1])
    narrow = {"search_workers": 1, "search_queue": 1, "answer_workers": 1, "answer_queue": 1}
    with serving(**narrow) as client:
        codes, retries = [], []

        def call():
            response = client.post(path, json={"question": QUESTION})
            codes.append(response.status_code)
            retries.append(response.headers.get("retry-after"))

        threads = [threading.Thread(target=call) for _ in range(6)]
        for thread in threads:
            thread.start()
        while len(codes) < 4:
            time.sleep(0.01)
        held.set()
        for thread in threads:
            thread.join()
        assert sorted(codes) == [200, 200, 503, 503, 503, 503]
        assert [r for r in retries if r] == ["1"] * 4
        lane = client.service.searches if path == "/api/search" else client.service.answers
        assert (lane.running, lane.waiting, lane.refused) == (0, 0, 4)


def test_a_wait_ends(serving, qa, monkeypatch):
    held = threading.Event()
    search = qa.search
    monkeypatch.setattr(qa, "search", lambda *a: (held.wait(20), search(*a))[1])
    with serving(search_workers=1, queue_seconds=0.2) as client:
        first = threading.Thread(target=lambda: client.post("/api/search", json={"question": QUESTION}))
        first.start()
        while not client.service.searches.running:
            time.sleep(0.01)
        assert client.post("/api/search", json={"question": QUESTION}).status_code == 503
        held.set()
        first.join()


def test_an_answer_that_takes_too_long_ends(serving, qa, monkeypatch):
    held = threading.Event()
    search = qa.search
    monkeypatch.setattr(qa, "search", lambda *a: (held.wait(3), search(*a))[1])
    with serving(answer_seconds=0.3) as client:
        late = client.post("/api/ask", json={"question": QUESTION})
        assert late.status_code == 504 and "0.3 秒" in late.json()["error"]["message"]
        monkeypatch.setattr("ui.http.answering._PULSE", 0.1)
        streamed = client.post("/api/ask", json={"question": QUESTION, "stream": True}).text
        assert ": …" in streamed and "event: error" in streamed and "timeout" in streamed
        held.set()
        assert client.service.answers.running == 0


# Uploads


@pytest.mark.parametrize(
    "name",
    ["../../evil.md", "/etc/cron.d/evil.md", "..\\..\\evil.md", "C:\\evil.md", "a\0b.md", ".evil.md", "....md",
     "évil\n.md", "x" * 300 + ".md", "evil.md/../../evil.md", "%2e%2e%2fevil.md", "~/evil.md", "-rf.md"],
)  # fmt: skip
def test_an_upload_chooses_no_path(settings, tmp_path, name):
    from io import BytesIO

    ingest = settings.ingest.model_copy(update={"articles": tmp_path / "articles"})
    chosen = settings.model_copy(update={"ingest": ingest})
    path = uploads.save(chosen, name, BytesIO(b"text"))
    assert path.parent == chosen.uploads_path and path.read_bytes() == b"text"
    assert not path.name.startswith((".", "-")) and len(path.name.encode()) < 200
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [path]


def test_what_is_no_article_is_refused(client):
    for name, content in (("a.exe", b"MZ"), ("a", b"x"), ("empty.md", b"")):
        result = client.post("/api/articles", files={"files": (name, content)}).json()
        assert result["job"] is None and result["accepted"] == [] and result["refused"][0]["reason"]


def test_an_upload_that_cannot_be_read_is_reported_and_not_kept(client, tmp_path):
    sent = client.post("/api/articles", files={"files": ("broken.pdf", b"no pdf at all")}).json()
    done = wait(client, sent["job"])
    assert done["state"] == "done" and done["report"]["failed"][0]["reason"]
    assert list(uploads.folder(client.service.settings).iterdir()) == []


def test_deleting_leaves_the_users_own_files(client, articles_folder):
    listed = client.get("/api/articles", params={"title": "飞地简报"}).json()["articles"]
    done = wait(client, client.delete(f"/api/articles/{listed[0]['id']}").json())
    assert done["report"]["deleted"] == 1 and (articles_folder / "飞地简报.md").is_file()
    assert client.get(f"/api/articles/{listed[0]['id']}").status_code == 404
    again = wait(client, client.post("/api/ingest", json={}).json())
    assert again["report"]["added"] == 1


@pytest.mark.parametrize(
    "path", ["../../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/config.yaml", "/etc/passwd", "a%00b"]
)
def test_no_path_leads_to_a_file(client, path):
    response = client.get(f"/api/articles/{path}")
    assert response.status_code in (404, 421) and "root:" not in response.text


# URLs


def test_urls_are_not_fetched_unless_enabled(client):
    response = client.post("/api/urls", json={"url": "https://example.com/"})
    assert response.status_code == 403 and "fetch_urls" in response.json()["error"]["message"]


def test_private_addresses_are_never_fetched(serving, settings):
    urls = ["http://127.0.0.1/", "http://localhost:8080/", "http://[::1]/", "http://169.254.169.254/latest/meta-data/",
            "http://[::ffff:10.0.0.1]/", "http://2130706433/", "http://user:pass@example.com/"]  # fmt: skip
    with serving() as client:
        object.__setattr__(client.service.settings.ingest, "fetch_urls", True)
        for url in urls:
            done = wait(client, client.post("/api/urls", json={"url": url}).json())
            assert done["report"]["added"] == 0 and len(done["report"]["failed"]) == 1, done
        assert list(uploads.folder(client.service.settings).iterdir()) == []
        for url in ("file:///etc/passwd", "ftp://example.com/", "http://a b/", "http://x/\nhttp://y/"):
            assert client.post("/api/urls", json={"url": url}).status_code == 422


# Logs and failures


def lines(client):
    return [json.loads(line) for line in client.log.read_text(encoding="utf-8").splitlines()]


def test_the_log_has_ids_and_questions_but_no_keys(serving, settings):
    record, key = KeyFile(settings).add("小王", ["read"])
    with serving() as client:
        client.post("/api/ask", json={"question": QUESTION}, headers=bearer(key) | {"X-Request-ID": "abc"})
        client.get("/api/search", params={"q": QUESTION}, headers={"X-API-Key": key, "X-Request-ID": "a b\n"})
        first, second = lines(client)
        assert (first["request_id"], first["caller"], first["status"]) == ("abc", "小王", 200)
        assert first["question"] == second["question"] == QUESTION and second["request_id"].isalnum()
        assert key not in client.log.read_text() and record.sha256 not in client.log.read_text()


def test_the_log_leaves_questions_out_when_told(serving):
    with serving(log_questions=False) as client:
        client.post("/api/ask", json={"question": QUESTION})
        client.get("/api/search", params={"q": QUESTION})
        assert QUESTION not in client.log.read_text() and len(lines(client)) == 2


def test_an_accident_is_a_sentence_outside_and_a_traceback_in_the_log(client, qa, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(qa, "search", broken)
    response = client.post("/api/search", json={"question": QUESTION})
    assert response.status_code == 500 and "secret" not in response.text and "Traceback" not in response.text
    assert response.json()["error"]["request_id"] == lines(client)[0]["request_id"]
    assert "ZeroDivisionError: secret detail" in lines(client)[0]["error"]
    streamed = client.post("/api/ask", json={"question": QUESTION, "stream": True}).text
    assert "event: error" in streamed and "secret" not in streamed
    assert client.service.answers.running == 0


def test_a_key_that_is_made_elsewhere_holds_at_the_next_call(serving, settings, tmp_path):
    """As in a cluster: the file is another's, behind a link that is put in its place whole."""
    elsewhere = settings.model_copy(
        update={"store": settings.store.model_copy(update={"path": tmp_path / "writer"})}
    )
    _, first = KeyFile(elsewhere).add("先有的", ["read"])
    link = tmp_path / "keys" / "keys.json"
    link.parent.mkdir()
    link.symlink_to(tmp_path / "writer" / "keys.json")
    with serving(keys="required", keys_file=link) as client:
        assert client.get("/v1/models", headers=bearer(first)).status_code == 200
        _, second = KeyFile(elsewhere).add("后来的", ["read"])
        assert client.get("/v1/models", headers=bearer(second)).status_code == 200
        KeyFile(elsewhere).revoke("先有的")
        assert client.get("/v1/models", headers=bearer(first)).status_code == 401
        changed = tmp_path / "changed.json"
        changed.write_text('{"keys": []}', encoding="utf-8")
        other = tmp_path / "keys" / "next"
        other.symlink_to(changed)
        other.replace(link)
        assert client.get("/v1/models", headers=bearer(second)).status_code == 401
