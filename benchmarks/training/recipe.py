"""The data recipe: passages become clauses, and clauses become question-shaped queries, by rule.

Nothing here sees a benchmark question. A query is made from one or two neighbouring clauses of a passage: what
an asker would ask for (a figure, a date, a person, a place, a title) is replaced by its question word, some of
the wording is dropped, halves change places. The passage it came from is the answer.
"""

from __future__ import annotations

import re
from random import Random

_CLAUSE = re.compile(r"[^，。；：！？!?;:\n]+")
_DATE = re.compile(r"(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日|\d{4}年(?:\d{1,2}月)?|\d{1,2}月(?:份|底|初)?")
_FIGURE = re.compile(
    r"(?:约|近|超|超过|达|达到)?\d[\d,.]*(?:万|亿|千|百)*(?:余|多)?(%|％|个百分点|[\u4e00-\u9fff]?)"
)
_SPEAKER = re.compile(r"^[\u4e00-\u9fff·]{2,12}(?=(?:表示|介绍|指出|说|认为|强调|称)$)")
_TITLE = re.compile(r"《[^》]{2,40}》")
_QUOTED = re.compile(r"“[^”]{2,30}”")
_PLACE = re.compile(r"[\u4e00-\u9fff]{2,3}(?:省|市|县|区)")
_LIST = re.compile(r"[\u4e00-\u9fff]{2,12}(?:、[\u4e00-\u9fff]{2,12}){1,}(?:等|和[\u4e00-\u9fff]{2,8})?")
_WHEN = ("何时", "什么时候", "哪一天", "什么时间", "哪年", "几月几日")
_WHO = ("谁", "哪位", "什么人", "哪个部门", "哪家机构")
_WHERE = ("哪里", "哪个城市", "什么地方", "哪个地区", "哪个省")
_WHAT = ("什么", "什么文件", "哪个项目", "哪部作品", "哪项活动")
_TAILS = (
    "是什么", "有哪些", "如何", "怎么样", "是多少", "为什么", "吗", "的原因是什么", "的目的是什么",
    "有什么措施", "的主要内容是什么", "取得了什么成果", "有何影响", "的情况如何", "包括哪些方面", "起到了什么作用",
)  # fmt: skip
_HEADS = ("请问", "为什么", "如何", "根据报道，", "哪些", "什么是", "有多少", "谁", "关于", "据介绍，")


def clauses(text: str) -> list[str]:
    """The pieces of `text` between punctuation marks that end a clause."""
    return [piece for piece in _CLAUSE.findall(text) if piece.strip()]


def question(pieces: list[str], rng: Random) -> str:
    """A question-shaped query out of one or more neighbouring clauses."""
    text = "，".join(pieces)
    asked = False
    rules = [
        (_TITLE, lambda m: rng.choice(_WHAT)),
        (_QUOTED, lambda m: rng.choice(_WHAT)),
        (_DATE, lambda m: rng.choice(_WHEN)),
        (_FIGURE, lambda m: "多少" + ("" if m[1] in ("%", "％") else m[1])),
        (_SPEAKER, lambda m: rng.choice(_WHO)),
        (_LIST, lambda m: "哪些"),
        (_PLACE, lambda m: rng.choice(_WHERE)),
    ]
    rng.shuffle(rules)
    for pattern, word in rules:
        if asked and rng.random() < 0.75:
            continue
        matches = list(pattern.finditer(text))
        if matches and rng.random() < 0.8:
            match = rng.choice(matches)
            text = text[: match.start()] + word(match) + text[match.end() :]
            asked = True
    text = _shortened(text, rng)
    if not asked:
        text = text + rng.choice(_TAILS) if rng.random() < 0.75 else rng.choice(_HEADS) + text
    return text + "？"


def _shortened(text: str, rng: Random) -> str:
    """Without one inner stretch, and now and then with its halves in the other order."""
    if len(text) > 16 and rng.random() < 0.6:
        cut = rng.randint(3, len(text) // 3)
        at = rng.randint(0, len(text) - cut)
        text = text[:at] + text[at + cut :]
    if len(text) > 12 and rng.random() < 0.2:
        middle = rng.randint(5, len(text) - 5)
        text = text[middle:] + text[:middle]
    return text
