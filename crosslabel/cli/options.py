"""Options that several subcommands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crosslabel.cli.completion import recipe_names
from crosslabel.library.errors import InputError
from crosslabel.library.names import DeviceName

RecipeName = Annotated[str, typer.Argument(metavar="RECIPE", autocompletion=recipe_names,
                                           help="Name of a shipped recipe, or a recipe file.")]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change a recipe key; may be repeated."),
]
OutputFolder = Annotated[
    str | None,
    typer.Option(metavar="DIR", help="Output folder, local or a URL such as "
                 "s3://bucket/mine; by default out/ and the recipe's name."),
]
CorpusFolder = Annotated[
    str, typer.Argument(metavar="DIR", help="Output folder of a build, local or a URL."),
]
Limit = Annotated[int | None, typer.Option(min=1, help="Take the first N input rows.")]
Fresh = Annotated[
    bool, typer.Option("--fresh/--resume", help="Forget earlier work in the output folder.")
]
PairFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="Pair file: JSON lines, .gz too; "
                         "- for standard input.")
]
Layer = Annotated[
    int | None, typer.Option(min=0, help="Hidden layer; by default the model's setting.")
]
Device = Annotated[DeviceName, typer.Option(help="Where models run.")]
Bf16 = Annotated[bool, typer.Option("--bf16", help="Compute in bfloat16.")]
LinksFile = Annotated[
    Path | None, typer.Option(metavar="FILE",
                              help="Word links from another tool: lines of i-j, or JSON lines.")
]
LinksKey = Annotated[
    str | None, typer.Option(metavar="NAME", help="Name of the links within a JSON-lines file.")
]
BitextFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE",
                 help="More translated sentences to learn from: source, tab, target; .gz too."),
]
Precision = Annotated[
    float | None,
    typer.Option(min=0.0, max=1.0, help="Share of spans that must be right, for cascade."),
]
MaxLength = Annotated[
    int | None, typer.Option(help="Most tokens of one side, special ones included; 256 by default.")
]
Stride = Annotated[
    int | None,
    typer.Option(help="Tokens that neighbouring windows of a context share; 128 by default."),
]
Translations = Annotated[
    str | None,
    typer.Option(metavar="DIR", help="For a file: the corpus that was "
                 "built from it; its translations become side b."),
]
RowLanguage = Annotated[
    str | None, typer.Option(metavar="LANG",
                             help="For a file: language of rows that do not name one.")
]
RowColumns = Annotated[
    list[str] | None,
    typer.Option("--column", metavar="KEY=COLUMN", help="For a file: the column that holds a "
                 "field, such as premise=sentence1; may be repeated."),
]
RowFormat = Annotated[
    str | None, typer.Option(metavar="NAME", help="Format of a file whose name does not show it.")
]


def named_columns(given: list[str] | None) -> dict[str, str] | None:
    """Return the mapping that the options ``--column`` give.

    Raises:
        InputError: an option is not ``KEY=COLUMN``.
    """
    if not given:
        return None
    pairs = [option.partition("=") for option in given]
    wrong = next((option for option, (key, sign, name) in zip(given, pairs, strict=True)
                  if not (key and sign and name)), None)
    if wrong is not None:
        raise InputError(f"--column {wrong}: write KEY=COLUMN, for example premise=sentence1")
    return {key: name for key, _, name in pairs}
