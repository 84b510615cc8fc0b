"""What an answer is worth, whoever gave it: the same rule for quotes, Chinese prose and English prose.

An answer says a spelling when it has it, whatever the width, the spaces or the marks between; when it has the same amount
in other figures (9600万, 96 million); or the same day in English. It refuses when its system says so, or when it says in
words that the texts do not hold it; such words beside the right fact are no refusal. Of a near miss, refusing is right.
"""

from __future__ import annotations

import calendar
import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from benchmarks import checker
from docs_store.text.normal import fold
from docs_store.text.numerals import figured, numerals, value_of
from rag.evaluation.points import squeezed

Record = dict[str, Any]
_DECLINED = re.compile(
    r"不知道|不清楚|无法(?:回答|确定|得知|判断|提供|从)|(?:没有|未|并未|尚未)(?:明确|直接|具体)?(?:提到|提及|说明|给出|提供|涉及|包含|找到|列出|披露|公布|记载|指出|说)"
    r"|没有(?:相关|足够|关于|这方面|具体)|未能找到|不包含|缺乏.{0,8}信息|抱歉|资料中没有|don'?t know|do not know|not (?:enough|sufficient)"
    r"|no (?:relevant |specific )?information|(?:does|do|did) ?n[o']t (?:contain|provide|mention|include|specify|state|have)|not (?:mentioned|provided|specified|stated|available|found)"
    r"|cannot (?:answer|determine|provide|find)|can'?t (?:answer|determine)|unable to|sorry",
    re.IGNORECASE,
)
_MONTHS = [name.lower() for name in calendar.month_name[1:]]
_ENGLISH = re.compile(
    r"(?<![\w.])(?P<figure>\d[\d,]*(?:\.\d+)?)\s*(?P<scale>thousand|million|billion|trillion)?", re.IGNORECASE
)
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_AMOUNT = re.compile(r"^[^\d〇零一二两三四五六七八九十百千]{0,2}[\d〇零一二两三四五六七八九十百千.,]+")
_DAY = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(?:(\d{1,2})日)?")
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?(?:\[\d+\])*")
_MARKER = re.compile(r"\[(\d+)\]")
_TELLING = 10  # an amount below it stands in too many sentences by chance
_COVERED = 0.5  # share of a Chinese sentence's pairs of characters that its quotes must hold


def says(text: str, spelling: str) -> bool:
    """Whether an answer says it, in this spelling or as the same amount or day."""
    plain, wanted = fold(text), fold(spelling)
    if squeezed(wanted) in squeezed(plain) or squeezed(figured(wanted)) in squeezed(figured(plain)):
        return True
    if day := _DAY.fullmatch(wanted):
        return _says_day(plain, *day.groups())
    if _AMOUNT.match(wanted) and len(found := numerals(wanted)) == 1 and "年" not in wanted:
        mine = found[0]
        if any(n.low == mine.low and n.measure == mine.measure for n in numerals(plain)):
            return True
        bare = value_of(wanted[slice(*mine.core)])
        return bare is not None and bare >= _TELLING and bare in set(_english(plain))
    return False


def _says_day(plain: str, year: str | None, month: str, day: str | None) -> bool:
    name = _MONTHS[int(month) - 1]
    short = rf"(?:{name}|{name[:3]})\.?"
    which = rf"(?:{short}\s+{day}(?!\d)|(?<!\d){day}(?:st|nd|rd|th)?\s+(?:of\s+)?{short})" if day else short
    return re.search(which, plain, re.IGNORECASE) is not None and (year is None or year in plain)


def _english(plain: str) -> Iterable[Fraction]:
    for match in _ENGLISH.finditer(plain):
        scale = _SCALES.get((match["scale"] or "").lower(), 1)
        yield Fraction(match["figure"].replace(",", "")) * scale


def declined(text: str) -> bool:
    """Whether the words say that the texts do not hold it."""
    return _DECLINED.search(text) is not None


def score(row: Record, answer: Record) -> Record:
    """What one answer is worth.

    `value` is 1 or 0, or the share of key points; `refused` as above; `failed` where there was no answer at all. `numbers`
    are those that neither the question nor what the system had read holds, by the second checker; `held` and `sentences`
    count the sentences whose quotes hold them, None where the system cites nothing.
    """
    text = answer["text"]
    groups = row.get("must_contain", ())
    points = row.get("key_points", ())
    failed = not text.strip() and not answer.get("refused")
    if not row["answerable"]:
        value = float(bool(answer.get("refused")) or declined(text))
    elif points:
        value = statistics.mean(all(any(says(text, s) for s in group) for group in point) for point in points)
    else:
        value = float(bool(text.strip()) and all(any(says(text, s) for s in group) for group in groups))
    refused = bool(answer.get("refused")) or (declined(text) and (not row["answerable"] or value == 0))
    read = [*answer["read"], row["question"], *(t["question"] + t["answer"] for t in row.get("history", ()))]
    unsupported = checker.unsupported(_MARKER.sub("", text), read)["numbers"] if text else []
    cited = answer.get("cited")
    found: Record = {
        "id": row["id"],
        "kind": row["kind"],
        "answerable": row["answerable"],
        "open": bool(points),
        "value": round(value, 3),
        "refused": refused,
        "failed": failed,
        "numbers": unsupported,
        "cited": cited is not None,
        "right_article": None,
        "held": None,
        "sentences": None,
        "quoted_chars": None,
        "latin": _latin(text),
    }
    if cited is not None and text and not refused:
        covered = [_covers(sentence, cited, row["question"]) for sentence in sentences(text)]
        found |= {"held": sum(covered), "sentences": len(covered)}
        found["quoted_chars"] = sum(len(c["quote"]) for c in cited)
        if row["answerable"]:
            found["right_article"] = any(c["source"] in row.get("articles", ()) for c in cited)
    return found


def sentences(text: str) -> list[str]:
    """The sentences of an answer with their markers; what heads a list, and lines without words, claim nothing."""
    found = (s.strip() for s in _SENTENCE.findall(text))
    return [
        s
        for s in found
        if len(re.sub(r"[\W_\d]", "", s)) > 1 and not s.startswith("#") and not s.endswith(("：", ":"))
    ]


def _covers(sentence: str, cited: Sequence[Mapping[str, Any]], question: str) -> bool:
    """Whether the quotes that a sentence names, or all where none are named, hold its numbers, names and wording."""
    named = {int(n) for n in _MARKER.findall(sentence)}
    quotes = [c["quote"] for c in cited if c.get("marker") is None or c["marker"] in named]
    if not quotes:
        return False
    plain = _MARKER.sub("", sentence)
    if any(checker.unsupported(plain, [*quotes, question]).values()):
        return False
    if _latin(plain):
        return True
    pairs, source = _pairs(plain), _pairs("\n".join([*quotes, question]))
    return len(pairs & source) >= _COVERED * len(pairs)


def _pairs(text: str) -> set[str]:
    plain = squeezed(fold(text))
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def _latin(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return bool(letters) and sum(c.isascii() for c in letters) > len(letters) / 2


def figures(
    scored: Sequence[Record], answers: Sequence[Record], counts: Sequence[Mapping[str, int]]
) -> Record:
    """The row of one system in the table; shares 0 to 1, times in seconds, None for what it has none of."""
    facts = [s for s in scored if s["answerable"] and not s["open"]]
    opens = [s for s in scored if s["answerable"] and s["open"]]
    absent = [s for s in scored if not s["answerable"]]
    there = [*facts, *opens]
    shown = [s for s in scored if s["sentences"]]
    cites = any(s["cited"] for s in scored)
    return {
        "facts": len(facts),
        "right": sum(s["value"] for s in facts),
        "open": len(opens),
        "key_points": _mean(s["value"] for s in opens),
        "near_misses": len(absent),
        "refused_rightly": sum(s["value"] for s in absent),
        "there": len(there),
        "refused_wrongly": sum(s["refused"] or s["failed"] for s in there),
        "failed": sum(s["failed"] for s in scored),
        "numbers_unsupported": sum(len(s["numbers"]) for s in scored),
        "answers_with_such": sum(bool(s["numbers"]) for s in scored),
        "right_article": _mean(s["right_article"] for s in there if s["right_article"] is not None),
        "sentences_held": _mean_of(shown, "held", "sentences") if cites else None,
        "quoted_chars": _median(s["quoted_chars"] for s in shown if s["quoted_chars"] is not None),
        "in_latin": sum(s["latin"] for s in scored),
        "first_content_s": _median(a["first_content_s"] for a in answers),
        "total_s": _median(a["total_s"] for a in answers),
        "first_processor_s": _median(a["first_processor_s"] for a in answers if "processor_s" in a),
        "processor_s": _median(a["processor_s"] for a in answers if "processor_s" in a),
        "memory_mb": max((a["memory_mb"] for a in answers if a.get("memory_mb")), default=None),
        "calls": _mean(c.get("calls", 0) for c in counts) if counts else None,
        "tokens_read": _mean(c.get("read", 0) for c in counts) if counts else None,
        "tokens_written": _mean(c.get("written", 0) for c in counts) if counts else None,
    }


def given(asked: Sequence[Record], texts: Sequence[Sequence[str]]) -> Record:
    """How much of the evidence of answerable questions stands in texts, and how long these are.

    Args:
        asked: the questions.
        texts: for each what was given to a model, or shown.
    """
    shares, lengths = [], []
    for row, own in zip(asked, texts, strict=True):
        if row["answerable"]:
            plain = squeezed(fold("\n".join(own)))
            shares.append(statistics.mean(squeezed(fold(e)) in plain for e in row["evidence"]))
            lengths.append(sum(map(len, own)))
    return {
        "questions": len(shares),
        "evidence": _mean(shares),
        "all_evidence": _mean(share == 1 for share in shares),
        "characters": _median(lengths),
    }


def _mean(values: Iterable[float]) -> float | None:
    numbers = [float(v) for v in values]
    return round(statistics.mean(numbers), 3) if numbers else None


def _mean_of(rows: Sequence[Record], part: str, whole: str) -> float | None:
    total = sum(row[whole] for row in rows)
    return round(sum(row[part] for row in rows) / total, 3) if total else None


def _median(values: Iterable[float]) -> float | None:
    numbers = list(values)
    return round(statistics.median(numbers), 2) if numbers else None
