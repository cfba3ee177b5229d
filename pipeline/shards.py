"""Shards on disk: an Arrow stream of pairs, its rejects, and the marker that commits both.

The Arrow files are what ``datasets`` opens; a marker is written after them, and without its marker
a shard does not exist.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pipeline import schema
from pipeline.pairing import pair, shard_row
from pipeline.parallel import Parallel
from pipeline.readers.table_rows import rows_of
from pipeline.recipe import Recipe
from pipeline.records import Pair, Reject, Task
from pipeline.storage.files import (
    Written,
    committed,
    damaged,
    open_arrow,
    opened,
    read_marker_file,
    size,
    write_json,
)
from pipeline.storage.location import Location
from projection.errors import InputError
from projection.files.limits import MAX_RECORD_BYTES
from projection.files.lines import unpacked_limit
from projection.halving import smaller_batches
from projection.interface import Projection

Marker = dict[str, Any]

_LARGEST_PAIR = 8 * MAX_RECORD_BYTES
"""Bytes that a pair may take: both its sides hold what the row had beside its text."""


class ShardContent:
    """Collects what a shard will hold and counts it; nothing is on disk before :meth:`commit`.

    Args:
        labels: labels of the corpus, in the order of their tags.
        task: of the corpus.
    """

    def __init__(self, labels: Sequence[str], task: Task) -> None:
        self._labels = labels
        self._task = task
        self._rows: list[dict[str, Any]] = []
        self._rejects: list[Reject] = []
        self._spans: Counter[tuple[str, str, str]] = Counter()
        self._classes: Counter[str] = Counter()
        self._methods: set[str] = set()
        self._calibrators: set[str] = set()
        self._segments = 0
        self._repaired = 0
        self._with_markers: Marker = {}

    def keep(self, row: Parallel, projections: Sequence[Projection], recipe: Recipe) -> None:
        """Add a pair."""
        made = pair(recipe.name, row, projections)
        self._rows.append(shard_row(made, row, self._labels, recipe))
        self._spans.update((p.label, p.status, p.reason or "") for p in projections)
        self._classes.update([made.b.label] if made.b.label is not None else [])
        self._methods.update(p.method for p in projections)
        self._calibrators.update(p.calibrator for p in projections if p.calibrator)
        self._segments += len(made.segments)
        repaired = row.given.meta.get("repaired_tags")
        self._repaired += repaired if isinstance(repaired, int) else 0

    def reject(self, reject: Reject) -> None:
        """Add a row that gave no pair."""
        self._rejects.append(reject)

    def note_markers(self, segments: Mapping[str, int], faults: Mapping[str, int]) -> None:
        """Say what became of translations with markers, by segment, and of markers, by span."""
        self._with_markers = {"with_markers": dict(sorted(segments.items())),
                              "marker_faults": dict(sorted(faults.items()))}

    def commit(self, folder: Location, name: str) -> Marker:
        """Write the shard's files into ``folder`` and, last, its marker; return the marker."""
        arrow, rejects = folder / f"{name}.arrow", folder / f"{name}.rejects.jsonl"
        written = {arrow.name: self._write_arrow(arrow)}
        with committed(rejects) as out:
            for reject in self._rejects:
                out.write(json.dumps(asdict(reject), ensure_ascii=False).encode() + b"\n")
        written[rejects.name] = out
        reasons = Counter(reason.split(":")[0] for r in self._rejects for reason in r.reasons)
        marker = {
            "rows_in": len(self._rows) + len(self._rejects),
            "rows": len(self._rows),
            "rejected": len(self._rejects),
            "reject_reasons": dict(reasons),
            "segments": self._segments,
            "repaired_tags": self._repaired,
            "spans": [[*kind, count] for kind, count in sorted(self._spans.items())],
            **({"classes": dict(sorted(self._classes.items()))} if self._classes else {}),
            "methods": sorted(self._methods),
            "calibrators": sorted(self._calibrators),
            **self._with_markers,
            **smaller_batches(),
            "bytes": {name: own.bytes for name, own in written.items()},
            "sha256": {name: own.sha256 for name, own in written.items()},
        }
        write_json(folder / f"{name}.json", marker)
        return marker

    def _write_arrow(self, file: Location) -> Written:
        """Write the pairs."""
        import pyarrow as pa

        table = schema.table(self._rows, self._labels, self._task)
        with committed(file) as out, pa.ipc.new_stream(out, table.schema) as writer:
            writer.write_table(table)
        return out


def read_marker(folder: Location, name: str) -> Marker | None:
    """The marker of a shard, or ``None`` if the shard is not committed.

    A file that is longer or shorter than it was is none; a hash would cost a reading of every shard
    in every run, and is left to ``crosslabel verify``.
    """
    marker: Marker | None = read_marker_file(folder / f"{name}.json")
    if marker is None or "sha256" not in marker:
        return None
    written = marker.get("bytes", {})  # markers of earlier versions have none
    found = {file: size(folder / file) for file in marker["sha256"]}
    whole = all(own is not None and own == written.get(file, own) for file, own in found.items())
    return marker if whole else None


def read_pairs(file: Location) -> Iterator[Pair]:
    """The pairs of one shard file, in order.

    Raises:
        DamagedError: it holds something else. Arrow follows wrong offsets blindly, so they are
            checked first.
    """
    with open_arrow(file) as batches:
        rows = rows_of(file, batches, unpacked_limit(size(file) or 0), _LARGEST_PAIR)
        try:
            for values in rows:
                if isinstance(values, InputError):
                    raise values
                yield schema.pair(values)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError,
                InputError) as error:
            raise damaged(file, f"holds something else than pairs ({error!r})") from None


def read_rejects(file: Location) -> Iterator[Reject]:
    """The rejects of one shard, in order."""
    with opened(file) as lines:
        for line in lines:
            values = json.loads(line)
            yield Reject(**(values | {"reasons": tuple(values["reasons"])}))
