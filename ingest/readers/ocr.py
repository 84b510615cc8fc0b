"""Recognises the text of a scanned page (rapidocr; its models lie in its wheel, nothing is downloaded)."""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

_SCALE = 2.0  # of 72 dpi: 144 dpi reads book type; more costs time and finds little
_SURE = 0.5  # confidence below which a line is a smudge


@cache
def _engine() -> Any:
    """The engine, loaded once a process (about 2 s)."""
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(params={"Global.log_level": "error"})


def page_lines(page: Any) -> list[str]:
    """The lines of a pypdfium2 page, top to bottom, recognised from its picture."""
    image = page.render(scale=_SCALE).to_numpy()
    result = _engine()(image)
    if result is None or result.txts is None or result.boxes is None:
        return []
    found = [
        (float(box[:, 1].mean()), float(box[:, 0].min()), float(box[:, 1].max() - box[:, 1].min()), text)
        for box, text, score in zip(result.boxes, result.txts, result.scores, strict=True)
        if score >= _SURE and text.strip()
    ]
    return _rows(found)


def _rows(found: list[tuple[float, float, float, str]]) -> list[str]:
    """Boxes as (middle, left, height, text) to lines: those at one height are one line, from left to right."""
    rows: list[list[tuple[float, float, float, str]]] = []
    for item in sorted(found):
        if rows and item[0] - rows[-1][0][0] < 0.5 * rows[-1][0][2]:
            rows[-1].append(item)
        else:
            rows.append([item])
    return [" ".join(text for _, _, _, text in sorted(row, key=lambda item: item[1])) for row in rows]
