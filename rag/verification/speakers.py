"""Who says a thing, and who holds a post: the claim's speaker against the passage's."""

from __future__ import annotations

from functools import lru_cache

from rag.verification.compared import Compared
from rag.verification.words import SPEAKS, AnalysedText, Token

_REACH = 14  # characters between somebody's name and what they are said to do
_POST = 4  # characters of a post from which on it differs from others


@lru_cache(maxsize=1024)
def speakers(reading: AnalysedText) -> tuple[tuple[Token, int], ...]:
    """(person or body, where the word for saying stands), in order."""
    found = []
    for word, start, _, _ in reading.words:
        if not SPEAKS.match(word):
            continue
        who = [
            t
            for t in reading.tokens
            if t.kind in ("person", "party")
            and t.end <= start <= t.end + _REACH
            and reading.sentence[t.start] == reading.sentence[start]
        ]
        if who:
            found.append((who[-1], start))
    return tuple(found)


def speaker_verdict(it: Compared) -> float:
    """1 when who says it in the claim says it in the passage, -1 when somebody else does, 0 unknown, 0.5 nobody else does."""
    said = speakers(it.claim)
    if not said:
        return 0.0
    who, at = said[0]
    spots = [s for t, s in zip(it.claim.tokens, it.path.spots, strict=True) if s and t.start > at]
    if not spots:
        return 0.0
    best = max({s.passage for s in spots}, key=lambda n: sum(s.passage == n for s in spots))
    text = it.cited[best]
    own = sorted(s.start for s in spots if s.passage == best)
    middle = own[len(own) // 2]
    there = speakers(text)
    same = [k for k, (t, _) in enumerate(there) if _one(t.text, who.text)]
    inside = [k for k, (t, place) in enumerate(there) if text.sentence[place] == text.sentence[middle]]
    if inside:
        return 1.0 if set(inside) & set(same) else -1.0
    before = [k for k, (_, place) in enumerate(there) if place < middle]
    if before:
        return 0.7 if before[-1] in same else (-0.3 if same else -0.7)
    return 0.5 if who.text in text.text else -0.5


def _one(one: str, other: str) -> bool:
    return one in other or other in one


def post_of_another(it: Compared) -> list[tuple[Token, str]]:
    """(person of the claim, who holds that post in the passages) where the claim gives somebody another's post."""
    found = []
    for token in it.claim.tokens:
        if token.kind != "person" or not 2 <= len(token.text) <= 4:
            continue
        before = it.claim.text[max(0, token.start - 10) : token.start]
        post = ""
        for size in range(_POST, len(before) + 1):
            if any(before[-size:] in p.text for p in it.cited.values()) and not set(before[-size:]) & set(
                "，、。“”的 "
            ):
                post = before[-size:]
        if not post:
            continue
        holders = {
            t.text
            for p in it.cited.values()
            for t in p.tokens
            if t.kind == "person" and p.text[max(0, t.start - len(post)) : t.start] == post
        }
        stated = any(post + token.text in p.text for p in it.cited.values())
        if holders and not stated and not any(_one(token.text, h) for h in holders):
            found.append((token, sorted(holders)[0]))
    return found
