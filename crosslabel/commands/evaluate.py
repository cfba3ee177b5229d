"""``crosslabel evaluate``: how good results are, measured against gold data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Column

    from projection.evaluation.scoring import FileScore
    from projection.evaluation.strict import Score

_SHOWN_IDS = 5

app = typer.Typer(help="Measure results against gold data.", no_args_is_help=True)


@app.callback()
def evaluate() -> None:
    """Measure results against gold data."""


@app.command(
    epilog="Example: crosslabel evaluate projection --gold pairs.jsonl --pred projected.jsonl"
)
def projection(
    gold: Annotated[Path, typer.Option(help="Pair file with target spans.")],
    pred: Annotated[Path, typer.Option(help="What 'crosslabel project' wrote.")],
    json: Annotated[Path | None, typer.Option(help="Also write all figures here.")] = None,
) -> None:
    """Strict span precision, recall and F1, kinds of errors, and the best that was possible.

    A span is correct when boundaries and label are those of the gold span. Pairs without prediction
    count as missed. Missing, unknown and unusable rows are named on stderr; the exit code is then
    3.
    """
    from crosslabel.row_output import report_bad_rows
    from pipeline.storage import write_json
    from projection.evaluation.scoring import as_values, score_files

    score = score_files(gold, pred)
    _print(score)
    if json is not None:
        write_json(json, as_values(score))
    report_bad_rows(_problems(score, gold, pred))


def _print(score: FileScore) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    evaluation = score.evaluation
    table = Table("label", *(_right(n) for n in ("precision", "recall", "F1", "gold", "predicted")))
    for label in evaluation.labels():
        table.add_row(escape(label), *_cells(evaluation.label(label)))
    table.add_section()
    table.add_row("all", *_cells(evaluation.micro()))
    table.add_row("ceiling", *_cells(evaluation.ceiling()))
    console = Console()
    console.print(table)
    errors = ", ".join(f"{count} {kind}" for kind, count in sorted(evaluation.errors.items()))
    console.print(f"{score.pairs} pairs; errors: {errors}")


def _right(name: str) -> Column:
    from rich.table import Column

    return Column(name, justify="right")


def _cells(score: Score) -> list[str]:
    rates = [f"{100 * rate:.1f}" for rate in (score.precision, score.recall, score.f1)]
    return [*rates, str(score.gold), str(score.predicted)]


def _problems(score: FileScore, gold: Path, pred: Path) -> list[str]:
    problems = [str(error) for error in score.bad_rows]
    if score.missing:
        problems.append(f"{pred}: no prediction for {_named(score.missing)} of {gold}")
    if score.unknown:
        problems.append(f"{pred}: not in {gold}: {_named(score.unknown)}")
    return problems


def _named(ids: tuple[str, ...]) -> str:
    more = len(ids) - _SHOWN_IDS
    shown = ", ".join(ids[:_SHOWN_IDS])
    return f"{len(ids)} pairs ({shown}{f' and {more} more' if more > 0 else ''})"
