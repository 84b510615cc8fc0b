"""The server's side of `ui.handover`: takes work for the index, and questions, from commands of the same user."""

from __future__ import annotations

import json
import logging
import secrets
from contextlib import closing, suppress
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self

from docs_store.atomic import ITS_USER_ALONE, replace_file
from docs_store.errors import GuanchaoError
from docs_store.settings import Settings
from docs_store.store import DocsStore
from rag import PolicyQA, Turn
from ui import handover, served
from ui.editing import Edit

_log = logging.getLogger(__name__)


class HandoverServer:
    """Takes work while the process serves. Use as a context manager."""

    def __init__(
        self, store: DocsStore, settings: Settings, alone: Lock | None = None, qa: PolicyQA | None = None
    ) -> None:
        """Listens on a free port of 127.0.0.1.

        Args:
            store: what is written into.
            settings: where the address is left; what a question's settings are compared with.
            alone: the lock taken while the index is written.
            qa: answers questions; None takes none.
        """
        self._file = settings.index_path / handover.FILE
        self._token = secrets.token_urlsafe(32)
        handler = _handler(store, settings, self._token, alone or Lock(), qa)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, name="handover", daemon=True)

    def __enter__(self) -> Self:
        """Starts, and leaves the address beside the index."""
        self._thread.start()
        address = {"port": self._server.server_address[1], "token": self._token}
        replace_file(self._file, json.dumps(address), ITS_USER_ALONE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops, and takes the address away."""
        self._file.unlink(missing_ok=True)
        self._server.shutdown()
        self._server.server_close()


def _handler(
    store: DocsStore, settings: Settings, token: str, one_at_a_time: Lock, qa: PolicyQA | None
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            _log.debug(format, *args)

        def do_POST(self) -> None:
            given = self.headers.get("Authorization", "")
            work = {
                "/ingest": self._ingest,
                "/hello": self._hello,
                "/search": self._search,
                "/ask": self._ask,
            }
            if self.path not in work or not secrets.compare_digest(given, f"Bearer {token}"):
                self.send_error(403)
                return
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path != "/ingest" and (qa is None or body.get("identity") != served.identity(settings)):
                self.send_error(409)
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/x-ndjson")
            self.end_headers()
            try:
                work[self.path](body)
            except GuanchaoError as error:
                self._tell(error=str(error), kind=type(error).__name__)
            except OSError:
                _log.debug("whoever asked went away")
            except (
                Exception
            ) as error:  # the server's boundary: the other process gets the error, this one goes on
                _log.exception("handed-over work failed")
                self._tell(error=f"出错了（{type(error).__name__}：{error}），请查看 serve 的日志。")

        def _hello(self, _: dict[str, Any]) -> None:
            self._write(ready=True)

        def _search(self, body: dict[str, Any]) -> None:
            assert qa is not None
            found = qa.search(body["question"], body["k"], served.filter_of(body["where"]))
            self._write(hits=served.hits().dump_python(found, mode="json"))

        def _ask(self, body: dict[str, Any]) -> None:
            assert qa is not None
            history = [Turn(**turn) for turn in body["history"]]
            where = served.filter_of(body["where"])
            steps = qa.stream(
                body["question"],
                history,
                extractive=body["extractive"],
                where=where,
                length=body.get("length"),
            )
            # Closing the steps stops the model, when nobody waits for it any more.
            with closing(steps):
                for step in steps:
                    self._write(event=served.event().dump_python(step, mode="json"))

        def _ingest(self, body: dict[str, Any]) -> None:
            edit = Edit(**body["edit"]) if body.get("edit") else None
            work = handover.Work(**{**body, "edit": edit})
            with one_at_a_time, store.writing(rebuild=work.rebuild) as writable:
                report = handover.do(writable, settings, work, lambda step: self._tell(step=asdict(step)))
            self._tell(report=report)  # when the server shows the new state

        def _tell(self, **message: Any) -> None:
            # Whoever asked may have gone away: the work is done all the same.
            with suppress(OSError):
                self._write(**message)

        def _write(self, **message: Any) -> None:
            self.wfile.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")
            self.wfile.flush()

    return Handler
