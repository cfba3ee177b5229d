"""``crosslabel verify``: check that the files of an output folder are unchanged."""

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
        bool, typer.Option("--repair", help="Move broken files out of the way, so that the next "
                           "run makes them again.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check hashes, rows and names of all committed files, and print one line for each fault.

    The exit code is 0 without faults, 1 with faults, and 2 if crosslabel did not write the folder.
    """
    findings, moved = _check(folder, repair)
    if as_json:
        print_json({
            "sound": not findings,
            "findings": [{"file": str(finding.file), "what": finding.what,
                          "way_out": finding.way_out} for finding in findings],
            "moved": [str(file) for file in moved],
        })
    else:
        for line in _lines(folder, findings, moved, repair):
            say(line)
    if findings:
        raise typer.Exit(1)


def _check(out: Location, repair: bool) -> tuple[list[Finding], Sequence[Location]]:
    """Return the faults, and the files that were moved or removed because of them."""
    from crosslabel.finetune.verify import finetuned_folders, remove_broken, verify_finetuned

    folders = finetuned_folders(out) if isinstance(out, Path) else []
    if not folders:
        return _check_build(out, repair)
    findings = list(verify_finetuned(folders))
    return findings, remove_broken(findings) if repair else []


def _check_build(out: Location, repair: bool) -> tuple[list[Finding], Sequence[Location]]:
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
    done = f"; {len(moved)} files moved aside; run the same build again" if repair else ""
    return [*map(str, findings), f"{out}: {count}{done}"]
