"""RSS, Atom and OPML: entries as articles, from files and from a server on this machine that the settings allow."""

import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from docs_store.settings import SettingsError, load_settings
from docs_store.store import DocsStore
from ingest import ingest
from ingest.draft import Draft, ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers.feeds import read_feed, read_opml
from ingest.readers.urls import read_urls
from tests.ingest.made import written

BODY = "江海市今年建成科创飞地五个，承接企业九十余家，园区新增发明专利三百件，带动上下游就业四千人。" * 5
WECHAT = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>微信公众号 - 江海观察</title><link>https://example.com</link>
<item><title><![CDATA[江海飞地 & 创新走廊]]></title><link>https://mp.weixin.qq.com/s/aaa</link><guid>g1</guid>
<dc:creator>小观</dc:creator><pubDate>Mon, 09 Mar 2026 23:41:25 GMT</pubDate>
<description><![CDATA[<section><p>{BODY}</p><p>第二段：每个补助<b>200万元</b>。</p><p>广告</p></section>]]></description></item>
<item><title>两年前的旧文</title><link>https://mp.weixin.qq.com/s/bbb</link><guid>g2</guid>
<pubDate>Tue, 02 Jan 2024 01:00:00 +0800</pubDate><content:encoded><![CDATA[<p>{BODY}</p>]]></content:encoded></item>
</channel></rss>"""
ATOM = f"""<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>江海市发展改革委</title>
<entry><title>关于印发要点的通知</title><link href="https://fgw.example.gov.cn/1.html"/><id>tag:1</id>
<updated>2026-04-02T10:00:00+08:00</updated><content type="html">&lt;p&gt;{BODY}&lt;/p&gt;</content></entry></feed>"""
PAGE = f"<html><meta charset=utf-8><title>协同区起势</title><article><h1>协同区起势</h1><p>{BODY}</p></article></html>"
LEADS = """<rss version="2.0"><channel><title>江海网</title><item><title>协同区起势</title><link>{url}/page</link>
<description>一句摘要。</description><pubDate>Mon, 09 Mar 2026 08:00:00 +0800</pubDate></item></channel></rss>"""


class Site(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        self.server.seen.append(self.path)
        url = f"http://127.0.0.1:{self.server.server_address[1]}"
        kind, body = {
            "/wechat": ("application/rss+xml; charset=utf-8", self.server.wechat),
            "/atom": ("text/xml", ATOM),
            "/leads": ("application/xml", LEADS.format(url=url)),
            "/page": ("text/html; charset=utf-8", PAGE),
            "/shop": ("text/xml", "<shop><item>无</item></shop>"),
        }.get(self.path, ("text/html", "<p>没有</p>"))
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    server.seen, server.wechat = [], WECHAT
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.host = f"127.0.0.1:{server.server_address[1]}"
    server.url = f"http://{server.host}"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def allowed(site, monkeypatch, tmp_path):
    """Settings that allow fetching, and of this machine the site alone."""
    monkeypatch.setenv("GUANCHAO_INGEST__FETCH_URLS", "true")
    monkeypatch.setenv("GUANCHAO_INGEST__FETCH_HOSTS", f'["{site.host}"]')
    monkeypatch.setenv("GUANCHAO_STORE__PATH", str(tmp_path / "index"))
    return load_settings()


def opml(*urls):
    feeds = "".join(f'<outline text="订阅" type="rss" xmlUrl="{url}"/>' for url in urls)
    return f'<?xml version="1.0"?><opml version="2.0"><body><outline text="公众号">{feeds}</outline></body></opml>'


def test_entries_of_a_wechat_feed_are_whole_articles(settings, tmp_path):
    first, second = read_feed(written(tmp_path, "a.rss", WECHAT), ReadContext(settings.ingest))
    assert (first.title, first.issuer, first.roles) == ("江海飞地 & 创新走廊", "江海观察", [("作者", "小观")])
    assert first.published_on == date(2026, 3, 10) and second.published_on == date(2024, 1, 2)
    assert first.text.endswith("第二段：每个补助200万元。\n\n广告") and first.text.startswith(BODY)
    assert (
        first.url == "https://mp.weixin.qq.com/s/aaa" and first.part == "feed:https://mp.weixin.qq.com/s/aaa"
    )


def test_atom_is_read_as_rss_is(settings, tmp_path):
    (found,) = read_feed(written(tmp_path, "a.atom", ATOM), ReadContext(settings.ingest))
    assert (found.title, found.issuer, found.text) == ("关于印发要点的通知", "江海市发展改革委", BODY)
    assert found.published_on == date(2026, 4, 2)


@pytest.mark.parametrize("text", ["<shop><item>无</item></shop>", "不是订阅", "<rss"])
def test_what_is_no_feed_is_told(settings, tmp_path, text):
    with pytest.raises(UnreadableArticleError, match="不是可用的 RSS"):
        list(read_feed(written(tmp_path, "a.rss", text), ReadContext(settings.ingest)))


def test_an_opml_list_brings_all_its_feeds_and_tells_which_failed(site, allowed, tmp_path):
    path = written(tmp_path, "订阅.opml", opml(site.url + "/wechat", site.url + "/shop", site.url + "/atom"))
    found = list(read_opml(path, ReadContext(allowed.ingest)))
    assert [f.title for f in found if isinstance(f, Draft)] == [
        "江海飞地 & 创新走廊",
        "两年前的旧文",
        "关于印发要点的通知",
    ]
    (failed,) = [f for f in found if isinstance(f, UnreadableArticleError)]
    assert site.url + "/shop" in str(failed) and "RSS" in str(failed)


def test_an_entry_that_is_a_lead_brings_its_page_once(site, allowed, tmp_path):
    path = written(tmp_path, "a.urls", site.url + "/leads\n")
    with DocsStore.open(allowed, write=True) as store:
        ingest(store, [path], allowed)
        (article,) = store.articles()
        assert (article.title, article.issuer, article.published_on) == (
            "协同区起势",
            "江海网",
            date(2026, 3, 9),
        )
        assert BODY in article.text and article.url == site.url + "/page"
        ingest(store, [path], allowed)
    assert site.seen.count("/page") == 1 and site.seen.count("/leads") == 2


def test_a_lead_whose_page_cannot_be_had_is_kept_and_told(site, allowed, tmp_path):
    lead = LEADS.format(url="http://10.0.0.1")
    site.wechat = lead
    (found,) = read_urls(written(tmp_path, "a.urls", site.url + "/wechat"), ReadContext(allowed.ingest))
    assert found.text == "一句摘要。" and "摘要" in found.notes[0] and "10.0.0.1:80" in found.notes[0]


def test_what_a_feed_has_dropped_is_neither_missing_nor_pruned(site, allowed, tmp_path):
    path = written(tmp_path, "订阅.opml", opml(site.url + "/wechat"))
    with DocsStore.open(allowed, write=True) as store:
        assert ingest(store, [path], allowed).added == 2
        site.wechat = WECHAT.replace(
            WECHAT[WECHAT.index("<item><title>两年") : WECHAT.index("</channel>")], ""
        )
        again = ingest(store, [path], allowed)
        assert (again.unchanged, again.missing) == (1, 0)
        assert ingest(store, [path], allowed, prune=True).deleted == 0 and store.counts()[0] == 2
        path.unlink()
        assert ingest(store, [tmp_path / "订阅.opml"], allowed, prune=True).deleted == 2


def test_a_folder_does_not_read_lists_and_nothing_is_fetched_unless_it_is_allowed(site, settings, tmp_path):
    written(tmp_path, "a.txt", "江海简报\n\n全市建成科创飞地5个。")
    path = written(tmp_path, "订阅.opml", opml(site.url + "/wechat"))
    with pytest.raises(UnreadableArticleError, match=r"ingest\.fetch_urls"):
        list(read_opml(path, ReadContext(settings.ingest)))
    with DocsStore.open(settings, write=True) as store:
        assert ingest(store, [tmp_path], settings).added == 1
    assert site.seen == []


@pytest.mark.parametrize("hosts", ["[]", '["127.0.0.1:1"]', '["localhost:80"]'])
def test_this_machine_is_not_asked_unless_host_and_port_are_listed(site, monkeypatch, tmp_path, hosts):
    monkeypatch.setenv("GUANCHAO_INGEST__FETCH_URLS", "true")
    monkeypatch.setenv("GUANCHAO_INGEST__FETCH_HOSTS", hosts)
    context = ReadContext(load_settings().ingest)
    for name, read in (("a.opml", read_opml), ("a.urls", read_urls)):
        text = opml(site.url + "/wechat") if name.endswith("opml") else site.url + "/wechat"
        (failed,) = read(written(tmp_path, name, text), context)
        assert "内部网络" in str(failed) and f"fetch_hosts 里写上 {site.host}" in str(failed)
    assert site.seen == []


def test_a_host_is_written_with_its_port(monkeypatch):
    monkeypatch.setenv("GUANCHAO_INGEST__FETCH_HOSTS", '["http://127.0.0.1:1200/"]')
    with pytest.raises(SettingsError, match="fetch_hosts"):
        load_settings()
