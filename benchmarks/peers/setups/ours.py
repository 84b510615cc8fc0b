"""观潮 as it ships. Run with `quoting` or `model`: without a language model, or with the local one in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

from protocol import Ask, First, Given, reply, serve

from benchmarks.public.__main__ import library
from benchmarks.public.articles import load
from docs_store.models import Article
from docs_store.text.dates import spelled
from rag import PolicyQA
from rag.models import Citation, Turn


def heading(article: Article | Citation) -> str:
    """What stands at the head of the article's file, which the others read with it."""
    days = [spelled(day) for day in (article.written_on, article.published_on) if day]
    return "\n".join([article.title, article.issuer or "", *days])


def build(given: Given) -> Ask:
    """The assistant over an index of the articles."""
    quoting = sys.argv[1] == "quoting"
    names = {load(Path(p)).title: Path(p).stem for p in given["articles"]}
    qa = PolicyQA.open(settings=library(Path(given["index"])), extractive=quoting)
    qa.warm_up()

    def ask(question: str, history: list[dict[str, str]], first: First) -> Given:
        turns = [Turn(turn["question"], turn["answer"]) for turn in history]
        answer = None
        for event in qa.stream(question, turns):
            if event.stage in ("quick", "delta", "final"):
                first()
            answer = event.answer or answer
        assert answer is not None
        cited = [
            {"source": names.get(c.title, c.title), "quote": c.quote, "marker": c.marker}
            for c in answer.citations
        ]
        read = [f"{heading(hit.article)}\n{hit.passage.text}" for hit in answer.hits]
        read += [f"{heading(c)}\n{c.passage}" for c in answer.citations]
        return reply(answer.text, read=read, cited=cited, refused=answer.refused)

    return ask


if __name__ == "__main__":
    serve(build)
