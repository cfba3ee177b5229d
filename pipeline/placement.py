"""Where each segment's translation stands: found in the memory, or a row of a part to come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.memory import Index
from pipeline.source import Source, SourceRow
from pipeline.storage import canonical, committed, key, write_json


class Placement:
    """Gives every segment a place: where the memory has it, or a row of a new part.

    Args:
        folder: the plan of one language; texts of new parts and places are saved there.
        part_texts: texts of a part.
    """

    def __init__(self, folder: Path, index: Index, part_texts: int) -> None:
        self._folder = folder
        self._index = index
        self._size = part_texts
        self._slots: dict[str, int] = {}
        self._parts: list[str] = []
        self._new: list[int] = []
        self._open: list[str] = []
        self._hits = 0
        self._texts = 0

    def run(self, source: Source) -> dict[str, Any]:
        """Place all segments; gives the parts' keys, which are new, and counts."""
        for shard in range(len(source.hashes)):
            places = [self._place(text) for text in _segment_texts(source, shard)]
            write_json(places_file(self._folder, shard), places)
        self._close()
        return {"parts": self._parts, "new": self._new, "hits": self._hits, "texts": self._texts}

    def _place(self, text: str) -> tuple[int, int]:
        found = self._index.find(text)
        if found:
            self._hits += 1
            return self._slot(found[0]), found[1]
        place = self._index.reserved(text)
        if place is None:
            place = self._append(text)
            self._index.reserve(text, place)
        return place

    def _slot(self, part: str) -> int:
        if part not in self._slots:
            self._slots[part] = len(self._parts)
            self._parts.append(part)
        return self._slots[part]

    def _append(self, text: str) -> tuple[int, int]:
        if not self._open:
            self._new.append(len(self._parts))
            self._parts.append("named when its texts are complete")
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
        with committed(texts_file(self._folder, slot)) as out:
            out.writelines(canonical(text) + b"\n" for text in self._open)
        self._open = []


def _segment_texts(source: Source, shard: int) -> Iterator[str]:
    for row in source.rows(shard):
        if isinstance(row, SourceRow):
            yield from row.texts()


def texts_file(folder: Path, slot: int) -> Path:
    """Source texts of a new part."""
    return folder / f"texts-{slot:05}.jsonl"


def places_file(folder: Path, shard: int) -> Path:
    """Places of the segments of a shard."""
    return folder / f"places-{shard:05}.json"
