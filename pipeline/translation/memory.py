"""The translation memory: committed parts of translated texts, and an index over them.

A *space* is everything that the translation of a text depends on: model, decoding, language. Its
parts are Arrow stream files, each committed by a marker and never rewritten; the committed parts
are the memory. The SQLite index only says where a text stands and can be rebuilt from the parts.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crosslabel.pipeline.models.cache import cache_folder
from crosslabel.pipeline.storage.faults import explained_database
from crosslabel.pipeline.storage.files import (
    committed,
    damaged,
    open_arrow,
    read_marker_file,
    size,
    write_json,
)
from crosslabel.pipeline.storage.folders import files
from crosslabel.pipeline.storage.keys import key
from crosslabel.pipeline.storage.location import Location, is_local
from crosslabel.pipeline.translation.translator import Translation

INDEX = "index.sqlite"


@dataclass(frozen=True, slots=True)
class Memory:
    """The translations of one space, in ``folder``."""

    folder: Location

    def has(self, part: str) -> bool:
        """Return whether a part is committed and has the length that its marker states."""
        marker, length = read_marker_file(self._marker(part)), size(self._file(part))
        return (marker is not None and length is not None
                and length == marker.get("bytes", length))

    def info(self, part: str) -> dict[str, Any]:
        """Return the marker of a committed part: rows, sha256, and how it was computed.

        Raises:
            DamagedError: it cannot be read.
        """
        file = self._marker(part)
        marker: dict[str, Any] | None = read_marker_file(file)
        if marker is None or "sha256" not in marker:
            raise damaged(file, "is no marker of a part")
        return marker

    def commit(
        self,
        part: str,
        texts: Sequence[str],
        translations: Sequence[Translation],
        computed: dict[str, Any],
    ) -> None:
        """Write a part as a whole.

        Args:
            part: key of the part.
            texts, translations: one of each per row.
            computed: device and compute type, and the size of batches if it was halved.
        """
        import pyarrow as pa

        table = pa.table({
            "source": pa.array(texts, pa.string()),
            "target": pa.array([t.text for t in translations], pa.string()),
            "score": pa.array([t.score for t in translations], pa.float32()),
            "reason": pa.array([t.reason for t in translations], pa.string()),
        })
        with committed(self._file(part)) as out, pa.ipc.new_stream(out, table.schema) as writer:
            writer.write_table(table)
        write_json(self._marker(part),
                   {"rows": len(texts), "bytes": out.bytes, "sha256": out.sha256, **computed})

    def rows(self, part: str) -> list[tuple[str, Translation]]:
        """Return the source texts of a committed part with their translations, in row order.

        Raises:
            DamagedError: its bytes differ from its marker.
        """
        columns = self._columns(part, "source", "target", "score", "reason")
        return [(source, Translation(*row)) for source, *row in zip(*columns, strict=True)]

    def read(self, part: str) -> list[Translation]:
        """Return the translations of a committed part; raises as :meth:`rows`."""
        return [translation for _, translation in self.rows(part)]

    def open_index(self) -> Index:
        """Open the index, bring it up to date with the committed parts, and rebuild a damaged one.

        Raises:
            InputError, TransientError: the disk refuses to write it.
            DamagedError: the bytes of a part differ from its marker.
        """
        file = self.index_file()
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            return self._followed(file)
        except sqlite3.OperationalError as error:
            raise explained_database(error, file) from error
        except sqlite3.DatabaseError:
            for path in index_files(file):
                path.unlink(missing_ok=True)
            return self._followed(file)

    def _followed(self, file: Path) -> Index:
        index = Index(file)
        try:
            index.follow(self)
        except BaseException:
            index.close()
            raise
        return index

    def index_file(self) -> Path:
        """Return the file of the index: beside local parts, else in the local cache."""
        if not is_local(self.folder):
            return cache_folder() / "indexes" / key(str(self.folder)) / INDEX
        return self.folder / INDEX

    def parts(self) -> list[str]:
        """Return the keys of the committed parts, sorted."""
        names = {file.name for file in files(self.folder, "*")}
        markers = sorted(name for name in names if name.endswith(".json"))
        return [part for name in markers
                if f"{(part := name.removesuffix('.json'))}.arrow" in names]

    def sources(self, part: str) -> list[str]:
        """Return the source texts of a committed part; raises as :meth:`rows`."""
        (texts,) = self._columns(part, "source")
        return texts

    def _columns(self, part: str, *names: str) -> list[list[Any]]:
        with open_arrow(self._file(part), self.info(part)["sha256"]) as batches:
            table = batches.read_all()
            return [table[name].to_pylist() for name in names]

    def _file(self, part: str) -> Location:
        return self.folder / f"{part}.arrow"

    def _marker(self, part: str) -> Location:
        return self.folder / f"{part}.json"


class Index:
    """The place (part, row) of each text of a space, by the hash of the text."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database = sqlite3.connect(path, timeout=60)
        with closing(self._database.execute("PRAGMA quick_check(1)")) as answer:
            if answer.fetchone() != ("ok",):
                self.close()
                raise sqlite3.DatabaseError("damaged")
        self._database.executescript(
            "CREATE TABLE IF NOT EXISTS part (key TEXT PRIMARY KEY);"
            "CREATE TABLE IF NOT EXISTS place"
            " (text BLOB PRIMARY KEY, part TEXT, row INTEGER) WITHOUT ROWID;"
            "CREATE TEMP TABLE reserved"
            " (text BLOB PRIMARY KEY, slot INTEGER, row INTEGER) WITHOUT ROWID;"
        )

    def __enter__(self) -> Index:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.close()
        if isinstance(error, sqlite3.OperationalError):
            raise explained_database(error, self._path) from error

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def follow(self, memory: Memory) -> None:
        """Enter the texts of every committed part that is not in the index yet.

        If an indexed part is gone the index is rebuilt, as other parts may hold the same texts.
        """
        with closing(self._database.execute("SELECT key FROM part")) as known:
            indexed = {key for (key,) in known}
        committed = memory.parts()
        if indexed.difference(committed):
            indexed = set()
            with self._database as transaction:
                transaction.execute("DELETE FROM place")
                transaction.execute("DELETE FROM part")
        for part in committed:
            if part not in indexed:
                self.add(part, memory.sources(part))

    def add(self, part: str, texts: Sequence[str]) -> None:
        """Enter the texts of one part; a text that is known already keeps its place."""
        with self._database as transaction:
            transaction.executemany(
                "INSERT OR IGNORE INTO place VALUES (?, ?, ?)",
                ((text_hash(text), part, row) for row, text in enumerate(texts)),
            )
            transaction.execute("INSERT OR IGNORE INTO part VALUES (?)", (part,))

    def find(self, text: str) -> tuple[str, int] | None:
        """Return the part and row of a translated text, or ``None``."""
        query = "SELECT part, row FROM place WHERE text = ?"
        place: tuple[str, int] | None = self._database.execute(query, (text_hash(text),)).fetchone()
        return place

    def reserve(self, text: str, place: tuple[int, int]) -> None:
        """Note the (slot, row) of a text in a part to come, for as long as this object lives."""
        self._database.execute("INSERT INTO reserved VALUES (?, ?, ?)", (text_hash(text), *place))

    def reserved(self, text: str) -> tuple[int, int] | None:
        """Return the place noted by :meth:`reserve`, or ``None``."""
        query = "SELECT slot, row FROM reserved WHERE text = ?"
        place: tuple[int, int] | None = self._database.execute(query, (text_hash(text),)).fetchone()
        return place


def index_files(index: Path) -> list[Path]:
    """Return the file of an index and the files that SQLite may keep beside it."""
    return [index.with_name(index.name + ending) for ending in ("", "-journal", "-wal", "-shm")]


def text_hash(text: str) -> bytes:
    """Return the hash that the index knows a text by."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
