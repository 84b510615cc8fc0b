"""What the ledger (SQLite) can be asked: articles, passages, sources and filters."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import RLock
from typing import Any, Self

from docs_store import ledger_rows as rows_of
from docs_store.ledger_rows import ARTICLE, SourceRecord
from docs_store.models import Article, ArticleHead, Passage, ReadingNotes, SearchFilter
from docs_store.text.normal import fold_in_place, spellings

_AT_ONCE = 500  # parameters of one statement
_FILTERS = 16  # filters whose articles are remembered
FIRST = 1 << 62
"""Where the first portion of all articles begins."""


class LedgerReads:
    """One connection behind a lock, so that several threads of one process may share it."""

    def __init__(self, path: Path, *, write: bool) -> None:
        """Opens the file; creates it when `write`. Raises sqlite3.Error when it is not a ledger."""
        self._lock = RLock()
        self._within: dict[SearchFilter, tuple[frozenset[str], frozenset[str]]] = {}
        target = str(path) if write else f"{path.absolute().as_uri()}?mode=ro"
        self._db = sqlite3.connect(target, uri=not write, check_same_thread=False)
        self._db.execute("PRAGMA foreign_keys = ON")
        if write:
            self._db.execute("PRAGMA secure_delete = ON")
            if self._db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
                self._db.executescript(rows_of.SCHEMA)
        self._db.execute("SELECT count(*) FROM articles")

    @classmethod
    def earlier(cls, path: Path) -> Self | None:
        """The ledger that is being replaced, to read; None where it is damaged or of another schema."""
        try:
            ledger = cls(path, write=False)
        except sqlite3.Error:
            return None
        try:
            next(ledger.articles(), None)
        except sqlite3.Error:
            ledger.close()
            return None
        return ledger

    def close(self) -> None:
        """Closes the file, once nobody reads it."""
        with self._lock:
            self._db.close()

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def _among(self, sql: str, keys: Sequence[object]) -> Iterator[tuple[Any, ...]]:
        """The rows of a query whose `IN (…)` holds the keys, some at a time: a statement takes only so many."""
        for i in range(0, len(keys), _AT_ONCE):
            part = keys[i : i + _AT_ONCE]
            yield from self._rows(sql.replace("IN (…)", f"IN ({','.join('?' * len(part))})"), part)

    def meta(self) -> dict[str, str]:
        """The recorded fingerprint."""
        return {row[0]: row[1] for row in self._rows("SELECT key, value FROM meta")}

    def sources(self) -> dict[str, SourceRecord]:
        """Every source with its article and hash."""
        rows = self._rows("SELECT source, article_id, content_hash, file, version FROM sources")
        return {row[0]: SourceRecord(*row) for row in rows}

    def sources_of_file(self, file: str) -> dict[str, SourceRecord]:
        """The sources that a file holds."""
        rows = self._rows(
            "SELECT source, article_id, content_hash, file, version FROM sources WHERE file = ?", (file,)
        )
        return {row[0]: SourceRecord(*row) for row in rows}

    def source(self, name: str) -> SourceRecord | None:
        """One source, or None."""
        rows = self._rows(
            "SELECT source, article_id, content_hash, file, version FROM sources WHERE source = ?", (name,)
        )
        return SourceRecord(*rows[0]) if rows else None

    def files(self) -> dict[str, str]:
        """The version of every file that was read to its end without a failure."""
        return dict(self._rows("SELECT file, version FROM files"))

    def article(self, id: str) -> Article | None:
        """One article, or None."""
        rows = self._rows(f"SELECT {ARTICLE} FROM articles a WHERE id = ?", (id,))
        return rows_of.article(rows[0]) if rows else None

    def articles(self) -> Iterator[Article]:
        """Every article, the latest ingested first; read in portions."""
        portion, last = self.portion(FIRST)
        while portion:
            yield from portion
            portion, last = self.portion(last)

    def portion(self, last: int) -> tuple[list[Article], int]:
        """Some articles ingested before `last`, the latest first, and where the next portion begins."""
        rows = self._rows(
            f"SELECT {ARTICLE}, ingested FROM articles a WHERE ingested < ? ORDER BY ingested DESC LIMIT 200",
            (last,),
        )
        return [rows_of.article(row[:-1]) for row in rows], rows[-1][-1] if rows else last

    def listing(self, offset: int, limit: int, title: str) -> tuple[int, list[Article]]:
        """How many articles have `title` in theirs, and some of them, the latest ingested first."""
        ((total,),) = self._rows(
            "SELECT count(*) FROM articles WHERE instr(title, ?) OR ? = ''", (title, title)
        )
        rows = self._rows(
            f"SELECT {ARTICLE} FROM articles a WHERE instr(title, ?) OR ? = '' "
            "ORDER BY ingested DESC LIMIT ? OFFSET ?",
            (title, title, limit, offset),
        )
        return total, [rows_of.article(row) for row in rows]

    def holding(self, phrases: Sequence[str]) -> list[str]:
        """The ids of all articles whose title or text has every phrase, letter for letter but for width, case and
        traditional characters; the latest ingested first.

        Looked for by SQLite itself: to fold every text at every search would take ten times as long.
        """
        patterns = [_pattern(phrase) for phrase in phrases]
        holds = " AND ".join("(title GLOB ? OR text GLOB ?)" for _ in patterns) or "1"
        rows = self._rows(
            f"SELECT id FROM articles WHERE {holds} ORDER BY ingested DESC",
            [pattern for pattern in patterns for _ in ("title", "text")],
        )
        return [row[0] for row in rows]

    def heads(self) -> list[ArticleHead]:
        """Every article without its text, the latest ingested first."""
        return [
            rows_of.head(row)
            for row in self._rows(
                "SELECT a.id, a.title, a.source, a.about, length(a.text), "
                "(SELECT count(*) FROM passages p WHERE p.article = a.number) "
                "FROM articles a ORDER BY ingested DESC"
            )
        ]

    def same_text(self, text: str) -> str | None:
        """The id of an article that has exactly this text."""
        rows = self._rows("SELECT id FROM articles WHERE text_hash = ? LIMIT 1", (rows_of.text_hash(text),))
        return rows[0][0] if rows else None

    def already_there(self, articles: Sequence[Article]) -> set[str]:
        """Those of the articles' texts and ids that are here, of whatever article."""
        hashes = {rows_of.text_hash(a.text): a.text for a in articles}
        found: set[str] = set()
        for column, keys in (("text_hash", list(hashes)), ("id", [a.id for a in articles])):
            rows = self._among(f"SELECT {column} FROM articles WHERE {column} IN (…)", keys)
            found |= {hashes.get(row[0], row[0]) for row in rows}
        return found

    def stored(self, ids: Iterable[str]) -> list[str]:
        """Those of the article ids that are here."""
        return [row[0] for row in self._among("SELECT id FROM articles WHERE id IN (…)", list(ids))]

    def elsewhere(self, pairs: Iterable[tuple[str, str]]) -> list[str]:
        """Those of the sources in (source, article id) pairs that are another article's now."""
        wanted = dict(pairs)
        rows = self._among("SELECT source, article_id FROM sources WHERE source IN (…)", list(wanted))
        return [source for source, id in rows if wanted[source] != id]

    def corrected(self, ids: Iterable[str]) -> list[Article]:
        """Those of the articles in which users corrected something."""
        asked = f"SELECT {ARTICLE} FROM articles a WHERE a.id IN (…) AND instr(a.about, '\"corrected\"')"
        return [found for row in self._among(asked, list(ids)) if (found := rows_of.article(row)).corrected]

    def passages(self, article_id: str) -> list[Passage]:
        """The article's passages in order."""
        found = self._rows("SELECT number, text FROM articles WHERE id = ?", (article_id,))
        if not found:
            return []
        # Cut here: SQLite would walk to each passage from the text's beginning.
        number, text = found[0]
        rows = self._rows(
            'SELECT id, ordinal, start, "end", heading_path FROM passages WHERE article = ? ORDER BY ordinal',
            (number,),
        )
        return [
            rows_of.passage((id, article_id, ordinal, start, end, text[start:end], headings))
            for id, ordinal, start, end, headings in rows
        ]

    def reading_notes(self, article_id: str) -> ReadingNotes:
        """How an article was read; nothing to tell for an unknown one."""
        if not self._rows("SELECT 1 FROM sqlite_master WHERE name = 'readings'"):
            return ReadingNotes()  # an older index, read while it is being replaced
        rows = self._rows(
            "SELECT removed, notes FROM readings r JOIN articles a ON a.number = r.article WHERE a.id = ?",
            (article_id,),
        )
        return rows_of.reading(rows[0]) if rows else ReadingNotes()

    def get(self, ids: Sequence[str]) -> dict[str, tuple[Passage, Article]]:
        """Passages by id, each with its article; unknown ids are left out. Each article is read once."""
        columns = 'id, article, ordinal, start, "end", heading_path'
        rows = list(self._among(f"SELECT {columns} FROM passages WHERE id IN (…)", ids))
        articles = {
            number: rows_of.article(about)
            for number, *about in self._among(
                f"SELECT a.number, {ARTICLE} FROM articles a WHERE a.number IN (…)",
                list({row[1] for row in rows}),
            )
        }
        found: dict[str, tuple[Passage, Article]] = {}
        for id, number, ordinal, start, end, headings in rows:
            article = articles[number]
            text = article.text[start:end]
            found[id] = (rows_of.passage((id, article.id, ordinal, start, end, text, headings)), article)
        return found

    def passage_ids_of(self, article_ids: Sequence[str], limit: int) -> list[str]:
        """The ids of the articles' passages, in order within each; at most `limit`."""
        found: list[str] = []
        for i in range(0, len(article_ids), _AT_ONCE):
            part = article_ids[i : i + _AT_ONCE]
            rows = self._rows(
                "SELECT p.id FROM articles a JOIN passages p ON p.article = a.number "
                f"WHERE a.id IN ({_marks(part)}) ORDER BY p.article, p.ordinal LIMIT ?",
                (*part, limit - len(found)),
            )
            found += [row[0] for row in rows]
        return found

    def article_of(self, ids: Sequence[str]) -> dict[str, str]:
        """The id of each passage's article, by passage id."""
        joined = "passages p JOIN articles a ON a.number = p.article"
        return dict(self._among(f"SELECT p.id, a.id FROM {joined} WHERE p.id IN (…)", ids))

    def within(self, where: SearchFilter) -> tuple[frozenset[str], frozenset[str]] | tuple[None, None]:
        """(article ids, passage ids) of what a filter leaves apart from its days; Nones when it names nothing else.

        Remembered until something changes: to gather the ids of a large folder takes longer than a search.
        """
        key = replace(where, since=None, until=None)
        if not key:
            return None, None
        with self._lock:
            if key not in self._within:
                if len(self._within) >= _FILTERS:
                    self._within.clear()
                self._within[key] = self._gathered_within(key)
            return self._within[key]

    def _gathered_within(self, where: SearchFilter) -> tuple[frozenset[str], frozenset[str]]:
        rows = self._rows(
            "SELECT a.id, p.id FROM articles a LEFT JOIN passages p ON p.article = a.number "
            "WHERE (?3 IS NULL OR json_extract(a.about, '$.issuer') = ?3) AND (?2 IS NULL OR a.id IN ("
            "SELECT article_id FROM sources WHERE source = ?1 "
            "OR (source > ?1 || '#' AND source < ?1 || '$') OR (source > ?1 || '/' AND source < ?1 || '0')) "
            "OR json_extract(a.about, '$.issuer') = ?2) "
            "AND (?4 IS NULL OR ?4 IN (SELECT value FROM json_each(a.about, '$.tags'))) "
            "AND (?5 IS NULL OR ?5 IN (SELECT value FROM json_each(a.about, '$.collections'))) "
            "AND (?6 = '[]' OR json_extract(a.about, '$.issuer') IN (SELECT value FROM json_each(?6))) "
            "AND (?7 = '[]' OR EXISTS (SELECT 1 FROM json_each(a.about, '$.regions') WHERE value IN "
            "(SELECT value FROM json_each(?7)))) AND (?8 = '[]' OR a.id IN (SELECT value FROM json_each(?8)))",
            (
                (where.source or "").rstrip("/"),
                where.source,
                where.issuer,
                where.tag,
                where.collection,
                *(json.dumps(names) for names in (where.issuers, where.regions, where.articles)),
            ),
        )
        return frozenset(row[0] for row in rows), frozenset(row[1] for row in rows if row[1] is not None)

    def owners(self, ids: Iterable[str]) -> set[str]:
        """The ids of the articles that hold the given passages."""
        return set(self.article_of(list(ids)).values())

    def passage_ids(self) -> set[str]:
        """The ids of all passages."""
        return {row[0] for row in self._rows("SELECT id FROM passages")}

    def article_ids(self) -> set[str]:
        """The ids of all articles."""
        return {row[0] for row in self._rows("SELECT id FROM articles")}

    def counts(self) -> tuple[int, int]:
        """(articles, passages)."""
        (row,) = self._rows("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)")
        return int(row[0]), int(row[1])

    def orphans_without(self, names: Iterable[str]) -> list[str]:
        """The ids of articles that no source would be left of if these sources went."""
        gone = set(names)
        rows = self._rows("SELECT article_id, source FROM sources")
        left = {id for id, source in rows if source not in gone}
        return sorted({id for id, source in rows if source in gone and id not in left})


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _pattern(phrase: str) -> str:
    """What GLOB finds a phrase by: a class of characters where there is more than one way to write one.

    In a class ``]`` must stand first, and ``^`` and ``-`` not first; outside of one they mean themselves.
    """
    classes = []
    for ways in spellings(fold_in_place(phrase)):
        if len(ways) == 1 and ways not in "*?[":
            classes.append(ways)
        else:
            classes.append(f"[{''.join(sorted(ways, key=lambda c: (c != ']', c in '^-')))}]")
    return f"*{''.join(classes)}*"
