"""What comes back from a language model, taken apart: words for the reader, thinking, and how it ended."""

from __future__ import annotations

import json
import re
import unicodedata
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING

from docs_store.errors import ModelUnavailableError
from docs_store.text.normal import well_formed
from rag import strings

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

_THOUGHT = "think|thinking|thought|reasoning|reason|analysis|思考|思考过程"
_TAG = re.compile(
    rf"<(?P<end>/?)(?:\w+:)?(?:{_THOUGHT})(?:\s[^<>]*)?>"
    r"|<details\s[^<>]*reasoning[^<>]*>|(?P<details></details>)"
    r"|◁(?P<moon>/?)think▷|<unused94>(?:thought)?|(?P<gemma><unused95>)"
    r"|<\|channel\|>(?:analysis|commentary)[^<>]*<\|message\|>"
    r"|(?P<harmony>(?:<\|end\|>\s*)?(?:<\|start\|>assistant\s*)?<\|channel\|>final[^<>]*<\|message\|>)",
    re.IGNORECASE,
)
"""Where a model's thinking begins, and (the named groups) where it ends."""
_TAG_BEGUN = re.compile(r"(?:<[^<>\n]{0,40}|◁[^▷\n]{0,8}|(?:<\|\w{0,10}\|?>?\s*\w{0,20}\s*){1,5}<?)$")
_WRAPPED = re.compile(
    r"</?(?:answer|final_answer|response|output|回答|答案)>|<\|(?:im_end|endoftext|end|return|eot_id)\|>|</s>",
    re.IGNORECASE,
)
_ROLE = re.compile(r"^\s*(?:助手|回答|答案?|最终答案|assistant|answer)\s*[:：]\s*", re.IGNORECASE)
_IN_JSON = ("answer", "content", "response", "text", "回答", "答案")
_ZERO_BASED = re.compile(r"\[ID[:：]\s*(\d+)\]")
_MARKERS = re.compile(
    r"\[\^(\d{1,2})\]|<sup>\s*\[?(\d{1,2})\]?\s*</sup>|\[\[(\d{1,2})\]\](?:\([^()\s]*\))?|\[(\d{1,2})\]\((?:#|/|https?:)[^()\s]*\)"
    r"|【(\d{1,2})(?::\d+)?†[^】\n]*】|〔(\d{1,2})〕(?=[。；，！？\s〔]|$)|\[(?:citation|cite|ref|source|段落|文献|引用|资料|来源|参考)[:：#\s]*(\d{1,2})\]",
    re.IGNORECASE,
)
_RAISED = re.compile(r"(?<=[\u4e00-\u9fff”》）])[¹²³⁴⁵⁶⁷⁸⁹](?=[。；，！？\s]|$)")  # and not that of m²
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_FULL_STOP = re.compile(r"(?<=[\u4e00-\u9fff\]】])\.(?=\s|$|\[|【)")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
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


_REASONS = {
    Finish.WHOLE: "stop eos eos_token end_turn stop_sequence tool_calls function_call",
    Finish.LENGTH: "length max_tokens max_output_tokens model_length model_context_window_exceeded",
    Finish.FILTERED: "content_filter sensitive safety recitation refusal prohibited_content blocklist",
    Finish.CUT: "network_error insufficient_system_resource error abort cancelled timeout",
}
"""What endpoints call them; by another name an answer counts as one that ended without a reason."""
_ENDED = {name: finish for finish, names in _REASONS.items() for name in names.split()}


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
            self._finish = _ENDED.get(str(reason).lower())
        rest, shown = self._pending + message.text, ""
        half = (
            rest[-1:] if "\ud800" <= rest[-1:] <= "\udbff" else ""
        )  # the other half comes with the next piece
        rest, self._pending = well_formed(rest.removesuffix(half)), ""
        while tag := _TAG.search(rest):
            ends = any(tag.groupdict().values())
            if tag["details"] and not self._thinking:
                break  # of a fold that is no thinking
            if ends and not self._thinking:
                self._written = shown = ""
            elif not self._thinking:
                shown += rest[: tag.start()]
            self._thinking = not ends
            rest = rest[tag.end() :]
        if begun := _TAG_BEGUN.search(rest):
            rest, self._pending = rest[: begun.start()], rest[begun.start() :]
        self._pending += half
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
        words = _out_of_json(words)
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
    text = _ROLE.sub("", _WRAPPED.sub("", _INVISIBLE.sub("", text)))
    text = _MARKERS.sub(lambda match: f"[{next(filter(None, match.groups()))}]", text)
    text = _RAISED.sub(lambda match: f"[{unicodedata.digit(match[0])}]", text)
    text = _ZERO_BASED.sub(lambda match: f"[{int(match[1]) + 1}]", text)
    return _BOLD.sub(r"\2", _FULL_STOP.sub("。", text))


def _out_of_json(text: str) -> str:
    """The answer that a model put into an object of its own, in a fence or not; else the text."""
    inner = re.sub(r"^```(?:json)?\s*|\s*```$", "", text.strip())
    if inner.startswith("{"):
        with suppress(ValueError, RecursionError):
            found = json.loads(inner)
            return next((found[name] for name in _IN_JSON if isinstance(found.get(name), str)), text)
    return text
