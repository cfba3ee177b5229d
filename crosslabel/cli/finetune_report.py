"""Output of ``crosslabel finetune`` at its end."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from crosslabel.cli.terminal import cell


def print_results(results: dict[str, Any]) -> None:
    """Print the figures on every gold file, by language."""
    if not results["scores"]:
        return
    name = cell(results["recipe"]["name"])
    table = Table(title=f"{name}: figures on gold files", title_justify="left")
    for column in ("gold", "language", "examples", "metric", "value", "95 %"):
        table.add_column(column, justify="right" if column in ("examples", "value") else "left")
    for gold, scores in results["scores"].items():
        for lang, metrics in scores["languages"].items():
            for metric, figure in metrics.items():
                table.add_row(cell(gold), cell(lang), str(scores["examples"][lang]),
                              metric.replace("_", " "), _rounded(figure["value"]),
                              " to ".join(map(_rounded, figure["interval"])))
    Console().print(table)


def _rounded(value: float) -> str:
    return f"{value:.3f}"
