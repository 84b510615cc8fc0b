"""Learns `rag/weights/claim_words.json` and `rag/weights/claims.json` from sentences of drafts, true and wrong.

Run: python -m benchmarks.training.claims ../shared/data

First which words of a claim do not rest on the passages: from pairs of a true sentence and its wrong twin, and from true
sentences that `benchmarks.training.altered` made wrong in one place. Then whether the sentence as a whole is supported,
from the drafts' sentences themselves and, at less weight, the altered ones. Folds are by question, and a sentence's row
holds the doubts of a word model that never saw its question. The setting is chosen on the folds; `verify_dev` is not read.
"""

from __future__ import annotations

import argparse
import difflib
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from benchmarks.training.altered import alterations
from rag.lexicon import relations
from rag.verification import claim_row, claims, compared, word_rows
from rag.verification.compared import Compared
from rag.verification.words import Reading, read

Floats = NDArray[np.float64]
_LEARNED = "verify_train_a, verify_train_b and altered sentences, by benchmarks/training/claims.py"
SETS = ("verify_train_a", "verify_train_b")
_ALTERED_WEIGHT = 0.5  # an altered sentence's weight against a draft's own
_PER_SENTENCE, _PER_VERBATIM = 4, 2  # alterations kept of each
_EASY = frozenset(("outside_true", "invented_detail", "added_cause", "attribution", "wrong_citation"))
_KEPT_UNDOUBTED = 0.35  # share of the resting words that are learned from
_KEEP = 0.87  # share of true sentences that the setting keeps on the folds


@dataclass
class Row:
    """One sentence with its passages; `labels` are 1 for the words that do not rest, None where that is not known."""

    group: str
    text: str
    ok: bool
    error: str | None
    paraphrase: int | None
    passages: Sequence[Reading]
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
    found = []
    for name in names:
        for line in (data / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            given = json.loads(line)
            passages = [read(p) for p in given["passages"]]
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


def altered(rows: Sequence[Row], seed: int = 1) -> list[Row]:
    """Alterations of the true rows and of sentences of their passages, with the true ones reworded by synonyms."""
    chance = random.Random(seed)
    true = [row for row in rows if row.ok]
    pieces = [p for row in true for p in re.split("[，。；]", row.text) if 8 < len(p) < 30]
    found: list[Row] = []
    for row in true:
        found += _some(row, pieces, _PER_SENTENCE, chance)
        if (said := reworded(row.text, chance)) is not None:
            found.append(
                replace(row, text=said, weight=_ALTERED_WEIGHT, labels=np.zeros(len(read(said).tokens)))
            )
    for first in {row.group: row for row in rows}.values():
        sentences = [
            (n, s)
            for n, p in enumerate(first.passages)
            for s in re.split("(?<=。)", p.text)
            if 15 < len(s) < 90
        ]
        chance.shuffle(sentences)
        for n, sentence in sentences[:3]:
            verbatim = replace(
                first, text=sentence, cited=[n], ok=True, error=None, paraphrase=0, weight=_ALTERED_WEIGHT,
                labels=np.zeros(len(read(sentence).tokens)),
            )  # fmt: skip
            found += [verbatim, *_some(verbatim, pieces, _PER_VERBATIM, chance)]
    return [row for row in found if read(row.text).tokens]


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
                weight=_ALTERED_WEIGHT,
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
            for o, w in relations.synonyms().get(word, {}).items()
            if w >= 0.85 and word in relations.synonyms().get(o, {})
        ]
        if others and chance.random() < 0.5:
            out += reading.text[last:start] + chance.choice(sorted(others))
            last = end
    return out + reading.text[last:] if last else None


def measure(rows: Sequence[Row]) -> None:
    """Fills in the features of each row."""
    for row in rows:
        row.it = compared.compare(read(row.text), row.passages, row.cited, row.question)
        table = word_rows.words(row.it)
        row.words = np.asarray(table)
        row.base = claim_row.overall(row.it, table)


def fit_words(rows: Sequence[Row]) -> HistGradientBoostingClassifier:
    """The word model, from the rows whose words are labelled."""
    known = [row for row in rows if row.labels is not None]
    x = np.concatenate([row.words for row in known]).astype(np.float32)
    y = np.concatenate([row.labels for row in known if row.labels is not None])
    weight = np.concatenate([np.full(len(row.words), row.weight) for row in known])
    kept = (y > 0) | (np.random.default_rng(0).random(len(y)) < _KEPT_UNDOUBTED)
    weight = np.where(y > 0, weight, weight / _KEPT_UNDOUBTED)
    model = HistGradientBoostingClassifier(
        max_iter=110, learning_rate=0.1, max_leaf_nodes=20, l2_regularization=1, min_samples_leaf=20, max_bins=64,
        max_features=0.5, random_state=0, early_stopping=False,
    )  # fmt: skip
    return model.fit(x[kept], y[kept], sample_weight=weight[kept])


def doubt(model: HistGradientBoostingClassifier, rows: Sequence[Row]) -> None:
    """Fills in the doubts of each row."""
    ends = np.cumsum([0, *(len(row.words) for row in rows)])
    chance = model.predict_proba(np.concatenate([row.words for row in rows]))[:, 1]
    for row, start, end in zip(rows, ends, ends[1:], strict=False):
        row.doubts = chance[start:end].tolist()


def table(rows: Sequence[Row]) -> Floats:
    """The sentences' rows."""
    return np.array([row.base + claim_row.doubted(row.it, row.doubts) for row in rows if row.it])


def fit_claims(rows: Sequence[Row], x: Floats) -> HistGradientBoostingClassifier:
    """The sentence model."""
    model = HistGradientBoostingClassifier(
        max_iter=260, learning_rate=0.04, max_leaf_nodes=8, l2_regularization=3, min_samples_leaf=20, max_features=0.3,
        max_bins=64, random_state=0, early_stopping=False,
    )  # fmt: skip
    return model.fit(x, [row.ok for row in rows], sample_weight=[row.weight for row in rows])


def exported(
    model: HistGradientBoostingClassifier, names: Sequence[str], learned: str, figures: dict[str, float]
) -> dict[str, Any]:
    """The trees as `rag.weights.trees` reads them."""
    trees = []
    for (predictor,) in model._predictors:
        leaf = [bool(node["is_leaf"]) for node in predictor.nodes]
        pairs = list(zip(predictor.nodes, leaf, strict=True))
        trees.append(
            {
                "feature": [0 if is_leaf else int(n["feature_idx"]) for n, is_leaf in pairs],
                "threshold": [0.0 if is_leaf else float(n["num_threshold"]) for n, is_leaf in pairs],
                "left": [-1 if is_leaf else int(n["left"]) for n, is_leaf in pairs],
                "right": [-1 if is_leaf else int(n["right"]) for n, is_leaf in pairs],
                "value": [round(float(n["value"]), 5) if is_leaf else 0.0 for n, is_leaf in pairs],
            }
        )
    bias = float(model._baseline_prediction.ravel()[0])
    return {"learned": learned, "figures": figures, "names": list(names), "bias": bias, "trees": trees}


def main() -> None:
    """Trains, reports, writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=Path("rag/weights"))
    args = parser.parse_args()
    own = load(args.data, SETS)
    rows = own + altered(own)
    measure(rows)
    groups = [row.group for row in rows]
    for train, test in GroupKFold(4).split(rows, groups=groups):
        doubt(fit_words([rows[i] for i in train]), [rows[i] for i in test])
    x = table(rows)
    chance = np.zeros(len(rows))
    for train, test in GroupKFold(5).split(rows, groups=groups):
        chance[test] = fit_claims([rows[i] for i in train], x[train]).predict_proba(x[test])[:, 1]
    ok = np.array([row.ok for row in own])
    scores = chance[: len(own)]
    least = float(np.quantile(scores[ok], 1 - _KEEP))
    counts = {"rows": float(len(own)), "altered": float(len(rows) - len(own))}
    figures = {**counts, "auc": round(float(roc_auc_score(ok, scores)), 4), "least": round(least, 4)}
    for keep in (0.8, 0.85, 0.87, 0.9, 0.95):
        caught = np.mean(scores[~ok] < np.quantile(scores[ok], 1 - keep))
        figures[f"caught_at_kept_{keep}"] = round(float(caught), 3)
    print(json.dumps(figures))
    for name, model, names, known in (
        ("claim_words", fit_words(rows), word_rows.WORD_FEATURES, counts),
        ("claims", fit_claims(rows, x), claim_row.SENTENCE_FEATURES, figures),
    ):
        text = json.dumps(exported(model, names, _LEARNED, known), ensure_ascii=False, separators=(",", ":"))
        (args.out / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
