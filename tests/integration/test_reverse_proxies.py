"""Behind the real nginx and Caddy, with the very blocks of docs/deploy.md: page, /v1, /mcp, streams, and what is told."""

import json
import re
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from tests.integration.conftest import ROOT, running
from ui.web import claim_port

QUESTION = "如皋一共建设了几个科创飞地？"
DOC = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
HEADERS = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}
pytestmark = pytest.mark.integration


def block(name):
    """The indented block under a line of docs/deploy.md."""
    found = re.search(rf"^{re.escape(name)}.*:\n\n((?:    .*\n|\n)+)", DOC, re.MULTILINE)
    return "\n".join(line[4:] for line in found[1].splitlines())


NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr warn;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{ listen 127.0.0.1:{port}{tls}; {certificate} {locations} }}
}}
"""


@contextmanager
def proxy(command, port):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(200):
            try:
                httpx.get(f"http://127.0.0.1:{port}/nothing", timeout=1)
                break
            except httpx.ReadError:  # TLS is spoken there
                break
            except httpx.TransportError:
                assert process.poll() is None, process.stderr.read()
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def nginx(folder, port, locations, server, certificate=""):
    if shutil.which("nginx") is None:
        pytest.skip("needs Debian's package nginx")
    text = NGINX.format(
        folder=folder,
        port=port,
        tls=" ssl" if certificate else "",
        certificate=certificate,
        locations=locations.replace("http://127.0.0.1:7860", server),
    )
    file = folder / f"nginx-{port}.conf"
    file.write_text(text, encoding="utf-8")
    with proxy(["nginx", "-c", str(file), "-p", str(folder)], port):
        yield


@contextmanager
def caddy(folder, port, site, server):
    if shutil.which("caddy") is None:
        pytest.skip("needs Debian's package caddy")
    site = site.replace("127.0.0.1:7860", server.removeprefix("http://"))
    site = site.replace("qa.example.com", f"http://127.0.0.1:{port}")
    file = folder / f"Caddyfile-{port}"
    file.write_text("{\n    admin off\n    auto_https off\n}\n" + site, encoding="utf-8")
    with proxy(["caddy", "run", "--adapter", "caddyfile", "--config", str(file)], port):
        yield


def check_all(public, *, verify=True):
    """Everything that a reader, a program and an agent do, at the address that they see."""
    origin = "/".join(public.split("/")[:3])
    with httpx.Client(verify=verify, headers={"Origin": origin}, timeout=60) as client:
        page = client.get(f"{public}/")
        assert page.status_code == 200
        root = json.loads(re.search(r"window\.gradio_config = (\{.*?\});</script>", page.text, re.DOTALL)[1])[
            "root"
        ]
        assert root == public
        assets = re.findall(r"(?:src|href)=\"([^\"#]+\.(?:js|css)(?:\?[^\"]*)?)\"", page.text)
        assert assets
        for asset in assets:
            if not urljoin(f"{public}/", asset).startswith("https://"):
                assert client.get(urljoin(f"{public}/", asset)).status_code == 200, asset
        assert client.get(f"{root}/theme.css").status_code == 200
        joined = client.post(
            f"{root}/gradio_api/queue/join", json={"fn_index": 999, "data": [], "session_hash": "a"}
        )
        assert joined.status_code not in (403, 404, 421), joined.text
        assert client.get(f"{public}/login", follow_redirects=True).url == f"{public}/"
        chat = client.post(
            f"{public}/v1/chat/completions",
            json={"model": "guanchao-extractive", "messages": [{"role": "user", "content": QUESTION}]},
        ).json()
        (note, *_) = chat["choices"][0]["message"]["annotations"]
        where = note["url_citation"]["url"]
        article = f"{public}/api/articles/{note['guanchao']['article_id']}"
        assert note["guanchao"]["url"] or where == article
        assert client.get(article).json()["text"]
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        for path in ("/mcp", "/mcp/"):
            tools = client.post(f"{public}{path}", json=call, headers=HEADERS)
            assert tools.status_code == 200 and "search" in tools.text
        with client.stream(
            "POST", f"{public}/api/ask", json={"question": QUESTION, "stream": True}
        ) as stream:
            lines = [line for line in stream.iter_lines() if line.startswith("event")]
        assert lines[0] == "event: retrieving" and lines[-1] == "event: final"
        servers = client.get(f"{public}/api/openapi.json").json().get("servers")
        assert servers is None or urljoin(f"{public}/", servers[0]["url"]).rstrip("/") == public


@pytest.fixture(scope="module")
def plain(index):
    with running(index) as address:
        yield address


@pytest.fixture(scope="module")
def below(index):
    with running(index, GUANCHAO_SERVE__ROOT_PATH="/guanchao") as address:
        yield address


@pytest.mark.parametrize(
    ("made", "name"), [(nginx, "nginx, a name of its own"), (caddy, "Caddy, a name of its own")]
)
def test_a_name_of_its_own(plain, tmp_path, made, name):
    port = claim_port("127.0.0.1", 0)
    with made(tmp_path, port, block(name), plain):
        check_all(f"http://127.0.0.1:{port}")


KEPT = block("nginx, a path").replace("7860/;", "7860;")


@pytest.mark.parametrize(
    ("made", "text"),
    [(nginx, block("nginx, a path")), (nginx, KEPT), (caddy, block("Caddy, a path"))],
    ids=["nginx takes it off", "nginx leaves it on", "caddy takes it off"],
)
def test_below_a_path(below, tmp_path, made, text):
    port = claim_port("127.0.0.1", 0)
    with made(tmp_path, port, text, below):
        check_all(f"http://127.0.0.1:{port}/guanchao")


def test_the_server_itself_answers_below_the_path_and_without_it(below):
    for path in ("/api/health", "/guanchao/api/health", "/guanchao/", "/"):
        assert httpx.get(f"{below}{path}").status_code == 200, path


BAD_HOSTS = {
    "nginx's $host, without the port": ("$http_host", "$host"),
    "no Host, as nginx does by itself": ("    proxy_set_header Host $http_host;\n", ""),
}


@pytest.mark.parametrize("change", BAD_HOSTS.values(), ids=BAD_HOSTS)
def test_a_proxy_that_does_not_pass_the_host_is_told_the_setting(plain, tmp_path, change):
    port = claim_port("127.0.0.1", 0)
    with nginx(tmp_path, port, block("nginx, a name of its own").replace(*change), plain):
        public = f"http://127.0.0.1:{port}"
        refused = httpx.post(f"{public}/gradio_api/queue/join", json={}, headers={"Origin": public})
        assert refused.status_code == 403
        assert f"设 serve.root_path 为 {public}" in refused.json()["error"]["message"]


@pytest.mark.parametrize("change", BAD_HOSTS.values(), ids=BAD_HOSTS)
@pytest.mark.parametrize("path", ["", "/guanchao"])
def test_with_the_whole_address_set_it_works_all_the_same(index, tmp_path, change, path):
    port = claim_port("127.0.0.1", 0)
    public = f"http://127.0.0.1:{port}{path}"
    text = block("nginx, a path" if path else "nginx, a name of its own").replace(*change)
    with running(index, GUANCHAO_SERVE__ROOT_PATH=public) as server, nginx(tmp_path, port, text, server):
        check_all(public)


def test_tls_on_another_port(plain, tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl")
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    make = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=127.0.0.1",
        "-days",
        "2",
    ]
    make += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(make, check=True, capture_output=True)
    port = claim_port("127.0.0.1", 0)
    speaks = f"ssl_certificate {certificate}; ssl_certificate_key {key};"
    with nginx(tmp_path, port, block("nginx, a name of its own"), plain, speaks):
        check_all(f"https://127.0.0.1:{port}", verify=str(certificate))


def test_every_block_of_the_document_is_among_those_tried():
    names = re.findall(r"^((?:nginx|Caddy|Traefik), [^:(]*?)(?: \(.*?\))?:?$", DOC, re.MULTILINE)
    tried = Path(__file__).read_text(encoding="utf-8")
    assert names and all(
        f'"{name.rstrip(":").strip()}' in tried or name.startswith("Traefik") for name in names
    )
