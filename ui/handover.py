"""Hands the work of a command to a running `guanchao serve`, which owns the index and has its models loaded.

The server (`ui.handover_server`) listens on this machine alone, at a port of its own, and leaves its address with a
random token in a file beside the index that only its user may read. Everything comes back as lines of JSON. This side
imports nothing heavy: a command that is answered by the server starts in a third of a second.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docs_store.errors import GuanchaoError
from docs_store.settings import Settings
from ingest.report import Engine, Step

if TYPE_CHECKING:
    from docs_store.store import DocsStore
    from ui.editing import Edit

FILE = "serve.json"
"""The address, in the folder of the index."""
_INGEST_WAIT = 3600.0  # seconds without any news from the server; embedding one batch may take long
STOPPED = "正在运行的 guanchao serve 中途停了，请再运行一次。"

ShowStep = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Work:
    """What to ingest: absolute paths, or the sources to remove, or what to correct."""

    paths: list[str]
    remove: list[str]
    rebuild: bool = False
    prune: bool = False
    engine: Engine = "plain"
    ray_address: str | None = None
    edit: Edit | None = None


class HandedOverError(GuanchaoError):
    """The server could not do the work; its own words."""


def carry_out(settings: Settings, work: Work, progress: ShowStep | None) -> dict[str, Any]:
    """Does the work in this process, which owns the index for so long; the report as JSON."""
    from docs_store.store import DocsStore

    with DocsStore.open(settings, write=True, rebuild=work.rebuild) as store:
        return do(store, settings, work, progress)


def do(store: DocsStore, settings: Settings, work: Work, progress: ShowStep | None) -> dict[str, Any]:
    """Does the work with a store that may be written; the report as JSON."""
    from ingest import ingest, remove

    if work.edit is not None:
        from ui.editing import edit

        return edit(store, work.edit, settings)
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
    messages = call(settings, "/ingest", asdict(work), _INGEST_WAIT)
    if messages is None:
        return None
    with closing(messages):
        for message in messages:
            if "step" in message and progress:
                progress(Step(**message["step"]))
            elif "report" in message:
                found: dict[str, Any] = message["report"]
                return found
            elif "error" in message:
                raise HandedOverError(message["error"])
    raise HandedOverError(STOPPED)


def call(
    settings: Settings, path: str, body: dict[str, Any], wait_s: float
) -> Generator[dict[str, Any], None, None] | None:
    """What the running server answers, line by line; None when there is none, or it does not take this.

    Args:
        settings: says where the index is, and with it the server's address.
        path: which work.
        body: the work, as JSON.
        wait_s: longest wait for the next line, seconds.

    Raises (while lines are read):
        HandedOverError: the server went away.
    """
    try:
        address = json.loads((settings.index_path / FILE).read_text(encoding="utf-8"))
        connection = http.client.HTTPConnection("127.0.0.1", int(address["port"]), timeout=wait_s)
        headers = {"Authorization": f"Bearer {address['token']}", "Content-Type": "application/json"}
        connection.request("POST", path, json.dumps(body), headers)
        response = connection.getresponse()
    except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException):
        return None  # no server, or one that was killed and left its file
    if response.status != 200:
        connection.close()
        return None  # another program has the port now, or the server has other settings
    return _lines(connection, response)


def _lines(
    connection: http.client.HTTPConnection, response: http.client.HTTPResponse
) -> Generator[dict[str, Any], None, None]:
    try:
        for line in response:
            yield json.loads(line)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise HandedOverError(STOPPED) from error
    finally:
        connection.close()
