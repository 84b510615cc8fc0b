"""What Gradio keeps of each browser tab, limited to a size that a page open all day can afford."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.blocks import Block
from gradio.state_holder import SessionState

_TABS = 1000  # tabs remembered, about 0.1 MB each; the oldest goes


def bound_sessions(page: gr.Blocks) -> None:
    """Bounds the memory of `page`'s sessions; call before the page is mounted.

    Gradio 6.31 answers `gr.update` and `gr.skip` by building the component anew, under a new id, and then keeps the
    session's component under both: one more for every answer, some 0.1 MB, for as long as the tab is remembered. A
    component that is put in another's place is therefore given that one's id.
    """
    page.state_session_capacity = _TABS
    SessionState.__setitem__ = _put  # type: ignore[method-assign]


_gradio_put = SessionState.__setitem__


def _put(self: SessionState, key: int, value: Any) -> None:
    if isinstance(value, Block):
        value._id = key
    _gradio_put(self, key, value)
