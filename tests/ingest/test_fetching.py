"""Pages from the web: only when asked, only public addresses, bounded in size and time."""

import gzip
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from docs_store.settings import load_settings
from docs_store.store import DocsStore
from ingest import fetching, ingest
from ingest.draft import Draft, ReadContext
from ingest.errors import NothingToIngestError, UnreadableArticleError
from ingest.readers.urls import read_urls

TEXT = "如皋建设了5个科创飞地。园区共承接90多家企业，协同区建设加快起势。"
PAGE = f"<html><meta charset=utf-8><div id=js_content>{TEXT}</div><h1 id=activity-name>协同区起势</h1></html>"


class Site(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        self.server.seen.append((self.path, self.headers["Host"]))
        answer = getattr(self, "get_" + self.path[1:].partition("/")[0], self.get_page)
        answer()

    def send(self, data, kind="text/html; charset=utf-8", status=200, **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def get_page(self):
        self.send(PAGE.encode())

    def get_plain(self):
        self.send(f"协同区简报\n\n{TEXT}".encode("gb18030"), "text/plain")

    def get_moved(self):
        self.send(b"", status=302, Location="/page")

    def get_inwards(self):
        self.send(b"", status=302, Location="http://10.0.0.1/secret")

    def get_around(self):
        self.send(b"", status=302, Location="/around")

    def get_file(self):
        self.send(b"", status=302, Location="file:///etc/passwd")

    def get_large(self):
        self.send(b"x" * 2_000_000)

    def get_packed(self):
        self.send(gzip.compress(b"0" * 5_000_000), Content_Encoding="gzip")

    def get_picture(self):
        self.send(b"\x89PNG", "image/png")

    def get_missing(self):
        self.send(b"", status=404)

    def get_slow(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        for _ in range(40):
            time.sleep(0.1)
            self.wfile.write(b"<p>")
            self.wfile.flush()


@pytest.fixture
def site(monkeypatch):
    """A site on this machine whose name passes for public: `news.example.cn`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    server.seen = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    known = fetching.is_public
    monkeypatch.setattr(fetching, "is_public", lambda address: address == "127.0.0.1" or known(address))
    resolve = socket.getaddrinfo

    def resolved(host, port, *args, **kwargs):
        return resolve("127.0.0.1" if host == "news.example.cn" else host, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    server.url = f"http://news.example.cn:{server.server_address[1]}"
    yield server
    server.shutdown()
    server.server_close()


def fetch(url, size=1e6, seconds=5):
    return fetching.fetch(url, size, seconds)


def test_a_page_comes_by_name_and_over_a_redirect(site):
    page = fetch(site.url + "/moved")
    assert page.data.decode() == PAGE and page.url == site.url + "/page" and page.kind == ".html"
    assert {host for _, host in site.seen} == {site.url.removeprefix("http://")}


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/inwards", "内部网络"),
        ("/around", "转了"),
        ("/file", "http://"),
        ("/large", "max_file_mb"),
        ("/packed", "压缩"),
        ("/picture", "image/png"),
        ("/missing", "404"),
    ],
)
def test_what_is_not_read(site, path, why):
    with pytest.raises(UnreadableArticleError, match=why):
        fetch(site.url + path)


def test_a_server_that_drips_is_left(site):
    with pytest.raises(UnreadableArticleError, match="max_file_seconds"):
        fetch(site.url + "/slow", seconds=0.5)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "ff02::1",
        "nonsense",
    ],
)
def test_addresses_that_are_not_public(address):
    assert not fetching.is_public(address)


@pytest.mark.parametrize("address", ["114.114.114.114", "2400:3200::1", "64:ff9b::7272:7272"])
def test_addresses_that_are(address):
    assert fetching.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost:80/",
        "http://[::1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://user@127.0.0.1/",
        "ftp://news.example.cn/",
        "file:///etc/passwd",
        "http://",
        "http://[::1",
        "http://" + "长" * 70 + ".cn/",
    ],
)
def test_addresses_that_lead_inwards_in_any_spelling_are_refused(url):
    with pytest.raises(UnreadableArticleError, match="请"):
        fetch(url)


def test_one_private_address_among_public_ones_is_enough(monkeypatch):
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("114.114.114.114", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: both)
    with pytest.raises(UnreadableArticleError, match="内部网络"):
        fetch("http://rebinding.example.cn/")


def allowed(monkeypatch):
    monkeypatch.setenv("GUANCHAO_INGEST__FETCH_URLS", "true")
    return load_settings()


def test_a_list_becomes_articles_and_one_bad_address_stops_nothing(site, tmp_path, monkeypatch):
    settings = allowed(monkeypatch)
    path = tmp_path / "a.urls"
    path.write_text(
        f"# 我的清单\n{site.url}/page\n\n{site.url}/missing\n{site.url}/plain\n", encoding="utf-8"
    )
    first, bad, last = read_urls(path, ReadContext(settings.ingest))
    assert isinstance(first, Draft) and (first.title, first.text) == ("协同区起势", TEXT)
    assert first.url == first.part == site.url + "/page"
    assert isinstance(bad, UnreadableArticleError) and "/missing：" in str(bad)
    assert TEXT in last.text


def test_lists_are_read_only_when_allowed_and_named(settings, embedder, tmp_path, monkeypatch):
    path = tmp_path / "a.urls"
    path.write_text("http://127.0.0.1:9/\n", encoding="utf-8")
    with DocsStore.open(settings, embedder, write=True) as store:
        with pytest.raises(NothingToIngestError):
            ingest(store, [tmp_path], settings)
        (failed,) = ingest(store, [path], settings).failed
        assert "ingest.fetch_urls" in failed.reason
        (failed,) = ingest(store, [path], allowed(monkeypatch)).failed
        assert "内部网络" in failed.reason and store.counts() == (0, 0)


def test_pages_of_a_list_stay_when_its_folder_is_pruned_or_rebuilt(site, embedder, tmp_path, monkeypatch):
    settings = allowed(monkeypatch)
    monkeypatch.setattr("ingest.reader_pool.PARSED", frozenset())  # in this process, which knows the site
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.urls").write_text(f"{site.url}/page\n", encoding="utf-8")
    (folder / "b.txt").write_text("盐城港开通了新航线。", encoding="utf-8")
    monkeypatch.setenv("GUANCHAO_STORE__PATH", str(tmp_path / "index"))
    settings = load_settings()
    with DocsStore.open(settings, embedder, write=True) as store:
        assert ingest(store, [folder / "a.urls", folder], settings).added == 2
        assert ingest(store, [folder / "a.urls"], settings).unchanged == 1
        assert ingest(store, [folder], settings, prune=True).deleted == 0
    with DocsStore.open(settings, embedder, write=True, rebuild=True) as store:
        assert ingest(store, [folder], settings).articles == 2
        (folder / "a.urls").unlink()
        assert ingest(store, [folder], settings, prune=True).deleted == 1
