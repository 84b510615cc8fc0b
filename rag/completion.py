"""What comes back from a language model, taken apart: words for the reader, thinking, and how it ended."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from docs_store.errors import ModelUnavailableError
from rag import strings

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

_TAG = re.compile(r"<(/?)(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_TAG_BEGUN = re.compile(r"</?[a-z]{0,9}$", re.IGNORECASE)
_ZERO_BASED, _FOOTNOTE = re.compile(r"\[ID[:：]\s*(\d+)\]"), re.compile(r"\[\^(\d+)\]")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_SENTENCE_END = re.compile(r"(?:[。！？；!?]|\.(?=\s|$)|\n)[”’」』）)]*(?:\s*(?:\[\d+\]|【\d+】))*")


class Finish(StrEnum):
    """Why a model stopped."""

    WHOLE = "whole"
    """It was done."""
    LENGTH = "length"
    """The tokens allowed were used up."""
    FILTERED = "filtered"
    """The endpoint's moderation stepped in."""
    CUT = "cut"
    """The stream ended without a reason: the connection, or the server, went away."""

    @property
    def truncated(self) -> bool:
        """True when more would have come."""
        return self is not Finish.WHOLE


_REASONS = {"stop": Finish.WHOLE, "length": Finish.LENGTH, "content_filter": Finish.FILTERED}


class EmptyCompletionError(ModelUnavailableError):
    """The model ended without a whole sentence for the reader; that is no answer, and no refusal either."""

    @classmethod
    def of(cls, finish: Finish) -> EmptyCompletionError:
        """Says why, and what to do."""
        return cls(strings.NOTHING_WRITTEN[finish])


class Completion:
    """One answer of a model, gathered from the messages of its stream."""

    def __init__(self) -> None:
        """Nothing written yet."""
        self._written = ""
        self._pending = ""  # may be the beginning of a tag
        self._thinking = False
        self._finish: Finish | None = None
        self._says_why = False

    def add(self, message: BaseMessage) -> str:
        """What of this piece is for the reader.

        A model whose opening tag went with the prompt is known by its closing tag alone: all before that was thinking, and
        `text` does not have it, though pieces of it have been handed out.
        """
        about = message.response_metadata
        self._says_why = self._says_why or about.get("model_provider") == "openai"
        if reason := about.get("finish_reason"):
            self._finish = _REASONS.get(reason, Finish.WHOLE)
        rest, shown = self._pending + message.text, ""
        self._pending = ""
        while tag := _TAG.search(rest):
            if tag[1] and not self._thinking:
                self._written = shown = ""
            elif not self._thinking:
                shown += rest[: tag.start()]
            self._thinking = not tag[1]
            rest = rest[tag.end() :]
        if begun := _TAG_BEGUN.search(rest):
            rest, self._pending = rest[: begun.start()], rest[begun.start() :]
        if not self._thinking:
            shown += rest
        self._written += shown
        return shown

    @property
    def written(self) -> str:
        """All that was written for the reader so far, as it came."""
        return self._written

    @property
    def finish(self) -> Finish:
        """How it ended, once the stream is over."""
        if self._finish is not None:
            return self._finish
        unended = _whole_sentences(self._written) != self._written.rstrip()
        return Finish.CUT if self._says_why and (unended or not self._written.strip()) else Finish.WHOLE

    def text(self, written: str | None = None) -> str:
        """The reader's words, markers and emphasis as ours; of an answer that was cut short the whole sentences alone.

        Args:
            written: what is left of `written` after the caller has shortened it.

        Raises:
            EmptyCompletionError: there is none.
        """
        finish = self.finish
        words = (self._written if written is None else written).strip()
        if not finish.truncated and not self._thinking:
            words += self._pending
        plain = _in_our_signs(_whole_sentences(words) if finish.truncated else _without_stump(words))
        if not plain.strip():
            raise EmptyCompletionError.of(finish)
        return plain

    @property
    def notice(self) -> str | None:
        """A sentence for the user where not all was said; None where it was."""
        return strings.PARTLY_WRITTEN.get(self.finish)


def _whole_sentences(text: str) -> str:
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    return text[: ends[-1]].rstrip() if ends else ""


def _without_stump(text: str) -> str:
    """`text` without a piece of a sentence at its end, which has neither stop nor marker, behind a whole one in its line."""
    before, line = text[: text.rfind("\n") + 1], text[text.rfind("\n") + 1 :]
    whole = _whole_sentences(line)
    return (
        before + whole if whole and "[" not in line[len(whole) :] and "【" not in line[len(whole) :] else text
    )


def _in_our_signs(text: str) -> str:
    text = _FOOTNOTE.sub(r"[\1]", text)
    text = _ZERO_BASED.sub(lambda match: f"[{int(match[1]) + 1}]", text)
    return _BOLD.sub(r"\2", text)
