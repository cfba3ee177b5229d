"""Output of ``crosslabel evaluate projection``."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, Group

from crosslabel.cli.tables import OPEN, FittedTable
from crosslabel.cli.terminal import cell
from crosslabel.library.evaluate import (
    ERROR_KINDS,
    Comparison,
    Interval,
    Reliability,
    Report,
    Score,
)


def print_comparison(comparison: Comparison) -> None:
    """Print scores, errors and reliability of all systems, and the labels of a single system."""
    console = Console()
    _scores(comparison).show(console)
    _errors(comparison).show(console)
    if len(comparison.reports) == 1:
        _labels(comparison.reports[comparison.first]).show(console)
    for name, report in comparison.reports.items():
        reliability = report.reliability()
        if reliability is not None:
            console.print(_reliability(name, reliability))
    if comparison.differences:
        console.print(f"difference: F1 minus the F1 of {cell(comparison.first)}")
    console.print(f"{comparison.pairs} pairs; intervals hold 95 % of {comparison.samples} "
                  f"resampled gold sets (seed {comparison.seed})")


def _scores(comparison: Comparison) -> FittedTable:
    versus = ["difference", "95 %"] if comparison.differences else []
    table = _table("system", "P", "R", "F1", "95 %", *versus)
    for name, report in comparison.reports.items():
        cells = [*_rates(report.evaluation.micro()), _interval(comparison.intervals[name])]
        if name in comparison.differences:
            cells += [f"{100 * comparison.difference(name):+.1f}",
                      _interval(comparison.differences[name], "+.1f")]
        table.add_row(name, *cells)
    table.add_section()
    table.add_row("ceiling", *_rates(comparison.ceiling()))
    return table


def _errors(comparison: Comparison) -> FittedTable:
    table = _table("system", "correct", "predicted", "gold", *ERROR_KINDS)
    for name, report in comparison.reports.items():
        errors = [report.evaluation.errors[kind] for kind in ERROR_KINDS]
        table.add_row(name, *_counts(report.evaluation.micro()), *map(str, errors))
    table.add_section()
    table.add_row("ceiling", *_counts(comparison.ceiling()))
    return table


def _labels(report: Report) -> FittedTable:
    table = _table("label", "P", "R", "F1", "correct", "predicted", "gold")
    for label in report.evaluation.labels():
        score = report.evaluation.label(label)
        table.add_row(label, *_rates(score), *_counts(score))
    return table


def _reliability(name: str, reliability: Reliability) -> Group:
    table = _table("probability", "spans", "mean", "correct")
    for bin in reliability.bins:
        table.add_row(f"{bin.low:.1f} to {bin.high:.1f}", str(bin.count),
                      *(f"{100 * rate:.1f}" for rate in (bin.mean_probability, bin.share_correct)))
    return Group(f"probabilities of {cell(name)}: calibration error "
                 f"{reliability.calibration_error:.3f}, Brier score {reliability.brier:.3f}, "
                 f"{reliability.without} spans without a probability", table)


def _table(first: str, *columns: str) -> FittedTable:
    return FittedTable(first, *columns, numbers=columns, look=OPEN)


def _rates(score: Score) -> Iterable[str]:
    return (f"{100 * rate:.1f}" for rate in (score.precision, score.recall, score.f1))


def _counts(score: Score) -> Iterable[str]:
    return map(str, (score.correct, score.predicted, score.gold))


def _interval(interval: Interval, form: str = ".1f") -> str:
    return f"{100 * interval.low:{form}} to {100 * interval.high:{form}}"
