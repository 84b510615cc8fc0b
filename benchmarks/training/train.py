"""Train guanchao-embed: one vector a token, summed; contrastive with in-batch negatives.

Run: python -m benchmarks.training.train /tmp/guanchao-embed docs_store/guanchao-embed --minutes 5
(`prepare` first.) Frequent tokens own a row of the table; rare ones share rows by chance, each with a weight of
its own. That and 8-bit rows keep 160,000 tokens under 40 MB; sentence-transformers' StaticEmbedding unfolds
both by itself (the model2vec layout: `embeddings`, `mapping`, `weights`).
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from benchmarks import command_line

_HELD_OUT = 2_000
_UNIGRAM = 0.4  # where training starts: a lone character says less than a bigram


@dataclass(frozen=True, slots=True)
class Data:
    """What `prepare` wrote: texts as rows of token ids with bounds."""

    arrays: dict[str, np.ndarray]

    @classmethod
    def load(cls, folder: Path) -> Data:
        """Reads data.npz."""
        with np.load(folder / "data.npz") as stored:
            return cls({name: stored[name] for name in stored.files})

    @property
    def passages(self) -> int:
        """How many passages there are."""
        return len(self.arrays["owner"])

    def piece(self, kind: str, index: int) -> np.ndarray:
        """The token ids of one clause, question or title."""
        bounds = self.arrays[f"{kind}_bounds"]
        return self.arrays[f"{kind}_ids"][bounds[index] : bounds[index + 1]]

    def passage(self, index: int, without: frozenset[int] = frozenset()) -> np.ndarray:
        """The token ids of a passage, some of its clauses left out (by their place in it)."""
        first, last = self.arrays["passage_clauses"][index : index + 2]
        if not without:
            bounds = self.arrays["clause_bounds"]
            return self.arrays["clause_ids"][bounds[first] : bounds[last]]
        kept = [self.piece("clause", c) for c in range(first, last) if c - first not in without]
        return np.concatenate(kept) if kept else np.zeros(0, np.int32)


class Bag(nn.Module):
    """Token vectors (a row of the table times a weight), summed and scaled to unit length."""

    mapping: Tensor

    def __init__(self, mapping: np.ndarray, weights: np.ndarray, dimensions: int) -> None:
        """Rows start as random directions, weights as given (0 switches a token off)."""
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        rows = torch.randn(int(mapping.max()) + 1, dimensions, generator=generator) / dimensions**0.5
        self.table = nn.Parameter(rows)
        self.weight = nn.Parameter(torch.tensor(weights, dtype=torch.float32))
        self.register_buffer("mapping", torch.tensor(mapping, dtype=torch.long))
        self.scale = nn.Parameter(torch.tensor(3.0))

    def forward(self, texts: list[np.ndarray]) -> Tensor:
        """Unit vectors, one row a text."""
        ids = torch.from_numpy(np.concatenate(texts).astype(np.int64))
        offsets = torch.from_numpy(np.cumsum([0, *map(len, texts[:-1])]).astype(np.int64))
        bags = functional.embedding_bag(
            self.mapping[ids], self.table, offsets, mode="sum", per_sample_weights=self.weight[ids]
        )
        return functional.normalize(bags, dim=1)


def main() -> None:
    """Trains for the given minutes and saves the model folder."""
    parser = command_line.parser(__doc__)
    parser.add_argument("data", type=Path, help="folder that `prepare` wrote")
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--dimensions", type=int, default=384)
    parser.add_argument("--own-rows", type=int, default=56_000)
    parser.add_argument("--shared-rows", type=int, default=28_000)
    parser.add_argument("--batch", type=int, default=1024)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--questions", type=float, default=0.6, help="share of rule-made questions")
    args = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(2)
    rng = np.random.default_rng(0)

    data = Data.load(args.data)
    tokenizer = Tokenizer.from_file(str(args.data / "tokenizer.json"))
    size = tokenizer.get_vocab_size()
    ids = np.arange(size)
    rare = args.own_rows + rng.integers(0, args.shared_rows, size)
    bag = Bag(np.where(ids < args.own_rows, ids, rare), idf(data, tokenizer), args.dimensions)
    order = rng.permutation(data.passages)
    held_out, train = order[:_HELD_OUT], order[_HELD_OUT:]
    print("held out at start:", held_out_score(bag, data, held_out, order[: 10 * _HELD_OUT]), flush=True)

    optimizer = torch.optim.Adam(
        [
            {"params": [bag.table], "lr": args.rate},
            {"params": [bag.weight], "lr": 10 * args.rate},
            {"params": [bag.scale], "lr": 0.01},
        ],
        betas=(0.9, 0.99),
    )
    rates = [group["lr"] for group in optimizer.param_groups]
    began, step = time.monotonic(), 0
    while (spent := (time.monotonic() - began) / (60 * args.minutes)) < 1:
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * min(1.0, (step + 1) / 20) * (1 - spent)
        batch = rng.choice(train, args.batch, replace=False)
        loss = contrast(bag, data, batch, rng, args.questions)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
        if step % 25 == 0:
            print(
                f"step {step} loss {loss.item():.3f} scale {bag.scale.exp().item():.1f} at {spent:.0%}",
                flush=True,
            )
    score = held_out_score(bag, data, held_out, order[: 10 * _HELD_OUT])
    print(f"held out after {step} steps:", score, flush=True)
    save(bag, tokenizer, args.out)


def idf(data: Data, tokenizer: Tokenizer) -> np.ndarray:
    """Starting weights: inverse document frequency, less for lone characters, 0 for the unknown token."""
    frequency = np.zeros(tokenizer.get_vocab_size())
    for i in range(data.passages):
        frequency[np.unique(data.passage(i))] += 1
    weights = np.log((data.passages + 1) / (frequency + 1))
    for word, id in tokenizer.get_vocab().items():
        if len(word) == 1:
            weights[id] *= _UNIGRAM
    weights[0] = 0.0
    return np.asarray(weights / np.log(data.passages))


def contrast(bag: Bag, data: Data, batch: np.ndarray, rng: np.random.Generator, questions: float) -> Tensor:
    """InfoNCE both ways; passages of one article are no negatives of each other."""
    queries, passages = zip(*(pair(data, int(i), rng, questions) for i in batch), strict=True)
    scores = bag(list(queries)) @ bag(list(passages)).T * bag.scale.exp()
    owner = torch.from_numpy(data.arrays["owner"][batch])
    same = (owner[:, None] == owner[None, :]) & ~torch.eye(len(batch), dtype=torch.bool)
    scores = scores.masked_fill(same, -1e4)
    target = torch.arange(len(batch))
    return functional.cross_entropy(scores, target) + 0.3 * functional.cross_entropy(scores.T, target)


def pair(data: Data, index: int, rng: np.random.Generator, questions: float) -> tuple[np.ndarray, np.ndarray]:
    """A query and its passage: a rule-made question, the article's title, or a clause and what surrounds it."""
    first, last = data.arrays["passage_clauses"][index : index + 2]
    count = int(last - first)
    dropped = frozenset(np.flatnonzero(rng.random(count) < 0.1).tolist())
    kind = rng.random()
    if kind < questions or count < 3:
        per_passage = (len(data.arrays["question_bounds"]) - 1) // data.passages
        query = data.piece("question", per_passage * index + int(rng.integers(per_passage)))
        return _thinned(query, rng, 0.3), data.passage(index)
    if kind < questions + 0.15:
        return data.piece("title", int(data.arrays["owner"][index])), data.passage(index, dropped)
    picked = int(rng.integers(count))
    query = np.concatenate(
        [data.piece("clause", int(first) + c) for c in range(picked, min(picked + 2, count))]
    )
    hidden = frozenset((picked,)) if rng.random() < 0.5 else frozenset((picked, picked + 1))
    return query, data.passage(index, dropped | hidden)


def _thinned(ids: np.ndarray, rng: np.random.Generator, most: float) -> np.ndarray:
    return ids[rng.random(len(ids)) >= rng.uniform(0, most)]


@torch.no_grad()
def held_out_score(bag: Bag, data: Data, asked: np.ndarray, pool: np.ndarray) -> dict[str, float]:
    """Share of rule-made questions whose own passage is first, or among five, in the pool."""
    per_passage = (len(data.arrays["question_bounds"]) - 1) // data.passages
    vectors = torch.cat(
        [bag([data.passage(int(i)) for i in pool[j : j + 2000]]) for j in range(0, len(pool), 2000)]
    )
    queries = bag([data.piece("question", per_passage * int(i)) for i in asked])
    scores = queries @ vectors.T
    own = scores[torch.arange(len(asked)), torch.arange(len(asked))]  # the pool begins with `asked`
    rank = (scores > own[:, None]).sum(1)
    return {"hit@1": float((rank < 1).float().mean()), "hit@5": float((rank < 5).float().mean())}


def save(bag: Bag, tokenizer: Tokenizer, folder: Path) -> None:
    """Writes a sentence-transformers folder: StaticEmbedding with 8-bit rows, then Normalize."""
    static = folder / "0_StaticEmbedding"
    (folder / "1_Normalize").mkdir(parents=True, exist_ok=True)
    static.mkdir(exist_ok=True)
    rows = bag.table.detach()
    # One step size for all rows: a row's own length is part of what training learned, its weight is separate.
    steps = rows.abs().amax(dim=1).clamp_min(1e-12) / 127
    mapping = bag.mapping
    weights = (bag.weight.detach() * steps[mapping]).float()
    weights[0] = 0.0
    save_file(
        {
            "embeddings": (rows / steps[:, None]).round().to(torch.int8).contiguous(),
            "mapping": mapping.to(torch.int32).contiguous(),
            "weights": (
                weights * 1000
            ).contiguous(),  # the sum's length is divided out; 1000 keeps floats normal
        },
        static / "model.safetensors",
    )
    tokenizer.save(str(static / "tokenizer.json"), pretty=False)
    modules = "sentence_transformers.sentence_transformer.modules"
    parts = [("0", "0_StaticEmbedding", "StaticEmbedding"), ("1", "1_Normalize", "Normalize")]
    listed = [
        {"idx": int(n), "name": n, "path": path, "type": f"{modules}.{kind}"} for n, path, kind in parts
    ]
    _write_json(folder / "modules.json", listed)
    _write_json(folder / "config_sentence_transformers.json", {"similarity_fn_name": "cosine"})


def _write_json(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
