"""``crosslabel verify``: are the files of an output folder what was written?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipeline.location import Location
    from pipeline.verify.findings import Finding

EXAMPLE = "Example: crosslabel verify out/demo-ner --repair"


def verify(
    folder: Annotated[
        str, typer.Argument(metavar="DIR", help="Output folder of a build, features, soft labels "
                            "or a fine-tuning; of a build also s3://bucket/folder.")
    ],
    repair: Annotated[
        bool, typer.Option("--repair", help="Move broken files out of the way, so that the next "
                           "run makes them anew.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check hashes, rows and names of all committed files, one line for each that is wrong.

    Exit code 0 if nothing is wrong, 1 if something is, 2 if the folder is not one of crosslabel.
    """
    from pipeline.location import location

    findings, moved = _looked_at(location(folder), repair)
    if as_json:
        print(json.dumps(_values(findings, moved), ensure_ascii=False, indent=1))
    else:
        for line in _lines(folder, findings, moved):
            print(line)
    if findings:
        raise typer.Exit(1)


def _looked_at(out: Location, repair: bool) -> tuple[list[Finding], list[Location]]:
    """What is wrong, and what was moved or removed because of it."""
    from pathlib import Path

    from finetune.verify import finetuned_folders, remove_broken, verify_finetuned

    folders = finetuned_folders(out) if isinstance(out, Path) else []
    if not folders:
        return _build(out, repair)
    findings = list(verify_finetuned(folders))
    return findings, list(remove_broken(findings)) if repair else []


def _build(out: Location, repair: bool) -> tuple[list[Finding], list[Location]]:
    from pipeline.folder import prepared
    from pipeline.verify.run import move_broken, verify

    findings = list(verify(out))
    if not (repair and findings):
        return findings, []
    with prepared(out):
        findings = list(verify(out))
        return findings, move_broken(out, findings)


def _lines(folder: str, findings: Sequence[Finding], moved: Sequence[Location]) -> list[str]:
    if not findings:
        return [f"{folder}: sound"]
    found = [str(finding) for finding in findings]
    said = f"{folder}: {len(findings)} things are wrong"
    return [*found, f"{said}, {len(moved)} files moved; run the same command again"]


def _values(findings: Sequence[Finding], moved: Sequence[Location]) -> dict[str, object]:
    return {
        "sound": not findings,
        "findings": [{"file": str(own.file), "what": own.what, "way_out": own.way_out}
                     for own in findings],
        "moved": [str(file) for file in moved],
    }
