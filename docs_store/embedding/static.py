"""Static embeddings (one row and one weight a token) in NumPy: what sentence-transformers computes, without torch.

The default model is such a look-up table. Loading it through torch took 12 to 19 s and 770 MB, this takes half a second
and 100 MB; the vectors are the same to the last digits of float32 (tests/docs_store/embedding/test_static_embedding.py).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Floats = NDArray[np.float32]
_STATIC = (["StaticEmbedding"], ["StaticEmbedding", "Normalize"])
_BATCH = 64  # texts tokenised together; more only hold more memory
_SHORTEST = 1e-12  # a length below it is that of a text without known tokens: its vector stays 0
_opening = Lock()


class StaticEmbedder:
    """A folder of sentence-transformers' `StaticEmbedding`, or of model2vec's tensors in it. Thread-safe, loaded at once."""

    def __init__(self, folder: Path) -> None:
        """Reads tokenizer and table; `is_static(folder)` is true.

        Raises:
            OSError, ValueError: the files are not there, or not in a format that NumPy has (bfloat16).
        """
        part = folder / _modules(folder)[0][1]
        self._tokenizer = _tokenizer(part / "tokenizer.json")
        self._rows, self._row_of, self._weights = _table(part / "model.safetensors")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One unit vector a text, in order; zeros for a text in which no token is known."""
        found: list[list[float]] = self.vectors(texts).tolist()
        return found

    def embed_query(self, text: str) -> list[float]:
        """The unit vector of a question."""
        return self.embed_documents([text])[0]

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, float32 of shape (texts, dimensions)."""
        sums = np.zeros((len(texts), self._rows.shape[1]), np.float32)
        for start in range(0, len(texts), _BATCH):
            part = list(texts[start : start + _BATCH])
            for position, encoded in enumerate(
                self._tokenizer.encode_batch_fast(part, add_special_tokens=False)
            ):
                sums[start + position] = self._sum(encoded.ids)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        unit: Floats = sums / np.maximum(lengths, _SHORTEST)
        return unit

    def _sum(self, ids: Sequence[int]) -> Floats:
        """The weighted sum of the tokens' rows; at unit length it is what their mean is."""
        if not ids:
            return np.zeros(self._rows.shape[1], np.float32)
        tokens, times = np.unique(np.asarray(ids), return_counts=True)
        weights = times if self._weights is None else self._weights[tokens] * times
        rows = self._rows[tokens if self._row_of is None else self._row_of[tokens]]
        # Not by BLAS, whose threads go on spinning for a while after such a small product.
        found: Floats = np.einsum("i,ij->j", weights.astype(np.float32), rows.astype(np.float32))
        return found


def open_static(folder: Path) -> StaticEmbedder:
    """The embedder of a folder, one for the whole process: passages, words and claims are all looked up in it.

    Raises:
        OSError, ValueError: as `StaticEmbedder`.
    """
    with _opening:
        return _opened(folder.resolve())


@lru_cache(maxsize=4)
def _opened(folder: Path) -> StaticEmbedder:
    return StaticEmbedder(folder)


def is_static(folder: Path) -> bool:
    """True for a sentence-transformers folder that looks vectors up, scales them at most, and puts nothing before texts.

    Anything else about it (a projection behind, prompts) is left to sentence-transformers.
    """
    try:
        if [kind for kind, _ in _modules(folder)] not in _STATIC:
            return False
        config = folder / "config_sentence_transformers.json"
        settings = json.loads(config.read_text(encoding="utf-8")) if config.exists() else {}
        return not any((settings.get("prompts") or {}).values())
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False  # not a folder of this kind; whoever loads it says what is wrong


def _modules(folder: Path) -> list[tuple[str, str]]:
    """(class, folder inside the model's) of each module, in order."""
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    return [(module["type"].rpartition(".")[2], module["path"]) for module in modules]


def _tokenizer(path: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library has no type of its own
        raise ValueError(f"{path}: not a tokenizer ({error})") from error
    tokenizer.no_padding()
    return tokenizer


def _table(path: Path) -> tuple[NDArray[np.number], NDArray[np.integer] | None, Floats | None]:
    """Rows, the row of each token (None: its own), and the weight of each token (None: 1)."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        tensors = load_file(path)
        if "embedding.weight" in tensors:
            return tensors["embedding.weight"], None, None
        return tensors["embeddings"], tensors.get("mapping"), tensors.get("weights")
    except (SafetensorError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: not a table of embeddings ({error})") from error
