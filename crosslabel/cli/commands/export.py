"""``crosslabel export``: write a corpus as files that other tools read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crosslabel.cli.options import CorpusFolder
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

    Rows that a format cannot hold are left out and named on stderr, with the reason.
    """
    import crosslabel as cl

    for done in cl.open_corpus(folder).export(format, output):
        say(f"{done.path}: {done.written.rows} rows")
        for problem in _problems(done):
            warn(problem)


def _problems(done: Exported) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for id, reason in done.written.left_out:
        reasons.setdefault(reason, []).append(id)
    for reason, ids in reasons.items():
        more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
        yield f"{done.path}: {len(ids)} rows left out: {reason}: {', '.join(ids[:_NAMED])}{more}"
    for kind, count in done.written.losses.items():
        yield f"{done.path}: {count} not written: {kind}"
