"""Looks through every article for what else could answer a question; no index, no model, so nothing is missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from docs_store.models import Article
from docs_store.text.analyser import bigrams
from docs_store.text.numerals import figured
from docs_store.text.sentences import sentence_spans
from rag.verification import facts

_RARE = 6  # rarest bigrams of a question that decide whether an article is read at all
_SAMPLE = 3000  # articles that tell how rare a bigram is


class Corpus:
    """All articles, folded once, with the frequency of their bigrams."""

    def __init__(self, articles: Sequence[Article]) -> None:
        """Reads the articles' texts; memory is about twice theirs."""
        self.articles = articles
        self._folded = [figured(f"{a.title}\n{a.text}") for a in articles]
        self._frequency: Counter[str] = Counter()
        step = max(1, len(articles) // _SAMPLE)
        for text in self._folded[::step]:
            self._frequency.update(set(bigrams(text)))

    def windows(self, question: str, least: float, term: str = "") -> Iterator[tuple[Article, str, str]]:
        """Places that carry at least `least` of the question's content: (article, sentence, sentence with neighbours).

        The article's title counts as part of every window. With `term`, only articles that hold it are read, and
        its own bigrams do not count.
        """
        term = figured(term)
        wanted = facts.content_bigrams(question) - {*bigrams(term), term}
        if not wanted:
            return
        rare = sorted(wanted, key=lambda gram: (self._frequency[gram], gram))[:_RARE]
        enough = max(1, round(len(rare) * least / 2))
        for article, text in zip(self.articles, self._folded, strict=True):
            if (term and term not in text) or sum(gram in text for gram in rare) < enough:
                continue
            if sum(gram in text for gram in wanted) < least * len(wanted):
                continue
            for sentence, window in _windows(article):
                folded = figured(window)
                if sum(gram in folded for gram in wanted) >= least * len(wanted):
                    yield article, sentence, window


def _windows(article: Article) -> Iterator[tuple[str, str]]:
    spans = sentence_spans(article.text)
    for i, (start, end) in enumerate(spans):
        around = article.text[spans[max(0, i - 1)][0] : spans[min(len(spans) - 1, i + 1)][1]]
        yield article.text[start:end], f"{article.title}\n{around}"
