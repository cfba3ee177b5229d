"""Numbers of a text and its translation, as people write them in different languages."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.quality.numerals.compare import Differences, differences

SAME = [
    # grouping and decimal marks
    ("en", "It cost $1,234.56.", "de", "Es kostete 1.234,56 $."),
    ("en", "It cost $1,234.56.", "fr", "Cela coûtait 1\u202f234,56 $."),
    ("en", "It cost $1,234.56.", "de-CH", "Es kostete 1’234.56 $."),
    ("en", "It cost $1,234.56.", "ar", "كلف ١٬٢٣٤٫٥٦ دولار."),
    ("en", "It cost 12,34,567 rupees.", "de", "Es kostete 1 234 567 Rupien."),
    ("hi", "१९८४ में", "zh", "1984年。"),
    ("en", "In 2019 300 came.", "de", "2019 kamen 300."),
    ("en", "On May 20 300 came.", "de", "Am 20. Mai kamen 300."),
    ("en", "2½ hours", "de", "2,5 Stunden"),
    # thousands and millions
    ("en", "1.5 million", "de", "1,5 Millionen"),
    ("en", "1.5 million", "zh", "150万"),
    ("en", "£2.8bn", "es", "2.800 millones de libras"),
    ("en", "3.1 billion", "pt", "3,1 mil milhões"),
    ("en", "more than 5.5 million", "zh", "550多万"),
    ("en", "2 to 3 million", "zh", "200万至300万"),
    ("en", "$250,000", "zh", "25万美元"),
    # words
    ("en", "All 24 came.", "de", "Alle vierundzwanzig kamen."),
    ("en", "All 97 came.", "fr", "Les quatre-vingt-dix-sept sont venus."),
    ("en", "All 168 came.", "ru", "Пришли все сто шестьдесят восемь."),
    ("en", "All 52 came.", "tr", "Elli iki kişi geldi."),
    ("en", "for 15 years", "ar", "لمدة خمسة عشر عاما"),
    ("en", "for 15 years", "ja", "十五年間"),
    ("en", "150,000 euros", "de", "hundertfünfzigtausend Euro"),
    ("en", "in 1954", "de", "neunzehnhundertvierundfünfzig"),
    ("en", "Fifty-eight percent", "es", "El 58 %"),
    ("en", "a dozen eggs", "it", "12 uova"),
    ("en", "its 36th meeting", "nl", "haar zesendertigste vergadering"),
    # times, dates, decades, centuries
    ("en", "at 10.30 pm", "de", "um 22:30 Uhr"),
    ("en", "at 3 p.m.", "nl", "om 15.00 uur"),
    ("en", "at 2:30", "de", "um halb drei"),
    ("en", "at 8:30 a.m.", "es", "a las 8 y media"),
    ("en", "at 17:30", "fr", "à 17h30"),
    ("en", "on 5/6/2020", "de", "am 5. Juni 2020"),
    ("en", "on 5/6/2020", "de", "am 6. Mai 2020"),
    ("en", "on 5/5/2020", "de", "am 5. Mai 2020"),
    ("en", "at 0:00", "de", "um 0 Uhr"),
    ("en", "on 2020-06-05", "fr", "le 5 juin 2020"),
    ("en", "on June 5", "de", "am 5.6. kommt er"),
    ("en", "on November 6", "zh", "11月6日"),
    ("en", "the 1930s", "es", "los años 30"),
    ("en", "the 1930s", "zh", "20世纪30年代"),
    ("en", "the 1950-53 war", "de", "der Krieg von 1950 bis 1953"),
    ("en", "the 19th century", "fr", "le XIXe siècle"),
    # measures, scores, telephones
    ("en", "85 mph and 385 miles", "de", "136 km/h und 620 Kilometer"),
    ("en", "1 to 4 inches of rain", "fr", "2,5 à 10 cm de pluie"),
    ("en", "80 degrees", "es", "27 grados"),
    ("en", "half an inch", "de", "1,3 Zentimeter"),
    ("en", "They won 3–2.", "de", "Sie gewannen 3:2."),
    ("en", "Call (030) 123-4567.", "de", "Ruf 030 1234567 an."),
    ("en", "50 percent of them", "it", "metà, la mezza parte"),
]
RUINED = [
    ("en", "It cost $1,234.56.", "de", "Es kostete 1,234 234 3.56 $."),
    ("en", "It cost 1,000.", "de", "Es kostete 1."),
    ("en", "It cost 1,000.", "de", "Es kostete 000."),
    ("en", "1.5 million", "de", "15 Millionen"),
    ("en", "1.5 million", "de", "1,5 Milliarden"),
    ("en", "1.5 million", "zh", "15万"),
    ("en", "in 1984", "de", "im Jahr 1948"),
    ("en", "in 1984", "de", "im Jahr"),
    ("en", "in 1984", "de", "im Jahr 1984 1984"),
    ("en", "for thirty-five years", "de", "seit 300 Jahren"),
    ("en", "only nine games", "es", "90 partidos"),
    ("en", "They won 3–2.", "de", "Sie gewannen 3:5."),
    ("en", "at 10:30 pm", "de", "um 22:40 Uhr"),
    ("en", "the 1930s", "es", "los años 50"),
    ("en", "85 mph", "de", "156 km/h"),
    ("en", "20 of 20", "de", "20"),
    ("en", "in 1984", "cy", "yn 1985"),
]


@pytest.mark.parametrize(("lang", "text", "translation_lang", "translation"), SAME)
def test_the_same_numbers_are_found_in_both_directions(
    lang: str, text: str, translation_lang: str, translation: str
) -> None:
    assert differences(text, translation, lang, translation_lang) == Differences()
    assert differences(translation, text, translation_lang, lang) == Differences()


@pytest.mark.parametrize(("lang", "text", "translation_lang", "translation"), RUINED)
def test_ruined_numbers_are_found(
    lang: str, text: str, translation_lang: str, translation: str
) -> None:
    assert differences(text, translation, lang, translation_lang)


def test_small_numbers_may_be_words_where_the_words_are_not_known() -> None:
    assert not differences("24 of 30,000 came in the 1930s", "daeth rhai", "en", "cy")
    assert differences("168 came", "daeth rhai", "en", "cy").missing == ("168",)
    assert differences("24 came", "Einige kamen", "en", "de").missing == ("24",)


@given(st.integers(10, 10**9))
def test_a_whole_number_is_the_same_however_it_is_grouped(number: int) -> None:
    for mark in (",", ".", "\u202f", "'", "٬"):
        grouped = f"x {number:,}, y".replace(",", mark, f"{number:,}".count(","))
        assert not differences(f"x {number} y", grouped, "en", "de")
        assert differences(f"x {number}5 y", grouped, "en", "de")


DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "０１２３４５６７８９")


@given(st.integers(0, 10**7), st.integers(1, 99), st.sampled_from(DIGITS))
def test_a_fraction_is_the_same_in_all_digits_and_marks(
    whole: int, hundredths: int, digits: str
) -> None:
    english = f"{whole:,}.{hundredths:02}"
    other = english.replace(",", " ").replace(".", ",").translate(str.maketrans(DIGITS[0], digits))
    assert not differences(f"a {english} b", f"a {other} b", "en", "fr")
    wrong = f"{whole:,}.{hundredths % 99 + 1:02}"
    if hundredths < 99:
        assert differences(f"a {wrong} b", f"a {other} b", "en", "fr")


@given(st.text("0123456789.,:/-' 年月半½％²二十abчэ\u202f٣", max_size=40),
       st.text("0123456789.,:/-' 年月半½％²二十abчэ\u202f٣", max_size=40))
def test_any_two_texts_can_be_compared_and_a_text_is_like_itself(one: str, other: str) -> None:
    found = differences(one, other, "en", "zh")
    assert all(number in one for number in found.missing)
    assert all(number in other for number in (*found.invented, *found.repeated))
    assert not differences(one, one, "en", "de")


def test_endless_digits_are_compared_in_time() -> None:
    text = " ".join(["9" * 5000, "1 000 000 " * 200, "5 miles " * 200, "one hundred " * 200])
    assert not differences(text, text, "en", "de")
    assert differences(text, text.replace("9", "8"), "en", "de")


@pytest.mark.data
@pytest.mark.parametrize("lang", ["pt", "zh"])
def test_translations_of_news_by_people_pass(lang: str, crosslabel_data: Path) -> None:
    pairs = _pairs(crosslabel_data / "parallel" / f"ntrex.en-{lang}.tsv.gz")
    ruined = sum(bool(differences(english, other, "en", lang)) for english, other in pairs)
    assert ruined <= 0.01 * len(pairs)


def _pairs(file: Path) -> list[tuple[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [(one, other) for one, other in (line.rstrip("\n").split("\t") for line in lines)]
