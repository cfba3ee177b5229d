"""``crosslabel verify``: check that the files of an output folder are unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crosslabel.cli.terminal import print_json, say

if TYPE_CHECKING:
    from crosslabel.library.cache import Verified

EXAMPLE = "Example: crosslabel verify out/demo-ner --repair"


def verify(
    folder: Annotated[
        str,
        typer.Argument(metavar="DIR", help="Output folder of a build, local or a "
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
    import crosslabel as cl

    verified = cl.cache.verify(folder, repair=repair)
    if as_json:
        print_json({
            "sound": verified.sound,
            "findings": [{"file": str(finding.file), "what": finding.what,
                          "way_out": finding.way_out} for finding in verified.findings],
            "moved": [str(file) for file in verified.moved],
        })
    else:
        for line in _lines(folder, verified, repair):
            say(line)
    if not verified.sound:
        raise typer.Exit(1)


def _lines(folder: str, verified: Verified, repair: bool) -> list[str]:
    if verified.sound:
        return [f"{folder}: sound"]
    faults = len(verified.findings)
    count = "1 fault" if faults == 1 else f"{faults} faults"
    done = (f"; {len(verified.moved)} files moved aside; run the same build again" if repair
            else "")
    return [*map(str, verified.findings), f"{folder}: {count}{done}"]
