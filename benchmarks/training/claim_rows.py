"""Sentences to learn the claim checker from: drafts' own, references of open questions, and news, true and altered.

Drafts are those of verify_train_a/b and, four times as many, of claim_drafts.jsonl: 495 drafts of ours with 7,958 sentences,
written sentence by sentence for this in the manner of a strong model, true ones and ones with a single error.

A row is a sentence with its passages. Labels say for each of its words whether it does not rest on them, where that is
known: in pairs of a true sentence and its wrong twin, and where `benchmarks.training.altered` made it wrong in one place.
"""

from __future__ import annotations

import difflib
import gzip
import itertools
import json
import random
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.training.altered import alterations
from rag.lexicon import relations
from rag.verification import claims
from rag.verification.compared import Compared
from rag.verification.words import AnalysedText, read

Floats = NDArray[np.float64]
SETS = ("verify_train_a", "verify_train_b")
_ALTERED_WEIGHT = 0.5  # an altered sentence's weight against a draft's own
_PER_SENTENCE, _PER_VERBATIM, _PER_NEWS = 4, 2, 2  # alterations kept of each
_NEWS_WEIGHT = 0.3
_REFERENCES = ("open_train_a", "open_train_b")
_PASSAGE = 320  # characters of a passage, as the index cuts them
_BESIDE_DRAFTS = 0.4  # times the weight of what is no draft's own sentence
_DRAFTS = Path(__file__).with_name("claim_drafts.jsonl")
HELD_OUT = Path(__file__).with_name("claim_drafts_test.jsonl")
"""336 drafts more, with 5,627 sentences, that nothing is learned from."""
_EASY = frozenset(("outside_true", "invented_detail", "added_cause", "wrong_citation"))


@dataclass
class Row:
    """One sentence with its passages; `labels` are 1 for the words that do not rest, None where that is not known."""

    group: str
    text: str
    ok: bool
    error: str | None
    paraphrase: int | None
    passages: Sequence[AnalysedText]
    cited: Sequence[int]
    question: str
    weight: float = 1.0
    labels: Floats | None = None
    it: Compared | None = None
    words: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    base: list[float] = field(default_factory=list)
    doubts: list[float] = field(default_factory=list)


def load(data: Path, names: Sequence[str]) -> list[Row]:
    """The sentences of the given sets."""
    return _of_drafts(of_sets(data, names))


def of_sets(data: Path, names: Sequence[str]) -> list[tuple[dict[str, Any], list[str]]]:
    """The drafts of the given sets, each with its passages."""
    given = [
        json.loads(line)
        for name in names
        for line in (data / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    return [(draft, draft["passages"]) for draft in given]


def drafts(data: Path) -> list[Row]:
    """The sentences of `claim_drafts.jsonl`, written for this on other articles of news_rest_47k."""
    return _of_drafts(with_passages(data, _DRAFTS))


def with_passages(data: Path, path: Path) -> list[tuple[dict[str, Any], list[str]]]:
    """The drafts of a file of ours, each with its passages."""
    given = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = _texts(
        data, {id for draft in given for id, _, _ in draft["articles"]}, ("news_rest_47k.jsonl.gz",)
    )
    return [(draft, [texts[id][a:b] for id, a, b in draft["articles"]]) for draft in given]


def _of_drafts(drafts: Sequence[tuple[dict[str, Any], Sequence[str]]]) -> list[Row]:
    found = []
    for given, texts in drafts:
        passages = [read(text) for text in texts]
        sentences = [(s, claims(s["text"])[0]) for s in given["sentences"]]
        twin = {}
        for place, (s, _) in enumerate(sentences):
            if (other := s.get("pair_of")) is not None:
                twin[place], twin[other] = other, place
        for place, (s, claim) in enumerate(sentences):
            cited = [m - 1 for m in claim.markers if m <= len(passages)]
            row = Row(
                given["id"],
                claim.text,
                s["ok"],
                s.get("error"),
                s.get("paraphrase"),
                passages,
                cited,
                given["question"],
            )
            other = twin.get(place)
            if row.ok:
                row.labels = np.zeros(len(read(row.text).tokens))
            elif other is not None and sentences[other][0]["ok"] and row.error != "wrong_citation":
                row.labels = _differences(row.text, sentences[other][1].text)
            found.append(row)
    return [row for row in found if read(row.text).tokens and row.cited]


def _texts(data: Path, wanted: Collection[str], names: Sequence[str]) -> dict[str, str]:
    """The texts of articles by id."""
    texts = {}
    for name in names:
        with gzip.open(data / name, "rt", encoding="utf-8") as file:
            for line in file:
                article = json.loads(line)
                if article["id"] in wanted:
                    texts[article["id"]] = article["text"]
    return texts


def _differences(wrong: str, true: str) -> Floats:
    """1 for each word of `wrong` that its true twin does not have there."""
    mine, other = [t.text for t in read(wrong).tokens], [t.text for t in read(true).tokens]
    labels = np.zeros(len(mine))
    for kind, i, j, _, _ in difflib.SequenceMatcher(None, mine, other, autojunk=False).get_opcodes():
        if kind != "equal" and mine:
            labels[i : max(j, min(i + 1, len(mine)))] = 1
            if i == len(mine):
                labels[-1] = 1
    return labels


def references(data: Path) -> list[Row]:
    """The sentences of the references of open questions, against the passages that hold their evidence."""
    given = [
        json.loads(line)
        for name in _REFERENCES
        for line in (data / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    wanted = {
        number for row in given for number in (*row.get("article_ids", ()), *row.get("passages_from", ()))
    }
    texts = _texts(data, wanted, ("news_rest_47k.jsonl.gz", "news_16k.jsonl.gz"))
    found = []
    for row in given:
        evidence = [e for e in row.get("evidence") or [] if e]
        pieces = [p for a in row.get("article_ids", ()) for p in _passages(texts.get(a, ""))]
        gold = [p for p in pieces if any(e[:24] in p or e[-24:] in p for e in evidence)]
        if not row.get("reference") or not row.get("answerable", True) or not gold:
            continue
        others = [
            p
            for a in row.get("passages_from", ())
            if a not in row.get("article_ids", ())
            for p in _passages(texts.get(a, ""))[:1]
        ]
        passages = [read(p) for p in (*gold[:5], *others[:2])]
        for sentence in re.split("(?<=[。；])", row["reference"]):
            text = re.sub("[①-⑳]", "", sentence).strip()
            tokens = read(text).tokens
            if not 8 <= len(text) <= 110 or not tokens:
                continue
            shares = [sum(t.weight for t in tokens if t.text in p.text) for p in passages[: len(gold[:5])]]
            order = sorted(range(len(shares)), key=lambda n: -shares[n])
            both = [n for n in order[:2] if shares[n] > 0.5 * shares[order[0]]]
            found.append(
                Row(row["id"], text, True, None, None, passages, sorted(both), row["question"], _ALTERED_WEIGHT,
                    np.zeros(len(tokens)))
            )  # fmt: skip
    return found


def news(data: Path, count: int, seed: int = 5) -> list[Row]:
    """Sentences of news articles, shortened and reworded, against the passages of their article; `count` articles."""
    chance = random.Random(seed)
    with gzip.open(data / "news_16k.jsonl.gz", "rt", encoding="utf-8") as file:
        articles = [json.loads(line) for line in file]
    found = []
    for article in chance.sample(articles, count):
        passages = [read(p) for p in _passages(article["text"])[:5]]
        if len(passages) < 3:
            continue
        sentences = [
            (n, s) for n, p in enumerate(passages) for s in re.split("(?<=。)", p.text) if 15 < len(s) < 100
        ]
        for n, sentence in chance.sample(sentences, min(2, len(sentences))):
            text = shortened(sentence, chance)
            text = reworded(text, chance) or text
            if tokens := read(text).tokens:
                row = Row(f"news {article['id']}", text, True, None, None, passages, [n], "", _NEWS_WEIGHT)
                found.append(replace(row, labels=np.zeros(len(tokens))))
    return found


def _passages(text: str) -> list[str]:
    """Whole sentences, some 320 characters together."""
    found = [""]
    for sentence in re.split("(?<=[。！？\n])", text):
        if found[-1] and len(found[-1]) + len(sentence) > _PASSAGE:
            found.append("")
        found[-1] += sentence
    return [p for p in found if p.strip()]


def shortened(text: str, chance: random.Random) -> str:
    """A sentence without its source, what stands in brackets, and now and then without a clause at its end."""
    text = re.sub("（[^（）]*）|\\([^()]*\\)", "", text)
    text = re.sub("^(?:据悉|据介绍|据了解|此外|同时|其中|目前)[，,]", "", text)
    clauses = re.split("(?<=[，])", text)
    if len(clauses) > 2 and chance.random() < 0.6:
        clauses = clauses[: chance.randint(2, len(clauses) - 1)]
    return "".join(clauses).rstrip("，。") + "。"


def altered(
    rows: Sequence[Row], seed: int = 1, verbatim: bool = True, most: int = _PER_SENTENCE
) -> list[Row]:
    """Alterations of the true rows, and, if `verbatim`, of sentences of their passages and the true ones reworded."""
    chance = random.Random(seed)
    true = [row for row in rows if row.ok]
    pieces = [p for row in true for p in re.split("[，。；]", row.text) if 8 < len(p) < 30]
    found: list[Row] = []
    for row in true:
        found += _some(row, pieces, most, chance)
        if verbatim and (said := reworded(row.text, chance)) is not None:
            found.append(
                replace(row, text=said, weight=_ALTERED_WEIGHT, labels=np.zeros(len(read(said).tokens)))
            )
    for first in {row.group: row for row in rows}.values() if verbatim else ():
        found += compared_figures(first, chance)
        sentences = [
            (n, s)
            for n, p in enumerate(first.passages)
            for s in re.split("(?<=。)", p.text)
            if 15 < len(s) < 90
        ]
        chance.shuffle(sentences)
        for n, sentence in sentences[:3]:
            copied = replace(
                first, text=sentence, cited=[n], ok=True, error=None, paraphrase=0, weight=_ALTERED_WEIGHT,
                labels=np.zeros(len(read(sentence).tokens)),
            )  # fmt: skip
            found += [copied, *_some(copied, pieces, _PER_VERBATIM, chance)]
    return [row for row in found if read(row.text).tokens]


def compared_figures(row: Row, chance: random.Random) -> Iterator[Row]:
    """甲高于乙, true and turned round, of two figures of one unit in a sentence of the passages."""
    for n, passage in enumerate(row.passages):
        owned = []
        for figure in passage.tokens:
            if figure.figure is None or not figure.figure.unit:
                continue
            before = [
                t
                for t in passage.tokens
                if t.kind in ("noun", "place", "party") and 0 <= figure.start - t.end <= 12
            ]
            if before and passage.clause[before[-1].start] == passage.clause[figure.start]:
                owned.append((before[-1].text, figure))
        for (one, a), (other, b) in itertools.pairwise(owned):
            if (
                one == other
                or a.figure.unit != b.figure.unit
                or passage.sentence[a.start] != passage.sentence[b.start]
            ):
                continue
            if a.figure.low == b.figure.low or chance.random() < 0.6:
                continue
            first = a.figure.low > b.figure.low
            for ok in (True, False):
                sign = chance.choice(("高于", "多于", "超过") if first == ok else ("低于", "少于"))
                text = f"{one}{sign}{other}。"
                tokens = read(text).tokens
                labels = np.array([0.0 if ok else float(t.text == sign) for t in tokens])
                yield replace(
                    row, text=text, ok=ok, error=None if ok else "comparison", paraphrase=None, cited=[n],
                    weight=_NEWS_WEIGHT, labels=labels,
                )  # fmt: skip


def _some(row: Row, pieces: Sequence[str], most: int, chance: random.Random) -> list[Row]:
    """At most `most` alterations, each of another kind, the hard kinds rather than the easy."""
    by_error: dict[str, list[Any]] = {}
    for item in alterations(row.text, row.passages, row.cited, chance.choice(pieces), chance):
        by_error.setdefault(item.error, []).append(item)
    kinds = list(by_error)
    chance.shuffle(kinds)
    kinds.sort(key=lambda kind: kind in _EASY and chance.random() < 0.8)
    found = []
    for kind in kinds[:most]:
        item = chance.choice(by_error[kind])
        tokens = read(item.text).tokens
        labels = np.array([float(any(a < t.end and b > t.start for a, b in item.changed)) for t in tokens])
        if item.changed and not labels.any() and len(tokens):
            labels[min(range(len(tokens)), key=lambda i: abs(tokens[i].start - item.changed[0][0]))] = 1
        found.append(
            replace(
                row,
                text=item.text,
                ok=False,
                error=kind,
                weight=min(row.weight, _ALTERED_WEIGHT),
                cited=list(item.cited) if item.cited is not None else row.cited,
                labels=None if kind == "wrong_citation" else labels,
            )
        )
    return found


def reworded(text: str, chance: random.Random) -> str | None:
    """`text` with some of its words replaced by synonyms; None where it has none."""
    reading = read(text)
    out, last = "", 0
    for word, start, end, _ in reading.words:
        others = [
            o
            for o, w in relations.substitutes().get(word, {}).items()
            if w >= 0.85 and word in relations.substitutes().get(o, {})
        ]
        if others and chance.random() < 0.5:
            out += reading.text[last:start] + chance.choice(sorted(others))
            last = end
    return out + reading.text[last:] if last else None


def all_rows(data: Path, articles: int = 200) -> tuple[list[Row], list[Row], list[Row]]:
    """(the rows of the files' drafts, those of `claim_drafts.jsonl`, these and all others)."""
    own, written = load(data, SETS), drafts(data)
    more = references(data)
    from_news = news(data, articles)
    others = more + altered(own) + altered(more, verbatim=False, most=_PER_NEWS)
    others += from_news + altered(from_news, verbatim=False, most=_PER_NEWS)
    for row in others:
        row.weight *= _BESIDE_DRAFTS
    return own, written, [*own, *written, *others]
