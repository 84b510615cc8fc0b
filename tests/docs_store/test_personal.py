"""What belongs to one person beside conversations: made pieces, material folders, and links that let others read."""

import pytest

from docs_store.errors import GuanchaoError
from docs_store.journal.database import Journal
from docs_store.journal.folders import Folders
from docs_store.journal.pieces import Pieces
from docs_store.journal.shares import Share, Shares


@pytest.fixture
def journal(settings):
    opened = Journal.of(settings)
    yield opened
    opened.close()


def test_a_piece_is_there_again_with_its_files_after_the_process_ended(settings):
    first = Journal.of(settings)
    Pieces(first, 9).add("王", "p1", "table", "飞地：梳理表", {"kind": "table"}, {"csv": b"a,b\n" * 999})
    first.close()
    second = Journal.of(settings)
    kept = Pieces(second, 9)
    assert [(p.id, p.kind, p.title) for p in kept.list("王")] == [("p1", "table", "飞地：梳理表")]
    assert kept.body("王", "p1") == {"kind": "table"} and kept.file("王", "p1", "csv") == b"a,b\n" * 999
    assert kept.file("王", "p1", "xlsx") is None
    second.close()


def test_nobody_reads_or_deletes_anothers_piece(journal):
    kept = Pieces(journal, 9)
    kept.add("王", "p1", "brief", "简报", {}, {"svg": b"x"})
    assert kept.list("李") == [] and kept.body("李", "p1") is None and kept.file("李", "p1", "svg") is None
    assert kept.delete("李", "p1") is None and kept.body("王", "p1") == {}


def test_the_oldest_pieces_of_an_owner_make_room(journal):
    kept = Pieces(journal, 2)
    for number in range(4):
        kept.add("王", f"p{number}", "brief", f"{number}", {}, {"md": b"x"})
    kept.add("李", "other", "brief", "别人的", {}, {})
    assert [p.id for p in kept.list("王")] == ["p3", "p2"] and kept.file("王", "p0", "md") is None
    assert len(kept.list("李")) == 1


def test_a_deleted_piece_comes_back_whole(journal):
    kept = Pieces(journal, 9)
    kept.add("王", "p1", "table", "表", {"a": 1}, {"csv": b"x"})
    deleted = kept.delete("王", "p1")
    assert kept.list("王") == [] and journal.rows("SELECT * FROM piece_files") == []
    assert (deleted.kind, deleted.owner, deleted.title) == ("piece", "王", "表")
    kept.restore(deleted)
    assert kept.body("王", "p1") == {"a": 1} and kept.file("王", "p1", "csv") == b"x"


def filled(journal, *names):
    folders = Folders(journal)
    folder = folders.begin("王", "飞地材料")
    return folders, folder, [folders.add("王", folder, {"text": name}) for name in names]


def texts(folders, folder):
    return [item.body["text"] for item in folders.items("王", folder)]


def test_items_keep_their_order_and_move_as_far_as_there_is_room(journal):
    folders, folder, (a, b, c) = filled(journal, "甲", "乙", "丙")
    assert texts(folders, folder) == ["甲", "乙", "丙"]
    folders.move("王", c, -1)
    assert texts(folders, folder) == ["甲", "丙", "乙"]
    folders.move("王", a, -1)
    folders.move("王", b, 1)
    assert texts(folders, folder) == ["甲", "丙", "乙"]
    folders.move("李", a, 1)
    folders.move("王", "there is none", 1)
    assert texts(folders, folder) == ["甲", "丙", "乙"]


def test_an_item_that_is_taken_out_comes_back_to_its_place_with_its_comment(journal):
    folders, folder, (_, b, _) = filled(journal, "甲", "乙", "丙")
    folders.comment("王", b, "  要核实 ")
    folders.comment("李", b, "别人的话")
    removed = folders.remove("王", b)
    assert texts(folders, folder) == ["甲", "丙"] and folders.remove("王", b) is None
    assert folders.put_back(removed) == folder
    assert texts(folders, folder) == ["甲", "乙", "丙"]
    assert [item.comment for item in folders.items("王", folder)] == ["", "要核实", ""]
    removed = folders.remove("王", b)
    folders.delete("王", folder)
    assert folders.put_back(removed) is None


def test_what_is_put_aside_next_goes_into_the_folder_used_last(journal):
    folders, first, _ = filled(journal, "甲")
    second = folders.begin("王", "另一个")
    assert [f.id for f in folders.list("王")] == [second, first]
    folders.use("王", first)
    assert [(f.id, f.items) for f in folders.list("王")] == [(first, 1), (second, 0)]
    folders.rename("王", first, "  新 名  ")
    folders.rename("王", first, "  ")
    folders.rename("李", first, "别人")
    assert folders.title("王", first) == "新 名" and folders.title("李", first) is None
    assert folders.add("李", first, {}) is None and folders.items("李", first) == []


def test_a_deleted_folder_comes_back_with_all_that_was_in_it(journal):
    folders, folder, _ = filled(journal, "甲", "乙")
    assert folders.delete("李", folder) is None
    deleted = folders.delete("王", folder)
    assert folders.list("王") == [] and journal.rows("SELECT * FROM folder_items") == []
    folders.restore(deleted)
    assert texts(folders, folder) == ["甲", "乙"]


def test_a_full_folder_and_too_many_folders_say_so(journal, monkeypatch):
    monkeypatch.setattr("docs_store.journal.folders._MOST", 2)
    monkeypatch.setattr("docs_store.journal.folders._FOLDERS", 1)
    folders, folder, _ = filled(journal, "甲", "乙")
    with pytest.raises(GuanchaoError, match="另建一个"):
        folders.add("王", folder, {})
    with pytest.raises(GuanchaoError, match="先删去"):
        folders.begin("王", "又一个")
    assert texts(folders, folder) == ["甲", "乙"]


def test_a_link_stays_the_same_until_it_is_withdrawn(journal):
    shares = Shares(journal)
    token = shares.give("王", "conversation", "c1")
    assert shares.give("王", "conversation", "c1") == token and len(token) > 25
    assert shares.find(token) == Share("王", "conversation", "c1")
    assert shares.of("王", "folder", "c1") is None and shares.of("李", "conversation", "c1") is None
    shares.withdraw("李", "conversation", "c1")
    assert shares.of("王", "conversation", "c1") == token
    shares.withdraw("王", "conversation", "c1")
    assert shares.find(token) is None and shares.give("王", "conversation", "c1") != token
