"""``crosslabel project``: project labelled spans from a text onto its translation."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crosslabel.cli.completion import model_names
from crosslabel.cli.options import BitextFile, Device, Layer, LinksFile, LinksKey, Precision
from crosslabel.cli.terminal import warn
from crosslabel.pipeline.methods.link_sources import link_source
from crosslabel.pipeline.methods.method_models import models_by_one_name
from crosslabel.pipeline.methods.projectors import ProjectorOptions, projector
from crosslabel.pipeline.recipe.methods import (
    CASCADE,
    METHODS,
    check_method,
)
from crosslabel.pipeline.storage.shipped import ENCODER, TRANSLATION_MODEL
from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    from crosslabel.projection.files.jsonl import RowError
    from crosslabel.projection.files.pairs import PairRow
    from crosslabel.projection.interface import Projector
    from crosslabel.projection.spans.rules import SpanRules

EXAMPLE = "Example: crosslabel project pairs.jsonl --gap 3 --output projected.jsonl"


def project(
    pairs: Annotated[Path, typer.Argument(metavar="FILE", help="Pair file: JSON lines, .gz too.")],
    output: Annotated[Path, typer.Option(metavar="FILE", help="JSON lines, one per row.")],
    method: Annotated[
        str | None,
        typer.Option(metavar="NAME", help=f"{', '.join(METHODS)}; {CASCADE} by default."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(metavar="MODEL", autocompletion=model_names,
                     help="Encoder, or translation model for methods that use one: shipped "
                     f"name, folder or hub name; {ENCODER} and {TRANSLATION_MODEL} by "
                     "default."),
    ] = None,
    layer: Layer = None,
    device: Device = "auto",
    gap: Annotated[
        int | None,
        typer.Option(min=0, help="Unaligned words that may be bridged within a span; "
                     f"all methods but {CASCADE}."),
    ] = None,
    rule: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE",
                     help="How links become spans, name=value; may be repeated; all methods but "
                     f"{CASCADE}. A wrong name lists them."),
    ] = None,
    bitext: BitextFile = None,
    precision: Precision = None,
    links: LinksFile = None,
    links_key: LinksKey = None,
) -> None:
    """Project the source spans of every row onto its target text.

    Each span comes back with start and end (null without a target), status, reason and score, in
    the unit of the row: tokens if the target has tokens, else characters. A row that cannot be used
    is written as {"id", "row", "error"} and named on stderr; the exit code is then 3.

    The methods cascade and statistical first learn from all rows of the file.
    """
    from crosslabel.cli.aligner_training import trained_for
    from crosslabel.cli.row_output import line_writer, report_bad_rows
    from crosslabel.projection.files.jsonl import RowError
    from crosslabel.projection.files.pairs import read_pairs

    if links is not None and (method, model, layer) != (None, None, None):
        raise InputError("--links replaces the model: leave out --method, --model and --layer")
    chosen = "links" if links else method or CASCADE
    _check(chosen, bitext, precision, links_key)
    rows = list(read_pairs(pairs))
    ids = tuple(None if isinstance(row, RowError) else row.pair.id for row in rows)
    options = ProjectorOptions(models_by_one_name(chosen, model), layer, device, links=links,
                               links_key=links_key, row_ids=ids, gap=gap, rules=_rules(rule),
                               precision=precision)
    usable = [row.pair for row in rows if not isinstance(row, RowError)]
    with trained_for([chosen], options, usable, bitext) as ready, line_writer(output) as write:
        if links is not None:
            _project_by_links(rows, links, ready, write)
        else:
            _project(rows, projector(chosen, ready), write, at_once=not METHODS[chosen].by_shard)
    report_bad_rows([row for row in rows if isinstance(row, RowError)])


def _rules(given: Sequence[str] | None) -> SpanRules:
    """Return rules that are given as name=value, with values as in YAML."""
    import yaml

    from crosslabel.projection.spans.rules import SpanRules

    values = {}
    for rule in given or ():
        name, equals, value = rule.partition("=")
        try:
            values[name] = yaml.safe_load(value)
        except yaml.YAMLError:
            equals = ""
        if not equals:
            raise InputError(f"--rule {rule}: give name=value, such as fill=0")
    return SpanRules.of(values)


def _check(
    method: str, bitext: Path | None, precision: float | None, links_key: str | None
) -> None:
    """Refuse an unknown method, and options that the method does not use."""
    if links_key is not None and method != "links":
        raise InputError("--links-key needs a file of links; add --links FILE")
    check_method(method)
    if bitext is not None and not METHODS[method].learns:
        raise InputError(f"--bitext is for methods that learn from it, such as {CASCADE}")
    if precision is not None and not METHODS[method].calibrated:
        raise InputError(f"--precision is for the method {CASCADE} only; leave it out")


def _project_by_links(
    rows: Sequence[PairRow | RowError],
    links: Path,
    options: ProjectorOptions,
    write: Callable[[str], None],
) -> None:
    """Project by a file of links, and count unusable links on stderr by reason."""
    from crosslabel.projection.links.given import GivenLinks
    from crosslabel.projection.spans import AlignmentProjector

    source = link_source("links", options)
    _project(rows, AlignmentProjector(source, options.rules, options.gap), write)
    dropped = source.dropped if isinstance(source, GivenLinks) else {}
    for reason, count in sorted(dropped.items()):
        warn(f"{links}: {count} links dropped: {reason}")


def _project(
    rows: Sequence[PairRow | RowError],
    projector: Projector,
    write: Callable[[str], None],
    at_once: bool = False,
) -> None:
    """Project rows in chunks, or all at once if the projector has to learn from all pairs."""
    from crosslabel.cli.row_output import chunks
    from crosslabel.projection.files.jsonl import RowError
    from crosslabel.projection.files.predictions import error_row, prediction_row

    for chunk in [rows] if at_once else chunks(rows):
        pairs = [row.pair for row in chunk if not isinstance(row, RowError)]
        projected = iter(projector.project(pairs))
        for row in chunk:
            if isinstance(row, RowError):
                result = error_row(row)
            else:
                result = prediction_row(row, next(projected))
            write(json.dumps(result, ensure_ascii=False))
