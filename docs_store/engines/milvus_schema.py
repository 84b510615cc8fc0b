"""The collections of an index on Milvus, its expressions, and how our tokens pass through its analyser."""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING

from pymilvus import DataType, Function, FunctionType

from docs_store.models import SearchFilter

if TYPE_CHECKING:
    from pymilvus import MilvusClient

PATIENCE = 20.0  # seconds for a request; without it the client tries again for minutes
_K1, _B = 1.2, 0.75  # as tantivy has them
_ID = 512  # bytes
_TEXT = 65_535  # bytes, the most that Milvus takes


class CollectionKind(Enum):
    """What a collection holds."""

    ROWS = "rows"
    PASSAGES = "passages"
    ARTICLES = "articles"


def create(client: MilvusClient, name: str, kind: CollectionKind, dimensions: int = 0) -> None:
    """Makes a collection unless it is there. Reads see every write that went before (`Strong`)."""
    if client.has_collection(name, timeout=PATIENCE):
        return
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    index = client.prepare_index_params()
    schema.add_field("id", DataType.VARCHAR, max_length=_ID, is_primary=True)
    if kind is CollectionKind.ROWS:
        schema.add_field("value", DataType.VARCHAR, max_length=_TEXT)
        schema.add_field("nothing", DataType.FLOAT_VECTOR, dim=2)  # every collection must have a vector
        index.add_index("nothing", index_type="FLAT", metric_type="L2")
    else:
        schema.add_field("article", DataType.VARCHAR, max_length=_ID)
        schema.add_field("day", DataType.INT64)
        schema.add_field(
            "tokens",
            DataType.VARCHAR,
            max_length=_TEXT,
            enable_analyzer=True,
            analyzer_params={"type": "standard"},
        )
        schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(
            Function(
                name="bm25",
                function_type=FunctionType.BM25,
                input_field_names=["tokens"],
                output_field_names=["sparse"],
            )
        )
        index.add_index(
            "sparse",
            index_type="SPARSE_INVERTED_INDEX",
            metric_type="BM25",
            params={"bm25_k1": _K1, "bm25_b": _B},
        )
    if kind is CollectionKind.PASSAGES:
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimensions)
        index.add_index("vector", index_type="AUTOINDEX", metric_type="COSINE")
    client.create_collection(name, schema=schema, consistency_level="Strong", timeout=PATIENCE)
    client.create_index(name, index, sync=False, timeout=PATIENCE)  # there is nothing in it yet to wait for
    client.load_collection(name, timeout=PATIENCE)


def spelt(tokens: Iterable[str]) -> str:
    """Tokens as words of ASCII letters and digits, which the `standard` analyser leaves whole; cut at the field's end."""
    text = " ".join(token.encode("utf-16-be").hex() for token in tokens)
    return text if len(text) <= _TEXT else text[:_TEXT].rsplit(" ", 1)[0]


def days(where: SearchFilter) -> list[str]:
    """A dated filter as Milvus' expressions; articles without a date have day 0 and never match."""
    if not (where.since or where.until):
        return []
    low, high = where.day_range
    return [f"day >= {low}", f"day <= {high}"]


def one_of(field: str, values: Iterable[str]) -> str:
    """An expression: the field has one of the values."""
    return f"{field} in {json.dumps(list(values))}"
