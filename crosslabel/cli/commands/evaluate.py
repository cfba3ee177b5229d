"""``crosslabel evaluate``: measure results against gold data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crosslabel.cli.commands import evaluate_task
from crosslabel.cli.completion import model_names
from crosslabel.cli.leaving import at_once
from crosslabel.cli.options import BitextFile, Device, Layer, LinksFile, LinksKey, Precision
from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    from crosslabel.projection.evaluation.comparison import Comparison
    from crosslabel.projection.evaluation.gold import GoldFile, PredictionFile

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
    from crosslabel.cli.aligner_training import trained_for
    from crosslabel.cli.evaluation_report import print_comparison
    from crosslabel.cli.evaluation_systems import problems, run_methods, system_names
    from crosslabel.cli.row_output import report_bad_rows
    from crosslabel.pipeline.methods.projectors import ProjectorOptions
    from crosslabel.projection.evaluation.comparison import compare_systems
    from crosslabel.projection.evaluation.gold import read_beside, read_gold_rows
    from crosslabel.projection.evaluation.picture import picture_format
    from crosslabel.projection.evaluation.report import evaluate_predicted

    preds, methods = pred or [], method or []
    _check(preds, methods, (model, layer), (links, links_key))
    form = picture_format(picture) if picture else ""
    read = read_gold_rows(gold)
    named = system_names(preds, methods)
    files = {name: read_beside(read.rows, path) for name, path in named.items()}
    reports = {name: evaluate_predicted(read.rows, file.predicted) for name, file in files.items()}
    options = ProjectorOptions(layer=layer, device=device, links=links, links_key=links_key,
                               row_ids=read.ids, precision=precision)
    with trained_for(methods, options, [row.pair for row in read.rows], bitext) as ready:
        reports |= run_methods(read, methods, ready, model)
    comparison = compare_systems(reports, samples, seed)
    print_comparison(comparison)
    if json is not None:
        with _writable(json):
            _write_figures(json, comparison, read, files)
    if picture is not None:
        with _writable(picture):
            _write_picture(picture, form, comparison)
    report_bad_rows(problems(read, files))


def _check(
    preds: Sequence[Path],
    methods: Sequence[str],
    encoder: tuple[str | None, int | None],
    links: tuple[Path | None, str | None],
) -> None:
    from crosslabel.pipeline.recipe.methods import check_method

    if not preds and not methods:
        raise InputError("nothing to measure; add --pred FILE or --method NAME")
    twice = [str(system) for system, count in Counter([*preds, *methods]).items() if count > 1]
    if twice:
        raise InputError(f"{twice[0]} is given twice; keep one")
    for method in methods:
        check_method(method)
    if encoder != (None, None) and not methods:
        raise InputError("--model and --layer need a method; add --method NAME")
    if links[0] is not None and "links" not in methods:
        raise InputError("--links needs the method that reads them; add --method links")
    if links[0] is None and links[1] is not None:
        raise InputError("--links-key needs a file of links; add --links FILE")


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); "
                         "give another file") from error


def _write_figures(
    path: Path, comparison: Comparison, gold: GoldFile, files: Mapping[str, PredictionFile]
) -> None:
    from crosslabel.pipeline.storage.files import write_json

    values = comparison.as_values() | {"bad_rows": [str(error) for error in gold.bad_rows]}
    for system in values["systems"]:
        file = files.get(system["name"])
        system["missing"] = list(file.missing) if file else []
        system["unknown"] = list(file.unknown) if file else []
        system["bad_rows"] = [str(error) for error in file.bad_rows] if file else []
    write_json(path, values)


def _write_picture(path: Path, form: str, comparison: Comparison) -> None:
    from crosslabel.pipeline.storage.files import committed
    from crosslabel.projection.evaluation.picture import draw

    with committed(path) as file:
        draw(comparison.reports, file, form)
