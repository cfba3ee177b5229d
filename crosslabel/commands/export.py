"""``crosslabel export``: a corpus as files other tools read."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

EXAMPLE = "Example: crosslabel export out/demo-ner --format conll --output conll"


class Format(StrEnum):
    """What ``export`` can write."""

    conll = "conll"
    jsonl = "jsonl"


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Output folder of a build.")],
    format: Annotated[Format, typer.Option(help="Columns or JSON lines.")],
    output: Annotated[Path | None, typer.Option(help="Folder; by default DIR/export.")] = None,
) -> None:
    """Write the target side of a corpus, one file per language."""
    from pipeline.export import export as run

    for done in run(folder, format.value, output or folder / "export"):
        print(f"{done.path}: {done.rows} rows")
        if done.incomplete:
            print(f"{done.path}: {done.incomplete} rows with a lost span left out, because columns "
                  "cannot say 'unknown'; export jsonl to have them", file=sys.stderr)
