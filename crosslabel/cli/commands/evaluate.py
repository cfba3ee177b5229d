"""``crosslabel evaluate``: measure results against gold data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crosslabel.cli.commands import evaluate_task
from crosslabel.cli.completion import model_names
from crosslabel.cli.leaving import at_once
from crosslabel.cli.options import BitextFile, Device, Layer, LinksFile, LinksKey, Precision

app = typer.Typer(help="Measure results against gold data.", no_args_is_help=True)
app.command(epilog=evaluate_task.EXAMPLE)(at_once(evaluate_task.task))


@app.callback()
def evaluate() -> None:
    """Measure results against gold data."""


@app.command(
    epilog="Example: crosslabel evaluate projection --gold pairs.jsonl --pred projected.jsonl "
    "--method itermax"
)
@at_once
def projection(
    gold: Annotated[Path, typer.Option(metavar="FILE", help="Pair file with target spans.")],
    pred: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="File from 'crosslabel project'; may be repeated."),
    ] = None,
    method: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME",
                     help="Project the gold file by this method and measure it; may be repeated."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(metavar="MODEL", autocompletion=model_names,
                     help="Encoder or translation model of the methods; shipped ones by default."),
    ] = None,
    layer: Layer = None,
    device: Device = "auto",
    links: LinksFile = None,
    links_key: LinksKey = None,
    bitext: BitextFile = None,
    precision: Precision = None,
    json: Annotated[Path | None, typer.Option(metavar="FILE",
                                              help="Also write all figures here.")] = None,
    picture: Annotated[
        Path | None,
        typer.Option(metavar="FILE",
                     help="Also draw precision by coverage, and reliability: .svg or .png."),
    ] = None,
    samples: Annotated[
        int, typer.Option(min=100, help="Resampled gold sets behind each interval.")
    ] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the resampling.")] = 0,
) -> None:
    """Measure strict span precision, recall and F1, kinds of errors, and the best possible scores.

    A span is correct if its boundaries and label equal the gold span's. Pairs without a prediction
    count as missed. Several systems are compared with the first, on the same resampled pairs.
    Missing, unknown and unusable rows are named on stderr; the exit code is then 3.
    """
    import crosslabel as cl
    from crosslabel.cli.evaluation_report import print_comparison
    from crosslabel.cli.row_output import report_bad_rows

    measured = cl.evaluate.projection(
        gold, pred or (), methods=method or (), model=model, layer=layer, device=device,
        links=links, links_key=links_key, bitext=bitext, precision=precision, picture=picture,
        samples=samples, seed=seed,
    )
    print_comparison(measured.comparison)
    if json is not None:
        measured.write(json)
    report_bad_rows(measured.problems())
