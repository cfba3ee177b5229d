"""The contents of an output folder: their size, their soundness, and what may go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crosslabel.library.arguments import checked
from crosslabel.library.places import place
from crosslabel.pipeline.storage.folders import is_folder
from crosslabel.pipeline.verify.findings import Finding
from crosslabel.pipeline.verify.usage import Usage
from crosslabel.pipeline.verify.usage import prune as prune_folder
from crosslabel.pipeline.verify.usage import usage as usage_of
from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    from crosslabel.library.places import Place
    from crosslabel.pipeline.storage.location import Location

__all__ = ["Finding", "Usage", "Verified", "prune", "usage", "verify"]


@dataclass(frozen=True, slots=True)
class Verified:
    """The result of a check.

    Attributes:
        findings: the faults, each with its file and the way out.
        moved: files that were moved or removed because of them.
    """

    findings: Sequence[Finding]
    moved: Sequence[Location]

    @property
    def sound(self) -> bool:
        """Whether there is no fault."""
        return not self.findings


@checked()
def usage(folder: Place) -> Mapping[str, Usage]:
    """Return the files and bytes of an output folder by kind.

    Raises:
        InputError: there is no such folder.
    """
    out = place(folder)
    if not is_folder(out):
        raise InputError(f"{out}: no such folder; give the output folder of a build")
    return usage_of(out)


@checked()
def prune(folder: Place, *, dry_run: bool = False) -> Mapping[str, Usage]:
    """Remove the files that the latest build of a folder does not need.

    These are rows and plans of earlier inputs, translations by other models or settings, aligners
    and labels of other texts. Shards are kept, and so are all translations by the model and
    settings of the latest build.

    Args:
        dry_run: remove nothing.

    Returns:
        The files and bytes that were or would be removed, by kind.

    Raises:
        InputError: the folder holds no plan of a build.
        CrosslabelError: another run works in it.
    """
    from crosslabel.pipeline.run.folder import prepared

    out = place(folder)
    removed = prune_folder(out, dry_run=True)
    if not dry_run:
        with prepared(out):
            removed = prune_folder(out)
    return removed


@checked()
def verify(folder: Place, *, repair: bool = False) -> Verified:
    """Check hashes, rows and names of all committed files of a folder.

    Args:
        folder: output folder of a build, local or a URL, or of features, soft labels or a
            fine-tuning.
        repair: move broken files out of the way, so that the next run makes them again.

    Raises:
        InputError: crosslabel did not write the folder.
        CrosslabelError: another run works in it.
    """
    from crosslabel.finetune.verify import finetuned_folders, remove_broken, verify_finetuned

    out = place(folder)
    folders = finetuned_folders(out) if isinstance(out, Path) else []
    if not folders:
        return _verify_build(out, repair)
    findings = list(verify_finetuned(folders))
    return Verified(findings, remove_broken(findings) if repair else [])


def _verify_build(out: Location, repair: bool) -> Verified:
    from crosslabel.pipeline.run.folder import prepared
    from crosslabel.pipeline.verify.run import move_broken, verify

    findings = list(verify(out))
    if not (repair and findings):
        return Verified(findings, [])
    with prepared(out):
        findings = list(verify(out))
        return Verified(findings, move_broken(out, findings))
