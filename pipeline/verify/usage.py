"""What an output folder holds by kind, and what of it the latest plan no longer needs.

A later plan leaves behind: rows and plans of other inputs or settings, translations by other models
or decodings, aligners and labels of other texts. All can be made anew; translations at a price, so
those by the model and decoding of the latest plan stay, whether it reads them or not, as later rows
may. Of given translations only those that it reads stay. What ``verify`` put aside goes.
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
    """Files and their bytes."""

    files: int = 0
    bytes: int = 0

    def plus(self, size: int) -> Usage:
        """This and one more file."""
        return Usage(self.files + 1, self.bytes + size)


def usage(out: Location) -> dict[str, Usage]:
    """What the files of a folder take, by kind."""
    return _by_kind(sizes(out))


def prune(out: Location, *, dry_run: bool = False) -> dict[str, Usage]:
    """Remove what the latest plan of a folder does not need; gives what that took, by kind.

    Nobody else may be working in the folder.

    Args:
        dry_run: remove nothing.

    Raises:
        InputError: the folder has no plan.
    """
    current = read_marker_file(out / WORK / CURRENT)
    if current is None:
        raise InputError(f"{out}: holds no plan of a build, or one of an earlier version; run the "
                         "build again, which does not redo what is there")
    found = sizes(out)
    needed = _Needed.of(current)
    superseded = [name for name in found if not needed.has(name)]
    if not dry_run:
        _remove(out, superseded)
    return _by_kind({name: found[name] for name in superseded})


@dataclass(frozen=True, slots=True)
class _Needed:
    """Names of what the latest plan needs.

    Attributes:
        folders: by folder of the work folder those in it.
        labels: whether labels of translations are needed.
        parts: of given translations, by the folder of their memory.
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
                "plans": frozenset(own["plan"] for own in languages),
                "translations": frozenset(own["memory"] for own in languages),
                "aligners": frozenset(own["aligner"] for own in languages if own["aligner"]),
            },
            current["labels"],
            {own["memory"]: frozenset(own["given"]) for own in languages if own["given"]},
        )

    def has(self, name: str) -> bool:
        """Whether a file of the output folder is needed."""
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
    found = dict.fromkeys(KINDS, Usage())
    for name, size in files.items():
        found[_kind(name)] = found[_kind(name)].plus(size)
    return found


def _kind(name: str) -> str:
    place, _, below = name.partition("/")
    if place == WORK:
        return _WORK_KINDS.get(below.partition("/")[0], OTHER)
    return SHARDS if below.startswith("shard-") else OTHER


def _remove(out: Location, names: Sequence[str]) -> None:
    """Markers first, so that what is left of a prune that is cut off does not count."""
    remove(*(out / name for name in names if _is_marker(name)))
    remove(*(out / name for name in names if not _is_marker(name)))
    for folder in {name.rpartition("/")[0] for name in names}:
        if not sizes(out / folder):
            remove_tree(out / folder)
            if _kind(f"{folder}/") == MEMORY:
                Memory(out / folder).index_file().unlink(missing_ok=True)


def _is_marker(name: str) -> bool:
    return name.endswith(".json") and "/places-" not in name and "/marked-places-" not in name
