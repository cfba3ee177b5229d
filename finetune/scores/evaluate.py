"""Measurement of systems on the gold labels of a feature dataset, per language and over all."""

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
        InputError: a file cannot be read, or there are no gold labels.
    """
    name = predictions.name
    return compare(features, {name: predictions}, samples=samples, seed=seed).systems[0]


def compare(
    features: Path, predictions: Mapping[str, Path], *, samples: int = SAMPLES, seed: int = SEED
) -> TaskComparison:
    """Measure named prediction files, and compare each with the first.

    Raises:
        InputError: a file cannot be read, or there are no predictions or no gold labels.
    """
    if not predictions:
        raise InputError("nothing to measure; add a prediction file")
    gold = read_gold(features)
    systems = [_measured(name, read_predicted(path, gold), gold)
               for name, path in predictions.items()]
    langs = _by_language(gold)
    drawn = {lang: resampled([_on(system.metrics, rows) for system in systems], len(rows), lang,
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
    """Measure systems with several runs each, which differ in their seed.

    Returns:
        By language, system and metric, the mean over runs, its interval, and the difference to the
        first system. Intervals are over examples: every run is measured on the same samples.

    Raises:
        InputError: as :func:`compare`.
    """
    gold = read_gold(features)
    systems = [[_measured(name, read_predicted(path, gold), gold) for path in paths]
               for name, paths in runs.items()]
    figures = {}
    for lang, rows in _by_language(gold).items():
        exact = np.stack([_exact(system, rows).mean(axis=0) for system in systems])
        drawn = np.stack([
            resampled([_on(run.metrics, rows) for run in system], len(rows), lang, samples, seed)
            .mean(axis=0) for system in systems
        ])
        names = [metric.name for metric in systems[0][0].metrics]
        figures[lang] = {name: _figures(names, number, exact, drawn)
                         for number, name in enumerate(runs)}
    return figures


@dataclass(frozen=True, slots=True)
class _Measured:
    """A system measured on all gold examples."""

    name: str
    predicted: TaskPredictions
    metrics: Sequence[Metric]
    labels: LabelCounts | None = None
    incomplete: tuple[Key, ...] = ()


def _measured(name: str, predicted: TaskPredictions, gold: TaskGold) -> _Measured:
    rows: Sequence[Row | None] = predicted.rows
    if gold.tags is not None:
        figures = tag_figures(gold, gold.tags, rows)
        return _Measured(name, predicted, figures.metrics, figures.labels, figures.incomplete)
    if gold.classes is not None:
        return _Measured(name, predicted, class_metrics(gold.labels, gold.classes.tolist(), rows))
    if gold.values is not None:
        return _Measured(name, predicted, value_metrics(gold.values, rows))
    return _Measured(name, predicted, answer_metrics(gold, rows))


def _by_language(gold: TaskGold) -> dict[str, Array]:
    """Return the numbers of the examples by language, in alphabetical order of languages."""
    langs = np.array([lang for lang, _ in gold.keys])
    return {str(lang): np.flatnonzero(langs == lang) for lang in np.unique(langs)}


def _on(metrics: Sequence[Metric], examples: Array) -> list[Metric]:
    return [metric.of(examples) for metric in metrics]


def _exact(systems: Sequence[_Measured], examples: Array) -> Floats:
    """Return the figures (systems, metrics, 1) without resampling."""
    return np.array([[[value(metric, len(examples))] for metric in _on(system.metrics, examples)]
                     for system in systems])


def _score(
    number: int,
    systems: Sequence[_Measured],
    langs: Mapping[str, Array],
    exact: Mapping[str, Floats],
    drawn: Mapping[str, Floats],
) -> TaskScore:
    system = systems[number]
    names = [metric.name for metric in system.metrics]
    mean_exact, mean_drawn = (sum(given.values()) / len(langs) for given in (exact, drawn))
    return TaskScore(
        name=system.name,
        languages={lang: _figures(names, number, exact[lang], drawn[lang]) for lang in langs},
        mean=_figures(names, number, np.asarray(mean_exact), np.asarray(mean_drawn)),
        labels={lang: system.labels.figures(rows) for lang, rows in langs.items()}
        if system.labels else {},
        examples={lang: len(rows) for lang, rows in langs.items()},
        predicted=system.predicted,
        incomplete=system.incomplete,
    )  # fmt: skip


def _figures(names: Sequence[str], number: int, exact: Floats, drawn: Floats) -> dict[str, Figure]:
    figures = {}
    for metric, name in enumerate(names):
        figure, samples = exact[number, metric, 0], drawn[number, metric]
        first = (exact[0, metric, 0], drawn[0, metric])
        figures[name] = Figure(
            float(figure), interval(samples),
            None if number == 0 else float(figure - first[0]),
            None if number == 0 else interval(samples - first[1]),
        )  # fmt: skip
    return figures
