"""Run by test_reads_beside_changes.py in a process of its own: every read of a store, over and over, beside ingests.

Usage: readers_beside_ingests.py FOLDER ROUNDS. Prints how many reads were made, and what they raised.
"""

import faulthandler
import hashlib
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from langchain_core.embeddings import Embeddings

from docs_store.candidates import Search
from docs_store.models import Article, Passage, SearchFilter
from docs_store.settings import load_settings
from docs_store.store import DocsStore

TEXT = "第{0}篇文章说，如皋建设了{0}个科创飞地。"
READS = {
    "already_there": lambda store: store.already_there([article(1)]),
    "files": lambda store: store.files(),
    "source": lambda store: store.source("a1.md"),
    "sources_of_file": lambda store: store.sources_of_file("a1.md"),
    "same_text": lambda store: store.same_text(TEXT.format(1)),
    "sources": lambda store: store.sources(),
    "article": lambda store: store.article("a1"),
    "articles": lambda store: list(store.articles()),
    "listing": lambda store: store.listing(),
    "heads": lambda store: store.heads(),
    "passages": lambda store: store.passages("a1"),
    "reading_notes": lambda store: store.reading_notes("a1"),
    "counts": lambda store: store.counts(),
    "search_lexical": lambda store: store.search_lexical("科创飞地", 3, SearchFilter(source="a1.md")),
    "search_articles": lambda store: store.search_articles("科创飞地", 3),
    "holding": lambda store: store.holding(["科创飞地"]),
    "search_dense": lambda store: store.search_dense("科创飞地", 3),
    "candidates": lambda store: store.candidates(search()),
    "idf": lambda store: store.idf(["飞地"]),
    "verify": lambda store: store.verify(),
}
"""A call of every public read, by the method's name."""


class Hashed(Embeddings):
    """Some unit vector or other, always the same for a text."""

    def embed_documents(self, texts):
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text):
        vector = [0.01] * 16
        vector[hashlib.sha256(text.encode()).digest()[0] % 16] = 1.0
        norm = sum(x * x for x in vector) ** 0.5
        return [x / norm for x in vector]


def article(number):
    return Article(f"a{number}", f"题{number}", f"a{number}.md", TEXT.format(number))


def entry(number):
    one = article(number)
    passage = Passage(f"p{number}", one.id, 0, 0, len(one.text), one.text)
    return one, [passage], f"hash {number}"


def search():
    return Search("科创飞地", lambda: Hashed().embed_query("科创飞地"), SearchFilter(), {}, 5, 5, 0.5, 0.3)


def main(folder, wanted):
    faulthandler.enable()
    (folder / "config.yaml").write_text(f"store: {{path: {folder / 'index'}}}\n", encoding="utf-8")
    settings = load_settings(folder / "config.yaml")
    with DocsStore.open(settings, Hashed(), write=True) as store:
        store.replace_articles([entry(number) for number in range(300)])  # more than one portion
    store = DocsStore.open(settings, Hashed())
    over, made, raised = threading.Event(), Counter(), Counter()

    def read(name):
        while not over.is_set():
            try:
                READS[name](store)
                made[name] += 1
            except Exception as error:
                raised[f"{name}: {type(error).__name__}: {error}"] += 1
            time.sleep(0.001)

    threads = [
        threading.Thread(target=read, args=(name,)) for name in [*READS, "heads", "sources", "articles"]
    ]
    for thread in threads:
        thread.start()
    rounds = 0
    # Of one read without the gate something was raised in the first round, six times of six.
    while rounds < wanted or (not raised and any(made[name] < wanted for name in READS)):
        with store.writing() as writable:
            writable.replace_articles([entry(1000 + rounds)])
        if not rounds % 5:
            with store.writing(rebuild=True) as writable:
                writable.replace_articles([entry(number) for number in range(300)])
        rounds += 1
    over.set()
    for thread in threads:
        thread.join()
    store.close()
    print({"rounds": rounds, "made": dict(made), "raised": dict(raised)})
    sys.exit(1 if raised or set(made) != set(READS) else 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
