"""The lines of a draft while it is cleaned: each stays, or goes for a reason that is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docs_store.models import Removed
from ingest.draft import PAGE_BREAK

_MARKED = re.compile(r"[ \t]*(#{1,6})[ \t]+(\S.*)$", re.DOTALL)
_SPREAD = re.compile(r"(?:[\u4e00-\u9fff]\s+){2,}[\u4e00-\u9fff]")
_LONE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff](?![\u4e00-\u9fff]))")
_NO_LETTERS = re.compile(r"[\W_]+")
_RULE = re.compile(r"\s*(?:#{1,6}|(?:[-*_=—－─＿][ \t]*){3,})\s*")
_PARTED = re.compile(r"\w\w")
_CONTENTS_ENTRY = re.compile(r".{1,100}?(?:[.．·•。…‥]\s*){4,}[-—(（]*\s*[\dⅠ-Ⅻivx]{1,5}\s*[-—)）]*")
_ENTRY_CHARS = 160


def letters(text: str) -> str:
    """A text without white space, punctuation and marks."""
    return _NO_LETTERS.sub("", text)


def unspread(text: str) -> str:
    """A line that is set letter by letter (实 施 意 见) as it is spoken; any other as it is."""
    return "".join(text.split()) if _SPREAD.fullmatch(text) else text


def without_lone_spaces(text: str) -> str:
    """A line without the spaces before characters that stand alone: 市 政 府 办公室 is 市政府 办公室."""
    return _LONE.sub("", text)


def is_contents_entry(line: str) -> bool:
    """True for an entry of contents or of an index: a name, dots, the number of a page."""
    bare = line.strip()
    return len(bare) < _ENTRY_CHARS and _CONTENTS_ENTRY.fullmatch(bare) is not None


@dataclass(slots=True)
class DraftLine:
    """A line of the draft."""

    text: str
    """Without page breaks and without the mark of a heading."""
    breaks: tuple[int, ...] = ()
    """Places in `text` before which a page begins."""
    level: int = 0
    """1 to 6 where the source marks it as a heading."""
    why: str | None = None
    """Why it does not stay in the text; None while it does."""
    last: bool = False
    """It stays, and moves to the text's end."""
    taken: tuple[tuple[int, str, str], ...] = ()
    """(place in `text`, what stood there, why) of what was taken out of it while it stays."""

    def take_out(self, start: int, end: int, why: str) -> None:
        """Takes a part out of the line; a space parts what stood around it where no mark does."""
        gap = " " if _PARTED.fullmatch(self.text[start - 1 : start] + self.text[end : end + 1]) else ""
        self.taken = (*self.taken, (start, self.text[start:end].strip(), why))
        gone = end - start - len(gap)
        self.breaks = tuple(at if at <= start else max(start, at - gone) for at in self.breaks)
        self.text = self.text[:start] + gap + self.text[end:]

    @property
    def bare(self) -> str:
        """Its text without white space around."""
        return self.text.strip()

    @property
    def stays(self) -> bool:
        """True while it shows something and nobody has taken it out."""
        return self.why is None and bool(self.bare)


def lines_of(text: str) -> list[DraftLine]:
    """The lines of a draft's text; rules (---) and heading marks without a heading show nothing and are blank."""
    found = []
    for raw in text.split("\n"):
        line = raw.rstrip(" \t")
        breaks: tuple[int, ...] = ()
        if PAGE_BREAK in line:
            parts = line.split(PAGE_BREAK)
            places, length = [], 0
            for part in parts[:-1]:
                length += len(part)
                places.append(length)
            breaks, line = tuple(places), "".join(parts)
        level = 0
        stripped = line.lstrip(" \t")
        if stripped[:1] in "#-*_=—－─＿" and stripped:
            if match := _MARKED.fullmatch(line):
                level, line = len(match.group(1)), match.group(2)
                breaks = tuple(0 for _ in breaks)
            elif _RULE.fullmatch(line):
                line = ""
                breaks = tuple(0 for _ in breaks)
        found.append(DraftLine(line, breaks, level))
    return found


def shown(lines: Sequence[DraftLine]) -> Iterator[DraftLine]:
    """The lines that stay."""
    return (line for line in lines if line.stays)


@dataclass(frozen=True, slots=True)
class Laid:
    """The text that the lines leave, and what lies where in it."""

    text: str
    page_starts: tuple[int, ...]
    outline: tuple[tuple[int, int], ...]
    removed: tuple[Removed, ...]


def lay(lines: Sequence[DraftLine], why_last: str) -> Laid:
    """Puts the lines together: at most one blank line between two, what moves to the end after all others.

    Args:
        lines: of a draft.
        why_last: the reason that the lines at the end are in no passage.
    """
    parts: list[str] = []
    length = blank = 0
    starts: list[int] = []
    outline: list[tuple[int, int]] = []
    removed: list[Removed] = []
    for line in lines:
        if line.why is not None:
            removed.append(Removed(length, length, line.bare, line.why))
        kept = line.why is None and not line.last
        if not kept or not line.text:
            removed += [Removed(length, length, text, why) for _, text, why in line.taken]
        if line.why is not None or line.last or not line.text:
            starts += [-1 for _ in line.breaks]  # of the next line that stays
            blank += line.why is None and not line.last
            continue
        gap = ("\n" if not blank else "\n\n") if length else ""
        at = length + len(gap)
        starts = [at if start < 0 else start for start in starts]
        starts += [at + place for place in line.breaks]
        if line.level:
            outline.append((at, line.level))
        places = (min(at + place, at + len(line.text)) for place, _, _ in line.taken)
        removed += [
            Removed(place, place, text, why) for place, (_, text, why) in zip(places, line.taken, strict=True)
        ]
        parts += (gap, line.text)
        length = at + len(line.text)
        blank = 0
    for line in (line for line in lines if line.last):
        gap = "\n\n" if length and (not parts or not removed or removed[-1].end != length) else "\n"
        gap = gap if length else ""
        parts += (gap, line.bare)
        at = length + len(gap)
        length = at + len(line.bare)
        removed.append(Removed(at, length, line.bare, why_last))
    starts = [length if start < 0 else start for start in starts]
    return Laid("".join(parts), (0, *starts) if starts else (), tuple(outline), tuple(removed))
