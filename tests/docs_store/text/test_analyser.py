from docs_store.text.analyser import tokens


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
