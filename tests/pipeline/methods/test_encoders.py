"""The encoder that CTranslate2 runs: the states of torch, made once, and made again if broken."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from crosslabel.pipeline.methods.encoders import fast_encoder
from crosslabel.pipeline.models import converted_encoder as conversion
from crosslabel.pipeline.models import encoder_engine
from crosslabel.pipeline.models.find import encoder_model
from crosslabel.pipeline.models.manifest import Model
from crosslabel.projection.errors import InputError, TransientError
from crosslabel.projection.links.converted import ConvertedEncoder
from crosslabel.projection.links.encoder import TransformerEncoder
from tests.little_memory import CTRANSLATE2
from tests.pipeline.methods.test_marker_model import sample_pairs
from tests.tiny_encoder import copy_tokenizer, tiny_encoder

LAYER = 2
LIMIT = 64
"""Most tokens that the encoders of :func:`made_of` read at once."""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("CROSSLABEL_CACHE", str(folder))
    fast_encoder.cache_clear()
    return folder


def made_of(family: str, folder: Path) -> Model:
    """A random encoder of three layers that reads few tokens at once."""
    import torch
    import transformers

    folder.mkdir()
    config = transformers.AutoConfig.for_model(
        family, vocab_size=copy_tokenizer(folder), hidden_size=32, num_hidden_layers=3,
        num_attention_heads=4, intermediate_size=64, max_position_embeddings=LIMIT + 2,
        pad_token_id=1, initializer_range=0.2, type_vocab_size=2, hidden_act="gelu",
        **({"dim": 32, "n_layers": 3, "n_heads": 4, "hidden_dim": 64}
           if family == "distilbert" else {}),
    )
    torch.manual_seed(5)
    transformers.AutoModel.from_config(config).save_pretrained(folder)
    return encoder_model(str(folder))


def sentences() -> list[tuple[str, ...]]:
    """Twenty sentences, one of them again, one without words and one over the limit."""
    given = [pair.target.surface() for pair in list(sample_pairs("de", 20))]
    return [*given, given[3], (), tuple(word for sentence in given for word in sentence)]


def cosines(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    norms = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    return (left * right).sum(axis=1) / norms


@pytest.mark.parametrize("family", ["bert", "distilbert", "roberta", "xlm-roberta"])
def test_in_full_precision_the_states_are_those_of_torch(
    family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder_engine, "_in_8_bits", lambda spec: None)
    model = made_of(family, tmp_path / "model")
    fast = fast_encoder(model, LAYER, "cpu", 1)
    assert isinstance(fast, ConvertedEncoder) and (fast.layer, fast.dim) == (LAYER, 32)
    found = fast.encode(sentences())
    exact = TransformerEncoder(str(model.path), layer=LAYER, device="cpu").encode(sentences())
    assert found.words.tolist() == exact.words.tolist()
    assert found.starts.tolist() == exact.starts.tolist()
    assert np.diff(found.starts).max() > 3 * LIMIT
    np.testing.assert_allclose(found.vectors, exact.vectors, atol=1e-4)


def test_in_8_bits_the_states_are_nearly_those_of_torch() -> None:
    model = encoder_model(str(tiny_encoder()))
    fast = fast_encoder(model, device="cpu", threads=1)
    several = fast_encoder(model, device="cpu", threads=3)
    found, again = fast.encode(sentences()), several.encode(sentences())
    exact = TransformerEncoder(str(model.path), device="cpu")
    assert fast.layer == exact.layer == model.manifest.layer
    likeness = cosines(found.vectors, exact.encode(sentences()).vectors)
    assert likeness.mean() > 0.998 and likeness.min() > 0.98
    assert found.vectors.tobytes() == again.vectors.tobytes()
    assert fast.encode([]).starts.tolist() == [0]
    assert fast.encode([(), ()]).vectors.shape == (0, 32)


class Engine:
    """A loaded encoder with room for so many tokens at once; ``asked`` is what it was given."""

    def __init__(self, engine: Any, fits: int) -> None:
        self._engine, self._fits = engine, fits
        self.asked: list[int] = []

    def forward_batch(self, rows: Any, lengths: Any) -> Any:
        self.asked.append(int(np.prod(rows.shape)))
        if self.asked[-1] > self._fits:
            raise RuntimeError(CTRANSLATE2)
        return self._engine.forward_batch(rows, lengths)


def with_room(fits: int) -> tuple[ConvertedEncoder, Engine]:
    fast = fast_encoder(encoder_model(str(tiny_encoder())), device="cpu", threads=1)
    assert isinstance(fast, ConvertedEncoder)
    layer: Any = fast._states.layer
    layer._engine = Engine(layer._engine, fits)
    return fast, layer._engine


def test_equal_sentences_are_computed_once() -> None:
    fast, engine = with_room(10_000)
    given = sentences()[0]
    fast.encode([given])
    fast.encode([given] * 5)
    assert len(engine.asked) == 2 and engine.asked[0] == engine.asked[1]


def test_batches_that_do_not_fit_are_halved() -> None:
    fast, engine = with_room(10_000)
    whole = fast.encode(sentences()[:20])
    little, engine = with_room(200)
    found = little.encode(sentences()[:20])
    assert max(engine.asked) > 200 and engine.asked[-1] <= 200
    np.testing.assert_allclose(found.vectors, whole.vectors, atol=1e-5)
    none, _ = with_room(0)
    with pytest.raises(TransientError, match="tokens in the encoder: no memory"):
        none.encode(sentences())


@pytest.mark.parametrize("damage", ["model.bin", "tokenizer.json", "sizes.json", None])
def test_a_damaged_conversion_is_made_again(damage: str | None) -> None:
    model = encoder_model(str(tiny_encoder()))
    folder = conversion.converted_encoder(model, None)
    if damage is None:
        shutil.rmtree(folder)
    else:
        (folder / damage).write_bytes((folder / damage).read_bytes()[:50])
    assert conversion.converted_encoder(model, None) == folder
    assert len(fast_encoder(model, device="cpu", threads=1).encode([("Haus",)]).words)


def test_several_at_once_convert_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, made = encoder_model(str(tiny_encoder())), []
    convert = conversion._convert
    monkeypatch.setattr(conversion, "_convert", lambda *given: (made.append(1), convert(*given)))
    with ThreadPoolExecutor() as threads:
        folders = set(threads.map(lambda _: conversion.converted_encoder(model, None), range(3)))
    assert len(folders) == len(made) == 1
    conversion.converted_encoder(model, 1)
    assert len(made) == 2


@pytest.mark.parametrize(("setting", "value", "layer"), [
    ("hidden_act", "gelu", 0), ("hidden_act", "gelu_fast", 1), ("model_type", "camembert", 1),
])
def test_torch_runs_what_is_not_converted(
    tmp_path: Path, cache: Path, setting: str, value: str, layer: int
) -> None:
    made_of("roberta", tmp_path / "model")
    file = tmp_path / "model" / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {setting: value}), "utf-8")
    encoder = fast_encoder(encoder_model(str(tmp_path / "model")), layer, "cpu")
    assert isinstance(encoder, TransformerEncoder) and encoder.layer == layer
    assert not cache.exists()


def test_a_tokenizer_of_another_model_is_refused(tmp_path: Path) -> None:
    from transformers import XLMRobertaConfig, XLMRobertaModel

    copy_tokenizer(tmp_path)
    XLMRobertaModel(XLMRobertaConfig(
        vocab_size=100, hidden_size=32, num_hidden_layers=1, num_attention_heads=4,
        intermediate_size=64, max_position_embeddings=66,
    )).save_pretrained(tmp_path)
    with pytest.raises(InputError, match=r"has the id \d+, but the model only 100 embeddings"):
        fast_encoder(encoder_model(str(tmp_path)))
