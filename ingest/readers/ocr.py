"""Recognises the text of a scanned page (rapidocr; its models lie in its wheel, nothing is downloaded)."""

from __future__ import annotations

import io
import logging
from functools import cache
from typing import Any

NOT_READ = "有 {n} 张图片没有识别（ingest.ocr 已关闭）。"
_SCALE = 2.0  # of 72 dpi: 144 dpi reads book type; more costs time and finds little
_MIN_CONFIDENCE = 0.5  # confidence below which a line is a smudge
_UPSIDE_DOWN_BELOW = (
    0.8  # mean confidence below which a page may lie upside down; upright ones reach .95 and more
)
_MIN_WIDTH = 80  # pixels of width; a smaller picture is an icon
_MAX_PIXELS = 60_000_000  # pixels


@cache
def _engine() -> Any:
    """The engine, loaded once a process (about 2 s). Its classifier of angles is not used: it turns upright long lines."""
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(params={"Global.log_level": "error"})


def page_lines(page: Any) -> list[str]:
    """The lines of a pypdfium2 page, top to bottom, recognised from its picture."""
    return image_lines(page.render(scale=_SCALE).to_numpy())


def picture_lines(data: bytes) -> list[str]:
    """The lines of a picture file; [] where it holds no text, is too small for any, or is no picture of a known kind."""
    import numpy as np
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as picture:
            if (
                picture.width < _MIN_WIDTH
                or picture.height < _MIN_WIDTH / 4
                or picture.width * picture.height > _MAX_PIXELS
            ):
                return []
            flat = picture.convert("RGBA")
            paper = Image.new("RGBA", flat.size, "white")  # what is transparent is white on paper
            shown = Image.alpha_composite(paper, flat).convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        return []
    return image_lines(np.asarray(shown)[:, :, ::-1])


def image_lines(image: Any) -> list[str]:
    """The lines of an image (rows, columns, 3; blue first), top to bottom; of one that lies upside down, turned."""
    lines, sure = _read(image)
    if lines and sure < _UPSIDE_DOWN_BELOW:
        turned, surer = _read(image[::-1, ::-1].copy())
        if surer > sure:
            return turned
    return lines


def _read(image: Any) -> tuple[list[str], float]:
    """(lines, mean confidence over characters)."""
    result = _engine()(image, use_cls=False)
    if result is None or result.txts is None or result.boxes is None:
        return [], 0.0
    pairs = list(zip(result.txts, result.scores, strict=True))
    sure = sum(score * len(text) for text, score in pairs) / max(1, sum(len(text) for text, _ in pairs))
    found = [
        (float(box[:, 1].mean()), float(box[:, 0].min()), float(box[:, 1].max() - box[:, 1].min()), text)
        for box, text, score in zip(result.boxes, result.txts, result.scores, strict=True)
        if score >= _MIN_CONFIDENCE and text.strip()
    ]
    return _rows(found), sure


def _rows(found: list[tuple[float, float, float, str]]) -> list[str]:
    """Boxes as (middle, left, height, text) to lines: those at one height are one line, from left to right."""
    rows: list[list[tuple[float, float, float, str]]] = []
    for item in sorted(found):
        if rows and item[0] - rows[-1][0][0] < 0.5 * rows[-1][0][2]:
            rows[-1].append(item)
        else:
            rows.append([item])
    return [" ".join(text for _, _, _, text in sorted(row, key=lambda item: item[1])) for row in rows]
