"""How an article was read stays with it: in the ledger, in a shared index's log, and until the article goes."""

from datetime import date

from docs_store.changes.mutations import Replace, decode, encode
from docs_store.local.ledger_rows import Entry
from docs_store.models import Article, Passage, ReadingNotes, Removed
from docs_store.store import DocsStore

ARTICLE = Article(
    "a",
    "题",
    "s",
    "正文的话。",
    published_on=date(2026, 1, 9),
    written_on=date(2026, 1, 2),
    outline=((0, 2),),
)
READING = ReadingNotes((Removed(0, 0, "扫码关注", "关注引导"),), ("第 2 页文字识别得来。",))
ENTRY = Entry(ARTICLE, [Passage("p", "a", 0, 0, 5, "正文的话。")], "h", "f", "v", None, READING)


def test_notes_dates_and_headings_come_back_from_the_ledger(settings, embedder):
    with DocsStore.open(settings, embedder, write=True) as store:
        store.replace_articles([ENTRY])
        assert store.reading_notes("a") == READING
        article = store.article("a")
        assert (article.written_on, article.outline, article.cited_on) == (
            date(2026, 1, 2),
            ((0, 2),),
            date(2026, 1, 2),
        )
        store.delete_articles(["a"])
        assert store.reading_notes("a") == ReadingNotes()


def test_a_shared_index_gets_them_too():
    assert decode(encode(Replace([ENTRY]))) == Replace([ENTRY])
