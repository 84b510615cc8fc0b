"""A running server keeps itself fresh: files of its folder as they change, lists of addresses by the clock."""

import time

import pytest

from docs_store.errors import StoreBusyError
from ui.freshness import Freshness
from ui.jobs import IngestJobs


def waited(found):
    for _ in range(300):
        if result := found():
            return result
        time.sleep(0.1)
    raise AssertionError


@pytest.fixture
def changed(qa, settings, articles_folder):
    """The settings with other values of `ingest`."""

    def with_values(**ingest):
        section = settings.ingest.model_copy(update={"articles": articles_folder, **ingest})
        return settings.model_copy(update={"ingest": section})

    return with_values


def test_a_file_that_comes_into_the_folder_can_be_asked_about_a_moment_later(qa, changed, articles_folder):
    settings = changed()
    with IngestJobs(qa.store, settings) as jobs, Freshness(settings, jobs):
        time.sleep(1.5)
        note = articles_folder / "新区简报.txt"
        note.write_text("新区简报\n\n江海新区引进企业73家。", encoding="utf-8")
        waited(lambda: any("73家" in a.text for a in qa.store.articles()))
        note.write_text("新区简报\n\n江海新区引进企业81家。", encoding="utf-8")
        waited(lambda: any("81家" in a.text for a in qa.store.articles()))
        assert not any("73家" in a.text for a in qa.store.articles())
        assert qa.store.counts()[0] == 4


def test_it_may_be_turned_off(qa, changed):
    settings = changed(watch=False)
    with IngestJobs(qa.store, settings) as jobs, Freshness(settings, jobs) as freshness:
        assert freshness._thread is None


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


class Queue:
    """Stands in for the jobs."""

    def __init__(self, jobs):
        self.jobs, self.submitted, self.state = jobs, [], "done"

    def submit(self, work):
        self.submitted.append([path.rpartition("/")[2] for path in work.paths])
        return self.get("1")

    def get(self, id):
        from datetime import UTC, datetime

        from ui.jobs import Job

        return Job(id, self.state, datetime.now(UTC))


def test_lists_are_read_at_the_start_and_then_by_the_clock_where_fetching_is_allowed(
    qa, changed, articles_folder
):
    (articles_folder / "订阅.opml").write_text("<opml/>", encoding="utf-8")
    for ingest, times in (
        ({"fetch_urls": True, "refresh_minutes": 10}, 2),
        ({"fetch_urls": False, "refresh_minutes": 10}, 0),
        ({"fetch_urls": True, "refresh_minutes": 0}, 0),
    ):
        clock, queue = Clock(), Queue(None)
        freshness = Freshness(changed(**ingest), queue, clock)
        for minute in (0, 5, 9, 10, 15):
            clock.now = minute * 60.0
            freshness.step([])
        assert queue.submitted == [["订阅.opml"]] * times


def test_work_that_failed_as_a_whole_is_tried_again_later_and_what_came_meanwhile_waits(
    qa, changed, articles_folder
):
    clock, queue = Clock(), Queue(None)
    freshness = Freshness(changed(), queue, clock)
    first, second = articles_folder / "港口简报.md", articles_folder / "规划.txt"
    queue.state = "running"
    freshness.step([first])
    freshness.step([second])
    assert queue.submitted == [["港口简报.md"]]
    queue.state = "failed"
    freshness.step([])
    assert len(queue.submitted) == 1
    clock.now, queue.state = 31.0, "done"
    freshness.step([])
    assert queue.submitted[1:] == [["港口简报.md", "规划.txt"]]
    freshness.step([articles_folder / "已删.txt"])
    assert len(queue.submitted) == 2


def test_an_index_that_another_process_writes_is_waited_for(qa, changed, articles_folder, monkeypatch):
    settings = changed()
    with IngestJobs(qa.store, settings) as jobs:
        clock = Clock()
        freshness = Freshness(settings, jobs, clock)
        note = articles_folder / "新区简报.txt"
        note.write_text("新区简报\n\n江海新区引进企业73家。", encoding="utf-8")

        def busy(**_):
            raise StoreBusyError("忙")

        with monkeypatch.context() as patched:
            patched.setattr(qa.store, "writing", busy)
            freshness.step([note])
            waited(lambda: [job for job in jobs.all() if job.state == "failed"])
        freshness.step([])
        clock.now = 31.0
        freshness.step([])
        waited(lambda: any("73家" in a.text for a in qa.store.articles()))
