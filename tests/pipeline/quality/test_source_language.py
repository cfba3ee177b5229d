"""Rows in another language than their corpus, found by their words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.corpus.records import Example, Span
from crosslabel.pipeline.quality.source_language import (
    FEWEST_LETTERS,
    is_known,
    is_long_enough,
    other_languages,
)

TEXTS = {
    "en": "The committee will publish its report next week.",
    "de": "Der Ausschuss wird seinen Bericht nächste Woche veröffentlichen.",
    "fr": "Le train pour Brême est parti.",
    "es": "El comité publicará su informe la próxima semana.",
    "zh": "委员会将于下周在北京公布关于2011年以来气候变化的年度报告。",
    "ar": "ستنشر اللجنة تقريرها الأسبوع المقبل.",
    "ru": "Комитет опубликует свой доклад на следующей неделе.",
}


def _row(text: str, *marked: str) -> Example:
    spans = tuple(Span(word, "text", ((text.index(word), text.index(word) + len(word)),), "NAME")
                  for word in marked)
    return Example("1", "spans", "en", {"text": text}, spans)


@pytest.mark.parametrize("corpus", ["en", "de-AT", "zh-Hant", "ar", "es", "ru"])
def test_rows_are_in_the_language_of_the_corpus_or_named(corpus: str) -> None:
    found = other_languages([_row(text) for text in TEXTS.values()], corpus)
    expected = [None if corpus.startswith(lang) else lang for lang in TEXTS]
    assert [name and name.replace("wuu", "zh") for name in found] == expected


def test_the_result_of_a_row_does_not_depend_on_the_others() -> None:
    together = other_languages([_row(text) for text in TEXTS.values()], "en")
    assert together == [other_languages([_row(text)], "en")[0] for text in TEXTS.values()]


def test_names_in_spans_do_not_count() -> None:
    names = "Anton Schulze, Wolfgang Hofmann und die Stadtwerke Göttingen left."
    row = _row(names, "Anton Schulze", "Wolfgang Hofmann und die Stadtwerke Göttingen")
    assert other_languages([row], "en") == [None]
    assert other_languages([_row(TEXTS["de"], "Ausschuss")], "en") == ["de"]
    assert other_languages([_row(TEXTS["fr"], "Brême")], "en") == ["fr"]


@pytest.mark.parametrize("text", [
    "see https://www.beispiel.de/der-ausschuss/wird-seinen/bericht/veroeffentlichen.html now",
    "Run `für_alle(zeilen).drucke(spalte, breite)` here.",
    "der_ausschuss.bericht_ist.wichtig = nicht_oft(diese_woche)",
    "#schönesWetter @nora_lindt_aus_bremen RT!",
    "1984 – 2011: 12,5 % (1 234 567)",
    "Kurz und gut.",
    "",
])
def test_addresses_code_and_short_texts_are_not_judged(text: str) -> None:
    assert other_languages([_row(text)], "en") == [None]


@given(st.text(max_size=FEWEST_LETTERS - 1), st.text("0123456789 .,:-", max_size=30))
def test_a_row_of_few_letters_is_never_judged(letters: str, rest: str) -> None:
    row = _row(letters + rest)
    assert not is_long_enough(row)
    assert other_languages([row], "en") == [None]


def test_all_fields_of_a_row_are_judged_together() -> None:
    pair = Example("1", "text", "en", {"premise": "Er kam gestern", "hypothesis": "Sie ging heute"})
    assert other_languages([pair], "en") == ["de"]


def test_languages_that_grew_from_one_are_not_told_apart() -> None:
    assert is_known("hr") and not is_known("tlh")
    assert other_languages([_row("Vlada će sljedeći tjedan objaviti svoje izvješće.")], "bs") == [
        None]
