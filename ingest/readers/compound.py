"""Compound files (MS-CFB), in which Outlook and old Office programs keep many streams in one file.

olefile 0.47 was tried in its place, in its strictest mode: it takes a short file's bytes for a name, ends in an AttributeError
over a damaged directory, and reads a chain that goes round in a circle as text.
"""

from __future__ import annotations

import struct

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_ENTRY = 128
_STORAGE, _STREAM, _ROOT = 1, 2, 5


class CompoundError(ValueError):
    """The file is no compound file, or is damaged."""


class Compound:
    """The streams of a compound file by their path."""

    def __init__(self, data: bytes) -> None:
        """Raises CompoundError for a file that is none."""
        if len(data) < 512 or not data.startswith(SIGNATURE):
            raise CompoundError("no compound file")
        self._data = data
        try:
            self._read_tables()
        except (struct.error, IndexError) as error:
            raise CompoundError("damaged") from error

    def _read_tables(self) -> None:
        data = self._data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise CompoundError("damaged")
        self._size, self._mini_size = 1 << shift, 1 << mini_shift
        directory, _, self._cutoff, mini_start, _, more, more_count = struct.unpack_from("<7I", data, 48)
        tables = list(struct.unpack_from("<109I", data, 76))
        for _ in range(min(more_count, len(data) // self._size)):
            block = struct.unpack(f"<{self._size // 4}I", self._sector(more))
            tables += block[:-1]
            more = block[-1]
        self._next: list[int] = []
        for sector in tables:
            if sector < _END - 2:
                self._next += struct.unpack(f"<{self._size // 4}I", self._sector(sector))
        mini = self._chain(mini_start)
        self._mini_next = list(struct.unpack(f"<{len(mini) // 4}I", mini))
        raw = self._chain(directory)
        self._entries = [self._entry(raw[i : i + _ENTRY]) for i in range(0, len(raw), _ENTRY)]
        root = next((entry for entry in self._entries if entry[1] == _ROOT), None)
        if root is None:
            raise CompoundError("damaged")
        self._mini = self._chain(root[5])
        self.streams: dict[tuple[str, ...], bytes] = {}
        """Content by path: names of the storages that hold it, then its own."""
        self._walk(root[4], ())

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        if start >= len(self._data):
            raise CompoundError("damaged")
        return self._data[start : start + self._size].ljust(self._size, b"\0")

    def _chain(self, first: int) -> bytes:
        parts: list[bytes] = []
        while first < _END - 2:
            if len(parts) > len(self._next):
                raise CompoundError("damaged")  # it goes round in a circle
            parts.append(self._sector(first))
            first = self._next[first]
        return b"".join(parts)

    def _mini_chain(self, first: int) -> bytes:
        parts: list[bytes] = []
        while first < _END - 2:
            if len(parts) > len(self._mini_next):
                raise CompoundError("damaged")
            parts.append(self._mini[first * self._mini_size : (first + 1) * self._mini_size])
            first = self._mini_next[first]
        return b"".join(parts)

    @staticmethod
    def _entry(raw: bytes) -> tuple[str, int, int, int, int, int, int]:
        """(name, kind, left, right, child, first sector, size)."""
        length, kind = struct.unpack_from("<HB", raw, 64)
        left, right, child = struct.unpack_from("<3I", raw, 68)
        first, size = struct.unpack_from("<IQ", raw, 116)
        name = raw[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        return name, kind, left, right, child, first, size & 0xFFFFFFFF

    def _walk(self, first: int, path: tuple[str, ...]) -> None:
        waiting, seen = [(first, path)], set()
        while waiting:
            number, above = waiting.pop()
            if number == _FREE or number in seen or number >= len(self._entries):
                continue
            seen.add(number)
            name, kind, left, right, child, start, size = self._entries[number]
            waiting += [(left, above), (right, above)]
            if kind == _STORAGE:
                waiting.append((child, (*above, name)))
            elif kind == _STREAM:
                content = self._chain(start) if size >= self._cutoff else self._mini_chain(start)
                self.streams[*above, name] = content[:size]
