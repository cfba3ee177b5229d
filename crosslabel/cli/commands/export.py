"""``crosslabel export``: write a corpus as files that other tools read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crosslabel.cli.options import CorpusFolder
from crosslabel.cli.row_output import report_bad_rows
from crosslabel.cli.terminal import say, warn
from crosslabel.library.names import FORMATS

if TYPE_CHECKING:
    from crosslabel.library.corpus import Exported

_NAMED = 20
"""Most ids of rows that are named for one reason."""

EXAMPLE = "Example: crosslabel export out/demo-ner --format conll --output conll"


def export(
    folder: CorpusFolder,
    format: Annotated[str, typer.Option(metavar="NAME", help=f"{', '.join(FORMATS)}.")],
    output: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Local folder; by default DIR/export.")
    ] = None,
) -> None:
    """Write the target side of a corpus, one file per language.

    Rows that a format cannot hold are left out and named on stderr, with the reason. If no row of a
    language is left, the exit code is 3.
    """
    import crosslabel as cl

    exported = cl.open_corpus(folder).export(format, output)
    for done in exported:
        say(f"{done.path}: {done.written.rows} rows")
        for problem in _problems(done):
            warn(problem)
    empty = [done for done in exported if not done.written.rows]
    report_bad_rows([f"{done.path}: no row of the corpus can be written as {format}; choose "
                     "another --format" for done in empty])


def _problems(done: Exported) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for id, reason in done.written.left_out:
        reasons.setdefault(reason, []).append(id)
    for reason, ids in reasons.items():
        more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
        yield f"{done.path}: {len(ids)} rows left out: {reason}: {', '.join(ids[:_NAMED])}{more}"
    for kind, count in done.written.losses.items():
        yield f"{done.path}: {count} not written: {kind}"
