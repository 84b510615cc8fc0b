"""Where the server is seen from outside: below a path, behind another name or port, as `serve.root_path` says."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection


@dataclass(frozen=True, slots=True)
class PublicPlace:
    """`origin` is scheme, host and port, or None where each call's own Host header says them; `path` is "" or "/guanchao"."""

    origin: str | None
    path: str

    @classmethod
    def of(cls, root_path: str) -> PublicPlace:
        """From the setting: a path, or a whole address."""
        address = urlsplit(root_path.rstrip("/"))
        origin = f"{address.scheme}://{address.netloc}" if address.scheme else None
        return cls(origin, address.path)

    @property
    def host(self) -> str | None:
        """The name alone, where an address is set."""
        return urlsplit(self.origin).hostname if self.origin else None

    @property
    def root(self) -> str:
        """What links begin with; without an origin a path alone."""
        return f"{self.origin or ''}{self.path}"

    def inside(self, path: str) -> str:
        """A call's path without ours before it: some proxies take it off, some leave it on."""
        if self.path and (path == self.path or path.startswith(self.path + "/")):
            return path[len(self.path) :] or "/"
        return path

    def url(self, call: HTTPConnection, path: str) -> str:
        """The address of `path` as the caller can open it."""
        return f"{self.origin or str(call.base_url).rstrip('/')}{self.path}{path}"
