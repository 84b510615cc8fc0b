"""Buttons of the page, whose work page.js does or hands on."""

from __future__ import annotations

from html import escape


def button(
    label: str, act: str, hint: str = "", css: str = "gc-act", *, inner: str | None = None, **data: str
) -> str:
    """A button that page.js hands on as `act` with its data-… values; `inner` is the label as HTML where it has marks."""
    values = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    said = f' title="{escape(hint)}" aria-label="{escape(hint)}"' if hint else ""
    shown = escape(label) if inner is None else inner
    return f'<button type="button" class="{css}" data-act="{act}"{values}{said}>{shown}</button>'
