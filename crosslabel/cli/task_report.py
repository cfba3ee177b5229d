"""Output of ``crosslabel evaluate task``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from crosslabel.cli.tables import OPEN, FittedTable
from crosslabel.cli.terminal import cell

if TYPE_CHECKING:
    from crosslabel.library.evaluate import Figure, Interval, TaskComparison

_MEAN = "mean"
_CORRELATIONS = {"pearson", "spearman"}


def print_task_comparison(comparison: TaskComparison) -> None:
    """Print each system's figures by language; the first metric has intervals and differences."""
    console = Console()
    first, *metrics = comparison.systems[0].mean
    if len(comparison.systems) == 1:
        headings = [first, "95 %", *metrics]
        _table(comparison, headings, lambda figures: [
            *_first(figures[first], first), *_values(figures, metrics)]).show(console)
    else:
        headings = [first, "95 %", "difference", "95 %"]
        _table(comparison, headings, lambda figures: _first(figures[first], first)).show(console)
        if metrics:
            _table(comparison, metrics, lambda figures: _values(figures, metrics)).show(console)
        name = cell(comparison.systems[0].name)
        console.print(f"difference: {first} minus the {first} of {name}")
    examples = sum(comparison.systems[0].examples.values())
    console.print(f"{examples} examples; intervals hold 95 % of {comparison.samples} resampled "
                  f"gold sets (seed {comparison.seed})")


def _table(
    comparison: TaskComparison,
    headings: Sequence[str],
    cells: Callable[[Mapping[str, Figure]], list[str]],
) -> FittedTable:
    """Return a row for each language and system, and the mean if there are several languages."""
    figures_shown = [name.replace("_", " ") for name in headings]
    table = FittedTable("language", "system", *figures_shown, numbers=figures_shown, keys=2,
                        look=OPEN)
    langs = list(comparison.systems[0].languages)
    for lang in [*langs, *([_MEAN] if len(langs) > 1 else [])]:
        for system in comparison.systems:
            figures = system.mean if lang == _MEAN else system.languages[lang]
            table.add_row(lang, system.name, *cells(figures))
        table.add_section()
    return table


def _first(figure: Figure, name: str) -> list[str]:
    """Return a figure and its interval, and its difference with interval if it has one."""
    cells = [_shown(name, figure.value), _interval(name, figure.interval)]
    if figure.difference is not None and figure.difference_interval is not None:
        cells += [_shown(name, figure.difference, "+"),
                  _interval(name, figure.difference_interval, "+")]
    return cells


def _values(figures: Mapping[str, Figure], names: Sequence[str]) -> list[str]:
    return [_shown(name, figures[name].value) for name in names]


def _shown(name: str, value: float, sign: str = "") -> str:
    """Return a share in percent, or a correlation unchanged."""
    return f"{value:{sign}.3f}" if name in _CORRELATIONS else f"{100 * value:{sign}.1f}"


def _interval(name: str, interval: Interval, sign: str = "") -> str:
    return f"{_shown(name, interval.low, sign)} to {_shown(name, interval.high, sign)}"
