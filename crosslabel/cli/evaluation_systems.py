"""The systems that ``crosslabel evaluate`` measures: prediction files, and methods that it runs."""

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
    """Prediction files by the name of their system: the file's, or its path if that is taken."""
    names = [path.name.removesuffix(".gz").removesuffix(".jsonl") for path in preds]
    taken = Counter([*names, *methods])
    return {
        name if taken[name] == 1 else str(path): path
        for name, path in zip(names, preds, strict=True)
    }


def run_methods(
    gold: GoldFile, methods: Sequence[str], options: ProjectorOptions, model: str | None
) -> dict[str, Report]:
    """Project the gold pairs by every method and measure what comes out.

    Args:
        model: encoder or translation model of the methods; the shipped ones by default.

    Raises:
        InputError: there is no such method, or what it needs is missing.
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
    found: list[list[Projection]] = []
    progress(method, 0, len(gold.rows))
    for chunk in chunks(gold.rows) if METHODS[method].by_shard else [gold.rows]:
        found += chosen.project([row.pair for row in chunk])
        progress(method, len(found), len(gold.rows))
    return found


def problems(gold: GoldFile, files: Mapping[str, PredictionFile]) -> list[str]:
    """Rows that could not be used, and pairs that only one of two files has."""
    found = [str(error) for error in gold.bad_rows]
    for name, file in files.items():
        found += [str(error) for error in file.bad_rows]
        if file.missing:
            found.append(f"{name}: no prediction for {_named(file.missing)} of the gold")
        if file.unknown:
            found.append(f"{name}: not in the gold: {_named(file.unknown)}")
    return found


def _named(ids: tuple[str, ...]) -> str:
    more = len(ids) - _SHOWN_IDS
    listed = ", ".join(ids[:_SHOWN_IDS])
    return f"{len(ids)} pairs ({listed}{f' and {more} more' if more > 0 else ''})"
