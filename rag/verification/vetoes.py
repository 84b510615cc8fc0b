"""The few exact checks that overrule the learned score. Each has a name; `benchmarks.verification` measures its false vetoes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from functools import lru_cache

from docs_store.text.places import level_of
from docs_store.text.sentences import CLAUSE_MARKS
from rag.lexicon import relations, tables
from rag.verification import amounts, names, relating, speakers
from rag.verification.clashes import Clash
from rag.verification.compared import Compared
from rag.verification.words import AnalysedText, Token, read

_COUNTED = 12  # a whole number up to this may be counted by the writer: 两省, 四个特点
_COUNTABLE = amounts.COUNTED | {"duration"}  # what such a number counts
_NOUN = 4  # characters of what is counted that must be the same
_MATCHED = 0.2  # share of a claim's weight that must rest on the passages
_COPIED = 0.55  # share of a clause that is the passage's own from which on it counts as copied
_SHORT = 4  # characters exchanged at most
_REST = (
    2  # characters of a word that stay the same, from which on it is the same word but for what was exchanged
)
_REWORDED = frozenset(("verb", "status"))  # kinds of words that others may stand for, unless they are rivals
_OPPOSITE = {">": "<≤", "≥": "<≤", "<": ">≥", "≤": ">≥"}


def vetoes(it: Compared) -> Iterator[tuple[str, Clash]]:
    """(name, clash) of every check that the claim fails."""
    for name, found in CHECKS.items():
        for clash in found(it):
            yield name, clash


def _figure_nowhere(it: Compared) -> Iterator[Clash]:
    """A figure that stands nowhere in the passages, neither as such nor fairly rounded."""
    for token, places in zip(it.claim.tokens, it.path.places, strict=True):
        figure = token.figure
        if figure is None or places or not any(c.isdigit() for c in token.text):
            continue
        counted = figure.low.denominator == 1 and figure.low <= _COUNTED
        counted = counted and figure.measure in _COUNTABLE
        if counted and not _counts_the_same(it, token):
            continue
        if token.text in it.question or (
            not figure.unit and len(token.text) == 4
        ):  # a year in a list of years
            continue
        yield Clash(token.text, token.start, token.end, _same_unit(it, token))


def _counts_the_same(it: Compared, token: Token) -> bool:
    """True where the passages count what the claim counts: 5个科创飞地 against 9个."""
    what = _behind(it.claim.text, token.end)
    return len(what) == _NOUN and any(
        t.figure and t.figure.unit == token.figure.unit and _behind(p.text, t.end) == what
        for p in it.cited.values()
        for t in p.tokens
        if token.figure
    )


def _behind(text: str, at: int) -> str:
    return text[at : at + 2 * _NOUN].lstrip('“”‘’"「『《')[:_NOUN]


def _same_unit(it: Compared, token: Token) -> str:
    """The one figure of its unit in the passages, "" where there are several."""
    assert token.figure is not None
    unit = token.figure.unit
    there = {t.text for p in it.cited.values() for t in p.tokens if t.figure and t.figure.unit == unit}
    return there.pop() if len(there) == 1 else ""


def _opposite_bound(it: Compared) -> Iterator[Clash]:
    """不足 where the passage says 超过, of the same figure."""
    for token, spot in zip(it.claim.tokens, it.path.spots, strict=True):
        if token.figure is None or spot is None or token.figure.bound not in _OPPOSITE:
            continue
        there = next((t for t in it.cited[spot.passage].tokens if t.start == spot.start), None)
        if there is None or there.figure is None or there.figure.low != token.figure.low:
            continue
        if it.claim.text[max(0, token.start - 2) : token.start] == "不得":
            continue  # 不得低于 is 不低于
        if there.figure.bound and there.figure.bound in _OPPOSITE[token.figure.bound]:
            yield Clash(token.text, token.start, token.end, there.text)


def _figure_of_another(it: Compared) -> Iterator[Clash]:
    """A figure that the passage gives to something else than the claim: 风电 with the figure of 水电."""
    for i, owned in it.owners.items():
        if owned.fits < 0:
            token = it.claim.tokens[i]
            yield Clash(token.text, token.start, token.end, owned.owner.split("|")[0][-16:].strip("，, "))


def _turned_round(it: Compared) -> Iterator[Clash]:
    """低11.7个百分点 where the passage has 高于 by the same figure."""
    for i, (said, there) in relating.turned(it.claim, it.path, it.cited).items():
        at = it.claim.tokens[i].start
        yield Clash(said, at - len(said), at, there)


def _person_nowhere(it: Compared) -> Iterator[Clash]:
    """A person whom the passages that the claim names do not name."""
    for i, token in enumerate(it.claim.tokens):
        if (
            token.kind != "person"
            or not 2 <= len(token.text) <= 3
            or not tables.begins_with_surname(token.text)
        ):
            continue
        if names.is_of_bodies(token.text) or tables.statuses().get(token.text):
            continue
        if not it.path.places[i] and not any(token.text in p.text for p in it.cited.values()):
            yield Clash(token.text, token.start, token.end)


def _post_of_another(it: Compared) -> Iterator[Clash]:
    """A person to whom the claim gives the post that the passages give to somebody else."""
    for token, holder in speakers.post_of_another(it):
        yield Clash(token.text, token.start, token.end, holder)


def _place_nowhere(it: Compared) -> Iterator[Clash]:
    """A province or city that stands nowhere in the passages, in no form, and not in the question."""
    for i, token in enumerate(it.claim.tokens):
        if token.kind == "place" and not it.path.places[i] and token.text not in it.question:
            known = (
                level_of(token.text) or level_of(token.text.rstrip("省市县区")) or token.text[-1] in "省市县"
            )
            if known and not any(token.text[:2] in p.text for p in it.cited.values()):
                yield Clash(token.text, token.start, token.end)


def _date_nowhere(it: Compared) -> Iterator[Clash]:
    """A date that no date of the passages agrees with, and that no question gave."""
    for i, token in enumerate(it.claim.tokens):
        if token.day is None or it.path.places[i] or token.text in it.question:
            continue
        if not any(token.text[:4] in p.text for p in it.cited.values()):
            yield Clash(token.text, token.start, token.end)


def _name_elsewhere(it: Compared) -> Iterator[Clash]:
    """A body, office or document that only passages name which the claim does not."""
    for name in names.names(it.claim):
        if (
            len(name.text) < 4
            or name.text in it.question
            or not any(name.text in p.text for p in it.others.values())
        ):
            continue
        if not any(names.standing(name, p) for p in it.cited.values()):
            yield Clash(name.text, name.start, name.end)


def _name_by_one_character(it: Compared) -> Iterator[Clash]:
    """A person's name that the passages have with one other character."""
    everything = [p.text for p in (*it.cited.values(), *it.others.values())]
    for token in it.claim.tokens:
        if token.kind != "person" or len(token.text) != 3 or any(token.text in text for text in everything):
            continue
        for passage in it.cited.values():
            for other in passage.tokens:
                if other.kind != "person" or len(other.text) != 3:
                    continue
                if sum(a != b for a, b in zip(token.text, other.text, strict=True)) == 1:
                    yield Clash(token.text, token.start, token.end, other.text)


def _exchanged_for_its_rival(it: Compared) -> Iterator[Clash]:
    """A word that the passages lack, where its neighbours stand around one it is never the same as: 上半年, 下半年."""
    tokens = it.claim.tokens
    for i, token in enumerate(tokens):
        rivals = relations.rivals().get(token.text)
        if not rivals or any(token.text in p.text for p in it.cited.values()) or it.path.places[i]:
            continue
        before = it.claim.text[max(0, token.start - 2) : token.start]
        after = it.claim.text[token.end : token.end + 2]
        for passage in it.cited.values():
            for rival in rivals:
                at = passage.text.find(rival)
                if at < 0:
                    continue
                same_before = bool(before) and passage.text[max(0, at - len(before)) : at] == before
                same_after = len(after) == 2 and passage.text[at + len(rival) : at + len(rival) + 2] == after
                if (same_before or not before) and same_after:
                    yield Clash(token.text, token.start, token.end, rival)


def _changed_places(it: Compared) -> Iterator[Clash]:
    """甲收购乙 where the passage has 乙收购甲: the same words around the same verb, the other way round."""
    words = [t for t in it.claim.tokens if t.kind not in ("status", "negator", "number", "date")]
    for left, verb, right in zip(words, words[1:], words[2:], strict=False):
        if verb.kind != "verb" or left.text == right.text:
            continue
        said = it.claim.text[left.start : right.end]
        if len(said) > 24 or any(c in said for c in "、和与及，"):
            continue
        turned = right.text + it.claim.text[left.end : right.start] + left.text
        for passage in it.cited.values():
            if turned in passage.text and said not in passage.text:
                yield Clash(said, left.start, right.end, turned)


def _copied_but_for_a_word(it: Compared) -> Iterator[Clash]:
    """A clause copied from the passage in which one word is another of its sort (中学 for 小学), or two changed places."""
    claim = it.claim
    for start, end in _clauses(claim):
        said = claim.text[start:end]
        if not 5 <= len(said) <= 40 or any(said in p.text for p in it.cited.values()):
            continue
        best: tuple[float, Clash] | None = None
        for passage in it.cited.values():
            for low, high in _clauses(passage):
                there = passage.text[low:high]
                if not -2 <= len(there) - len(said) <= 6 or len(set(said) & set(there)) < _COPIED * len(
                    set(said)
                ):
                    continue
                found = _one_exchange(said, there)
                if found and (best is None or found[0] > best[0]):
                    share, a, b, other = found
                    best = share, Clash(said[a:b], start + a, start + b, other)
        if best and not any(best[1].claim in p.text for p in it.cited.values()):
            yield best[1]


@lru_cache(maxsize=1024)
def _clauses(reading: AnalysedText) -> tuple[tuple[int, int], ...]:
    """(start, end) of each clause without its stop."""
    found = []
    for start, end in reading.clause_spans:
        if piece := reading.text[start:end].rstrip(f"{CLAUSE_MARKS}：:\n "):
            found.append((start, start + len(piece)))
    return tuple(found)


def _one_exchange(said: str, there: str) -> tuple[float, int, int, str] | None:
    """(share that is equal, start, end, what stands there) where the clauses differ in one word or by a swap."""
    operations = [
        op for op in SequenceMatcher(None, said, there, autojunk=False).get_opcodes() if op[0] != "equal"
    ]
    operations = [op for op in operations if op[0] != "insert" or 0 < op[1] < len(said)]  # left out at an end
    if not operations:
        return None
    equal = len(said) - sum(op[2] - op[1] for op in operations)
    share = equal / len(said)
    first, last = operations[0], operations[-1]
    if share < _COPIED:
        return None
    if len(operations) == 2 and len(said) == len(there) and _swapped(said, there):
        return share, first[1], last[2], there[first[3] : last[4]]
    if last[2] - first[1] > _SHORT or last[4] - first[3] > _SHORT:
        return None
    mine, other = _whole(said, first[1], last[2]), _whole(there, first[3], last[4])
    if (
        mine
        and not mine.figure
        and not mine.day
        and first[0] == "replace"
        and len(operations) == 1
        and len(mine.text) - (first[2] - first[1]) >= _REST
    ):
        behind = mine.end - first[2]  # 中小企业 for 大企业: the rest of the word is the same
        return share, mine.start, mine.end, there[first[3] - (first[1] - mine.start) : first[4] + behind]
    if mine and other and len(other.text) > len(mine.text) and not other.figure and not other.day:
        # One word there and two here: 创新飞地 for 科创飞地.
        front, behind = first[3] - other.start, other.end - last[4]
        whole = said[first[1] - front : last[2] + behind]
        if (
            front >= 0
            and behind >= _REST
            and len(whole) == len(other.text)
            and whole.endswith(other.text[-behind:])
        ):
            return share, first[1] - front, last[2] + behind, other.text
    if mine is None or other is None or not _of_one_sort(mine, other):
        return None
    return share, mine.start, mine.end, other.text


def _swapped(said: str, there: str) -> bool:
    """True when two pieces changed places: the same characters, and each piece of one sort."""
    ops = [op for op in SequenceMatcher(None, said, there, autojunk=False).get_opcodes() if op[0] != "equal"]
    if len(ops) != 2:
        return False
    (_, a, b, c, d), (_, e, f, g, h) = ops
    return (
        said[a:b] == there[g:h]
        and said[e:f] == there[c:d]
        and bool(said[a:b] and said[e:f])
        and "、" not in said
    )


def _whole(clause: str, start: int, end: int) -> Token | None:
    """The one word around these characters; None where they are part of several, or of none that tells something."""
    over = [w for w in read(clause).words if w[1] < max(end, start + 1) and w[2] > start]
    if len(over) != 1:
        return None
    word, a, b, tag = over[0]
    known = next((t for t in read(clause).tokens if t.start == a), None)
    return known or (Token(word, a, b, "other", 0.5) if tag[0] in "fbd" else None)


def _of_one_sort(one: Token, other: Token) -> bool:
    """True for two different words of one kind: names and nouns of one length, anything that shares a character."""
    if one.figure or other.figure or one.day or other.day or one.kind in ("status", "negator"):
        return other.text in relations.rivals().get(one.text, {})
    if (
        other.text in relations.substitutes().get(one.text, {})
        or one.text in other.text
        or other.text in one.text
    ):
        return False
    if other.text in relations.rivals().get(one.text, {}):
        return True
    if _REWORDED & {one.kind, other.kind}:  # 答复 for 回复, 略增 for 增长: another word for the same
        return False
    shared = bool(set(one.text) & set(other.text))
    if one.kind != other.kind:
        return shared and len(one.text) == len(other.text)
    if one.kind in ("person", "place", "party"):
        return True
    return len(one.text) == len(other.text) and (shared or one.kind == "noun")


def _rests_on_nothing(it: Compared) -> Iterator[Clash]:
    """Next to none of the claim's words stand in the passages: far from all that the score was learned on."""
    tokens = it.claim.tokens
    matched = sum(t.weight * s.alike for t, s in zip(tokens, it.path.spots, strict=True) if s)
    if tokens and matched < _MATCHED * sum(t.weight for t in tokens):
        yield Clash(it.claim.text[tokens[0].start : tokens[-1].end], tokens[0].start, tokens[-1].end)


CHECKS: dict[str, Callable[[Compared], Iterator[Clash]]] = {
    "rests_on_nothing": _rests_on_nothing,
    "figure_nowhere": _figure_nowhere,
    "opposite_bound": _opposite_bound,
    "figure_of_another": _figure_of_another,
    "turned_round": _turned_round,
    "person_nowhere": _person_nowhere,
    "post_of_another": _post_of_another,
    "place_nowhere": _place_nowhere,
    "date_nowhere": _date_nowhere,
    "name_elsewhere": _name_elsewhere,
    "name_by_one_character": _name_by_one_character,
    "exchanged_for_its_rival": _exchanged_for_its_rival,
    "changed_places": _changed_places,
    "copied_but_for_a_word": _copied_but_for_a_word,
}
