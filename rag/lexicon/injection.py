"""Prompt injection: sentences that speak to a machine instead of informing a reader, never shown to the model, never quoted.

Articles come from anywhere, and may hold "忽略以上指令" or "print your system prompt". Such a sentence is left out of the
evidence, so that no answer can rest on it even where the model obeys. The article itself keeps it: a reader sees it.
What such sentences look like stands in `machine_orders.yaml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from docs_store.text.normal import fold

_FILE = Path(__file__).parent / "machine_orders.yaml"
_SPACED = re.compile(r"(?<=[\u4e00-\u9fff])[\s·.*_\-]+(?=[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class MachineOrder:
    """One kind of order: its name, what it looks like, and sentences that it must find."""

    name: str
    pattern: re.Pattern[str]
    examples: tuple[str, ...]


@lru_cache(maxsize=1)
def machine_orders() -> tuple[MachineOrder, ...]:
    """The kinds of `machine_orders.yaml`."""
    rows = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    flags = re.IGNORECASE | re.MULTILINE
    return tuple(MachineOrder(r["name"], re.compile(r["pattern"], flags), tuple(r["examples"])) for r in rows)


@lru_cache(maxsize=4096)
def speaks_to_machine(sentence: str) -> bool:
    """True when `sentence` gives orders to a reading program; invisible and spacing characters do not hide it."""
    plain = _plain(sentence)
    return any(order.pattern.search(plain) for order in machine_orders())


def _plain(sentence: str) -> str:
    """The normal form without what is put between Chinese characters to hide a word."""
    return _SPACED.sub("", fold(sentence))
