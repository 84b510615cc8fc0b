"""The Python API as scripts and LangChain programs use it."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_core.runnables import RunnableLambda
from langchain_tests.integration_tests import RetrieversIntegrationTests

import rag
from docs_store import DocsStore
from rag import GuanchaoError, PolicyQA, Turn
from rag.background import iterate
from rag.runnables import PolicyRetriever

QUESTION = "如皋建设了几个科创飞地？"


class TestRetrieverStandard(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def _opened(self, qa):
        self._qa = qa

    @property
    def retriever_constructor(self):
        return PolicyRetriever

    @property
    def retriever_constructor_params(self):
        return {"qa": self._qa}

    @property
    def retriever_query_example(self):
        return "飞地、企业与港口航线"


def test_documents_say_where_they_stand(qa):
    found = qa.as_retriever(k=1).invoke("科创飞地")
    meta = found[0].metadata
    article = qa.store.article(meta["article_id"])
    assert article.text[meta["start"] : meta["end"]] == found[0].page_content
    assert (meta["title"], meta["issuer"], meta["published_on"]) == ("飞地简报", "南通发布", "2025-01-20")


def test_a_retriever_narrows(qa):
    where = rag.SearchFilter(source="盐城发布")
    found = qa.as_retriever(k=5, where=where).invoke("科创飞地")
    assert {d.metadata["issuer"] for d in found} <= {"盐城发布"}


def test_the_runnable_composes_batches_and_streams(qa):
    chain = RunnableLambda(lambda place: f"{place}建设了几个科创飞地？") | qa.as_runnable().pick("answer")
    assert chain.invoke("如皋").startswith("如皋建设了5个科创飞地[1]。")
    first, second = chain.batch(["如皋", "盐城"])
    assert first.startswith("如皋建设了5个科创飞地[1]。") and not second
    chunks = list(qa.as_runnable().stream(QUESTION))
    assert (
        chunks[0]["context"] and "".join(c.get("draft", "") for c in chunks) == "如皋建设了5个科创飞地[1]。"
    )
    assert (
        chunks[-1]["result"].citations[0].quote
        in qa.store.article(chunks[-1]["citations"][0]["article_id"]).text
    )
    whole = qa.as_runnable().invoke(QUESTION)
    assert whole.keys() == {"question", "context", "draft", "answer", "citations", "refusal", "result"}


def test_the_runnable_takes_a_question_that_a_model_streams(qa):
    chain = FakeListChatModel(responses=[QUESTION]) | RunnableLambda(lambda m: m.content) | qa.as_runnable()
    assert chain.invoke("写一个问题")["question"] == QUESTION


def test_the_runnable_takes_history_and_names_bad_input(qa):
    given = {
        "question": "几个？",
        "history": [Turn(QUESTION, "5个"), {"question": "那里呢", "answer": "没有"}],
    }
    assert qa.as_runnable().invoke(given)["result"].question == "几个？"
    for bad in (3, {"history": []}, {"question": 1}, {"question": "x", "history": [{"q": 1}]}):
        with pytest.raises(GuanchaoError, match="question"):
            qa.as_runnable().invoke(bad)


def test_async_answers_equal_blocking_ones(qa):
    async def run():
        answer = await qa.aask(QUESTION)
        stages = [event.stage async for event in qa.astream(QUESTION)]
        chunks = [chunk async for chunk in qa.as_runnable().astream(QUESTION)]
        several = await asyncio.gather(*(qa.aask(QUESTION) for _ in range(6)))
        return answer, stages, chunks, several

    answer, stages, chunks, several = asyncio.run(run())
    assert answer.text == qa.ask(QUESTION).text == chunks[-1]["answer"]
    assert stages[0] == "retrieving" and stages[-1] == "final" and "delta" in stages
    assert {a.text for a in several} == {answer.text}


def test_leaving_a_stream_early_closes_it():
    closed = threading.Event()

    def steps():
        try:
            while True:
                yield 1
        finally:
            closed.set()

    async def run():
        events = iterate(steps())
        async for _ in events:
            break
        await events.aclose()

    asyncio.run(run())
    assert closed.is_set()


def test_cancelling_closes_what_is_running():
    begun, go_on, closed = threading.Event(), threading.Event(), threading.Event()

    def steps():
        try:
            begun.set()
            go_on.wait(10)
            yield 1
        finally:
            closed.set()

    async def run():
        task = asyncio.ensure_future(anext(iterate(steps())))
        while not begun.is_set():
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()
        while not closed.is_set():
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(run(), 20))


def test_many_threads_share_one_assistant(qa):
    alone = qa.ask(QUESTION, extractive=True).text
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: qa.ask(QUESTION, extractive=True).text, range(40)))
    assert set(answers) == {alone}


def test_a_closed_assistant_says_so(qa):
    qa.close()
    with pytest.raises(GuanchaoError, match="open"):
        qa.search(QUESTION)
    with pytest.raises(GuanchaoError, match="open"):
        qa.ask(QUESTION)


def test_everything_public_is_there_and_typed():
    assert DocsStore.__name__ == "DocsStore" and PolicyQA is rag.PolicyQA
    for package in ("rag", "ingest", "docs_store", "ui"):
        assert (__import__("pathlib").Path(__import__(package).__file__).parent / "py.typed").is_file()
