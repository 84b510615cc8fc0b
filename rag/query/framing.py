"""Normalises a question by taking off what it is wrapped in: greetings, thanks, who asks and why, and how long the answer shall be.

"麻烦帮我查一下，如皋建设了几个科创飞地？请用一句话回答，谢谢" asks 如皋建设了几个科创飞地, and wants a short answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from docs_store.text.normal import normalize
from docs_store.text.numbers import leading_number
from docs_store.text.segment import NAMES, Word, words
from docs_store.text.sentences import clause_breaks
from rag.lexicon.tables import asks, frame_words, phrases, smalltalk
from rag.weights.sparse import packaged_classifier

Length = Literal["sentence", "short", "normal", "long"]
"""How much is to be said: one sentence, or as `answer.length` has it."""

_CLAUSE_END = clause_breaks("：:～~…—\n（）()【】")
_QUOTES = {"《": "》", "“": "”", "「": "」", "〈": "〉"}
_FORM_PHRASE = 3  # characters from which on a phrase of form counts anywhere in the question
_SHORTEST_CORE = 2  # characters
_PARTICLES = frozenset(("一下", "下", "的", "是", "了", "到", "过", " ", "：", ":"))  # after 查, 问, 提到
_FINAL_PARTICLES = "呀啊嘛哦噢喔呗哇啦咧呢 "
_LONGEST_TAIL = 6  # words
_SENTENCES = "句话"
_DIGITS = 3  # characters of a number of sentences
_SURE = 0.7  # probability from which on a clause is taken for a wrapping


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """How the answer shall look; None and False where the question does not say."""

    length: Length | None = None
    bullets: bool = False
    cited: bool = False
    sentences: int | None = None
    """How many sentences it shall have at the most: 给我三句话."""


@dataclass(frozen=True, slots=True)
class Framed:
    """A question without its wrapping.

    `core` is what is asked, in the asker's own characters; the whole question where nothing else is in it.
    `context` holds what the asker says of himself or of the occasion: it may narrow the question, or not.
    """

    core: str
    context: tuple[str, ...]
    form: AnswerForm
    text: str
    """As it was put."""
    instructions: tuple[str, ...] = ()
    """Clauses that say what to do with what is asked: 总结一下, 分点列出."""


def unframe(text: str) -> Framed:
    """`text` without its wrapping."""
    normal = normalize(text)
    folded = normal.text
    clauses = list(_clauses(folded))
    asking = [asks(folded[start:end]) for start, end in clauses]
    kept: list[tuple[int, int]] = []
    context: list[str] = []
    instructions: list[str] = []
    for number, (start, end) in enumerate(clauses):
        clause = folded[start:end].strip()
        alone = len(clauses) == 1
        if not alone and _is_form(clause):
            instructions.append(clause)
            continue
        if _is_phrase(clause):
            continue
        if not alone and not asking[number]:
            if _speaks_of_asker(clause) and not _names_something(clause):
                context.append(clause)
                continue
            if is_frame(clause):
                instructions.append(clause)
                continue
        inner = _inner(folded[start:end])
        if inner is None:
            continue
        begin, stop = start + inner[0], start + inner[1]
        if kept and number and kept[-1][1] >= clauses[number - 1][1] and not inner[0]:
            kept[-1] = (kept[-1][0], stop)  # what stands between two clauses that stay, stays
        else:
            kept.append((begin, stop))
    form = _form_of(folded)
    if sum(end - start for start, end in kept) < _SHORTEST_CORE:
        return Framed(text.strip(), (), form, text, tuple(instructions))
    pieces = [text[slice(*normal.span(start, end))].strip() for start, end in kept]
    return Framed("，".join(pieces), tuple(context), form, text, tuple(instructions))


def is_frame(clause: str) -> bool:
    """True when a folded clause is politeness, haste, or about the asker, and not about the subject of the question."""
    features = clause_features(clause)
    model = packaged_classifier("frames")
    known = [model.knows(name) for name in features if name.startswith("w:")]
    if not known or sum(known) * 2 < len(known):
        return False
    return model.probabilities(features)["frame"] >= _SURE


def clause_features(clause: str) -> dict[str, float]:
    """What `frames.json` weighs: the words, their parts of speech, the first word, the length."""
    found = [word for word in words(clause) if word.text.strip()]
    features = {f"w:{word.text}": 1.0 for word in found}
    for word in found:
        tag = f"p:{word.pos[:2]}"
        features[tag] = features.get(tag, 0.0) + 1 / len(found)
    if found:
        features[f"first:{found[0].text}"] = 1.0
    features["length"] = len(clause) / 10
    return features


def _clauses(folded: str) -> Iterator[tuple[int, int]]:
    """Spans between marks that do not stand inside a quotation or a title."""
    start = 0
    for match in _CLAUSE_END.finditer(folded):
        inside = any(
            folded.count(opens, start, match.start()) > folded.count(closes, start, match.start())
            for opens, closes in _QUOTES.items()
        )
        if inside or _within_figure(folded, match.start(), match.end()):
            continue
        if folded[start : match.start()].strip():
            yield start, match.start()
        start = match.end()
    if folded[start:].strip():
        yield start, len(folded)


def _within_figure(folded: str, start: int, end: int) -> bool:
    """True for marks inside a number, a time or a document number: 9:30, 2023—2025, 〔2025〕3号 in brackets."""
    before, after = folded[start - 1 : start], folded[end : end + 1]
    if before.isdigit() and after.isdigit():
        return True
    opened = folded[start] in "(（" and after.isdigit()
    return opened or (folded[start] in ")）" and before.isdigit())


def _is_phrase(clause: str) -> bool:
    """True when a clause is a known phrase that is not about the form, or frame words alone, one of which opens or closes."""
    roles = frame_words()
    if (
        clause in roles["opens"]
        or clause in smalltalk()
        or not phrases().get(clause, "form:").startswith("form:")
    ):
        return True
    found = [word.text for word in words(clause) if word.text.strip()]
    return all(w in roles["opens"] or w in roles["joins"] or w in roles["closes"] for w in found) and any(
        w in roles["opens"] or w in roles["closes"] for w in found
    )


def _is_form(clause: str) -> bool:
    """True when a clause only says what the answer shall look like: 请用一句话回答, 控制在200字以内, 注明出处."""
    rest = clause.strip()
    found = False
    for phrase in _form_phrases():
        if phrase in rest:
            rest, found = rest.replace(phrase, "", 1), True
    if not found:
        return False
    roles = frame_words()
    light = roles["opens"] | roles["joins"] | roles["closes"]
    return all(w.text in light or w.pos[0] in "mudcpxye" or len(w.text) == 1 for w in words(rest.strip()))


def _form_phrases() -> list[str]:
    """Longest first."""
    return sorted((p for p, kind in phrases().items() if kind.startswith("form:")), key=len, reverse=True)


def _form_of(folded: str) -> AnswerForm:
    kinds = {
        kind
        for phrase, kind in phrases().items()
        if kind.startswith("form:") and len(phrase) >= _FORM_PHRASE and phrase in folded
    }
    asked: tuple[Length, ...] = ("sentence", "short", "long")
    length = next((length for length in asked if f"form:{length}" in kinds), None)
    return AnswerForm(length, "form:list" in kinds, "form:cite" in kinds, _sentences(folded))


def _sentences(folded: str) -> int | None:
    """The number of sentences that a question wants; the greater of two (两三句话)."""
    end = folded.find(_SENTENCES)
    found = (leading_number(folded, start) for start in range(max(0, end - _DIGITS), end))
    return next((int(high) for (_, high), stop in filter(None, found) if stop == end), None)


def _inner(clause: str) -> tuple[int, int] | None:
    """Where the question itself stands in a clause; None when nothing of it is left."""
    found = words(clause.rstrip(_FINAL_PARTICLES))
    first = _opening(found)
    last = _closing(found, first)
    if first >= last:
        return None
    asks_twice = (
        first and found[last - 1].text == "吗" and asks(clause[found[first].start : found[last - 1].start])
    )
    if asks_twice:  # 能告诉我…有几只基金吗: the 吗 belongs to the wrapping
        last -= 1
    return found[first].start, found[last - 1].end


def _opening(found: Sequence[Word]) -> int:
    """How many words at the beginning are a wrapping."""
    roles = frame_words()
    end, anchored = 0, 0
    for number, word in enumerate(found):
        if word.text in roles["opens"]:
            anchored = number + 1
        elif word.text in roles["joins"] or not word.text.strip():
            pass
        else:
            break
        end = number + 1
    if not anchored:
        return 0
    while anchored < end and found[anchored].text in _PARTICLES:
        anchored += 1
    return anchored


def _closing(found: Sequence[Word], first: int) -> int:
    """The end, exclusive, of the words that are no wrapping."""
    closes = frame_words()["closes"]
    last = len(found)
    while last > first:
        tail = next((n for n in range(_LONGEST_TAIL, 0, -1) if _is_tail(found[last - n : last], closes)), 0)
        if not tail or last - tail < first:
            break
        last -= tail
    return last


def _is_tail(found: Sequence[Word], closes: frozenset[str]) -> bool:
    text = "".join(word.text for word in found).strip()
    return (
        not text or text in closes or (len(text) > 1 and phrases().get(text) == "suffix" and not asks(text))
    )


def _speaks_of_asker(clause: str) -> bool:
    return words(clause.strip())[0].text in frame_words()["speaker"]


def _names_something(clause: str) -> bool:
    """True when a clause names a place, a body or a work, which the question may be about."""
    return any(word.pos in NAMES for word in words(clause))


def clauses_of(folded: str) -> list[str]:
    """The clauses of a folded text, without the marks between them."""
    return [folded[start:end].strip() for start, end in _clauses(folded)]
