"""Small feature datasets of random rows, written as ``crosslabel featurize`` writes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from crosslabel.finetune.schema import IGNORE, Task, features
from crosslabel.finetune.sidecar import ShardEntry, Sidecar, TokenizerFacts
from crosslabel.pipeline.storage.files import sha256

VOCABULARY = 60
LABELS = ("O", "B-X", "I-X")
TOKENIZER = TokenizerFacts(name="tiny", sha256="0" * 24, pad_id=1, bos_id=0, eos_id=2,
                           vocabulary=VOCABULARY)
Row = dict[str, Any]


def random_row(random: np.random.Generator, number: int, task: Task, lang: str) -> Row:
    """One row; every third has no side b, every fourth lacks some labels."""
    a, b = _ids(random), _ids(random) if number % 3 else []
    row: Row = {
        "row_id": f"{lang}-{number}", "group_id": number, "lang_a": lang, "lang_b": "en",
        "pair_kind": "translate_train", "a_input_ids": a, "b_input_ids": b,
        "length": len(a) + len(b), "a_label_origin": 3, "b_label_origin": 1, "mt_score": None,
    }
    return row | _LABELS[task](random, a, b, number)


def _ids(random: np.random.Generator) -> list[int]:
    return [0, *random.integers(5, VOCABULARY, random.integers(2, 12)).tolist(), 2]


def _token(random: np.random.Generator, a: list[int], b: list[int], number: int) -> Row:
    words = [-1, *np.repeat(np.arange(len(a)), 2)[:len(a) - 2].tolist(), -1]
    return {
        "a_token_labels": _labels(random, words, unknown=number % 4 == 0),
        "b_token_labels": _labels(random, [-1, *range(len(b) - 2), -1]) if b else [],
        "a_token_weights": random.random(len(a)).astype(np.float16),
        "a_word_ids": words,
    }


def _labels(
    random: np.random.Generator, words: Sequence[int], unknown: bool = False
) -> list[int]:
    labels = random.integers(0, len(LABELS), len(words))
    firsts = np.diff([-1, *words]) > 0
    return np.where(firsts & (not unknown), labels, IGNORE).tolist()


def _sequence(random: np.random.Generator, a: list[int], b: list[int], number: int) -> Row:
    return {"a_label": None if number % 4 == 0 else int(random.integers(3)),
            "b_label": int(random.integers(3)) if b else None}


def _qa(random: np.random.Generator, a: list[int], b: list[int], number: int) -> Row:
    row: Row = {"window_a": 0, "window_b": 0}
    for side, ids in (("a", a), ("b", b)):
        known = bool(ids) and (side == "b" or number % 4)
        row |= {
            f"{side}_ctx_begin": 2 if ids else None,
            f"{side}_ctx_end": len(ids) - 1 if ids else None,
            f"{side}_start": 2 if known else None,
            f"{side}_end": len(ids) - 2 if known else None,
        }
    return row


_LABELS = {"token": _token, "sequence": _sequence, "qa": _qa}


def write(
    folder: Path,
    task: Task,
    rows: int = 40,
    langs: Sequence[str] = ("de", "es"),
    seed: int = 0,
    shard_rows: int = 16,
    tokenizer: TokenizerFacts = TOKENIZER,
) -> list[Row]:
    """Write a dataset with this many rows per language; gives the rows in the order of reading."""
    random = np.random.default_rng(seed)
    labels = () if task == "qa" else LABELS
    shards, found = {}, []
    for lang in langs:
        own = [random_row(random, number, task, lang) for number in range(rows)]
        shards[lang] = tuple(
            _shard(folder, f"{lang}/shard-{start // shard_rows:05}-0.arrow", task, labels,
                   own[start:start + shard_rows])
            for start in range(0, max(rows, 1), shard_rows)
        )
        found += own
    Sidecar(task=task, labels=labels, tokenizer=tokenizer, max_length=32, stride=8, options={},
            origin={}, counts={}, shards=shards).write(folder)
    return found


def _shard(
    folder: Path, name: str, task: Task, labels: Sequence[str], rows: Sequence[Row]
) -> ShardEntry:
    table = pa.Table.from_pylist(list(rows), schema=features(task, labels).arrow_schema)
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    with pa.ipc.new_stream(str(file), table.schema) as writer:
        writer.write_table(table)
    return ShardEntry(file=name, rows=len(rows), sha256=sha256(file))
