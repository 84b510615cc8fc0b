"""The 成果 tab: a form for each deliverable, what is being made, what was made, and the material folders."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from docs_store.errors import GuanchaoError
from ui import render, strings
from ui.draft_file import read_draft
from ui.page import orders
from ui.page.catalogue import choices, folders, issuers
from ui.page.chat import ChatComponents
from ui.page.context import PageContext
from ui.page.orders import Form
from ui.page.people import Person
from ui.page.phrases import phrases
from ui.page.piece import keeping
from ui.page.piece_view import jobs_html, titles_html
from ui.page.shelf import GO, Seen, act, shelf, view

_log = logging.getLogger(__name__)
_TICK = 1.0  # seconds between two looks at what is being made
_TITLES = 6  # articles offered for a few words
_SUBJECT = 200  # characters of a topic that another part of the page names
_LEAST = 2  # characters from which on titles are looked for

_BRIDGE = (
    "window.guanchaoMade = {trigger: trigger};"
    "/* 'act' 'stop_making' 'make_points' 'pick_article' 'begin' */"
    "window.dispatchEvent(new Event('guanchao-made-ready'));"
)
_KIND = "(kind) => { document.querySelector('#gc-make').dataset.kind = kind; }"


@dataclass(frozen=True, slots=True)
class MadeParts:
    """The tab's components, and those beside the tabs that work wherever one is on the page."""

    kind: gr.Radio
    fields: dict[str, Any]
    """Components by the names of `Form`."""
    file: gr.File
    titles: gr.HTML
    start: gr.Button
    hint: gr.HTML
    live: gr.HTML
    shelf: gr.HTML
    view: gr.HTML
    current: gr.Textbox
    """What is open: `piece:ID`, `folder:ID`, `shared:TOKEN`, or '' for the form."""
    awaited: gr.Textbox
    """Id and title of what this page ordered last."""
    said: gr.HTML
    bridge: gr.HTML
    timer: gr.Timer


def build_beside() -> tuple[gr.Textbox, gr.Textbox, gr.HTML, gr.HTML, gr.Timer]:
    """What stands beside the tabs: it is there before the tab was opened."""
    return (
        gr.Textbox("", visible="hidden"),
        gr.Textbox("", visible="hidden"),
        gr.HTML("", elem_id="gc-said-aloud", js_on_load=""),
        gr.HTML("", visible="hidden", js_on_load=_BRIDGE),
        gr.Timer(_TICK, active=False),
    )


def build_made(
    context: PageContext, beside: tuple[gr.Textbox, gr.Textbox, gr.HTML, gr.HTML, gr.Timer]
) -> MadeParts:
    """The tab's components, inside the tab that is open."""
    with gr.Row(elem_id="gc-made-row", equal_height=False):
        with gr.Column(scale=0, min_width=230, elem_id="gc-made-left"):
            gr.HTML(render.button(f"＋ {strings.MADE_NEW}", "show_form", css="gc-new"), js_on_load="")
            listed = gr.HTML("", elem_id="gc-shelf", js_on_load="")
        with gr.Column(scale=5, min_width=320, elem_id="gc-made-middle"):
            live = gr.HTML("", elem_id="gc-making", js_on_load="")
            with gr.Column(elem_id="gc-make"):
                form = _build_form(context)
            seen = gr.HTML("", elem_id="gc-made", js_on_load="")
        with gr.Column(scale=3, min_width=300, elem_id="gc-made-right"):
            gr.HTML(render.panel_html("gc-made-sources", strings.MADE_CARDS_EMPTY), js_on_load="")
    kind, fields, file, titles, start, hint = form
    current, awaited, said, bridge, timer = beside
    return MadeParts(
        kind, fields, file, titles, start, hint, live, listed, seen, current, awaited, said, bridge, timer
    )


def _build_form(
    context: PageContext,
) -> tuple[gr.Radio, dict[str, Any], gr.File, gr.HTML, gr.Button, gr.HTML]:
    """Every field there is; style shows those of the chosen kind."""
    heads = context.heads()

    def text(label: str, hint: str, kinds: str, lines: int = 1) -> gr.Textbox:
        return gr.Textbox(
            label=label,
            placeholder=hint,
            lines=lines,
            max_lines=max(lines, 1) if lines < 5 else 16,
            elem_classes=_for(kinds),
        )

    kind = gr.Radio(
        [(label, value) for value, label in strings.MADE_KINDS.items()],
        value="table",
        label=strings.MADE_KIND,
        elem_id="gc-kind",
        container=False,
    )
    about = "".join(
        f'<p class="gc-meta gc-for gc-for-{value}">{said}</p>' for value, said in strings.MADE_ABOUT.items()
    )
    gr.HTML(about, elem_id="gc-made-about")
    fields: dict[str, Any] = {
        "topic": text(strings.MADE_TOPIC, strings.MADE_TOPIC_HINT, "table brief timeline"),
        "names": text(strings.MADE_NAMES, strings.MADE_NAMES_HINT, "compare", 3),
        "compared": text(strings.MADE_COMPARE_TOPIC, strings.MADE_TOPIC_HINT, "compare"),
        "article": text(strings.MADE_ARTICLE, strings.MADE_ARTICLE_HINT, "points"),
    }
    titles = gr.HTML("", elem_id="gc-titles", elem_classes=_for("points"), js_on_load="")
    fields["draft"] = text(strings.MADE_DRAFT, strings.MADE_DRAFT_HINT, "check", 8)
    file = gr.File(
        label=strings.MADE_DRAFT_FILE,
        file_types=list(strings.DRAFT_KINDS),
        height=150,
        elem_id="gc-draft-file",
        elem_classes=_for("check"),
    )
    fields["draft_name"] = gr.Textbox("", visible="hidden")
    fields["first_day"] = text(strings.MADE_FIRST_DAY, strings.DAY_HINT, "digest")
    fields["questions"] = text(strings.MADE_QUESTIONS, strings.MADE_QUESTIONS_HINT, "digest", 2)
    fields["aspects"] = text(strings.MADE_ASPECTS, strings.MADE_ASPECTS_HINT, "compare")
    fields["versions"] = gr.Checkbox(label=strings.MADE_VERSIONS, elem_classes=_for("compare"))
    fields["length"] = gr.Radio(
        list(strings.MADE_LENGTHS), value=1000, label=strings.MADE_LENGTH, elem_classes=_for("brief")
    )
    fields["columns"] = text(strings.MADE_COLUMNS, strings.MADE_COLUMNS_HINT, "table")
    narrowed = _for("table brief timeline compare digest")
    with (
        gr.Accordion(strings.FILTERS, open=False, elem_id="gc-made-filters", elem_classes=narrowed),
        gr.Row(),
    ):
        fields["since"] = text(strings.SINCE, strings.DAY_HINT, "table brief timeline compare")
        fields["until"] = text(strings.UNTIL, strings.DAY_HINT, "table brief timeline compare digest")
        fields["regions"] = text(
            strings.MADE_REGIONS, strings.MADE_REGIONS_HINT, "table brief timeline compare digest"
        )
        fields["issuer"] = gr.Dropdown(choices(list(issuers(heads))), value="", label=strings.ISSUER)
        fields["folder"] = gr.Dropdown(choices(list(folders(heads))), value="", label=strings.FOLDER)
    hint = gr.HTML("", elem_id="gc-made-hint", js_on_load="")
    start = gr.Button(strings.MADE_START, variant="primary", elem_id="gc-start")
    return kind, fields, file, titles, start, hint


def _for(kinds: str) -> list[str]:
    return ["gc-for", *(f"gc-for-{kind}" for kind in kinds.split())]


def wire_made(
    context: PageContext, parts: MadeParts, chat: ChatComponents, tab: gr.Tab, page: gr.Blocks
) -> None:
    """Connects the tab; called inside `page` when chat and tab stand."""
    quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    names = list(parts.fields)

    def ordered(request: gr.Request, kind: str, *given: Any) -> tuple[Any, ...]:
        form = Form(kind, **{name: _clean(value) for name, value in zip(names, given, strict=True)})
        return _order(context, context.person(request), form)

    def of_article(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        hint, *rest, _ = _order(context, context.person(request), Form("points", article=str(event.id)))
        return hint, *rest, _aloud(GO), "", ""

    def begun(event: gr.EventData) -> tuple[Any, ...]:
        """The form of a kind with its subject: what is to be made was said elsewhere on the page."""
        given = event._data
        kind, topic = str(given.get("kind", "table")), str(given.get("topic", ""))[:_SUBJECT]
        ids = {str(id) for id in given.get("ids") or ()}
        titles = [head.title for head in context.heads() if head.id in ids]
        names = "\n".join(titles) if kind == "compare" else ""
        return kind, "" if kind == "compare" else topic, names, topic if kind == "points" else "", ""

    def dropped(event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        person = context.person(request)
        context.making.drop(person.name, str(event.id))
        return jobs_html(context.making.of(person.name)), ""

    def looked(current: str, awaited: str, request: gr.Request) -> tuple[Any, ...]:
        return _look(context, context.person(request), current, awaited)

    def shown(current: str, request: gr.Request) -> tuple[Any, ...]:
        person = context.person(request)
        heads = context.heads()
        return (
            shelf(context, person, current),
            view(context, person, current),
            gr.update(choices=choices(list(issuers(heads)))),
            gr.update(choices=choices(list(folders(heads)))),
        )

    def loaded(request: gr.Request) -> tuple[Any, ...]:
        jobs = context.making.of(context.person(request).name)
        return jobs_html(jobs), gr.Timer(active=_busy(jobs)), orders.first_day(context)

    def acted(event: gr.EventData, current: str, request: gr.Request) -> tuple[Any, ...]:
        given, person = event._data, context.person(request)
        try:
            seen = act(context, person, given, current)
        except GuanchaoError as error:
            seen = Seen(current, said=render.notice_html(str(error)))
        except Exception:  # the page's boundary
            _log.exception("an act on the 成果 tab failed")
            seen = Seen(current, said=render.notice_html(strings.PAGE_BROKEN))
        changed = seen.current != current or seen.redraw
        return (
            seen.above + shelf(context, person, seen.current),
            view(context, person, seen.current, seen.over) if changed else gr.skip(),
            seen.current,
            _aloud(seen.said),
            gr.skip() if seen.hint is None else seen.hint,
            gr.skip() if seen.log is None else seen.log,
            gr.skip() if seen.log is None else "",
        )

    def offered(words: str) -> str:
        return titles_html(_titles(context, words))

    def picked(event: gr.EventData) -> tuple[str, str]:
        return str(event.title), ""

    def read(path: str | None) -> tuple[Any, ...]:
        return _read(context, path)

    fields = [parts.kind, *parts.fields.values()]
    made = [parts.hint, parts.live, parts.awaited, parts.timer, parts.said]
    lines = [parts.fields[name].submit for name in ("topic", "compared", "article")]
    gr.on([parts.start.click, *lines], ordered, fields, made, **quick)
    parts.bridge.make_points(of_article, None, [*made, parts.view, parts.current], **quick)
    begins = [parts.kind, *(parts.fields[name] for name in ("topic", "names", "article")), parts.hint]
    parts.bridge.begin(begun, None, begins, **quick)
    parts.bridge.stop_making(dropped, None, [parts.live, parts.awaited], **quick)
    parts.kind.change(None, parts.kind, None, js=_KIND, **quick)
    parts.timer.tick(
        looked,
        [parts.current, parts.awaited],
        [parts.live, parts.shelf, parts.view, parts.current, parts.awaited, parts.said, parts.timer],
        **quick,
    )
    seen = [parts.shelf, parts.view, parts.fields["issuer"], parts.fields["folder"]]
    tab.select(shown, parts.current, seen, **quick)
    page.load(loaded, None, [parts.live, parts.timer, parts.fields["first_day"]], **quick)
    shown_elsewhere = [chat.hint, chat.log, chat.conversation]
    parts.bridge.act(
        acted,
        parts.current,
        [parts.shelf, parts.view, parts.current, parts.said, *shown_elsewhere],
        trigger_mode="multiple",  # what is pressed while another act is under way must not be lost
        **quick,
    )
    article = parts.fields["article"]
    article.change(offered, article, parts.titles, trigger_mode="always_last", **quick)
    parts.bridge.pick_article(picked, None, [article, parts.titles], **quick)
    draft = [parts.fields["draft"], parts.fields["draft_name"], parts.hint, parts.file]
    parts.file.upload(read, parts.file, draft, **quick)


def _clean(value: Any) -> Any:
    return "" if value is None else value


def _aloud(said: str) -> str:
    """What is said, unlike what was said before: the same words twice would change nothing on the page."""
    return f'<div data-said="{time.monotonic_ns()}">{said}</div>' if said else ""


def _busy(jobs: Any) -> bool:
    return any(job.state in ("queued", "running") for job in jobs)


def _order(context: PageContext, person: Person, form: Form) -> tuple[Any, ...]:
    """Hint, what is being made, what is awaited, the timer and what is said aloud, after an order was given."""
    try:
        order = orders.filled(context, form)
        context.people.count_question(person)
        keep = keeping(context, person.name, order.order, order.narrowed)
        job = context.making.submit(order.order, title=order.title, owner=person.name, keep=keep)
    except (GuanchaoError, ValueError) as error:
        return render.notice_html(str(error)), gr.skip(), gr.skip(), gr.skip(), ""
    except Exception:  # the page's boundary
        _log.exception("an order failed")
        return render.notice_html(strings.PAGE_BROKEN), gr.skip(), gr.skip(), gr.skip(), ""
    going = jobs_html(context.making.of(person.name))
    return "", going, f"{job.id} {order.title}", gr.Timer(active=True), ""


def _look(context: PageContext, person: Person, current: str, awaited: str) -> tuple[Any, ...]:
    """What the page shows a second later: progress, and what is made by now."""
    jobs = context.making.of(person.name)
    going, timer = jobs_html(jobs), gr.Timer(active=_busy(jobs))
    id, _, title = awaited.partition(" ")
    there = next((job for job in jobs if job.id == id), None)
    if there is not None or not id:
        ended = there is not None and there.state == "failed"
        skip = gr.skip()
        return going, skip, skip, skip, "" if ended else skip, skip, timer
    if context.pieces.body(person.name, id) is None:
        said = render.notice_html(strings.MADE_LOST.format(title=title))
        return going, gr.skip(), gr.skip(), gr.skip(), "", said, timer
    if current:  # something else is being read
        open_it = render.button(strings.PUT_OPEN, "open_piece", css="gc-link", id=id)
        said = f'<div class="gc-toast" role="status">{strings.MADE_DONE.format(title=escape(title))}{open_it}</div>'
        return going, shelf(context, person, current), gr.skip(), gr.skip(), "", said, timer
    opened = f"piece:{id}"
    return going, shelf(context, person, opened), view(context, person, opened), opened, "", "", timer


def _titles(context: PageContext, words: str) -> list[tuple[str, str]]:
    """Articles whose titles hold the words, or come near them."""
    words = words.strip()
    if len(words) < _LEAST:
        return []
    by_id = {head.id: head.title for head in context.heads()}
    if words in by_id or words in by_id.values():
        return []
    pieces = phrases(words)
    holding = [id for id, title in by_id.items() if all(piece in title for piece in pieces)]
    near = context.store.search_articles(words, _TITLES)
    found = dict.fromkeys([*holding, *sorted(near, key=lambda id: -near[id])])
    return [(id, by_id[id]) for id in found if id in by_id][:_TITLES]


def _read(context: PageContext, path: str | None) -> tuple[Any, ...]:
    """Draft, its name, hint and an empty field again, after a file was chosen."""
    if not path:
        return gr.skip(), gr.skip(), gr.skip(), gr.skip()
    name = Path(path).name
    try:
        text = read_draft(Path(path), context.settings.ingest, name)
    except GuanchaoError as error:
        return gr.skip(), gr.skip(), render.notice_html(str(error)), None
    finally:
        Path(path).unlink(missing_ok=True)  # Gradio's copy
    said = strings.DRAFT_READ.format(name=name, chars=len(text))
    return text, Path(name).stem, f'<div class="gc-editing">{escape(said)}</div>', None
