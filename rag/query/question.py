"""What a question asks: its telling words, the time, document and names it speaks of, the kind of answer it wants."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache

from docs_store.text.analyser import folded_tokens, is_character
from docs_store.text.dates import Period, period_of, wants_latest
from docs_store.text.normal import fold
from docs_store.text.segment import words
from rag.lexicon import synonyms as lexicon
from rag.lexicon import tables
from rag.lexicon.synonyms import Group, other_names

_ASKING = re.compile(
    r"请问|请介绍|介绍一下|告诉我|我想知道|为什么|是什么|有什么|什么时候|什么时间|什么|哪一年|哪一个|哪一天|哪几|哪些|哪个|哪里|哪儿|哪座|"
    r"哪天|哪年|哪家|哪所|哪位|哪两|哪种|哪项|哪|谁|多少|第几|几(?=[个名位家项年月日天岁次条座所只台辆种类批届期倍人成万亿号层级])|"
    r"何时|何地|何人|为何|如何|怎么样|怎样|怎么|是否|有没有|吗|呢|吧|到底|究竟"
)
_FUNCTION = re.compile(r"根据|关于|对于|其中|以及|的|了|是|在|与|和|及|被|把|对|将|有|为|以|于|从|到|向")


class AnswerKind(Enum):
    """The kind of answer that a question wants."""

    NUMBER = "number"
    DATE = "date"
    PERSON = "person"
    PLACE = "place"
    REASON = "reason"
    LIST = "list"


_ASKS: tuple[tuple[AnswerKind, re.Pattern[str]], ...] = (
    (
        AnswerKind.DATE,
        re.compile(r"什么时候|什么时间|何时|哪天|哪一天|哪一年|哪年|几[月号日]|哪个(?:时间|月|季度)|日期"),
    ),
    (
        AnswerKind.NUMBER,
        re.compile(
            r"多少|第几|几(?=[个名位家项年天岁次条座所只台辆种类批届期倍人成万亿层级])|比分|占比|比例|多[大长高远久]"
        ),
    ),
    (AnswerKind.PERSON, re.compile(r"谁|哪位|何人|哪个人|哪些人|姓名|名字是")),
    (
        AnswerKind.PLACE,
        re.compile(
            r"哪里|哪儿|何地|什么地方|地点|哪(?:个|座|些|几个|两个)?(?:省|市|国家|国|地区|城市|县|区|地方|州|岛)|在哪"
        ),
    ),
    (AnswerKind.REASON, re.compile(r"为什么|为何|原因|因何|何以")),
    (AnswerKind.LIST, re.compile(r"哪些|哪几|哪两|分别")),
)
_UNIT = re.compile(r"(?:多少|几)(?:万|亿|千|百)?([\u4e00-\u9fff%])")
# Patterns that begin with one class of characters: Python's re looks for those quickly, a choice it tries everywhere.
_FIGURE = r"[\d一二两三四五六七八九十百千万亿半](?:(?<=\d)|(?=[\u4e00-\u9fff]))"
_SHOWS: Mapping[AnswerKind, re.Pattern[str]] = {
    AnswerKind.NUMBER: re.compile(_FIGURE),
    AnswerKind.DATE: re.compile(
        r"[\d今明去昨前当次上本下周年月日季凌晚初深春夏秋冬十近]"
        r"(?:(?<=\d)[年月日时点]|(?<=[今明去昨前当次])年|(?<=[今明昨当次])日|(?<=[今明昨前])天|(?<=[上本下])个?[周月]|"
        r"(?<=[上下])午|(?<=周)[一二三四五六日]|(?<=[年月])[底初]|(?<=日)前|(?<=季)度|(?<=凌)晨|(?<=晚)|(?<=[初深])秋|"
        r"(?<=[春夏秋冬])季|(?<=十)四五|(?<=近)期)"
    ),
    AnswerKind.PERSON: re.compile(
        r"主席|部长|书记|总统|总理|首相|教授|主任|局长|院长|经理|队长|先生|女士|董事|总裁|发言人|市长|省长|县长|厅长|教练|选手|"
        r"议员|大使|秘书长|专家|研究员|校长|厂长|创始人|代表|委员|将军|司令|医生|老师|记者|首席|·|称|说|表示"
    ),
    AnswerKind.PLACE: re.compile(
        r"[省市县区州国镇村乡岛港湾山河湖江海路街]|机场|大学|酒店|医院|中心|基地|园区|广场|公园|[东南西北]部|全球|美洲|非洲|欧洲|亚洲"
    ),
    AnswerKind.REASON: re.compile(
        r"因|由于|导致|造成|为了|以便|目的|旨在|使得|致使|鉴于|受.{1,12}影响|从而|避免"
    ),
    AnswerKind.LIST: re.compile(r"、|以及|分别|包括|和"),
}


DOCUMENT = re.compile(r"[〔\[(]((?:19|20)\d{2})[〕\])](?:第)?(\d{1,4})号")
_LONE_RARITY = 2.0  # single characters that are more common than this tell nothing
_OTHER_NAME_WEIGHT = 0.5
_SYNONYM_WEIGHT = 0.4  # for finding candidates, times how safely a word stands for one of the question
_SYNONYMS = frozenset(("same", "short", "colloquial"))  # kinds of rows of the lexicon
_STANDS = 0.75  # how safely a word must stand for another to count as it
_MOST = 4  # words that may stand for one

Idf = Callable[[Iterable[str]], dict[str, float]]


@dataclass(frozen=True, slots=True)
class Question:
    """A question cut up for matching.

    `terms` are its telling tokens, each once; `positions[i]` is where `terms[i]` first stands in it, for telling
    which matches follow one another. `rarity[i]` is the inverse document frequency.
    """

    text: str
    folded: str
    terms: tuple[str, ...]
    positions: tuple[int, ...]
    rarity: tuple[float, ...]
    asked: tuple[bool, ...]
    """True for terms outside question words and particles: those that a passage must speak of."""
    kind: AnswerKind | None
    shows: re.Pattern[str] | None
    """What a sentence with an answer of this kind has in it."""
    period: Period | None
    latest: bool
    document: str | None
    """The number of a document, folded, as year/number: 2025/3."""
    other_names: tuple[tuple[str, tuple[int, ...]], ...]
    """Other spellings of names in the question, and synonyms of its words, each with the terms (by index) that it stands for."""
    also: Mapping[str, float]
    """Tokens of other names and synonyms, with their weights for finding candidates."""


def understand(
    text: str,
    idf: Idf,
    aliases: Sequence[Group] = (),
    today: date | None = None,
    *,
    synonyms: bool = True,
) -> Question:
    """Cuts a question up.

    Args:
        text: as asked.
        idf: says how rare folded tokens are.
        aliases: groups of other names, folded.
        today: what "last year" counts from; None means the present day.
        synonyms: whether the lexicon's words that may stand for its own count as these.
    """
    folded = fold(text)
    core = _ASKING.sub(_blank, folded)
    content = set(folded_tokens(_FUNCTION.sub(_blank, core)))
    tokens = dict.fromkeys(folded_tokens(core))
    rarity = idf(tokens)
    terms = [t for t in tokens if not is_character(t) or rarity[t] > _LONE_RARITY]
    kind = next((kind for kind, asks in _ASKS if asks.search(folded)), None)
    document = DOCUMENT.search(folded)
    names = other_names(folded, aliases)
    close = list(_synonyms(folded)) if synonyms else []
    also = {
        token: _SYNONYM_WEIGHT * weight
        for _, other, weight in reversed(close)
        for token in folded_tokens(other)
        if not is_character(token)
    }
    also |= {token: _OTHER_NAME_WEIGHT for _, other in names for token in folded_tokens(other)}
    names += [(word, other) for word, other, _ in close]
    return Question(
        text,
        folded,
        tuple(terms),
        tuple(core.find(t) for t in terms),
        tuple(rarity[t] for t in terms),
        tuple(t in content for t in terms),
        kind,
        _answer_pattern(kind, folded),
        period_of(folded, today or date.today()),
        wants_latest(folded),
        f"{document[1]}/{document[2]}" if document else None,
        tuple((other, tuple(i for i, t in enumerate(terms) if t in name)) for name, other in names),
        also,
    )


def _synonyms(folded: str) -> Iterator[tuple[str, str, float]]:
    """(word of the question, word that texts may use for it, how safely): the safest of each word that tells its subject."""
    for mention in lexicon.synonyms().mentions(folded):
        close = [(other, weight) for other, weight in _close(mention.word) if other not in folded]
        for other, weight in close[:_MOST]:
            yield mention.word, other, weight


@lru_cache(maxsize=4096)
def _close(word: str) -> tuple[tuple[str, float], ...]:
    """The words that may stand for one, the safest first; none for one that tells no subject: 举措, 最近, 上半年."""
    is_time = words(word)[0].pos == "t" or wants_latest(word)
    if len(word) == 1 or word in tables.words_asked_with() or is_time:
        return ()
    known = lexicon.synonyms().alternatives(word)
    return tuple(
        (a.word, a.weight) for a in known if a.kind in _SYNONYMS and a.weight >= _STANDS and len(a.word) > 1
    )


def _blank(match: re.Match[str]) -> str:
    return "\x00" * len(match.group())


def _answer_pattern(kind: AnswerKind | None, folded: str) -> re.Pattern[str] | None:
    if kind is None:
        return None
    if kind is AnswerKind.NUMBER and (unit := _UNIT.search(folded)):
        return re.compile(rf"{_FIGURE}[\d.万亿千百多余几]*{re.escape(unit[1])}")
    return _SHOWS[kind]
