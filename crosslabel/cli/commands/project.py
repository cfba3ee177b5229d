"""``crosslabel project``: project labelled spans from a text onto its translation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

import crosslabel as cl
from crosslabel.cli.completion import model_names
from crosslabel.cli.options import (
    BitextFile,
    Device,
    Layer,
    LinksFile,
    LinksKey,
    PairFile,
    Precision,
)
from crosslabel.cli.pipes import input_file, output_file
from crosslabel.cli.terminal import warn
from crosslabel.library.names import CASCADE, ENCODER, METHODS, TRANSLATION_MODEL

EXAMPLE = "Example: crosslabel project pairs.jsonl --gap 3 --output projected.jsonl"


def project(
    pairs: PairFile,
    output: Annotated[Path, typer.Option(metavar="FILE", help="JSON lines, one per row; "
                                         "- for standard output.")],
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
    from crosslabel.cli.row_output import report_bad_rows

    if links is not None and (method, model, layer) != (None, None, None):
        raise cl.InputError("--links replaces the model: leave out --method, --model and --layer")
    projector = cl.Projector.from_pretrained(
        "links" if links else method or CASCADE, model=model, layer=layer, device=device,
        precision=precision, bitext=bitext, gap=gap, rules=_rules(rule), links=links,
        links_key=links_key,
    )
    with input_file(pairs) as (file, named), output_file(output) as written:
        problems = projector.project_file(file, written, tell=warn)
    report_bad_rows(named(problems))


def _rules(given: Sequence[str] | None) -> dict[str, Any]:
    """Return rules that are given as name=value, with values as in YAML."""
    import yaml

    values = {}
    for rule in given or ():
        name, equals, value = rule.partition("=")
        try:
            values[name] = yaml.safe_load(value)
        except yaml.YAMLError:
            equals = ""
        if not equals:
            raise cl.InputError(f"--rule {rule}: give name=value, such as fill=0")
    return values
