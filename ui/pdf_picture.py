"""A page of a PDF as a picture with a quote boxed, drawn by a process of its own.

pdfium may be used by one thread at a time, and a file from elsewhere may make it hang or fail: neither reaches the server.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import OrderedDict
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any

from docs_store.errors import GuanchaoError
from docs_store.text.normal import fold_in_place

_LONG_SIDE = 1500  # pixels
_SECONDS = 20.0
_AT_ONCE = 2  # processes
_KEPT_BYTES = 24_000_000
_PADDING = 2.0  # points around a box
_BOX = (176, 58, 16)
_LEAST = 6  # characters of a quote's beginning or end that are looked for where it reaches over a page
Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points."""


class NoPictureError(GuanchaoError):
    """The page cannot be drawn; the message says why."""


class Pictures:
    """Pages as PNG, the latest kept in memory up to a size. Thread-safe."""

    def __init__(self) -> None:
        """Nothing drawn yet."""
        self._lock, self._turn = Lock(), BoundedSemaphore(_AT_ONCE)
        self._kept: OrderedDict[tuple[object, ...], bytes] = OrderedDict()

    def page(self, path: Path, number: int, quote: str) -> bytes:
        """Page `number`, from 1, of the file, with the quote boxed where it stands on it.

        Raises:
            NoPictureError: the file is gone, no PDF, has no such page, or takes too long.
        """
        try:
            about = path.stat()
        except OSError:
            raise NoPictureError("原件已不在原处，看不了这一页；请看全文。") from None
        key = (path, about.st_mtime_ns, about.st_size, number, quote)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        with self._turn:
            drawn = _by_process(path, number, quote)
        with self._lock:
            self._kept[key] = drawn
            while sum(map(len, self._kept.values())) > _KEPT_BYTES and len(self._kept) > 1:
                self._kept.popitem(last=False)
        return drawn


def _by_process(path: Path, number: int, quote: str) -> bytes:
    order = json.dumps({"path": str(path), "page": number, "quote": quote}).encode()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ui.pdf_picture"],
            input=order,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NoPictureError("这一页太复杂，画不出来；请下载原件查看。") from None
    if done.returncode or not done.stdout.startswith(b"\x89PNG"):
        raise NoPictureError("这一页画不出来（文件已损坏、已加密或没有这一页）；请看全文，或下载原件查看。")
    return done.stdout


def draw(path: Path, number: int, quote: str) -> bytes:
    """The page as PNG, drawn here and now. Raises whatever pdfium does for a file that it cannot read."""
    import pypdfium2
    from PIL import ImageDraw

    document = pypdfium2.PdfDocument(path)
    try:
        page = document[number - 1]
        width, height = page.get_size()
        scale = _LONG_SIDE / max(width, height)
        image = page.render(scale=scale).to_pil().convert("RGB")
        pen = ImageDraw.Draw(image)
        for left, bottom, right, top in boxes(page.get_textpage(), quote):
            corners = (left - _PADDING, height - top - _PADDING, right + _PADDING, height - bottom + _PADDING)
            pen.rectangle([scale * value for value in corners], outline=_BOX, width=3)
        out = BytesIO()
        image.save(out, "PNG", optimize=True)
        return out.getvalue()
    finally:
        document.close()


def boxes(text_page: Any, quote: str) -> list[Box]:
    """Where a quote stands on a page, a box a line; of one that reaches over the page the part that is on it."""
    count = text_page.count_chars()
    shown = [(i, c) for i in range(count) if (c := text_page.get_text_range(i, 1)).strip()]
    text = fold_in_place("".join(c[0] for _, c in shown))
    start, length = _place(text, "".join(fold_in_place(quote).split()))
    lines: list[Box] = []
    for i, _ in shown[start : start + length]:
        left, bottom, right, top = text_page.get_charbox(i)
        if lines and bottom < lines[-1][3] and top > lines[-1][1] and left >= lines[-1][0]:
            before = lines[-1]
            lines[-1] = (before[0], min(before[1], bottom), max(before[2], right), max(before[3], top))
        else:
            lines.append((left, bottom, right, top))
    return lines


def _place(text: str, wanted: str) -> tuple[int, int]:
    """Where `wanted`, or the most of its beginning or end that stands there, is in `text`: (start, length)."""
    for length in range(len(wanted), _LEAST - 1, -1):
        for part in (wanted[:length], wanted[-length:]):
            if (at := text.find(part)) >= 0:
                return at, length
    return 0, 0


def main() -> None:
    """Reads an order as JSON from standard input and writes the PNG to standard output."""
    order = json.load(sys.stdin)
    sys.stdout.buffer.write(draw(Path(order["path"]), int(order["page"]), str(order["quote"])))


if __name__ == "__main__":
    main()
