"""Questions with what search finds for them, with and without the article that holds the answer: rows to judge evidence by.

Indexes of their own: the articles named by the training sets (of news_rest_47k), those of reworded_questions.jsonl
beside this script, 1,152 questions of ours with a paraphrase each and 1,139 near misses on 576 other articles, and those of
retrieval_qa_dev (of news_16k), the last two with others beside them. Every second of ours is asked once more of a library of a
dozen articles, where most of what is found is beside the question. answer_dev and reject_dev bring their passages along.
"""

from __future__ import annotations

import gzip
import json
import pickle
import random
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from docs_store.models import Hit
from docs_store.settings import Settings, StoreSettings
from docs_store.store import DocsStore
from docs_store.text.normal import fold
from docs_store.text.sentences import sentence_spans
from ingest import ingest
from rag import PolicyQA
from rag.assistant import as_hits
from rag.retrieval.grouping import one_of_each

TRAIN = ("reworded_train", "reworded_train_b", "open_train_a", "open_train_b")
_NAMED = ("passages_from", "article_ids", "near", "partial_ids", "gold_article_ids", "also_acceptable_ids")
_OTHERS = 1_500  # articles beside those of retrieval_qa_dev
OWN = "reworded_questions"
"""Our own questions: a file beside this one."""
_OTHERS_OF_OWN = 600
FEW = "few_articles"
"""Our own questions asked of libraries of a dozen articles."""
_DOZEN = 12
_FOUND = 36  # passages searched for
_KEPT = 14  # hits kept, so that some are left when those with the answer are taken out

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the hits that are judged, and what is known of it."""

    source: str
    """The file it comes from; `-` behind it: the article with the answer taken out."""
    id: str
    group: str
    """Rows of one article or event: they stay in one fold."""
    question: str
    hits: Sequence[Hit]
    answerable: bool
    """Whether the answer stands in the hits."""
    asks_answerable: bool
    """Whether the question is one that its corpus answers, found or not."""
    groups: Sequence[Sequence[str]] = ()
    """One spelling of each group must stand in an answer."""
    evidence: Sequence[str] = ()
    gold: Collection[str] = field(default_factory=frozenset)


def rows_of(data: Path, name: str) -> list[Row]:
    """The rows of a .jsonl file."""
    folder = Path(__file__).parent if name == OWN else data
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def event(id: str) -> str:
    """The news event that a row's id of answer_dev and the like names."""
    return id.rsplit("_", 1)[0]


def holds(asked: Asked, text: str) -> bool:
    """True when a sentence (or an answer) has one spelling of each group."""
    plain = bare(text)
    return bool(asked.groups) and all(any(bare(s) in plain for s in group) for group in asked.groups)


def is_evidence(asked: Asked, hit: Hit, sentence: str) -> bool:
    """True when the sentence of the hit holds the answer."""
    if asked.gold and hit.article.id not in asked.gold:
        return False
    if asked.source.startswith("open"):
        return any(_overlaps(text, sentence) for text in asked.evidence)
    if not holds(asked, sentence):
        return False
    return not asked.evidence or any(_overlaps(text, sentence) for text in asked.evidence)


def bare(text: str) -> str:
    """Folded, without spaces and punctuation."""
    return "".join(c for c in fold(text) if c.isalnum() or c in ".%")


def _overlaps(evidence: str, sentence: str) -> bool:
    one, other = bare(evidence), bare(sentence)
    if not one or not other:
        return False
    if one in other or other in one:
        return True
    grams = {one[i : i + 2] for i in range(len(one) - 1)}
    return sum(g in other for g in grams) >= 0.6 * len(grams)


def has_answer(asked: Asked) -> bool:
    """True when a sentence of the hits holds the answer."""
    return any(
        is_evidence(asked, hit, hit.passage.text[a:b])
        for hit in asked.hits
        for a, b in sentence_spans(hit.passage.text)
    )


def indexed(work: Path, name: str, articles: Path, wanted: Collection[str], others: int) -> Settings:
    """The settings of an index over the wanted articles of a .jsonl.gz and `others` more, built when it is not there."""
    folder = work / name
    settings = Settings(store=StoreSettings(path=folder / "index"))
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        with gzip.open(articles, "rt", encoding="utf-8") as file:
            lines = list(file)
        named = [json.loads(line)["id"] in wanted for line in lines]
        rest = [line for line, is_named in zip(lines, named, strict=True) if not is_named]
        chosen = [line for line, is_named in zip(lines, named, strict=True) if is_named]
        chosen += random.Random(1).sample(rest, others)
        (folder / "news.jsonl").write_text("".join(chosen), encoding="utf-8")
        with DocsStore.open(settings, write=True) as store:
            ingest(store, [folder / "news.jsonl"], settings)
        (folder / "done").touch()
    return settings


def named_articles(data: Path, names: Sequence[str]) -> set[str]:
    """Every article that the rows of these files name."""
    return {
        id for name in names for row in rows_of(data, name) for key in _NAMED for id in row.get(key) or ()
    }


def gathered(data: Path, work: Path) -> list[Asked]:
    """All rows; kept in `work`, because the searches take minutes."""
    kept = work / "rows.pkl"
    if not kept.exists():
        train = indexed(work, "a", data / "news_rest_47k.jsonl.gz", named_articles(data, TRAIN), 0)
        qa = indexed(
            work, "b", data / "news_16k.jsonl.gz", named_articles(data, ["retrieval_qa_dev"]), _OTHERS
        )
        own = indexed(work, "c", data / "news_rest_47k.jsonl.gz", named_articles(data, [OWN]), _OTHERS_OF_OWN)
        rows = [
            *_train_rows(train, ((name, row) for name in TRAIN for row in rows_of(data, name))),
            *_train_rows(own, ((OWN, row) for row in rows_of(data, OWN))),
            *_few_rows(data, work),
            *_published_rows(data, qa),
            *_given_rows(data),
        ]
        kept.write_bytes(pickle.dumps(rows))
    found: list[Asked] = pickle.loads(kept.read_bytes())  # our own file
    return found


def _id_of(hit: Hit) -> str:
    """The id that the article has in its .jsonl; `hit.article.id` is made from its text."""
    return hit.article.source.rpartition("#")[2]


def _search(qa: PolicyQA, question: str) -> list[Hit]:
    return one_of_each(qa.search(question, _FOUND))[:_KEPT]


def _pair(asked: dict[str, Any], hits: Sequence[Hit], gold: Collection[str]) -> Iterator[Asked]:
    """The row as found, and without the articles that hold the answer."""
    ids = frozenset(hit.article.id for hit in hits if _id_of(hit) in gold)
    found = Asked(**asked, hits=hits, answerable=True, asks_answerable=True, gold=ids or frozenset(("-",)))
    yield replace(found, answerable=has_answer(found))
    if ids:
        left = [hit for hit in hits if hit.article.id not in ids and not _also(hit, gold)]
        without = Asked(
            **asked | {"source": asked["source"] + "-"}, hits=left, answerable=False, asks_answerable=False
        )
        if not any(holds(without, s) for hit in left for s in _texts(hit)):
            yield without


def _also(hit: Hit, gold: Collection[str]) -> bool:
    return any(article.source.rpartition("#")[2] in gold for article in hit.also)


def _texts(hit: Hit) -> Iterator[str]:
    return (hit.passage.text[a:b] for a, b in sentence_spans(hit.passage.text))


def group_of(row: Row) -> str:
    """The article by which a question is put into a fold."""
    return str(min({*(row.get("article_ids") or ())} or {*(row.get("near") or ())} or {row["id"]}))


def _train_rows(settings: Settings, named: Iterable[tuple[str, Row]]) -> Iterator[Asked]:
    """Rows of (set, question) asked of one index."""
    with PolicyQA.open(settings=settings) as qa:
        for name, row in named:
            gold = set(row.get("article_ids") or ())
            texts = [row["question"], *(row.get("paraphrases") or ())]
            for number, text in enumerate(texts):
                hits = _search(qa, text)
                asked = {
                    "source": name,
                    "id": f"{row['id']}/{number}",
                    "group": group_of(row),
                    "question": text,
                    "groups": row.get("must_contain") or (),
                    "evidence": row.get("evidence") or (),
                }
                if row["answerable"]:
                    yield from _pair(asked, hits, gold)
                else:
                    yield Asked(**asked, hits=hits, answerable=False, asks_answerable=False)


def _few_rows(data: Path, work: Path) -> Iterator[Asked]:
    """Every second dozen of our articles as a library of its own."""
    articles = sorted(named_articles(data, [OWN]))
    for start in range(0, len(articles), 2 * _DOZEN):
        own = set(articles[start : start + _DOZEN])
        settings = indexed(work / "few", str(start), data / "news_rest_47k.jsonl.gz", own, 0)
        yield from _train_rows(settings, ((FEW, row) for row in rows_of(data, OWN) if group_of(row) in own))


def _published_rows(data: Path, settings: Settings) -> Iterator[Asked]:
    with PolicyQA.open(settings=settings) as qa:
        for row in rows_of(data, "retrieval_qa_dev"):
            gold = {*row["gold_article_ids"], *row["also_acceptable_ids"]}
            asked = {
                "source": "retrieval_qa_dev",
                "id": row["id"],
                "group": event(row["id"]),
                "question": row["question"],
                "groups": [[answer] for answer in row["answers"]],
            }
            yield from _pair(asked, _search(qa, row["question"]), gold)


def _given_rows(data: Path) -> Iterator[Asked]:
    for name in ("answer_dev", "reject_dev"):
        for row in rows_of(data, name):
            there = name == "answer_dev"
            yield Asked(
                name,
                row["id"],
                event(row["id"]),
                row["question"],
                as_hits(row["passages"]),
                there,
                there,
                [[answer] for answer in row["answers"]],
            )
