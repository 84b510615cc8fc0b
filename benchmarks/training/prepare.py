"""Prepare the training data: read the news, choose the vocabulary, tokenize clauses, questions and titles.

Run: python -m benchmarks.training.prepare ../shared/data /tmp/guanchao-embed
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
from tokenizers import Tokenizer

from benchmarks import command_line
from benchmarks.training.bigram_tokenizer import build_tokenizer
from benchmarks.training.corpus import read_entries
from benchmarks.training.recipe import clauses, question
from docs_store.text.analyser import tokens

FILES = ("policy_news.jsonl", "news_16k.jsonl.gz", "news_rest_47k.jsonl.gz")
QUESTIONS_A_PASSAGE = 3


def main() -> None:
    """Writes tokenizer.json and data.npz into the output folder."""
    parser = command_line.parser(__doc__)
    parser.add_argument("data", type=Path, help="folder that holds the news files")
    parser.add_argument("out", type=Path)
    parser.add_argument("--vocabulary", type=int, default=160_000)
    parser.add_argument("--files", nargs="*", default=FILES)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)

    passages: list[str] = []
    owners: list[int] = []
    titles: list[str] = []
    for name in args.files:
        for entry in read_entries(args.data / name):
            passages += [p.text for p in entry.passages]
            owners += [len(titles)] * len(entry.passages)
            titles.append(entry.article.title)
    print(f"{len(titles)} articles, {len(passages)} passages", flush=True)

    tokenizer = build_tokenizer(choose_vocabulary(passages, args.vocabulary))
    tokenizer.save(str(args.out / "tokenizer.json"), pretty=False)
    rng = Random(0)
    pieces = [clauses(text) for text in passages]
    clause_ids, clause_bounds = encode(tokenizer, [piece for group in pieces for piece in group])
    question_ids, question_bounds = encode(
        tokenizer, [ask(group, rng) for group in pieces for _ in range(QUESTIONS_A_PASSAGE)]
    )
    title_ids, title_bounds = encode(tokenizer, titles)
    np.savez(
        args.out / "data.npz",
        owner=np.array(owners, np.int32),
        passage_clauses=np.cumsum([0, *map(len, pieces)], dtype=np.int64),
        clause_ids=clause_ids, clause_bounds=clause_bounds,
        question_ids=question_ids, question_bounds=question_bounds,
        title_ids=title_ids, title_bounds=title_bounds,
    )  # fmt: skip


def choose_vocabulary(passages: Sequence[str], size: int) -> list[str]:
    """The `size` tokens that most passages hold, the most frequent first."""
    frequency: Counter[str] = Counter()
    for text in passages:
        frequency.update(set(tokens(text)))
    for limit in (2, 3, 5, 8, 10, 20):
        print(
            f"document frequency ≥ {limit}: {sum(n >= limit for n in frequency.values())} tokens", flush=True
        )
    usable = (word for word, _ in frequency.most_common() if len(word) <= 20)
    return [word for word, _ in zip(usable, range(size), strict=False)]


def ask(group: Sequence[str], rng: Random) -> str:
    """A question on one to three neighbouring clauses, the longer ones sooner."""
    if not group:
        return ""
    weights = [min(len(piece), 30) for piece in group]
    start = rng.choices(range(len(group)), weights)[0]
    count = rng.choice((1, 1, 2, 2, 3))
    picked = list(group[start : start + count])
    return question([re.sub(r"\s+", " ", piece) for piece in picked], rng)


def encode(tokenizer: Tokenizer, texts: Sequence[str], batch: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """All token ids in a row, unknown ones left out, and the bounds of each text in it."""
    parts: list[np.ndarray] = []
    lengths: list[int] = [0]
    for i in range(0, len(texts), batch):
        for encoding in tokenizer.encode_batch_fast(list(texts[i : i + batch]), add_special_tokens=False):
            known = [id for id in encoding.ids if id != 0]
            parts.append(np.array(known, np.int32))
            lengths.append(len(known))
    return np.concatenate(parts), np.cumsum(lengths, dtype=np.int64)


if __name__ == "__main__":
    main()
