"""Fetches a public web page to be ingested; never an address inside this machine or its network."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from io import BytesIO
from urllib.parse import urljoin, urlsplit

import httpx

from docs_store.errors import GuanchaoError

_REDIRECTS = 5
_SECONDS = 20.0
_PORTS = (80, 443, 8080, 8443)

Resolve = Callable[[str, int], list[str]]


class UrlRefusedError(GuanchaoError):
    """The URL is not to be fetched."""


class UrlUnreachableError(GuanchaoError):
    """There is no page to be had there."""


def fetch(url: str, limit: int, resolve: Resolve | None = None) -> tuple[str, BytesIO]:
    """A file name and the bytes of the page at `url`, at most `limit` of them.

    Each address, after a redirect too, is resolved once, must be public, and is then the one connected to, so that
    a name cannot change its meaning in between.

    Raises:
        UrlRefusedError: not http(s), a private address, or too large.
        UrlUnreachableError: it is not to be had.
    """
    for _ in range(_REDIRECTS + 1):
        address, host, port = _public(url, resolve or _resolve)
        parts = urlsplit(url)
        literal = f"[{address}]" if ":" in address else address
        target = (
            f"{parts.scheme}://{literal}:{port}{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        )
        # No proxy, no cookies, no credentials: trust_env would let the environment send it elsewhere.
        try:
            with (
                httpx.Client(trust_env=False, timeout=_SECONDS, follow_redirects=False) as client,
                client.stream(
                    "GET",
                    target,
                    headers={"Host": parts.netloc.rpartition("@")[2], "User-Agent": "guanchao"},
                    extensions={"sni_hostname": host},
                ) as response,
            ):
                if response.is_redirect:
                    url = urljoin(url, response.headers.get("location", ""))
                    continue
                if response.status_code != 200:
                    raise UrlUnreachableError(f"{host} 回应 {response.status_code}，请检查网址。")
                return _name(response, parts.path), _body(response, limit)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UrlUnreachableError(
                f"取不到 {host} 的网页（{type(error).__name__}），请检查网址与网络。"
            ) from error
    raise UrlRefusedError("转向次数太多，请直接给出最终的网址。")


def _public(url: str, resolve: Resolve) -> tuple[str, str, int]:
    """(address, host, port) of a URL that may be fetched."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        raise UrlRefusedError("只收录 http 或 https 的网址，网址里不能带用户名，请检查。")
    port = port or (443 if parts.scheme == "https" else 80)
    if port not in _PORTS:
        raise UrlRefusedError(f"不访问端口 {port}，请给出普通网页的网址。")
    try:
        found = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise UrlUnreachableError(f"找不到 {host}，请检查网址与网络。") from error
    # Every address must be public: a name with one private address among public ones is a trap.
    if not found or not all(_is_public(address) for address in found):
        raise UrlRefusedError(f"{host} 是本机或内网的地址，不访问；请改为上传文件。")
    return found[0], host, port


def _resolve(host: str, port: int) -> list[str]:
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return _is_public(str(inner))
        if ip in ipaddress.ip_network("64:ff9b::/96"):  # NAT64: the IPv4 address is at its end
            return _is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast


def _body(response: httpx.Response, limit: int) -> BytesIO:
    body = BytesIO()
    for piece in response.iter_bytes():
        body.write(piece)
        if body.tell() > limit:
            raise UrlRefusedError(f"网页超过 {limit / 1e6:g} MB，没有收录。")
    body.seek(0)
    return body


def _name(response: httpx.Response, path: str) -> str:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    suffixes = {
        "application/pdf": ".pdf",
        "text/plain": ".txt",
        "text/markdown": ".md",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    }
    stem = path.rstrip("/").rpartition("/")[2].partition(".")[0] or "page"
    return stem + suffixes.get(kind, ".html")
