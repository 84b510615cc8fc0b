"""The agents' tools: an MCP server with tools over the same assistant, on standard input or under /mcp."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Annotated, Any, Protocol, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import CallToolResult, InputRequiredResult, ToolAnnotations
from pydantic import BeforeValidator, Field, ValidationError
from starlette.applications import Starlette

from docs_store.errors import GuanchaoError
from docs_store.models import Article, Hit, SearchFilter
from rag import Answer, PolicyQA
from rag.models import QUESTION_CHARS
from ui import invalid, strings
from ui.http.bodies import AnswerBody, ArticleBody, HitBody, SearchResult
from ui.http.schemas import Collection, Day, Issuer, Source, Tag, narrowing
from ui.making import Made, Order, make

T = TypeVar("T")

Asked = Annotated[str, Field(min_length=1, max_length=QUESTION_CHARS, description="一个完整的中文问题")]
Since = Annotated[Day, Field(description="只要这一天及以后发布的，如 2025-01-20")]
Until = Annotated[Day, Field(description="只要这一天及以前发布的")]
From = Annotated[Source, Field(description="只要这个发布机构、文件或文件夹的")]
By = Annotated[Issuer, Field(description="只要这个发布机构的，可以是几个")]
Tagged = Annotated[Tag, Field(description="只要有这个标签的")]
In = Annotated[Collection, Field(description="只要这个专题的")]
Regions = Annotated[list[str] | None, Field(max_length=10, description='只要关于这些地区的，如 ["南通"]')]
HowMany = Annotated[
    int,
    BeforeValidator(lambda k: _PASSAGES if k in (None, "") else k),
    Field(ge=1, le=50, description="返回多少段"),
]
About = Annotated[str, Field(min_length=1, max_length=200, description="主题，一个词或短语")]
Columns = Annotated[str | None, Field(max_length=500, description="列名，用逗号隔开；或 “加一列：投资额”")]
HowLong = Annotated[str | None, Field(max_length=20, description="short（一页）、normal（两页）或 long")]
_PASSAGES = 8
_ROWS = 60  # of a table that an agent is handed
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


class Tools(Protocol):
    """What the tools need; over HTTP it goes through the server's queues."""

    async def search(self, question: str, k: int, where: SearchFilter) -> list[Hit]:
        """Passages, best first."""

    async def ask(self, question: str, where: SearchFilter) -> Answer:
        """A checked answer."""

    async def article(self, id: str) -> Article | None:
        """One article."""

    async def make(self, order: Order) -> Made:
        """A deliverable. Raises GuanchaoError, ValueError."""


class LocalTools:
    """The assistant of this process alone."""

    def __init__(self, qa: PolicyQA) -> None:
        """Over an open assistant."""
        self._qa = qa

    async def search(self, question: str, k: int, where: SearchFilter) -> list[Hit]:
        """Passages, best first."""
        return await asyncio.to_thread(self._qa.search, question, k, where)

    async def ask(self, question: str, where: SearchFilter) -> Answer:
        """A checked answer."""
        return await self._qa.aask(question, where=where or None)

    async def article(self, id: str) -> Article | None:
        """One article."""
        assert self._qa.store is not None
        return await asyncio.to_thread(self._qa.store.article, id)

    async def make(self, order: Order) -> Made:
        """A deliverable. Raises GuanchaoError, ValueError."""
        return await asyncio.to_thread(make, self._qa, order)


class _Server(MCPServer):
    """Says in Chinese what is wrong with a call, and nothing of how it was found out."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """The tool's result. Raises ToolError."""
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, ValidationError):
                _, said = invalid.sentence(cause.errors(), "参数", f"请对照工具 {name} 的说明修改")
            elif isinstance(cause, ToolError):
                said = str(cause)
            elif cause is None:
                known = "、".join(tool.name for tool in await self.list_tools())
                said = f"没有工具 {name}，可用的是 {known}。"
            else:
                raise
            raise ToolError(said) from error


def build(tools: Tools, version: str) -> MCPServer:
    """The server with its tools, not running yet."""
    server = _Server("guanchao", title=strings.TITLE, version=version, instructions=strings.MCP_INSTRUCTIONS)

    @server.tool(title="检索", description=strings.MCP_SEARCH, annotations=_READS)
    async def search(
        question: Asked,
        k: HowMany = _PASSAGES,
        since: Since = None,
        until: Until = None,
        source: From = None,
        issuer: By = None,
        tag: Tagged = None,
        collection: In = None,
    ) -> SearchResult:
        where = narrowing(since, until, source, issuer, tag, collection)
        hits = await _or_tool_error(tools.search(question, k, where))
        return SearchResult(hits=[HitBody.of(hit) for hit in hits], ms=0)

    @server.tool(title="提问", description=strings.MCP_ASK, annotations=_READS)
    async def ask(
        question: Asked,
        since: Since = None,
        until: Until = None,
        source: From = None,
        issuer: By = None,
        tag: Tagged = None,
        collection: In = None,
    ) -> AnswerBody:
        where = narrowing(since, until, source, issuer, tag, collection)
        answer = await _or_tool_error(tools.ask(question, where))
        return AnswerBody(**answer.to_dict())

    @server.tool(title="读文章", description=strings.MCP_READ, annotations=_READS)
    async def read_article(
        article_id: Annotated[str, Field(max_length=500, description="检索或引文里的 article_id")],
    ) -> ArticleBody:
        article = await _or_tool_error(tools.article(article_id))
        if article is None:
            raise ToolError(f"没有文章 {article_id}，请用 search 的结果里的 article_id。")
        return ArticleBody.whole(article)

    @server.tool(title="梳理表", description=strings.MCP_TABLE, annotations=_READS)
    async def table(
        topic: About,
        since: Since = None,
        until: Until = None,
        source: From = None,
        issuer: By = None,
        tag: Tagged = None,
        collection: In = None,
        regions: Regions = None,
        columns: Columns = None,
    ) -> dict[str, Any]:
        where = narrowing(since, until, source, issuer, tag, collection)
        return await _made(
            tools, Order("table", topic, where, tuple(regions or ()), columns=columns, format="jsonl")
        )

    @server.tool(title="主题简报", description=strings.MCP_BRIEF, annotations=_READS)
    async def brief(
        topic: About,
        since: Since = None,
        until: Until = None,
        source: From = None,
        issuer: By = None,
        tag: Tagged = None,
        collection: In = None,
        regions: Regions = None,
        length: HowLong = None,
    ) -> dict[str, Any]:
        where = narrowing(since, until, source, issuer, tag, collection)
        return await _made(
            tools, Order("brief", topic, where, tuple(regions or ()), length=length, format="md")
        )

    @server.tool(title="时间线", description=strings.MCP_TIMELINE, annotations=_READS)
    async def timeline(
        topic: About,
        since: Since = None,
        until: Until = None,
        source: From = None,
        issuer: By = None,
        tag: Tagged = None,
        collection: In = None,
        regions: Regions = None,
    ) -> dict[str, Any]:
        where = narrowing(since, until, source, issuer, tag, collection)
        return await _made(tools, Order("timeline", topic, where, tuple(regions or ()), format="md"))

    @server.tool(title="对比", description=strings.MCP_COMPARE, annotations=_READS)
    async def compare(
        names: Annotated[
            list[str], Field(min_length=2, max_length=6, description="文章编号或标题、地区、年份")
        ],
        topic: Annotated[str, Field(max_length=200, description="地区或年份在哪个主题上对比")] = "",
        since: Since = None,
        until: Until = None,
        source: From = None,
        issuer: By = None,
        tag: Tagged = None,
        collection: In = None,
        regions: Regions = None,
    ) -> dict[str, Any]:
        where = narrowing(since, until, source, issuer, tag, collection)
        return await _made(
            tools, Order("compare", topic, where, tuple(regions or ()), names=tuple(names), format="md")
        )

    @server.tool(title="单篇要点", description=strings.MCP_POINTS, annotations=_READS)
    async def points(
        article_id: Annotated[str, Field(min_length=1, max_length=500, description="文章的编号或标题")],
    ) -> dict[str, Any]:
        return await _made(tools, Order("points", article_id, format="md"))

    @server.tool(title="口径核对", description=strings.MCP_CHECK, annotations=_READS)
    async def check(
        text: Annotated[str, Field(min_length=1, max_length=20_000, description="要核对的文字")],
        against: Annotated[str, Field(max_length=500, description="只跟库里这一篇比：编号或标题")] = "",
        version: Annotated[str, Field(max_length=20_000, description="只跟这份旧稿比：旧稿的文字")] = "",
        since: Since = None,
        until: Until = None,
        source: From = None,
        issuer: By = None,
        tag: Tagged = None,
        collection: In = None,
    ) -> dict[str, Any]:
        where = narrowing(since, until, source, issuer, tag, collection)
        order = Order("check", where=where, text=text, against=against, version=version, format="html")
        return await _made(tools, order)

    return server


async def _made(tools: Tools, order: Order) -> dict[str, Any]:
    """The result of an order; of a long table the first rows, and how many there are."""
    try:
        result = (await _or_tool_error(tools.make(order))).result
    except ValueError as error:
        raise ToolError(str(error)) from error
    if order.kind == "table" and len(result["rows"]) > _ROWS:
        return {**result, "rows": result["rows"][:_ROWS], "rows_in_all": len(result["rows"])}
    return result


async def _or_tool_error(work: Awaitable[T]) -> T:
    """What we know how to say becomes the tool's error; the agent can act on it."""
    try:
        return await work
    except GuanchaoError as error:
        raise ToolError(str(error)) from error


def http_application(server: MCPServer) -> Starlette:
    """The server under /mcp. Keys, hosts and origins are checked before it, by the gateway."""
    off = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    return server.streamable_http_app(stateless_http=True, json_response=True, transport_security=off)
