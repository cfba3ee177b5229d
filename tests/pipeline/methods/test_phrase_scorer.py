"""Scores of phrases are transformers' own log-probabilities; candidates of the shipped model."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from crosslabel.pipeline.methods.phrase_scorer import PhraseScorer
from crosslabel.pipeline.models.convert import convert, translation_model
from crosslabel.pipeline.models.find import locate
from crosslabel.pipeline.models.manifest import describe
from crosslabel.pipeline.recipe import Engine
from crosslabel.pipeline.storage.shipped import SAMPLES
from crosslabel.pipeline.translation.translator import Translator, load_translator
from crosslabel.projection.files.pairs import PairRow, read_pairs
from crosslabel.projection.interface import GivenSpan, Side, TextPair
from crosslabel.projection.targets.candidate_scoring import CandidateScoring
from crosslabel.projection.words import word_ranges

SHIPPED = "mt-en-de-es"
EXACT = Engine(device="cpu", compute_type="float32", threads=1)
FAST = Engine(device="cpu", threads=1)


def sample() -> list[PairRow]:
    rows = [row for row in read_pairs(SAMPLES / "ner.en-de.jsonl") if isinstance(row, PairRow)]
    assert len(rows) > 20
    return rows


def phrases() -> tuple[list[str], list[str]]:
    """Phrases beside translations that are right, wrong or empty, and the empty text beside all."""
    texts, translations = [], []
    for row in sample()[:12]:
        ours = [row.pair.source.text[slice(*span.fragments[0])] for span in row.pair.spans]
        theirs = [row.pair.target.text[slice(*span.fragments[0])] for span in row.gold or ()]
        texts += [text for text in ["", *ours, row.pair.source.text] for _ in theirs]
        translations += theirs * (len(ours) + 2)
    return [*texts, "Rome"], [*translations, ""]


@pytest.fixture(scope="module")
def exact(tmp_path_factory: pytest.TempPathFactory) -> PhraseScorer:
    folder = tmp_path_factory.mktemp("converted") / "model"
    convert(locate(SHIPPED) / "torch", folder, name="exact", quantization="float32")
    return PhraseScorer(Translator(describe(folder), EXACT))


@pytest.fixture(scope="module")
def shipped() -> PhraseScorer:
    return PhraseScorer(load_translator(translation_model(SHIPPED), FAST))


def by_transformers(checkpoint: Path, texts: list[str], translations: list[str]) -> np.ndarray:
    """Mean log-probability of each translation into German, text by text.

    Padding is no possible token.
    """
    import torch
    from transformers import MarianMTModel, MarianTokenizer

    tokenizer = MarianTokenizer.from_pretrained(checkpoint)
    model = MarianMTModel.from_pretrained(checkpoint, dtype=torch.float32).eval()
    found = []
    for text, translation in zip(texts, translations, strict=True):
        inputs = tokenizer([f">>de<< {text}"], return_tensors="pt")
        labels = tokenizer(text_target=[translation], return_tensors="pt").input_ids
        with torch.no_grad():
            logits = model(**inputs, labels=labels).logits[0]
        logits[:, tokenizer.pad_token_id] = -torch.inf
        shares = logits.log_softmax(dim=-1).gather(1, labels[0][:, None])
        found.append(float(shares.mean()))
    return np.array(found)


def test_scores_are_the_log_probabilities_of_transformers(exact: PhraseScorer) -> None:
    texts, translations = phrases()
    expected = by_transformers(locate(SHIPPED) / "torch", texts, translations)
    assert np.ptp(expected) > 3
    np.testing.assert_allclose(
        exact.score(texts, translations, "en", "de"), expected, atol=1e-3
    )


def test_the_shipped_model_scores_nearly_the_same(
    exact: PhraseScorer, shipped: PhraseScorer
) -> None:
    for langs in (("en", "de"), ("en", "es")):
        scores = [scorer.score(*phrases(), *langs) for scorer in (exact, shipped)]
        # 0.99 where the CPU multiplies int8 exactly (VNNI); without that, sums saturate.
        assert np.corrcoef(scores)[0, 1] > 0.95


def test_the_order_of_phrases_does_not_matter(shipped: PhraseScorer) -> None:
    texts, translations = phrases()
    order = random.Random(5).sample(range(len(texts)), len(texts))
    mixed = shipped.score([texts[n] for n in order], [translations[n] for n in order], "en", "de")
    assert mixed.tolist() == shipped.score(texts, translations, "en", "de")[order].tolist()


def test_phrases_over_the_limit_have_no_score_and_spare_the_others(shipped: PhraseScorer) -> None:
    long = "word " * 400
    scores = shipped.score(["Rome", long, "Rome"], ["Rom", "Rom", long], "en", "de")
    assert np.isnan(scores).tolist() == [False, True, True]
    assert shipped.score(["Rome"], ["Rom"], "en", "de")[0] == pytest.approx(scores[0], abs=0.2)


def test_no_phrases_have_no_scores(shipped: PhraseScorer) -> None:
    assert shipped.score([], [], "en", "de").shape == (0,)


def test_the_model_says_which_directions_it_does_not_know(shipped: PhraseScorer) -> None:
    assert shipped.refusal("en-GB", "de-AT") is None and shipped.refusal("de", "en") is None
    assert "does not translate into 'fr'" in str(shipped.refusal("en", "fr"))
    assert "does not translate de-es" in str(shipped.refusal("de", "es"))
    assert "not a BCP-47 language tag" in str(shipped.refusal("", "de"))


def test_the_shipped_model_finds_nearly_all_targets_of_the_sample(shipped: PhraseScorer) -> None:
    rows = sample()
    found = CandidateScoring(shipped).find([row.pair for row in rows])
    first = spans = 0
    for row, own in zip(rows, found, strict=True):
        gold = {(span.label, row.pair.target.text[slice(*span.fragments[0])])
                for span in row.gold or ()}
        for span, (ranked,) in zip(row.pair.spans, own.by_span, strict=True):
            words = [row.pair.target.words[place] for place in (ranked.words[0] - [0, 1]).tolist()]
            text = row.pair.target.text[words[0][0]:words[1][1]]
            first += (span.label, text) in gold
            spans += 1
    assert first > 0.9 * spans


def test_pairs_of_unknown_languages_get_a_reason(shipped: PhraseScorer) -> None:
    sides = [Side(text, word_ranges(text, lang), lang)
             for text, lang in (("I saw Rome.", "en"), ("J'ai vu Rome.", "fr"))]
    span = GivenSpan("1", "LOC", ((6, 10),))
    [french] = CandidateScoring(shipped).find([TextPair("1", *sides, (span,))])
    assert "does not translate into 'fr'" in str(french.reason)
