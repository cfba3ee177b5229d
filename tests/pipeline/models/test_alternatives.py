"""A language that a model lacks is answered with models that know it."""

from __future__ import annotations

from itertools import chain, product

import langcodes
import pytest
from transformers.models.m2m_100 import tokenization_m2m_100
from transformers.models.nllb import tokenization_nllb

import crosslabel as cl
from crosslabel.pipeline.models import many_languages, opus_mt
from crosslabel.pipeline.models.alternatives import alternatives
from crosslabel.pipeline.models.languages import find
from crosslabel.pipeline.planning.models import find_models
from crosslabel.pipeline.recipe.file import load
from crosslabel.projection.plain import MAX_MESSAGE

MADLAD, M2M, NLLB = (model.name for model in many_languages.many_languages())
ASKED = ["en", "de", "sw", "zh-TW", "pt-BR", "sr-Latn", "tlh", "bem", "hsb", "ase", "xx",
         "nonsense"]


def test_the_tables_are_those_of_the_tokenizers() -> None:
    assert set(many_languages.NLLB_200.split()) == set(tokenization_nllb.FAIRSEQ_LANGUAGE_CODES)
    codes = tokenization_m2m_100.FAIRSEQ_LANGUAGE_CODES
    assert set(many_languages.M2M_100.split()) == set(codes["m2m100"])
    assert len(many_languages.MADLAD_400.split()) > 400
    pairs = opus_mt._pairs()
    assert sum(map(len, pairs.values())) == len(
        {(source, target) for source, targets in pairs.items() for target in targets}) > 1000
    assert all(langcodes.tag_is_valid(lang) for lang in {*pairs, *chain(*pairs.values())})


@pytest.mark.parametrize(("pair", "models"), [
    ("en sw", ["Helsinki-NLP/opus-mt-en-sw", MADLAD, M2M, NLLB]),
    ("en-GB sw-KE", ["Helsinki-NLP/opus-mt-en-sw", MADLAD, M2M, NLLB]),
    ("de es", ["Helsinki-NLP/opus-mt-de-es", MADLAD, M2M, NLLB]),
    ("en tlh", [MADLAD]),
    ("zh-TW en", [MADLAD, NLLB]),
    ("en hsb", []), ("en nonsense", []),
])
def test_models_of_a_pair_are_named_with_their_licences(pair: str, models: list[str]) -> None:
    named = alternatives(*pair.split())
    licences = {MADLAD: "Apache-2.0", M2M: "MIT", NLLB: "CC-BY-NC-4.0: no commercial use"}
    listed = ", ".join(f"{model} ({licences.get(model, opus_mt.LICENCE)})" for model in models)
    assert named.partition(": ")[2] == listed


def test_a_model_is_named_if_it_knows_both_languages() -> None:
    for source, target in product(ASKED, ASKED):
        valid = "nonsense" not in (source, target)
        for model in many_languages.many_languages():
            knows = valid and all(find(tag, model.languages) for tag in (source, target))
            assert (model.name in alternatives(source, target)) == knows


def test_builds_and_calls_say_it_in_one_line() -> None:
    mt = cl.Translator.from_pretrained("mt-en-de-es")
    with pytest.raises(cl.InputError) as refused:
        mt.translate(["Anna left."], source="en", target="sw")
    message = str(refused.value)
    assert message.startswith("mt-en-de-es: does not translate into 'sw'; it knows: de, es, en; "
                              "models on the hub that translate en-sw: Helsinki-NLP/opus-mt-en-sw")
    assert message.endswith(f"{NLLB} (CC-BY-NC-4.0: no commercial use)")
    assert "\n" not in message and len(message) < MAX_MESSAGE
    with pytest.raises(cl.InputError, match=f"does not translate into 'sw'; .*{MADLAD}"):
        find_models(load("demo-ner", ["targets=[sw]"]))
