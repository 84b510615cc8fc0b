"""What an index was built with. Vectors and passages of two identities must never be mixed."""

from __future__ import annotations

from docs_store.embedding.embedder import embedder_fingerprint
from docs_store.local import schema
from docs_store.settings import Settings
from docs_store.text import analyser


def fingerprint(settings: Settings) -> dict[str, str]:
    """The parts of the configuration that an index depends on; cheap, loads nothing."""
    return {
        "embedding": embedder_fingerprint(settings),
        "chunker": f"3/{settings.ingest.passage_chars}/{settings.ingest.passage_max_chars}",
        "analyser": analyser.VERSION,
        "schema": str(schema.VERSION),
    }
