"""What Chroma leaves undefined in its files is no damage; a changed byte that means something is."""

import struct

from docs_store.local import vector_health


def files(folder, elements, lengths):
    vectors = folder / "vectors" / "x"
    vectors.mkdir(parents=True, exist_ok=True)
    (vectors / "header.bin").write_bytes(struct.pack("<iQQQ", 1, 0, 4, elements) + b"\0" * 72)
    (vectors / "length.bin").write_bytes(struct.pack("<4I", *lengths))
    return vectors / "length.bin"


def test_garbage_after_the_last_element_is_no_damage(tmp_path):
    path = files(tmp_path, 2, [7, 8, 9, 9])
    stamped = [path.stat().st_size, 0, vector_health._digest(path)]
    assert vector_health._unchanged(files(tmp_path, 2, [7, 8, 1, 2]), *stamped)
    assert not vector_health._unchanged(files(tmp_path, 2, [7, 5, 9, 9]), *stamped)


def test_a_header_that_cannot_be_read_counts_all(tmp_path):
    path = files(tmp_path, 2, [7, 8, 9, 9])
    path.with_name("header.bin").write_bytes(b"")
    stamped = [path.stat().st_size, 0, vector_health._digest(path)]
    path.write_bytes(struct.pack("<4I", 7, 8, 1, 2))
    assert not vector_health._unchanged(path, *stamped)
