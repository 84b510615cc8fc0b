"""Proxies of the environment: none for machines at hand, and none that would stop the program.

What is asked of a model or a store on this machine, or in the same network, is nobody else's business, and a proxy seldom
finds the way back. HTTP clients of our own are made by `client`; for libraries that make theirs, `spare` tells the
environment.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies

if TYPE_CHECKING:
    import httpx

_NAMES = ("http_proxy", "https_proxy", "all_proxy")
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")  # of an environment that was removed, often
_SCHEMES = ("http", "https", "socks5", "socks5h")  # what httpx speaks
_INSIDE = (".localhost", ".local", ".internal", ".lan", ".svc", ".home.arpa")
"""Ends of names that are known inside a network alone."""


def is_near(url: str) -> bool:
    """True for this machine, a private address, or a name that only the network at hand knows, such as `vllm`."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        address = ip_address(host)
    except ValueError:
        return bool(host) and ("." not in host or host.endswith(_INSIDE))
    return address.is_loopback or address.is_private or address.is_link_local


def client(url: str, timeout_s: float = 5.0, kind: type[httpx.Client] | None = None) -> httpx.Client:
    """A client for one address, of httpx's kind or another; a request may have a limit of its own."""
    import httpx

    return (kind or httpx.Client)(trust_env=not is_near(url), timeout=timeout_s)


def async_client(url: str, timeout_s: float = 5.0) -> httpx.AsyncClient:
    """As `client`."""
    import httpx

    return httpx.AsyncClient(trust_env=not is_near(url), timeout=timeout_s)


def spare(url: str, environment: MutableMapping[str, str] = os.environ) -> None:
    """Has every library of this process call a near address directly; does nothing where there is no proxy."""
    proxies = {name: value for name, value in getproxies().items() if f"{name}_proxy" in _NAMES}
    host = urlsplit(url).hostname
    if not proxies or not host or not is_near(url):
        return
    for name, value in proxies.items():  # the system's own settings no longer count once a variable is set
        environment.setdefault(f"{name}_proxy", value)
    known = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    hosts = [part.strip() for part in known.split(",") if part.strip()]
    if host not in hosts and "*" not in hosts:
        hosts.append(host)
    environment["no_proxy"] = environment["NO_PROXY"] = ",".join(hosts)


def repair(environment: MutableMapping[str, str] = os.environ) -> list[str]:
    """Makes the environment's proxies such as HTTP clients can be made with. Returns the names of those left out.

    With them go certificates that are not there and entries of `no_proxy` that nobody can read. `socks://`, as desktops write it, means SOCKS 5; what no client of ours speaks (socks4, a slip) would end the program
    at an import.
    """
    left_out = []
    for name in [n for n in environment if n.lower() in _NAMES]:
        value = environment[name].strip()
        if value.startswith("socks://"):
            value = environment[name] = "socks5" + value.removeprefix("socks")
        if value and not _is_sound(value):
            del environment[name]
            left_out.append(name)
    for name in [n for n in environment if n.lower() == "no_proxy"]:
        entries = [entry.strip() for entry in environment[name].split(",")]
        kept = [entry.strip("[]") for entry in entries if _can_be_spared(entry.strip("[]"))]
        if kept != entries:
            environment[name] = ",".join(kept)
            left_out += [name] if len(kept) < len([entry for entry in entries if entry]) else []
    for name in _CERTIFICATES:
        if environment.get(name) and not Path(environment[name]).exists():
            del environment[name]
            left_out.append(name)
    return left_out


def _can_be_spared(entry: str) -> bool:
    """False for a block of IPv6 addresses and a slip, with which no HTTP client can be made; near ones are spared anyway."""
    if ":" not in entry:
        return bool(entry)
    try:
        ip_address(entry)
    except ValueError:
        try:
            address = urlsplit(entry if "://" in entry else f"//{entry}")
            return (
                bool(address.hostname)
                and address.port != 0
                and entry.count(":") == 1 + ("://" in entry) * (address.port is not None)
            )
        except ValueError:
            return False
    return True


def _is_sound(value: str) -> bool:
    try:
        address = urlsplit(value if "://" in value else f"http://{value}")
        return address.scheme in _SCHEMES and bool(address.hostname) and address.port != 0
    except ValueError:
        return False
