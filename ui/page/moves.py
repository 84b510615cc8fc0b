"""What can be done next with an answer: a few fixed moves on what it speaks of and on the article that it cites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from docs_store.text.normal import fold_in_place
from docs_store.text.segment import NAMES, Word, words
from rag.lexicon import tables
from ui import strings
from ui.buttons import button
from ui.page.exchange import Exchange, Source

_PARTS = 3  # names of a topic
_CHARS = 20  # characters of one
_SAID = 4  # characters from which a run of words is a topic though nobody and no place is named in it
_DONE = 10  # and from which one may begin with a verb
_WHO_WHERE = NAMES - {"nz"}


def topic(question: str, sources: Sequence[Source] = ()) -> tuple[str, ...]:
    """What a question is about: the longest runs of its words that stand in the sources as well.

    What nobody wrote finds nothing. Where the sources share no name and no longer run with the question, the names and
    the longer nouns of the question alone.
    """
    cut = words(fold_in_place(question))
    written = "\n".join(f"{s.title}\n{s.before}{s.quote}{s.after}" for s in sources)
    spans = _shared(cut, fold_in_place(written)) or _named(cut)
    return tuple(dict.fromkeys(question[start:end][:_CHARS] for start, end in spans))[:_PARTS]


def about(sources: Sequence[Source], topic: Sequence[str]) -> Source | None:
    """The cited source whose article's title names most of the topic; the first of those that are cited most.

    What is offered next goes on with that article.
    """
    cited = [source for source in sources if source.marker]
    times = Counter(source.article_id for source in cited)

    def fits(source: Source) -> tuple[int, int]:
        return named(source.title, topic), times[source.article_id]

    return max(cited, key=fits, default=None)


def named(title: str, topic: Sequence[str]) -> int:
    """How many parts of the topic a title names."""
    return sum(fold_in_place(part) in fold_in_place(title) for part in topic)


def _shared(cut: Sequence[Word], written: str) -> list[tuple[int, int]]:
    """Where the longest runs of whole words that are written somewhere stand, in the order of the question."""
    runs = sorted(
        ((a, b) for a in range(len(cut)) for b in range(a + 1, len(cut) + 1) if _is_topic(cut[a:b], written)),
        key=lambda run: -len(_text(cut[slice(*run)])),
    )
    chosen: list[tuple[int, int]] = []
    for a, b in runs:
        if all(b <= first or last <= a for first, last in chosen):
            chosen.append((a, b))
    return [(cut[a].start, cut[b - 1].end) for a, b in sorted(chosen[:_PARTS])]


def _is_topic(run: Sequence[Word], written: str) -> bool:
    said, first, last = _text(run), run[0], run[-1]
    begins = _tells(first) and (first.pos != "v" or len(said) >= _DONE)
    ends = (_tells(last) and last.pos[:1] not in "tfm") or (
        len(run) > 1 and len(last.text) == 1 and last.pos[:1] == "n"
    )
    named = any(word.pos in _WHO_WHERE for word in run)
    long = len(said) >= _SAID and any(word.pos[:1] in "nj" for word in run)
    return begins and ends and (named or long) and said in written


def _tells(word: Word) -> bool:
    """True for a word that a topic may begin or end with."""
    light = word.text in tables.function_words() or _bare(word.text) != word.text
    return (
        len(word.text) > 1
        and not light
        and word.pos[:1] in "njvastfblm"
        and not any(map(str.isdigit, word.text))
    )


def _text(run: Sequence[Word]) -> str:
    return "".join(word.text for word in run)


def _named(cut: Sequence[Word]) -> list[tuple[int, int]]:
    """Where the names and the longer nouns stand, those that touch as one."""
    runs: list[tuple[int, int, bool]] = []
    light = tables.function_words()
    for word in cut:
        if not (word.pos[:1] in ("n", "j") and len(word.text) > 1 and word.text not in light):
            continue
        start = word.end - len(_bare(word.text))
        if runs and runs[-1][1] == word.start:
            runs[-1] = (runs[-1][0], word.end, True)
        elif start < word.end:
            runs.append((start, word.end, word.pos in NAMES or len(word.text) > 2))
    return [(start, end) for start, end, telling in runs if telling] or [(a, b) for a, b, _ in runs]


def _bare(text: str) -> str:
    """A noun without the question word that the segmenter took into it (哪些项目)."""
    asked = max((q for q in tables.question_words() if text.startswith(q)), key=len, default="")
    return text.removeprefix(asked)


def moves_html(exchange: Exchange) -> str:
    """The moves under the last answer; '' where it speaks of nothing that one could go on with."""
    parts = topic(exchange.question, exchange.sources)
    buttons = []
    if cited := about(exchange.sources, parts):
        several = len({source.article_id for source in exchange.sources if source.marker}) > 1
        which = strings.MOVE_WHICH.format(marker=cited.marker) if several else strings.MOVE_THIS
        asked = strings.POINTS_QUESTION.format(title=cited.title)
        buttons += [
            _move(
                strings.MOVE_POINTS.format(which=which),
                "suggest",
                strings.MOVE_POINTS_HINT.format(title=cited.title),
                question=asked,
            ),
            _move(
                strings.MOVE_ONLY.format(which=which),
                "only",
                strings.MOVE_ONLY_HINT.format(title=cited.title),
                id=cited.article_id,
                title=cited.title,
            ),
        ]
    if parts:
        said = " ".join(parts)
        buttons.append(
            _move(strings.MOVE_SAME, "list-by", strings.MOVE_SAME_HINT.format(topic=said), words=said)
        )
        for kind, label in (("table", strings.MOVE_TABLE), ("brief", strings.MOVE_BRIEF)):
            hint = strings.MOVE_MAKE_HINT.format(topic=said, what=label)
            buttons.append(_move(label, "make", hint, kind=kind, topic=said))
    return "".join(buttons)


def _move(label: str, act: str, hint: str, **data: str) -> str:
    return button(label, act, hint, css="gc-next", **data)
