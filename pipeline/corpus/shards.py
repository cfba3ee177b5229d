"""Shards on disk: an Arrow stream of pairs, its rejects, and the marker that commits both.

The Arrow files are what ``datasets`` opens; a marker is written after them, and without its marker
a shard does not exist.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from crosslabel.pipeline.corpus import arrow
from crosslabel.pipeline.corpus.records import Pair, Reject
from crosslabel.pipeline.storage.arrow_rows import rows_of
from crosslabel.pipeline.storage.files import damaged, open_arrow, opened, read_marker_file, size
from crosslabel.pipeline.storage.location import Location
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_RECORD_BYTES
from crosslabel.projection.files.lines import unpacked_limit

Marker = dict[str, Any]

_LARGEST_PAIR = 8 * MAX_RECORD_BYTES
"""Most bytes of a pair; both of its sides hold the values that the row has beside its text."""


def read_marker(folder: Location, name: str) -> Marker | None:
    """Return the marker of a shard, or ``None`` if the shard is not committed.

    A shard with a file of another size than written counts as not committed. Hashes are left to
    ``crosslabel verify``, because every run would have to read every shard for them.
    """
    marker: Marker | None = read_marker_file(folder / f"{name}.json")
    if marker is None or "sha256" not in marker:
        return None
    written = marker.get("bytes", {})  # markers of earlier versions have no sizes
    sizes = {file: size(folder / file) for file in marker["sha256"]}
    whole = all(count is not None and count == written.get(file, count)
                for file, count in sizes.items())
    return marker if whole else None


def read_pairs(file: Location) -> Iterator[Pair]:
    """Yield the pairs of one shard file, in order.

    Raises:
        DamagedError: the file holds something else. Arrow does not check offsets before it follows
            them, so they are checked first.
    """
    with open_arrow(file) as batches:
        rows = rows_of(file, batches, unpacked_limit(size(file) or 0), _LARGEST_PAIR)
        try:
            for values in rows:
                if isinstance(values, InputError):
                    raise values
                yield arrow.pair(values)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError,
                InputError) as error:
            raise damaged(file, f"does not hold pairs ({error!r})") from None


def read_rejects(file: Location) -> Iterator[Reject]:
    """Yield the rejects of one shard, in order."""
    with opened(file) as lines:
        for line in lines:
            values = json.loads(line)
            yield Reject(**(values | {"reasons": tuple(values["reasons"])}))
