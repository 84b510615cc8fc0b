"""What a page holds and does not show as text: hidden by its own style sheet, by an attribute, or struck out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ingest.draft import HIDDEN, STRUCK
from ingest.lines import letters
from ingest.readers.html_lines import (
    SKIPPED,
    STRUCK_OUT,
    is_hidden,
    is_markup,
    lines_of,
    lines_of_text,
    without_frame,
)

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLOCK = re.compile(r"([^{};]*+)\{((?:[^{}]++|\{[^{}]*+\})*+)\}")
_STYLE = re.compile(r"<style\b.*?</style\s*>", re.DOTALL | re.IGNORECASE)
_SCREEN = re.compile(r"@media\s+(?:only\s+)?(?:screen|all)\s*")
_SIMPLE = re.compile(r"([a-z][a-z0-9]*)?([.#])([\w-]+)", re.IGNORECASE)
_SHOWING = re.compile(r"(?:^|[;\s])(display|visibility)\s*:\s*([a-z-]+)", re.IGNORECASE)
_HIDING = frozenset(("none", "hidden", "collapse"))
_LINE_THROUGH = re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through", re.IGNORECASE)
_SCRIPTED = "js_content"  # the body of a WeChat post, which its page hides until a script runs
_MOST = 0.5  # of a page's letters; what holds more is shown by a script and no hidden aside

Rules = dict[tuple[str, str, str], dict[str, str]]
"""What style sheets set display and visibility to, by (element or "", `.` or `#`, name)."""


def take_unseen(tree: Any) -> list[tuple[str, str]]:
    """(why, text) of all that a page does not show as text, in order; it is marked so that no line has it."""
    rules = _rules(tree)
    body = next(iter(tree.xpath("//body")), tree)
    total = len(letters(_text(body)))
    found: list[tuple[str, str]] = []
    stack = list(reversed(body))
    while stack:
        element = stack.pop()
        if not isinstance(element.tag, str) or element.tag in SKIPPED:
            continue
        why = _why(element, rules)
        if why is None or (not is_hidden(element) and _is_body(element, total)):
            stack += reversed(element)
            continue
        element.set("hidden", "")
        if text := _text(element):
            found.append((why, text))
    return found


def lines_and_unseen(text: str) -> tuple[list[str], list[tuple[str, str]]]:
    """The lines of a text that may be HTML, a whole document or a part of one, and what it does not show (`take_unseen`)."""
    from lxml import html

    if not is_markup(text):
        return lines_of_text(text), []
    styles = "".join(match.group() for match in _STYLE.finditer(text))
    whole = f"{styles}{without_frame(text)}".replace("\0", "")
    tree = html.fragment_fromstring(whole, create_parent="div")
    unseen = take_unseen(tree)
    return lines_of(tree), unseen


def _why(element: Any, rules: Rules) -> str | None:
    style = element.get("style") or ""
    if is_hidden(element) or _is_set_hidden(element, style, rules):
        return HIDDEN
    return STRUCK if element.tag in STRUCK_OUT or _LINE_THROUGH.search(style) else None


def _is_body(element: Any, total: int) -> bool:
    return (
        element.get("id") == _SCRIPTED
        or bool(element.xpath(f".//*[@id='{_SCRIPTED}']"))
        or len(letters(_text(element))) > total * _MOST
    )


def _is_set_hidden(element: Any, style: str, rules: Rules) -> bool:
    """True where style sheets or the element's own style hide it; its own style counts more, an id more than a class."""
    names = [(".", name) for name in (element.get("class") or "").split()]
    names += [("#", element.get("id"))] if element.get("id") else []
    values: dict[str, str] = {}
    for kind, name in names:
        for tag in ("", element.tag):
            values |= rules.get((tag, kind, name), {})
    values |= _settings(style)
    return not _HIDING.isdisjoint(values.values())


def _settings(declarations: str) -> dict[str, str]:
    return {name.lower(): value.lower() for name, value in _SHOWING.findall(declarations)}


def _rules(tree: Any) -> Rules:
    """What the page's own style sheets say of elements that they name by a class or an id alone."""
    found: Rules = {}
    for sheet in tree.iter("style"):
        if (sheet.get("media") or "all").lower() in ("all", "screen"):
            for selector, declarations in _blocks(_COMMENT.sub("", sheet.text or "")):
                settings = _settings(declarations)
                for one in selector.split(",") if settings else ():
                    if match := _SIMPLE.fullmatch(one.strip()):
                        key = ((match.group(1) or "").lower(), match.group(2), match.group(3))
                        found[key] = found.get(key, {}) | settings
    return found


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """(selectors, declarations) of a style sheet, those for a screen of any size among them."""
    for selector, content in _BLOCK.findall(sheet):
        if not selector.lstrip().startswith("@"):
            yield selector, content
        elif _SCREEN.fullmatch(selector.strip()):
            yield from _BLOCK.findall(content)


def _text(element: Any) -> str:
    """All text in an element but that of scripts and the like."""
    parts: list[str] = []
    stack = [(element, False)]
    while stack:
        here, closing = stack.pop()
        if closing:
            parts.append(here.tail or "")
            continue
        if here is not element:
            stack.append((here, True))
        if isinstance(here.tag, str) and here.tag not in SKIPPED:
            parts.append(here.text or "")
            stack += [(child, False) for child in reversed(here)]
    return " ".join("".join(parts).split())
