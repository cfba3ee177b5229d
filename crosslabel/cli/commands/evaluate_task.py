"""``crosslabel evaluate task``: measure predictions against the gold labels of features."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EXAMPLE = "Example: crosslabel evaluate task --gold features/test --pred student.jsonl"


def task(
    gold: Annotated[
        Path, typer.Option(metavar="DIR",
                           help="Features of the gold file, made by 'crosslabel featurize'.")
    ],
    pred: Annotated[
        list[Path], typer.Option(metavar="FILE",
                                 help="File from 'crosslabel predict'; may be repeated.")
    ],
    json: Annotated[Path | None, typer.Option(metavar="FILE",
                                              help="Also write all figures here.")] = None,
    samples: Annotated[
        int, typer.Option(min=100, help="Resampled gold sets behind each interval.")
    ] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the resampling.")] = 0,
) -> None:
    """Measure predictions in each language, and compare each system with the first.

    Spans: F1, precision and recall of exact spans, and accuracy of words. Word labels and classes:
    accuracy. Values: Pearson's and Spearman's correlation. Answers: F1 and exact match as in SQuAD,
    by characters in Chinese and Japanese. Examples without a prediction count as wrong; they and
    unusable rows are named on stderr, and the exit code is then 3.
    """
    import crosslabel as cl
    from crosslabel.cli.row_output import report_bad_rows
    from crosslabel.cli.task_report import print_task_comparison

    measured = cl.evaluate.task(gold, pred, samples=samples, seed=seed)
    print_task_comparison(measured.comparison)
    if json is not None:
        measured.write(json)
    report_bad_rows(measured.problems())
