"""The files of an output folder by kind, and the files that its latest plan no longer needs.

Earlier plans leave behind rows and plans of other inputs or settings, translations by other models
or decodings, aligners and labels of other texts. All can be made anew, but translations are costly:
translations by the model and decoding of the latest plan stay even if it does not read them, as
later rows may. Given translations stay only if it reads them. Files that ``verify`` put aside go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crosslabel.pipeline.corpus.layout import BROKEN, CURRENT, WORK
from crosslabel.pipeline.storage.files import read_marker_file, remove
from crosslabel.pipeline.storage.folders import remove_tree, sizes
from crosslabel.pipeline.storage.location import Location
from crosslabel.pipeline.translation.memory import INDEX, Memory
from crosslabel.projection.errors import InputError

SHARDS, MEMORY, OTHER = "shards", "translation memory", "other"
_WORK_KINDS = {"sources": "rows", "plans": "plans", "translations": MEMORY,
               "aligners": "aligners", "labels": "labels"}
KINDS = (SHARDS, *_WORK_KINDS.values(), OTHER)


@dataclass(frozen=True, slots=True)
class Usage:
    """A number of files and their bytes."""

    files: int = 0
    bytes: int = 0

    def plus(self, size: int) -> Usage:
        """Return this usage with one more file."""
        return Usage(self.files + 1, self.bytes + size)


def usage(out: Location) -> dict[str, Usage]:
    """Return the usage of a folder by kind of file."""
    return _by_kind(sizes(out))


def prune(out: Location, *, dry_run: bool = False) -> dict[str, Usage]:
    """Remove the files that a folder's latest plan does not need; return their usage by kind.

    Nobody else may be working in the folder.

    Args:
        dry_run: remove nothing.

    Raises:
        InputError: the folder has no plan.
    """
    current = read_marker_file(out / WORK / CURRENT)
    if current is None:
        raise InputError(f"{out}: holds no plan of a build, or one of an earlier version; run the "
                         "build again, which does not redo finished work")
    lengths = sizes(out)
    needed = _Needed.of(current)
    superseded = [name for name in lengths if not needed.has(name)]
    if not dry_run:
        _remove(out, superseded)
    return _by_kind({name: lengths[name] for name in superseded})


@dataclass(frozen=True, slots=True)
class _Needed:
    """The files that the latest plan needs.

    Attributes:
        folders: names of the needed folders, by folder of the work folder that holds them.
        labels: whether labels of translations are needed.
        parts: names of parts of given translations, by the folder of their memory.
    """

    folders: Mapping[str, frozenset[str]]
    labels: bool
    parts: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, current: Mapping[str, Any]) -> _Needed:
        languages = current["languages"].values()
        return cls(
            {
                "sources": frozenset([current["source"]]),
                "plans": frozenset(language["plan"] for language in languages),
                "translations": frozenset(language["memory"] for language in languages),
                "aligners": frozenset(language["aligner"] for language in languages
                                      if language["aligner"]),
            },
            current["labels"],
            {language["memory"]: frozenset(language["given"]) for language in languages
             if language["given"]},
        )

    def has(self, name: str) -> bool:
        """Return whether a file of the output folder is needed."""
        place, kind, *below = (*name.split("/"), "")
        if (place, kind) == (WORK, BROKEN):
            return False
        if place != WORK or kind not in _WORK_KINDS or len(below) < 2:
            return True
        if kind == "labels":
            return self.labels
        folder, file = below[0], below[1]
        if folder not in self.folders[kind]:
            return False
        parts = self.parts.get(folder) if kind == "translations" else None
        return parts is None or file.startswith(INDEX) or file.partition(".")[0] in parts


def _by_kind(files: Mapping[str, int]) -> dict[str, Usage]:
    usages = dict.fromkeys(KINDS, Usage())
    for name, size in files.items():
        usages[_kind(name)] = usages[_kind(name)].plus(size)
    return usages


def _kind(name: str) -> str:
    place, _, below = name.partition("/")
    if place == WORK:
        return _WORK_KINDS.get(below.partition("/")[0], OTHER)
    return SHARDS if below.startswith("shard-") else OTHER


def _remove(out: Location, names: Sequence[str]) -> None:
    """Remove markers first, so that files left by a prune that is cut off do not count."""
    remove(*(out / name for name in names if _is_marker(name)))
    remove(*(out / name for name in names if not _is_marker(name)))
    for folder in {name.rpartition("/")[0] for name in names}:
        if not sizes(out / folder):
            remove_tree(out / folder)
            if _kind(f"{folder}/") == MEMORY:
                Memory(out / folder).index_file().unlink(missing_ok=True)


def _is_marker(name: str) -> bool:
    return name.endswith(".json") and "/places-" not in name and "/marked-places-" not in name
