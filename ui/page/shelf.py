"""What can be done on the shelf of deliverables and material folders, and what the page shows then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from docs_store.journal.folders import Folders
from docs_store.journal.pieces import Pieces
from docs_store.journal.shares import Kind
from ui import render, strings
from ui.page import folder, sharing
from ui.page.context import PageContext
from ui.page.folder_view import folder_html, put_html
from ui.page.folder_view import removed_html as item_removed_html
from ui.page.people import Person
from ui.page.piece import opened
from ui.page.piece_view import piece_html, removed_html, shelf_html


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page shows after an act."""

    current: str
    """`piece:ID`, `folder:ID`, `shared:TOKEN`, or '' for the form."""
    redraw: bool = False
    """True where what is open has changed."""
    above: str = ""
    """HTML over the shelf."""
    over: str = ""
    """HTML over what is open."""
    said: str = ""
    """HTML to be seen wherever one is on the page."""
    hint: str | None = None
    """HTML over the question box; None leaves what stands there."""
    log: str | None = None
    """HTML in the place of the conversation; None leaves it."""


GO = '<span data-goto="made"></span>'
"""Brings the 成果 tab up."""
Act = Callable[[PageContext, Person, Mapping[str, Any], str], Seen]


def shelf(context: PageContext, person: Person, current: str) -> str:
    """The left column."""
    return shelf_html(context.folders.list(person.name), context.pieces.list(person.name), current)


def view(context: PageContext, person: Person, current: str, over: str = "") -> str:
    """What is open; '' for the form."""
    kind, _, id = current.partition(":")
    if kind == "piece":
        piece = opened(context, person.name, id)
        return piece_html(id, piece) if piece else render.notice_html(strings.MADE_GONE)
    if kind == "folder":
        title = context.folders.title(person.name, id)
        if title is None:
            return render.notice_html(strings.FOLDER_GONE)
        shared = sharing.share_html(context, person, "folder", id)
        return over + folder_html(id, title, context.folders.items(person.name, id), shared)
    if kind == "shared":
        try:
            return sharing.shared_html(context, id)[1]
        except sharing.NotSharedError as error:
            return render.notice_html(str(error))
    return ""


def act(context: PageContext, person: Person, given: Mapping[str, Any], current: str) -> Seen:
    """Does what the page asks for, as `given["act"]` names it, and tells what is seen then.

    Raises:
        StoreWriteError: it cannot be stored.
        GuanchaoError: it cannot be done; the message says why.
    """
    do = _ACTS.get(str(given.get("act", "")))
    return do(context, person, given, current) if do else Seen(current)


def _id(given: Mapping[str, Any]) -> str:
    return str(given.get("id", ""))


def _open(kind: str) -> Act:
    def do(context: PageContext, person: Person, given: Mapping[str, Any], current: str) -> Seen:
        if kind == "folder":
            context.folders.use(person.name, _id(given))
        return Seen(f"{kind}:{_id(given)}", redraw=True, said="" if given.get("stay") else GO)

    return do


def _show_form(context: PageContext, person: Person, given: Mapping[str, Any], current: str) -> Seen:
    return Seen("")


def _keepers(context: PageContext) -> Mapping[str, Pieces | Folders]:
    return {"piece": context.pieces, "folder": context.folders}


def _removing(kind: str) -> Act:
    def do(context: PageContext, person: Person, given: Mapping[str, Any], current: str) -> Seen:
        id = _id(given)
        deleted = _keepers(context)[kind].delete(person.name, id)
        if deleted is None:
            return Seen(current)
        if kind == "folder":
            context.shares.withdraw(person.name, "folder", id)
        context.trash.put(deleted)
        left = "" if current == f"{kind}:{id}" else current
        return Seen(left, above=removed_html(deleted.title, f"restore_{kind}", id))

    return do


def _restoring(kind: str) -> Act:
    def do(context: PageContext, person: Person, given: Mapping[str, Any], current: str) -> Seen:
        deleted = context.trash.take(person.name, _id(given), kind)
        if deleted is None:
            return Seen(current, above=render.notice_html(strings.TOO_LATE))
        _keepers(context)[kind].restore(deleted)
        return Seen(current)

    return do


def _begin_folder(context: PageContext, person: Person, given: Mapping[str, Any], current: str) -> Seen:
    known = {f.title for f in context.folders.list(person.name)}
    fresh = f"{strings.FOLDERS} {date.today().isoformat()}"
    title = strings.FOLDER_FIRST if not known else fresh
    number = 1
    while title in known:
        number += 1
        title = f"{fresh}（{number}）"
    return Seen(f"folder:{context.folders.begin(person.name, title)}")


def _rename_folder(context: PageContext, person: Person, given: Mapping[str, Any], current: str) -> Seen:
    context.folders.rename(person.name, _id(given), str(given.get("title", "")))
    return Seen(current)


def _move_item(context: PageContext, person: Person, given: Mapping[str, Any], current: str) -> Seen:
    context.folders.move(person.name, _id(given), -1 if str(given.get("by")) == "-1" else 1)
    return Seen(current, redraw=True)


def _comment_item(context: PageContext, person: Person, given: Mapping[str, Any], current: str) -> Seen:
    context.folders.comment(person.name, _id(given), str(given.get("text", "")))
    return Seen(current)


def _remove_item(context: PageContext, person: Person, given: Mapping[str, Any], current: str) -> Seen:
    removed = context.folders.remove(person.name, _id(given))
    if removed is None:
        return Seen(current, redraw=True)
    context.trash.put(removed)
    return Seen(current, redraw=True, over=item_removed_html(removed.id))


def _restore_item(context: PageContext, person: Person, given: Mapping[str, Any], current: str) -> Seen:
    removed = context.trash.take(person.name, _id(given), "item")
    if removed is None or context.folders.put_back(removed) is None:
        return Seen(current, redraw=True, over=render.notice_html(strings.TOO_LATE))
    return Seen(current, redraw=True)


def _put(context: PageContext, person: Person, given: Mapping[str, Any], current: str) -> Seen:
    put = folder.put(context, person, given)
    return Seen(current, redraw=current == f"folder:{put.folder}", said=put_html(put))


def _share(context: PageContext, person: Person, given: Mapping[str, Any], current: str) -> Seen:
    kind: Kind = "folder" if given.get("kind") == "folder" else "conversation"
    id = _id(given)
    if given.get("act") == "share":
        sharing.share(context, person, kind, id)
    else:
        context.shares.withdraw(person.name, kind, id)
    if kind == "folder":
        return Seen(current, redraw=True)
    return Seen(current, hint=sharing.share_html(context, person, kind, id))


def _open_shared(context: PageContext, person: Person, given: Mapping[str, Any], current: str) -> Seen:
    token = str(given.get("token", ""))
    kind, html = sharing.shared_html(context, token)
    if kind == "conversation":
        return Seen(current, log=html)
    return Seen(f"shared:{token}", said=GO)


def _leave_shared(context: PageContext, person: Person, given: Mapping[str, Any], current: str) -> Seen:
    if current.startswith("shared:"):
        return Seen("")
    return Seen(current, log=render.log_html("", [], {}))


_ACTS: Mapping[str, Act] = {
    "open_piece": _open("piece"),
    "open_folder": _open("folder"),
    "show_form": _show_form,
    "remove_piece": _removing("piece"),
    "restore_piece": _restoring("piece"),
    "begin_folder": _begin_folder,
    "rename_folder": _rename_folder,
    "remove_folder": _removing("folder"),
    "restore_folder": _restoring("folder"),
    "move_item": _move_item,
    "comment_item": _comment_item,
    "remove_item": _remove_item,
    "restore_item": _restore_item,
    "put": _put,
    "share": _share,
    "unshare": _share,
    "open_shared": _open_shared,
    "own": _leave_shared,
}
