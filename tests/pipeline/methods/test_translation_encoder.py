"""The encoder of a translation model: the states of transformers, and links from them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from crosslabel.pipeline.methods.translation_encoder import TranslationAligner, TranslationEncoder
from crosslabel.pipeline.models.convert import convert, translation_model
from crosslabel.pipeline.models.find import locate
from crosslabel.pipeline.models.manifest import Model, describe
from crosslabel.pipeline.storage.shipped import SAMPLES
from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Encoded, Side, TextPair
from crosslabel.projection.words import side_from_tokens, word_ranges
from tests.pipeline import tiny_families, tiny_marian

SHIPPED = "mt-en-de-es"
MAKERS: dict[str, Callable[[Path], Path]] = {"marian": tiny_marian.make, **tiny_families.MAKERS}


def _in_english(tokenizer: Any, code: str, text: str) -> str:
    tokenizer.src_lang = code
    return text


ASKED: dict[str, Callable[[Any, str], str]] = {
    "shipped": lambda tokenizer, text: f">>de<< {text}",
    "marian": lambda tokenizer, text: f">>de<< {text}",
    "nllb": lambda tokenizer, text: _in_english(tokenizer, "eng_Latn", text),
    "m2m100": lambda tokenizer, text: _in_english(tokenizer, "en", text),
    "mbart50": lambda tokenizer, text: _in_english(tokenizer, "en_XX", text),
    "t5": lambda tokenizer, text: f"translate English to German: {text}",
    "madlad": lambda tokenizer, text: f"<2de> {text}",
}
"""The text with which each model is asked for a German translation of an English one."""


@pytest.fixture(scope="module", params=ASKED)
def family(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path, Model]:
    """Name of a family, a checkpoint of it, and the converted model."""
    name = request.param
    if name == "shipped":
        return name, locate(SHIPPED) / "torch", describe(locate(SHIPPED))
    checkpoint = MAKERS[name](tmp_path_factory.mktemp(name) / name)
    folder = tmp_path_factory.mktemp("converted") / "model"
    convert(checkpoint, folder, name=name, quantization="float32")
    return name, checkpoint, replace(describe(folder), checkpoint=checkpoint)


def sentences() -> list[tuple[str, ...]]:
    return [tuple(text.split()) for text in tiny_families.sentences()[:12]]


def of(encoded: Encoded, number: int) -> tuple[np.ndarray, np.ndarray]:
    own = slice(*encoded.starts[number:number + 2])
    return encoded.vectors[own], encoded.words[own, 0]


@pytest.mark.parametrize("layer", [1, None])
@pytest.mark.parametrize("centred", [False, True])
def test_states_are_those_of_transformers(
    family: tuple[str, Path, Model], layer: int | None, centred: bool
) -> None:
    name, checkpoint, model = family
    tokenizer = AutoTokenizer.from_pretrained(checkpoint)
    whole = AutoModelForSeq2SeqLM.from_pretrained(checkpoint, dtype=torch.float32).eval()
    loaded = TranslationEncoder(model, layer=layer, device="cpu", centred=centred)
    encoded = loaded.towards("en", "de").encode(sentences())
    for number, words in enumerate(sentences()):
        inputs = tokenizer([ASKED[name](tokenizer, " ".join(words))], return_tensors="pt")
        with torch.inference_mode():
            hidden = whole.get_encoder()(**inputs, output_hidden_states=True).hidden_states
        states = hidden[-1 if layer is None else layer][0]
        wanted = (states - states.mean(dim=0) if centred else states).numpy()[:-1]  # </s>
        vectors, owners = of(encoded, number)
        np.testing.assert_allclose(vectors, wanted[len(wanted) - len(vectors):],
                                   rtol=1e-5, atol=1e-4)
        assert sorted(set(owners.tolist())) == list(range(len(words)))
        assert np.all(np.diff(owners) >= 0)


def test_a_sentence_has_the_same_states_alone_and_among_others(
    family: tuple[str, Path, Model],
) -> None:
    _, _, model = family
    loaded = TranslationEncoder(model, device="cpu").towards("en", "de")
    together = loaded.encode([*sentences(), ()])
    assert together.starts[-1] == together.starts[-2]
    for number, words in enumerate(sentences()):
        np.testing.assert_allclose(
            of(together, number)[0], loaded.encode([words]).vectors, rtol=1e-5, atol=1e-4
        )


def test_every_word_of_a_sentence_beyond_the_limit_is_encoded() -> None:
    encoder = TranslationEncoder(translation_model(SHIPPED), device="cpu").towards("en", "de")
    encoded = encoder.encode([("house",) * 500])
    assert sorted(set(encoded.words[:, 0].tolist())) == list(range(500))


@pytest.fixture(scope="module")
def aligner() -> TranslationAligner:
    return TranslationAligner(TranslationEncoder(translation_model(SHIPPED), device="cpu"))


def pair(source: list[str], target: list[str], langs: tuple[str, str] = ("en", "de")) -> TextPair:
    return TextPair("1", side_from_tokens(source, langs[0]), side_from_tokens(target, langs[1]), ())


def sample_pairs(lang: str) -> list[TextPair]:
    lines = (SAMPLES / f"ner.en-{lang}.jsonl").read_text("utf-8").splitlines()
    return [TextPair(row["id"], *(
        Side(row[side]["text"], word_ranges(row[side]["text"], row[side]["lang"]),
             row[side]["lang"]) for side in ("source", "target")
    ), ()) for row in map(json.loads, lines[:20])]


def test_the_shipped_model_links_words_that_translate_each_other(
    aligner: TranslationAligner,
) -> None:
    [links] = aligner.align([pair(["The", "house", "is", "small", "."],
                                  ["Das", "Haus", "ist", "klein", "."])])
    assert [[i, i] for i in range(5)] == links.pairs.tolist()


def test_languages_may_be_mixed_and_keep_their_places(aligner: TranslationAligner) -> None:
    german, spanish = sample_pairs("de"), sample_pairs("es")
    mixed = [one for both in zip(german, spanish, strict=True) for one in both]
    found = aligner.align(mixed)
    apart = [*aligner.align(german), *aligner.align(spanish)]
    assert len(apart) == 40
    for links, alone in zip([*found[::2], *found[1::2]], apart, strict=True):
        assert links.pairs.tolist() == alone.pairs.tolist()


def test_languages_the_model_does_not_translate_give_a_reason(aligner: TranslationAligner) -> None:
    words = ["a"], ["b"]
    found = aligner.align([
        pair(*words, langs=("en", "fr")), pair(*words), pair(*words, langs=("de", "es")),
    ])
    assert [len(links.pairs) for links in found] == [0, 1, 0]
    assert "does not translate into 'fr'" in str(found[0].reason)
    assert found[1].reason is None and "does not translate de-es" in str(found[2].reason)


def test_sides_without_words_give_no_links(aligner: TranslationAligner) -> None:
    found = aligner.align([pair([], ["b"]), pair(["a"], []), pair(["a"], ["b"])])
    assert [len(links.pairs) for links in found] == [0, 0, 1]
    assert aligner.align([]) == []


def test_a_model_without_its_checkpoint_says_what_is_missing(tmp_path: Path) -> None:
    for path in locate(SHIPPED).iterdir():
        if path.name != "torch":
            (tmp_path / path.name).symlink_to(path)
    with pytest.raises(InputError, match=r"no transformers checkpoint beside .*model\.safetensors"):
        TranslationEncoder(translation_model(str(tmp_path)))


def test_a_model_without_vocabulary_says_so(tmp_path: Path) -> None:
    for path in locate(SHIPPED).iterdir():
        if path.name != "shared_vocabulary.json":
            (tmp_path / path.name).symlink_to(path)
    with pytest.raises(InputError, match=r"none of shared_vocabulary\.json"):
        TranslationEncoder(translation_model(str(tmp_path)))


def test_the_layer_must_exist() -> None:
    with pytest.raises(InputError, match="no hidden layer 9; the model has 0 to 4"):
        TranslationEncoder(translation_model(SHIPPED), layer=9)
