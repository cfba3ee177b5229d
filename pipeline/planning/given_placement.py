"""Given translations become committed parts, so that all that follows reads them like any other.

Each row keeps its own translation, also where two rows have the same text. The name of a part
depends on its texts and translations alone: a changed line of the file leaves other parts as they
are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crosslabel.pipeline.corpus.records import Reject
from crosslabel.pipeline.planning.given_file import GivenContents, GivenTranslations
from crosslabel.pipeline.planning.placement import Place, places_file, write_places
from crosslabel.pipeline.planning.rows import PlannedSource, SourceRow
from crosslabel.pipeline.storage.keys import key
from crosslabel.pipeline.storage.location import Location
from crosslabel.pipeline.translation.memory import Memory
from crosslabel.pipeline.translation.translator import Translation
from crosslabel.projection.errors import InputError


class GivenPlacement:
    """Commits the translation of every segment to the memory and notes where it is.

    Args:
        folder: folder of the plan of one language; places are saved there.
        part_texts: number of texts in a part.
    """

    def __init__(self, folder: Location, memory: Memory, part_texts: int) -> None:
        self._folder = folder
        self._memory = memory
        self._size = part_texts
        self._parts: list[str] = []
        self._rows: list[int] = []
        self._texts: list[str] = []
        self._translations: list[Translation] = []
        self._hits = 0

    def run(
        self, source: PlannedSource, given: GivenTranslations, limit: int | None = None
    ) -> dict[str, Any]:
        """Place all segments and return what the plan saves: keys of parts, counts, hashes of
        files, and warnings about lines of the file that cannot be used or belong to no row.

        Args:
            limit: most rows of the corpus that were read.

        Raises:
            InputError: the file cannot be read, or it is not of this corpus.
        """
        contents = given.read()
        ids = [row.id if isinstance(row, Reject) else row.example.id for row in _rows(source)]
        known = [id for id in ids if id is not None]
        if known and not contents.knows_any(known):
            raise InputError(f"{given.path}: none of its ids is the id of a row of the corpus; "
                             f"ids there are like {known[0]!r}")
        # Of a corpus that was cut off, the other ids are not known.
        unknown = contents.unknown(ids) if limit is None or len(ids) < limit else None
        warnings = [line for line in (contents.warning, unknown) if line]
        segments, hashes = 0, {}
        for shard in range(len(source.hashes)):
            file = places_file(self._folder, shard)
            places = list(self._places(source, shard, contents))
            segments += len(places)
            hashes[file.name] = write_places(file, places)
        self._close()
        return {"parts": self._parts, "new": [], "segments": segments, "hits": self._hits,
                "texts": 0, "rows": self._rows, "sha256": hashes, "warnings": warnings}

    def _places(
        self, source: PlannedSource, shard: int, contents: GivenContents
    ) -> Iterator[Place]:
        for row in _good(source, shard):
            only = len(row.example.fields) == 1
            for (field, _), text in zip(row.segments, row.texts(), strict=True):
                yield len(self._parts), len(self._texts)
                self._append(text, contents.translation(row.example.id, field, only=only))

    def _append(self, text: str, translation: Translation) -> None:
        self._texts.append(text)
        self._translations.append(translation)
        self._hits += translation.text is not None
        if len(self._texts) == self._size:
            self._close()

    def _close(self) -> None:
        if not self._texts:
            return
        part = key(self._texts, [[t.text, t.reason] for t in self._translations])
        if not self._memory.has(part):
            self._memory.commit(part, self._texts, self._translations, {})
        self._parts.append(part)
        self._rows.append(len(self._texts))
        self._texts, self._translations = [], []


def _rows(source: PlannedSource) -> Iterator[SourceRow | Reject]:
    return (row for shard in range(len(source.hashes)) for row in source.rows(shard))


def _good(source: PlannedSource, shard: int) -> Iterator[SourceRow]:
    return (row for row in source.rows(shard) if isinstance(row, SourceRow))
