"""The encoder's promises: same states as transformers, nothing lost, one-line errors."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModel, AutoTokenizer

from crosslabel.projection.errors import InputError
from crosslabel.projection.links.encoder import TransformerEncoder
from tests.projection.conftest import sample_rows


@pytest.fixture(scope="module")
def encoder(tiny_encoder: Path) -> TransformerEncoder:
    return TransformerEncoder(str(tiny_encoder), layer=2, device="cpu")


def sentences() -> list[tuple[str, ...]]:
    return [tuple(row["target"]["text"].split()) for row in sample_rows("de")]


def test_encoder_gives_the_hidden_states_of_transformers(
    encoder: TransformerEncoder, tiny_encoder: Path
) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    model = AutoModel.from_pretrained(tiny_encoder).eval()
    given = sentences()[:20]
    encoded = encoder.encode(given)
    for number, sentence in enumerate(given):
        inputs = tokenizer(list(sentence), is_split_into_words=True, return_tensors="pt")
        with torch.no_grad():
            states = model(**inputs, output_hidden_states=True).hidden_states[2][0, 1:-1]
        own = slice(*encoded.starts[number : number + 2])
        np.testing.assert_allclose(encoded.vectors[own], states.numpy(), atol=1e-5)
        assert encoded.words[own, 0].tolist() == inputs.word_ids()[1:-1]


def test_encoder_repeats_its_bytes(encoder: TransformerEncoder) -> None:
    first, second = encoder.encode(sentences()), encoder.encode(sentences())
    assert first.vectors.tobytes() == second.vectors.tobytes()


def test_encoder_accepts_empty_lists_and_empty_sentences(encoder: TransformerEncoder) -> None:
    assert encoder.encode([]).starts.tolist() == [0]
    encoded = encoder.encode([(), ("Haus",), ()])
    assert encoded.starts[0] == encoded.starts[1] < encoded.starts[2] == encoded.starts[3]
    assert encoder.encode([(), ()]).vectors.shape == (0, 32)


def test_encoder_covers_every_word_beyond_the_models_limit(encoder: TransformerEncoder) -> None:
    long = tuple(word for sentence in sentences()[:30] for word in sentence)
    encoded = encoder.encode([long])
    assert len(encoded.words) > 4 * 64
    assert set(encoded.words[:, 0].tolist()) == set(range(len(long)))
    assert np.abs(encoded.vectors).sum(axis=1).min() > 0


def test_encoder_windows_keep_the_start_as_it_is_in_a_shorter_text(
    encoder: TransformerEncoder,
) -> None:
    """A window is the model's own view: the first 62 sub-words alone give the first states."""
    words = ("Haus",) * 500
    whole, head = encoder.encode([words]), encoder.encode([words[:1]])
    per_word = len(head.words)
    fit = encoder.encode([words[: 62 // per_word]])
    np.testing.assert_allclose(whole.vectors[:20], fit.vectors[:20], atol=1e-5)


def test_encoder_takes_the_layer_of_the_manifest(tiny_encoder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_encoder, folder)
    assert TransformerEncoder(str(folder)).layer == 4
    (folder / "model.json").write_text(json.dumps({"kind": "encoder", "layer": 3}))
    assert TransformerEncoder(str(folder)).layer == 3
    assert TransformerEncoder(str(folder), layer=1).layer == 1


def test_layer_0_is_the_embeddings(tiny_encoder: Path) -> None:
    model = AutoModel.from_pretrained(tiny_encoder).eval()
    inputs = AutoTokenizer.from_pretrained(tiny_encoder)(["Haus"], is_split_into_words=True,
                                                         return_tensors="pt")
    with torch.no_grad():
        states = model.embeddings(input_ids=inputs["input_ids"])[0, 1:-1].numpy()
    encoded = TransformerEncoder(str(tiny_encoder), layer=0, device="cpu").encode([("Haus",)])
    np.testing.assert_allclose(encoded.vectors, states, atol=1e-5)


def test_encoder_names_the_layers_there_are(tiny_encoder: Path) -> None:
    with pytest.raises(InputError, match="no hidden layer 9; the model has 0 to 4"):
        TransformerEncoder(str(tiny_encoder), layer=9)


@pytest.mark.parametrize("broken", ["model.safetensors", "tokenizer.json", "config.json"])
def test_encoder_reports_a_broken_model_in_one_line(
    tiny_encoder: Path, tmp_path: Path, broken: str
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_encoder, folder)
    (folder / broken).write_bytes((folder / broken).read_bytes()[:100])
    with pytest.raises(InputError) as caught:
        TransformerEncoder(str(folder))
    assert str(folder) in str(caught.value) and "\n" not in str(caught.value)


def test_encoder_reports_missing_weights(tiny_encoder: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = tmp_path / "model"
    shutil.copytree(tiny_encoder, folder)
    weights = load_file(folder / "model.safetensors")
    del weights["encoder.layer.0.output.dense.weight"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(InputError, match=r"the weights lack encoder\.layer\.0"):
        TransformerEncoder(str(folder))


def test_encoder_reports_a_missing_model(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="give a folder"):
        TransformerEncoder(str(tmp_path / "nowhere"))


def test_encoder_refuses_an_unknown_device(tiny_encoder: Path) -> None:
    with pytest.raises(InputError, match="auto, cpu or cuda"):
        TransformerEncoder(str(tiny_encoder), device="tpu")
