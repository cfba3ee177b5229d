"""The systems that ``crosslabel evaluate`` measures: prediction files, and methods it runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from crosslabel.cli.progress import shown
from crosslabel.cli.row_output import chunks
from crosslabel.pipeline.methods.method_models import models_by_one_name
from crosslabel.pipeline.methods.projectors import ProjectorOptions, projector
from crosslabel.pipeline.recipe.methods import METHODS
from crosslabel.pipeline.run.progress import Progress
from crosslabel.projection.evaluation.gold import GoldFile, PredictionFile
from crosslabel.projection.evaluation.report import Report, evaluate
from crosslabel.projection.interface import Projection

_SHOWN_IDS = 5


def system_names(preds: Sequence[Path], methods: Sequence[str]) -> dict[str, Path]:
    """Return prediction files by system name: the file name, or the path if that is not unique."""
    names = [path.name.removesuffix(".gz").removesuffix(".jsonl") for path in preds]
    counts = Counter([*names, *methods])
    return {
        name if counts[name] == 1 else str(path): path
        for name, path in zip(names, preds, strict=True)
    }


def run_methods(
    gold: GoldFile, methods: Sequence[str], options: ProjectorOptions, model: str | None
) -> dict[str, Report]:
    """Project the gold pairs by every method and measure the projections.

    Args:
        model: encoder or translation model of the methods; shipped models by default.

    Raises:
        InputError: a method does not exist, or a model or file that it needs is missing.
    """
    with shown() as progress:
        return {
            method: evaluate(gold.rows, _projected(gold, method, options, model, progress))
            for method in methods
        }


def _projected(
    gold: GoldFile, method: str, options: ProjectorOptions, model: str | None, progress: Progress
) -> list[list[Projection]]:
    chosen = projector(method, replace(options, models=models_by_one_name(method, model)))
    projected: list[list[Projection]] = []
    progress(method, 0, len(gold.rows))
    for chunk in chunks(gold.rows) if METHODS[method].by_shard else [gold.rows]:
        projected += chosen.project([row.pair for row in chunk])
        progress(method, len(projected), len(gold.rows))
    return projected


def problems(gold: GoldFile, files: Mapping[str, PredictionFile]) -> list[str]:
    """Return unusable rows, and pairs that are only in the gold file or only in predictions."""
    lines = [str(error) for error in gold.bad_rows]
    for name, file in files.items():
        lines += [str(error) for error in file.bad_rows]
        if file.missing:
            lines.append(f"{name}: no prediction for {_named(file.missing)} of the gold")
        if file.unknown:
            lines.append(f"{name}: not in the gold: {_named(file.unknown)}")
    return lines


def _named(ids: tuple[str, ...]) -> str:
    more = len(ids) - _SHOWN_IDS
    listed = ", ".join(ids[:_SHOWN_IDS])
    return f"{len(ids)} pairs ({listed}{f' and {more} more' if more > 0 else ''})"
