"""Markdown as a reader sees it: without marks of emphasis, tags, comments, pictures and addresses behind links.

Headings, tables and the marks of lists stay as they are; what is struck out is taken out and told.
"""

from __future__ import annotations

import html
import re

from ingest.draft import STRUCK
from ingest.readers.html_lines import BLOCKS, SKIPPED, STRUCK_OUT, markdown_of

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TABLE = re.compile(r"<table\b.*?</table\s*>", re.DOTALL | re.IGNORECASE)
_ATTRIBUTES = r"(?:\s+[A-Za-z_:@][A-Za-z0-9_:@.-]*(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+))?)*\s*"
_BLOCK = "|".join(sorted(BLOCKS | {"td", "th", "thead", "tbody", "br"}))
_UNSHOWN = "|".join(sorted(SKIPPED))
_STRUCK_OUT = "|".join(sorted(STRUCK_OUT))
_INLINE = f"span|strong|b|i|em|u|a|font|sup|sub|small|big|mark|img|code|ins|source|input|label|{_UNSHOWN}|{_STRUCK_OUT}"
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK}){_ATTRIBUTES}/?>", re.IGNORECASE)
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE}){_ATTRIBUTES}/?>", re.IGNORECASE)
_UNSEEN = re.compile(rf"<({_UNSHOWN})\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\(([^()\s]*(?:\([^()]*\))?[^()]*)\)|!\[\[([^\]\n]+)\]\]")
_LINK = re.compile(
    r"(?<!!)\[([^\[\]\n]*)\]\(<?([^()\s<>]*(?:\([^()\s]*\)[^()\s]*)?)>?(?:\s+[\"'][^\n]*?[\"'])?\)"
)
WIKI_LINK = re.compile(r"\[\[(?:[^\]|\n]*\|)?([^\]|\n]+)\]\]")
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^\n]+?)(?<=\S)\1")
_EMPHASIS = re.compile(
    r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])|(?<![\w_])_(?=[^\s_])([^_\n]+?)(?<=[^\s_])_(?![\w_])"
)
_QUOTE = re.compile(r"(?m)^[ \t]{0,3}(?:>[ \t]?)+")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!~>-])")
_FENCE = re.compile(r"(?m)^[ \t]{0,3}(?:`{3,}|~{3,})[ \t]*[\w+-]*[ \t]*$")
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_STRUCK = re.compile(r"(?<!~)~~(?=\S)([^~\n]+?)(?<=\S)~~(?!~)")
_STRUCK_TAG = re.compile(rf"<({_STRUCK_OUT}){_ATTRIBUTES}>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)
_MARKED = re.compile(r"(?<!=)==(?=[^\s=])([^=\n]+?)(?<=\S)==(?!=)")
_TASK = re.compile(r"(?m)^([ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+)\[([ xX])\](?=[ \t])")
_NOTE = re.compile(r"(?m)^[ \t]{0,3}\[\^([^\]\s]+)\]:[ \t]*")
_NOTE_MARK = re.compile(r"\[\^([^\]\s]+)\]")
_TARGET = re.compile(r"(?m)^[ \t]{0,3}\[([^\]^\n][^\]\n]*)\]:[ \t]+<?(\S+?)>?(?:[ \t]+[\"'(].*)?$")
_REFERENCE = re.compile(r"(?<!!)\[([^\[\]\n]+)\]\[([^\[\]\n]*)\]")
_ADDRESS = re.compile(r"<((?:https?|mailto):[^\s<>]+)>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BREAK = re.compile(r"(?m)\\$")
_TAG_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
PICTURE, TARGET = "图片", "链接地址"


def plain(text: str, dropped: list[tuple[str, str]]) -> str:
    """The text as it is shown; what is left out of it is added to `dropped`."""

    def without_picture(match: re.Match[str]) -> str:
        dropped.append((PICTURE, " ".join(part for part in match.groups() if part)))
        return ""

    def without_target(match: re.Match[str]) -> str:
        if match.group(2) and match.group(2) != match.group(1):
            dropped.append((TARGET, match.group(2)))
        return match.group(1)

    def without_struck(match: re.Match[str]) -> str:
        dropped.append((STRUCK, " ".join(_INLINE_TAG.sub("", match.groups()[-1]).split())))
        return ""

    text = _STRUCK.sub(without_struck, _tables(_FENCE.sub("", _QUOTE.sub("", text))))
    if "<" in text:
        text = _without_tags(_ADDRESS.sub(r"\1", _STRUCK_TAG.sub(without_struck, text)))
    text = _notes(text)
    text = _references(text, dropped)
    text = _IMAGE.sub(without_picture, text)
    text = _LINK.sub(without_target, text)
    text = WIKI_LINK.sub(r"\1", text)
    text = _STRONG.sub(r"\2", text)
    text = _EMPHASIS.sub(lambda match: match.group(1) or match.group(2), text)
    text = _CODE.sub(r"\1", _MARKED.sub(r"\1", text))
    text = _TASK.sub(lambda match: match.group(1) + ("☐" if match.group(2) == " " else "☑"), text)
    return _entities(_BREAK.sub("", _ESCAPED.sub(r"\1", text)))


def _tables(text: str) -> str:
    """The text with its tables in one form: a | at both ends of a row, a rule of three dashes a column, no break in a cell."""
    lines = text.split("\n")
    inside = False
    for i, line in enumerate(lines):
        ruled = i + 1 < len(lines) and "|" in lines[i + 1] and _RULE.fullmatch(lines[i + 1]) is not None
        inside = "|" in line and (inside or ruled)
        if inside and _RULE.fullmatch(line):
            lines[i] = "|" + " --- |" * len(line.strip(" \t|").split("|"))
        elif inside:
            bare = _TAG_BREAK.sub(" ", line.strip())
            bare = bare if bare.startswith("|") else f"| {bare}"
            lines[i] = bare if bare.endswith("|") and not bare.endswith("\\|") else f"{bare} |"
    return "\n".join(lines)


def _notes(text: str) -> str:
    """The text with its footnotes named by number, in the order in which they are first referred to."""
    stated = {match.group(1) for match in _NOTE.finditer(text)}
    if not stated:
        return text
    order = dict.fromkeys(name for name in _NOTE_MARK.findall(_NOTE.sub("", text)) if name in stated)
    numbers = {name: i for i, name in enumerate(dict.fromkeys([*order, *sorted(stated)]), start=1)}
    text = _NOTE.sub(lambda match: f"注{numbers[match.group(1)]}：", text)
    return _NOTE_MARK.sub(
        lambda match: f"（注{numbers[match.group(1)]}）" if match.group(1) in numbers else match.group(), text
    )


def _references(text: str, dropped: list[tuple[str, str]]) -> str:
    """The text without addresses that stand in lines of their own, and without their names behind what links to them."""
    named = {match.group(1).lower(): match.group(2) for match in _TARGET.finditer(text)}
    if not named:
        return text
    dropped += [(TARGET, address) for address in named.values()]

    def alone(match: re.Match[str]) -> str:
        name = (match.group(2) or match.group(1)).lower()
        return match.group(1) if name in named else match.group()

    return _REFERENCE.sub(alone, _TARGET.sub("", text))


def _entities(text: str) -> str:
    """The text with the characters that entities stand for; one that parts cells or pages does neither here."""

    def character(match: re.Match[str]) -> str:
        shown = html.unescape(match.group())
        return "\\|" if shown == "|" else shown if shown.isprintable() else " "

    return _ENTITY.sub(character, text)


def _without_tags(text: str) -> str:
    """Known elements of HTML go, their text stays; <词项> and the like are text."""
    text = _UNSEEN.sub("\n", _COMMENT.sub("", text))
    text = _TABLE.sub(_table, text)
    if _BLOCK_TAG.search(text) or _INLINE_TAG.search(text):
        text = _INLINE_TAG.sub("", _BLOCK_TAG.sub("\n", text))
    return text


def _table(match: re.Match[str]) -> str:
    from lxml import html as parser

    element = parser.fragment_fromstring(match.group(), create_parent="div")
    tables = [markdown_of(table) for table in element.iter("table")]
    if len(tables) != 1 or tables[0] is None:
        return match.group()  # its tags go with the others, its cells stay line by line
    return f"\n\n{tables[0]}\n\n"
