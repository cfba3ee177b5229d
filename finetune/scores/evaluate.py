"""Systems measured on the gold labels of a feature dataset, per language and over all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from crosslabel.finetune.reading.columns import Array
from crosslabel.finetune.scores.gold import Key, TaskGold, read_gold
from crosslabel.finetune.scores.metrics import Floats, Metric, value
from crosslabel.finetune.scores.predicted import Row, TaskPredictions, read_predicted
from crosslabel.finetune.scores.questions import answer_metrics
from crosslabel.finetune.scores.resampling import resampled
from crosslabel.finetune.scores.tagging import LabelCounts, tag_figures
from crosslabel.finetune.scores.task_score import Figure, TaskComparison, TaskScore
from crosslabel.finetune.scores.texts import class_metrics, value_metrics
from crosslabel.projection.errors import InputError
from crosslabel.projection.evaluation.bootstrap import SAMPLES, SEED, interval


def evaluate(
    features: Path, predictions: Path, *, samples: int = SAMPLES, seed: int = SEED
) -> TaskScore:
    """Measure one prediction file.

    Args:
        features: features of the gold file, with evaluation columns.
        samples, seed: of the bootstrap behind the intervals.

    Raises:
        InputError: a file cannot be read, or there is nothing to measure against.
    """
    name = predictions.name
    return compare(features, {name: predictions}, samples=samples, seed=seed).systems[0]


def compare(
    features: Path, predictions: Mapping[str, Path], *, samples: int = SAMPLES, seed: int = SEED
) -> TaskComparison:
    """Measure prediction files by name, and each against the first.

    Raises:
        InputError: a file cannot be read, or there is nothing to measure against or to measure.
    """
    if not predictions:
        raise InputError("nothing to measure; add a prediction file")
    gold = read_gold(features)
    systems = [_measured(name, read_predicted(path, gold), gold)
               for name, path in predictions.items()]
    langs = _by_language(gold)
    drawn = {lang: resampled([_on(own.metrics, rows) for own in systems], len(rows), lang,
                             samples, seed) for lang, rows in langs.items()}
    exact = {lang: _exact(systems, rows) for lang, rows in langs.items()}
    scores = tuple(_score(n, systems, langs, exact, drawn) for n in range(len(systems)))
    return TaskComparison(gold.task, scores, samples, seed)


def compare_runs(
    features: Path,
    runs: Mapping[str, Sequence[Path]],
    *,
    samples: int = SAMPLES,
    seed: int = SEED,
) -> dict[str, dict[str, dict[str, Figure]]]:
    """Measure systems of several runs each, which differ in their seed.

    Returns:
        By language, system and metric the mean over runs, its interval, and the difference to the
        first system. Intervals are over examples: every run is measured on the same samples.

    Raises:
        InputError: as :func:`compare`.
    """
    gold = read_gold(features)
    systems = [[_measured(name, read_predicted(path, gold), gold) for path in paths]
               for name, paths in runs.items()]
    found = {}
    for lang, rows in _by_language(gold).items():
        exact = np.stack([_exact(own, rows).mean(axis=0) for own in systems])
        drawn = np.stack([
            resampled([_on(run.metrics, rows) for run in own], len(rows), lang, samples, seed)
            .mean(axis=0) for own in systems
        ])
        names = [metric.name for metric in systems[0][0].metrics]
        found[lang] = {name: _figures(names, number, exact, drawn)
                       for number, name in enumerate(runs)}
    return found


@dataclass(frozen=True, slots=True)
class _Measured:
    """One system on all gold examples."""

    name: str
    predicted: TaskPredictions
    metrics: Sequence[Metric]
    labels: LabelCounts | None = None
    incomplete: tuple[Key, ...] = ()


def _measured(name: str, predicted: TaskPredictions, gold: TaskGold) -> _Measured:
    rows: Sequence[Row | None] = predicted.rows
    if gold.tags is not None:
        found = tag_figures(gold, gold.tags, rows)
        return _Measured(name, predicted, found.metrics, found.labels, found.incomplete)
    if gold.classes is not None:
        return _Measured(name, predicted, class_metrics(gold.labels, gold.classes.tolist(), rows))
    if gold.values is not None:
        return _Measured(name, predicted, value_metrics(gold.values, rows))
    return _Measured(name, predicted, answer_metrics(gold, rows))


def _by_language(gold: TaskGold) -> dict[str, Array]:
    """Numbers of the examples of each language, languages in alphabetical order."""
    langs = np.array([lang for lang, _ in gold.keys])
    return {str(lang): np.flatnonzero(langs == lang) for lang in np.unique(langs)}


def _on(metrics: Sequence[Metric], examples: Array) -> list[Metric]:
    return [metric.of(examples) for metric in metrics]


def _exact(systems: Sequence[_Measured], examples: Array) -> Floats:
    """(systems, metrics, 1) figures without resampling."""
    return np.array([[[value(metric, len(examples))] for metric in _on(own.metrics, examples)]
                     for own in systems])


def _score(
    number: int,
    systems: Sequence[_Measured],
    langs: Mapping[str, Array],
    exact: Mapping[str, Floats],
    drawn: Mapping[str, Floats],
) -> TaskScore:
    own = systems[number]
    names = [metric.name for metric in own.metrics]
    mean_exact, mean_drawn = (sum(given.values()) / len(langs) for given in (exact, drawn))
    return TaskScore(
        name=own.name,
        languages={lang: _figures(names, number, exact[lang], drawn[lang]) for lang in langs},
        mean=_figures(names, number, np.asarray(mean_exact), np.asarray(mean_drawn)),
        labels={lang: own.labels.figures(rows) for lang, rows in langs.items()}
        if own.labels else {},
        examples={lang: len(rows) for lang, rows in langs.items()},
        predicted=own.predicted,
        incomplete=own.incomplete,
    )  # fmt: skip


def _figures(names: Sequence[str], number: int, exact: Floats, drawn: Floats) -> dict[str, Figure]:
    figures = {}
    for metric, name in enumerate(names):
        found, samples = exact[number, metric, 0], drawn[number, metric]
        first = (exact[0, metric, 0], drawn[0, metric])
        figures[name] = Figure(
            float(found), interval(samples),
            None if number == 0 else float(found - first[0]),
            None if number == 0 else interval(samples - first[1]),
        )  # fmt: skip
    return figures
