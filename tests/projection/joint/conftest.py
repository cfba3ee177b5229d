"""The shipped calibrator and encoder, and aligners trained on the sample corpus."""

from __future__ import annotations

import pytest

from crosslabel.pipeline.models.find import encoder_model
from crosslabel.projection.joint.calibrator import Calibrator
from crosslabel.projection.links.embedding import EmbeddingAligner
from crosslabel.projection.links.encoder import TransformerEncoder
from crosslabel.projection.links.softmax import Softmax
from crosslabel.projection.links.statistical import StatisticalAligner
from tests.conftest import ROOT
from tests.projection.joint.joint_cases import LANGS, Tables, sample, words_of

WEAKEST = 0.01


@pytest.fixture(scope="session")
def calibrator() -> Calibrator:
    """The one that ships."""
    return Calibrator.load(ROOT / "data" / "calibrators" / "projection.json")


@pytest.fixture(scope="session")
def statistical() -> dict[str, StatisticalAligner]:
    """By language, trained on the sample corpus alone."""
    return {lang: StatisticalAligner.train(words_of(sample(lang)), WEAKEST) for lang in LANGS}


@pytest.fixture(scope="session")
def embedding() -> EmbeddingAligner:
    """Aligner of the encoder that ships."""
    encoder = TransformerEncoder(str(encoder_model("e5-small").path))
    return EmbeddingAligner(encoder, "softmax", softmax=Softmax(threshold=WEAKEST))


@pytest.fixture(scope="session")
def tables(
    statistical: dict[str, StatisticalAligner], embedding: EmbeddingAligner
) -> Tables:
    """By language, the links of every sample pair by both aligners."""
    pairs = {lang: [row.pair for row in sample(lang)] for lang in LANGS}
    return {
        lang: tuple(
            {pair.id: links for pair, links in zip(own, source.align(own), strict=True)}
            for source in (statistical[lang], embedding)
        )
        for lang, own in pairs.items()
    }
