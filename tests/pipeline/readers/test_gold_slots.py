"""Slots and intents of xSID projected onto its human translations."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.tasks.task_scores import span_figures
from tests.pipeline.gold_corpora import GoldCorpus

REQUESTS = 100


@pytest.fixture(scope="module")
def corpus(crosslabel_data: Path, tmp_path_factory: pytest.TempPathFactory) -> GoldCorpus:
    return GoldCorpus("xsid", REQUESTS, crosslabel_data, tmp_path_factory.mktemp("xsid"))


@pytest.mark.parametrize(
    ("lang", "f1", "precision"),
    [("de", 0.86, 0.87), ("da", 0.64, 0.64), ("nl", 0.96, 0.97), ("zh", 0.58, 0.60)],
)
def test_slots_are_mostly_the_gold_ones_and_intents_all(
    corpus: GoldCorpus, lang: str, f1: float, precision: float
) -> None:
    found = corpus.figures(lang, span_figures)
    assert found["spans"] > REQUESTS
    assert found["f1"] >= f1
    assert found["precision"] >= precision
    assert found["same_label"] == 1.0


@pytest.mark.parametrize("lang", ["de", "da", "nl", "zh"])
def test_intents_stand_on_both_sides(corpus: GoldCorpus, lang: str) -> None:
    gold = corpus.gold[lang]
    assert len(corpus.pairs[lang]) == REQUESTS
    for pair in corpus.pairs[lang]:
        assert pair.a.label == pair.b.label == gold[pair.a.id].label
        assert {span.label for span in pair.a.spans} <= {span.label for span in pair.b.spans}
