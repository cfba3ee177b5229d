"""A translation model as a translator of marked texts."""

from __future__ import annotations

import pytest

from crosslabel.pipeline.methods.marked_translator import MarkedTranslator, convention
from crosslabel.pipeline.models.convert import translation_model
from crosslabel.pipeline.models.manifest import Manifest
from crosslabel.pipeline.recipe import Engine, TranslationSection
from crosslabel.pipeline.translation.translator import load_translator
from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import GivenSpan, TextPair
from crosslabel.projection.markers import BRACKETS, LETTERS
from crosslabel.projection.targets.marked_translation import MarkedTranslation
from crosslabel.projection.words import side_from_tokens

DECODING, ENGINE = TranslationSection(beam=1), Engine(device="cpu", threads=1)
MODEL = translation_model("mt-en-de-es")


def test_translations_are_those_of_the_model() -> None:
    texts = ["Ana lives in Rome .", "Ana " * 300, "Ben [ likes ] tea ."]
    ours = MarkedTranslator(load_translator(MODEL, ENGINE), DECODING, BRACKETS)
    assert ours.markers == BRACKETS
    found = ours.translate(texts, "en", "de")
    expected = load_translator(MODEL, ENGINE).translate(texts, "en", "de", DECODING)
    assert [(t.text, t.score, t.reason) for t in found] == [
        (t.text, t.score, t.reason) for t in expected]
    assert (found[1].text, (found[1].reason or "").split(":")[0]) == (None, "over-limit")


def test_languages_and_lengths_the_model_cannot_take_are_said_of_the_pair() -> None:
    def pair(source: str, lang: str) -> TextPair:
        sides = side_from_tokens(source.split(), "en"), side_from_tokens(["Ana"], lang)
        return TextPair("1", *sides, (GivenSpan("1", "X", ((0, 3),)),))

    translator = MarkedTranslator(load_translator(MODEL, ENGINE), DECODING, LETTERS)
    evidence = MarkedTranslation(translator)
    found = evidence.find([pair("Ana lives", "fr"), pair("Ana " * 300, "de")])
    assert "fr" in (found[0].reason or "")
    assert (found[1].reason or "").startswith("over-limit: ")
    assert [len(own.by_span[0][0].words) for own in found] == [0, 0]


def test_the_convention_is_what_the_manifest_names() -> None:
    manifest = Manifest(name="tuned", kind="translation", family="marian", markers="easyproject")
    assert convention(manifest) == BRACKETS
    with pytest.raises(InputError, match="tuned: not tuned to keep markers"):
        convention(manifest.model_copy(update={"markers": None}))
    with pytest.raises(InputError, match="unknown convention 'quotes' of markers; known: letters"):
        convention(manifest.model_copy(update={"markers": "quotes"}))
