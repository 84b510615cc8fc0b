"""What a browser tab costs the server in memory."""

import asyncio

import gradio as gr
import pytest
from gradio.state_holder import SessionState

from ui.page import sessions


@pytest.fixture
def page():
    with gr.Blocks() as blocks:
        box, out = gr.Textbox(), gr.HTML()
        box.submit(lambda *_: None, [box, out], [box, out])
    return blocks


def _answer(page, session):
    """One question as Gradio works it: what is given, a step that clears the box, one that leaves it."""
    event = next(iter(page.fns.values()))
    for said in (["", "live"], [gr.skip(), "live"], [gr.skip(), gr.skip()]):
        asyncio.run(page.preprocess_data(event, ["question", "shown"], session))
        asyncio.run(page.postprocess_data(event, said, session))


def test_answers_leave_no_components_behind(page):
    sessions.bound_sessions(page)
    session = SessionState(page)
    _answer(page, session)
    kept = len(session.blocks_config.blocks), len(session.config_values)
    for _ in range(5):
        _answer(page, session)
    assert (len(session.blocks_config.blocks), len(session.config_values)) == kept


def test_gradio_still_needs_the_bound(page, monkeypatch):
    monkeypatch.setattr(SessionState, "__setitem__", sessions._gradio_put)
    session = SessionState(page)
    before = len(session.blocks_config.blocks)
    for _ in range(5):
        _answer(page, session)
    assert len(session.blocks_config.blocks) > before, "Gradio has mended it: ui/page/sessions.py can go"
