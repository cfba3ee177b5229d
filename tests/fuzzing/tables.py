"""Arrow and Parquet files with damaged bytes; a small one of each kind is made once."""

from __future__ import annotations

import io
from functools import lru_cache
from random import Random
from typing import Any, Literal

from hypothesis.strategies import SearchStrategy

from tests.fuzzing.mutations import by_chance, mutate

Kind = Literal["arrow", "packed", "parquet", "folder", "shard", "typed"]

_ROWS: dict[str, list[Any]] = {
    "id": ["1", "2", "3"],
    "tokens": [["Anna", "left"], ["Ben"], ["It", "rains", "."]],
    "ner_tags": [["B-PER", "O"], ["U-PER"], ["O", "O", "O"]],
    "page": [1, None, 3],
}


@lru_cache(maxsize=6)
def table_bytes(kind: Kind) -> bytes:
    """A good file of one kind."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    tables = {"shard": _shard_table, "typed": _typed_table}
    table = tables[kind]() if kind in tables else pa.table(_ROWS)
    if kind == "parquet":
        pq.write_table(table, out)
        return out.getvalue()
    options = pa.ipc.IpcWriteOptions(compression="zstd" if kind == "packed" else None)
    with pa.ipc.new_stream(out, table.schema, options=options) as writer:
        writer.write_table(table)
    return out.getvalue()


def _typed_table() -> Any:
    import pyarrow as pa
    from datasets import ClassLabel, Features, List, Value

    features = Features(words=List(Value("string")), kinds=List(ClassLabel(names=["O", "B-X"])),
                        mood=ClassLabel(names=["bad", "good"]))
    rows = [{"words": ["Anna", "left"], "kinds": [1, 0], "mood": 1},
            {"words": ["Ben"], "kinds": [0], "mood": -1}]
    return pa.Table.from_pylist(rows, schema=features.arrow_schema)


def _shard_table() -> Any:
    from crosslabel.pipeline.corpus import arrow
    from crosslabel.pipeline.corpus.records import Example, Pair, Segment, Span, Words
    from crosslabel.projection.interface import Projection

    b = Example("1", "spans", "en", {"text": "Anna left"}, (Span("0", "text", ((0, 4),), "PER"),),
                words=(Words("text", ((0, 4), (5, 9))),), meta={"page": 1})
    a = Example("1", "spans", "de", {"text": "Anna ging"}, (Span("0", "text", ((0, 4),), "PER"),),
                words=(Words("text", ((0, 4), (5, 9))),))
    projection = Projection("0", "PER", ((0, 4),), "awesome", "projected")
    pair = Pair("x", a, b, "machine", "human", "b", (Segment("text", (0, 9), (0, 9)),),
                (projection,))
    row = arrow.row(pair, (["Anna", "ging"], [1, 0]), (["Anna", "left"], [1, 0]))
    return arrow.table([row], ["PER"], "spans")


def table_files(kind: Kind) -> SearchStrategy[bytes]:
    """Files with a few bytes changed, or as other files are made wrong."""

    def make(chance: Random) -> bytes:
        good = table_bytes(kind)
        if chance.random() < 0.25:
            return mutate(chance, [good])
        content = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        return bytes(content)

    return by_chance(make)
