"""Authentication, scopes and rate limits of API callers, and what a web page elsewhere may not do through a browser."""

from __future__ import annotations

import ipaddress
import math
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from docs_store.errors import GuanchaoError
from docs_store.settings import ServeSettings
from ui.http.public import PublicPlace
from ui.keys import KeyFile, Scope
from ui.rate_limit import RateLimiter

_HERE = ("localhost", "127.0.0.1", "::1")


class AccessError(GuanchaoError):
    """The call is not allowed. `status` is 401, 403, 421 or 429; `code` is for programs."""

    def __init__(self, status: int, code: str, message: str, retry_after: int | None = None) -> None:
        """`retry_after` in seconds, for 429."""
        super().__init__(message)
        self.status, self.code, self.retry_after = status, code, retry_after


class OpenServerError(GuanchaoError):
    """The server would be open to others without keys or login."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, for logs and limits; never the key itself."""

    name: str
    limited: bool


def is_loopback(host: str) -> bool:
    """True for an address that only this machine reaches."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class Access:
    """Decides on every call. Thread-safe."""

    def __init__(self, settings: ServeSettings, host: str, keys: KeyFile, *, login: bool) -> None:
        """`host` is the address listened on; `login` says that the page asks for names and passwords.

        Raises:
            OpenServerError: others could connect and nothing would stop them.
        """
        self._keys, self._settings = keys, settings
        alone = is_loopback(host)
        if settings.keys == "auto" and not alone and not login and not keys.any_active():
            raise OpenServerError(
                f"监听 {host} 会让别的机器也能访问，而现在既没有密钥也没有登录：请先 `guanchao keys add 名字`，"
                "或在配置里设登录用户，或加 --open 表示确实要对所有人开放。"
            )
        if settings.keys == "required" and not keys.any_active():
            raise OpenServerError("serve.keys 为 required，但还没有密钥，请先 `guanchao keys add 名字`。")
        self.required = settings.keys == "required" or (settings.keys == "auto" and not alone)
        # A page elsewhere can point a name of its own at 127.0.0.1 and then call as if from here.
        self._place = PublicPlace.of(settings.root_path)
        names = (*_HERE, host, *settings.allowed_hosts, *([self._place.host] if self._place.host else ()))
        self._hosts = {_bare(name) if "." in name else name.lower() for name in names} if alone else None
        self._rates = RateLimiter(settings.calls_per_minute)

    def check_origin(self, call: HTTPConnection, method: str) -> None:
        """Refuses what a browser sends for a page that is not ours. Raises AccessError."""
        host = call.headers.get("host", "")
        if self._hosts is not None and _bare(host) not in self._hosts:
            raise AccessError(
                421, "unknown_host", "不认识这个主机名，请用 127.0.0.1，或把它加入 serve.allowed_hosts。"
            )
        origin = call.headers.get("origin", "").lower()
        if not origin or method in ("GET", "HEAD", "OPTIONS") or origin == self._place.origin:
            return
        if origin.partition("://")[2] != host.lower():
            raise AccessError(403, "cross_origin", _cross_origin(call, origin, host))

    def check(self, call: HTTPConnection, scope: Scope) -> Caller:
        """Who calls, allowed to use `scope`. Raises AccessError."""
        kind, _, key = call.headers.get("authorization", "").partition(" ")
        address = call.client.host if call.client else "?"
        given = key.strip() if kind.lower() == "bearer" else call.headers.get("x-api-key")
        record = self._keys.find(given) if given and given.startswith("gc_") else None
        if record is None and self.required:
            self._count(f"?{address}")  # guessing is slowed down too
            raise AccessError(
                401, "invalid_api_key", "需要有效的密钥：请在请求头写 Authorization: Bearer 密钥。"
            )
        if record is not None and self.required and scope not in record.scopes:
            raise AccessError(403, "missing_scope", f"这个密钥没有 {scope} 权限，请换一个密钥。")
        caller = Caller(record.name, True) if record else Caller(address, not is_loopback(address))
        if caller.limited:
            self._count(record.id if record else address)
        return caller

    def login(self, name: str, password: str) -> bool:
        """The page's login where only keys guard the server: any name, and a key that may read."""
        record = self._keys.find(password.strip())
        return record is not None and "read" in record.scopes

    def _count(self, caller: str) -> None:
        if wait := math.ceil(self._rates.wait(caller)):
            raise AccessError(429, "rate_limit_exceeded", f"调用太频繁，请在 {wait} 秒后再试。", wait)


def _cross_origin(call: HTTPConnection, origin: str, host: str) -> str:
    """Why a page's call is refused. Of a proxy that hides its name or port it names the setting, for it is no attack."""
    proxied = any(
        name in call.headers for name in ("x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
    )
    if not proxied and _bare(origin.partition("://")[2]) != _bare(host):
        return "不接受别的网页发来的请求，请从程序或本页面调用。"
    return (
        f"反向代理没有把网页的地址（{origin}）原样传来：请让它传 Host（nginx 写 $http_host，不是 $host），"
        f"或设 serve.root_path 为 {origin}。"
    )


def _bare(host: str) -> str:
    """A Host header without its port, as names are compared: in lower case, without the dot at the end."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and ":" in host else host
    return name.lower().rstrip(".")
