import pytest

from docs_store.errors import StoreWriteError
from docs_store.journal.conversations import Conversations, StoredExchange
from docs_store.journal.database import Journal
from docs_store.journal.feedback import AuditLog, Feedback


@pytest.fixture
def journal(settings):
    opened = Journal.of(settings)
    yield opened
    opened.close()


def said(id, question="如皋有几个飞地？", answer="五个[1]。"):
    return StoredExchange(id, question, answer, {"id": id, "question": question})


def test_a_conversation_is_there_again_after_the_process_ended(settings):
    first = Journal.of(settings)
    id = Conversations(first, 9).add("王", None, said("e1"))
    first.close()
    second = Journal.of(settings)
    kept = Conversations(second, 9)
    assert [(c.title, c.exchanges) for c in kept.list("王")] == [("如皋有几个飞地？", 1)]
    assert kept.exchanges("王", id) == [said("e1")]
    second.close()


def test_it_lies_beside_the_index_and_only_its_user_may_read_it(settings, journal):
    assert settings.index_path not in journal.path.parents
    assert journal.path.stat().st_mode & 0o077 == 0


def test_nobody_sees_changes_or_deletes_what_is_anothers(journal):
    kept = Conversations(journal, 9)
    id = kept.add("王", None, said("e1"))
    assert kept.list("李") == [] and kept.exchanges("李", id) == []
    assert kept.exchange("李", "e1") is None and kept.title("李", id) is None
    assert kept.add("李", id, said("e2")) is None
    kept.rename("李", id, "别的")
    assert not kept.replace("李", "e1", said("e3"))
    assert kept.delete("李", id) is None
    assert [(c.title, c.exchanges) for c in kept.list("王")] == [("如皋有几个飞地？", 1)]


def test_search_finds_titles_questions_and_answers_and_takes_signs_as_they_are(journal):
    kept = Conversations(journal, 9)
    kept.add("", None, said("e1", "神马电力的董事长是谁？", "马斌[1]。"))
    kept.add("", None, said("e2", "增长100%了吗？", "没有。"))
    assert [c.title for c in kept.list("", "马斌")] == ["神马电力的董事长是谁？"]
    assert [c.title for c in kept.list("", "0%")] == ["增长100%了吗？"]
    assert kept.list("", "_") == [] and len(kept.list("")) == 2


def test_rename_replace_delete_and_restore(journal):
    kept = Conversations(journal, 9)
    id = kept.add("", None, said("e1"))
    kept.add("", id, said("e2"))
    kept.rename("", id, "  飞地  ")
    kept.rename("", id, " ")
    assert kept.replace("", "e1", said("e3"))
    assert not kept.replace("", "e1", said("e4")), "it is not there any more"
    assert kept.title("", id) == "飞地" and [s.id for s in kept.exchanges("", id)] == ["e3", "e2"]
    before = kept.list(""), kept.exchanges("", id)
    deleted = kept.delete("", id)
    assert kept.exchange("", "e2") is None and kept.list("") == []
    kept.restore(deleted)
    assert (kept.list(""), kept.exchanges("", id)) == before


def test_only_so_many_are_kept_an_owner(journal):
    kept = Conversations(journal, 2)
    for number in range(4):
        kept.add("王", None, said(f"e{number}", f"第{number}问"))
    kept.add("李", None, said("other"))
    assert [c.title for c in kept.list("王")] == ["第3问", "第2问"] and len(kept.list("李")) == 1


def test_the_last_verdict_on_an_exchange_counts_and_outlives_its_conversation(journal):
    kept, log = Conversations(journal, 9), AuditLog(journal)
    id = kept.add("", None, said("e1"))
    given = Feedback(
        "e1", "", "down", "答错了", "应为6个", "问", "答", {"sources": []}, "m", {"guanchao": "1"}
    )
    log.record(Feedback("e1", "", "up", "", "", "问", "答", {}, "m", {}))
    log.record(given)
    kept.delete("", id)
    (found,) = log.all()
    assert found.to_dict() | {"at": None} == given.to_dict() and found.at is not None
    assert log.verdicts(["e1", "e2"]) == {"e1": "down"}


def test_one_s_own_verdicts_are_listed_with_where_they_were_given(journal):
    kept, log = Conversations(journal, 9), AuditLog(journal)
    id, gone = kept.add("王", None, said("e1")), kept.add("王", None, said("e2"))
    kept.add("李", None, said("e3"))
    for exchange, owner in (("e1", "王"), ("e2", "王"), ("e3", "李")):
        log.record(Feedback(exchange, owner, "down", "其他", "说明", "问", "答", {}, "m", {}))
    kept.delete("王", gone)
    found = log.given_by("王", 9)
    assert {(o.exchange, o.conversation) for o in found} == {("e1", id), ("e2", "")}
    assert (found[0].reason, found[0].comment, len(found[0].day)) == ("其他", "说明", 10)
    assert log.given_by("李", 9)[0].exchange == "e3" and len(log.given_by("王", 1)) == 1


def test_a_file_that_is_no_journal_is_a_sentence(settings):
    settings.index_path.with_name("index.journal.sqlite3").write_bytes(b"x" * 5000)
    with pytest.raises(StoreWriteError, match="对话记录"):
        Journal.of(settings)
