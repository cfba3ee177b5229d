"""``crosslabel cache``: show the contents of an output folder and remove superseded files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from crosslabel.cli.leaving import at_once
from crosslabel.cli.options import CorpusFolder

if TYPE_CHECKING:
    from crosslabel.library.cache import Usage

app = typer.Typer(help="Show the contents of an output folder, remove superseded files.",
                  no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command(epilog="Example: crosslabel cache show out/demo-ner")
@at_once
def show(folder: CorpusFolder, as_json: AsJson = False) -> None:
    """Show the size of the shards, and of the files that are kept for the next run."""
    import crosslabel as cl

    _print(cl.cache.usage(folder), as_json)


@app.command(epilog="Example: crosslabel cache prune out/demo-ner --dry-run")
@at_once
def prune(
    folder: CorpusFolder,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the files that would be removed, and keep them.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Remove files that the latest build of a folder does not need: rows and plans of earlier
    inputs, translations by other models or settings, aligners and labels of other texts.

    Shards are kept, and so are all translations by the model and settings of the latest build.
    """
    import crosslabel as cl

    removed = cl.cache.prune(folder, dry_run=dry_run)
    _print(removed, as_json, "would be removed" if dry_run else "removed")


def _print(usages: Mapping[str, Usage], as_json: bool, done: str = "in all") -> None:
    if as_json:
        import json

        print(json.dumps({kind: {"files": usage.files, "bytes": usage.bytes}
                          for kind, usage in usages.items()}, indent=1))
        return
    from rich.filesize import decimal

    from crosslabel.cli.tables import FittedTable

    table = FittedTable("", "files", "size", numbers=("files", "size"))
    for kind, usage in usages.items():
        table.add_row(kind, usage.files, decimal(usage.bytes))
    table.add_section()
    table.add_row(done, sum(usage.files for usage in usages.values()),
                  decimal(sum(usage.bytes for usage in usages.values())))
    table.show()
