"""Small talk is recognised as such, and nothing that asks for something is taken for it."""

import pytest

from rag.query.small_talk import small_talk


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("你好", "greeting"),
        ("嗨嗨，有人在不", "greeting"),
        ("好的，知道了", "ack"),
        ("多谢啦，帮了我大忙", "thanks"),
        ("你是啥呀", "identity"),
        ("那你都能干些什么呀", "capability"),
        ("库里头现在有几篇文章啊", "library"),
        ("有没有讲如皋的文章", "library"),
    ],
)
def test_small_talk_is_known_in_other_words_too(text: str, kind: str) -> None:
    assert small_talk(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "上海",
        "那苏州呢",
        "还有吗",
        "为什么",
        "好的，那项目总投资呢",
        "在吗？想问下南通的补贴",
        "再详细一点",
        "科创飞地",
        "有哪些举措",
    ],
)
def test_what_asks_for_something_is_not(text: str) -> None:
    assert small_talk(text) is None
