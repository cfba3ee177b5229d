"""Every family of translation models: converted, it writes what transformers writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from crosslabel.pipeline.models.convert import convert
from crosslabel.pipeline.models.manifest import Manifest, describe
from crosslabel.pipeline.models.routing import Languages
from crosslabel.pipeline.models.tokenizers import load_tokens
from crosslabel.pipeline.recipe import Engine, TranslationSection
from crosslabel.pipeline.translation.translator import Translator
from crosslabel.pipeline.verify.model import check_model
from crosslabel.projection.errors import InputError
from tests.pipeline import tiny_families

EXACT = Engine(device="cpu", compute_type="float32", threads=1)
ASKED: dict[str, Callable[[Any, str], tuple[str, dict[str, Any]]]] = {
    "nllb": lambda tokenizer, text: _forced(tokenizer, text, "eng_Latn", "deu_Latn"),
    "m2m100": lambda tokenizer, text: _forced(tokenizer, text, "en", "__de__"),
    "mbart50": lambda tokenizer, text: _forced(tokenizer, text, "en_XX", "de_DE"),
    "t5": lambda tokenizer, text: (f"translate English to German: {text}", {}),
    "madlad": lambda tokenizer, text: (f"<2de> {text}", {}),
}
"""The text and the options with which the model's own card asks transformers for German."""


def _forced(tokenizer: Any, text: str, source: str, target: str) -> tuple[str, dict[str, Any]]:
    tokenizer.src_lang = source
    return text, {"forced_bos_token_id": tokenizer.convert_tokens_to_ids(target)}


@pytest.fixture(scope="module", params=tiny_families.MAKERS)
def family(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    name = request.param
    checkpoint = tiny_families.MAKERS[name](tmp_path_factory.mktemp(name) / name)
    folder = tmp_path_factory.mktemp("converted") / "model"
    convert(checkpoint, folder, name=name, quantization="float32")
    return name, checkpoint, Translator(describe(folder), EXACT)


def test_greedy_tokens_equal_transformers(family: Any) -> None:
    name, checkpoint, translator = family
    tokenizer = AutoTokenizer.from_pretrained(checkpoint)
    model = AutoModelForSeq2SeqLM.from_pretrained(checkpoint).eval()
    seen = set()
    for text in tiny_families.sentences()[:25]:
        asked, options = ASKED[name](tokenizer, text)
        with torch.inference_mode():
            inputs = tokenizer([asked], return_tensors="pt")
            # CTranslate2 never gives an empty hypothesis
            limits = {"min_new_tokens": 1 + len(options), "max_new_tokens": 30}
            output = model.generate(**inputs, **options, **limits, num_beams=1, do_sample=False)
        output = output[0][1 + len(options):]
        theirs = tokenizer.convert_ids_to_tokens(output)
        if tokenizer.eos_token in theirs:
            theirs = theirs[: theirs.index(tokenizer.eos_token)]
        # transformers has no name for the fillers at the end of a vocabulary
        ours = [None if t.startswith("madeupword") else t
                for t in translator.greedy(text, "en", "de")]
        assert ours[: len(theirs)] == theirs
        assert len(ours) == len(theirs) or len(theirs) >= 29
        seen.add(tuple(ours))
    assert len(seen) > 15


def test_a_batch_gives_what_single_texts_give(family: Any) -> None:
    _, _, translator = family
    texts = tiny_families.sentences()[:6]
    together = translator.translate(texts, "en", "de", TranslationSection(beam=1))
    alone = [translator.translate([text], "en", "de", TranslationSection(beam=1))[0]
             for text in texts]
    assert [t.text for t in together] == [t.text for t in alone]


def test_the_score_of_a_translation_is_that_of_transformers(family: Any) -> None:
    name, checkpoint, translator = family
    tokenizer = AutoTokenizer.from_pretrained(checkpoint)
    model = AutoModelForSeq2SeqLM.from_pretrained(checkpoint).eval()
    text, wanted = tiny_families.sentences()[3], "The minister is in Bonn."
    asked, options = ASKED[name](tokenizer, text)
    source = tokenizer([asked], return_tensors="pt")
    pieces = tokenizer(wanted, add_special_tokens=False)["input_ids"]
    labels = [*options.values(), *pieces, tokenizer.eos_token_id]
    start = model.config.decoder_start_token_id
    with torch.inference_mode():
        logits = model(**source, decoder_input_ids=torch.tensor([[start, *labels[:-1]]])).logits[0]
    each = logits.log_softmax(-1)[torch.arange(len(labels)), torch.tensor(labels)]
    expected = each[len(options):].mean().item()
    assert translator.score([text], [wanted], "en", "de") == [pytest.approx(expected, rel=1e-3)]


def test_check_says_what_the_model_can_do_and_compares(
    family: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSLABEL_CACHE", str(tmp_path))
    _, checkpoint, _ = family
    lines = list(check_model(str(checkpoint), None, "The house is small.", "en"))
    assert any(line.startswith("can translate and score") for line in lines)
    assert "can encode and give logits (transformers)" in lines
    compared = [line for line in lines if "greedy tokens" in line]
    assert all("equal those of transformers" in line for line in compared)


def test_limits_and_languages_come_from_the_checkpoint(family: Any) -> None:
    name, _, translator = family
    manifest = translator.model.manifest
    assert manifest.max_source_tokens == (512 if name in ("t5", "madlad") else tiny_families.LIMIT)
    long = translator.translate(["house " * 600], "en", "de", TranslationSection(beam=1))[0]
    assert long.reason and long.reason.startswith("over-limit: ")
    for tag in ("de-AT", "de-DE", "de"):
        assert manifest.route("en-GB", tag) == manifest.route("en", "de")


@given(st.text(max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_tokens_are_those_of_transformers(family: Any, text: str) -> None:
    _, checkpoint, translator = family
    tokenizer = _tokenizer(checkpoint)
    # runs of spaces aside, which sentencepiece drops before transformers sees them
    text = " ".join(text.split())
    assume(not any(token in text for token in tokenizer.all_special_tokens))
    [ours] = load_tokens(translator.model.path).encode([text])
    expected = tokenizer(text, add_special_tokens=False)["input_ids"]
    assert tokenizer.convert_tokens_to_ids(ours) == expected


@cache
def _tokenizer(checkpoint: Path) -> Any:
    return AutoTokenizer.from_pretrained(checkpoint)


def test_special_tokens_in_a_text_are_text(family: Any) -> None:
    _, _, translator = family
    manifest = translator.model.manifest
    [tokens] = translator._tokenize(["a </s> b"], manifest.route("en", "de"))
    assert tokens.count("</s>") == 1 and tokens[-1] == "</s>"


def test_nllb_without_a_card_is_taken_for_non_commercial(tmp_path: Path) -> None:
    checkpoint = tiny_families.nllb(tmp_path / "nllb")
    manifest = convert(checkpoint, tmp_path / "one", name="nllb")
    assert manifest.licence == "CC-BY-NC-4.0"
    assert manifest.warning and "no commercial use" in manifest.warning
    card = "---\nlanguage: [en]\nlicense: apache-2.0\n---\n# Free\n"
    (checkpoint / "README.md").write_text(card)
    manifest = convert(checkpoint, tmp_path / "two", name="nllb")
    assert (manifest.licence, manifest.warning) == ("apache-2.0", None)


@pytest.mark.parametrize(("tag", "near"), [("uk", "ru"), ("sr", "sr-Latn"), ("zh-TW", "zh")])
def test_an_unsupported_language_lists_near_ones(tag: str, near: str) -> None:
    known = {code: f"<{code}>" for code in ("de", "ru", "zh", "sr-Latn", "ja")}
    manifest = Manifest(name="m", kind="translation", family="t5", target_tokens=known)
    with pytest.raises(InputError, match="does not translate into") as caught:
        manifest.route("en", tag)
    message = str(caught.value)
    assert "it knows: de, ru, zh, sr-Latn, ja" in message
    if tag != "zh-TW":
        assert f"near ones: {near}" in message


def test_only_the_stated_directions_are_taken() -> None:
    manifest = Manifest(
        name="m", kind="translation", family="marian",
        languages=Languages(source=("de", "en", "es"), target=("de", "en")),
        target_tokens={"de": ">>de<<", "en": ">>en<<"},
        directions=(("en", "de"), ("de", "en")),
    )
    assert manifest.route("de-CH", "en").source == [">>en<<"]
    with pytest.raises(InputError, match="does not translate es-en; it knows: en-de, de-en"):
        manifest.route("es", "en")


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"model_type": "bert"}, "model family 'bert' is not supported"),
        ({"model_type": "mbart", "tokenizer_class": "MBartTokenizer"}, "only mBART-50"),
        ({"model_type": "marian"}, "vocab.json is missing"),
        ({"model_type": "t5"}, "no tokenizer.json"),
    ],
)
def test_what_cannot_be_converted_is_one_line(
    tmp_path: Path, config: dict[str, str], message: str
) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match=message) as caught:
        convert(tmp_path / "model", tmp_path / "out", name="model")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()

