"""Hands the work of `guanchao ingest` to a running `guanchao serve`, which owns the index while it lives.

The server listens on this machine alone, at a port of its own, and leaves its address with a random token in a file
beside the index that only its user may read. Progress and result come back as lines of JSON.
"""

from __future__ import annotations

import http.client
import json
import logging
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self

from docs_store.errors import GuanchaoError
from docs_store.store import DocsStore
from ingest import Engine, Step, ingest, remove
from settings import Settings

_log = logging.getLogger(__name__)
_FILE = "serve.json"
_WAIT = 3600.0  # seconds without any news from the server; embedding one batch may take long

ShowStep = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Work:
    """What to ingest: absolute paths, or the sources to remove."""

    paths: list[str]
    remove: list[str]
    rebuild: bool = False
    prune: bool = False
    engine: Engine = "plain"
    ray_address: str | None = None


class HandedOverError(GuanchaoError):
    """The server could not do the work; its own words."""


def carry_out(settings: Settings, work: Work, progress: ShowStep | None) -> dict[str, Any]:
    """Does the work in this process, which owns the index for so long; the report as JSON."""
    with DocsStore.open(settings, write=True, rebuild=work.rebuild) as store:
        return do(store, settings, work, progress)


def do(store: DocsStore, settings: Settings, work: Work, progress: ShowStep | None) -> dict[str, Any]:
    """Does the work with a store that may be written; the report as JSON."""
    if work.remove:
        return remove(store, work.remove, settings).to_dict()
    paths = [Path(path) for path in work.paths]
    return ingest(
        store,
        paths,
        settings,
        prune=work.prune,
        progress=progress,
        engine=work.engine,
        ray_address=work.ray_address,
    ).to_dict()


def hand_over(settings: Settings, work: Work, progress: ShowStep | None) -> dict[str, Any] | None:
    """The report of the running server; None when there is none.

    Raises:
        HandedOverError: the server failed at it.
    """
    file = settings.index_path / _FILE
    try:
        address = json.loads(file.read_text(encoding="utf-8"))
        connection = http.client.HTTPConnection("127.0.0.1", int(address["port"]), timeout=_WAIT)
        headers = {"Authorization": f"Bearer {address['token']}", "Content-Type": "application/json"}
        connection.request("POST", "/ingest", json.dumps(asdict(work)), headers)
        response = connection.getresponse()
    except (OSError, ValueError, KeyError, http.client.HTTPException):
        return None  # no server, or one that was killed and left its file
    try:
        if response.status != 200:
            return None  # another program has the port now
        for line in response:
            message = json.loads(line)
            if "step" in message and progress:
                progress(Step(**message["step"]))
            elif "report" in message:
                found: dict[str, Any] = message["report"]
                return found
            elif "error" in message:
                raise HandedOverError(message["error"])
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise HandedOverError(
            "正在运行的 guanchao serve 中途停了，请再运行一次 `guanchao ingest`。"
        ) from error
    finally:
        connection.close()
    raise HandedOverError("正在运行的 guanchao serve 中途停了，请再运行一次 `guanchao ingest`。")


class HandoverServer:
    """Takes work for the index of `store` while the process serves. Use as a context manager."""

    def __init__(self, store: DocsStore, settings: Settings, alone: Lock | None = None) -> None:
        """Listens on a free port of 127.0.0.1; `alone` is held while the index is written."""
        self._file = settings.index_path / _FILE
        self._token = secrets.token_urlsafe(32)
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), _handler(store, settings, self._token, alone or Lock())
        )
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, name="handover", daemon=True)

    def __enter__(self) -> Self:
        """Starts, and leaves the address beside the index."""
        self._thread.start()
        draft = self._file.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            json.dump({"port": self._server.server_address[1], "token": self._token}, file)
        draft.replace(self._file)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops, and takes the address away."""
        self._file.unlink(missing_ok=True)
        self._server.shutdown()
        self._server.server_close()


def _handler(
    store: DocsStore, settings: Settings, token: str, one_at_a_time: Lock
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            _log.debug(format, *args)

        def do_POST(self) -> None:
            given = self.headers.get("Authorization", "")
            if self.path != "/ingest" or not secrets.compare_digest(given, f"Bearer {token}"):
                self.send_error(403)
                return
            work = Work(**json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Type", "application/x-ndjson")
            self.end_headers()
            with one_at_a_time:
                self._tell(**self._outcome(work))

        def _outcome(self, work: Work) -> dict[str, Any]:
            try:
                with store.writing(rebuild=work.rebuild) as writable:
                    return {
                        "report": do(writable, settings, work, lambda step: self._tell(step=asdict(step)))
                    }
            except GuanchaoError as error:
                return {"error": str(error)}
            except Exception as error:  # the server's boundary: the other process is told, this one goes on
                _log.exception("handed-over ingest failed")
                return {"error": f"出错了（{type(error).__name__}：{error}），请查看 serve 的日志。"}

        def _tell(self, **message: Any) -> None:
            # Whoever asked may have gone away: the work is done all the same.
            with suppress(OSError):
                self.wfile.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")
                self.wfile.flush()

    return Handler
