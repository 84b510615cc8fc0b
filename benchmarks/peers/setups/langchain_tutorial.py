"""LangChain as the RAG tutorial of its documentation ends: a chain of one retrieval and one call of the model.

Chunks of 1,000 characters that overlap by 200, an InMemoryVectorStore, the four nearest put into the system prompt by a
`dynamic_prompt` middleware, `create_agent` without tools. The prompt is the tutorial's own, kept in `prompts/`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import dynamic_prompt
from langchain_core.documents import Document
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
from protocol import Ask, First, Given, reply, serve

PROMPT = Path(__file__).with_name("prompts") / "langchain.txt"


def build(given: Given) -> Ask:
    """The chain over the articles."""
    prompt = PROMPT.read_text(encoding="utf-8").split("---\n", 1)[1].strip()
    embeddings = OpenAIEmbeddings(
        model=given["embedding"],
        base_url=given["recorder"],
        api_key="none",
        check_embedding_ctx_length=False,  # else it fetches a tokenizer of OpenAI's
    )
    store = InMemoryVectorStore(embeddings)
    texts = [
        Document(Path(p).read_text(encoding="utf-8"), metadata={"source": Path(p).stem})
        for p in given["articles"]
    ]
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
    store.add_documents(splitter.split_documents(texts))
    model = ChatOpenAI(
        model=given["model"],
        base_url=given["recorder"],
        api_key="none",
        temperature=0,
        timeout=given["limit_s"],
        max_retries=0,
    )
    found: list[Document] = []

    @dynamic_prompt
    def with_context(request: Any) -> str:
        found[:] = store.similarity_search(request.state["messages"][-1].text)
        return prompt + "\n\n" + "\n\n".join(document.page_content for document in found)

    chain = create_agent(model, tools=[], middleware=[with_context])

    def ask(question: str, history: list[dict[str, str]], first: First) -> Given:
        messages = [m for t in history for m in (("user", t["question"]), ("assistant", t["answer"]))]
        pieces = []
        for piece, _ in chain.stream({"messages": [*messages, ("user", question)]}, stream_mode="messages"):
            if piece.text:
                first()
                pieces.append(piece.text)
        return reply("".join(pieces), read=[document.page_content for document in found])

    return ask


if __name__ == "__main__":
    serve(build)
