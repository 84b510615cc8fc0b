"""Reads files for another process: `python -m ingest.worker`. A file that hangs or crashes takes only this with it.

Requests and replies are pickles on standard input and output: (path, settings) in; ("alive", None) while a long file
gets on, ("item", item) a draft or error, ("done", None) or ("failed", exception) out.
"""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path
from typing import Any, BinaryIO

from ingest.draft import ReadContext
from ingest.errors import UnreadableArticleError
from ingest.readers import READERS
from settings import IngestSettings

BROKEN = "读取时出错（{error}），文件可能已损坏，请重新导出后再试。"


def main() -> None:
    """Serves requests until standard input ends."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints must not break the protocol
    while True:
        try:
            path, settings = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        _serve(Path(path), settings, replies)


def _serve(path: Path, settings: IngestSettings, replies: BinaryIO) -> None:
    def send(kind: str, value: Any = None) -> None:
        pickle.dump((kind, value), replies)
        replies.flush()

    try:
        for item in READERS[path.suffix.lower()](path, ReadContext(settings, lambda: send("alive"))):
            send("item", item)
        send("done")
    except (UnreadableArticleError, OSError) as error:
        send("failed", error)
    except Exception as error:  # a parser's own bug; the file is reported and the rest goes on
        send("failed", UnreadableArticleError(BROKEN.format(error=type(error).__name__)))


if __name__ == "__main__":
    main()
