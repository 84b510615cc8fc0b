"""The report of a 口径核对: as an HTML page, as the text in Word with a comment at each sentence, and as a workbook."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape

from rag.evidence.statements import Statement
from rag.verification import Standing
from rag.verification.documents import CheckedClaim
from ui import strings
from ui.exports.workbook import Book

_COLOURS = {
    Standing.SUPPORTED: "#2e7d32",
    Standing.CONTRADICTED: "#c62828",
    Standing.NOT_FOUND: "#b26a00",
    Standing.NO_CLAIM: "#777",
}
_STYLE = (
    "body{font:16px/1.7 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222}"
    "article{border-left:4px solid;padding:.3em 1em;margin:1em 0}mark{background:#ffd9d6;border-radius:3px}"
    "blockquote{margin:.4em 0;color:#555}small{color:#777}.verdict{font-weight:600}"
)


def summary(found: Sequence[CheckedClaim]) -> str:
    """How many sentences have which verdict, in one line."""
    counts = {standing: sum(c.verdict.standing is standing for c in found) for standing in Standing}
    return strings.CHECK_SUMMARY.format(sentences=len(found), **{s.value: n for s, n in counts.items()})


def html(found: Sequence[CheckedClaim], title: str, omitted: Sequence[Statement] = ()) -> str:
    """A whole page; it asks nothing of the network. `omitted` is what the text leaves out of what it was laid beside."""
    parts = [
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>',
        f"<h1>{escape(title)}</h1><p>{escape(summary(found))}</p>",
    ]
    for item in found:
        colour = _COLOURS[item.verdict.standing]
        parts.append(f'<article style="border-color:{colour}"><p>{_marked(item)}</p>')
        said = strings.CHECK_VERDICTS[item.verdict.standing]
        why = f"：{item.verdict.why}" if item.verdict.why else ""
        parts.append(f'<p class="verdict" style="color:{colour}">{escape(said + why)}</p>')
        for number, quote in enumerate(item.quoted()):
            origin = item.origin(number)
            parts.append(f"<blockquote>{escape(quote)}<br><small>{escape(origin)}</small></blockquote>")
        parts.append("</article>")
    if omitted:
        parts.append(f"<h2>{escape(strings.CHECK_OMITTED.format(title=omitted[0].article.title))}</h2><ul>")
        parts += [f"<li>{escape(statement.text)}</li>" for statement in omitted]
        parts.append("</ul>")
    return "\n".join([*parts, "</html>"])


def clashing(item: CheckedClaim) -> list[tuple[int, int]]:
    """Where the words that clash stand in the sentence, in order and apart."""
    text = item.claim.text
    spans = sorted(
        {(s, s + len(c.claim)) for c in item.verdict.clashes if (s := text.lower().find(c.claim)) >= 0}
    )
    apart: list[tuple[int, int]] = []
    for start, end in spans:
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return apart


def _marked(item: CheckedClaim) -> str:
    """The sentence with its clashing words marked."""
    text, at, out = item.claim.text, 0, ""
    for start, end in clashing(item):
        out += escape(text[at:start]) + f"<mark>{escape(text[start:end])}</mark>"
        at = end
    return out + escape(text[at:])


def word(text: str, found: Sequence[CheckedClaim], omitted: Sequence[Statement] = ()) -> bytes:
    """The text as a .docx, paragraph by paragraph, with a comment at each sentence that claims something.

    `omitted`, what it leaves out of what it was laid beside, stands behind it.
    """
    from docx import Document

    document = Document()
    for start, line in _lines(text):
        paragraph = document.add_paragraph()
        at = start
        end = start + len(line)
        for item in found:
            claim = item.claim
            if not start <= claim.start < end:
                continue
            if claim.start > at:
                paragraph.add_run(_clean(text[at : claim.start]))
            run = paragraph.add_run(_clean(text[claim.start : min(claim.end, end)]))
            at = min(claim.end, end)
            if item.verdict.standing is not Standing.NO_CLAIM:
                document.add_comment(
                    run, text=_comment(item), author=strings.TITLE, initials=strings.TITLE[:1]
                )
        if at < end:
            paragraph.add_run(_clean(text[at:end]))
    if omitted:
        document.add_paragraph()
        document.add_paragraph(_clean(strings.CHECK_OMITTED.format(title=omitted[0].article.title)))
        for statement in omitted:
            document.add_paragraph(_clean(statement.text), style="List Bullet")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield start, line.rstrip("\r\n")
        start += len(line)


def _clean(text: str) -> str:
    """Without the control characters that XML does not allow."""
    return "".join(c for c in text if c >= " " or c == "\t")


def _comment(item: CheckedClaim) -> str:
    verdict = item.verdict
    lines = [strings.CHECK_VERDICTS[verdict.standing] + (f"：{verdict.why}" if verdict.why else "")]
    for number, quote in enumerate(item.quoted()):
        origin = item.origin(number)
        lines.append(f"“{quote}”" + (f"——《{origin}》" if origin else ""))
    return _clean("\n".join(lines).replace("\n", " ／ "))


def table(found: Sequence[CheckedClaim], omitted: Sequence[Statement] = ()) -> bytes:
    """A workbook: a row a sentence with its verdict, the quotes and where they stand; a sheet of what is left out."""
    book = Book(strings.CHECK_TITLE, datetime.now())
    rows = [
        (
            number,
            item.claim.text,
            strings.CHECK_VERDICTS[item.verdict.standing],
            item.verdict.why or None,
            "\n".join(item.quoted()) or None,
            "；".join(dict.fromkeys(filter(None, map(item.origin, range(len(item.quoted())))))) or None,
            next((item.sources[q.passage].day for q in item.verdict.quotes), None),
        )
        for number, item in enumerate(found, start=1)
    ]
    book.sheet(strings.CHECK_TITLE, strings.CHECK_COLUMNS, (7, 50, 16, 36, 50, 34, 12), rows)
    if omitted:
        left = [(n, s.text, s.article.title) for n, s in enumerate(omitted, start=1)]
        book.sheet(strings.CHECK_OMITTED_SHEET, strings.CHECK_OMITTED_COLUMNS, (7, 80, 34), left)
    return book.bytes()


def written(
    ending: str, text: str, found: Sequence[CheckedClaim], omitted: Sequence[Statement] = ()
) -> bytes | str:
    """The report as its ending says: .docx, .html or .xlsx."""
    if ending == ".docx":
        return word(text, found, omitted)
    return table(found, omitted) if ending == ".xlsx" else html(found, strings.CHECK_TITLE, omitted)
