"""材料夹 and sharing without a browser: what is put aside, the memo that comes of it, and who may read it."""

import io
import re
import zipfile

import pytest
from contexts import page_context
from docx import Document

from docs_store.journal.conversations import StoredExchange
from docs_store.settings import User
from rag import Answer, Citation
from ui import strings
from ui.page import folder, sharing, shelf
from ui.page.exchange import Exchange
from ui.page.folder import NothingToPutError
from ui.page.people import Person, hash_password
from ui.page.sharing import NotSharedError

WANG, LI = Person("小王", True), Person("小李", False)
TEXT = "- 如皋建设了5个科创飞地[1]。园区承接90多家企业[2]。\n- 另有一批项目[2]。"


@pytest.fixture
def context(qa):
    with page_context(qa) as opened:
        yield opened


@pytest.fixture
def guarded(qa):
    users = tuple(
        User(name=name, password=hash_password("correct horse"), role="reader") for name in ("小王", "小李")
    )
    with page_context(qa, users=users) as opened:
        yield opened


def asked(context, person=WANG, text=TEXT):
    """The ids of an exchange of the person's and of its conversation."""
    article = next(iter(context.store.articles()))
    cited = [citation(article, n) for n in (1, 2)]
    exchange = Exchange.of_answer("e1", Answer("几个飞地？", text, cited), "", ())
    said = StoredExchange("e1", "几个飞地？", text, exchange.model_dump(mode="json"))
    return "e1", context.conversations.add(person.name, None, said)


def citation(article, number):
    quote = article.text[number : number + 9]
    return Citation(
        marker=number,
        passage_id="p",
        article_id=article.id,
        title=article.title,
        issuer=article.issuer,
        published_on=article.published_on,
        url=None,
        heading_path=(),
        quote=quote,
        start=number,
        end=number + 9,
        passage=article.text[:80],
        passage_start=0,
    )


def put(context, person=WANG, **given):
    return folder.put(context, person, given)


def materials(context, id, person=WANG):
    return [folder.Clipping.model_validate(item.body) for item in context.folders.items(person.name, id)]


def test_an_answer_one_of_its_sentences_a_quote_and_an_article_are_put_aside_once_each(context):
    exchange, _ = asked(context)
    article = next(a for a in context.store.articles() if a.title == "港口简报")
    at = article.text.index("港口集团")
    first = put(context, what="answer", id=exchange)
    assert first.title == strings.FOLDER_FIRST and not first.known
    put(context, what="sentence", id=exchange, number="1")
    put(context, what="quote", id=article.id, start=str(at), end=str(at + 14))
    put(context, what="article", id=article.id)
    assert put(context, what="answer", id=exchange).known
    whole, one, quote, other = materials(context, first.folder)
    assert (
        whole.text == TEXT and [s.marker for s in whole.sources] == [1, 2] and whole.question == "几个飞地？"
    )
    assert one.text == "园区承接90多家企业[2]。" and [s.marker for s in one.sources] == [2]
    assert quote.sources[0].quote == "港口集团投资12亿元扩建码头" and quote.sources[0].issuer == "盐城发布"
    assert other.text.startswith("《港口简报》：") and other.sources[0].quote in article.text


def test_what_is_not_there_is_anothers_or_lies_outside_its_article_is_not_put_aside(context):
    asked(context, LI)
    id = next(iter(context.store.articles())).id
    spans = [("5", "2"), ("-1", "3"), ("0", "99999"), ("a", None), (None, None)]
    for given in (
        {"what": "answer", "id": "e1"},
        {"what": "answer", "id": "none"},
        {"what": "quote", "id": "none", "start": "0", "end": "3"},
        {"what": "article", "id": "none"},
        {"what": "", "id": "x"},
        {},
        *({"what": "quote", "id": id, "start": start, "end": end} for start, end in spans),
    ):
        with pytest.raises(NothingToPutError):
            folder.put(context, WANG, given)
    assert context.folders.list(WANG.name) == []


def test_a_folder_is_ordered_commented_emptied_and_had_back(context):
    exchange, _ = asked(context)
    id = put(context, what="sentence", id=exchange, number=0).folder
    put(context, what="sentence", id=exchange, number=1)
    current = f"folder:{id}"

    def order():
        return re.findall(r'class="gc-answer">(.{4})', shelf.view(context, WANG, current))

    first, second = (item.id for item in context.folders.items(WANG.name, id))
    assert order() == ["如皋建设", "园区承接"]
    assert shelf.act(context, WANG, {"act": "move_item", "id": second, "by": "-1"}, current).redraw
    assert order() == ["园区承接", "如皋建设"]
    shelf.act(context, WANG, {"act": "comment_item", "id": first, "text": "要<b>核实"}, current)
    assert "要&lt;b&gt;核实</textarea>" in shelf.view(context, WANG, current)
    seen = shelf.act(context, WANG, {"act": "remove_item", "id": first}, current)
    assert order() == ["园区承接"] and f'data-act="restore_item" data-id="{first}"' in seen.over
    shelf.act(context, WANG, {"act": "restore_item", "id": first}, current)
    assert order() == ["园区承接", "如皋建设"]
    shelf.act(context, WANG, {"act": "rename_folder", "id": id, "title": "飞地"}, current)
    gone = shelf.act(context, WANG, {"act": "remove_folder", "id": id}, current)
    assert gone.current == "" and "已删除“飞地”" in gone.above
    assert strings.FOLDER_GONE in shelf.view(context, WANG, current)
    shelf.act(context, WANG, {"act": "restore_folder", "id": id}, "")
    assert order() == ["园区承接", "如皋建设"]
    assert strings.TOO_LATE in shelf.act(context, WANG, {"act": "restore_folder", "id": id}, "").above
    begun = shelf.act(context, WANG, {"act": "begin_folder"}, current)
    again = shelf.act(context, WANG, {"act": "begin_folder"}, current)
    assert begun.current != again.current and len({f.title for f in context.folders.list(WANG.name)}) == 3
    assert shelf.act(context, WANG, {"act": "no such"}, current) == shelf.Seen(current)


def test_the_memo_numbers_its_items_and_sources_through_and_has_the_comments(context):
    exchange, _ = asked(context)
    id = put(context, what="answer", id=exchange).folder
    article = next(a for a in context.store.articles() if a.title == "港口简报")
    put(context, what="quote", id=article.id, start=0, end=20)
    item = context.folders.items(WANG.name, id)[1].id
    context.folders.comment(WANG.name, item, "要核实")
    name, made = folder.memo(context, WANG.name, id, "md", "footnotes")
    text = made.decode()
    assert name == "我的材料夹.md" and "1.问：几个飞地？" in text and "批注：要核实" in text
    assert "- 如皋建设了5个科创飞地[1]。园区承接90多家企业[2]。" in text and "2.“" in text and "”[3]" in text
    assert "3. 《港口简报》（盐城发布，2025-02-11" in text and article.text[:20].split("\n")[0] in text
    for notes in ("footnotes", "annex"):
        _, word = folder.memo(context, WANG.name, id, "docx", notes)
        document = Document(io.BytesIO(word))
        assert document.sections[0].page_height.mm == pytest.approx(297, abs=0.1)
        with zipfile.ZipFile(io.BytesIO(word)) as packed:
            assert ("word/footnotes.xml" in packed.namelist()) == (notes == "footnotes")
    assert folder.memo(context, LI.name, id, "md", "footnotes") is None
    assert folder.memo(context, WANG.name, id, "exe", "footnotes") is None
    empty = context.folders.begin(WANG.name, "空的")
    assert folder.memo(context, WANG.name, empty, "md", "footnotes") is None
    assert strings.FOLDER_EMPTY in shelf.view(context, WANG, f"folder:{empty}")


def test_without_a_login_nothing_is_shared(context):
    _, conversation = asked(context)
    assert sharing.share_html(context, WANG, "conversation", conversation) == ""
    shelf.act(context, WANG, {"act": "share", "kind": "conversation", "id": conversation}, "")
    assert context.shares.of(WANG.name, "conversation", conversation) is None
    token = context.shares.give(WANG.name, "conversation", conversation)
    with pytest.raises(NotSharedError):
        sharing.shared_html(context, token)


def token_in(html):
    return re.search(r'value="shared/([\w-]+)"', html)[1]


def test_a_shared_conversation_is_read_by_others_and_changed_by_nobody_until_it_is_withdrawn(guarded):
    _, conversation = asked(guarded)
    given = {"act": "share", "kind": "conversation", "id": conversation}
    token = token_in(shelf.act(guarded, WANG, given, "").hint)
    seen = shelf.act(guarded, LI, {"act": "open_shared", "token": token}, "")
    assert "小王 分享的对话" in seen.log and "科创飞地" in seen.log and 'class="gc-marker"' in seen.log
    for act in ("retry", "edit", "feedback", "complain"):
        assert f'data-act="{act}"' not in seen.log
    assert guarded.conversations.list(LI.name) == []
    shelf.act(guarded, LI, given | {"act": "unshare"}, "")
    assert guarded.shares.find(token), "only its owner withdraws it"
    assert strings.SHARE in shelf.act(guarded, WANG, given | {"act": "unshare"}, "").hint
    with pytest.raises(NotSharedError, match="收回"):
        shelf.act(guarded, LI, {"act": "open_shared", "token": token}, "")


def test_a_shared_folder_shows_its_items_and_comments_as_text(guarded):
    exchange, _ = asked(guarded)
    id = put(guarded, what="answer", id=exchange).folder
    guarded.folders.comment(WANG.name, guarded.folders.items(WANG.name, id)[0].id, "要核实")
    current = f"folder:{id}"
    assert shelf.act(guarded, WANG, {"act": "share", "kind": "folder", "id": id}, current).redraw
    token = token_in(shelf.view(guarded, WANG, current))
    seen = shelf.act(guarded, LI, {"act": "open_shared", "token": token}, "")
    shown = shelf.view(guarded, LI, seen.current)
    assert "小王 分享的材料夹" in shown and "要核实" in shown and "<textarea" not in shown
    for act in ("move_item", "remove_item", "share", "unshare"):
        assert f'data-act="{act}"' not in shown
    assert shelf.act(guarded, LI, {"act": "own"}, seen.current).current == ""
    shelf.act(guarded, WANG, {"act": "remove_folder", "id": id}, current)
    assert strings.SHARED_GONE in shelf.view(guarded, LI, f"shared:{token}")
    shelf.act(guarded, WANG, {"act": "restore_folder", "id": id}, "")
    assert guarded.shares.find(token) is None, "what was deleted is shared anew, or not at all"


def test_nobody_shares_what_is_anothers(guarded):
    _, conversation = asked(guarded)
    given = {"act": "share", "kind": "conversation", "id": conversation}
    shelf.act(guarded, LI, given, "")
    assert guarded.shares.of(LI.name, "conversation", conversation) is None
