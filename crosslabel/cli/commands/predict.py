"""``crosslabel predict``: predict the rows of a file with a fine-tuned model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crosslabel.cli.options import (
    Bf16,
    Device,
    MaxLength,
    RowColumns,
    RowFormat,
    RowLanguage,
    Stride,
    Translations,
    named_columns,
)
from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    from crosslabel.finetune.reading.table import FeatureTable
    from crosslabel.pipeline.run.progress import Progress

EXAMPLE = "Example: crosslabel predict out/run/student/model test.conll --lang de --output de.jsonl"


def predict(
    models: Annotated[
        list[Path],
        typer.Argument(metavar="MODEL",
                       help="Fine-tuned models; the logits of several are averaged."),
    ],
    input: Annotated[
        Path, typer.Argument(metavar="INPUT",
                             help="Features with evaluation columns, or a file in any supported "
                             "format, labelled or not.")
    ],
    output: Annotated[Path, typer.Option(metavar="FILE", help="JSON lines, one per example.")],
    translations: Translations = None,
    lang: RowLanguage = None,
    format: RowFormat = None,
    column: RowColumns = None,
    max_length: MaxLength = None,
    stride: Stride = None,
    device: Device = "auto",
    bf16: Bf16 = False,
) -> None:
    """Predict tags and spans, classes, values or answers, in the order of the input.

    A model that fuses both sides sees the translation of a row, or the row twice if it has no
    translation. Rows that cannot be used are named on stderr; the exit code is then 3.
    """
    from crosslabel.cli.progress import shown
    from crosslabel.cli.row_output import line_writer, report_bad_rows
    from crosslabel.finetune.inference.forward import Device as Place
    from crosslabel.finetune.inference.predict import predict as run

    settings = {"translations": translations, "lang": lang, "format": format,
                "columns": named_columns(column),
                "max_length": max_length, "stride": stride}
    with shown() as progress, line_writer(output) as write:
        features, problems = _features(models[0], input, settings, progress)
        for prediction in run(models, features, device=Place(device, bf16), progress=progress):
            write(json.dumps(prediction.as_row(), ensure_ascii=False))
    report_bad_rows(problems)


def _features(
    model: Path, input: Path, settings: dict[str, Any], progress: Progress
) -> tuple[FeatureTable, list[str]]:
    """Return the input if it is features, or else features of it.

    The second value names the rows without features.
    """
    from crosslabel.finetune.inference.raw_input import featurize_for
    from crosslabel.finetune.reading.table import FeatureTable
    from crosslabel.finetune.sidecar import FILE

    if not (input / FILE).is_file():
        return featurize_for(model, input, progress=progress, **settings)
    given = next((name for name, value in settings.items() if value is not None), None)
    if given is not None:
        raise InputError(f"{input}: is a folder of features already; "
                         f"leave out --{given.replace('_', '-')}")
    return FeatureTable.open(input), []
