"""A 材料夹 as HTML: its items in order, with their quotes and comments. What comes from outside is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from docs_store.journal.folders import FolderItem
from ui import render, strings
from ui.page.exchange import Source
from ui.page.folder import Clipping, Put
from ui.page.piece_view import BACK, download_html


def folder_html(id: str, title: str, items: Sequence[FolderItem], share: str, banner: str = "") -> str:
    """An open folder.

    Args:
        id: of the folder.
        title: its name.
        items: in order.
        share: the HTML of what can be done about sharing it.
        banner: whose folder it is, as HTML; with it, nothing can be changed.
    """
    shown = "".join(_item(item, n, len(items), fixed=bool(banner)) for n, item in enumerate(items, start=1))
    body = (
        f'<ol class="gc-items">{shown}</ol>' if shown else f'<p class="gc-empty">{strings.FOLDER_EMPTY}</p>'
    )
    if banner:
        head = f'{banner}<h2 class="gc-piece-title">{escape(title)}</h2>'
        view = ""
    else:
        head = (
            f'<h2 class="gc-unseen">{strings.FOLDERS}</h2><input class="gc-folder-name" data-rename="{escape(id)}" '
            f'value="{escape(title)}" maxlength="60" aria-label="{strings.FOLDERS}">'
        )
        links = [
            (f"{id}.docx", strings.MADE_FORMATS["docx"]),
            (f"{id}.docx?notes=annex", strings.MADE_FORMATS["docx-annex"]),
            (f"{id}.md", strings.MADE_FORMATS["md"]),
        ]
        files = download_html("folder", links) if shown else ""
        head += f'<div class="gc-downloads">{BACK}{files}{share}</div>'
        head += f'<p class="gc-meta gc-keys">{strings.ITEM_KEYS}</p>' if len(items) > 1 else ""
        view = f' data-view="folder:{escape(id)}"'
    return f'<section class="gc-turn gc-folder" data-exchange="{escape(id)}"{view} tabindex="-1">{head}{body}</section>'


def _item(item: FolderItem, number: int, of: int, *, fixed: bool) -> str:
    material = Clipping.model_validate(item.body)
    asked = (
        f'<p class="gc-meta">{escape(strings.ITEM_ASKED.format(question=material.question))}</p>'
        if material.question
        else ""
    )
    quotes = "".join(_quote(source) for source in material.sources)
    text = "" if material.kind == "quote" else f'<p class="gc-answer">{escape(material.text)}</p>'
    if fixed:
        below = f'<p class="gc-note">{escape(item.comment)}</p>' if item.comment else ""
    else:
        acts = "".join(
            render.button(label, "move_item", css="gc-tool", id=item.id, by=by)
            for label, by, there in (
                (strings.ITEM_UP, "-1", number > 1),
                (strings.ITEM_DOWN, "1", number < of),
            )
            if there
        ) + render.button(strings.DELETE, "remove_item", css="gc-tool gc-danger", id=item.id)
        below = (
            f'<label class="gc-comment"><span>{strings.ITEM_COMMENT}</span><textarea rows="1" maxlength="2000" '
            f'data-comment="{escape(item.id)}" placeholder="{strings.ITEM_COMMENT_HINT}">{escape(item.comment)}'
            f'</textarea></label><div class="gc-item-acts">{acts}</div>'
        )
    stop = "" if fixed else ' tabindex="-1"'
    return (
        f'<li class="gc-item" data-item="{escape(item.id)}"{stop}><div class="gc-item-kind">'
        f"{number} · {strings.ITEM_KINDS[material.kind]}</div>{asked}{text}{quotes}{below}</li>"
    )


def _quote(source: Source) -> str:
    number = f"[{source.marker}] " if source.marker else ""
    about = " · ".join([source.issuer or strings.NO_ISSUER, source.day or strings.NO_DATE, *source.place])
    start, end = str(source.start), str(source.end)
    read = render.button(
        strings.READ_WHOLE, "read", css="gc-link", id=source.article_id, start=start, end=end
    )
    return (
        f"<blockquote><mark>{escape(source.quote)}</mark>"
        f'<span class="gc-meta">{number}《{escape(source.title)}》 · {escape(about)}{read}</span></blockquote>'
    )


def put_html(put: Put) -> str:
    """What was put aside, and where."""
    said = escape((strings.PUT_KNOWN if put.known else strings.PUT_DONE).format(title=put.title))
    return (
        f'<div class="gc-toast" role="status">{said}'
        f"{render.button(strings.PUT_OPEN, 'open_folder', css='gc-link', id=put.folder)}</div>"
    )


def removed_html(id: str) -> str:
    """That an item was taken out, with the way back."""
    undo = render.button(strings.UNDO, "restore_item", css="gc-tool", id=id)
    return f'<p class="gc-removed" role="status"><span>{strings.ITEM_REMOVED}</span>{undo}</p>'
