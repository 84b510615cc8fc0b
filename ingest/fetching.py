"""Fetches a public web page. Never anything else: an address inside this machine or its networks is refused, unless
the user's configuration names it (an RSSHub of one's own).

A name is resolved here, every address that it has must be public, and the connection goes to the very address that was
checked, so that a name cannot turn private in between. Each redirect is checked in the same way. Size and time are
bounded; packed replies are refused, since they may unpack to anything.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from ingest.errors import UnreadableArticleError

_REDIRECTS = 5
_READ_S = 20.0  # longest silence of a server
_AGENT = "guanchao/0.1 (reads pages that its user listed)"
FEED = ".rss"
"""The kind of RSS, Atom, and of XML that may be either."""
_KINDS = {
    "application/rss+xml": FEED,
    "application/atom+xml": FEED,
    "application/rdf+xml": FEED,
    "application/xml": FEED,
    "text/xml": FEED,
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}


@dataclass(frozen=True, slots=True)
class Page:
    """What a server sent."""

    url: str
    """Where it was found in the end."""
    kind: str
    """File name ending of its format."""
    data: bytes


def fetch(url: str, max_bytes: float, max_seconds: float, hosts: Collection[str] = ()) -> Page:
    """One page over http or https.

    Args:
        url: its address.
        max_bytes: of what comes.
        max_seconds: until it is there.
        hosts: host:port of this machine or its networks that the user allows all the same.

    Raises:
        UnreadableArticleError: no public address, no reply, an error status, too large, too slow, or of no known kind.
    """
    deadline = time.monotonic() + max_seconds
    timeout = httpx.Timeout(min(_READ_S, max_seconds))
    # trust_env: a proxy of the environment would resolve names itself, past the check here.
    with httpx.Client(trust_env=False, timeout=timeout, follow_redirects=False) as client:
        for _ in range(_REDIRECTS + 1):
            request = _request(client, url, hosts)
            try:
                response = client.send(request, stream=True)
                try:
                    if response.is_redirect:
                        url = urljoin(url, response.headers["location"])
                        continue
                    return _page(response, url, max_bytes, deadline)
                finally:
                    response.close()
            except httpx.TimeoutException as error:
                raise UnreadableArticleError("网站没有及时回应，请稍后再试。") from error
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise UnreadableArticleError(
                    f"网页取不到（{type(error).__name__}），请检查网址与网络。"
                ) from error
    raise UnreadableArticleError(f"网页转了 {_REDIRECTS} 次以上，未读取，请改用最终的网址。")


def _request(client: httpx.Client, url: str, hosts: Collection[str]) -> httpx.Request:
    """A request to the checked address of the name, which goes along for the server and its certificate."""
    parts = _split(url)
    host = parts.hostname or ""
    address = public_address(host, parts.port or (443 if parts.scheme == "https" else 80), hosts)
    literal = f"[{address}]" if ":" in address else address
    target = parts._replace(netloc=literal if parts.port is None else f"{literal}:{parts.port}", fragment="")
    named = f"[{host}]" if ":" in host else host.encode("idna").decode()
    return client.build_request(
        "GET",
        target.geturl(),
        headers={
            "Host": named if parts.port is None else f"{named}:{parts.port}",
            "Accept-Encoding": "identity",
            "User-Agent": _AGENT,
        },
        extensions={"sni_hostname": named.strip("[]")},
    )


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        (parts.hostname or "").encode("idna")
    except ValueError:  # UnicodeError is one
        usable = False
    if not usable or parts.username is not None:
        raise UnreadableArticleError("不是可用的网址（要以 http:// 或 https:// 开头，不带用户名），请改正。")
    return parts


def public_address(host: str, port: int, hosts: Collection[str] = ()) -> str:
    """An address of `host` to connect to; any, where host:port is one of `hosts`.

    Raises:
        UnreadableArticleError: it has none, or one of them is not public.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnreadableArticleError(f"找不到网站 {host}，请检查网址与网络。") from error
    addresses = [str(item[4][0]) for item in found]
    for address in addresses:
        if not is_public(address) and f"{host}:{port}" not in hosts:
            raise UnreadableArticleError(
                f"网站 {host} 在本机或内部网络（{address}），不读取。请只列公开的网址，或把网页另存为文件；"
                f"若是自建的服务，请在设置 ingest.fetch_hosts 里写上 {host}:{port}。"
            )
    return addresses[0]


def is_public(address: str) -> bool:
    """True for an address on the public internet, for those that hold another inside (IPv4 in IPv6) as well."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is None and found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _page(response: httpx.Response, url: str, max_bytes: float, deadline: float) -> Page:
    if response.status_code != 200:
        raise UnreadableArticleError(f"网站答复 {response.status_code}，请在浏览器里核对网址。")
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _KINDS:
        raise UnreadableArticleError(
            f"网址给出的是 {kind or '未注明的内容'}，不是网页或文档，未读取。请改用文章的网址。"
        )
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnreadableArticleError("网站只肯发压缩的内容，未读取。请在浏览器里另存为 .html 再收录。")
    data = bytearray()
    for part in response.iter_raw(65_536):
        data += part
        if len(data) > max_bytes:
            raise UnreadableArticleError(
                f"网页超过 {max_bytes / 1e6:g} MB，未读取。请另存为文件拆分，或调大 ingest.max_file_mb。"
            )
        if time.monotonic() > deadline:
            raise UnreadableArticleError("网页下载太慢，已放弃。请稍后再试，或调大 ingest.max_file_seconds。")
    return Page(url, _KINDS[kind], bytes(data))
