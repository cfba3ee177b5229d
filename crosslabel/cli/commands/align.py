"""``crosslabel align``: word links of text pairs, from any source."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crosslabel.cli.completion import model_names
from crosslabel.cli.options import Device, Layer, LinksFile, LinksKey, PairFile
from crosslabel.cli.pipes import input_file, output_file

EXAMPLE = "Example: crosslabel align pairs.jsonl --source itermax --output pairs.links"


def align(
    pairs: PairFile,
    output: Annotated[Path, typer.Option(metavar="FILE", help="File of links, one line per row; "
                                         "- for standard output.")],
    source: Annotated[
        str,
        typer.Option(metavar="NAME",
                     help="Where links come from: inter, itermax or softmax (an encoder), "
                          "translation (a translation model's encoder), statistical or eflomal "
                          "(learn from the rows), simalign, links."),
    ] = "itermax",
    model: Annotated[
        str | None,
        typer.Option(metavar="MODEL", autocompletion=model_names,
                     help="Shipped name, folder or hub name; by default a shipped model."),
    ] = None,
    layer: Layer = None,
    device: Device = "auto",
    links: LinksFile = None,
    links_key: LinksKey = None,
    scores: Annotated[
        bool, typer.Option("--scores", help="Write JSON lines with the score of every link.")
    ] = False,
) -> None:
    """Align the words of text pairs: one line of i-j links per row, in order, counted from 0.

    Words are the given tokens, or spaCy's tokens if a row has only text. With --scores a line is
    {"id", "links"}, where links are lists of i, j and score; a higher score is better, and its
    scale depends on the source. A row that cannot be used gives an empty line, or with --scores
    {"id", "row", "error"}, and is named on stderr; the exit code is then 3.
    """
    from crosslabel.cli.row_output import report_bad_rows
    from crosslabel.library.alignment import align_file

    with input_file(pairs) as (file, named), output_file(output) as written:
        problems = align_file(file, written, method=source, model=model, layer=layer, device=device,
                              links=links, links_key=links_key, scores=scores)
    report_bad_rows(named(problems))
