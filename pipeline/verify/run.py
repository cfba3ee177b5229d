"""The check of a whole output folder, and the move of broken files out of the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crosslabel.pipeline.corpus.layout import BROKEN, MANIFEST, WORK
from crosslabel.pipeline.storage.files import is_file, move
from crosslabel.pipeline.storage.folders import files, is_folder
from crosslabel.pipeline.storage.location import Location, relative
from crosslabel.pipeline.verify.dataset import check_dataset
from crosslabel.pipeline.verify.findings import Finding
from crosslabel.pipeline.verify.shards import check_shards
from crosslabel.pipeline.verify.work import check_work
from crosslabel.projection.errors import InputError


def verify(out: Location) -> Iterator[Finding]:
    """Yield the problems in the output folder of a build, finished or not.

    Uncommitted files of a run that was cut off are no problem before there is a manifest.

    Raises:
        InputError: the folder is not the output folder of a build.
    """
    finished = is_file(out / MANIFEST)
    if not finished and not is_folder(out / WORK):
        raise InputError(f"{out}: not an output folder of 'crosslabel build'; give one")
    names = sorted({relative(file, out).split("/")[0] for file in files(out, "*/shard-*")} - {WORK})
    folders = {name: check_shards(out / name) for name in names}
    for shards in folders.values():
        yield from shards.findings
    if finished:
        yield from check_dataset(out, folders)
    yield from check_work(out / WORK)


def move_broken(out: Location, findings: Iterable[Finding]) -> list[Location]:
    """Move broken files to ``.work/broken``, markers first; the next build makes them anew.

    Nobody else may be working in the folder.

    Returns:
        The moved files at their new places.
    """
    moved: dict[Location, Location] = {}
    for file in (file for finding in findings for file in finding.broken):
        if file not in moved and is_file(file):
            moved[file] = out / WORK / BROKEN / relative(file, out)
            move(file, moved[file])
    return list(moved.values())
