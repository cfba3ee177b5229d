"""Answers of XQuAD projected onto its human translations, compared with the gold answers there."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.tasks.task_scores import answer_figures
from crosslabel.pipeline.corpus.records import Example
from crosslabel.pipeline.export.writers.squad import write_squad
from crosslabel.pipeline.readers import read
from tests.pipeline.gold_corpora import GoldCorpus

QUESTIONS = 60


@pytest.fixture(scope="module")
def corpus(crosslabel_data: Path, tmp_path_factory: pytest.TempPathFactory) -> GoldCorpus:
    return GoldCorpus("xquad", QUESTIONS, crosslabel_data, tmp_path_factory.mktemp("xquad"))


@pytest.mark.parametrize(
    ("lang", "f1", "exact_match", "of_projected"),
    [("de", 0.75, 0.68, 0.91), ("es", 0.77, 0.75, 0.93), ("zh", 0.25, 0.19, 0.85),
     ("ar", 0.61, 0.60, 0.90)],
)
def test_projected_answers_are_mostly_the_gold_ones(
    corpus: GoldCorpus, lang: str, f1: float, exact_match: float, of_projected: float
) -> None:
    found = corpus.figures(lang, answer_figures)
    assert found["questions"] == len(corpus.pairs[lang]) == QUESTIONS
    assert found["f1"] >= f1
    assert found["exact_match"] >= exact_match
    assert found["f1_of_projected"] >= of_projected


@pytest.mark.parametrize("lang", ["de", "es", "zh", "ar"])
def test_projected_answers_are_the_same_written_and_read_again(
    corpus: GoldCorpus, tmp_path: Path, lang: str
) -> None:
    answered = {pair.a.id: pair.a for pair in corpus.pairs[lang] if pair.a.spans}
    assert len(answered) > QUESTIONS // 5
    assert write_squad(tmp_path / "qa.json", answered.values()).rows == len(answered)
    back = {row.id: row for row in read(tmp_path / "qa.json", lang=lang)
            if isinstance(row, Example)}
    assert back.keys() == answered.keys()
    for id, row in back.items():
        assert row.fields == answered[id].fields
        assert [span.fragments for span in row.spans] == [
            span.fragments for span in answered[id].spans]
