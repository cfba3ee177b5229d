"""``crosslabel featurize``: make features for a student from a corpus or a labelled file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crosslabel.cli.completion import model_names
from crosslabel.cli.options import (
    MaxLength,
    RowColumns,
    RowFormat,
    RowLanguage,
    Stride,
    Translations,
    named_columns,
)
from crosslabel.cli.terminal import cell
from crosslabel.library.names import ENCODER

if TYPE_CHECKING:
    from crosslabel.library.student import Sidecar

EXAMPLE = "Example: crosslabel featurize out/demo-ner --out out/features --task token"


def featurize(
    input: Annotated[
        str,
        typer.Argument(metavar="INPUT", help="Corpus folder, or a labelled file "
                       "in any supported format; local or a URL."),
    ],
    out: Annotated[
        str, typer.Option(metavar="DIR", help="Local output folder.")
    ],
    task: Annotated[str, typer.Option(help="sequence, token or qa.")],
    student: Annotated[
        str, typer.Option(metavar="MODEL", autocompletion=model_names,
                          help="Encoder to train: shipped name, folder or hub name.")
    ] = ENCODER,
    revision: Annotated[
        str | None, typer.Option(help="Hub revision of the student (commit, tag or branch).")
    ] = None,
    max_length: MaxLength = None,
    stride: Stride = None,
    nested: Annotated[
        str | None,
        typer.Option(help="Span to tag if spans share words: outermost or innermost."),
    ] = None,
    on_lost_span: Annotated[
        str | None,
        typer.Option(help="mask, drop_pair or outside; by default as in the corpus's recipe."),
    ] = None,
    mask_above: Annotated[
        float | None,
        typer.Option(help="With mask: a word's tag becomes unknown if the word belongs to a lost "
                     "span with at least this probability; by default as in the corpus's recipe."),
    ] = None,
    evaluation: Annotated[
        bool, typer.Option("--evaluation", help="Keep texts and offsets; always on for files.")
    ] = False,
    translations: Translations = None,
    lang: RowLanguage = None,
    format: RowFormat = None,
    column: RowColumns = None,
    labels_from: Annotated[
        Path | None, typer.Option(metavar="DIR",
                                  help="Features with the same classes; required for files.")
    ] = None,
) -> None:
    """Turn pairs into sub-words with labels, as shards for training without a tokenizer.

    In a corpus, side a is the translation and side b the source text. In a labelled file, side a is
    the text of a row and side b its translation, if there is one.
    """
    import crosslabel as cl

    sidecar = cl.Student.featurize(
        input, out, task=task, student=student, revision=revision, max_length=max_length,
        stride=stride, nested=nested, on_lost_span=on_lost_span, mask_above=mask_above,
        evaluation=evaluation, translations=translations, lang=lang, format=format,
        columns=named_columns(column), labels_from=labels_from,
    )
    _print(out, sidecar)


def _print(out: str, sidecar: Sidecar) -> None:
    from rich.console import Console

    from crosslabel.cli.tables import FittedTable

    console = Console()
    table = FittedTable("language", "rows", "shards", numbers=("rows", "shards"),
                        title=f"features: {sidecar.task}")
    for lang, shards in sidecar.shards.items():
        table.add_row(lang, sum(shard.rows for shard in shards), len(shards))
    table.show(console)
    counts = FittedTable("kind", "count", numbers=("count",), title="counts")
    for name, count in sidecar.counts.items():
        counts.add_row(name, count)
    counts.show(console)
    console.print(f"Open it: [bold]datasets.load_from_disk({cell(repr(out))})[/]",
                  soft_wrap=True)
