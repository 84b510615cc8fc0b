"""True sentences altered in one place, so that they are no longer supported: for training and for `benchmarks.verification`.

Every alteration has the name of the error it makes, as in `verify_*.jsonl`, and says where in the new text it stands.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.lexicon import relations
from rag.verification.speakers import speakers
from rag.verification.words import AnalysedText, Token, read

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石"
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华文玉兰建国志红晓东海波宁成林春梅永新云龙金凤飞鹏辉鑫浩宇"
)
_PLACES = [
    "北京",
    "上海",
    "天津",
    "重庆",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "海南",
    "四川",
    "贵州",
    "云南",
    "陕西",
    "甘肃",
    "青海",
    "广西",
    "辽宁",
    "吉林",
    "河北",
    "山西",
    "苏州",
    "南通",
    "无锡",
    "宁波",
    "合肥",
    "武汉",
    "成都",
    "西安",
    "青岛",
    "厦门",
    "深圳",
    "广州",
    "南京",
    "杭州",
]
_STATUS = (
    ("拟", "已"), ("将", "已"), ("计划", "已经"), ("预计", "已经"), ("即将", "已经"), ("有望", "已经"), ("力争", "确保"), ("正在", "已"),
    ("在建", "建成"), ("将于", "已于"), ("已经", "将"), ("已", "将"), ("推进", "完成"), ("启动", "完成"), ("试点", "全面推广"),
    ("开工", "完工"), ("签约", "投产"), ("征求意见", "正式实施"), ("研究", "出台"), ("规划", "建成"), ("申报", "获批"), ("部分", "全部"),
    ("加快", "已完成"), ("推动", "实现"), ("完成", "启动"), ("建成", "在建"),
)  # fmt: skip
_MODALITY = (
    ("可以", "必须"), ("可", "必须"), ("鼓励", "要求"), ("支持", "要求"), ("建议", "规定"), ("倡导", "强制"), ("应当", "可以"), ("必须", "可以"),
    ("要求", "鼓励"), ("原则上", "一律"), ("不得", "可以"), ("允许", "要求"), ("力争", "一定"), ("引导", "责令"), ("提倡", "要求"), ("探索", "必须"),
)  # fmt: skip
_SCOPE = (
    ("部分", "全部"), ("试点", "全国"), ("多数", "所有"), ("一些", "所有"), ("不少", "所有"), ("首批", "全部"), ("主要", "全部"), ("大部分", "全部"),
    ("有的", "所有"), ("重点", "所有"), ("多个", "所有"), ("符合条件的", "所有"), ("之一", ""), ("其中", "全部"), ("多家", "所有"), ("第一批", "全部"),
)  # fmt: skip
_BOUNDS = (
    ("超过", "不足"), ("超", "不到"), ("近", "超过"), ("约", "超过"), ("逾", "不足"), ("以上", "以下"), ("不低于", "不高于"), ("至少", "最多"), ("不超过", "超过"),
    ("以内", "以上"), ("接近", "超过"), ("不足", "超过"), ("突破", "不到"), ("达到", "不足"), ("达", "不足"), ("最高", "最低"), ("多", ""), ("余", ""), ("不少于", "不多于"),
)  # fmt: skip
_CAUSES = (
    "受国际油价波动影响，", "由于天气原因，", "因市场需求不足，", "得益于财政补贴，", "受人民币汇率波动影响，", "由于劳动力成本上升，", "因原材料涨价，",
    "受疫情影响，", "由于政策调整，", "得益于外资流入，", "因当地人口减少，", "受高温天气影响，", "由于资金紧张，", "随着房价上涨，",
)  # fmt: skip
_DETAILS = (
    "，总投资约{n}亿元", "，覆盖{n}万人", "，预计{m}月底完成", "，共有{n}家单位参与", "，带动就业{n}万人", "，由多家公司联合承担", "，年均增长{n}%",
    "，惠及{n}个县", "，每年可节省{n}万元", "，在全国尚属首次", "，规模居全国第一", "，获得国家级奖项", "，累计接待{n}万人次",
)  # fmt: skip
_WHOLE = ("，这在全国尚属首次", "，所有地区均已实现", "，覆盖全国所有省份", "，居全国首位")
_DIRECTION = re.compile(
    "增长|下降|上升|回落|提高|降低|增加|减少|扩大|缩小|高于|低于|多于|少于|快于|慢于|上调|下调|提升|上涨|下跌|加快|放缓|改善|超过|领先|落后"
)
_TURNED = {
    "增长": "下降", "下降": "增长", "上升": "下降", "回落": "上升", "提高": "降低", "降低": "提高", "增加": "减少", "减少": "增加", "扩大": "缩小", "缩小": "扩大",
    "高于": "低于", "低于": "高于", "多于": "少于", "少于": "多于", "快于": "慢于", "慢于": "快于", "上调": "下调", "下调": "上调", "提升": "下降", "上涨": "下跌",
    "下跌": "上涨", "加快": "放缓", "放缓": "加快", "改善": "恶化", "超过": "低于", "领先": "落后", "落后": "领先",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Altered:
    """A sentence that is no longer true, the name of its error, and the changed characters (start, end)."""

    text: str
    error: str
    changed: tuple[tuple[int, int], ...]
    cited: tuple[int, ...] | None = None
    """Other passages (from 0) than the true sentence cites; None leaves them."""


def alterations(
    text: str, passages: Sequence[AnalysedText], cited: Sequence[int], other: str, chance: random.Random
) -> Iterator[Altered]:
    """All ways of making `text` wrong that apply to it; `other` is a clause from elsewhere that tells something else."""
    claim = read(text)
    everything = "\n".join(passages[n].text for n in cited)
    for make in _MAKERS:
        for altered in make(claim, passages, cited, chance):
            if altered.text != text and (altered.cited is not None or altered.text not in everything):
                yield altered
    start = len(text.rstrip("。；"))
    yield Altered(text[:start] + "，" + other + "。", "outside_true", ((start + 1, start + 1 + len(other)),))


def _exchange(claim: AnalysedText, at: int, end: int, new: str, error: str) -> Altered:
    text = claim.text
    return Altered(text[:at] + new + text[end:], error, ((at, max(at + 1, at + len(new))),))


def _of_kind(passages: Sequence[AnalysedText], kind: str) -> list[Token]:
    return [t for p in passages for t in p.tokens if t.kind == kind]


def _names(
    claim: AnalysedText, passages: Sequence[AnalysedText], cited: Sequence[int], chance: random.Random
) -> Iterator[Altered]:
    for kind, error in (("person", "person"), ("place", "place"), ("party", "organisation")):
        for token in claim.tokens:
            if token.kind != kind or (kind == "person" and not 2 <= len(token.text) <= 3):
                continue
            near = [passages[n] for n in cited] if chance.random() < 0.7 else passages
            others = [
                t.text for t in _of_kind(near, kind) if t.text not in claim.text and t.text not in token.text
            ]
            if kind == "person":
                others = [o for o in others if 2 <= len(o) <= 3 and o[0] in _SURNAMES]
                others.append(token.text[:-1] + chance.choice(_GIVEN))
                others.append(chance.choice(_SURNAMES) + token.text[1:])
            if kind == "place" and (not others or chance.random() < 0.3):
                others.append(chance.choice(_PLACES))
            if others:
                yield _exchange(claim, token.start, token.end, chance.choice(others), error)


def _rivals(
    claim: AnalysedText, passages: Sequence[AnalysedText], cited: Sequence[int], chance: random.Random
) -> Iterator[Altered]:
    errors = {"direction": "negation", "period": "date", "status": "tense_or_status", "scope": "over_generalised",
              "measure": "merged_facts", "role": "attribution", "place": "place", "party": "organisation"}  # fmt: skip
    for word, start, end, _ in claim.words:
        rivals = relations.rivals().get(word)
        if rivals:
            new = chance.choice(sorted(rivals))
            yield _exchange(claim, start, end, new, errors[rivals[new]])
    for match in _DIRECTION.finditer(claim.text):
        yield _exchange(claim, *match.span(), _TURNED[match.group()], "comparison")


def _numbers(
    claim: AnalysedText, passages: Sequence[AnalysedText], cited: Sequence[int], chance: random.Random
) -> Iterator[Altered]:
    for token in claim.tokens:
        if token.figure is None:
            continue
        digits = re.search(r"\d+(?:\.\d+)?", token.text)
        same = [
            t for n in cited for t in passages[n].tokens if t.figure and t.figure.unit == token.figure.unit
        ]
        rivals = [t.text for t in same if t.figure and t.figure.low != token.figure.low]
        if rivals:
            yield _exchange(claim, token.start, token.end, chance.choice(rivals), "merged_facts")
        if not digits:
            continue
        at, end = token.start + digits.start(), token.start + digits.end()
        figure = digits.group()
        if len(set(figure.replace(".", ""))) > 1:
            places = [
                i
                for i in range(len(figure) - 1)
                if figure[i] != figure[i + 1] and "." not in figure[i : i + 2]
            ]
            if places:
                i = chance.choice(places)
                yield _exchange(
                    claim, at, end, figure[:i] + figure[i + 1] + figure[i] + figure[i + 2 :], "number"
                )
        i = chance.choice([k for k, c in enumerate(figure) if c.isdigit()])
        yield _exchange(
            claim,
            at,
            end,
            figure[:i] + str((int(figure[i]) + chance.randint(1, 8)) % 9 + 1) + figure[i + 1 :],
            "number",
        )
        rest = token.text[digits.end() :]
        for old, new in (("万亿", "亿"), ("亿", "万"), ("万", "亿"), ("万", ""), ("%", "个百分点"), ("个百分点", "%"), ("%", "倍"), ("倍", "%"),
                         ("亿元", "亿美元"), ("美元", "元"), ("平方公里", "平方米"), ("公里", "米"), ("亩", "公顷"), ("家", "个"), ("吨", "公斤")):  # fmt: skip
            if old in rest and chance.random() < 0.5:
                k = end + rest.index(old)
                yield _exchange(claim, k, k + len(old), new, "unit_or_scale")
        for old, new in _BOUNDS:
            if token.text.startswith(old):
                yield _exchange(claim, token.start, token.start + len(old), new, "bound")
                break
            if old in token.text[-2:]:
                k = token.end - len(old)
                yield _exchange(claim, k, k + len(old), new, "bound")
                break
        else:
            if chance.random() < 0.4:
                yield _exchange(
                    claim, token.start, token.start, chance.choice(("超过", "近", "不足", "至少")), "bound"
                )


def _dates(
    claim: AnalysedText, passages: Sequence[AnalysedText], cited: Sequence[int], chance: random.Random
) -> Iterator[Altered]:
    for token in claim.tokens:
        if token.day is None:
            continue
        others = [t.text for n in cited for t in passages[n].tokens if t.day and t.text != token.text]
        if others and chance.random() < 0.5:
            yield _exchange(claim, token.start, token.end, chance.choice(others), "date")
            continue
        digits = list(re.finditer(r"\d+", token.text))
        if not digits:
            continue
        part = chance.choice(digits)
        value = int(part.group())
        step = chance.choice((-2, -1, 1, 2))
        new = value + step if value > 31 else (value + step - 1) % 12 + 1
        yield _exchange(claim, token.start + part.start(), token.start + part.end(), str(new), "date")


def _swaps(
    claim: AnalysedText, passages: Sequence[AnalysedText], cited: Sequence[int], chance: random.Random
) -> Iterator[Altered]:
    """Two words of one kind change places."""
    for kinds in (("person",), ("place",), ("party",), ("number",), ("noun",)):
        own = [t for t in claim.tokens if t.kind in kinds]
        if kinds == ("number",):
            pairs = [(a, b) for a in own for b in own if a.start < b.start and a.figure and b.figure
                     and a.figure.unit == b.figure.unit and a.figure.low != b.figure.low]  # fmt: skip
        elif kinds == ("noun",):
            own = [t for t in own if len(t.text) >= 2]
            pairs = [(a, b) for a, b in itertools.pairwise(own)
                     if any(a.end <= v.start and v.end <= b.start for v in claim.tokens if v.kind == "verb")]  # fmt: skip
        else:
            pairs = [(a, b) for a, b in itertools.pairwise(own)]
        pairs = [
            (a, b) for a, b in pairs if a.text != b.text and not _coordinated(claim.text[a.end : b.start])
        ]
        if pairs:
            a, b = chance.choice(pairs)
            t = claim.text
            text = t[: a.start] + b.text + t[a.end : b.start] + a.text + t[b.end :]
            second = b.start + len(b.text) - len(a.text)
            yield Altered(
                text, "swapped_roles", ((a.start, a.start + len(b.text)), (second, second + len(a.text)))
            )


def _coordinated(between: str) -> bool:
    """和, 、 and the like between two names: changing their places changes nothing."""
    return bool(re.fullmatch(r"[、和与及，\s]{0,3}", between))


def _respectively(
    claim: AnalysedText, passages: Sequence[AnalysedText], cited: Sequence[int], chance: random.Random
) -> Iterator[Altered]:
    """The owner of a figure becomes another noun of the cited passages that has a figure of its own."""
    for token in claim.tokens:
        if token.figure is None:
            continue
        before = [
            t
            for t in claim.tokens
            if t.end <= token.start and t.kind in ("noun", "place", "party", "person") and len(t.text) >= 2
        ]
        if not before:
            continue
        owner = chance.choice(before[-3:])
        owners = [
            t.text
            for n in cited
            for t, f in zip(passages[n].tokens, passages[n].tokens[1:], strict=False)
            if t.kind == owner.kind and f.figure and t.text not in claim.text and len(t.text) >= 2
        ]
        if owners:
            yield _exchange(claim, owner.start, owner.end, chance.choice(owners), "merged_facts")


def _listed(error: str, table: Sequence[tuple[str, str]]) -> Callable[..., Iterator[Altered]]:
    def make(
        claim: AnalysedText, passages: Sequence[AnalysedText], cited: Sequence[int], chance: random.Random
    ) -> Iterator[Altered]:
        spelled = {word: (start, end) for word, start, end, _ in claim.words}
        for old, new in table:
            if old in spelled:
                yield _exchange(claim, *spelled[old], new, error)

    return make


def _negated(
    claim: AnalysedText, passages: Sequence[AnalysedText], cited: Sequence[int], chance: random.Random
) -> Iterator[Altered]:
    for word, start, end, _tag in claim.words:
        if word in ("不", "未", "没有", "没", "尚未", "并未", "不再", "无"):
            yield _exchange(claim, start, end, "已" if word in ("未", "尚未", "没有") else "", "negation")
        elif word in ("有", "具有", "具备", "存在", "包括", "属于"):
            yield _exchange(claim, start, start, "没" if word == "有" else "不", "negation")
        elif word in ("已", "已经"):
            yield _exchange(claim, start, end, "尚未", "negation")
        elif word in ("能", "能够", "可以", "可", "会", "将", "允许"):
            yield _exchange(claim, start, start, "不", "negation")
    verbs = [t for t in claim.tokens if t.kind == "verb" and len(t.text) == 2]
    if verbs:
        token = chance.choice(verbs)
        yield _exchange(
            claim, token.start, token.start, chance.choice(("未", "不", "没有", "尚未")), "negation"
        )


def _added(
    claim: AnalysedText, passages: Sequence[AnalysedText], cited: Sequence[int], chance: random.Random
) -> Iterator[Altered]:
    text = claim.text
    verbs = [t for t in claim.tokens if t.kind == "verb" and len(t.text) == 2]
    cause = chance.choice(_CAUSES)
    yield Altered(cause + text, "added_cause", ((0, len(cause)),))
    nouns = [
        t.text
        for n, p in enumerate(passages)
        if n not in cited
        for t in p.tokens
        if t.kind == "noun" and len(t.text) > 1
    ]
    if nouns:
        cause = chance.choice(
            ("由于{}不足，", "受{}影响，", "因{}调整，", "得益于{}，", "随着{}增加，")
        ).format(chance.choice(nouns))
        yield Altered(cause + text, "added_cause", ((0, len(cause)),))
    bare = len(text.rstrip("。；"))
    for table, error in ((_DETAILS, "invented_detail"), (_WHOLE, "over_generalised")):
        more = chance.choice(table).format(n=chance.randint(2, 90), m=chance.randint(1, 12))
        yield Altered(text[:bare] + more + "。", error, ((bare + 1, bare + len(more)),))
    if verbs:
        token = chance.choice(verbs)
        new, error = chance.choice((("全部", "over_generalised"), ("将", "tense_or_status"), ("都", "over_generalised"),
                                    ("首次", "over_generalised"), ("必须", "modality"), ("可以", "modality"), ("一律", "over_generalised")))  # fmt: skip
        if text[max(0, token.start - 2) : token.start] != new:
            yield _exchange(claim, token.start, token.start, new, error)


_AHEAD = re.compile("将|拟|计划|预计|力争|有望|正在|即将|未来|目标|规划|奠定基础|冲刺|推动|谈判|筹备")


def _done(
    claim: AnalysedText, passages: Sequence[AnalysedText], cited: Sequence[int], chance: random.Random
) -> Iterator[Altered]:
    """已 before a verb that the passage has only ahead of it."""
    if re.search("[已了]", claim.text):
        return
    for token in claim.tokens:
        if token.kind not in ("verb", "status") or len(token.text) != 2 or _AHEAD.match(token.text):
            continue
        for n in cited:
            at = passages[n].text.find(token.text)
            if at < 0:
                continue
            before = passages[n].text[max(0, at - 30) : at].split("。")[-1]
            if _AHEAD.search(before) and not re.search("[已了]", before):
                start = token.start
                for word in ("即将", "将", "拟", "计划", "预计", "力争", "有望", "正在", "将于"):
                    if claim.text.endswith(word, 0, start):
                        start -= len(word)
                        break
                yield _exchange(claim, start, token.start, chance.choice(("已", "已经")), "tense_or_status")


def _unqualified(
    claim: AnalysedText, passages: Sequence[AnalysedText], cited: Sequence[int], chance: random.Random
) -> Iterator[Altered]:
    """首个 and the like without what narrows it down; some made all."""
    for match in re.finditer("(?:首[个家条座次批]|唯一|最[大高早])([^，。的]{2,14}的)", claim.text):
        yield _exchange(claim, *match.span(1), "", "over_generalised")
    for match in re.finditer("(?:全国|全省|全市|国内)?第[一二三四五]梯队", claim.text):
        yield _exchange(claim, *match.span(), match.group()[:-2], "over_generalised")
    for match in re.finditer("(?:全省|全市|中部地区|西部地区|省内|市内)(?=首|唯一|最)", claim.text):
        yield _exchange(claim, *match.span(), "全国", "over_generalised")
    for token in claim.tokens:
        if token.figure and token.figure.measure in ("count", "people") and chance.random() < 0.5:
            yield _exchange(claim, token.start, token.end, "所有", "over_generalised")


def _subjects(
    claim: AnalysedText, passages: Sequence[AnalysedText], cited: Sequence[int], chance: random.Random
) -> Iterator[Altered]:
    """The first nouns of two clauses change places."""
    firsts: dict[int, Token] = {}
    for token in claim.tokens:
        if token.kind in ("noun", "place", "party", "person") and len(token.text) > 1:
            firsts.setdefault(claim.clause[token.start], token)
    for a, b in itertools.combinations(firsts.values(), 2):
        if a.kind == b.kind and a.text not in b.text and b.text not in a.text:
            t = claim.text
            second = b.start + len(b.text) - len(a.text)
            yield Altered(
                t[: a.start] + b.text + t[a.end : b.start] + a.text + t[b.end :], "swapped_roles",
                ((a.start, a.start + len(b.text)), (second, second + len(a.text))),
            )  # fmt: skip


_BODIES = [
    "国家发展改革委",
    "国家统计局",
    "商务部",
    "财政部",
    "国家能源局",
    "交通运输部",
    "工信部",
    "省政府",
    "市政府",
    "海关总署",
    "生态环境部",
    "农业农村部",
]


def _speakers(
    claim: AnalysedText, passages: Sequence[AnalysedText], cited: Sequence[int], chance: random.Random
) -> Iterator[Altered]:
    people = sorted(
        {
            t.text
            for t in _of_kind(passages, "person")
            if 2 <= len(t.text) <= 3 and t.text[0] in _SURNAMES and t.text not in claim.text
        }
    )
    near = "".join(passages[n].text for n in cited)
    bodies = sorted({t.text for n in cited for t in passages[n].tokens if t.kind == "party"}) + _BODIES
    for who, _ in speakers(claim)[:1]:
        others = people if who.kind == "person" else [b for b in bodies if b not in claim.text]
        if others:
            yield _exchange(claim, who.start, who.end, chance.choice(others), "attribution")
    body = chance.choice(bodies)
    if not speakers(claim) and body not in near:
        yield Altered(
            f"{body}{chance.choice(('介绍', '认为', '发布', '称'))}，{claim.text}",
            "attribution",
            ((0, len(body) + 2),),
        )
    if people:
        name = chance.choice(people)
        if name in near and not re.search(name + r"[^。]{0,12}(?:表示|说|介绍|认为|指出)", near):
            yield Altered(f"{name}表示，{claim.text}", "attribution", ((0, len(name) + 2),))
        elif name not in near:
            yield Altered(
                f"{name}{chance.choice(('表示', '介绍', '认为', '指出'))}，{claim.text}",
                "attribution",
                ((0, len(name) + 2),),
            )


def _markers(
    claim: AnalysedText, passages: Sequence[AnalysedText], cited: Sequence[int], chance: random.Random
) -> Iterator[Altered]:
    left = [n for n in range(len(passages)) if n not in cited]
    if left:
        yield Altered(claim.text, "wrong_citation", (), (chance.choice(left),))


_MAKERS: tuple[Callable[[AnalysedText, Sequence[AnalysedText], Sequence[int], random.Random], Iterator[Altered]], ...] = (
    _names, _rivals, _numbers, _dates, _swaps, _respectively, _listed("tense_or_status", _STATUS), _listed("modality", _MODALITY),
    _listed("over_generalised", _SCOPE), _negated, _added, _speakers, _markers, _done,
    _unqualified, _subjects,
)  # fmt: skip
