"""On a device with little memory every model says what it says on one with enough."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.reading import pairs
from crosslabel.pipeline.labellers.network import Network
from crosslabel.pipeline.methods.marker_model import DecoderModel
from crosslabel.pipeline.methods.phrase_scorer import PhraseScorer
from crosslabel.pipeline.models.convert import translation_model
from crosslabel.pipeline.recipe import Engine, TranslationSection
from crosslabel.pipeline.translation.translator import Translator
from crosslabel.pipeline.verify.run import verify
from crosslabel.projection.constrained.search import SearchOptions
from crosslabel.projection.constrained.source import ConstrainedDecoding
from crosslabel.projection.errors import TransientError
from crosslabel.projection.interface import TextPair
from crosslabel.projection.links.ctranslate2_layer import CTranslate2Layer
from crosslabel.projection.links.embedding import EmbeddingAligner
from crosslabel.projection.links.encoder import TransformerEncoder
from crosslabel.projection.markers import LETTERS
from tests.little_memory import CTRANSLATE2, TORCH, LittleEngine, little_memory
from tests.pipeline.corpus_builds import LIMIT, small_recipe
from tests.pipeline.labellers.tiny_labellers import tiny_labeller
from tests.pipeline.methods.test_marker_model import sample_pairs
from tests.tiny_encoder import tiny_encoder

ENCODER = tiny_encoder()
SHIPPED = "mt-en-de-es"
FAST = Engine(device="cpu", threads=1)


def texts() -> list[TextPair]:
    return list(sample_pairs("de", 12))[:12]


def test_an_encoder() -> None:
    encoder = TransformerEncoder(str(ENCODER), device="cpu", batch_tokens=400)
    sentences = [pair.source.surface() for pair in sample_pairs("de", 30)]
    whole = encoder.encode(sentences)
    with little_memory(encoder._states.layer.model, 150) as asked:
        found = encoder.encode(sentences)
    np.testing.assert_allclose(found.vectors, whole.vectors, atol=1e-4)
    assert found.words.tolist() == whole.words.tolist()
    refused = [tokens for tokens in asked if tokens > 150]
    assert asked[:len(refused)] == refused and 1 <= len(refused) <= 2


def test_the_similarities_of_an_aligner(monkeypatch: pytest.MonkeyPatch) -> None:
    from crosslabel.projection.links import mutual

    encoder = TransformerEncoder(str(ENCODER), device="cpu")
    given = list(sample_pairs("de", 30))
    whole = EmbeddingAligner(encoder, "itermax").align(given)
    asked = []

    def match(similarity: Any, *given: Any) -> Any:
        asked.append(similarity.numel())
        if similarity.numel() > 4000:
            raise RuntimeError(TORCH)
        return compared(similarity, *given)

    compared = mutual.match
    monkeypatch.setattr(mutual, "match", match)
    found = EmbeddingAligner(encoder, "itermax").align(given)
    assert asked[0] > 4000 and asked[-1] <= 4000
    for ours, theirs in zip(found, whole, strict=True):
        assert ours.pairs.tolist() == theirs.pairs.tolist()
        np.testing.assert_allclose(ours.scores, theirs.scores, atol=1e-5)


def test_a_labeller(tmp_path: Path) -> None:
    network = Network.load(tiny_labeller(tmp_path, "token"), "token", "cpu")
    inputs = [dict(network.tokenizer(pair.source.text)) for pair in sample_pairs("de", 30)]
    whole = dict(network.logits(inputs))
    with little_memory(network.model, 200) as asked:
        found = dict(network.logits(inputs))
    assert asked[0] > 200 and asked[-1] <= 200
    for number in range(len(inputs)):
        np.testing.assert_allclose(found[number]["logits"], whole[number]["logits"], atol=1e-4)


def test_constrained_decoding() -> None:
    """Both the search and the scores of the other direction."""
    model = DecoderModel(translation_model(SHIPPED), LETTERS, device="cpu")
    source, given = ConstrainedDecoding(model, SearchOptions(best=3, budget=60)), texts()[:3]
    whole = source.find(given)
    with little_memory(model.decoder.network.get_encoder(), 60) as asked:
        found = source.find(given)
        assert max(asked) > 60 and model.decoder.texts.is_smaller
    for ours, theirs in zip(found, whole, strict=True):
        for (own,), (other,) in zip(ours.by_span, theirs.by_span, strict=True):
            assert own.words.tolist() == other.words.tolist()
            assert own.scores == pytest.approx(other.scores, rel=2e-5, abs=2e-3)


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_scored_phrases(device: str) -> None:
    """On processors batches of phrases are small and fit; on a GPU they are those of
    translation."""
    translator = Translator(translation_model(SHIPPED), FAST)
    phrases = [pair.source.text[slice(*span.fragments[0])]
               for pair in texts() for span in pair.spans]
    translated = [pair.target.text for pair in texts() for _ in pair.spans]
    scorer = PhraseScorer(translator)
    if device == "cuda":
        scorer._most_tokens = None
    whole = scorer.score(phrases, translated, "en", "de")
    engine = LittleEngine(translator._engine, 600)
    translator._engine = engine
    found = scorer.score(phrases, translated, "en", "de")
    np.testing.assert_allclose(found, whole, atol=0.05)  # int8 knows what stands beside it
    assert engine.asked == ([128] if device == "cpu" else [2048, 1024, 512])
    assert translator.computed.get("batch_tokens") == (None if device == "cpu" else 512)


@pytest.fixture
def own_models() -> Iterator[None]:
    """Models of this test's own, so that no other meets their smaller batches."""
    from crosslabel.pipeline.stages import shard_projection as project

    project._load.cache_clear()
    yield
    project._load.cache_clear()


def test_a_build_says_which_batches_were_made_smaller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_models: None
) -> None:
    recipe = small_recipe("targets=[de]", "projection.method=softmax")
    build(recipe, tmp_path / "whole", limit=LIMIT // 2)
    computed = CTranslate2Layer.states

    def states(layer: CTranslate2Layer, rows: Any, lengths: Any) -> Any:
        if rows.size > 160:
            raise RuntimeError(CTRANSLATE2)
        return computed(layer, rows, lengths)

    monkeypatch.setattr(CTranslate2Layer, "states", states)
    _, manifest, _ = build(recipe, tmp_path / "little", limit=LIMIT // 2)
    [size] = manifest["languages"]["de"]["smaller_batches"].values()
    assert size <= 160
    assert not list(verify(tmp_path / "little"))
    whole, little = (list(pairs(tmp_path / name)) for name in ("whole", "little"))
    assert [pair.row_id for pair in little] == [pair.row_id for pair in whole]
    assert [[p.fragments for p in pair.projections] for pair in little] == [
        [p.fragments for p in pair.projections] for pair in whole]


def test_a_translation_that_never_fits_may_fit_later() -> None:
    translator = Translator(translation_model(SHIPPED), FAST)
    engine = LittleEngine(translator._engine, 0)
    translator._engine = engine
    with pytest.raises(TransientError, match="tokens in translation: no memory for 32 at once"):
        translator.translate(["A text."], "en", "de", TranslationSection(model=SHIPPED))
    assert engine.asked == [2048, 1024, 512, 256, 128, 64, 32]
