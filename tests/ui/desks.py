"""A desk over the three small articles, for tests of the page without a browser."""

from contextlib import contextmanager

from ui.making_jobs import MakingJobs
from ui.page.desk import Desk


@contextmanager
def desk_of(qa, **page):
    """The desk of an assistant with some settings of `page` changed; the jobs that ingest are not there."""
    section = qa.settings.page.model_copy(update=page)
    qa.settings = qa.settings.model_copy(update={"page": section})
    making = MakingJobs(qa)
    desk = Desk.build(qa, qa.store, None, making)
    try:
        yield desk
    finally:
        making.close()
        desk.close()


def ended(desk):
    """Waits until everything that was ordered is made, or failed."""
    desk.making._pool.shutdown(wait=True)
