"""BM25 over Chinese bigrams and single characters (tantivy), of passages and of whole articles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy

from docs_store.analyser import tokens
from docs_store.models import Article, Passage, SearchFilter

_UNIGRAM_WEIGHT = 0.2  # a lone character says little; bigrams carry Chinese words
_TITLE_WEIGHT = 0.3


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("id", "article_id", "kind"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("body", "title"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_unsigned_field("day", indexed=True, fast=True)
    return builder.build()


class LexicalIndex:
    """A tantivy index in a folder. Queries are built from tokens; user text is never parsed as syntax."""

    def __init__(self, path: Path, *, write: bool) -> None:
        """Opens or (when `write`) creates the index. Raises ValueError when the folder is not an index."""
        if write:
            path.mkdir(parents=True, exist_ok=True)
        self._schema = _schema()
        self._index = tantivy.Index(self._schema, path=str(path)) if write else tantivy.Index.open(str(path))
        self._writer = self._index.writer(heap_size=48_000_000, num_threads=1) if write else None

    def add(self, items: Iterable[tuple[Article, Sequence[Passage]]], gone: Iterable[str] = ()) -> None:
        """Adds or replaces articles with their passages, removes those `gone`, and commits."""
        assert self._writer is not None
        for id in gone:
            self._writer.delete_documents_by_term("article_id", id)
        for article, passages in items:
            self._writer.delete_documents_by_term("article_id", article.id)
            day = int(article.published_on.strftime("%Y%m%d")) if article.published_on else 0
            title = " ".join(tokens(article.title))
            for p in passages:
                self._document(p.id, article.id, "passage", " ".join(tokens(p.text)), title, day)
            self._document(article.id, article.id, "article", " ".join(tokens(article.text)), title, day)
        self._commit()

    def _document(self, id: str, article_id: str, kind: str, body: str, title: str, day: int) -> None:
        assert self._writer is not None
        self._writer.add_document(
            tantivy.Document.from_dict(
                {"id": id, "article_id": article_id, "kind": kind, "body": body, "title": title, "day": day},
                self._schema,
            )
        )

    def delete(self, article_ids: Iterable[str]) -> None:
        """Removes articles with their passages, and commits."""
        assert self._writer is not None
        for id in article_ids:
            self._writer.delete_documents_by_term("article_id", id)
        self._commit()

    def close(self) -> None:
        """Lets go of the writer, so that the folder can be opened again."""
        self._writer = None

    def _commit(self) -> None:
        assert self._writer is not None
        self._writer.commit()
        self._index.reload()

    def search(self, query: str, k: int, *, kind: str, where: SearchFilter) -> list[tuple[str, float]]:
        """(id, BM25 score) of the best `k` passages or articles, best first."""
        words = dict.fromkeys(tokens(query))
        if not words:
            return []
        clauses: list[tuple[tantivy.Occur, tantivy.Query]] = []
        for word in words:
            weight = _UNIGRAM_WEIGHT if _is_character(word) else 1.0
            for field, field_weight in (("body", 1.0), ("title", _TITLE_WEIGHT)):
                term = tantivy.Query.term_query(self._schema, field, word, index_option="freq")
                clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(term, weight * field_weight)))
        must = [
            (tantivy.Occur.Must, tantivy.Query.boolean_query(clauses)),
            (tantivy.Occur.Must, self._is(kind)),
        ]
        if where.since or where.until:
            low = int(where.since.strftime("%Y%m%d")) if where.since else 1
            high = int(where.until.strftime("%Y%m%d")) if where.until else 99991231
            days = tantivy.Query.range_query(self._schema, "day", tantivy.FieldType.Unsigned, low, high)
            must.append((tantivy.Occur.Must, tantivy.Query.const_score_query(days, 0.0)))
        searcher = self._index.searcher()
        result = searcher.search(tantivy.Query.boolean_query(must), limit=k, count=False)
        return [(str(searcher.doc(address)["id"][0]), float(score)) for score, address in result.hits]

    def _is(self, kind: str) -> tantivy.Query:
        return tantivy.Query.const_score_query(
            tantivy.Query.term_query(self._schema, "kind", kind, index_option="basic"), 0.0
        )

    def passage_ids(self) -> dict[str, str]:
        """Every indexed passage's id with its article's id."""
        searcher = self._index.searcher()
        result = searcher.search(self._is("passage"), limit=max(1, searcher.num_docs), count=False)
        documents = (searcher.doc(address) for _, address in result.hits)
        return {str(d["id"][0]): str(d["article_id"][0]) for d in documents}

    def article_ids(self) -> set[str]:
        """The ids of all articles indexed whole."""
        searcher = self._index.searcher()
        result = searcher.search(self._is("article"), limit=max(1, searcher.num_docs), count=False)
        return {str(searcher.doc(address)["id"][0]) for _, address in result.hits}


def _is_character(token: str) -> bool:
    return len(token) == 1 and token >= "\u3400"
