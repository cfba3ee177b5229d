"""The translation memory: committed parts of translated texts, and an index over them.

A *space* is everything that decides what a text is translated into: model, decoding, language. Its
parts are Arrow stream files, each committed by a marker and never rewritten; the set of committed
parts is the memory. The SQLite index only says where a text stands and can be rebuilt from them.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.location import Location, is_local
from pipeline.models import cache_folder
from pipeline.storage import committed, files, is_file, key, open_arrow, read_json, write_json
from pipeline.translate import Translation

INDEX = "index.sqlite"


@dataclass(frozen=True, slots=True)
class Memory:
    """The translations of one space, in ``folder``."""

    folder: Location

    def has(self, part: str) -> bool:
        """Whether a part is committed."""
        return is_file(self._marker(part)) and is_file(self._file(part))

    def info(self, part: str) -> dict[str, Any]:
        """The marker of a committed part: rows, sha256, and how it was computed."""
        marker: dict[str, Any] = read_json(self._marker(part))
        return marker

    def commit(
        self,
        part: str,
        texts: Sequence[str],
        translations: Sequence[Translation],
        computed: dict[str, str],
    ) -> None:
        """Write a part whole.

        Args:
            part: key of the part.
            texts, translations: row by row.
            computed: device and compute type, for the record.
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
        write_json(self._marker(part), {"rows": len(texts), "sha256": out.sha256, **computed})

    def read(self, part: str) -> list[Translation]:
        """Translations of a committed part, in row order."""
        with open_arrow(self._file(part)) as batches:
            table = batches.read_all()
            columns = [table[name].to_pylist() for name in ("target", "score", "reason")]
        return [Translation(*row) for row in zip(*columns, strict=True)]

    def open_index(self) -> Index:
        """The index, brought up to date with the committed parts."""
        file = self.index_file()
        file.parent.mkdir(parents=True, exist_ok=True)
        index = Index(file)
        index.follow(self)
        return index

    def index_file(self) -> Path:
        """Where the index is: beside the parts, or for those in a store in the local cache."""
        if not is_local(self.folder):
            return cache_folder() / "indexes" / key(str(self.folder)) / INDEX
        return self.folder / INDEX

    def parts(self) -> list[str]:
        """Keys of the committed parts, sorted."""
        found = {file.name for file in files(self.folder, "*")}
        markers = sorted(name for name in found if name.endswith(".json"))
        return [part for name in markers
                if f"{(part := name.removesuffix('.json'))}.arrow" in found]

    def sources(self, part: str) -> list[str]:
        """Source texts of a committed part, in row order."""
        with open_arrow(self._file(part)) as batches:
            texts: list[str] = batches.read_all()["source"].to_pylist()
        return texts

    def _file(self, part: str) -> Location:
        return self.folder / f"{part}.arrow"

    def _marker(self, part: str) -> Location:
        return self.folder / f"{part}.json"


class Index:
    """Where each text of a space stands: (part, row) by the hash of the text."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, timeout=60)
        self._database.executescript(
            "CREATE TABLE IF NOT EXISTS part (key TEXT PRIMARY KEY);"
            "CREATE TABLE IF NOT EXISTS place"
            " (text BLOB PRIMARY KEY, part TEXT, row INTEGER) WITHOUT ROWID;"
            "CREATE TEMP TABLE reserved"
            " (text BLOB PRIMARY KEY, slot INTEGER, row INTEGER) WITHOUT ROWID;"
        )

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def follow(self, memory: Memory) -> None:
        """Enter the texts of every committed part that is not in the index yet.

        An index of parts that are gone is begun anew, as other parts may hold texts of theirs.
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
        """Part and row of a translated text, or ``None``."""
        query = "SELECT part, row FROM place WHERE text = ?"
        found: tuple[str, int] | None = self._database.execute(query, (text_hash(text),)).fetchone()
        return found

    def reserve(self, text: str, place: tuple[int, int]) -> None:
        """Note the (slot, row) of a text in a part to come, while this object lives."""
        self._database.execute("INSERT INTO reserved VALUES (?, ?, ?)", (text_hash(text), *place))

    def reserved(self, text: str) -> tuple[int, int] | None:
        """The place noted by :meth:`reserve`, or ``None``."""
        query = "SELECT slot, row FROM reserved WHERE text = ?"
        found: tuple[int, int] | None = self._database.execute(query, (text_hash(text),)).fetchone()
        return found


def text_hash(text: str) -> bytes:
    """What the index knows a text by."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
