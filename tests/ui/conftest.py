"""The HTTP server in this process, over three small articles and a scripted model."""

from contextlib import contextmanager

import pytest
from starlette.testclient import TestClient

from ui.http.access import Access
from ui.http.app import build
from ui.http.service import Service
from ui.jobs import IngestJobs
from ui.keys import KeyFile


@pytest.fixture
def serving(qa, settings, tmp_path):
    """Opens a client of a server with some settings of `serve` changed."""

    @contextmanager
    def run(host="127.0.0.1", *, login=False, articles=None, **serve):
        ingest = settings.ingest.model_copy(update={"articles": articles or tmp_path / "articles"})
        log = tmp_path / "requests.log"
        section = settings.serve.model_copy(update={"log_file": log, **serve})
        changed = settings.model_copy(update={"serve": section, "ingest": ingest})
        changed._folder = tmp_path
        qa.settings = changed
        access = Access(section, host, KeyFile(changed), login=login)
        with IngestJobs(qa.store, changed) as jobs:
            service = Service.build(qa, qa.store, jobs, access)
            with TestClient(
                build(service, None),
                base_url="http://127.0.0.1",
                client=("127.0.0.1", 5),
                raise_server_exceptions=False,
            ) as client:
                client.service, client.log, client.keys = service, log, KeyFile(changed)
                yield client

    return run


@pytest.fixture
def client(serving):
    with serving() as opened:
        yield opened
