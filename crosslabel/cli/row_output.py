"""The end of commands that turn rows into rows: bad rows on stderr, and an exit code."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from crosslabel.cli.terminal import warn

EXIT_BAD_ROWS = 3


def report_bad_rows(problems: Sequence[object]) -> None:
    """Name unusable rows on stderr and exit with code 3, if there are any."""
    for problem in problems:
        warn(problem)
    if problems:
        raise typer.Exit(EXIT_BAD_ROWS)
