"""BM25 over passages and over whole articles, in two tantivy indexes with statistics of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import tantivy

from docs_store.analyser import is_single, tokens
from docs_store.models import Article, Passage, SearchFilter

SINGLE_BOOST = 0.1
"""Weight of a single Chinese character beside 1 for bigrams, numbers and words."""
TITLE_BOOST = 0.3
"""Weight of a match in the title of a passage's article."""
MAX_QUERY_TOKENS = 400
"""A pasted page as a question must not cost seconds; the first few hundred tokens say what it is about."""
_HEAP = 256_000_000
_WORDS = "words"


def date_number(day: date | None) -> int:
    """The day as the integer yyyymmdd; 0 when unknown."""
    return day.year * 10000 + day.month * 100 + day.day if day else 0


class _Bm25:
    """One tantivy index of documents `key` (passage or article id) with a title and a text."""

    def __init__(self, folder: Path, *, write: bool) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("article_id", tokenizer_name="raw", index_option="basic")
        builder.add_text_field("title", tokenizer_name=_WORDS, index_option="freq")
        builder.add_text_field("text", tokenizer_name=_WORDS, index_option="freq")
        builder.add_integer_field("published_on", indexed=True, fast=True)
        self._schema = builder.build()
        if write:
            folder.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(self._schema, path=str(folder), reuse=True)
        analyser = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer(_WORDS, analyser)
        self._write = write
        self._writer: tantivy.IndexWriter | None = None
        self._frequencies: dict[str, int] = {}
        self._searcher = self._index.searcher()

    @property
    def count(self) -> int:
        return int(self._searcher.num_docs)

    def replace(self, removed: Iterable[str], added: Iterable[tuple[str, str, str, str, int]]) -> None:
        """Removes articles by id, then adds (key, article id, title, text, yyyymmdd); not yet committed."""
        if self._writer is None:
            self._writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        for article_id in removed:
            self._writer.delete_documents_by_term("article_id", article_id)
        for key, article_id, title, text, day in added:
            self._writer.add_document(
                tantivy.Document(
                    key=key,
                    article_id=article_id,
                    title=" ".join(tokens(title)),
                    text=" ".join(tokens(text)),
                    published_on=day,
                )
            )

    def remove_keys(self, keys: Iterable[str]) -> None:
        if self._writer is None:
            self._writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        for key in keys:
            self._writer.delete_documents_by_term("key", key)

    def commit(self) -> None:
        if self._writer is not None:
            self._writer.commit()
            self.refresh()

    def refresh(self) -> None:
        self._index.reload()
        self._searcher = self._index.searcher()
        self._frequencies = {}

    def close(self) -> None:
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None

    def keys(self) -> set[str]:
        if self.count == 0:
            return set()
        found = self._searcher.search(tantivy.Query.all_query(), limit=self.count, count=False).hits
        return {self._searcher.doc(address)["key"][0] for _, address in found}

    def frequency(self, token: str) -> int:
        known = self._frequencies.get(token)
        if known is None:
            # Counted by a search, because doc_freq also counts deleted documents until segments merge.
            query = tantivy.Query.term_query(self._schema, "text", token, "freq")
            known = self._frequencies[token] = int(self._searcher.search(query, limit=1).count or 0)
        return known

    def search(
        self, query: str, k: int, days: tuple[int, int] | None, articles: Sequence[str] | None
    ) -> list[tuple[str, float]]:
        found = self._query(query)
        if found is None or k <= 0 or self.count == 0:
            return []
        clauses = [(tantivy.Occur.Must, found)]
        if days is not None:
            span = tantivy.Query.range_query(
                self._schema, "published_on", tantivy.FieldType.Integer, days[0], days[1]
            )
            clauses.append((tantivy.Occur.Must, tantivy.Query.const_score_query(span, 0.0)))
        if articles is not None:
            allowed = tantivy.Query.term_set_query(self._schema, "article_id", list(articles))
            clauses.append((tantivy.Occur.Must, tantivy.Query.const_score_query(allowed, 0.0)))
        whole = found if len(clauses) == 1 else tantivy.Query.boolean_query(clauses)
        hits = self._searcher.search(whole, limit=min(k, self.count), count=False).hits
        return [(self._searcher.doc(address)["key"][0], float(score)) for score, address in hits]

    def _query(self, question: str) -> tantivy.Query | None:
        # Term queries, never a query parser: a user's quotes, colons and brackets are just text.
        parts: list[tuple[tantivy.Occur, tantivy.Query]] = []
        for token in list(dict.fromkeys(tokens(question)))[:MAX_QUERY_TOKENS]:
            weight = SINGLE_BOOST if is_single(token) else 1.0
            for field, boost in (("text", 1.0), ("title", TITLE_BOOST)):
                term = tantivy.Query.term_query(self._schema, field, token, "freq")
                parts.append((tantivy.Occur.Should, tantivy.Query.boost_query(term, weight * boost)))
        return tantivy.Query.boolean_query(parts) if parts else None


class LexicalIndex:
    """The lexical half of the store. Changes are visible after `commit`."""

    def __init__(self, folder: Path, *, write: bool) -> None:
        """Opens (with `write`: creates) the two indexes. Raises ValueError or OSError when damaged."""
        self._passages = _Bm25(folder / "passages", write=write)
        self._articles = _Bm25(folder / "articles", write=write)

    @property
    def count(self) -> int:
        """Passages that are indexed."""
        return self._passages.count

    def replace(self, items: Iterable[tuple[Article, Sequence[Passage]]]) -> None:
        """Puts articles with their passages in place of older versions."""
        for article, passages in items:
            day = date_number(article.published_on)
            rows = [(p.id, article.id, article.title, p.text, day) for p in passages]
            self._passages.replace([article.id], rows)
            whole = f"{article.title}\n{article.text}"
            self._articles.replace([article.id], [(article.id, article.id, "", whole, day)])

    def delete_articles(self, article_ids: Sequence[str]) -> None:
        """Removes articles with all their passages."""
        self._passages.replace(article_ids, [])
        self._articles.replace(article_ids, [])

    def delete_passages(self, passage_ids: Iterable[str]) -> None:
        """Removes single passages (repair only)."""
        self._passages.remove_keys(passage_ids)

    def commit(self) -> None:
        """Makes all changes durable and visible."""
        self._passages.commit()
        self._articles.commit()

    def close(self) -> None:
        """Releases the writers."""
        self._passages.close()
        self._articles.close()

    def passage_ids(self) -> set[str]:
        """Ids of all indexed passages."""
        return self._passages.keys()

    def article_ids(self) -> set[str]:
        """Ids of all indexed articles."""
        return self._articles.keys()

    def document_frequency(self, token: str) -> int:
        """Number of passages whose text holds `token` (a token of the analyser)."""
        return self._passages.frequency(token)

    def search_passages(
        self, query: str, k: int, where: SearchFilter, articles: Sequence[str] | None
    ) -> list[tuple[str, float]]:
        """Up to k (passage id, BM25 score), best first; `articles` limits the search to those ids."""
        return self._passages.search(query, k, date_bounds(where), articles)

    def search_articles(
        self, query: str, k: int, where: SearchFilter, articles: Sequence[str] | None
    ) -> list[tuple[str, float]]:
        """Up to k (article id, BM25 score of title and whole text), best first."""
        return self._articles.search(query, k, date_bounds(where), articles)


def date_bounds(where: SearchFilter) -> tuple[int, int] | None:
    """The filter's days as inclusive yyyymmdd bounds that leave out unknown dates; None without a date."""
    if where.since is None and where.until is None:
        return None
    return date_number(where.since) or 1, date_number(where.until) or 99999999
