"""``crosslabel align``: word links of text pairs, in the Pharaoh format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

EXAMPLE = "Example: crosslabel align pairs.jsonl --method itermax --output pairs.links"


def align(
    pairs: Annotated[Path, typer.Argument(help="Pair file: JSON lines, .gz too.")],
    output: Annotated[Path, typer.Option(help="File of links, one line per row.")],
    model: Annotated[
        str, typer.Option(help="Encoder: shipped name, folder or hub name.")
    ] = "encoder-multilingual",
    method: Annotated[
        Literal["inter", "itermax"], typer.Option(help="How words are matched.")
    ] = "itermax",
    layer: Annotated[
        int | None, typer.Option(min=0, help="Hidden layer; the model's own by default.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
) -> None:
    """Align the words of text pairs: one line of i-j links per row, in order, counted from 0.

    Words are the given tokens, or spaCy's where a row has only text. A row that cannot be used
    gives an empty line and is named on stderr; the exit code is then 3.
    """
    from crosslabel.row_output import chunks, line_writer, report_bad_rows
    from pipeline.models import locate_encoder
    from projection.files.jsonl import RowError
    from projection.files.pairs import read_pairs
    from projection.links.embedding import EmbeddingAligner
    from projection.links.encoder import TransformerEncoder
    from projection.links.given import format_pharaoh

    rows = list(read_pairs(pairs))
    encoder = TransformerEncoder(locate_encoder(model), layer=layer, device=device)
    aligner = EmbeddingAligner(encoder, method)
    problems = [row for row in rows if isinstance(row, RowError)]
    with line_writer(output) as write:
        for chunk in chunks(rows):
            usable = [row for row in chunk if not isinstance(row, RowError)]
            links = dict(zip(
                (row.row for row in usable), aligner.align([row.pair for row in usable]),
                strict=True,
            ))
            problems += [
                RowError(pairs.name, number, found.reason)
                for number, found in links.items() if found.reason
            ]
            for row in chunk:
                write(format_pharaoh(links[row.row]) if row.row in links else "")
    report_bad_rows(problems)
