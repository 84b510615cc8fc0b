"""Who says a thing, and who holds a post: the claim's speaker against the passage's."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.lexicon import relations, tables
from rag.verification.alignment import part_likeness
from rag.verification.compared import Compared
from rag.verification.words import SPEAKS, Reading, Token

_REACH = 14  # characters between somebody's name and what they are said to do
_POST = 4  # characters of a post from which on it is told from others


@lru_cache(maxsize=1024)
def speakers(reading: Reading) -> tuple[tuple[Token, int], ...]:
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


NAMES = (
    "speaker_named",
    "speaker_stands",
    "speaker_speaks",
    "speaker_near",
    "speaker_rival",
    "speakers_there",
    "speaker_body",
)


def speaking(it: Compared) -> list[float]:
    """Of whom the claim names as its source: where the passages have them, and who else speaks there; order `NAMES`."""
    said = _sources(it.claim)
    if not said:
        return [0.0, -1.0, -1.0, -1.0, 0.0, -1.0, 0.0]
    who, at = said[0]
    spots = [s for t, s in zip(it.claim.tokens, it.path.spots, strict=True) if s and t.start > at]
    there = [(n, t, place) for n, text in it.cited.items() for t, place in _sources(text)]
    speaks = max((_like(who.text, t.text) for _, t, _ in there), default=0.0)
    stands = max((_standing(who.text, text) for text in it.cited.values()), default=0.0)
    near = rival = 0.0
    if spots:
        sentences = {(s.passage, it.cited[s.passage].sentence[s.start]) for s in spots}
        close = [t for n, t, place in there if (n, it.cited[n].sentence[place]) in sentences]
        near = max((_like(who.text, t.text) for t in close), default=-1.0)
        rival = float(sum(_like(who.text, t.text) < 0.5 and t.kind == who.kind for t in close))
    return [
        1.0,
        stands,
        speaks,
        near,
        rival,
        float(len({t.text for _, t, _ in there})),
        float(who.kind == "party"),
    ]


@lru_cache(maxsize=1024)
def _sources(reading: Reading) -> tuple[tuple[Token, int], ...]:
    """As `speakers`, with bodies that publish and give figures."""
    told = tables.claim_words()["source"]
    found = []
    for word, start, _, _ in reading.words:
        if word in told or word[:2] in told:
            who = [
                t
                for t in reading.between(start - 2 * _REACH, start)
                if t.kind in ("person", "party") or _OFFICE.search(t.text)
                if start - t.end <= _REACH and reading.sentence[t.start] == reading.sentence[start]
            ]
            if who:
                found.append((who[-1], start))
    return tuple(found)


_OFFICE = re.compile("[部局厅委办署院会社司处]$|海关|政府|银行|中心|专家|负责人|发言人|分析师|企业|公司")


def _like(one: str, other: str) -> float:
    return (
        1.0
        if _one(one, other)
        else max(relations.synonyms().get(one, {}).get(other, 0.0), part_likeness(one, other))
    )


def _standing(who: str, text: Reading) -> float:
    if who in text.text:
        return 1.0
    return max((_like(who, t.text) for c in who for t in text.by_letter.get(c, ())), default=0.0)


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
        held = any(post + token.text in p.text for p in it.cited.values())
        if holders and not held and not any(_one(token.text, h) for h in holders):
            found.append((token, sorted(holders)[0]))
    return found
