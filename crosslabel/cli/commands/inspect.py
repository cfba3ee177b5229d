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

    import crosslabel as cl
    from crosslabel.cli.report import print_corpus

    corpus = cl.open_corpus(folder)
    if as_json:
        print_json(corpus.manifest)
    else:
        print_corpus(corpus, Console())
