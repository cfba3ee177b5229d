"""The output folder of a build: empty or of a build, used by one run or shared by several."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from crosslabel.pipeline.corpus.layout import CLAIMS, MANIFEST, RUN, WORK
from crosslabel.pipeline.storage.files import is_file, remove
from crosslabel.pipeline.storage.folders import (
    children,
    files,
    is_folder,
    make_folder,
    remove_leftovers,
    remove_tree,
)
from crosslabel.pipeline.storage.location import Location
from crosslabel.pipeline.storage.locks import hold
from crosslabel.projection.errors import InputError


@contextmanager
def prepared(out: Location, *, fresh: bool = False) -> Iterator[None]:
    """Hold a folder alone during the block, after removing the temporary files of killed runs.

    Raises:
        InputError: the folder holds something else.
        CrosslabelError: another run is working in it.
    """
    _check(out)
    make_folder(out / WORK)
    with hold(out / WORK, exclusive=True):
        if fresh:
            _forget(out)
        remove_tree(out / WORK / CLAIMS)
        remove_leftovers(out)
        yield


@contextmanager
def shared(out: Location) -> Iterator[None]:
    """Hold a folder during the block, together with other runs that share the build.

    Raises:
        InputError: the folder holds something else.
        CrosslabelError: a run that does not share is working in it.
    """
    _check(out)
    make_folder(out / WORK)
    with hold(out / WORK, exclusive=False):
        yield


def _check(out: Location) -> None:
    if is_file(out):
        raise InputError(f"{out}: not a folder; give another output folder")
    # In this order: another run may begin a build here in between.
    if children(out) and not is_folder(out / WORK):
        raise InputError(f"{out}: holds something that is not a crosslabel build; "
                         "give an empty or new output folder")


def _forget(out: Location) -> None:
    for place in children(out):
        if place.name == WORK:
            for entry in children(place):
                if is_folder(entry):  # the lock is a file, and held
                    remove_tree(entry)
        elif place.name in (MANIFEST, RUN, "state.json", "dataset_info.json"):
            remove(place)
        elif files(place, "shard-*.json"):
            remove_tree(place)
