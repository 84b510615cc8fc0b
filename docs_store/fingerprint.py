"""What an index was built with. Vectors and passages of two identities must never be mixed."""

from __future__ import annotations

from collections.abc import Mapping

from docs_store.embedding.embedder import embedder_fingerprint
from docs_store.errors import StoreMismatchError
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


def compare(recorded: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    """Raises StoreMismatchError where an index cannot be used.

    An earlier schema is no mismatch: the ledger is migrated by whoever owns it.

    Args:
        recorded: what the index was built with.
        wanted: the `fingerprint` of the configuration.
    """
    if int(recorded.get("schema", 0)) > int(wanted["schema"]):
        raise StoreMismatchError(
            f"索引是更新版本的观潮写的（结构 {recorded['schema']}，这个版本只到 {wanted['schema']}），"
            "请升级 guanchao，或运行 `guanchao ingest --rebuild` 重建。"
        )
    if different := [k for k, v in wanted.items() if k != "schema" and recorded.get(k) != v]:
        what = "；".join(f"{k}：索引是 {recorded.get(k)}，配置是 {wanted[k]}" for k in different)
        raise StoreMismatchError(
            f"索引与配置不一致（{what}）。请改回配置，或运行 `guanchao ingest --rebuild` 重建。"
        )
