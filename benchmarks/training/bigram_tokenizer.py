"""A `tokenizers` tokenizer that gives overlapping Chinese bigrams, so that StaticEmbedding loads it plainly.

No pre-tokenizer of that library overlaps its pieces, and every custom one is lost in tokenizer.json. So the
normalizer writes each Chinese character three times (a SentencePiece charsmap may map a character to any
string), and fixed-width splits then read 甲甲甲乙乙乙丙丙丙 as 甲 · 甲乙 · 乙 · 乙丙 · 丙.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

UNKNOWN = "[UNK]"
CONTINUES = "##"
_HAN = r"[\u3400-\u9fff]"
_HAN_CODES = range(0x3400, 0xA000)
_RUN = rf"{_HAN}+|[0-9]+(?:\.[0-9]+)?|[a-z]+(?:[a-z0-9+\-]*[a-z0-9])?"
_BACK_OFF = "0123456789.abcdefghijklmnopqrstuvwxyz+-"


def build_tokenizer(vocabulary: Sequence[str]) -> Tokenizer:
    """A tokenizer over `vocabulary` (characters, bigrams, numbers, Latin words), most wanted first.

    Unknown characters and bigrams become UNKNOWN, id 0, whose vector should be zero. Unknown numbers and
    Latin words fall back to their longest known beginnings and single signs.
    """
    words = dict.fromkeys([UNKNOWN, *_BACK_OFF, *(CONTINUES + sign for sign in _BACK_OFF), *vocabulary])
    tokenizer = Tokenizer(
        models.WordPiece(
            {word: id for id, word in enumerate(words)},
            unk_token=UNKNOWN,
            continuing_subword_prefix=CONTINUES,
            max_input_chars_per_word=40,
        )
    )
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Precompiled(charsmap({chr(c): chr(c) * 3 for c in _HAN_CODES})),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_RUN.replace(r"\u3400-\u9fff", "㐀-鿿")), "removed", invert=True),
            # 甲甲甲乙乙乙丙丙丙 → 甲甲乙乙乙丙丙 → 甲甲乙 · 乙乙丙 · 丙 → 甲 · 甲乙 · 乙 · 乙丙 · 丙
            pre_tokenizers.Split(Regex("^[㐀-鿿]|[㐀-鿿]$"), "removed"),
            pre_tokenizers.Split(Regex("[㐀-鿿]{3}"), "isolated"),
            pre_tokenizers.Split(Regex("^[㐀-鿿](?=[㐀-鿿]{2}$)"), "isolated"),
        ]
    )
    return tokenizer


def charsmap(rules: dict[str, str]) -> bytes:
    """SentencePiece's precompiled charsmap of `rules` (one character → its replacement).

    The format: bytes of the trie (u32), a Darts-clone double array of u32 units over UTF-8 keys whose values
    are offsets, then the replacements, each ended by NUL.
    """
    replacements = bytearray()
    trie: dict[int, object] = {}
    for key, value in rules.items():
        node = trie
        for byte in key.encode():
            node = node.setdefault(byte, {})  # type: ignore[assignment]
        node[0] = len(replacements)
        replacements += value.encode() + b"\0"
    units = _double_array(trie)
    return struct.pack(f"<I{len(units)}I", 4 * len(units), *units) + bytes(replacements)


def _double_array(trie: dict[int, object]) -> list[int]:
    """Units of the trie: byte c of the node whose children start at `base` lies at `base ^ c`, a value at `base`."""
    units: dict[int, int] = {0: 0}
    queue: list[tuple[int, dict[int, object]]] = [(0, trie)]
    base = 0
    while queue:
        position, node = queue.pop()
        # Small nodes (one value) fill the gaps in order; wide ones need a block of their own.
        base = _free_base(units, sorted(node), base if len(node) == 1 else base & ~0xFF)
        units[position] |= (position ^ base) << 10 | (0 in node) << 8
        for label, child in node.items():
            if isinstance(child, dict):
                units[base ^ label] = label
                queue.append((base ^ label, child))
            else:
                assert isinstance(child, int)
                units[base] = child | 1 << 31
    size = (max(units) | 0xFF) + 1
    return [units.get(i, 0) for i in range(size)]


def _free_base(units: dict[int, int], labels: Iterable[int], start: int) -> int:
    base = start
    while any(base ^ label in units for label in labels):
        base += 1
    return base
