"""Exact match and F1 of answers against the metric written down anew."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.finetune.scores.evaluate import evaluate
from crosslabel.finetune.scores.questions import score
from tests.finetune.scores.gold_folders import write_gold, write_predicted

ANSWERS = st.text(st.sampled_from("ab AnThe.,-é 1"), max_size=12)


def words(text: str) -> list[str]:
    kept = "".join(c for c in text.lower() if c not in string.punctuation)
    return [word for word in re.split(r"\s+", kept) if word not in ("", "a", "an", "the")]


@given(ANSWERS, ANSWERS)
def test_as_in_squad(answer: str, right: str) -> None:
    own, other = words(answer), words(right)
    common = 0
    rest = list(other)
    for word in own:
        if word in rest:
            rest.remove(word)
            common += 1
    if own and other:
        precision, recall = common / len(own), common / len(other)
        f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    else:
        f1 = float(own == other)
    assert score(answer, right, "de") == (pytest.approx(f1), own == other)


@pytest.mark.parametrize(
    ("answer", "right", "lang", "f1"),
    [
        ("the Rhine", "Rhine!", "de", 1.0),
        ("der Rhein", "Rhein", "de", 2 / 3),
        ("北京市", "北京", "zh", 0.8),
        ("北京市", "北京", "zh-Hant", 0.8),
        ("北京。", "「北京」", "zh", 1.0),
        ("北京市", "北京", "de", 0.0),
        ("東京タワー", "東京", "ja", 4 / 7),
        ("iPhone 5", "iPhone", "ja", 2 / 3),
        ("", "Rhein", "de", 0.0),
        ("", "", "de", 1.0),
    ],
)
def test_words_of_a_language(answer: str, right: str, lang: str, f1: float) -> None:
    assert score(answer, right, lang)[0] == pytest.approx(f1)


def test_the_best_of_the_right_answers_counts(tmp_path: Path) -> None:
    def row(name: str, *answers: str) -> dict[str, object]:
        return {"example_id": name, "lang_a": "de", "a_start": 0,
                "a_answers": [{"text": own, "start": 0} for own in answers]}

    gold = write_gold(tmp_path, "qa", (), [
        row("1", "Rhein", "der lange Rhein"), row("1", "Rhein", "der lange Rhein"),  # two windows
        row("2", "Elbe"), row("3", "Oder"), row("4"),
    ])
    found = [{"id": own, "lang": "de", "answer": answer} for own, answer in (
        ("1", "der Rhein"), ("2", "Elbe."), ("4", ""), ("5", "Main"))]
    result = evaluate(gold, write_predicted(tmp_path / "p.jsonl", found))
    assert result.examples == {"de": 4}
    assert result.mean["f1"].value == pytest.approx((0.8 + 1 + 0 + 1) / 4)
    assert result.mean["exact_match"].value == pytest.approx(2 / 4)
    assert result.predicted.missing == (("de", "3"),)
    assert result.predicted.unknown == (("de", "5"),)
