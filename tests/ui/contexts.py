"""A context over the three small articles, for tests of the page without a browser."""

from contextlib import contextmanager

from ui.making_jobs import MakingJobs
from ui.page.context import PageContext


@contextmanager
def page_context(qa, **page):
    """The context of an assistant with some settings of `page` changed; the jobs that ingest are not there."""
    section = qa.settings.page.model_copy(update=page)
    qa.settings = qa.settings.model_copy(update={"page": section})
    making = MakingJobs(qa)
    context = PageContext.build(qa, qa.store, None, making)
    try:
        yield context
    finally:
        making.close()
        context.close()


def ended(context):
    """Waits until everything that was ordered is made, or failed."""
    context.making._pool.shutdown(wait=True)
