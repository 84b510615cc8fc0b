"""Mail as Outlook saves it: a compound file, made here stream by stream."""

import struct
from datetime import UTC, date, datetime

import pytest

from ingest.errors import UnreadableArticleError
from ingest.preparing import Prepared
from ingest.readers.compound import SIGNATURE, Compound, CompoundError
from tests.ingest.made import outcomes, paragraph, run, word

END, FREE = 0xFFFFFFFE, 0xFFFFFFFF


def compound(tree):
    """A compound file of nested storages (dicts) and streams (bytes)."""
    entries, small, large = [], [], []

    def add(name, content):
        at = len(entries)
        entries.append(None)
        if isinstance(content, dict):
            children = [add(*pair) for pair in content.items()]
            for child, after in zip(children, [*children[1:], FREE], strict=False):
                entries[child][3] = after
            kind = 5 if name == "Root Entry" else 1
            entries[at] = [name, kind, FREE, FREE, children[0] if children else FREE, 0, 0]
        else:
            kept = large if len(content) >= 4096 else small
            entries[at] = [name, 2, FREE, FREE, FREE, (kept, len(kept)), len(content)]
            kept.append(content)
        return at

    add("Root Entry", tree)
    sectors, chains = [], []

    def store(data, size=512):
        first = len(sectors)
        parts = [data[i : i + size].ljust(size, b"\0") for i in range(0, len(data), size)]
        sectors.extend(parts)
        chains.append((first, len(parts)))
        return first if parts else END

    mini, mini_next, places = b"", [], []
    for data in small:
        places.append(len(mini_next))
        count = -(-len(data) // 64) or 1
        mini += data.ljust(count * 64, b"\0")
        mini_next += [*range(len(mini_next) + 1, len(mini_next) + count), END]
    where = {id(small): places, id(large): [store(data) for data in large]}
    mini_start = store(mini)
    mini_table = store(struct.pack(f"<{len(mini_next)}I", *mini_next))
    raw = b""
    for name, kind, left, right, child, first, size in entries:
        coded = name.encode("utf-16-le")
        start = where[id(first[0])][first[1]] if isinstance(first, tuple) else mini_start if kind == 5 else 0
        raw += coded.ljust(64, b"\0") + struct.pack("<HBB", len(coded) + 2, kind, 1)
        raw += struct.pack("<3I", left, right, child) + bytes(36) + struct.pack("<IQ", start, size)
    directory = store(raw)
    table = []
    for first, count in chains:
        table += [*range(first + 1, first + count), END] if count else []
    fat = len(sectors)
    table += [0xFFFFFFFD] + [FREE] * (127 - len(table) % 128)
    assert len(table) == 128, "the tests' files are small"
    sectors.append(struct.pack("<128I", *table))
    head = SIGNATURE + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9I", 0, 1, directory, 0, 4096, mini_table, 1, END, 0)
    head += struct.pack("<109I", fat, *[FREE] * 108)
    return head + b"".join(sectors)


def wide(property, text):
    return {f"__substg1.0_{property}001F": text.encode("utf-16-le")}


def sent(moment):
    ticks = int((moment - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
    return {"__properties_version1.0": bytes(32) + struct.pack("<HHIQ", 0x0040, 0x0039, 0, ticks)}


LONG = "各单位：\r\n" + "\r\n".join(f"第{i}项工作请于3月{i}日前完成。" for i in range(1, 160))


def test_a_mail_and_what_is_attached(tmp_path):
    attached = word(tmp_path, paragraph(run("到2028年建成飞地20个。"))).read_bytes()
    tree = {
        **wide("0037", "关于报送飞地材料的函"),
        **wide("0C1A", "江海市科技局"),
        **wide("1000", LONG),
        **sent(datetime(2026, 3, 8, 20, 0, tzinfo=UTC)),
        "__attach_version1.0_#00000000": {**wide("3707", "说明.txt"), "__substg1.0_37010102": "飞地说明\n\n建成6个。".encode()},
        "__attach_version1.0_#00000001": {**wide("3707", "附件.docx"), "__substg1.0_37010102": attached},
    }  # fmt: skip
    (tmp_path / "a.msg").write_bytes(compound(tree))
    body, first, second = outcomes(tmp_path / "a.msg")
    assert (body.article.title, body.article.published_on) == ("关于报送飞地材料的函", date(2026, 3, 9))
    assert "第159项工作" in body.article.text and body.article.roles == (("发件人", "江海市科技局"),)
    assert first.article.source == "a.msg#说明.txt" and "建成6个。" in first.article.text
    assert isinstance(second, Prepared) and "建成飞地20个" in second.article.text


@pytest.mark.parametrize(
    "body",
    [
        {"__substg1.0_10130102": "<html><head><title>x</title></head><body><p>建成飞地6个。</p></body></html>".encode("gb18030")},
        {"__substg1.0_1000001E": "建成飞地6个。".encode("gb18030")},
    ],
)  # fmt: skip
def test_other_ways_in_which_the_text_is_kept(tmp_path, body):
    (tmp_path / "a.msg").write_bytes(compound({**wide("0037", "飞地"), **body}))
    (found,) = outcomes(tmp_path / "a.msg")
    assert found.article.text == "建成飞地6个。"


def test_a_damaged_mail_says_what_to_do(tmp_path):
    whole = compound({**wide("0037", "飞地"), **wide("1000", LONG)})
    for broken in (b"", whole[:600], whole[:512] + b"\xff" * (len(whole) - 512), b"no mail" * 100):
        (tmp_path / "a.msg").write_bytes(broken)
        with pytest.raises(UnreadableArticleError, match=r"\.eml"):
            outcomes(tmp_path / "a.msg")


def test_a_chain_in_a_circle_ends():
    data = bytearray(compound({**wide("1000", LONG)}))
    at = 512 + 512 * struct.unpack_from("<I", data, 76)[0]
    struct.pack_into("<4I", data, at, 0, 1, 2, 3)
    with pytest.raises(CompoundError):
        Compound(bytes(data))
