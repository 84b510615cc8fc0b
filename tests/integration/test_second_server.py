"""The same chain over another program's OpenAI-compatible server: llama.cpp's own, with a local model, on loopback."""

import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from docs_store import weights
from docs_store.errors import ModelUnavailableError
from docs_store.settings import load_settings
from rag import PolicyQA

pytestmark = pytest.mark.integration
QUESTION = "如皋建设了几个科创飞地？"
PASSAGES = [
    "近年来，如皋先后与上海交大、复旦大学、同济大学合作建设了5个“科创飞地”。",
    "海门与启东推进跨江融合，两地共有12家企业在上海设立研发机构。",
    "盐城港新开通3条集装箱航线，货物吞吐量同比增长两成。",
]


def model_file():
    """The small model where it is here, else the default one."""
    for name in ("qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b"):
        try:
            return weights.local_path(name)
        except ModelUnavailableError as error:
            why = str(error)
    pytest.skip(why)


@contextmanager
def serving(context=2048, *keys):
    command = [sys.executable, str(Path(__file__).with_name("second_server.py")), str(model_file())]
    process = subprocess.Popen(
        [*command, str(context), *keys],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), "the server did not start"
        yield process, address
    finally:
        process.kill()
        process.wait(20)


@pytest.fixture(scope="module")
def second():
    with serving() as (_, address):
        yield address


@pytest.fixture
def at(monkeypatch):
    """Points the settings at a server."""

    def point(address, key=None):
        monkeypatch.setenv("GUANCHAO_LLM__BASE_URL", f"{address}/v1")
        monkeypatch.setenv("GUANCHAO_LLM__MODEL", "some-name")
        monkeypatch.setenv("GUANCHAO_LLM__API_KEY_ENV", "TEST_SECOND_KEY")
        monkeypatch.setenv("TEST_SECOND_KEY", key or "none")
        monkeypatch.setenv("GUANCHAO_LLM__TIMEOUT_S", "60")
        return PolicyQA.open(settings=load_settings(), with_store=False)

    return point


def quoted(answer):
    """True when every citation is a verbatim piece of a given passage, and every marker has one."""
    whole = all(any(c.quote in p for p in PASSAGES) for c in answer.citations)
    return whole and all(f"[{c.marker}]" in answer.text for c in answer.citations)


def test_it_answers_with_citations(second, at):
    with at(second) as qa:
        answer = qa.answer_from(QUESTION, PASSAGES)
    assert answer.notice is None and answer.refusal is None
    assert "5个" in answer.text and answer.citations and quoted(answer)


def test_it_refuses_what_the_passages_do_not_say(second, at):
    with at(second) as qa:
        assert qa.answer_from("盐城建设了几个科创飞地？", PASSAGES).refusal is not None


def test_a_wrong_key_is_told_and_quotes_stand(at):
    with serving(2048, "right key") as (_, address):
        with at(address, "wrong") as qa:
            refused = qa.answer_from(QUESTION, PASSAGES)
        with at(address, "right key") as qa:
            accepted = qa.answer_from(QUESTION, PASSAGES)
    assert "密钥" in refused.notice and refused.mode == "extractive" and "5个" in refused.text
    assert accepted.notice is None and "5个" in accepted.text


def test_a_context_that_is_too_short_is_told_and_quotes_stand(at):
    with serving(128) as (_, address), at(address) as qa:
        answer = qa.answer_from(QUESTION, PASSAGES)
    assert answer.notice and answer.mode == "extractive" and "5个" in answer.text and quoted(answer)


def test_a_server_that_is_killed_midway_is_told_in_bounded_time(at):
    with serving() as (process, address), at(address) as qa:
        qa.answer_from(QUESTION, PASSAGES)
        threading.Timer(0.15, process.kill).start()
        began = time.monotonic()
        answer = qa.answer_from("如皋与哪些高校合作建设了科创飞地？", PASSAGES)
        assert time.monotonic() - began < 30
    assert answer.notice and answer.mode == "extractive" and "同济大学" in answer.text
