"""Draws docs/images/{question,article}.svg: what happens to a question, and to an article. Run it after changing a step."""

from __future__ import annotations

from html import escape
from pathlib import Path

Step = tuple[str, str, str]
"""Module or package, what it does, and where the way may end there ("" where it does not)."""

QUESTION: tuple[Step, ...] = (
    (
        "rag/query",
        "one parse: frame, task, kind, period, number, names",
        "small talk, library: answered from the ledger",
    ),
    ("rag/retrieval", "BM25, vectors, whole articles; features; learned order", ""),
    (
        "rag/evidence",
        "sentences and clauses that bear on it; how likely any answers",
        "too little: an honest no",
    ),
    ("rag/generation", "plan by task; quotes at once; a model's draft", ""),
    (
        "rag/verification",
        "each sentence aligned, scored, exact checks",
        "not supported: mended once, else left out",
    ),
    ("ui", "page, HTTP, terminal, agents, files: the same answer", ""),
)
ARTICLE: tuple[Step, ...] = (
    ("ingest/sources", "which files, in which version", "unchanged: not read again"),
    ("ingest/readers", "a file becomes drafts; in processes with limits", "unreadable: reported with advice"),
    (
        "ingest/clean, documents",
        "boilerplate out with its reason; what it states becomes metadata",
        "no article: reported",
    ),
    ("ingest/chunk", "passages: whole sentences under their headings, with offsets", ""),
    (
        "ingest/upserting",
        "new, changed, or a further source of a known text",
        "known already: its source is noted",
    ),
    (
        "docs_store/changes",
        "vectors first, then lexical index, ledger last",
        "killed: the next writer repairs from the ledger",
    ),
)
_WIDTH, _ROW, _BOX = 900, 74, 540


def drawing(title: str, steps: tuple[Step, ...]) -> str:
    """The steps from top to bottom, with their ends on the right."""
    height = _ROW * len(steps) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" font-size="14" '
        f'role="img" aria-label="{escape(title)}">',
        '<defs><marker id="a" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0L10 5L0 10z" fill="#0b6e75"/></marker></defs>',
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
    ]
    for number, (module, does, ends) in enumerate(steps):
        top = 8 + number * _ROW
        parts.append(
            f'<rect x="10" y="{top}" width="{_BOX}" height="52" rx="8" fill="#eef7f7" stroke="#0b6e75"/>'
            f'<text x="24" y="{top + 21}" font-weight="bold" fill="#123">{escape(module)}</text>'
            f'<text x="24" y="{top + 41}" fill="#123">{escape(does)}</text>'
        )
        if number + 1 < len(steps):
            parts.append(_arrow(f"M{_BOX // 2} {top + 52}V{top + _ROW - 2}"))
        if ends:
            parts.append(_arrow(f"M{_BOX + 10} {top + 26}H{_BOX + 44}"))
            parts.append(f'<text x="{_BOX + 52}" y="{top + 31}" fill="#8a3b12">{escape(ends)}</text>')
    return "\n".join([*parts, "</svg>\n"])


def _arrow(path: str) -> str:
    return f'<path d="{path}" stroke="#0b6e75" stroke-width="2" fill="none" marker-end="url(#a)"/>'


if __name__ == "__main__":
    folder = Path(__file__).parents[1] / "docs" / "images"
    (folder / "question.svg").write_text(drawing("The way of a question", QUESTION), encoding="utf-8")
    (folder / "article.svg").write_text(drawing("The way of an article", ARTICLE), encoding="utf-8")
