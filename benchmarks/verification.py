"""How many true sentences of drafts the checker keeps, and how many wrong ones it catches, by kind of error.

Run: python -m benchmarks.verification ../shared/data [--altered 300]

Measured on verify_dev, on which the setting was chosen; on 336 drafts of ours that nothing was learned from or chosen on
(`claim_drafts_test.jsonl`, harder: every second sentence has an error, and the true ones are reworded to look wrong); and on
`--altered` articles of the library's own kind, of which `benchmarks.training.altered` made sentences wrong in one place. What is
learned from says `benchmarks.training.claims`. Intervals are Wilson's at 95%. The ablations measure without the exact checks,
and with them alone.
"""

from __future__ import annotations

import gzip
import json
import math
import random
import re
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks import command_line, results_file
from benchmarks.training import claim_rows
from benchmarks.training.altered import alterations
from rag.verification import check, checker, claims, compared, vetoes
from rag.verification.words import read
from rag.weights import trees

_KEEPS = (0.8, 0.85, 0.87, 0.9, 0.95)


@dataclass
class Judged:
    """A sentence, what it is, and what the checker said."""

    text: str
    ok: bool
    kind: str
    score: float
    supported: bool
    vetoed: tuple[str, ...]
    ms: float


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95% interval of a share."""
    if not of:
        return 0.0, 1.0
    z, p = 1.96, hits / of
    middle, spread = p + z * z / (2 * of), z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return (middle - spread) / (1 + z * z / of), (middle + spread) / (1 + z * z / of)


def judge(
    text: str, markers: Sequence[int], passages: Sequence[str], question: str, ok: bool, kind: str
) -> Judged:
    """One sentence through the public function, timed; then which vetoes spoke."""
    began = time.process_time()
    verdict = check(text, passages, markers=markers, question=question)
    ms = 1000 * (time.process_time() - began)
    readings = [checker.reading_of(checker.Source(p)) for p in passages]
    named = [m - 1 for m in markers if 1 <= m <= len(passages)] or list(range(len(passages)))
    it = compared.compare(read(text), readings, named, question)
    names = tuple(dict.fromkeys(name for name, _ in vetoes.vetoes(it)))
    return Judged(text, ok, kind, verdict.score, verdict.supported, names, ms)


def drafts(rows: Iterable[tuple[dict[str, Any], Sequence[str]]]) -> list[Judged]:
    """The sentences of drafts, each draft with its passages."""
    found = []
    for row, passages in rows:
        for sentence in row["sentences"]:
            claim = claims(sentence["text"])[0]
            level = sentence.get("paraphrase")
            kind = sentence.get("error") or ("true" if level is None else f"true, paraphrase {level}")
            found.append(judge(claim.text, claim.markers, passages, row["question"], sentence["ok"], kind))
    return found


def from_articles(path: Path, count: int, seed: int = 7) -> list[Judged]:
    """Sentences of news articles as they stand, and each altered in one place, against the article's sentences around them."""
    chance = random.Random(seed)
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as file
    ):
        articles = [json.loads(line)["text"] for line in file]
    chance.shuffle(articles)
    found: list[Judged] = []
    for number, text in enumerate(articles[:count]):
        sentences = [s for s in re.split("(?<=[。！])", text) if 15 < len(s) < 90]
        if len(sentences) < 6:
            continue
        at = chance.randrange(len(sentences) - 4)
        passages = ["".join(sentences[at : at + 3]), "".join(sentences[at + 3 : at + 6])]
        sentence = sentences[at]
        found.append(judge(sentence, [1], passages, "", True, "as it stands"))
        piece = re.split("[，。]", articles[number - 1])[0][:30]
        made = list(alterations(sentence, [read(p) for p in passages], [0], piece, chance))
        for altered in chance.sample(made, min(2, len(made))):
            marker = 2 if altered.cited is not None else 1
            found.append(judge(altered.text, [marker], passages, "", False, altered.error))
    return found


def by_kind(found: Sequence[Judged], right: Callable[[Judged], bool]) -> dict[str, dict[str, Any]]:
    """For each kind how many were judged rightly, of how many, with the interval."""
    table = {}
    for kind in sorted({item.kind for item in found}):
        own = [right(item) for item in found if item.kind == kind]
        low, high = wilson(sum(own), len(own))
        table[kind] = {
            "right": sum(own),
            "of": len(own),
            "share": round(sum(own) / len(own), 3),
            "interval": [round(low, 3), round(high, 3)],
        }
    return table


def figures(found: Sequence[Judged]) -> dict[str, Any]:
    """Kept, caught, the curve between them, and both by kind."""
    ok = np.array([item.ok for item in found])
    score = np.array([item.score if not item.vetoed else item.score - 1 for item in found])
    kept, caught = [i.supported for i in found if i.ok], [not i.supported for i in found if not i.ok]
    return {
        "sentences": len(found),
        "kept": [
            sum(kept),
            len(kept),
            round(sum(kept) / len(kept), 3),
            [round(x, 3) for x in wilson(sum(kept), len(kept))],
        ],
        "caught": [
            sum(caught),
            len(caught),
            round(sum(caught) / len(caught), 3),
            [round(x, 3) for x in wilson(sum(caught), len(caught))],
        ],
        "auc": round(float(roc_auc_score(ok, score)), 3),
        "caught_at_kept": {
            str(k): round(float(np.mean(score[~ok] < np.quantile(score[ok], 1 - k))), 3) for k in _KEEPS
        },
        "by_kind": by_kind(found, lambda item: item.supported == item.ok),
        "ms_median": round(statistics.median(item.ms for item in found), 2),
    }


def vetoes_of(found: Sequence[Judged]) -> dict[str, dict[str, int]]:
    """For each exact check how many true sentences it vetoes wrongly, and how many wrong ones rightly."""
    return {
        name: {
            "false": sum(name in i.vetoed for i in found if i.ok),
            "of_true": sum(i.ok for i in found),
            "right": sum(name in i.vetoed for i in found if not i.ok),
        }
        for name in vetoes.CHECKS
    }


def ablations(found: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Kept and caught by the learned score alone, by the exact checks alone, and by both."""
    least = trees.packaged("claims").figures["least"]
    ways: dict[str, Callable[[Judged], bool]] = {
        "learned score": lambda i: i.score >= least,
        "exact checks": lambda i: not i.vetoed,
        "both": lambda i: i.score >= least and not i.vetoed,
    }
    return {
        name: {
            "kept": round(float(np.mean([way(i) for i in found if i.ok])), 3),
            "caught": round(float(np.mean([not way(i) for i in found if not i.ok])), 3),
        }
        for name, way in ways.items()
    }


def main() -> None:
    """Measures, prints, writes `benchmarks/results/verification.json`."""
    parser = command_line.parser(__doc__, takes_data=True)
    parser.add_argument("--altered", type=int, default=300, help="articles to alter sentences of")
    parser.add_argument("--every", type=int, default=1, help="of our held-out drafts only every n-th")
    args = parser.parse_args()
    trained = trees.packaged("claims").figures
    dev = drafts(claim_rows.of_sets(args.data, ["verify_dev"]))
    ours = drafts(claim_rows.with_passages(args.data, claim_rows.HELD_OUT)[:: args.every])
    news = from_articles(args.data / "policy_news.jsonl", args.altered)
    result = {
        "learned": dict(trained),
        "verify_dev": figures(dev),
        "drafts_of_ours": figures(ours),
        "altered_news": figures(news),
        "exact_checks_on_dev": vetoes_of(dev),
        "exact_checks_on_drafts_of_ours": vetoes_of(ours),
        "ablations_on_dev": ablations(dev),
    }
    for name in ("verify_dev", "drafts_of_ours", "altered_news"):
        part = result[name]
        print(
            f"{name}: kept {part['kept']}, caught {part['caught']}, AUC {part['auc']}, {part['ms_median']} ms of processor time a sentence at the median"
        )
        print("  caught at kept:", part["caught_at_kept"])
        for kind, row in part["by_kind"].items():
            print(f"  {kind:22} {row['right']:4}/{row['of']:<4} {row['share']:.2f}  {row['interval']}")
    print("exact checks:", json.dumps(result["exact_checks_on_dev"]))
    print("ablations:", json.dumps(result["ablations_on_dev"]))
    results_file.save("verification", result)


if __name__ == "__main__":
    main()
