"""haiku.rag as its documentation's Python client: documents into LanceDB, `client.ask`, citations of chunks.

Its own conversion and chunking need docling and a tokenizer from a hub; so documents are built with `docling-core`, which
it stands on, and imported with chunks of our making (whole paragraphs, some 256 tokens, its default), as its documentation
says for chunks made elsewhere. All else is its own: hybrid search, five results, its instructions, its tools.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from docling_core.types.doc.document import DoclingDocument
from docling_core.types.doc.labels import DocItemLabel
from haiku.rag.client import HaikuRAG
from haiku.rag.config.models import AppConfig
from haiku.rag.store.models.chunk import Chunk, ChunkMetadata
from protocol import Ask, First, Given, reply, serve

CHUNK_CHARS = 380  # some 256 tokens of Chinese


def chunked(text: str) -> tuple[DoclingDocument, list[Chunk]]:
    """The document with a paragraph an item, and its paragraphs in chunks that fit."""
    document = DoclingDocument(name="article")
    chunks: list[Chunk] = []
    buffered: list[tuple[str, str]] = []

    def close() -> None:
        if buffered:
            refs = [ref for ref, _ in buffered]
            about = ChunkMetadata(doc_item_refs=refs, labels=["text"] * len(refs))
            content = "\n\n".join(part for _, part in buffered)
            chunks.append(Chunk(content=content, metadata=about.model_dump(), order=len(chunks)))
            buffered.clear()

    for part in filter(None, (p.strip() for p in text.split("\n\n"))):
        item = document.add_text(label=DocItemLabel.TEXT, text=part)
        if buffered and sum(len(p) for _, p in buffered) + len(part) > CHUNK_CHARS:
            close()
        buffered.append((item.self_ref, part))
    close()
    return document, chunks


def build(given: Given) -> Ask:
    """The client over a database of the articles, which is kept between runs."""
    place = {"base_url": given["recorder"], "api_key": "none"}
    config = AppConfig.model_validate(
        {
            "storage": {"data_dir": given["index"]},
            "embeddings": {
                "model": {
                    "provider": "openai",
                    "name": given["embedding"],
                    "vector_dim": given["dimensions"],
                    **place,
                }
            },
            "qa": {"model": {"provider": "openai", "name": given["model"], "temperature": 0, **place}},
        }
    )
    path = Path(given["index"]) / "articles.lancedb"
    loop = asyncio.new_event_loop()

    async def opened() -> HaikuRAG:
        fresh = not path.exists()
        client = await HaikuRAG(path, config=config, create=True).__aenter__()
        for name in given["articles"] if fresh else ():
            document, chunks = chunked(Path(name).read_text(encoding="utf-8"))
            await client.import_document(document, chunks, uri=Path(name).as_uri(), title=Path(name).stem)
        return client

    client = loop.run_until_complete(opened())

    def ask(question: str, history: list[dict[str, str]], first: First) -> Given:
        text, citations = loop.run_until_complete(client.ask(question))
        cited = [{"source": Path(c.document_uri).stem, "quote": c.content} for c in citations]
        return reply(text, read=[c["quote"] for c in cited], cited=cited)

    return ask


if __name__ == "__main__":
    serve(build)
