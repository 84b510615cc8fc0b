"""The engines that an index may live on, one module each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docs_store.errors import MissingExtraError

if TYPE_CHECKING:
    from docs_store.engines.protocols import Engine
    from docs_store.settings import StoreSettings


def open_engine(settings: StoreSettings) -> Engine:
    """Connects to the server that the settings name.

    Raises:
        StoreUnavailableError: it does not answer, or refuses.
        MissingExtraError: its client is not installed.
    """
    if settings.backend == "milvus":
        try:
            from docs_store.engines.milvus import MilvusEngine
        except ModuleNotFoundError as error:
            raise MissingExtraError.of("store.backend: milvus", "milvus") from error
        return MilvusEngine(settings)
    from docs_store.engines.chroma_server import ChromaServer

    return ChromaServer(settings)
