"""The plans of the tasks: which articles, how many items, in which order, under which headings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from docs_store.models import Article, Hit
from docs_store.text.dates import spelled, wants_latest
from docs_store.text.normal import fold
from docs_store.text.numerals import value_of
from docs_store.text.places import Place, places
from docs_store.text.segment import words
from docs_store.text.sentences import sentence_spans
from rag import strings
from rag.evidence import coverage
from rag.evidence.clauses import Clause
from rag.evidence.material import Material
from rag.evidence.selection import Span
from rag.evidence.signals import pairs, share
from rag.generation import deciding
from rag.generation.plan import Plan, PlanItem, Section, items_of, lengths, most_spans
from rag.query import sides

_PROPER = ("ns", "nz", "nt")  # parts of speech of proper names
_CLEAR = 0.55  # share of the relevance of the three best articles from which on one article is clearly meant
LEAST_OF_BEST = 0.35  # share of the best clause's relevance that the best clause of an item needs
_SIDE = 0.25  # the same, of a side of a comparison: a side without such a clause is silent
_OPENS = 2.0  # times the relevance of the item that would open, from which on the best of a list opens
_NAMED = 0.8  # share of the wording of what is to be defined from which on a text names it
_NEAR = 0.25  # share of the best article's relevance that a further article needs
_ENOUGH_ARTICLES = 3  # that tell what is newest: from these on no others are looked for
_SPEAKS = 0.5  # share of the matter of a question from which on an article speaks of it
_LEADS = 0.4  # of an overview's length that the beginnings of further articles may have
_SAID = 0.7  # share of an article's beginning in what is chosen already from which on it is said
_TITLE = 26  # characters of an article's title in a heading
_ITEM = re.compile(
    r"^(?:([一二三四五六七八九十]{1,3})(?:是|、)|第([一二三四五六七八九十]{1,3})|[（(]([一二三四五六七八九十]{1,3})[）)])"
)


def plan(question: str, task: str, material: Material, length: str = "normal") -> Plan:
    """The plan of a question's task; a plan without items where the passages have nothing to quote.

    Args:
        question: standing alone.
        task: the value of a `Task`; one without a shape of its own is planned as a list.
        material: what can be quoted.
        length: sentence, short, normal or long.
    """
    shape = _SHAPES.get(task, _listed)
    return shape(question, material, length)


def _listed(question: str, material: Material, length: str) -> Plan:
    """The items where they stand: article by article, in the article's order; one that says it all opens, unless it is counted (二是)."""
    spans = _chosen(material, length)
    spans = _with_siblings(spans, material, lengths(material.tasks, length)[1])
    ordered = _by_place(spans, material.hits)
    best = max(ordered, key=lambda span: span.relevance, default=None)
    if best and best.relevance >= _OPENS * ordered[0].relevance and not _ITEM.match(best.text):
        ordered = [best, *(span for span in ordered if span != best)]
    note = _partial(spans, material) or _of_how_many(question, spans, material)
    return Plan("list", material.hits, [Section(None, items_of(ordered, material.hits))], note)


def _summary(question: str, material: Material, length: str) -> Plan:
    """One article's lead, points and figures in its order; of several where none is clearly meant."""
    clear = _clear_article(material)
    narrowed = material.only([clear]) if clear else material
    items = items_of(_by_place(_chosen(narrowed, length), material.hits), material.hits)
    return Plan("summary", material.hits, [Section(None, items)])


def _ordered(task: str) -> Callable[[str, Material, str], Plan]:
    def shape(question: str, material: Material, length: str) -> Plan:
        items = items_of(_by_place(_chosen(material, length), material.hits), material.hits)
        return Plan(task, material.hits, [Section(None, items)])

    return shape


def _definition(question: str, material: Material, length: str) -> Plan:
    """What is said of the thing itself: sentences that name it, and all of articles whose beginning does.

    An article that names it once, on the way, does not say what it is by its other sentences.
    """
    asked = coverage.Asked.of(question)
    wording = {**asked.names, **asked.matter}
    about = {
        article.id: share(wording, coverage.lead_of(article)) >= _NAMED for article in material.articles()
    }
    kept = []
    for index, clause in enumerate(material.clauses):
        article = material.hits[clause.hit_index].article
        sentence = article.text[clause.sentence_start : clause.sentence_end]
        if about[article.id] or share(wording, fold(sentence)) >= _NAMED:
            kept.append(index)
    narrowed = material.at(kept) if kept else material
    own = narrowed.only([id for id, is_about in about.items() if is_about])
    # It is named once where it is what an article is about, and by every sentence that only comes by it.
    spans = _chosen(narrowed, length, best=own.best or narrowed.best)
    items = items_of(_by_place(spans, material.hits), material.hits)
    return Plan("definition", material.hits, [Section(None, items)])


def _check(question: str, material: Material, length: str) -> Plan:
    """The sentence that decides first, or is nearest to doing so; with its word of judgement where it decides; then its conditions."""
    spans = _chosen(material, length)
    decision = deciding.decide(question, spans, material.hits)
    first = decision.span if decision else deciding.nearest(question, spans)
    spans = sorted(spans, key=lambda span: span != first)
    word = decision.word if decision else None
    return Plan("check", material.hits, [Section(word, items_of(spans, material.hits))])


def _progress(question: str, material: Material, length: str) -> Plan:
    """Dated points, the oldest first; those of one article in its order."""
    spans = _chosen(material, length)

    def key(span: Span) -> tuple[date, str, int]:
        hit = material.hits[span.hit_index]
        return (_day(hit.article) or date.max, hit.article.id, span.start)

    items = items_of(sorted(spans, key=key), material.hits)
    dated = {material.hits[item.hit_index].article.id for item in items}
    if len(dated) < 2:
        return Plan("progress", material.hits, [Section(None, items)])
    return Plan("progress", material.hits, _by_article(items, material.hits))


def _overview(question: str, material: Material, length: str) -> Plan:
    """A few points of each article, the article's title over them; reposts are one."""
    near = _near(material)
    latest = wants_latest(fold(question))
    spans = _with_siblings(_chosen(material, length), material, lengths(material.tasks, length)[1])
    ordered = _by_place(spans, material.hits)
    if latest:
        if len({_article(span, material.hits) for span in spans}) < _ENOUGH_ARTICLES:
            further = _begin_with(question, material)
            near = list(dict.fromkeys([*near, *further]))
            ordered = spans = _with_leads(spans, further, material, length)
        # What is newest comes first, what has no date last.
        ordered.sort(key=lambda span: -(_day(material.hits[span.hit_index].article) or date.min).toordinal())
    items = items_of(ordered, material.hits)
    sections = _by_article(items, material.hits)
    days = [day for item in items if (day := _day(material.hits[item.hit_index].article))]
    newest = strings.FROM_ARTICLES_NEWEST.format(day=spelled(max(days))) if latest and days else ""
    note = _from_articles(spans, near, material, newest)
    if len(sections) == 1:
        return Plan("overview", material.hits, [Section(None, sections[0].items)])
    return Plan("overview", material.hits, sections, note)


def _near(material: Material) -> list[str]:
    """The articles that have a fair share of what is wanted, beside the one with the most of it."""
    weights = {article.id: material.weight_of(article.id) for article in material.articles()}
    best = max(weights.values(), default=0.0)
    return [id for id, weight in weights.items() if weight >= _NEAR * best]


def _from_articles(spans: Sequence[Span], near: Sequence[str], material: Material, newest: str = "") -> str:
    """How many articles the spans are from, and how many more of `near` there are."""
    used = {_article(span, material.hits) for span in spans}
    more = sum(id not in used for id in near)
    others = strings.FROM_ARTICLES_MORE.format(count=more) if more else "。"
    return f"{strings.FROM_ARTICLES.format(count=len(used))}{newest}{others}"


def _of_how_many(question: str, spans: Sequence[Span], material: Material) -> str | None:
    """That other articles have something to tell too: they begin with what is asked about, or no certain article is meant."""
    others = [*_begin_with(question, material), *(() if _clear_article(material) else _near(material))]
    used = {_article(span, material.hits) for span in spans}
    return _from_articles(spans, list(dict.fromkeys(others)), material) if set(others) - used else None


def _begin_with(question: str, material: Material) -> list[str]:
    """The articles that begin with what is asked about."""
    asked = coverage.Asked.of(question)
    return [
        article.id
        for article in material.articles()
        if asked.names
        and share(asked.names, coverage.lead_of(article)) >= _NAMED
        and (not asked.matter or share(asked.matter, fold(article.text)) >= _SPEAKS)
    ]


def _with_leads(spans: Sequence[Span], others: Sequence[str], material: Material, length: str) -> list[Span]:
    """The spans, and what the newest of the other articles begin with.

    What a region did lately is said in any words: few articles have those of the question.
    """
    kept = _by_place(spans, material.hits)
    own = {_article(span, material.hits) for span in kept}
    room = round(_LEADS * lengths(material.tasks, length)[1])
    days = {article.id: _day(article) or date.min for article in material.articles()}
    told = set().union(*(pairs(fold(span.text)) for span in kept))
    for id in sorted(others, key=lambda id: days[id], reverse=True):
        clauses = material.only([id])
        if id in own or not clauses.clauses:
            continue
        first = min(clauses.clauses, key=lambda clause: clause.start).sentence
        lead = [clause for clause in clauses.clauses if clause.sentence == first]
        text = "".join(clause.text for clause in lead)
        wording = pairs(fold(text))
        if len(text) <= room and len(wording & told) < _SAID * len(wording):
            kept.append(Span(lead[0].hit_index, first, lead[0].start, lead[-1].end, text, clauses.best))
            told |= wording
            room -= len(text)
    return kept


def _comparison(question: str, material: Material, length: str) -> Plan:
    """Each side by itself: its items come from what speaks of it; a side that nothing speaks of is said to be silent."""
    named = sides.sides(question)
    if len(named) < 2:
        return _overview(question, material, length)
    enough, most = lengths(material.tasks, length)
    sections = []
    taken: set[tuple[int, int]] = set()
    for side in named:
        own = _speaking_of(side, named, material)
        spans = (
            []
            if own is None
            else own.choose(
                most // len(named),
                enough=enough // len(named),
                least=_SIDE * material.best,
                most=most_spans(length),
            )
        )
        spans = [span for span in spans if (span.start, span.end) not in taken]
        taken.update((span.start, span.end) for span in spans)
        items = items_of(_by_place(spans, material.hits), material.hits)
        sections.append(Section(side, items, None if items else strings.SIDE_SILENT))
    if sum(bool(section.items) for section in sections) < 2:
        items = items_of(_by_place(_chosen(material, length), material.hits), material.hits)
        shown = fold("".join(item.text for item in items))
        silent = [
            s.heading for s in sections if not s.items and s.heading and not sides.is_named(s.heading, shown)
        ]
        note = (
            strings.SIDES_SILENT.format(sides="、".join(silent))
            if silent and len(silent) < len(named)
            else None
        )
        return Plan("comparison", material.hits, [Section(None, items)], note)
    return Plan("comparison", material.hits, sections)


def _speaking_of(side: str, named_sides: Sequence[str], material: Material) -> Material | None:
    """The clauses that speak of one side: in their own sentence, or, where that names no side, in their article's title.

    One that points back (该区域) speaks of the side that the nearest sentence before it names.
    """
    mine, others = fold(side), [fold(other) for other in named_sides if other != side]
    called = {name: [name, f"{name[0]}方"] for name in (mine, *others)}  # 澳方 is what texts call 澳大利亚
    for other in others:
        called[other] += _proper_name(other, mine)

    def names(text: str) -> list[str]:
        return [name for name, ways in called.items() if any(way in text for way in ways)]

    titles = [fold(hit.article.title + " " + " ".join(hit.passage.heading_path)) for hit in material.hits]
    texts = [fold(hit.article.text) for hit in material.hits]
    counts = [(text.count(mine), max((text.count(o) for o in others), default=0)) for text in texts]
    last: dict[int, str | None] = {}
    kept: list[int] = []
    peers = [place for name in named_sides for place in places(name)]
    for index, clause in enumerate(material.clauses):
        sentence = fold(
            material.hits[clause.hit_index].article.text[clause.sentence_start : clause.sentence_end]
        )
        named = names(sentence)
        if mine in named and len(named) == 1:
            last[clause.hit_index] = mine
            kept.append(index)
        elif named:
            last[clause.hit_index] = None if len(named) > 1 else named[0]
            if names(fold(clause.text)) == [mine]:
                kept.append(index)
        elif sides.points_back(sentence):
            meant = _named_before(clause, material.hits[clause.hit_index].article, names, peers)
            last[clause.hit_index] = meant
            if meant == mine:
                kept.append(index)
        elif _names_a_rival(sentence, peers):
            last[clause.hit_index] = None  # 吴江区 in a text on 青浦区 and 嘉善县
        elif last.get(clause.hit_index) == mine:
            kept.append(index)
        elif clause.hit_index not in last:
            own, theirs = counts[clause.hit_index]
            if names(titles[clause.hit_index]) == [mine] or own > 2 * theirs:
                kept.append(index)
    return material.at(kept) if kept else None


def _named_before(
    clause: Clause, article: Article, names: Callable[[str], list[str]], peers: Sequence[Place]
) -> str | None:
    """The side that the nearest sentence before a clause's own names; None where that names several, or a place beside them."""
    before = article.text[: clause.sentence_start]
    for start, end in reversed(sentence_spans(before)):
        sentence = fold(before[start:end])
        named = names(sentence)
        if named or _names_a_rival(sentence, peers):
            return named[0] if len(named) == 1 else None
    return None


def _proper_name(side: str, mine: str) -> list[str]:
    """The proper name that another side begins with, which its longer names share (苏锡通 of 苏锡通园区): what has it is not mine."""
    first = words(side)[0]
    proper = first.pos in _PROPER and len(first.text) > 1 and first.text not in mine
    return [first.text] if proper else []


def _names_a_rival(sentence: str, peers: Sequence[Place]) -> bool:
    """True when a sentence names a place of the sides' level that is none of them: it speaks of that."""
    levels, names = {place.level for place in peers}, {place.name for place in peers}
    return any(place.level in levels and place.name not in names for place in places(sentence))


def _chosen(material: Material, length: str, best: float | None = None) -> list[Span]:
    """The spans to quote; `best` is the relevance that others are held against, of the best clause where none is given."""
    enough, most = lengths(material.tasks, length)
    least = LEAST_OF_BEST * (material.best if best is None else best)
    return material.choose(most, enough=enough, least=least, most=most_spans(length))


def _day(article: Article) -> date | None:
    """When an article was published, or else written."""
    return article.published_on or article.written_on


def _article(span: Span, hits: Sequence[Hit]) -> str:
    return hits[span.hit_index].article.id


def _by_place(spans: Sequence[Span], hits: Sequence[Hit]) -> list[Span]:
    """Article by article, the one with the most relevance first; in an article's own order."""
    weight: dict[str, float] = {}
    for span in spans:
        weight[_article(span, hits)] = weight.get(_article(span, hits), 0.0) + span.relevance
    return sorted(spans, key=lambda s: (-weight[_article(s, hits)], _article(s, hits), s.start))


def _by_article(items: Sequence[PlanItem], hits: Sequence[Hit]) -> list[Section]:
    """The items under their article's title and date, in the order given."""
    grouped: dict[str, list[PlanItem]] = {}
    for item in items:
        grouped.setdefault(hits[item.hit_index].article.id, []).append(item)
    sections = []
    for own in grouped.values():
        article = hits[own[0].hit_index].article
        day = _day(article)
        when = f"（{spelled(day)}）" if day else ""
        whole = len(article.title) <= _TITLE
        title = f"《{article.title}》" if whole else f"{_beginning(article.title)}…"
        sections.append(Section(f"{title}{when}", own))
    return sections


def _beginning(title: str) -> str:
    """As much of a title as a heading has room for, no part of a number at its end."""
    start = title[: _TITLE - 1]
    return start.rstrip("0123456789.,:") if title[_TITLE - 1].isdigit() else start


def _clear_article(material: Material) -> str | None:
    """The article that a question clearly means: it holds most of what is wanted."""
    weights = sorted(((material.weight_of(a.id), a.id) for a in material.articles()), reverse=True)[:3]
    total = sum(weight for weight, _ in weights)
    return weights[0][1] if weights and weights[0][0] >= _CLEAR * total else None


def _with_siblings(spans: list[Span], material: Material, most: int) -> list[Span]:
    """The other items of an enumeration (一是…二是…) of which two are chosen, while there is room."""
    used = sum(len(span.text) for span in spans)
    enumerations = _enumerations(material)
    chosen = {span.sentence for span in spans}
    for sentences in enumerations:
        if len(chosen & set(sentences)) < 2:
            continue
        for sentence in sentences:
            if sentence in chosen:
                continue
            own = [i for i, c in enumerate(material.clauses) if c.sentence == sentence]
            first = material.clauses[own[0]]
            if used + len(first.text) > most:
                return spans
            used += len(first.text)
            chosen.add(sentence)
            spans = [
                *spans,
                Span(
                    first.hit_index,
                    sentence,
                    first.start,
                    first.end,
                    first.text,
                    float(material.relevance[own[0]]),
                ),
            ]
    return spans


def _enumerations(material: Material) -> list[list[int]]:
    """Numbers of the sentences that an article counts up (一是, 二是 …), a list an enumeration."""
    found: list[list[int]] = []
    seen: set[tuple[str, int]] = set()
    last: tuple[str, int] | None = None
    for clause in material.clauses:
        if clause.place:
            continue
        match = _ITEM.match(clause.text)
        article = material.hits[clause.hit_index].article.id
        if not match or (article, clause.start) in seen:
            continue
        seen.add((article, clause.start))
        numeral = next(group for group in match.groups() if group)
        value = _value(numeral)
        if last == (article, value - 1):
            found[-1].append(clause.sentence)
        else:
            found.append([clause.sentence])
        last = (article, value)
    return [sentences for sentences in found if len(sentences) > 1]


def _value(numeral: str) -> int:
    return int(value_of(numeral) or 0)


def _partial(spans: Sequence[Span], material: Material) -> str | None:
    """That an enumeration of which two items are shown has more."""
    chosen = {span.sentence for span in spans}
    for sentences in _enumerations(material):
        shown = len(chosen & set(sentences))
        if 2 <= shown < len(sentences):
            return strings.LISTED_IN_PART.format(count=len(sentences), shown=shown)
    return None


_SHAPES: Mapping[str, Callable[[str, Material, str], Plan]] = {
    "list": _listed,
    "summary": _summary,
    "definition": _definition,
    "reason": _ordered("reason"),
    "progress": _progress,
    "overview": _overview,
    "comparison": _comparison,
    "check": _check,
}
TASKS = frozenset(_SHAPES)
"""Tasks that have a shape of their own."""
