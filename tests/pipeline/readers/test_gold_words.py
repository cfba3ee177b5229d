"""Parts of speech of the English PUD treebank projected onto those of other languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.tasks.task_scores import word_figures
from tests.pipeline.gold_corpora import GoldCorpus

SENTENCES = 100


@pytest.fixture(scope="module")
def corpus(crosslabel_data: Path, tmp_path_factory: pytest.TempPathFactory) -> GoldCorpus:
    return GoldCorpus("pud", SENTENCES, crosslabel_data, tmp_path_factory.mktemp("pud"))


@pytest.mark.parametrize(
    ("lang", "labelled", "accuracy"),
    [("de", 0.70, 0.73), ("es", 0.60, 0.72), ("fr", 0.60, 0.73), ("zh", 0.15, 0.45)],
)
def test_words_that_links_reach_have_mostly_the_gold_part_of_speech(
    corpus: GoldCorpus, lang: str, labelled: float, accuracy: float
) -> None:
    found = corpus.figures(lang, word_figures)
    assert found["words"] > 10 * SENTENCES
    assert found["labelled"] >= labelled
    assert found["accuracy_of_labelled"] >= accuracy


@pytest.mark.parametrize("lang", ["de", "es", "fr", "zh"])
def test_every_sentence_is_there_and_its_other_words_are_unknown(
    corpus: GoldCorpus, lang: str
) -> None:
    assert {pair.a.id for pair in corpus.pairs[lang]} == corpus.gold[lang].keys()
    for pair in corpus.pairs[lang]:
        [words], [given] = pair.a.words, pair.b.words
        reached = {range_ for p in pair.projections for range_ in p.fragments}
        for (start, end), label in zip(words.ranges, words.labels, strict=True):
            assert label is None or label in given.labels
            if not any(left < end and start < right for left, right in reached):
                assert label is None
