"""BM25 over Chinese bigrams and single characters (tantivy), of passages and of whole articles."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from math import log
from pathlib import Path

import tantivy

from docs_store.models import Article, Passage, SearchFilter, day_number
from docs_store.text.analyser import folded_tokens, is_character, tokens
from docs_store.text.sentences import each_sentence

_UNIGRAM_WEIGHT = 0.2  # a lone character says little; bigrams carry Chinese words
_UNIGRAMS_IN = ("body", "article")  # elsewhere they found nothing more and took a fifth of the time
_COMMON_SHARE = (
    0.1  # a token in more of the passages than this costs time and tells nothing, unless all are so
)
_LARGE_FILTER = 1_000  # articles of a filter from which on a wider search is sifted first: a query of so many terms is slow
_OVERSAMPLING = 4
_LEAD_CHARS = 160  # characters of an article's beginning that count as its lead, to the end of the sentence
_SHORTENED = re.compile(
    r'([\u3400-\u9fff\w]{2,40})》?[”"]?[（(](?:以下)?(?:统一)?简称(?:为)?[：:]?[“"《]?([\u3400-\u9fff\w]{2,20})[”"》]?[）)]'
)
FIELDS: Mapping[str, float] = {"body": 1.0, "title": 0.3, "lead": 0.15, "headings": 0.3}
"""Fields of a passage with their weights when candidates are looked for."""


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("id", "article_id", "kind"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in (*FIELDS, "article"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_unsigned_field("day", indexed=True, fast=True)
    return builder.build()


def lead_of(text: str) -> str:
    """The beginning of an article, whole sentences: who, when and where stand there."""
    end = 0
    for start, stop in each_sentence(text[: 3 * _LEAD_CHARS]):
        if end and stop > _LEAD_CHARS:
            break
        end = stop
        if start >= _LEAD_CHARS:
            break
    return text[:end]


@lru_cache(maxsize=8_000)
def short_names(text: str) -> tuple[str, ...]:
    """Names that an article shortens, long and short: 长江三角洲（以下简称“长三角”） gives both."""
    if "简称" not in text:
        return ()
    return tuple(name for match in _SHORTENED.finditer(text) for name in match.groups())


class LexicalIndex:
    """A tantivy index in a folder. Queries are built from tokens; user text is never parsed as syntax."""

    def __init__(self, path: Path, *, write: bool) -> None:
        """Opens or (when `write`) creates the index. Raises ValueError when the folder is not an index."""
        if write:
            path.mkdir(parents=True, exist_ok=True)
        self._schema = _schema()
        self._index = tantivy.Index(self._schema, path=str(path)) if write else tantivy.Index.open(str(path))
        self._writer = self._index.writer(heap_size=48_000_000, num_threads=1) if write else None
        self._count_of = lru_cache(maxsize=65_536)(self._document_frequency)

    def add(self, items: Iterable[tuple[Article, Sequence[Passage]]], gone: Iterable[str] = ()) -> None:
        """Adds or replaces articles with their passages, removes those `gone`, and commits."""
        assert self._writer is not None
        for id in gone:
            self._writer.delete_documents_by_term("article_id", id)
        for article, passages in items:
            self._writer.delete_documents_by_term("article_id", article.id)
            day = day_number(article.published_on)
            title = " ".join(tokens(article.title))
            lead = " ".join(tokens(lead_of(article.text)))
            names = " ".join(short_names(article.text))
            for p in passages:
                fields = {
                    "body": " ".join(tokens(p.text)),
                    "title": title,
                    "lead": lead,
                    "headings": " ".join(tokens(" ".join((*p.heading_path, names)))),
                }
                self._document(p.id, article.id, "passage", day, fields)
            whole = {"article": f"{title} {' '.join(tokens(article.text))}"}
            self._document(article.id, article.id, "article", day, whole)
        self._commit()

    def _document(self, id: str, article_id: str, kind: str, day: int, fields: Mapping[str, str]) -> None:
        assert self._writer is not None
        self._writer.add_document(
            tantivy.Document.from_dict(
                {"id": id, "article_id": article_id, "kind": kind, "day": day, **fields}, self._schema
            )
        )

    def delete(self, article_ids: Iterable[str]) -> None:
        """Removes articles with their passages, and commits."""
        assert self._writer is not None
        for id in article_ids:
            self._writer.delete_documents_by_term("article_id", id)
        self._commit()

    def close(self) -> None:
        """Lets go of the files, so that the folder can be opened again or moved. Nothing can be asked any more."""
        self._writer = None
        self._count_of.cache_clear()
        del self._index, self._count_of  # the count holds this object, and with it the files, in a circle

    def _commit(self) -> None:
        assert self._writer is not None
        self._writer.commit()
        self._index.reload()
        self._count_of.cache_clear()

    def passages(
        self,
        words: Mapping[str, float],
        k: int,
        where: SearchFilter,
        articles: Collection[str] | None = None,
        ids: Collection[str] | None = None,
    ) -> list[tuple[str, str, float]]:
        """(id, article's id, BM25 score over all fields) of the best `k` passages, best first.

        Args:
            words: folded tokens with their weights.
            k: how many.
            where: dates alone are looked at.
            articles: only passages of these articles; None means of any.
            ids: only these passages; None means any.
        """
        return self._search(words, FIELDS, k, where, articles, ids)

    def articles(
        self,
        words: Mapping[str, float],
        k: int,
        where: SearchFilter,
        articles: Collection[str] | None = None,
    ) -> list[tuple[str, float]]:
        """(id, BM25 score) of the best `k` whole articles, best first; as `passages`."""
        found = self._search(words, {"article": 1.0}, k, where, articles)
        return [(id, score) for id, _, score in found]

    def _search(
        self,
        words: Mapping[str, float],
        fields: Mapping[str, float],
        k: int,
        where: SearchFilter,
        articles: Collection[str] | None,
        ids: Collection[str] | None = None,
    ) -> list[tuple[str, str, float]]:
        clauses: list[tuple[tantivy.Occur, tantivy.Query]] = []
        for word, weight in self.informative(words).items():
            for field, field_weight in fields.items():
                if is_character(word) and field not in _UNIGRAMS_IN:
                    continue
                term = tantivy.Query.term_query(self._schema, field, word, index_option="freq")
                clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(term, weight * field_weight)))
        if not clauses or any(only is not None and not only for only in (articles, ids)):
            return []
        must = [(tantivy.Occur.Must, tantivy.Query.boolean_query(clauses))]
        if where.since or where.until:
            days = tantivy.Query.range_query(
                self._schema, "day", tantivy.FieldType.Unsigned, *where.day_range
            )
            must.append((tantivy.Occur.Must, tantivy.Query.const_score_query(days, 0.0)))
        if ids is not None:
            these = tantivy.Query.term_set_query(self._schema, "id", list(ids))
            must.append((tantivy.Occur.Must, tantivy.Query.const_score_query(these, 0.0)))
        if articles is not None and len(articles) > _LARGE_FILTER:
            wide = self._run(must, _OVERSAMPLING * k)
            found = [hit for hit in wide if hit[1] in articles][:k]
            if len(found) == k or len(wide) < _OVERSAMPLING * k:
                return found
        if articles is not None:
            among = tantivy.Query.term_set_query(self._schema, "article_id", list(articles))
            must.append((tantivy.Occur.Must, tantivy.Query.const_score_query(among, 0.0)))
        return self._run(must, k)

    def _run(
        self, must: Sequence[tuple[tantivy.Occur, tantivy.Query]], k: int
    ) -> list[tuple[str, str, float]]:
        searcher = self._index.searcher()
        query = must[0][1] if len(must) == 1 else tantivy.Query.boolean_query(list(must))
        result = searcher.search(query, limit=k, count=False)
        found = ((searcher.doc(address), score) for score, address in result.hits)
        return [(str(d["id"][0]), str(d["article_id"][0]), float(score)) for d, score in found]

    def informative(self, words: Mapping[str, float]) -> dict[str, float]:
        """The words without those that most passages have; all of them when all are so."""
        limit = _COMMON_SHARE * max(self._passage_count(), 50)
        rare = {w: weight for w, weight in words.items() if self._count_of("body", w) <= limit}
        return rare or dict(words)

    def idf(self, words: Iterable[str]) -> dict[str, float]:
        """How rare each folded token is among the passages: BM25's inverse document frequency, above 0."""
        total = self._passage_count()
        counts = {word: self._count_of("body", word) for word in words}
        return {word: log(1 + (total - n + 0.5) / (n + 0.5)) for word, n in counts.items()}

    def _passage_count(self) -> int:
        return self._count_of("kind", "passage")

    def _document_frequency(self, field: str, word: str) -> int:
        return int(self._index.searcher().doc_freq(field, word))

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


def weighted(folded: str) -> dict[str, float]:
    """The tokens of a folded question with the weights that BM25 gives them here."""
    return {word: _UNIGRAM_WEIGHT if is_character(word) else 1.0 for word in folded_tokens(folded)}
