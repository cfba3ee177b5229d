"""Texts, correlations, and comparisons on resampled examples."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from crosslabel.finetune.scores.evaluate import compare, compare_runs, evaluate
from crosslabel.finetune.scores.metrics import Correlation, Ratio
from crosslabel.finetune.scores.resampling import resampled
from crosslabel.projection.errors import InputError
from tests.finetune.scores.gold_folders import (
    IOB,
    Row,
    predicted_tags,
    tagged_row,
    write_gold,
    write_predicted,
)

CLASSES = ("no", "yes")


def labelled(name: str, number: int | None, lang: str = "de") -> Row:
    return {"example_id": name, "lang_a": lang, "a_label": number}


def class_files(folder: Path, right: dict[str, dict[str, list[bool]]]) -> tuple[Path, dict]:
    """Gold of class "yes", and per system and language which of its predictions are right."""
    first = next(iter(right.values()))
    gold = write_gold(folder, "sequence", CLASSES, [
        labelled(str(n), 1, lang) for lang, own in first.items() for n in range(len(own))])
    files = {name: write_predicted(folder / f"{name}.jsonl", [
        {"id": str(n), "lang": lang, "label": CLASSES[int(ok)]}
        for lang, own in langs.items() for n, ok in enumerate(own)
    ]) for name, langs in right.items()}
    return gold, files


def test_accuracy_of_classes_and_rows_without_gold(tmp_path: Path) -> None:
    gold = write_gold(tmp_path, "sequence", CLASSES, [
        labelled("1", 1), labelled("2", 0), labelled("3", None), labelled("4", 1)])
    found = [{"id": own, "lang": "de", "label": "yes"} for own in ("1", "2", "3")]
    score = evaluate(gold, write_predicted(tmp_path / "p.jsonl", found))
    assert score.examples == {"de": 3}
    assert score.mean["accuracy"].value == pytest.approx(1 / 3)
    assert score.predicted.missing == (("de", "4"),)
    assert score.predicted.unknown == (("de", "3"),)


VALUES = st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(0, 4)),
                  min_size=2, max_size=12)


@given(VALUES)
def test_correlations_of_a_sample_are_those_of_scipy(rows: list[tuple[int, int, int]]) -> None:
    given_, gold, times = (np.array(own, float) for own in zip(*rows, strict=True))
    one, other = (np.repeat(own, times.astype(int)) for own in (given_, gold))
    for by_rank, scipy in ((False, stats.pearsonr), (True, stats.spearmanr)):
        found = Correlation("r", given_, gold, by_rank).values(times[None])[0]
        vary = len(set(one)) > 1 and len(set(other)) > 1
        assert found == pytest.approx(scipy(one, other).statistic if vary else 0.0, abs=1e-9)


def test_regression_with_a_missing_value(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    gold, found = random.normal(size=(2, 30)).round(3)
    rows = [{"example_id": str(n), "lang_a": "de", "a_value": own} for n, own in enumerate(gold)]
    predicted = [{"id": str(n), "lang": "de", "value": own} for n, own in enumerate(found)]
    folder = write_gold(tmp_path, "sequence", (), rows)
    score = evaluate(folder, write_predicted(tmp_path / "p.jsonl", predicted))
    assert score.mean["pearson"].value == pytest.approx(stats.pearsonr(found, gold)[0], abs=1e-6)
    assert score.mean["spearman"].value == pytest.approx(stats.spearmanr(found, gold)[0])
    missing = evaluate(folder, write_predicted(tmp_path / "q.jsonl", predicted[1:]))
    filled = [found[1:].mean(), *found[1:]]
    assert missing.mean["pearson"].value == pytest.approx(stats.pearsonr(filled, gold)[0], abs=1e-6)
    bad = evaluate(folder, write_predicted(tmp_path / "r.jsonl", [
        {"id": "0", "lang": "de", "value": "1"}, {"lang": "de", "value": 1.0}]))
    assert len(bad.predicted.bad_rows) == 2 and len(bad.predicted.missing) == 30
    assert bad.mean["pearson"].value == 0.0


def test_a_sample_is_the_figure_of_the_examples_drawn() -> None:
    random = np.random.default_rng(1)
    over, under = random.integers(0, 5, (2, 40))
    found = resampled([[Ratio("r", over, under)]], 40, "de", 30, 7)[0, 0]
    drawn = np.random.default_rng([7, *b"de"]).multinomial(40, np.full(40, 1 / 40), size=30)
    for own, times in zip(found, drawn, strict=True):
        assert own == pytest.approx(np.repeat(over, times).sum() / np.repeat(under, times).sum())


def test_systems_are_compared_on_the_same_samples(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    one = {"de": list(random.random(200) < 0.7), "es": list(random.random(100) < 0.6)}
    better = {lang: [ok or random.random() < 0.5 for ok in own] for lang, own in one.items()}
    gold, files = class_files(tmp_path, {"one": one, "better": better})
    there = compare(gold, files)
    back = compare(gold, dict(reversed(files.items())))
    first, second = there.systems
    assert first.mean["accuracy"].difference is None
    for lang in ("de", "es"):
        figure, mirrored = second.languages[lang]["accuracy"], back.systems[1].languages[lang]
        exact = np.mean(better[lang]) - np.mean(one[lang])
        assert figure.difference == pytest.approx(exact)
        assert figure.difference_interval and figure.difference_interval.low > 0
        assert figure.difference_interval.low < exact < figure.difference_interval.high
        swapped = mirrored["accuracy"].difference_interval
        assert swapped and swapped.high == pytest.approx(-figure.difference_interval.low)
    mean = np.mean([np.mean(own) for own in one.values()])
    assert first.mean["accuracy"].value == pytest.approx(mean)
    width = first.mean["accuracy"].interval
    error = np.sqrt(sum(np.var(own) / len(own) for own in one.values())) / 2
    assert width.high - width.low == pytest.approx(2 * 1.96 * error, rel=0.15)


def test_another_language_changes_no_interval(tmp_path: Path) -> None:
    own = {"de": [True, False, True, True, False] * 5}
    alone = evaluate(*_only(class_files(tmp_path / "1", {"one": own})))
    both = evaluate(*_only(class_files(tmp_path / "2", {"one": own | {"es": [True, False]}})))
    assert alone.languages["de"] == both.languages["de"]


def _only(files: tuple[Path, dict]) -> tuple[Path, Path]:
    return files[0], files[1]["one"]


def test_equal_systems_differ_by_nothing(tmp_path: Path) -> None:
    gold = write_gold(tmp_path, "token", IOB, [tagged_row("1", ["B-X", "O"])])
    file = write_predicted(tmp_path / "p.jsonl", [predicted_tags("1", ["B-Y", "O"])])
    figure = compare(gold, {"one": file, "two": file}).systems[1].mean["f1"]
    assert figure.difference == 0.0
    assert figure.difference_interval and figure.difference_interval.as_values() == [0.0, 0.0]


def test_figures_are_json(tmp_path: Path) -> None:
    gold, files = class_files(tmp_path, {"one": {"de": [True, False]}, "two": {"de": [True]}})
    values = compare(gold, files).as_values()
    assert json.loads(json.dumps(values)) == values
    assert values["systems"][1]["missing"] == [["de", "1"]]
    assert values["systems"][0]["languages"]["de"]["accuracy"]["value"] == 0.5


def test_rows_named_twice_and_of_other_languages(tmp_path: Path) -> None:
    gold = write_gold(tmp_path, "sequence", CLASSES, [labelled("1", 1), labelled("1", 0, "es")])
    found = [{"id": "1", "lang": "de", "label": "yes"}, {"id": "1", "lang": "es", "label": "yes"},
             {"id": "1", "lang": "de", "label": "no"}, {"id": "1", "label": "no"}]
    score = evaluate(gold, write_predicted(tmp_path / "p.jsonl", found))
    assert [own["accuracy"].value for own in score.languages.values()] == [1.0, 0.0]
    assert [error.row for error in score.predicted.bad_rows] == [3, 4]


def test_nothing_to_measure(tmp_path: Path) -> None:
    unlabelled = write_gold(tmp_path, "sequence", CLASSES, [labelled("1", None)])
    with pytest.raises(InputError, match="no row has a gold label"):
        evaluate(unlabelled, write_predicted(tmp_path / "p.jsonl", []))
    with pytest.raises(InputError, match="nothing to measure"):
        compare(unlabelled, {})


def test_runs_of_a_system_are_averaged_on_the_same_samples(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    right = {name: {"de": random.random(60).round().astype(bool).tolist()} for name in "abc"}
    gold, files = class_files(tmp_path, right)
    alone = {name: compare(gold, {"a": files["a"], name: files[name]} if name != "a"
                           else {"a": files["a"]}).systems[-1].languages["de"]["accuracy"]
             for name in "abc"}
    runs = compare_runs(gold, {"a": [files["a"]], "b and c": [files["b"], files["c"]]})["de"]
    assert runs["a"]["accuracy"] == alone["a"]
    both = runs["b and c"]["accuracy"]
    assert both.value == pytest.approx((alone["b"].value + alone["c"].value) / 2)
    assert both.difference == pytest.approx(both.value - alone["a"].value)
    width = both.interval.high - both.interval.low
    widths = [alone[name].interval.high - alone[name].interval.low for name in "bc"]
    assert width < max(widths)
