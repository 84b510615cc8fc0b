"""How well sentences, windows, passages and articles carry what a question asks, as features that models weigh.

Words match exactly, by the lexicon (synonyms, short names, everyday words) and by vectors (words used alike). Nothing
here is a factor: what a missing name or a swapped direction means is learned (`answerability`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from docs_store.models import Hit
from docs_store.text.segment import Word
from rag.evidence import word_vectors
from rag.evidence.asked import Asked, AskedWord
from rag.evidence.reading import ReadClause, ReadPassage, ReadSentence, article_of, read
from rag.lexicon import answer_kinds, not_same
from rag.retrieval import reranker
from rag.verification import consistency, facts

Floats = NDArray[np.float64]
_NAME_ALIKE = 0.8  # how safely one name must stand for another to count as it
_NO_WEIGHT = 1e-6
_CLAUSES = (
    "clause",
    "clause_near",
    "answering_clause",
    "answering_clause_near",
    "answering_soft",
    "answering_soft_near",
    "answering_pair",
    "answering_pair_near",
)
_COMPARED = (
    "exact_passage",
    "soft_window",
    "soft_sentence",
    "grams_window",
    "alike_sentence",
    "alike_window",
    "local_sentence",
    "beyond_sentence",
    "near_sentence",
    "answering_clause_near",
)


@dataclass(frozen=True, slots=True)
class Matches:
    """The sentences of the hits with their features: `rows[i][names.index(n)]`, shape (sentences, features)."""

    pieces: Sequence[ReadSentence]
    hit_of: NDArray[np.intp]
    """The index of each sentence's hit."""
    names: tuple[str, ...]
    rows: Floats

    def column(self, name: str) -> Floats:
        """One feature of every sentence."""
        found: Floats = self.rows[:, self.names.index(name)]
        return found


def match(asked: Asked, hits: Sequence[Hit]) -> Matches:
    """Every sentence of `hits` that speaks to readers (not to machines), measured against the question."""
    readings = [read(hit) for hit in hits]
    pieces = [sentence for reading in readings for sentence in reading.sentences]
    of = np.repeat(np.arange(len(hits)), [len(reading.sentences) for reading in readings])
    if not pieces:
        return Matches((), of, (), np.zeros((0, 0)))
    articles = [article_of(hit) for hit in hits]
    columns = _coverage(asked, readings, pieces, of, articles)
    columns |= _wording(asked, readings, pieces, of)
    columns |= _meaning(asked, readings, pieces, of)
    columns |= _constraints(asked, hits, readings, pieces, of, articles)
    columns |= _answers(asked, pieces)
    columns |= _in_one_clause(asked, pieces)
    likely = np.array(reranker.judge(asked.text, hits))
    columns |= {
        "retrieved": likely[of],
        "retrieved_behind": (likely - likely.max())[of],
        "rank": of.astype(float),
        "position": np.array([piece.position for piece in pieces]),
        "length": np.log1p([len(piece.text) for piece in pieces]),
    }
    for name in _COMPARED:
        columns[f"{name}_behind"] = columns[name] - columns[name].max()
    names = tuple(columns)
    return Matches(pieces, of, names, np.column_stack([columns[name] for name in names]))


# --- words --------------------------------------------------------------------------------------------------------------


def _coverage(
    asked: Asked,
    readings: Sequence[ReadPassage],
    pieces: Sequence[ReadSentence],
    of: NDArray[np.intp],
    articles: Sequence[str],
) -> dict[str, Floats]:
    """Shares of the question's words, by weight, that sentence, window, passage and article have."""
    count = len(asked.words)
    exact, alike = np.zeros((2, count, len(pieces)))
    head_exact, head_alike, article_exact, article_alike = np.zeros((4, count, len(readings)))
    for row, word in enumerate(asked.words):
        alternatives = tuple(word.alternatives.items())
        for column, piece in enumerate(pieces):
            exact[row, column] = _stands(word.text, piece.folded, piece.listed)
            alike[row, column] = _alike(word, piece.folded, piece.listed)
        for column, reading in enumerate(readings):
            head_exact[row, column] = _stands(word.text, reading.head, reading.head_words)
            head_alike[row, column] = _alike(word, reading.head, reading.head_words)
            article_exact[row, column] = word.text in articles[column]
            article_alike[row, column] = max(
                article_exact[row, column],
                max(
                    (w for other, w in alternatives if len(other) > 1 and other in articles[column]),
                    default=0.0,
                ),
            )
    cosine = _cosines(asked, pieces)
    soft = np.maximum(alike, cosine)
    total = max(float(asked.weights.sum()), 1e-9)

    columns: dict[str, Floats] = {}
    in_passage: dict[str, Floats] = {}
    for name, matrix, head in (
        ("exact", exact, head_exact),
        ("alike_words", alike, head_alike),
        ("soft", soft, head_alike),
    ):
        window = _windows(matrix, of)
        passage = np.maximum(_per_hit(matrix, of, len(readings)), head)
        in_passage[name] = passage
        columns[f"{name}_sentence"] = _share(asked.weights, matrix)
        columns[f"{name}_window"] = _share(asked.weights, np.maximum(window, head[:, of]))
        columns[f"{name}_passage"] = _share(asked.weights, passage)[of]
    columns |= _telling(
        asked, alike, soft, _windows(alike, of), in_passage["alike_words"][:, of], head_alike[:, of]
    )
    columns["exact_article"] = _share(asked.weights, article_exact)[of]
    columns["alike_words_article"] = _share(asked.weights, article_alike)[of]
    weight = asked.weights[:, None]
    columns["rarest_missing_passage"] = (weight * (1 - in_passage["alike_words"])).max(axis=0, initial=0.0)[
        of
    ]
    columns["rarest_missing_soft"] = (weight * (1 - in_passage["soft"])).max(axis=0, initial=0.0)[of]
    columns["rarest_missing_article"] = (weight * (1 - article_alike)).max(axis=0, initial=0.0)[of]
    names = np.array([word.is_name for word in asked.words], bool)
    for name, matrix in (
        ("sentence", alike),
        ("passage", in_passage["alike_words"]),
        ("article", article_alike),
    ):
        lacking = (asked.weights * names) @ (matrix < _NAME_ALIKE)
        columns[f"names_missing_{name}"] = lacking if name == "sentence" else lacking[of]
    columns["words"] = np.full(len(pieces), float(count))
    columns["weight"] = np.full(len(pieces), total)
    return columns


def _telling(
    asked: Asked, alike: Floats, soft: Floats, window: Floats, passage: Floats, head: Floats
) -> dict[str, Floats]:
    """Shares of what tells sentences apart: the words that few of them have, those the titles lack, those next to what is asked.

    All matrices are of shape (words, sentences).
    """
    count = alike.shape[1]
    standing = (alike >= _NAME_ALIKE).sum(axis=1)
    rare = asked.weights * np.log((count + 1) / (standing + 1)) / np.log(count + 1)
    near = asked.weights * asked.nearness
    lacking = asked.weights[:, None] * (1 - head)
    return {
        "local_sentence": _share(rare, alike),
        "local_soft": _share(rare, soft),
        "local_window": _share(rare, window),
        "beyond_sentence": _share(lacking, alike),
        "beyond_soft": _share(lacking, soft),
        "near_sentence": _share(near, alike),
        "near_soft": _share(near, soft),
        "near_window": _share(near, window),
        "near_passage": _share(near, passage),
    }


def _share(weights: Floats, matrix: Floats) -> Floats:
    """The share of the weights that each sentence has; 1 where there are none. `weights` are (words,) or of the matrix's shape."""
    weights = weights if weights.ndim == 2 else weights[:, None]
    total = weights.sum(axis=0)
    found: Floats = np.where(
        total > _NO_WEIGHT, (weights * matrix).sum(axis=0) / np.maximum(total, _NO_WEIGHT), 1.0
    )
    return found


def _stands(word: str, folded: str, cut: frozenset[str]) -> bool:
    """A word of two characters or more stands anywhere, a single character only as a word; a year also where 去年 tells it."""
    return word in cut or (len(word) > 1 and word in folded)


def _alike(word: AskedWord, folded: str, cut: frozenset[str]) -> float:
    """How safely a word of the question, or what may stand for it, stands in a text."""
    return 1.0 if _stands(word.text, folded, cut) else _stands_in_for(word.alternatives.items(), folded, cut)


def _stands_in_for(alternatives: Iterable[tuple[str, float]], folded: str, cut: frozenset[str]) -> float:
    return max((weight for other, weight in alternatives if _stands(other, folded, cut)), default=0.0)


def _cosines(asked: Asked, pieces: Sequence[ReadSentence | ReadClause]) -> Floats:
    """The greatest cosine between each word of the question and the words of each sentence or clause, (words, pieces), 0 to 1."""
    listed = list(dict.fromkeys(w.text for piece in pieces for w in piece.words if _tells(w)))
    if not listed or not asked.words:
        return np.zeros((len(asked.words), len(pieces)))
    place = {word: i for i, word in enumerate(listed)}
    products = np.clip(asked.vectors @ word_vectors.of_words(listed).T, 0.0, 1.0)
    found = np.zeros((len(asked.words), len(pieces)))
    for column, piece in enumerate(pieces):
        own = [place[w.text] for w in piece.words if w.text in place]
        if own:
            found[:, column] = products[:, own].max(axis=1)
    return found


def _tells(word: Word) -> bool:
    return len(word.text) > 1 and word.pos[0] not in "upcyexwr"


def _windows(matrix: Floats, of: NDArray[np.intp]) -> Floats:
    """The greatest of each sentence and its neighbours in the passage; (words, sentences)."""
    found = matrix.copy()
    together = of[1:] == of[:-1]
    found[:, 1:] = np.maximum(found[:, 1:], np.where(together, matrix[:, :-1], 0.0))
    found[:, :-1] = np.maximum(found[:, :-1], np.where(together, matrix[:, 1:], 0.0))
    return found


def _per_hit(matrix: Floats, of: NDArray[np.intp], hits: int) -> Floats:
    """The greatest of the sentences of each hit; (words, hits)."""
    found = np.zeros((len(matrix), hits))
    np.maximum.at(found.T, of, matrix.T)
    return found


# --- characters and meaning ---------------------------------------------------------------------------------------------


def _wording(
    asked: Asked, readings: Sequence[ReadPassage], pieces: Sequence[ReadSentence], of: NDArray[np.intp]
) -> dict[str, Floats]:
    """Bigrams, single characters and runs of three, of sentence, window and passage."""
    windows = [piece.folded_window for piece in pieces]
    sentences = [piece.folded for piece in pieces]
    passages = [reading.passage for reading in readings]
    grams = tuple(asked.grams.items())
    total = max(sum(asked.grams.values()), 1e-9)

    def covered(text: str) -> float:
        return sum(weight for gram, weight in grams if gram in text) / total

    def letters(text: str) -> float:
        return sum(letter in text for letter in asked.letters) / max(1, len(asked.letters))

    return {
        "grams_sentence": np.array([covered(sentence) for sentence in sentences]),
        "grams_window": np.array([covered(window) for window in windows]),
        "grams_passage": np.array([covered(passage) for passage in passages])[of],
        "letters_sentence": np.array([letters(sentence) for sentence in sentences]),
        "letters_passage": np.array([letters(passage) for passage in passages])[of],
        "threes_window": np.array(
            [sum(three in window for three in asked.threes) / max(1, len(asked.threes)) for window in windows]
        ),
    }


def _meaning(
    asked: Asked, readings: Sequence[ReadPassage], pieces: Sequence[ReadSentence], of: NDArray[np.intp]
) -> dict[str, Floats]:
    """Cosines of the question's vector with those of sentence, window and passage."""
    sentences = np.concatenate([reading.vectors for reading in readings])
    titles = np.stack([reading.head_vector for reading in readings])
    # The vector of several sentences is near enough the sum of theirs, each by its length.
    by_length = sentences * np.array([len(piece.folded) for piece in pieces])[:, None]
    head = titles * np.array([len(reading.head) for reading in readings])[:, None]
    together = (of[1:] == of[:-1])[:, None]
    windows = by_length + head[of]
    windows[1:] += by_length[:-1] * together
    windows[:-1] += by_length[1:] * together
    passages = head.copy()
    np.add.at(passages, of, by_length)
    return {
        "alike_sentence": sentences @ asked.vector,
        "alike_window": _unit(windows) @ asked.vector,
        "alike_passage": (_unit(passages) @ asked.vector)[of],
    }


def _unit(vectors: Floats) -> Floats:
    found: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return found


# --- what must fit ------------------------------------------------------------------------------------------------------


def _constraints(
    asked: Asked,
    hits: Sequence[Hit],
    readings: Sequence[ReadPassage],
    pieces: Sequence[ReadSentence],
    of: NDArray[np.intp],
    articles: Sequence[str],
) -> dict[str, Floats]:
    """Years, places, numbers, offices that the question names and the text lacks; words that must not be taken for it."""
    years = np.array(
        [
            sum(not facts.year_fits(year, article, hit.article.published_on) for year in asked.years)
            for hit, article in zip(hits, articles, strict=True)
        ],
        float,
    )
    places = np.array([len(asked.places - reading.places) for reading in readings], float)
    numbers = np.array([sum(n not in article for n in asked.numbers) for article in articles], float)
    office = np.array([consistency.lacks_office(asked.text, reading.passage) for reading in readings], float)
    columns = {
        "years_missing": years[of],
        "years": np.full(len(pieces), float(len(asked.years))),
        "places_missing": places[of],
        "numbers_missing": numbers[of],
        "office_missing": office[of],
        "place_beside": np.array(
            [bool(asked.places and piece.places and not asked.places & piece.places) for piece in pieces],
            float,
        ),
    }
    clashes = np.array([_clashes(asked, piece.folded) for piece in pieces], float)
    columns["clash_meaning"] = clashes[:, :4].sum(axis=1)
    columns["clash_scope"] = clashes[:, 4:].sum(axis=1)
    columns["negated"] = np.array(
        [not consistency.negation_agrees(asked.text, piece.text) for piece in pieces], float
    )
    return columns


def _clashes(asked: Asked, folded: str) -> list[float]:
    """How many of the question's words of each of `not_same.KINDS` are lacking while one that must not be taken for it is there."""
    found = dict.fromkeys(not_same.KINDS, 0.0)
    for word in asked.words:
        if word.text not in folded:
            for kind in {
                kind for other, kind in word.opposites if other in folded and other not in asked.folded
            }:
                found[kind] += 1.0
    return list(found.values())


def _in_one_clause(asked: Asked, pieces: Sequence[ReadSentence]) -> dict[str, Floats]:
    """Shares of the question's words in the clause that has most of them, and in the one of those that can be the answer.

    An answer stands beside what is asked for: 全长 in one clause and 亿元 in the next answer neither question.
    """
    weights = (asked.weights, asked.weights * asked.nearness)
    clauses = [clause for piece in pieces for clause in piece.clauses]
    alike = np.array([[_alike(word, c.folded, c.listed) for c in clauses] for word in asked.words])
    alike = alike.reshape(len(asked.words), len(clauses))  # also where there are no words
    soft = np.maximum(alike, _cosines(asked, clauses))
    can_be = np.array([_can_be(asked, clause) for clause in clauses], bool)
    found = np.zeros((len(pieces), len(_CLAUSES)))
    last = 0
    for row, piece in enumerate(pieces):
        own = slice(last, last := last + len(piece.clauses))
        if not piece.clauses:
            continue
        shares = [_share(each, alike[:, own]) for each in weights]
        softly = [_share(each, soft[:, own]) for each in weights]
        pairs = [_share(each, _with_one_before(alike[:, own])) for each in weights]
        fits = can_be[own]
        found[row] = [share.max() for share in shares] + [
            share[fits].max(initial=0.0) for share in (*shares, *softly, *pairs)
        ]
    return {name: found[:, column] for column, name in enumerate(_CLAUSES)}


def _with_one_before(matrix: Floats) -> Floats:
    return np.maximum(matrix, np.pad(matrix[:, :-1], ((0, 0), (1, 0))))


def _can_be(asked: Asked, clause: ReadClause) -> bool:
    """True where a clause shows the kind that is asked for, and not only by what the question says itself."""
    if not answer_kinds.shows(asked.kind, clause.folded, clause.words):
        return False
    if asked.kind in ("number", "date"):
        return any(figure not in asked.folded for figure in clause.figures)
    if asked.kind in ("person", "place"):
        return any(
            word.pos in ("ns", "nt") or word.pos.startswith("nr")
            for word in clause.words
            if word.text not in asked.folded
        )
    return any(word.text not in asked.folded for word in clause.words if _tells(word))


def _answers(asked: Asked, pieces: Sequence[ReadSentence]) -> dict[str, Floats]:
    """Whether the kind of answer asked for stands in the sentence, and what the sentence has beyond the question."""
    shown, unit, new, asks = [], [], [], []
    known, measure = {word.text for word in asked.words}, asked.measure
    for piece in pieces:
        shown.append(answer_kinds.shows(asked.kind, piece.folded, piece.words))
        figures = [f for f in piece.figures if piece.folded[f.start : f.end] not in asked.folded]
        new.append(min(len(figures), 4) / 4)
        unit.append(
            asked.unit is None
            or any(asked.unit in piece.folded[f.start + 1 : f.end + 3] for f in figures)
            or any(f.measure == measure for f in figures if measure)
            or f"一{asked.unit}" in piece.folded  # 一名, which counts nothing elsewhere
        )
        asks.append(_stands_in_for(asked.asks.items(), piece.folded, piece.listed))
    columns = {
        "kind_shown": np.array(shown, float),
        "unit_shown": np.array(unit, float),
        "new_figures": np.array(new),
        "asks_shown": np.array(asks),
        "new_names": np.array(
            [
                min(4, len({w.text for w in piece.words if w.pos[:2] in ("nr", "ns", "nt", "nz")} - known))
                / 4
                for piece in pieces
            ]
        ),
        "has_unit": np.full(len(pieces), float(asked.unit is not None)),
    }
    for kind in answer_kinds.KINDS:
        columns[f"wants_{kind}"] = np.full(len(pieces), float(asked.kind == kind))
    return columns
