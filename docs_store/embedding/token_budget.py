"""How much text the embedder sees at once: what is longer goes to it in pieces, nothing is cut off silently."""

from __future__ import annotations

import json
import re
from functools import cached_property
from pathlib import Path
from typing import Any

from docs_store import weights
from docs_store.errors import ModelUnavailableError
from docs_store.settings import Settings
from docs_store.text.sentences import CLAUSE_MARKS

_CLAUSE = re.compile(rf"[^{CLAUSE_MARKS}\n]*[{CLAUSE_MARKS}\n]?")
_SPECIAL = 2  # [CLS] and [SEP]


class TokenBudget:
    """The token limit of a local model, by its own tokenizer. Endpoints and static models have none that is known."""

    def __init__(self, settings: Settings) -> None:
        """Loads nothing yet."""
        self._folder = None if settings.embedding.base_url else _model_folder(settings)

    @cached_property
    def limit(self) -> int | None:
        """Tokens of text that the model sees; None where it has no limit or does not state it."""
        try:
            assert self._folder is not None
            config = json.loads((self._folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
            return int(config["max_seq_length"]) - _SPECIAL
        except (AssertionError, OSError, ValueError, KeyError, TypeError):
            return None

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        assert self._folder is not None
        return Tokenizer.from_file(str(self._folder / "tokenizer.json"))

    def count(self, text: str) -> int:
        """Tokens of `text`, without the special ones."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def pieces(self, text: str) -> list[str]:
        """`text` whole when it fits, else in pieces that do, cut at clauses where possible."""
        limit = self.limit
        if (
            limit is None or len(text) <= limit or self.count(text) <= limit
        ):  # a token is one character at least
            return [text]
        found = [""]
        for clause in _CLAUSE.findall(text):
            for part in self._parts(clause, limit):
                if found[-1] and self.count(found[-1] + part) > limit:
                    found.append(part)
                else:
                    found[-1] += part
        return [piece for piece in found if piece.strip()]

    def _parts(self, clause: str, limit: int) -> list[str]:
        if len(clause) <= limit or self.count(clause) <= limit:
            return [clause]
        return [clause[i : i + limit] for i in range(0, len(clause), limit)]


def _model_folder(settings: Settings) -> Path | None:
    name = settings.embedding.model
    if name in weights.CATALOGUE:
        try:
            return weights.local_path(name)
        except ModelUnavailableError:
            return None
    path = settings.resolve(Path(name))
    return path if path.is_dir() else None
