"""``crosslabel project``: labelled spans carried from a text onto its translation."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipeline.projectors import DEFAULT_MODEL, ProjectorOptions, link_source
from projection.errors import InputError

if TYPE_CHECKING:
    from projection.files.jsonl import RowError
    from projection.files.pairs import PairRow
    from projection.interface import LinkSource

EXAMPLE = "Example: crosslabel project pairs.jsonl --gap 3 --output projected.jsonl"

_METHOD: Literal["inter", "itermax"] = "itermax"


def project(
    pairs: Annotated[Path, typer.Argument(help="Pair file: JSON lines, .gz too.")],
    output: Annotated[Path, typer.Option(help="JSON lines, one per row.")],
    method: Annotated[
        Literal["inter", "itermax"] | None,
        typer.Option(help=f"How words are matched; {_METHOD} by default."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="Encoder: shipped name, folder or hub name; "
                     f"{DEFAULT_MODEL} by default."),
    ] = None,
    layer: Annotated[
        int | None, typer.Option(min=0, help="Hidden layer; the model's own by default.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    gap: Annotated[
        int, typer.Option(min=0, help="Unaligned words that may be bridged within a span.")
    ] = 3,
    links: Annotated[
        Path | None,
        typer.Option(help="Word links to use instead of a model: lines of i-j, or JSON lines."),
    ] = None,
    links_key: Annotated[
        str | None, typer.Option(help="Name of the links within a JSON-lines file.")
    ] = None,
) -> None:
    """Project the source spans of every row onto its target text.

    Each span comes back with start and end (null without a target), status, reason and score, in
    the unit of the row: tokens if the target has tokens, else characters. A row that cannot be used
    is written as {"id", "row", "error"} and named on stderr; the exit code is then 3.
    """
    from crosslabel.row_output import line_writer, report_bad_rows
    from projection.files.jsonl import RowError
    from projection.files.pairs import read_pairs
    from projection.links.given import GivenLinks

    if links is None and links_key is not None:
        raise InputError("--links-key names links of a file; add --links FILE")
    if links is not None and (method, model, layer) != (None, None, None):
        raise InputError("--links replaces the model: leave out --method, --model and --layer")
    rows = list(read_pairs(pairs))
    ids = tuple(None if isinstance(row, RowError) else row.pair.id for row in rows)
    options = ProjectorOptions(model or DEFAULT_MODEL, layer, device, gap, links, links_key, ids)
    source = link_source("links" if links else method or _METHOD, options)
    with line_writer(output) as write:
        _project(rows, source, gap, write)
    dropped = source.dropped if isinstance(source, GivenLinks) else {}
    for reason, count in sorted(dropped.items()):
        print(f"{links}: {count} links dropped: {reason}", file=sys.stderr)
    report_bad_rows([row for row in rows if isinstance(row, RowError)])


def _project(
    rows: list[PairRow | RowError], source: LinkSource, gap: int, write: Callable[[str], None]
) -> None:
    from crosslabel.row_output import chunks
    from projection.files.jsonl import RowError
    from projection.files.predictions import error_row, prediction_row
    from projection.spans import AlignmentProjector

    projector = AlignmentProjector(source, gap=gap)
    for chunk in chunks(rows):
        pairs = [row.pair for row in chunk if not isinstance(row, RowError)]
        projected = iter(projector.project(pairs))
        for row in chunk:
            if isinstance(row, RowError):
                result = error_row(row)
            else:
                result = prediction_row(row, next(projected))
            write(json.dumps(result, ensure_ascii=False))
