"""``crosslabel predict``: predict the rows of a file with a fine-tuned model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
from crosslabel.cli.pipes import input_file, output_file

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
                             "format, labelled or not; - for standard input, with --format.")
    ],
    output: Annotated[Path, typer.Option(metavar="FILE", help="JSON lines, one per example; "
                                         "- for standard output.")],
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
    import crosslabel as cl
    from crosslabel.cli.row_output import report_bad_rows

    student = cl.Student.from_pretrained(models, device=device, bf16=bf16)
    with input_file(input) as (file, named), output_file(output) as written:
        problems = student.predict_file(
            file, written, translations=translations, lang=lang, format=format,
            columns=named_columns(column), max_length=max_length, stride=stride)
    report_bad_rows(named(problems))
