"""``crosslabel verify``: are the files of an output folder what was written?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crosslabel.cli.options import Place
from crosslabel.cli.terminal import print_json, say
from crosslabel.pipeline.storage.location import Location, location

if TYPE_CHECKING:
    from crosslabel.pipeline.verify.findings import Finding

EXAMPLE = "Example: crosslabel verify out/demo-ner --repair"


def verify(
    folder: Annotated[
        Place,
        typer.Argument(parser=location, metavar="DIR", help="Output folder of a build, local or a "
                       "URL, or of features, soft labels or a fine-tuning."),
    ],
    repair: Annotated[
        bool, typer.Option("--repair", help="Move what is broken out of the way, so that the next "
                           "run makes it anew.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check hashes, rows and names of all committed files, one line for each that is wrong.

    Exit code 0 if nothing is wrong, 1 if something is, 2 if the folder is not one of crosslabel.
    """
    findings, moved = _looked_at(folder, repair)
    if as_json:
        print_json({
            "sound": not findings,
            "findings": [{"file": str(own.file), "what": own.what, "way_out": own.way_out}
                         for own in findings],
            "moved": [str(file) for file in moved],
        })
    else:
        for line in _lines(folder, findings, moved, repair):
            say(line)
    if findings:
        raise typer.Exit(1)


def _looked_at(out: Location, repair: bool) -> tuple[list[Finding], Sequence[Location]]:
    """What is wrong, and what was moved or removed because of it."""
    from crosslabel.finetune.verify import finetuned_folders, remove_broken, verify_finetuned

    folders = finetuned_folders(out) if isinstance(out, Path) else []
    if not folders:
        return _build(out, repair)
    findings = list(verify_finetuned(folders))
    return findings, remove_broken(findings) if repair else []


def _build(out: Location, repair: bool) -> tuple[list[Finding], Sequence[Location]]:
    from crosslabel.pipeline.run.folder import prepared
    from crosslabel.pipeline.verify.run import move_broken, verify

    findings = list(verify(out))
    if not (repair and findings):
        return findings, []
    with prepared(out):
        findings = list(verify(out))
        return findings, move_broken(out, findings)


def _lines(
    out: Location, findings: Sequence[Finding], moved: Sequence[Location], repair: bool
) -> list[str]:
    if not findings:
        return [f"{out}: sound"]
    count = "1 fault" if len(findings) == 1 else f"{len(findings)} faults"
    done = f"; {len(moved)} files put aside, run the same build again" if repair else ""
    return [*map(str, findings), f"{out}: {count}{done}"]
