"""LlamaIndex as its starter tutorial for local models: SimpleDirectoryReader, VectorStoreIndex, `as_query_engine()`.

Every setting is its own: chunks of 1,024 tokens that overlap by 200, two of them retrieved, the compact synthesiser with
its own prompts. `streaming=True` alone is added, so that the first words are seen when they are written.
"""

from __future__ import annotations

from pathlib import Path

from llama_index.core import Settings, SimpleDirectoryReader, VectorStoreIndex
from llama_index.embeddings.openai_like import OpenAILikeEmbedding
from llama_index.llms.openai_like import OpenAILike
from protocol import Ask, First, Given, reply, serve


def build(given: Given) -> Ask:
    """The query engine over the articles."""
    Settings.llm = OpenAILike(
        model=given["model"],
        api_base=given["recorder"],
        api_key="none",
        is_chat_model=True,
        temperature=0,
        context_window=given["context"],
        timeout=given["limit_s"],
    )
    Settings.embed_model = OpenAILikeEmbedding(
        model_name=given["embedding"], api_base=given["recorder"], api_key="none"
    )
    documents = SimpleDirectoryReader(input_files=given["articles"]).load_data()
    engine = VectorStoreIndex.from_documents(documents).as_query_engine(streaming=True)

    def ask(question: str, history: list[dict[str, str]], first: First) -> Given:
        found = engine.query(question)
        pieces = []
        for piece in found.response_gen:
            if piece:
                first()
                pieces.append(piece)
        nodes = [(Path(n.metadata["file_name"]).stem, n.get_content()) for n in found.source_nodes]
        cited = [{"source": source, "quote": text} for source, text in nodes]
        return reply("".join(pieces), read=[text for _, text in nodes], cited=cited)

    return ask


if __name__ == "__main__":
    serve(build)
