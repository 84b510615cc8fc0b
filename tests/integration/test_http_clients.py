"""Every HTTP interface of a running server, used as its own users would: curl, openai, LangChain, MCP's client."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
import openai
import pytest
from langchain_openai import ChatOpenAI
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

ROOT = Path(__file__).parents[2]
QUESTION = "如皋一共建设了几个科创飞地？"
pytestmark = pytest.mark.integration


def test_curl_asks_and_streams(url):
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    body = json.dumps({"question": QUESTION})
    call = ["curl", "-sSN", "-H", "Content-Type: application/json", "-d", body]
    answer = json.loads(subprocess.run([*call, f"{url}/api/ask"], capture_output=True, check=True).stdout)
    assert "5个科创飞地" in answer["answer"] and answer["citations"][0]["quote"]
    streamed = subprocess.run(
        [*call, "-H", "Accept: text/event-stream", f"{url}/api/ask"], capture_output=True, check=True
    ).stdout.decode()
    events = [part.split("\n") for part in streamed.strip().split("\n\n")]
    assert [lines[0] for lines in events] == ["event: retrieving", "event: reading", "event: final"]
    assert json.loads(events[-1][1].removeprefix("data: "))["answer"] == answer["answer"]


def test_curl_on_the_openai_door(url):
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    body = json.dumps({"model": "guanchao", "messages": [{"role": "user", "content": QUESTION}]})
    done = subprocess.run(
        ["curl", "-sS", f"{url}/v1/chat/completions", "-H", "Content-Type: application/json", "-d", body],
        capture_output=True,
        check=True,
    )
    assert "5个科创飞地" in json.loads(done.stdout)["choices"][0]["message"]["content"]


def test_a_citation_can_be_checked_against_its_article(url):
    answer = httpx.post(f"{url}/api/ask", json={"question": QUESTION}).json()
    for citation in answer["citations"]:
        article = httpx.get(f"{url}/api/articles/{citation['article_id']}").json()
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]


def test_the_openai_client(url):
    client = openai.OpenAI(base_url=f"{url}/v1", api_key="unused")
    assert [model.id for model in client.models.list()] == ["guanchao", "guanchao-extractive"]
    assert client.models.retrieve("guanchao").owned_by == "guanchao"
    messages = [{"role": "system", "content": "只用中文"}, {"role": "user", "content": QUESTION}]
    done = client.chat.completions.create(model="guanchao", messages=messages, temperature=0, max_tokens=99)
    message = done.choices[0].message
    assert "5个科创飞地" in message.content and done.choices[0].finish_reason == "stop"
    note = message.annotations[0].url_citation
    assert message.content[note.start_index : note.end_index] == "[1]" and note.title and note.url
    pieces = list(
        client.chat.completions.create(
            model="guanchao", messages=messages, stream=True, stream_options={"include_usage": True}
        )
    )
    text = "".join(p.choices[0].delta.content or "" for p in pieces if p.choices)
    assert text == message.content and pieces[-1].usage.completion_tokens == len(text)
    assert any(getattr(p.choices[0].delta, "annotations", None) for p in pieces if p.choices)
    refused = client.chat.completions.create(
        model="guanchao", messages=[{"role": "user", "content": "盐城建设了几个科创飞地？"}]
    )
    assert refused.choices[0].message.refusal and "没有找到" in refused.choices[0].message.content
    with pytest.raises(openai.NotFoundError, match="guanchao-extractive"):
        client.chat.completions.create(model="gpt-9", messages=messages)
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(model="guanchao", messages=[])
    empty = client.chat.completions.create(model="guanchao", messages=[{"role": "user", "content": " "}])
    assert "问题" in empty.choices[0].message.refusal


def test_the_openai_door_reads_the_history(url):
    client = openai.OpenAI(base_url=f"{url}/v1", api_key="unused")
    first = client.chat.completions.create(
        model="guanchao", messages=[{"role": "user", "content": "神马电力的董事长是谁？"}]
    )
    messages = [
        {"role": "user", "content": "神马电力的董事长是谁？"},
        {"role": "assistant", "content": first.choices[0].message.content},
        {"role": "user", "content": [{"type": "text", "text": "它已经发展了多少年？"}]},
    ]
    done = client.chat.completions.create(model="guanchao", messages=messages)
    assert "29年" in done.choices[0].message.content


def test_langchains_chat_model(url):
    chat = ChatOpenAI(base_url=f"{url}/v1", api_key="unused", model="guanchao-extractive")
    assert "5个科创飞地" in chat.invoke(QUESTION).content
    assert "5个科创飞地" in "".join(chunk.content for chunk in chat.stream(QUESTION))
    assert all("5个" in message.content for message in chat.batch([QUESTION, QUESTION]))


async def _as_an_agent(client):
    tools = (await client.list_tools()).tools
    assert {tool.name for tool in tools} == {
        "search",
        "ask",
        "read_article",
        "table",
        "brief",
        "timeline",
        "compare",
        "points",
        "check",
    }
    assert all(tool.description and tool.input_schema["properties"] for tool in tools)
    found = await client.call_tool("search", {"question": QUESTION, "k": 2})
    hits = found.structured_content["hits"]
    assert len(hits) == 2 and "科创飞地" in hits[0]["text"]
    asked = await client.call_tool("ask", {"question": QUESTION})
    answer = asked.structured_content
    assert "5个科创飞地" in answer["answer"] and not answer["refused"]
    citation = answer["citations"][0]
    read = await client.call_tool("read_article", {"article_id": citation["article_id"]})
    assert read.structured_content["text"][citation["start"] : citation["end"]] == citation["quote"]
    nothing = await client.call_tool("read_article", {"article_id": "nowhere"})
    assert nothing.is_error and "nowhere" in nothing.content[0].text
    refused = await client.call_tool("ask", {"question": "盐城建设了几个科创飞地？"})
    assert refused.structured_content["refused"]


async def test_an_agent_over_http(url):
    async with Client(f"{url}/mcp") as client:
        await _as_an_agent(client)


async def test_an_agent_over_standard_input(index):
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "ui.cli", "mcp", "--extractive"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "GUANCHAO_STORE__PATH": str(index)},
    )
    async with Client(stdio_client(parameters)) as client:
        await asyncio.wait_for(_as_an_agent(client), 120)


def finished(url, job, **options):
    for _ in range(300):
        state = httpx.get(f"{url}/api/jobs/{job['id']}", **options).json()
        if state["state"] in ("done", "failed"):
            return state
        time.sleep(0.1)
    raise AssertionError(f"the job did not end: {state}")


def test_an_article_comes_is_asked_about_and_goes(url):
    text = "---\ntitle: 通州湾简报\n---\n通州湾新出海口吞吐能力达到2400万吨，投资方是江海集团。\n"
    files = [("files", ("../../../etc/通州 湾.md", text.encode())), ("files", ("x.exe", b"MZ"))]
    sent = httpx.post(f"{url}/api/articles", files=files)
    assert sent.status_code == 202 and len(sent.json()["refused"]) == 1, sent.text
    done = finished(url, sent.json()["job"])
    assert done["state"] == "done" and done["report"]["added"] == 1
    listed = httpx.get(f"{url}/api/articles", params={"title": "通州湾"}).json()
    assert listed["total"] == 1 and ".uploads/通州-湾-" in listed["articles"][0]["source"]
    answer = httpx.post(f"{url}/api/ask", json={"question": "通州湾新出海口吞吐能力是多少？"}).json()
    assert "2400万吨" in answer["answer"]
    gone = httpx.delete(f"{url}/api/articles/{listed['articles'][0]['id']}")
    assert finished(url, gone.json())["report"]["deleted"] == 1
    assert httpx.get(f"{url}/api/articles", params={"title": "通州湾"}).json()["total"] == 0


def test_two_hundred_searches_in_flight(url):
    async def run():
        limits = httpx.Limits(max_connections=200)
        async with httpx.AsyncClient(limits=limits, timeout=120, trust_env=False) as client:
            calls = [client.get(f"{url}/api/search", params={"q": f"科创飞地 {n}"}) for n in range(200)]
            return await asyncio.gather(*calls)

    found = asyncio.run(run())
    assert {response.status_code for response in found} == {200}
    assert all(response.json()["hits"] for response in found)


def test_metrics_health_and_request_ids(url):
    answer = httpx.get(f"{url}/api/health", headers={"X-Request-ID": "mine-1"})
    assert answer.json()["status"] == "ok" and answer.headers["x-request-id"] == "mine-1"
    text = httpx.get(f"{url}/api/metrics").text
    assert 'guanchao_requests_total{method="GET",route="/api/health",status="200"}' in text
    assert "guanchao_articles 1" in text and "guanchao_answers_total" in text


def test_the_page_is_in_the_same_process(url):
    assert "观潮" in httpx.get(url).text
