"""What a question names and the articles found do not: a place, a quoted name, a noun. The likeliest sign of a near miss.

Measured on every second question of open_train_a/b: of 40 that the articles do not answer, 15 name such a place or name;
of 85 that they do, 4. All other signs tried (the fact's evidence score .55, relevance .49 to .57) tell nothing there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docs_store.models import Article, Hit
from docs_store.text.dates import RELATIVE_YEARS, without_latest
from docs_store.text.normal import fold
from docs_store.text.segment import Word, words
from rag.evidence.signals import pairs
from rag.lexicon import answer_kinds, rareness, tables
from rag.lexicon.synonyms import other_names, read_aliases, synonyms
from rag.verification import facts

_LONG = 3  # characters of a noun from which on it is also said with others put in
_COPULAS = ("是", "算", "属于")
_NOUN = ("n", "vn", "j")
_RANK = re.compile("(?<=..)[省市区县]$")
_QUOTED = re.compile(r"[“「《]([^”」》]{2,24})[”」》]")


def places(question: str) -> list[str]:
    """The places that a question names, folded, each once."""
    general = tables.general_nouns()
    return list(
        dict.fromkeys(
            w.text
            for w in words(fold(question))
            if w.pos == "ns" and len(w.text) > 1 and w.text not in general
        )
    )


def named(question: str) -> list[str]:
    """The places and quoted names of a question, folded, each once."""
    quoted = [match[1] for match in _QUOTED.finditer(fold(question))]
    return list(dict.fromkeys([*places(question), *quoted]))


def unmentioned(question: str, articles: Sequence[Article]) -> list[str]:
    """The places and quoted names of a question that stand in none of `articles`, nor any other name of theirs."""
    texts = [fold(f"{article.title}\n{article.issuer or ''}\n{article.text}") for article in articles]
    groups = read_aliases(None)
    found = []
    for name in named(question):
        spellings = [_RANK.sub("", name), *(other for _, other in other_names(name, groups))]
        if not any(spelling in text for spelling in spellings for text in texts):
            found.append(name)
    return found


def of_another_year(question: str, article: Article) -> bool:
    """True for a dated article that speaks of none of the years that a question names, neither in figures nor as 去年.

    Of 90 questions with a year in the training files and ours, the article that answers is such a one for two.
    """
    asked = facts.years(question)
    day = article.published_on or article.written_on
    if not asked or day is None:
        return False
    text = f"{article.title}\n{article.text}"
    spoken = {day.year + ago for word, ago in RELATIVE_YEARS.items() if ago == 0 or word in text}
    return not asked & (spoken | facts.years(text))


def numbered(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """The hits of the document whose number a question names (甲政发〔2025〕18号); none where it names none of theirs."""
    folded = fold(question)
    return [hit for hit in hits if (number := hit.article.document_number) and fold(number) in folded]


def beside_number(question: str, hits: Sequence[Hit]) -> str:
    """What a question asks of the document whose number it names, all hits being of it; the question as it is where it names none."""
    named = numbered(question, hits)
    return fold(question).replace(fold(named[0].article.document_number or ""), "") if named else question


def nouns_unmentioned(question: str, articles: Sequence[Article]) -> list[str]:
    """The nouns of a question that stand in none of `articles`, nor a word for the same: 票价, 航道.

    Left out are what a question only asks with (办法, 区别) and what texts of this kind are not written with (招数).
    """
    texts = [fold(f"{article.title}\n{article.text}") for article in articles]
    found = []
    for noun in subject_nouns(question):
        spellings = [noun, *(other.word for other in synonyms().alternatives(noun))]
        if any(spelling in text for spelling in spellings for text in texts):
            continue
        spread = re.compile(".{0,2}".join(map(re.escape, noun)))  # 书画展 is 书画联展
        if len(noun) < _LONG or not any(map(spread.search, texts)):
            found.append(noun)
    return found


def anything(question: str, articles: Sequence[Article]) -> bool:
    """True when some place, quoted name or noun of a question stands in none of `articles`."""
    return bool(unmentioned(question, articles) or nouns_unmentioned(question, articles))


def subject_nouns(question: str) -> list[str]:
    """The nouns beside its names that tell what a question is about, each once."""
    names = named(question)
    cut = words(fold(question))
    nouns = (word.text for at, word in enumerate(cut) if _is_subject(word) and not _is_asked_for(cut[:at]))
    return list(dict.fromkeys(noun for noun in nouns if not any(noun in name for name in names)))


def _is_form(noun: str) -> bool:
    """True for what a question only asks with: 数量, 文章, and with what goes before such words: 最新进展, 篇文章."""
    about = tables.article_words()
    if noun in tables.words_asked_with() or noun in about["noun"] or answer_kinds.is_named(noun):
        return True
    rest = without_latest(noun.removeprefix(noun[0]) if noun[0] in about["counted"] else noun)
    return bool(rest) and rest != noun and _is_form(rest)


def _is_asked_for(before: Sequence[Word]) -> bool:
    """True for a noun behind words that ask what something is (是个什么机构, 是一家怎样的公司): what kind it is, is to be told."""
    kept = [word for word in before if word.pos[0] not in "mqu" or tables.asks(word.text)]
    return len(kept) > 1 and tables.asks(kept[-1].text) and kept[-2].text in _COPULAS


def _is_subject(word: Word) -> bool:
    """True for a noun that tells what a question is about, and that the texts rareness was counted in are written with."""
    if len(word.text) < 2 or not word.pos.startswith(_NOUN) or _is_form(word.text):
        return False
    if word.pos.startswith("nr") and not tables.begins_with_surname(word.text):
        return False  # 今年夏天 is no person's name
    return all(rareness.weight(gram) < rareness.UNSEEN for gram in pairs(word.text))
