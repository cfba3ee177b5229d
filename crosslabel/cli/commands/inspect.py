"""``crosslabel inspect``: show the contents of a corpus."""

from __future__ import annotations

from typing import Annotated

import typer

from crosslabel.cli.options import CorpusFolder
from crosslabel.cli.terminal import print_json

EXAMPLE = "Example: crosslabel inspect out/demo-ner"


def inspect(
    folder: CorpusFolder,
    as_json: Annotated[bool, typer.Option("--json", help="Print the manifest.")] = False,
) -> None:
    """Show the counts of a corpus and a few of its pairs."""
    from rich.console import Console

    from crosslabel.cli.report import print_corpus
    from crosslabel.pipeline.corpus.reading import read_manifest

    manifest = read_manifest(folder)
    if as_json:
        print_json(manifest)
    else:
        print_corpus(folder, manifest, Console())
