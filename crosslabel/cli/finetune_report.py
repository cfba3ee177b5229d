"""Output of ``crosslabel finetune`` at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crosslabel.cli.tables import FittedTable
from crosslabel.cli.terminal import say

if TYPE_CHECKING:
    from crosslabel.library.student import Student


def print_student(student: Student) -> None:
    """Print the figures on every gold file, by language, and the folder of the model."""
    if student.results is not None:
        _print_results(student.results)
        say(f"The model: {student.models[0]}")


def _print_results(results: dict[str, Any]) -> None:
    if not results["scores"]:
        return
    table = FittedTable("gold", "language", "examples", "metric", "value", "95 %",
                        numbers=("examples", "value", "95 %"), keys=2,
                        title=f"{results['recipe']['name']}: figures on gold files")
    for gold, scores in results["scores"].items():
        for lang, metrics in scores["languages"].items():
            for metric, figure in metrics.items():
                table.add_row(gold, lang, scores["examples"][lang],
                              metric.replace("_", " "), _rounded(figure["value"]),
                              " to ".join(map(_rounded, figure["interval"])))
    table.show()


def _rounded(value: float) -> str:
    return f"{value:.3f}"
