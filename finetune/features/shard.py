"""One feature shard: a chunk of rows tokenised at once, rejects, and the marker for both."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosslabel.finetune.features.qa import qa_columns
from crosslabel.finetune.features.rows import FeatureRow
from crosslabel.finetune.features.sequence import sequence_columns
from crosslabel.finetune.features.source import Chunk, Columns, FeatureSource, ShardWork
from crosslabel.finetune.features.tokens import token_columns
from crosslabel.finetune.schema import VERSION, LabelOrigin, Task
from crosslabel.finetune.tokenizer import StudentTokenizer
from crosslabel.pipeline.corpus.records import Reject
from crosslabel.pipeline.corpus.shards import Marker, read_marker
from crosslabel.pipeline.storage.files import committed, sha256, write_json
from crosslabel.pipeline.storage.keys import key

if TYPE_CHECKING:
    import pyarrow as pa

_CODE_VERSION = 3
_HEADS: dict[Task, Callable[[Sequence[FeatureRow], ShardWork], Columns]] = {
    "token": token_columns, "sequence": sequence_columns, "qa": qa_columns,
}


@dataclass(frozen=True, slots=True)
class FeatureShard:
    """The features of a chunk.

    Attributes:
        counts: of rows, words and spans by outcome.
    """

    name: str
    rows: pa.Table
    rejects: list[Reject]
    counts: Counter[str]


def run_shard(
    source: FeatureSource, chunk: Chunk, tokenizer: StudentTokenizer, folder: Path
) -> Marker:
    """Write the shard of a chunk into ``folder``, unless it is already committed.

    Returns:
        Its marker: number of rows, counts by outcome, hashes of its files.
    """
    name = shard_name(source, chunk, tokenizer)
    marker = read_marker(folder, name)
    if marker is not None:
        return marker
    return _commit(folder, featurized(source, chunk, tokenizer))


def featurized(source: FeatureSource, chunk: Chunk, tokenizer: StudentTokenizer) -> FeatureShard:
    """Return the features of a chunk; unusable rows of the input are among its rejects."""
    import pyarrow as pa

    name = shard_name(source, chunk, tokenizer)
    counts: Counter[str] = Counter()
    made = chunk.rows()
    rejects = [row for row in made if isinstance(row, Reject)]
    counts["rows in"] = len(made)
    usable = [row for row in made if isinstance(row, FeatureRow)]
    counts["rows without translation"] = sum(row.b is None for row in usable)
    work = ShardWork(source, tokenizer, rejects, counts)
    rows = [_row(name, *entry) for entry in _HEADS[source.options.task](usable, work)]
    counts["rows"] = len(rows)
    counts["rejected"] = len(rejects)
    counts.update(f"rejected: {reason.split(':')[0]}"
                  for reject in rejects for reason in reject.reasons)
    table = pa.Table.from_pylist(rows, schema=source.columns().arrow_schema)
    return FeatureShard(name, table, rejects, counts)


def shard_name(source: FeatureSource, chunk: Chunk, tokenizer: StudentTokenizer) -> str:
    """Return the name of a shard: its number and the key of everything that decides its bytes."""
    made_by = key(_CODE_VERSION, VERSION, source.name, source.labels, chunk.content, chunk.lang,
                  source.options.model_dump(mode="json"), tokenizer.facts.sha256)
    return f"shard-{chunk.number:05}-{made_by[:12]}"


def _row(shard: str, row: FeatureRow, window: int, columns: dict[str, Any]) -> dict[str, Any]:
    lengths = len(columns["a_input_ids"]), len(columns["b_input_ids"])
    return {
        "row_id": key(row.id, shard, window),
        "group_id": row.group_id,
        "lang_a": row.a.example.lang,
        "lang_b": row.lang_b,
        "pair_kind": row.kind,
        "length": sum(lengths),
        "a_label_origin": int(row.a.origin),
        "b_label_origin": int(row.b.origin if row.b and lengths[1] else LabelOrigin.NONE),
        "mt_score": row.mt_score,
        "example_id": row.a.example.id,
        **columns,
    }


def _commit(folder: Path, shard: FeatureShard) -> Marker:
    import pyarrow as pa

    arrow = folder / f"{shard.name}.arrow"
    rejected = folder / f"{shard.name}.rejects.jsonl"
    with committed(arrow) as out, pa.ipc.new_stream(out, shard.rows.schema) as writer:
        writer.write_table(shard.rows)
    with committed(rejected) as out:
        for reject in shard.rejects:
            out.write(json.dumps(asdict(reject), ensure_ascii=False).encode() + b"\n")
    marker = {
        "rows": shard.rows.num_rows,
        "counts": {what: count for what, count in sorted(shard.counts.items()) if count},
        "sha256": {file.name: sha256(file) for file in (arrow, rejected)},
    }
    write_json(folder / f"{shard.name}.json", marker)
    return marker
