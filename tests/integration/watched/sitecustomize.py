"""Put on PYTHONPATH of a server under test: writes every address beyond this machine that Python code asks for to a file."""

import os
import sys

_FILE = os.environ.get("TEST_SERVER_REACHED")
_HERE = ("127.", "::1", "localhost", "0.0.0.0", "::")


def _watch(event, arguments):
    if event == "socket.connect" or event == "socket.sendto":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else ""
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else str(host or "")
    if host and not host.startswith(_HERE):
        with open(_FILE, "a", encoding="utf-8") as file:
            file.write(f"{event} {host}\n")


if _FILE:
    sys.addaudithook(_watch)
