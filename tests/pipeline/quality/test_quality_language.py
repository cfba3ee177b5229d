"""The language identifier and its names for languages."""

from __future__ import annotations

import pytest

from crosslabel.pipeline.quality.language import candidates, label, language
from crosslabel.pipeline.quality.texts import CheckedBatch, CheckedText
from crosslabel.projection.errors import InputError

TEXTS = {
    "en": "The committee will publish its report next week.",
    "de": "Der Ausschuss wird seinen Bericht nächste Woche veröffentlichen.",
    "es": "El comité publicará su informe la próxima semana.",
    "sw": "Kamati itachapisha ripoti yake wiki ijayo.",
    "zh": "委员会将于下周公布报告。",
    "ar": "ستنشر اللجنة تقريرها الأسبوع المقبل.",
}


@pytest.mark.parametrize("known", [(), candidates(TEXTS)])
def test_each_text_is_in_its_own_language_and_no_other(known: tuple[str, ...]) -> None:
    for wanted in TEXTS:
        texts = [CheckedText("", text) for text in TEXTS.values()]
        found = language(CheckedBatch(texts, "fr", wanted, known), 0.1)
        assert [problem is None for problem in found] == [lang == wanted for lang in TEXTS]


def test_a_problem_names_the_language_that_was_found() -> None:
    batch = CheckedBatch([CheckedText("", TEXTS["en"])], "en", "de", candidates(["en", "de"]))
    [problem] = language(batch, 0.1)
    assert problem and "most likely is 'en'" in problem


def test_an_empty_text_and_one_without_letters_have_no_language() -> None:
    texts = [CheckedText("", " "), CheckedText("", "1984")]
    assert language(CheckedBatch(texts, "en", "de", candidates(["en", "de"])), 0.1) == [None, None]


@pytest.mark.parametrize(("tag", "name"), [
    ("de-AT", "de"), ("zh-Hant", "zh"), ("cmn", "zh"), ("nb", "no"), ("swh", "sw"), ("arb", "ar"),
    ("pt-BR", "pt"), ("yue", "yue"), ("sr-Latn", "sr"),
])
def test_tags_are_found_under_the_names_of_the_identifier(tag: str, name: str) -> None:
    assert label(tag) == name


def test_a_language_it_does_not_know_is_an_error_that_names_the_way_out() -> None:
    with pytest.raises(InputError, match=r"'tlh' is not among .*leave quality.language out"):
        label("tlh")
    assert candidates(["tlh", "de", "de-AT"]) == ("de",)
