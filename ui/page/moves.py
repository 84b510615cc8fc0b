"""What can be done next with an answer: a few fixed moves on what it speaks of and on the article that it cites."""

from __future__ import annotations

from docs_store.text.normal import fold
from docs_store.text.segment import NAMES, words
from rag.lexicon import tables
from ui import strings
from ui.buttons import button
from ui.page.exchange import Exchange

_PARTS = 3  # names of a topic
_CHARS = 20  # characters of one


def topic(question: str) -> tuple[str, ...]:
    """What a question is about: the names and the longer nouns that stand in it, those that touch as one."""
    runs: list[tuple[str, bool]] = []
    light = tables.function_words()
    end = -1
    for word in words(fold(question)):
        noun = word.pos[:1] in ("n", "j") and len(word.text) > 1 and word.text not in light
        if noun and word.start == end:
            before, _ = runs.pop()
            runs.append((before + word.text, True))
        elif noun:
            runs.append((word.text, word.pos in NAMES or len(word.text) > 2))
        end = word.end if noun else -1
    named = [text for text, telling in runs if telling] or [text for text, _ in runs]
    return tuple(dict.fromkeys(_bare(text) for text in named if _bare(text)))[:_PARTS]


def _bare(text: str) -> str:
    """A noun without the question word that the segmenter took into it (哪些项目)."""
    asked = max((q for q in tables.question_words() if text.startswith(q)), key=len, default="")
    return text.removeprefix(asked)[:_CHARS]


def moves_html(exchange: Exchange) -> str:
    """The moves under the last answer; '' where it speaks of nothing that one could go on with."""
    about = topic(exchange.question)
    said = " ".join(about)
    buttons = []
    cited = next((source for source in exchange.sources if source.marker), None)
    if cited:
        buttons += [
            button(
                strings.MOVE_POINTS,
                "suggest",
                strings.MOVE_POINTS_HINT.format(title=cited.title),
                css="gc-next",
                question=strings.POINTS_QUESTION.format(title=cited.title),
            ),
            button(
                strings.MOVE_ONLY,
                "only",
                strings.MOVE_ONLY_HINT.format(title=cited.title),
                css="gc-next",
                id=cited.article_id,
                title=cited.title,
            ),
        ]
    if about:
        hint = strings.MOVE_SAME_HINT.format(topic=said)
        buttons.append(button(strings.MOVE_SAME, "list-by", hint, css="gc-next", words=said))
        for kind, label in (("table", strings.MOVE_TABLE), ("brief", strings.MOVE_BRIEF)):
            buttons.append(
                button(
                    label,
                    "make",
                    strings.MOVE_MAKE_HINT.format(topic=said, what=label),
                    css="gc-next",
                    kind=kind,
                    topic=said,
                )
            )
    return "".join(buttons)
