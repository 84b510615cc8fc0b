"""Reads and prepares files for another process: `python -m ingest.worker`.

A file that hangs or crashes takes only this process with it, and cleaning and cutting run beside the indexes' writing.
Requests and replies are pickles on standard input and output: a Request in; ("alive", None) while a long file gets on,
("items", outcomes), ("done", None) or ("failed", exception) out.
"""

from __future__ import annotations

import os
import pickle
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from docs_store.settings import IngestSettings
from ingest.draft import ReadContext
from ingest.errors import UnreadableArticleError
from ingest.preparing import Outcome, prepare_all
from ingest.readers import READERS

BROKEN = "读取时出错（{error}），文件可能已损坏，请重新导出后再试。"
_BATCH = 64  # outcomes sent together
_SECONDS = 0.2  # and sooner when they come slowly


class Request(NamedTuple):
    """A file to read, its name in the ledger, and the content hash of each source that it had before."""

    path: str
    name: str
    known: dict[str, str]
    settings: IngestSettings


def main() -> None:
    """Serves requests until standard input ends."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints must not break the protocol
    while True:
        try:
            request = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        _serve(request, replies)


def _serve(request: Request, replies: BinaryIO) -> None:
    def send(kind: str, value: Any = None) -> None:
        pickle.dump((kind, value), replies, pickle.HIGHEST_PROTOCOL)
        replies.flush()

    waiting: list[Outcome] = []
    since = time.monotonic()
    try:
        path = Path(request.path)
        context = ReadContext(request.settings, lambda: send("alive"), request.name, request.known)
        drafts = READERS[path.suffix.lower()](path, context)
        for outcome in prepare_all(drafts, request.name, request.known, request.settings):
            waiting.append(outcome)
            if len(waiting) >= _BATCH or time.monotonic() - since > _SECONDS:
                send("items", waiting)
                waiting, since = [], time.monotonic()
        send("items", waiting)
        send("done")
    except (UnreadableArticleError, OSError) as error:
        send("items", waiting)
        send("failed", error)
    except BrokenPipeError:
        raise
    except Exception as error:  # a parser's own bug; the file is reported and the rest goes on
        send("items", waiting)
        send("failed", UnreadableArticleError(BROKEN.format(error=type(error).__name__)))


if __name__ == "__main__":
    main()
