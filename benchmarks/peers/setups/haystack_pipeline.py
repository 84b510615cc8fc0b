"""Haystack as its first tutorial: InMemoryDocumentStore, an embedding retriever, a prompt builder, a chat generator.

The articles are whole documents, as the tutorial's are, and the retriever gives its default of ten. The prompt is the
tutorial's own, kept in `prompts/`.
"""

from __future__ import annotations

from pathlib import Path

from haystack import Document, Pipeline
from haystack.components.builders import ChatPromptBuilder
from haystack.components.embedders import OpenAIDocumentEmbedder, OpenAITextEmbedder
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.dataclasses import ChatMessage
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.utils import Secret
from protocol import Ask, First, Given, reply, serve

PROMPT = Path(__file__).with_name("prompts") / "haystack.txt"


def build(given: Given) -> Ask:
    """The pipeline over the articles."""
    prompt = PROMPT.read_text(encoding="utf-8").split("---\n", 1)[1]
    key = Secret.from_token("none")
    where = {"api_key": key, "api_base_url": given["recorder"]}
    store = InMemoryDocumentStore()
    texts = [
        Document(content=Path(p).read_text(encoding="utf-8"), meta={"source": Path(p).stem})
        for p in given["articles"]
    ]
    embedder = OpenAIDocumentEmbedder(model=given["embedding"], progress_bar=False, **where)
    store.write_documents(embedder.run(documents=texts)["documents"])
    pipeline = Pipeline()
    pipeline.add_component("text_embedder", OpenAITextEmbedder(model=given["embedding"], **where))
    pipeline.add_component("retriever", InMemoryEmbeddingRetriever(store))
    pipeline.add_component(
        "prompt_builder",
        ChatPromptBuilder(
            template=[ChatMessage.from_user(prompt)], required_variables=["documents", "question"]
        ),
    )
    generator = OpenAIChatGenerator(
        model=given["model"],
        generation_kwargs={"temperature": 0},
        timeout=given["limit_s"],
        max_retries=0,
        **where,
    )
    pipeline.add_component("llm", generator)
    pipeline.connect("text_embedder.embedding", "retriever.query_embedding")
    pipeline.connect("retriever", "prompt_builder")
    pipeline.connect("prompt_builder.prompt", "llm.messages")

    def ask(question: str, history: list[dict[str, str]], first: First) -> Given:
        def piece(chunk: object) -> None:
            if getattr(chunk, "content", ""):
                first()

        found = pipeline.run(
            {
                "text_embedder": {"text": question},
                "prompt_builder": {"question": question},
                "llm": {"streaming_callback": piece},
            },
            include_outputs_from={"retriever"},
        )
        read = [document.content or "" for document in found["retriever"]["documents"]]
        return reply(found["llm"]["replies"][0].text or "", read=read)

    return ask


if __name__ == "__main__":
    serve(build)
