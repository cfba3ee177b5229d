"""``crosslabel combine``: combine the predictions of several systems."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from crosslabel.library.errors import InputError

EXAMPLE = "Example: crosslabel combine student.jsonl translate-test.jsonl --output both.jsonl"


class Way(StrEnum):
    """The ways to combine predictions."""

    mean = "mean"
    vote = "vote"


def combine(
    predictions: Annotated[
        list[Path], typer.Argument(metavar="FILE",
                                   help="Two or more files from 'crosslabel predict'.")
    ],
    output: Annotated[Path, typer.Option(metavar="FILE", help="JSON lines, one per example.")],
    by: Annotated[
        Way, typer.Option(help="Mean of probabilities, or majority vote; values have a mean only.")
    ] = Way.mean,
    weights: Annotated[
        str | None, typer.Option(metavar="NUMBERS",
                                 help="A number per file, such as 2,1; 1 by default.")
    ] = None,
) -> None:
    """Combine predictions of the same texts: tags and spans, classes, values or answers.

    A text that is missing from a file is combined from the other files, and the file is named on
    stderr. Rows that cannot be used and texts whose words differ between files are left out and
    named too; the exit code is then 3.
    """
    import crosslabel as cl
    from crosslabel.cli.row_output import report_bad_rows

    report_bad_rows(cl.evaluate.combine(predictions, output, by=by.value,
                                        weights=_numbers(weights)))


def _numbers(weights: str | None) -> list[float] | None:
    if weights is None:
        return None
    try:
        return [float(weight) for weight in weights.split(",")]
    except ValueError as error:
        raise InputError(f"--weights {weights}: give numbers such as 2,1") from error
