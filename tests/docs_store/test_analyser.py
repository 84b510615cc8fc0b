import unicodedata

from opencc import OpenCC

from docs_store.analyser import fold, tokens


def test_traditional_characters_are_found_by_simplified_ones():
    assert set(tokens("長江三角洲區域一體化發展")) == set(tokens("长江三角洲区域一体化发展"))


def test_width_and_case_are_folded():
    assert tokens("ＡＩ产业２０２５年") == tokens("ai产业2025年")


def test_numbers_stay_whole_and_carry_what_they_count():
    found = tokens("2024年12月新增1,234.5万元，增长58.1%")
    for whole in ("2024", "2024年", "12月", "1234.5", "1234.5万", "58.1%"):
        assert whole in found


def test_latin_words_stay_whole():
    assert "ap-21-aa-2022-11" in tokens("依据AP-21-AA-2022-11《型号合格审定程序》")


def test_folding_is_idempotent():
    text = "１，２３４家企業（含Ｇ６０科創走廊）"
    assert fold(fold(text)) == fold(text)


def test_folding_is_what_unicode_and_opencc_say_character_by_character():
    simplified = OpenCC("t2s")
    for code in (*range(0x20, 0x3400, 3), *range(0x4E00, 0xA000, 31), *range(0xF900, 0xFFE0)):
        text = f"e{chr(code)}\u0301臺1"
        expected = unicodedata.normalize("NFKC", text).lower()
        converted = "".join(c if len(s := simplified.convert(c)) != 1 else s for c in expected)
        assert fold(text) == converted, hex(code)


def test_folding_is_nfkc_wherever_full_width_marks_stand_beside_what_joins():
    for text in ("，\u0301a", "a\u0301，", "（株）①：²", "％ﾊﾟ！", "가ᄀ\u1161；", "…？～"):
        assert fold(text) == unicodedata.normalize("NFKC", text).lower()


def test_accents_and_thousands_are_joined_wherever_they_stand():
    assert fold("Cafe\u0301，1，234，567元，12,34") == "caf\u00e9,1234567元,12,34"
