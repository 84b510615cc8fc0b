"""Deliverables over HTTP and MCP: every filter at every tools, checks against one text, lengths in words."""

import time

import pytest


def made(client, kind, **body):
    job = client.post(f"/api/{kind}", json=body)
    assert job.status_code == 202, job.text
    for _ in range(600):
        told = client.get(f"/api/deliverables/{job.json()['id']}").json()
        if told["state"] in ("done", "failed"):
            return told
        time.sleep(0.1)
    raise AssertionError("never done")


@pytest.mark.parametrize(
    ("narrowed", "there"),
    [
        ({"issuer": "盐城发布"}, True),
        ({"issuer": ["南通发布", "盐城发布"]}, True),
        ({"issuer": ["南通发布"]}, False),
        ({"tag": "没有这个标签"}, False),
        ({"collection": "没有这个专题"}, False),
        ({"since": "2025-02-01", "issuer": []}, True),
        ({"until": "2025-01-31"}, False),
        ({"regions": ["盐城"]}, True),
    ],
)
def test_filters_narrow_a_table(client, narrowed, there):
    told = made(client, "table", topic="盐城港集装箱航线", format="jsonl", **narrowed)
    assert (told["state"] == "done") == there, told["error"]


def test_a_source_narrows_a_brief_of_one_page(client):
    article = next(a for a in client.service.store.articles() if a.title == "港口简报")
    told = made(client, "brief", topic="盐城港集装箱航线", source=article.source, length="一页", format="md")
    assert {source["article_id"] for source in told["result"]["sources"]} == {article.id}


def test_a_length_that_is_none_is_refused_in_chinese(client):
    told = made(client, "brief", topic="盐城港集装箱航线", length="很久")
    assert told["state"] == "failed" and "篇幅" in told["error"]


def test_a_text_is_checked_against_the_library_an_article_or_an_older_version(client):
    def verdicts(**body):
        told = made(client, "check", text="如皋建设了5个科创飞地。", format="html", **body)
        return [claim["verdict"] for claim in told["result"]["claims"]]

    assert verdicts() == ["supported"]
    assert verdicts(against="飞地简报") == ["supported"]
    assert verdicts(version="如皋建设了3个科创飞地。") == ["contradicted"]
    assert made(client, "check", text="如皋建设了5个科创飞地。", against="没有这一篇")["state"] == "failed"


def test_agents_narrow_and_check_too(client):
    def call(name, **arguments):
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
        body["params"] = {"name": name, "arguments": arguments}
        headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}
        return client.post("/mcp", json=body, headers=headers).json()["result"]

    found = call("table", topic="盐城港集装箱航线", issuer=["盐城发布"], columns="加一列：投资额")
    assert found["structuredContent"]["rows"] and found["structuredContent"]["columns"][-1] == "投资额"
    assert call("table", topic="盐城港集装箱航线", issuer="南通发布")["isError"]
    checked = call("check", text="如皋建设了5个科创飞地。", version="如皋建设了3个科创飞地。")
    assert checked["structuredContent"]["claims"][0]["verdict"] == "contradicted"
