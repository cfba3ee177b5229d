"""``crosslabel align``: word links of text pairs, from any source."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crosslabel.cli.completion import model_names
from crosslabel.cli.options import Device, Layer, LinksFile, LinksKey

if TYPE_CHECKING:
    from crosslabel.projection.files.jsonl import RowError
    from crosslabel.projection.files.pairs import PairRow
    from crosslabel.projection.interface import Links, LinkSource

EXAMPLE = "Example: crosslabel align pairs.jsonl --source itermax --output pairs.links"


def align(
    pairs: Annotated[Path, typer.Argument(metavar="FILE", help="Pair file: JSON lines, .gz too.")],
    output: Annotated[Path, typer.Option(metavar="FILE", help="File of links, one line per row.")],
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
    from crosslabel.cli.row_output import line_writer, report_bad_rows
    from crosslabel.pipeline.methods.link_sources import LinkOptions, check_source, link_source
    from crosslabel.pipeline.methods.method_models import models_by_one_name
    from crosslabel.pipeline.recipe.methods import METHODS
    from crosslabel.projection.files.jsonl import RowError
    from crosslabel.projection.files.pairs import read_pairs

    check_source(source)
    rows = list(read_pairs(pairs))
    ids = tuple(None if isinstance(row, RowError) else row.pair.id for row in rows)
    options = LinkOptions(models_by_one_name(source, model), layer, device, links=links,
                          links_key=links_key, row_ids=ids)
    aligner = link_source(source, options)
    needs = METHODS[source]
    problems = [row for row in rows if isinstance(row, RowError)]
    line = _scored if scores else _pharaoh
    with line_writer(output) as write:
        at_once = needs.learns or not needs.by_shard
        for row, row_links in _aligned(rows, aligner, at_once=at_once):
            write(line(row, row_links))
            if row_links is not None and row_links.reason:
                problems.append(RowError(pairs.name, row.row, row_links.reason))
    report_bad_rows(problems)


def _aligned(
    rows: Sequence[PairRow | RowError], aligner: LinkSource, *, at_once: bool
) -> Iterator[tuple[PairRow | RowError, Links | None]]:
    """Yield every row in order with its links, or with ``None`` if the row cannot be used."""
    from crosslabel.cli.row_output import chunks
    from crosslabel.projection.files.jsonl import RowError

    for chunk in [rows] if at_once else chunks(rows):
        links = iter(aligner.align([row.pair for row in chunk if not isinstance(row, RowError)]))
        for row in chunk:
            yield row, None if isinstance(row, RowError) else next(links)


def _pharaoh(row: PairRow | RowError, links: Links | None) -> str:
    from crosslabel.projection.links.given import format_pharaoh

    return "" if links is None else format_pharaoh(links)


def _scored(row: PairRow | RowError, links: Links | None) -> str:
    from crosslabel.projection.files.jsonl import RowError
    from crosslabel.projection.files.predictions import error_row

    value = error_row(row) if isinstance(row, RowError) else {
        "id": row.pair.id, "links": _triples(links)
    }
    return json.dumps(value, ensure_ascii=False)


def _triples(links: Links | None) -> list[list[float]]:
    if links is None:
        return []
    scored = zip(links.pairs.tolist(), links.scores.tolist(), strict=True)
    return [[*pair, round(score, 6)] for pair, score in scored]
