"""Tables and values in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a line break or a bar within a cell cannot end the cell."""
    lines = [_row(headings), _row(["---"] * len(headings)), *map(_row, rows)]
    return "\n".join(lines)


def code(value: str) -> str:
    """Return a value as code, or nothing for an empty value."""
    return f"`{value}`" if value else ""


def one_line(text: str) -> str:
    """Return the text of a docstring or help as one line, with Markdown's single backquotes."""
    return " ".join(text.replace("``", "`").split())


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(one_line(cell).replace('|', chr(92) + '|') for cell in cells)} |"
