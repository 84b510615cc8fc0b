"""Inputs that ask for no article: greetings, thanks, who the program is and what it can do; known whole, or learned."""

from __future__ import annotations

from docs_store.text.segment import NAMES, words
from docs_store.text.sentences import clause_breaks, pieces
from rag.lexicon import tables
from rag.weights.sparse import packaged_classifier

LIBRARY = "library"
NONE = "none"
"""The class of all that asks for something in the articles."""
_SURE = 0.75  # probability of all other classes together from which on an input is small talk
_BEYOND_DOUBT = (
    0.9  # from which on a word that may be a name does not count: segmenters err in what people exclaim
)
_LONGEST = 24  # characters; small talk is short
_NAME = "〇"
_MORE_MARKS = "、～~…\n "


def small_talk(text: str) -> str | None:
    """The class of small talk that `text` is, as smalltalk.tsv names them; None when it asks for something.

    `LIBRARY` is a question on the library itself.
    """
    folded = tables.without_end(text)
    known = tables.smalltalk()
    if folded in known:
        return known[folded]
    clauses = pieces(folded, _MORE_MARKS)
    if clauses and all(clause in known for clause in clauses):
        return known[clauses[-1]]
    if not folded or len(folded) > _LONGEST:
        return None
    likely = packaged_classifier("smalltalk").probabilities(features(folded))
    if likely[NONE] > 1 - _SURE:
        return None
    kind = max((kind for kind in likely if kind != NONE), key=likely.__getitem__)
    if kind != LIBRARY and likely[NONE] > 1 - _BEYOND_DOUBT and any(w.pos in NAMES for w in words(folded)):
        return None  # what names something asks for it
    return kind


def features(folded: str) -> dict[str, float]:
    """What `smalltalk.json` weighs: character n-grams, with names as one sign, and the length."""
    plain = "".join(_NAME if word.pos in NAMES else word.text for word in words(folded))
    marked = f"^{clause_breaks(_MORE_MARKS).sub('，', plain)}$"
    found = {"length": len(marked) / 20, "names": plain.count(_NAME) / 2}
    for size in (1, 2, 3):
        for i in range(len(marked) - size + 1):
            found[f"chars:{marked[i : i + size]}"] = 0.4
    return found
