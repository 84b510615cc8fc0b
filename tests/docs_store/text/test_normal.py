import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from docs_store.text import normal
from docs_store.text.normal import fold, fold_each, normalize

_AWKWARD = st.text(
    st.one_of(
        st.sampled_from(
            "长長⻓⾧江 \u3000\u200b\ufeff，,1２①½㎡％ﬁÅe\u0301ﾊﾟ가ᄀ\u1161国\u3099囯・·İΣς\U000e0100\n"
        ),
        st.characters(),
    ),
    max_size=40,
)


def test_folding_twice_is_folding_once():
    text = "１，２３４家企業（含Ｇ６０科創走廊），國 家 發 改 委"
    assert fold(fold(text)) == fold(text) == "1234家企业(含g60科创走廊),国家发改委"


@given(st.lists(_AWKWARD.map(lambda text: text.replace("\n", "")), min_size=1, max_size=6))
def test_lines_folded_together_are_folded_each(lines):
    assert fold_each(lines) == [fold(line) for line in lines]


def test_folding_is_what_unicode_and_opencc_say_character_by_character():
    simplified = OpenCC("t2s")
    ours = set("\u00ad\u2022\u2027\u2219\u22c5\u30fb\uff65") | set(
        map(chr, (*range(0x200B, 0x2065), *range(0x2E80, 0x2F00)))
    )
    listed = set((Path(normal.__file__).parent / "variants.txt").read_text(encoding="utf-8"))
    for code in (
        *range(0x20, 0x3400, 3),
        *range(0x4E00, 0xA000, 31),
        *range(0xF900, 0xFE00),
        *range(0xFE10, 0xFFE0),
    ):
        expected = unicodedata.normalize("NFKC", f"e{chr(code)}\u0301臺1").lower()
        if not set(expected) & (ours | listed):
            converted = "".join(c if len(s := simplified.convert(c)) != 1 else s for c in expected)
            assert fold(f"e{chr(code)}\u0301臺1") == converted, hex(code)


def test_folding_is_nfkc_wherever_full_width_marks_stand_beside_what_joins():
    for text in ("，\u0301a", "a\u0301，", "（株）①：²", "％ﾊﾟ！", "가ᄀ\u1161；", "…？～"):
        assert fold(text) == unicodedata.normalize("NFKC", text).lower()


def test_accents_and_thousands_are_joined_wherever_they_stand():
    assert fold("Cafe\u0301，1，234，567元，12,34") == "caf\u00e9,1234567元,12,34"


@pytest.mark.parametrize("written", ["⻓江⼝", "⾧江口", "長江口", "长江口", "长\u200b江口", "长\ufe00江口"])
def test_one_name_in_all_its_writings_is_one(written):
    assert fold(written) == "长江口"


def test_spaces_are_stray_only_between_lone_characters():
    assert fold("国 家 发 改 委 主任 王　伟") == "国家发改委 主任 王伟"
    assert fold("沈阳 1-5 月 大厂 挣钱 涨幅") == "沈阳 1-5 月 大厂 挣钱 涨幅"
    assert fold("第一行\n第 二 行") == "第一行\n第二行"


def test_variants_of_print_and_of_names_are_read_as_the_usual_character():
    assert fold("国囯圀，髙峯，羣衆，貝克・漢姆") == "国国国,高峰,群众,贝克·汉姆"


def test_a_span_leads_back_to_what_was_written():
    text = "共有１，２３４㎡，⻓ 江 口ﬁne"
    found = normalize(text)
    for piece, written in (("1234m2", "１，２３４㎡"), ("长江口", "⻓ 江 口"), ("fi", "ﬁ"), ("fine", "ﬁne")):
        at = found.text.index(piece)
        start, end = found.span(at, at + len(piece))
        assert text[start:end] == written


@given(_AWKWARD)
def test_the_map_of_offsets_never_changes_the_normal_form(text):
    found = normalize(text)
    assert found.text == fold(text)
    assert len(found.starts) == len(found.ends) == len(found.text)
    assert list(found.starts) == sorted(found.starts)
    assert all(0 <= start < end <= len(text) for start, end in zip(found.starts, found.ends, strict=True))


def test_radicals_and_old_code_pages_are_the_usual_character_in_its_place():
    assert normal.fold_in_place("2023年8⽉7⽇⽤電，車輛") == "2023年8月7日用电,车辆"
