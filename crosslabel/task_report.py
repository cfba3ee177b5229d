"""What ``crosslabel evaluate task`` prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from finetune.scores.gold import Key
    from finetune.scores.task_score import Figure, TaskComparison
    from projection.evaluation.bootstrap import Interval

_SHOWN_IDS = 5
_MEAN = "mean"
_CORRELATIONS = {"pearson", "spearman"}


def print_task_comparison(comparison: TaskComparison) -> None:
    """Figures of every system in every language; the first with intervals and differences."""
    console = Console()
    metrics = list(comparison.systems[0].mean)
    versus = ["difference", "95 %"] if len(comparison.systems) > 1 else []
    table = _table(["language", "system"], [metrics[0], "95 %", *versus, *metrics[1:]])
    langs = list(comparison.systems[0].languages)
    for lang in [*langs, *([_MEAN] if len(langs) > 1 else [])]:
        for system in comparison.systems:
            figures = system.mean if lang == _MEAN else system.languages[lang]
            table.add_row(escape(lang), escape(system.name), *_cells(figures, len(versus)))
        table.add_section()
    console.print(table)
    examples = sum(comparison.systems[0].examples.values())
    console.print(f"{examples} examples; intervals hold 95 % of {comparison.samples} resampled "
                  f"gold sets (seed {comparison.seed})")
    if versus:
        console.print(f"difference: {metrics[0]} minus that of "
                      f"{escape(comparison.systems[0].name)}", soft_wrap=True)


def _cells(figures: Mapping[str, Figure], versus: int) -> list[str]:
    first, *others = figures
    scale = 1.0 if first in _CORRELATIONS else 100.0
    digits = 3 if first in _CORRELATIONS else 1
    own = figures[first]
    cells = [f"{scale * own.value:.{digits}f}", _interval(own.interval, scale, f".{digits}f")]
    if own.difference is not None and own.difference_interval is not None:
        cells += [f"{scale * own.difference:+.{digits}f}",
                  _interval(own.difference_interval, scale, f"+.{digits}f")]
    elif versus:
        cells += [""] * versus
    return cells + [f"{scale * figures[name].value:.{digits}f}" for name in others]


def _interval(interval: Interval, scale: float, form: str) -> str:
    return f"{scale * interval.low:{form}} to {scale * interval.high:{form}}"


def _table(names: Sequence[str], numbers: Sequence[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 0, 0, 1))
    for name in names:
        table.add_column(name, overflow="fold")
    for name in numbers:
        table.add_column(name.replace("_", " "), justify="right", no_wrap=True)
    return table


def task_problems(comparison: TaskComparison) -> Iterator[str]:
    """Rows that could not be used, and examples that only one of two files has."""
    for system in comparison.systems:
        yield from map(str, system.predicted.bad_rows)
        for keys, what in ((system.predicted.missing, "no prediction, counted as wrong"),
                           (system.incomplete, "words without prediction, counted as wrong"),
                           (system.predicted.unknown, "without gold label, not counted")):
            if keys:
                yield f"{system.name}: {what}: {_named(keys)}"


def _named(keys: Sequence[Key]) -> str:
    listed = ", ".join(f"{own} ({lang})" for lang, own in keys[:_SHOWN_IDS])
    more = len(keys) - _SHOWN_IDS
    return f"{len(keys)} examples: {listed}{f' and {more} more' if more > 0 else ''}"
