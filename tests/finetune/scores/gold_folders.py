"""Features of gold files, written by hand, and prediction files beside them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from crosslabel.finetune.schema import IGNORE, Task, features
from crosslabel.finetune.sidecar import ShardEntry, Sidecar
from crosslabel.pipeline.storage.files import sha256
from tests.finetune.tiny_features import TOKENIZER

Row = dict[str, Any]
Tags = Sequence[str | None]

IOB = ("O", "B-X", "I-X", "B-Y", "I-Y")


def write_gold(folder: Path, task: Task, labels: Sequence[str], rows: Sequence[Row]) -> Path:
    """Rows with at least ``example_id`` and ``lang_a``; what is not named is empty."""
    columns = features(task, labels, evaluation=True)
    schema = columns.arrow_schema
    folder.mkdir(parents=True, exist_ok=True)
    full = [{"a_text": "", "a_input_ids": [0, 2], "b_input_ids": [], "length": 2} | row
            for row in rows]
    file = folder / "shard.arrow"
    with pa.ipc.new_stream(str(file), schema) as writer:
        writer.write_table(pa.Table.from_pylist(full, schema=schema))
    entry = ShardEntry(file=file.name, rows=len(rows), sha256=sha256(file))
    Sidecar(task=task, labels=tuple(labels), tokenizer=TOKENIZER, max_length=32, stride=8,
            options={}, origin={}, counts={}, shards={"de": (entry,)}).write(folder)
    return folder


def tagged_row(name: str, tags: Tags, labels: Sequence[str] = IOB, lang: str = "de") -> Row:
    """Words of one character, each two sub-words of which the second has no character."""
    offsets = [end for n in range(len(tags)) for end in (n, n + 1, n + 1, n + 1)]
    numbers = [IGNORE if tag is None else labels.index(tag) for tag in tags]
    return {
        "example_id": name, "lang_a": lang, "a_text": "x" * len(tags),
        "a_word_ids": [-1, *(n for n in range(len(tags)) for _ in range(2)), -1],
        "a_token_labels": [IGNORE, *(n for own in numbers for n in (own, IGNORE)), IGNORE],
        "a_offsets": [0, 0, *offsets, 0, 0],
    }


def predicted_tags(name: str, tags: Tags, lang: str = "de") -> Row:
    return {"id": name, "lang": lang, "words": [[n, n + 1] for n in range(len(tags))],
            "tags": list(tags)}


def write_predicted(file: Path, rows: Sequence[Row]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return file
