"""The place of each segment's translation: in the memory, or in a row of a part to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from crosslabel.pipeline.planning.carried_segments import carried_texts, plain_texts
from crosslabel.pipeline.planning.marked_segments import mark_segments
from crosslabel.pipeline.planning.rows import PlannedSource, SourceRow
from crosslabel.pipeline.storage.files import committed
from crosslabel.pipeline.storage.keys import canonical, key
from crosslabel.pipeline.storage.location import Location
from crosslabel.pipeline.translation.memory import Index
from crosslabel.projection.markers import Markers

CARRIED_PLACES = "carried-places-"
Place = tuple[int, int]
"""Position of a part in the plan, and the row in that part."""


class Placement:
    """Gives every segment a place: where the memory has it, or a row of a new part.

    Args:
        folder: folder of the plan of one language; texts of new parts and places are saved there.
        part_texts: number of texts in a part.
    """

    def __init__(self, folder: Location, index: Index, part_texts: int) -> None:
        self._folder = folder
        self._index = index
        self._size = part_texts
        self._slots: dict[str, int] = {}
        self._parts: list[str] = []
        self._new: list[int] = []
        self._open: list[str] = []
        self._segments = 0
        self._hits = 0
        self._texts = 0
        self._rows: list[int] = []  # per part one bit for each row that is needed
        self._hashes: dict[str, str] = {}

    def run(self, source: PlannedSource, markers: Markers | None = None) -> dict[str, Any]:
        """Place all segments and return what the plan saves: keys of parts, the new ones, counts,
        and hashes of files.

        Segments that the model does not get as they are follow after all others. With markers,
        segments with spans are placed a second time, in separate parts. So the other parts are the
        same either way. ``rows`` holds for each part without markers the number of distinct
        rows that are needed.
        """
        for shard in range(len(source.hashes)):
            self._place_all(places_file(self._folder, shard), _segment_texts(source, shard))
        for shard in range(len(source.hashes)):
            if texts := list(carried_texts(_good(source, shard))):
                self._place_all(carried_places_file(self._folder, shard), texts)
        self._close()
        rows = [needed.bit_count() for needed in self._rows]
        if markers:
            for shard in range(len(source.hashes)):
                file = marked_places_file(self._folder, shard)
                self._place_all(file, _marked_texts(source, shard, markers))
            self._close()
        return {"parts": self._parts, "new": self._new, "segments": self._segments,
                "hits": self._hits, "texts": self._texts, "sha256": self._hashes, "rows": rows}

    def _place_all(self, file: Location, texts: Iterable[str | None]) -> None:
        places = [None if text is None else self._place(text) for text in texts]
        for slot, row in filter(None, places):
            self._segments += 1
            self._rows[slot] |= 1 << row
        self._hashes[file.name] = write_places(file, places)

    def _place(self, text: str) -> Place:
        hit = self._index.find(text)
        if hit:
            self._hits += 1
            return self._slot(hit[0]), hit[1]
        place = self._index.reserved(text)
        if place is None:
            place = self._append(text)
            self._index.reserve(text, place)
        return place

    def _slot(self, part: str) -> int:
        if part not in self._slots:
            self._slots[part] = len(self._parts)
            self._parts.append(part)
            self._rows.append(0)
        return self._slots[part]

    def _append(self, text: str) -> Place:
        if not self._open:
            self._new.append(len(self._parts))
            self._parts.append("named when its texts are complete")
            self._rows.append(0)
        place = self._new[-1], len(self._open)
        self._open.append(text)
        self._texts += 1
        if len(self._open) == self._size:
            self._close()
        return place

    def _close(self) -> None:
        if not self._open:
            return
        slot = self._new[-1]
        self._parts[slot] = key(self._open)
        file = texts_file(self._folder, slot)
        with committed(file) as out:
            out.writelines(canonical(text) + b"\n" for text in self._open)
        self._hashes[file.name] = out.sha256
        self._open = []


def _good(source: PlannedSource, shard: int) -> list[SourceRow]:
    return [row for row in source.rows(shard) if isinstance(row, SourceRow)]


def _segment_texts(source: PlannedSource, shard: int) -> Iterator[str]:
    for row in _good(source, shard):
        yield from plain_texts(row)


def _marked_texts(source: PlannedSource, shard: int, markers: Markers) -> Iterator[str | None]:
    for row in _good(source, shard):
        yield from (segment.text if segment else None for segment in mark_segments(row, markers))


def write_places(file: Location, places: Sequence[Place | None]) -> str:
    """Commit the places of a shard's segments and return the sha256 of the file."""
    with committed(file) as out:
        out.write(canonical(places) + b"\n")
    return out.sha256


def texts_file(folder: Location, slot: int) -> Location:
    """Return the file of the source texts of a new part."""
    return folder / f"texts-{slot:05}.jsonl"


def places_file(folder: Location, shard: int) -> Location:
    """Return the file of the places of a shard's segments."""
    return folder / f"places-{shard:05}.json"


def carried_places_file(folder: Location, shard: int) -> Location:
    """Return the file of the places of what the model gets for segments with protected parts."""
    return folder / f"{CARRIED_PLACES}{shard:05}.json"


def marked_places_file(folder: Location, shard: int) -> Location:
    """Return the file of the places of a shard's marked segments; null for segments without."""
    return folder / f"marked-places-{shard:05}.json"
