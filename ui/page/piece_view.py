"""Deliverables as HTML: the list of them, those that are being made, and one to read. What comes from outside is escaped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

from docs_store.journal.folders import Folder
from docs_store.journal.pieces import PieceHead
from rag.verification import Standing
from ui import render, strings
from ui.exports.plain import blocks_html
from ui.making import FORMATS, Kind
from ui.making_jobs import MakingJob
from ui.page.phrases import marked
from ui.page.piece import CheckedSentence, Piece

BACK = render.button(strings.MADE_BACK, "show_form", css="gc-tool gc-back")
"""The way back to form and shelf, where a narrow page shows them far below."""


def shelf_html(folders: Sequence[Folder], pieces: Sequence[PieceHead], current: str) -> str:
    """The left column: the folders and the deliverables; `current` is `folder:ID` or `piece:ID` of what is open."""
    inside = "".join(
        _entry(
            f"folder:{folder.id}",
            current,
            folder.title,
            strings.FOLDER_ABOUT.format(count=folder.items)
            + (f" · {strings.FOLDER_CURRENT}" if number == 0 and len(folders) > 1 else ""),
            render.button(strings.DELETE, "remove_folder", css="gc-tool gc-danger", id=folder.id),
        )
        for number, folder in enumerate(folders)
    )
    made = "".join(
        _entry(
            f"piece:{piece.id}",
            current,
            piece.title,
            f"{strings.MADE_KINDS.get(piece.kind, '')} · {when(piece.created)}",
            render.button(strings.DELETE, "remove_piece", css="gc-tool gc-danger", id=piece.id),
        )
        for piece in pieces
    )
    new = render.button(strings.FOLDER_NEW, "begin_folder", css="gc-link")
    return (
        f'<div class="gc-shelf-head"><h2>{strings.FOLDERS}</h2>{new}</div>'
        f"{_list(inside, strings.FOLDERS_NONE)}"
        f'<div class="gc-shelf-head"><h2>{strings.MADE_LIST}</h2></div>{_list(made, strings.MADE_NONE)}'
    )


def _entry(key: str, current: str, title: str, about: str, tools: str) -> str:
    here = ' aria-current="true"' if key == current else ""
    kind, _, id = key.partition(":")
    # One stop of the Tab key an entry; page.js goes on to its tools with the arrow keys.
    tools = tools if here else tools.replace("<button ", '<button tabindex="-1" ')
    return (
        f'<li{here}><button type="button" class="gc-open" data-act="open_{kind}" data-id="{escape(id)}">'
        f'<span class="gc-name">{escape(title)}</span><span class="gc-meta">{escape(about)}</span></button>'
        f'<div class="gc-tools">{tools}</div></li>'
    )


def _list(entries: str, nothing: str) -> str:
    return f'<ul class="gc-list">{entries}</ul>' if entries else f'<p class="gc-empty">{nothing}</p>'


def removed_html(title: str, act: str, id: str) -> str:
    """What was deleted, with the way back."""
    undo = render.button(strings.UNDO, act, css="gc-tool", id=id)
    said = escape(strings.MADE_REMOVED.format(title=title))
    return f'<p class="gc-removed" role="status"><span>{said}</span>{undo}</p>'


def when(at: datetime) -> str:
    """The time of today, or the day."""
    local, now = at.astimezone(), datetime.now(UTC).astimezone()
    return local.strftime("%H:%M" if local.date() == now.date() else "%Y-%m-%d")


# --- what is being made -------------------------------------------------------------------------------------------------


def jobs_html(jobs: Sequence[MakingJob]) -> str:
    """Each with how far it is and a stop; one that failed with the reason."""
    return "".join(_job(job) for job in jobs)


def _job(job: MakingJob) -> str:
    name = f"{strings.MADE_KINDS[job.order.kind]}：{job.title or job.order.topic}"
    if job.state == "failed":
        close = render.button("×", "stop_making", strings.CLOSE, css="gc-act", id=job.id)
        return (
            f'<div class="gc-job gc-making"><div><b>{escape(name)}</b>{close}</div>'
            f'<div class="gc-notice" role="alert">{escape(job.error or strings.PAGE_BROKEN)}</div></div>'
        )
    stop = render.button(strings.MADE_STOP, "stop_making", css="gc-tool gc-danger", id=job.id)
    share = f' value="{job.done / job.all:.2f}"' if job.all else ""
    return (
        f'<div class="gc-job gc-making"><div><b>{escape(name)}</b>{stop}</div>'
        f'<progress max="1"{share} aria-label="{escape(name)}"></progress>'
        f'<div class="gc-meta">{_far(job)} {strings.MADE_GOES_ON}</div></div>'
    )


def _far(job: MakingJob) -> str:
    if job.state == "queued":
        return strings.MADE_WAITING
    if not job.all:
        return strings.MADE_BEGUN
    if job.done >= job.all:
        return strings.MADE_ARRANGING
    said = strings.MADE_READING.get(job.order.kind, strings.MADE_READING[""])
    return said.format(done=job.done, all=job.all)


# --- one to read --------------------------------------------------------------------------------------------------------


def piece_html(id: str, piece: Piece) -> str:
    """A deliverable with its downloads; its markers open cards as an answer's do."""
    known = {source.marker for source in piece.sources}

    def mark(number: int) -> str:
        return render.marker_html(number) if number in known else f"[{number}]"

    about = ""
    if piece.report is None:
        body = _checked(piece)
    else:
        body = blocks_html(piece.report.blocks, mark, 3)
        about = piece.report.subtitle
    if piece.narrowed:
        about = f"{about}（{piece.narrowed}）"
    return (
        f'<section class="gc-turn gc-piece" data-view="piece:{escape(id)}" data-exchange="{escape(id)}" tabindex="-1">'
        f'<h2 class="gc-piece-title">{escape(piece.title)}</h2>'
        f'<p class="gc-meta">{escape(about or piece.summary)}</p>{_downloads(id, piece.kind)}'
        f'<div class="gc-report gc-of-{piece.kind}">{body}</div>{render.refs_html(id, piece.sources)}</section>'
    )


def _downloads(id: str, kind: Kind) -> str:
    links = []
    for ending in FORMATS[kind]:
        links.append((f"{id}.{ending}", strings.MADE_FORMATS[ending]))
        if ending == "docx" and kind != "check":
            links.append((f"{id}.docx?notes=annex", strings.MADE_FORMATS["docx-annex"]))
    return f'<div class="gc-downloads">{BACK}' + download_html("made", links) + "</div>"


def download_html(place: str, links: Sequence[tuple[str, str]]) -> str:
    """Links to files: (address under `place`, name)."""
    shown = "".join(
        f'<a class="gc-tool" href="{place}/{escape(address)}" download>{escape(name)}</a>'
        for address, name in links
    )
    return f"<span>{strings.MADE_DOWNLOAD}</span>{shown}"


def _checked(piece: Piece) -> str:
    """The draft sentence by sentence, each with its verdict and, beside it, what the library says."""
    sources = {source.marker: source for source in piece.sources}
    counts = Counter(sentence.standing for sentence in piece.sentences)
    shown = [
        (str(s.value), f"{strings.CHECK_VERDICTS[str(s.value)]}（{counts[str(s.value)]}）") for s in Standing
    ]
    filters = "".join(
        f'<button type="button" class="gc-act" data-act="show_verdict" data-verdict="{value}" '
        f'aria-pressed="{str(not value).lower()}">{name}</button>'
        for value, name in [("", strings.CHECK_ALL), *shown]
        if not value or counts[value]
    )
    rows = []
    for sentence in piece.sentences:
        quotes = "".join(
            f"<blockquote>{render.marker_html(number)}{escape(sources[number].quote)}"
            f'<span class="gc-meta">《{escape(sources[number].title)}》 · '
            f"{escape(sources[number].issuer or strings.NO_ISSUER)} · {escape(sources[number].day or strings.NO_DATE)}"
            f"</span></blockquote>"
            for number in sentence.markers
            if number in sources
        )
        rows.append(_claim(sentence, quotes))
    return (
        f'<div class="gc-verdicts" role="group" aria-label="{strings.CHECK_SHOW}"><span>{strings.CHECK_SHOW}</span>'
        f'{filters}</div><ol class="gc-claims">{"".join(rows)}</ol>'
    )


def _claim(sentence: CheckedSentence, quotes: str) -> str:
    said = strings.CHECK_VERDICTS[sentence.standing]
    why = f"：{escape(sentence.why)}" if sentence.why else ""
    silent = sentence.standing != Standing.NO_CLAIM.value and not quotes
    beside = f'<p class="gc-meta">{strings.CHECK_NO_QUOTE}</p>' if silent else quotes
    return (
        f'<li class="gc-claim gc-{sentence.standing}"><div><p class="gc-said">{marked(sentence.text, sentence.clashes)}</p>'
        f'<p class="gc-verdict">{said}{why}</p></div><div class="gc-beside">{beside}</div></li>'
    )


def titles_html(titles: Sequence[tuple[str, str]]) -> str:
    """Articles to choose from, as (id, title)."""
    if not titles:
        return ""
    choices = "".join(render.button(title, "pick_article", css="gc-next", title=title) for _, title in titles)
    return f'<div class="gc-nexts"><span>{strings.MADE_TITLES}</span>{choices}</div>'
