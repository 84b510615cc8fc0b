"""Bytes to text. The encoding is detected; what cannot be distinguished safely is refused, never guessed silently."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from charset_normalizer import from_bytes

from ingest.errors import UnreadableArticleError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ELSE = ["big5", "utf_16_le", "utf_16_be", "shift_jis", "euc_kr"]
_PLAUSIBLE = 0.85  # share of everyday characters below which a decoding is mojibake
_DAMAGED = 0.02  # share of characters that may be broken before a text is no longer worth reading
_SAMPLE = 200_000  # bytes that detection looks at
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
_NOT_TEXT = "不是文本文件，或编码无法识别，请另存为 UTF-8 后再试。"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with \\n line ends, the encoding it was in, and what had to be repaired."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(data: bytes) -> Decoded:
    """Text from UTF-8, UTF-16, UTF-32, GB18030 or Big5 bytes, with or without a byte order mark.

    Raises:
        UnreadableArticleError: empty, binary, or in no encoding that fits.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableArticleError("文件是空的，请删除它或补上内容。")
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _finish(data.decode(name, "replace"), name)
    sample = data[:_SAMPLE]
    zeros = sample.count(0)
    if zeros:  # UTF-16 of Chinese holds a zero byte in each line break, digit and letter
        for name in ("utf-16-le", "utf-16-be"):
            if _plausible(sample[: len(sample) // 2 * 2].decode(name, "replace")):
                return _finish(data.decode(name, "replace"), name)
        if zeros > max(2, len(sample) * _DAMAGED):
            raise UnreadableArticleError(_NOT_TEXT)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _finish(*_not_quite_utf8(data))
    if _looks_like_short_gb(text, data):
        return _finish(data.decode("gb18030"), "gb18030")
    return _finish(text, "utf-8")


def decode_lines(data: Iterator[bytes]) -> Iterator[str]:
    """The lines of a file that is too large to hold: UTF-8, or GB18030 where a line is not UTF-8."""
    for number, line in enumerate(data):
        if number == 0:
            line = line.removeprefix(codecs.BOM_UTF8)
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            yield line.decode("gb18030", "replace")


def _not_quite_utf8(data: bytes) -> tuple[str, str]:
    repaired = data.decode("utf-8", "replace")
    beyond_ascii = sum(1 for char in repaired if char > "\x7f")
    # Text of another encoding breaks UTF-8 at nearly every character; a damaged file does so now and then.
    if repaired.count("\ufffd") <= max(1, beyond_ascii * _DAMAGED) and beyond_ascii > 20:
        return repaired, "utf-8"
    sample = data[:_SAMPLE]
    gb = sample.decode("gb18030", "replace")
    if _plausible(gb):
        return data.decode("gb18030", "replace"), "gb18030"
    best = from_bytes(sample, cp_isolation=_ELSE).best()
    if best is None or not _plausible(str(best)):
        raise UnreadableArticleError(_NOT_TEXT)
    return data.decode(best.encoding, "replace"), best.encoding


def _finish(text: str, encoding: str) -> Decoded:
    notes = []
    broken = text.count("\ufffd")
    if broken > max(2, len(text) * _DAMAGED):
        raise UnreadableArticleError(_NOT_TEXT)
    if broken:
        notes.append(f"按 {encoding} 读取，{broken} 处字节损坏，以 \ufffd 代替。")
    text, controls = _CONTROL.subn("", text)
    if controls > max(2, len(text) * _DAMAGED):
        raise UnreadableArticleError(_NOT_TEXT)
    if controls:
        notes.append(f"去掉了 {controls} 个控制字符。")
    return Decoded(text.replace("\r\n", "\n").replace("\r", "\n"), encoding, tuple(notes))


def _plausible(text: str) -> bool:
    """True when nearly all characters are of the kind that Chinese, Japanese, Korean or English articles use."""
    shown = [char for char in text if not char.isspace()]
    return bool(shown) and sum(map(_everyday, shown)) >= len(shown) * _PLAUSIBLE


def _everyday(char: str) -> bool:
    if char < "\x7f":
        return char >= " "
    if "\u4e00" <= char <= "\u9fff":
        return _rank(char) or _rank_traditional(char)
    return (
        "\u3000" <= char <= "\u30ff"
        or "\uff01" <= char <= "\uff5e"
        or char in "“”‘’—…·－～〔〕"
        or ("\uac00" <= char <= "\ud7a3")
    )


def _rank(char: str) -> bool:
    """In the 3,755 characters of GB 2312 level 1, which cover 99.7% of running simplified text."""
    try:
        return 0xB0 <= char.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return False


def _rank_traditional(char: str) -> bool:
    """In the 5,401 frequently used characters of Big5, and not in the rare part of GB 2312."""
    try:
        return 0xA4 <= char.encode("big5")[0] <= 0xC6 and not _in_gb2312(char)
    except UnicodeEncodeError:
        return False


def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _looks_like_short_gb(text: str, data: bytes) -> bool:
    """Two-character GB words such as 通知 are valid UTF-8 too, for Arabic or Hebrew letters; take the Chinese."""
    odd = [char for char in text if char > "\x7f"]
    if not odd or any(not "\u0250" <= char <= "\u07ff" for char in odd):
        return False
    try:
        gb = data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return all(_rank(char) for char in gb if char > "\x7f")
