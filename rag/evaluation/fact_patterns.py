"""Facts in sentences that code can verify, each as a question whose answer stands in the sentence word for word.

Chinese asks in place: a number, a date, a name exchanged for 多少, 哪一天, 谁 makes a question of a statement. What does not
stand alone (它, 该, 昨日, 全市 without a place) is passed over: fewer questions, but ones that can be answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docs_store.models import Article
from docs_store.text.sentences import sentence_spans
from rag.lexicon.tables import surnames
from rag.verification import facts

_UNITS = (
    r"万亿元|亿元|万元|亿美元|万美元|亿人次|万人次|亿人|万人|人次|万吨|亿吨|吨|公里|平方公里|平方米|万平方米|公顷|万亩|亩|"
    r"亿千瓦时|万千瓦|万辆|万台|万套|万户|万家|个百分点|个|家|项|名|位|座|条|所|辆|台|艘|架|套|户|列|趟|人|倍|%|％"
)
_AMOUNT = re.compile(rf"(?<![\d.第])(\d+(?:,\d{{3}})*(?:\.\d+)?)(多|余)?({_UNITS})")
_VERB = re.compile(
    r"达|为|超|突破|完成|实现|建成|共有|拥有|承接|新增|引进|签约|投资|覆盖|增长|下降|累计|开通|建设|吸引|举办|投入|接待|发放|"
    r"销售|生产|出口|进口|开行|入驻|培育|认定|获得|设立|启动|开展|集聚|有|占|减少|提高|运送|发送|募集|服务"
)
_HEDGE = re.compile(r"(?:将近|(?<!承)接近|大约|近|约|逾|至少)$")
_TITLES = (
    "党组书记|党委书记|市委书记|县委书记|区委书记|省委书记|董事长|总经理|总裁|秘书长|理事长|局长|厅长|市长|县长|区长|省长|"
    "校长|院长|会长|主席|行长|馆长|所长|站长|主任"
)  # of offices.txt those by which alone a person is known
_SURNAMES = "".join(sorted(name for name in surnames() if len(name) == 1))
_SAYS = "表示|说|介绍|指出|认为|告诉|强调|透露|坦言|宣布"
_WHO = re.compile(
    rf"([\u4e00-\u9fffA-Za-z0-9·（）()]{{4,26}}?)(?<!副)({_TITLES})(?:、[\u4e00-\u9fff]{{2,8}})?"
    rf"([{_SURNAMES}][\u4e00-\u9fff]{{1,2}})(?={_SAYS})"
)
_ORG_END = re.compile(
    r"(?:公司|集团|大学|学院|医院|银行|研究院|研究所|研究中心|委员会|委|局|厅|部|院|中心|园区|开发区|协会|学会|商会|联合会|区|市|县|省|法院|银监会|"
    r"政府|党组|学校|中学|小学|馆|站|办|委办|基金|基金会|社)$"
)
_DATE = re.compile(r"^((?:\d{4}年)?(\d{1,2}月\d{1,2}日))(?:上午|下午|晚间?|凌晨|起)?[，,]?")
_EVENT = re.compile(
    r"开幕|闭幕|举行|召开|举办|印发|启动|开通|开工|签约|成立|揭牌|投产|落成|通车|上线|投运|施行|揭幕|开赛|开馆|首航|竣工"
)
_DOCUMENT = re.compile(
    r"《([^《》]{4,40}(?:规划|方案|意见|办法|条例|通知|协议|计划|纲要|报告|指南|白皮书|清单|规定|细则|公约|宣言))》"
)
_ISSUED = re.compile(r"印发|发布|出台|签署|审议通过|公布|制定|颁布|联合印发|正式发布$")
_DANGLING = re.compile(
    r"^(?:该|其|这|此|他|她|它|同时|另外|但|而|对此|为此|随后|不过|因此|于是|会上|其中|我|你|咱|本|上述|当前|届时|之后|同比|环比|"
    r"比|较|并|且|也|还|则|均|都|又|相关|有关|恰逢|适逢|正值|即将|截至目前|目前|记者|据|原标题|图|资料|责任编辑|来源|编辑|作者|[（(]|\d(?!\d{3}年))"
)
_UNRESOLVED = re.compile(
    r"昨[日天]|今[日天]|明[日天]|当[日天]|前[日天]|这[个些家座条次项名位]|上述|本报|我们|他们|她们|它们|该[\u4e00-\u9fff]|上周|本周|上月|本月|当月|下月|同期|[我全][市省区县]|在[\u4e00-\u9fff]期间|采访|资料图|视觉中国|供图|摄影"
)
_ANCHOR = re.compile(
    r"[\u4e00-\u9fff]{2}(?:公司|集团|大学|学院|医院|银行|研究院|委员会|中心|园区|开发区|协会|论坛|大会|博览会|高铁|地铁|铁路|高速|机场|港|"
    r"自贸区|自贸试验区|[产智创科]\w?园|博物馆|示范区|法院|海关|都市圈|城市群|号线)|[A-Za-z]{2,}"
)
_STATISTIC = re.compile(r"增长|下降|提高|减少|比例|占|浓度|开行|发送|运送|出口|进口|接待|销售|收入|产值|吞吐")
_PERIOD = re.compile(r"\d{4}年|(?<![.\d])\d{1,2}月(?!均)|季度|上半年|下半年|五年|期间|五”|截至|以来")
_LISTED = re.compile(
    r"^([^，,；;：:。、]{6,40}?)(包括|包含|涵盖|分别是|分别为)((?:[^，,；;：:。、（(]{2,16}、)+[^，,；;：:。、（(]{2,34})(?=[，,；;]|$)"
)
_LAST = re.compile(r"等[\u4e00-\u9fff]{0,8}$")
_DATELINE = re.compile(
    r"^[^，,。]{0,40}?(?:日电|日讯|讯|消息)\s*(?:[（(][^）)]*[）)])?\s*|^[^，,。]{0,30}?记者[^，。]{0,40}?(?:获悉|了解到|看到)[，,]?"
)
_RECENT = re.compile(
    r"^(?:近日|日前|近期|近年来|最近|据悉|据了解|数据显示|据介绍|值得一提的是|需要指出的是|与此同时)[，,]?"
)


@dataclass(frozen=True, slots=True)
class VerifiableFact:
    """A question made of one sentence of an article. `answer` stands in `sentence` and not in `question`."""

    type: str
    question: str
    answer: str
    spellings: tuple[str, ...]
    sentence: str
    article_id: str
    unit: str = ""
    office: str = ""
    """For who: what the person is."""
    items: tuple[str, ...] = ()
    """For list: what is listed, each a key point of the answer."""


def facts_of(article: Article) -> Iterator[VerifiableFact]:
    """The facts of an article, in the order of its sentences."""
    for start, end in sentence_spans(article.text):
        sentence = article.text[start:end]
        if 12 <= len(sentence) <= 120 and "\n" not in sentence:
            for found in (_how_many, _who, _when, _which, _list):
                if (fact := found(sentence, article)) and _stands_alone(fact):
                    yield fact


def _how_many(sentence: str, article: Article) -> VerifiableFact | None:
    opening = _opening(sentence)
    match = _AMOUNT.search(opening)
    if match is None or _DANGLING.match(opening):
        return None
    cut = re.search(r"[，,；：:]", opening[match.end() :])
    clause = opening[: match.end() + cut.start()] if cut else opening
    if len(_AMOUNT.findall(clause)) != 1 or len(clause) > 60:
        return None
    before, after = clause[: match.start()], clause[match.end() :]
    last = re.split(r"[，,；：:]", before)[-1]
    if (
        len(facts.content_runs(last)) == 0
        or len(last) < 3
        or not _VERB.search(last)
        or after.startswith(tuple("之至-—～~"))
    ):
        return None
    asked = _HEDGE.sub("", before)
    unit = match[3]
    word = "百分之多少" if unit in "%％" else f"多少{unit}"
    if (question := _dated(f"{asked}{word}{after}", article)) is None:
        return None
    value = match[1] + (match[2] or "") + unit
    spellings = dict.fromkeys((value, match[1] + unit, value.replace(",", ""), value.replace("％", "%")))
    return VerifiableFact("how_many", f"{question}？", value, tuple(spellings), sentence, article.id, unit)


def _who(sentence: str, article: Article) -> VerifiableFact | None:
    match = _WHO.search(sentence)
    if match is None:
        return None
    holder = re.sub(
        r"^(?:[\u4e00-\u9fff]*?(?:采访时|获悉|了解到|会上|会议上|仪式|现场|对此|近日|日前))?", "", match[1]
    )
    holder = re.sub(r"^(?:据|由|而|但|在|对|时|的|，)+", "", holder)
    if len(holder) < 4 or not _ORG_END.search(holder) or re.search(r"[的说是和与]", holder):
        return None
    question = f"{holder}{match[2]}是谁？"
    return VerifiableFact("who", question, match[3], (match[3],), sentence, article.id, office=match[2])


def _when(sentence: str, article: Article) -> VerifiableFact | None:
    match = _DATE.match(sentence)
    if match is None:
        return None
    clause = re.split(r"[，,；：:。]", sentence[match.end() :])[0].rstrip("。！ ")
    if not 10 <= len(clause) <= 45 or not _EVENT.search(clause) or _DANGLING.match(clause):
        return None
    if re.match(r"在|由|从|为", clause) or re.search(r"(?:上|时|中|后|下|期间|之际)$", clause):
        return None
    return VerifiableFact("when", f"{clause}是在哪一天？", match[2], (match[2],), sentence, article.id)


def _which(sentence: str, article: Article) -> VerifiableFact | None:
    opening = _opening(sentence)
    match = _DOCUMENT.search(opening)
    if match is None or len(_DOCUMENT.findall(opening)) != 1 or _DANGLING.match(opening):
        return None
    before = opening[: match.start()].rstrip("了")
    last = re.split(r"[，,；：:]", before)[-1]
    if (
        not 8 <= len(before) <= 50
        or not _ISSUED.search(last[-8:])
        or opening[match.end() :].startswith(("的", "中"))
    ):
        return None
    if (question := _dated(f"{before}了哪份文件", article)) is None:
        return None
    return VerifiableFact("which", f"{question}？", match[1], (match[1],), sentence, article.id)


def _list(sentence: str, article: Article) -> VerifiableFact | None:
    match = _LISTED.match(_opening(sentence))
    if match is None or _DANGLING.match(match[1]):
        return None
    *first, last = _LAST.sub("", match[3]).split("、")
    items = (*first, *re.split("以及|[和及与]", last, maxsplit=1))
    if len(items) < 3 or any(len(item) < 2 for item in items):
        return None
    if (question := _dated(f"{match[1]}{match[2]}哪些", article)) is None:
        return None
    answer = "、".join(items)
    return VerifiableFact("list", f"{question}？", answer, items, sentence, article.id, items=items)


def _opening(sentence: str) -> str:
    """The sentence without its dateline and without 近日."""
    for pattern in (_DATELINE, _DATELINE, _RECENT):
        sentence = pattern.sub("", sentence)
    return sentence.strip("：:，,、。！!；; —")


def _dated(question: str, article: Article) -> str | None:
    """The question with 今年 and 去年 as years; None when the article has no date to tell them by."""
    if not re.search(r"今年|去年|上年", question):
        return question
    if article.published_on is None:
        return None
    year = article.published_on.year
    return re.sub(r"去年|上年", f"{year - 1}年", question.replace("今年", f"{year}年"))


def _stands_alone(fact: VerifiableFact) -> bool:
    """Names something that can be looked for, leans on no other sentence, and does not give its answer away."""
    question = fact.question
    if _UNRESOLVED.search(question) or _DANGLING.match(question) or not 9 <= len(question) <= 64:
        return False
    if question.count("“") != question.count("”") or question.count("（") != question.count("）"):
        return False
    if any(spelling in question for spelling in fact.spellings):
        return False
    if fact.type == "how_many" and _STATISTIC.search(question) and not _PERIOD.search(question):
        return False  # a figure of some month or year: which, only the sentence before it says
    named = facts.places(question) or facts.quoted(question) or _ANCHOR.search(question)
    return bool(named) and len(facts.content_bigrams(question)) >= 5
