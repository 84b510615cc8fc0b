"""File names as clients really send them, and where the files go."""

import base64
import json
import time

import pytest

from docs_store.settings import load_settings
from ui import upload_names, uploads

NAME = "洋口港.txt"
WORDS = base64.b64encode(NAME.encode()).decode()
PERCENT = "".join(f"%{byte:02X}" for byte in NAME.encode())
HEADERS = {
    ".NET": f'form-data; name="files"; filename="=?utf-8?B?{WORDS}?="; filename*=utf-8\'\'{PERCENT}'.encode(),
    "RFC 2047 alone": f'form-data; name=files; filename="=?utf-8?B?{WORDS}?="'.encode(),
    "RFC 2047, quoted": b'form-data; name="files"; filename="=?UTF-8?Q?=E6=B4=8B=E5=8F=A3=E6=B8=AF.txt?="',
    "RFC 5987 alone": f"form-data; name=\"files\"; filename*=UTF-8''{PERCENT}".encode(),
    "RFC 5987 with a language": f"form-data; name=files; filename*=utf-8'zh'{PERCENT}".encode(),
    "RFC 5987 in GBK": b"form-data; name=\"files\"; filename*=GBK''%D1%F3%BF%DA%B8%DB.txt",
    "UTF-8": f'form-data; name="files"; filename="{NAME}"'.encode(),
    "GBK": f'form-data; name="files"; filename="{NAME}"'.encode("gbk"),
    "GBK without quotes": f"form-data; name=files; filename={NAME}".encode("gbk"),
}


def send(client, disposition, content=b"text of the article"):
    body = b"--B\r\nContent-Disposition: " + disposition + b"\r\n\r\n" + content + b"\r\n--B--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    return client.post("/api/articles", content=body, headers=headers)


def wait(client, job):
    while (state := client.get(f"/api/jobs/{job}").json())["state"] not in ("done", "failed"):
        time.sleep(0.05)
    return state


@pytest.mark.parametrize("disposition", HEADERS.values(), ids=HEADERS)
def test_a_name_is_read_however_it_is_spelt(client, disposition):
    sent = send(client, disposition, "如东县洋口港吞吐量为一百万吨。".encode())
    assert sent.status_code == 202 and sent.json()["accepted"] == [NAME], sent.text
    assert wait(client, sent.json()["job"]["id"])["report"]["added"] == 1
    (kept,) = uploads.folder(client.service.settings).iterdir()
    assert kept.name.startswith("洋口港-") and kept.suffix == ".txt"


@pytest.mark.parametrize("name", ["长" * 240 + ".docx", "x" * 1000 + ".txt", "a." + "b" * 300])
def test_a_long_name_keeps_its_suffix(client, name):
    sent = send(client, f'form-data; name="files"; filename="{name}"'.encode()).json()
    known = name.endswith((".docx", ".txt"))
    shown = sent["accepted"][0] if known else sent["refused"][0]["name"]
    assert len(shown) <= 200 and shown.startswith(name[:150]) and shown.endswith(name[-4:])


@pytest.mark.parametrize(
    "disposition",
    [
        b'form-data; name="files"; filename="a\\"b.txt"',
        b'form-data; name="a;filename*=b"; filename="c.txt"',
        b"form-data",
        b'form-data; name="files"',
    ],
)
def test_other_headers_mean_what_they_meant(disposition):
    from python_multipart.multipart import parse_options_header

    assert parse_options_header(upload_names.in_utf_8(disposition)) == parse_options_header(disposition)


def test_a_form_without_an_end_is_told(client):
    response = client.post(
        "/api/articles",
        content=b"--B\r\nnonsense",
        headers={"Content-Type": "multipart/form-data; boundary=B"},
    )
    assert response.status_code in (400, 422) and response.json()["error"]["message"]


def test_a_form_where_json_is_wanted_is_told(client):
    for path in ("/api/urls", "/api/ingest", "/api/ask"):
        response = client.post(path, files={"files": ("a.txt", b"text")})
        assert response.status_code == 422 and response.json()["error"]["message"], path


def test_uploads_lie_with_the_index_and_never_in_another_servers_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("GUANCHAO_STORE__PATH", str(tmp_path / "mine" / "index"))
    settings = load_settings()
    assert settings.uploads_path == tmp_path / "mine" / "index.uploads"
    assert settings.article_folders == [settings.articles_path]
    settings.uploads_path.mkdir(parents=True)
    assert settings.article_folders == [settings.articles_path, settings.uploads_path]
    monkeypatch.setenv("GUANCHAO_INGEST__UPLOADS", str(tmp_path / "shared"))
    assert load_settings().uploads_path == tmp_path / "shared"


def test_reading_the_folders_again_keeps_what_was_uploaded(client):
    sent = send(client, HEADERS["UTF-8"], "如东县洋口港吞吐量为一百万吨。".encode()).json()
    wait(client, sent["job"]["id"])
    before = client.get("/api/articles").json()["total"]
    again = client.post("/api/ingest", json={"prune": True}).json()
    report = wait(client, again["id"])["report"]
    assert report["deleted"] == 0 and client.get("/api/articles").json()["total"] == before, json.dumps(
        report
    )


@pytest.mark.parametrize("name", ["files", "file"])
def test_a_form_without_a_file_is_told_in_chinese(client, name):
    refused = send(client, f'form-data; name="{name}"'.encode())
    message = refused.json()["error"]["message"]
    assert refused.status_code == 422 and "files" in message and "Expected" not in message
