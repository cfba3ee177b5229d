"""Measurement of projected spans and of predictions against gold data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from crosslabel.library.arguments import checked
from crosslabel.library.lines import chunks, writable
from crosslabel.library.places import local_place, local_place_or_none
from crosslabel.library.progress import Display, Progress, shown
from crosslabel.library.projector import trained_for
from crosslabel.pipeline.methods.method_models import models_by_one_name
from crosslabel.pipeline.methods.projectors import ProjectorOptions, projector
from crosslabel.pipeline.recipe.methods import METHODS, check_method
from crosslabel.projection.errors import InputError
from crosslabel.projection.evaluation.bootstrap import Interval
from crosslabel.projection.evaluation.comparison import Comparison, compare_systems
from crosslabel.projection.evaluation.gold import (
    GoldFile,
    PredictionFile,
    read_beside,
    read_gold_rows,
)
from crosslabel.projection.evaluation.reliability import Reliability
from crosslabel.projection.evaluation.report import Report, evaluate_predicted
from crosslabel.projection.evaluation.report import evaluate as evaluate_projections
from crosslabel.projection.evaluation.strict import ERROR_KINDS, Score
from crosslabel.projection.files.compression import without_compression

if TYPE_CHECKING:
    from crosslabel.finetune.scores.task_score import Figure as Figure
    from crosslabel.finetune.scores.task_score import TaskComparison as TaskComparison
    from crosslabel.library.places import Place
    from crosslabel.projection.interface import Projection

__all__ = ["ERROR_KINDS", "Comparison", "Interval", "MeasuredProjection", "MeasuredTask",
           "Reliability", "Report", "Score", "combine", "projection", "task"]

_SHOWN_IDS = 5


@dataclass(frozen=True, slots=True)
class MeasuredProjection:
    """The figures of several systems on one gold file.

    Attributes:
        comparison: the figures.
        gold: the gold file as it was read.
        files: the prediction files as they were read, by system.
    """

    comparison: Comparison
    gold: GoldFile
    files: Mapping[str, PredictionFile]

    def problems(self) -> list[str]:
        """Return unusable rows, and pairs that are only in the gold file or only in predictions."""
        lines = [str(error) for error in self.gold.bad_rows]
        for name, file in self.files.items():
            lines += [str(error) for error in file.bad_rows]
            if file.missing:
                lines.append(f"{name}: no prediction for {_named(file.missing)} of the gold")
            if file.unknown:
                lines.append(f"{name}: not in the gold: {_named(file.unknown)}")
        return lines

    def write(self, file: Place) -> None:
        """Write all figures as JSON.

        Raises:
            InputError: the file cannot be written.
        """
        from crosslabel.pipeline.storage.files import write_json

        values = self.comparison.as_values() | {
            "bad_rows": [str(error) for error in self.gold.bad_rows]}
        for system in values["systems"]:
            read = self.files.get(system["name"])
            system["missing"] = list(read.missing) if read else []
            system["unknown"] = list(read.unknown) if read else []
            system["bad_rows"] = [str(error) for error in read.bad_rows] if read else []
        path = local_place(file, "the file of figures")
        with writable(path):
            write_json(path, values)

    def draw(self, file: Place) -> None:
        """Draw precision by coverage, and reliability: ``.svg`` or ``.png``.

        Raises:
            InputError: the file cannot be written, or matplotlib is not installed.
        """
        from crosslabel.pipeline.storage.files import committed
        from crosslabel.projection.evaluation.picture import draw, picture_format

        path = local_place(file, "a picture")
        form = picture_format(path)
        with writable(path), committed(path) as opened:
            draw(self.comparison.reports, opened, form)


def _named(ids: tuple[str, ...]) -> str:
    more = len(ids) - _SHOWN_IDS
    listed = ", ".join(ids[:_SHOWN_IDS])
    return f"{len(ids)} pairs ({listed}{f' and {more} more' if more > 0 else ''})"


@checked()
def projection(
    gold: Place,
    predictions: Sequence[Place] = (),
    *,
    methods: Sequence[str] = (),
    model: Place | None = None,
    layer: int | None = None,
    device: str = "auto",
    links: Place | None = None,
    links_key: str | None = None,
    bitext: Place | None = None,
    precision: float | None = None,
    picture: Place | None = None,
    samples: int = 1000,
    seed: int = 0,
    progress: Progress | bool = True,
) -> MeasuredProjection:
    """Measure strict span precision, recall and F1, kinds of errors, and the best possible scores.

    A span is correct if its boundaries and label equal the gold span's. Pairs without a prediction
    count as missed. Several systems are compared with the first, on the same resampled pairs.

    Args:
        gold: pair file with target spans.
        predictions: files of :meth:`Projector.project_file`.
        methods: names of methods that project the gold file now.
        model, layer, device, links, links_key, bitext, precision: of the methods, as for
            :meth:`Projector.from_pretrained`.
        picture: also draw the figures into this file.
        samples: number of resampled gold sets behind each interval.
        seed: of the resampling.

    Raises:
        InputError: a file, method or model cannot be used, or nothing is to be measured.
    """
    from crosslabel.projection.evaluation.picture import picture_format

    files = [local_place(file, "a file of predictions") for file in predictions]
    _check(files, methods, (model, layer), (links, links_key))
    if picture is not None:
        picture_format(local_place(picture, "a picture"))
    read = read_gold_rows(local_place(gold, "a gold file"))
    beside = {name: read_beside(read.rows, path)
              for name, path in system_names(files, methods).items()}
    reports = {name: evaluate_predicted(read.rows, file.predicted)
               for name, file in beside.items()}
    options = ProjectorOptions(
        layer=layer, device=device, row_ids=read.ids, precision=precision, links_key=links_key,
        links=local_place_or_none(links, "a file of links"))
    pairs = [row.pair for row in read.rows]
    text = local_place_or_none(bitext, "a bitext")
    with shown(progress) as display, trained_for(methods, options, pairs, text,
                                                 display.tell) as ready:
        reports |= _run_methods(read, methods, ready, model, display)
    measured = MeasuredProjection(compare_systems(reports, samples, seed), read, beside)
    if picture is not None:
        measured.draw(picture)
    return measured


def _check(
    files: Sequence[Path],
    methods: Sequence[str],
    encoder: tuple[Place | None, int | None],
    links: tuple[Place | None, str | None],
) -> None:
    if not files and not methods:
        raise InputError("nothing to measure; give predictions or a method")
    _check_once([*files, *methods])
    for method in methods:
        check_method(method)
    if encoder != (None, None) and not methods:
        raise InputError("a model and a layer are for methods; give a method")
    if links[0] is not None and "links" not in methods:
        raise InputError("a file of links is for the method links; give that method")
    if links[0] is None and links[1] is not None:
        raise InputError("a name of links is for a file of links; give the file too")


def _check_once(systems: Sequence[Path | str]) -> None:
    twice = [str(system) for system, count in Counter(systems).items() if count > 1]
    if twice:
        raise InputError(f"{twice[0]} is given twice; keep one")


def system_names(files: Sequence[Path], methods: Sequence[str] = ()) -> dict[str, Path]:
    """Return prediction files by system name: the file name, or the path if that is not unique."""
    names = [without_compression(path.name).removesuffix(".jsonl") for path in files]
    counts = Counter([*names, *methods])
    return {
        name if counts[name] == 1 else str(path): path
        for name, path in zip(names, files, strict=True)
    }


def _run_methods(
    gold: GoldFile,
    methods: Sequence[str],
    options: ProjectorOptions,
    model: Place | None,
    display: Display,
) -> dict[str, Report]:
    """Project the gold pairs by every method and measure the projections."""
    return {
        method: evaluate_projections(gold.rows, _projected(gold, method, options, model, display))
        for method in methods
    }


def _projected(
    gold: GoldFile, method: str, options: ProjectorOptions, model: Place | None, display: Display
) -> list[list[Projection]]:
    models = models_by_one_name(method, None if model is None else str(model))
    if models.warning:
        display.tell(models.warning)
    chosen = projector(method, replace(options, models=models))
    projected: list[list[Projection]] = []
    display.progress(method, 0, len(gold.rows))
    for chunk in chunks(gold.rows) if METHODS[method].by_shard else [gold.rows]:
        projected += chosen.project([row.pair for row in chunk])
        display.progress(method, len(projected), len(gold.rows))
    return projected


@dataclass(frozen=True, slots=True)
class MeasuredTask:
    """The figures of several systems on the gold labels of features.

    Attributes:
        comparison: the figures, by system, language and metric.
    """

    comparison: TaskComparison

    def problems(self) -> list[str]:
        """Return unusable rows, and examples that are only in the gold or only in predictions."""
        return list(self._problems())

    def _problems(self) -> Iterator[str]:
        for system in self.comparison.systems:
            yield from map(str, system.predicted.bad_rows)
            for keys, problem in (
                (system.predicted.missing, "no prediction, counted as wrong"),
                (system.incomplete, "words without prediction, counted as wrong"),
                (system.predicted.unknown, "without gold label, not counted"),
            ):
                if keys:
                    yield f"{system.name}: {problem}: {_named_examples(keys)}"

    def write(self, file: Place) -> None:
        """Write all figures as JSON.

        Raises:
            InputError: the file cannot be written.
        """
        from crosslabel.pipeline.storage.files import write_json

        path = local_place(file, "the file of figures")
        with writable(path):
            write_json(path, self.comparison.as_values())


def _named_examples(keys: Sequence[tuple[str, str]]) -> str:
    listed = ", ".join(f"{id} ({lang})" for lang, id in keys[:_SHOWN_IDS])
    more = len(keys) - _SHOWN_IDS
    return f"{len(keys)} examples: {listed}{f' and {more} more' if more > 0 else ''}"


@checked()
def task(
    gold: Place, predictions: Sequence[Place], *, samples: int = 1000, seed: int = 0
) -> MeasuredTask:
    """Measure predictions in each language, and compare each system with the first.

    Spans: F1, precision and recall of exact spans, and accuracy of words. Word labels and classes:
    accuracy. Values: Pearson's and Spearman's correlation. Answers: F1 and exact match as in SQuAD,
    by characters in Chinese and Japanese. Examples without a prediction count as wrong.

    Args:
        gold: folder of features of the gold file.
        predictions: files of :meth:`Student.predict_file`.
        samples: number of resampled gold sets behind each interval.
        seed: of the resampling.

    Raises:
        InputError: a file cannot be read, or there are no gold labels.
    """
    from crosslabel.finetune.scores.evaluate import compare

    files = [local_place(file, "a file of predictions") for file in predictions]
    _check_once(files)
    folder = local_place(gold, "a folder of features")
    return MeasuredTask(compare(folder, system_names(files), samples=samples, seed=seed))


@checked()
def combine(
    predictions: Sequence[Place],
    output: Place,
    *,
    by: Literal["mean", "vote"] = "mean",
    weights: Sequence[float] | None = None,
) -> list[str]:
    """Combine predictions of the same texts: tags and spans, classes, values or answers.

    Args:
        predictions: two or more files of :meth:`Student.predict_file`.
        output: file of JSON lines, one per example.
        by: mean of probabilities, or majority vote; values have a mean only.
        weights: a number per file; 1 by default.

    Returns:
        A message for each row that cannot be used and for each file that lacks rows.

    Raises:
        InputError: a file cannot be used.
    """
    from crosslabel.finetune.combine.run import combine as combine_files

    files = [local_place(file, "a file of predictions") for file in predictions]
    return [str(problem) for problem in combine_files(
        files, local_place(output, "the output file"), by, weights)]
