"""Agents, forms and monitors: arguments left empty, other spellings of one address, errors in Chinese."""

import pytest

QUESTION = "如皋建设了几个科创飞地？"
EMPTY = {"since": "", "until": "", "source": ""}


def call(client, name, arguments, path="/mcp"):
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": name, "arguments": arguments},
    }
    headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}
    response = client.post(path, json=body, headers=headers, follow_redirects=False)
    assert response.status_code == 200, response.text
    return response.json()["result"]


@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
def test_an_empty_argument_of_a_tool_is_not_given(client, path):
    assert "5个" in call(client, "ask", {"question": QUESTION, **EMPTY}, path)["structuredContent"]["answer"]
    found = call(client, "search", {"question": QUESTION, "k": "", **EMPTY}, path)
    assert found["structuredContent"]["hits"]


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("ask", {"question": QUESTION, "since": "去年"}, "参数 since 不对（日期请写成 2025-01-20 这样）"),
        ("ask", {}, "参数 question 不对（缺少）"),
        ("search", {"question": QUESTION, "k": 500}, "参数 k 不对（不能大于 50）"),
        ("search", {"question": ""}, "参数 question 不对（不能少于 1 字）"),
        ("read_article", {"article_id": "没有"}, "没有文章 没有"),
        ("write", {}, "没有工具 write"),
    ],
)
def test_a_tool_says_in_chinese_what_is_wrong(client, name, arguments, said):
    result = call(client, name, arguments)
    assert result["isError"]
    told = result["content"][0]["text"]
    assert said in told and "Error" not in told and "pydantic" not in told


def test_an_empty_argument_of_the_api_is_not_given(client):
    assert (
        "5个" in client.post("/api/ask", json={"question": QUESTION, **EMPTY, "issuer": ""}).json()["answer"]
    )
    assert client.get("/api/search", params={"q": QUESTION, "since": "", "until": "", "source": ""}).json()[
        "hits"
    ]


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/api/ask", {}, "参数 question 不对（缺少）"),
        ("/api/ask", {"question": 3}, "参数 question 不对（应是文字）"),
        ("/api/ask", {"question": "长" * 2001}, "参数 question 不对（不能超过 2000 字）"),
        ("/api/ask", {"question": "a", "weiter": 1}, "参数 weiter 不对（没有这个参数）"),
        ("/api/search", {"question": "a", "k": 0}, "参数 k 不对（不能小于 1）"),
        (
            "/v1/chat/completions",
            {"model": "guanchao", "messages": []},
            "参数 messages 不对（不能少于 1 项）",
        ),
        (
            "/v1/chat/completions",
            {"model": "guanchao", "messages": [{"role": "user", "content": 3}]},
            "参数 messages.0.content 不对（应是",
        ),
        (
            "/v1/chat/completions",
            {"model": "guanchao", "messages": [{"role": "robot", "content": "a"}]},
            "参数 messages.0.role 不对（只能是",
        ),
    ],
)
def test_the_api_says_in_chinese_what_is_wrong(client, path, body, said):
    message = client.post(path, json=body).json()["error"]["message"]
    assert said in message and "input" not in message.lower() and "should" not in message


def test_a_body_that_is_no_json(client):
    response = client.post("/api/ask", content=b"{", headers={"Content-Type": "application/json"})
    assert response.status_code == 422 and "不是合法的 JSON" in response.json()["error"]["message"]


def test_monitors_may_ask_for_the_head_alone(client):
    response = client.head("/api/health")
    assert response.status_code == 200 and not response.content


@pytest.mark.parametrize("host", ["LOCALHOST", "localhost.", "Localhost:7860", "127.0.0.1", "[::1]:7860"])
def test_host_names_know_no_case_and_no_last_dot(client, host):
    assert client.get("/api/health", headers={"Host": host}).status_code == 200


def test_an_allowed_host_knows_no_case_either(serving):
    with serving(allowed_hosts=("QA.example.com",)) as client:
        assert client.get("/api/health", headers={"Host": "qa.Example.com"}).status_code == 200
        assert client.get("/api/health", headers={"Host": "other.example.com"}).status_code == 421


def test_chinese_in_an_address_that_is_not_utf_8_is_told(client):
    response = client.get("/api/search?q=%C8%E7%B8%DE")
    assert response.status_code == 400 and "GBK" in response.json()["error"]["message"]
    assert client.get("/api/articles/%C8%E7").status_code == 400
    assert client.get("/api/search?q=%E5%A6%82%E7%9A%8B").status_code == 200
