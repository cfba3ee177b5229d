"""Checks of the files kept for the next build: rows, plans, translations, aligners, labels."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath

from pydantic import BaseModel

from crosslabel.pipeline.aligner.files import FILE as ALIGNER
from crosslabel.pipeline.planning.rows import rows_file
from crosslabel.pipeline.storage.folders import files
from crosslabel.pipeline.storage.location import Location, is_local
from crosslabel.pipeline.translation.memory import INDEX, Memory, text_hash
from crosslabel.pipeline.verify.findings import (
    REPAIR,
    Finding,
    UnsoundError,
    as_written,
    read_as,
    schema_and_rows,
)

_INDEX_FILES = (INDEX, f"{INDEX}-journal", f"{INDEX}-wal", f"{INDEX}-shm")


class _Source(BaseModel):
    labels: list[str]
    hashes: list[str]


class _Plan(BaseModel):
    parts: list[str]
    new: list[int]
    sha256: dict[str, str] = {}


class _Part(BaseModel):
    rows: int
    sha256: str


class _Hashed(BaseModel):
    sha256: str


def check_work(work: Location) -> Iterator[Finding]:
    """Check everything in the work folder of a build that has a marker."""
    for marker in files(work, "sources/*/source.json"):
        yield from _check_source(marker)
    for marker in files(work, "plans/*/plan.json"):
        yield from _check_plan(marker)
    folders: dict[str, list[Location]] = {}
    for marker in files(work, "translations/*/*.json"):
        folders.setdefault(marker.parent.name, []).append(marker)
    for markers in folders.values():
        findings = [finding for marker in markers for finding in _check_part(marker)]
        yield from findings or _check_index(Memory(markers[0].parent))
    for marker in files(work, "aligners/*/*.json"):
        yield from _check_hashed(marker, marker.with_name(ALIGNER))
    for marker in files(work, "labels/*.json"):
        yield from _check_hashed(marker, marker.with_suffix(".jsonl"))


def _check_source(marker: Location) -> Iterator[Finding]:
    try:
        source = read_as(_Source, marker)
    except UnsoundError as error:
        yield Finding(marker, f"does not describe the rows read ({error})", REPAIR, (marker,))
        return
    for shard, digest in enumerate(source.hashes):
        yield from _check_file(rows_file(marker.parent, shard), digest, (marker,))


def _check_plan(marker: Location) -> Iterator[Finding]:
    try:
        plan = read_as(_Plan, marker)
    except UnsoundError as error:
        yield Finding(marker, f"is not a plan ({error})", REPAIR, (marker,))
        return
    for name, digest in plan.sha256.items():
        file = marker.with_name(PurePosixPath(name).name)
        yield from _check_file(file, digest, (marker,))


def _check_file(file: Location, digest: str, markers: tuple[Location, ...]) -> Iterator[Finding]:
    try:
        with as_written(file, digest):
            pass
    except UnsoundError as error:
        yield Finding(file, str(error), REPAIR, (*markers, file))


def _check_part(marker: Location) -> Iterator[Finding]:
    """Check a part of a translation memory."""
    file = marker.with_suffix(".arrow")
    broken = (marker, file)
    try:
        part = read_as(_Part, marker)
    except UnsoundError as error:
        yield Finding(marker, f"is not the marker of a part ({error})", REPAIR, broken)
        return
    try:
        with as_written(file, part.sha256) as content:
            _, rows = schema_and_rows(content)
        if rows != part.rows:
            raise UnsoundError(f"has {rows} rows, its marker says {part.rows}")
    except UnsoundError as error:
        yield Finding(file, str(error), REPAIR, broken)


def _check_index(memory: Memory) -> Iterator[Finding]:
    """Check that the index says where texts stand; a store has none beside the parts."""
    file = memory.folder / INDEX
    if not is_local(file) or not file.is_file():
        return
    broken = tuple(memory.folder / name for name in _INDEX_FILES)
    try:
        wrong = _misplaced(file, memory)
    except sqlite3.DatabaseError as error:
        yield Finding(file, f"is not an index ({error})", REPAIR, broken)
        return
    if wrong:
        yield Finding(file, f"places {wrong} texts where other texts stand", REPAIR, broken)


def _misplaced(file: Path, memory: Memory) -> int:
    """Return the number of texts that do not stand where the index says."""
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as index:
        query = "SELECT text, part, row FROM place ORDER BY part"
        wrong = 0
        texts: tuple[str, list[bytes]] = ("", [])
        for text, part, row in index.execute(query):
            if part != texts[0]:
                texts = part, _hashes(memory, part)
            wrong += not 0 <= row < len(texts[1]) or texts[1][row] != text
    return wrong


def _hashes(memory: Memory, part: str) -> list[bytes]:
    return [text_hash(text) for text in memory.sources(part)] if memory.has(part) else []


def _check_hashed(marker: Location, file: Location) -> Iterator[Finding]:
    try:
        digest = read_as(_Hashed, marker).sha256
    except UnsoundError as error:
        yield Finding(marker, f"is not the marker of {file.name} ({error})", REPAIR, (marker, file))
        return
    yield from _check_file(file, digest, (marker, file))
