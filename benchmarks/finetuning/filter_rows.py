"""Feature rows with the lengths of real sentences and random ids, to time training with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from crosslabel.finetune.schema import IGNORE, LabelOrigin, features
from crosslabel.finetune.sidecar import ShardEntry, Sidecar, TokenizerFacts
from crosslabel.pipeline.storage.files import sha256

CLASSES = ("O", *(f"{prefix}-{kind}" for kind in ("PER", "LOC", "ORG", "MISC") for prefix in "BI"))
_LANGS = ("de", "es")
# Mean and spread of the log number of sub-words in a news sentence, by the shipped tokenizer.
_LOG_MEAN, _LOG_SPREAD, _LONGEST = 3.3, 0.6, 126


def write_rows(folder: Path, rows: int, vocabulary: int, shard_rows: int = 1000) -> Path:
    """Write a feature dataset for tagging whose two sides are about equally long."""
    import pyarrow as pa

    random = np.random.default_rng(0)
    schema = features("token", CLASSES).arrow_schema
    shards: dict[str, list[ShardEntry]] = {lang: [] for lang in _LANGS}
    for start in range(0, rows, shard_rows):
        lang = _LANGS[start // shard_rows % len(_LANGS)]
        made = [_row(random, number, lang, vocabulary)
                for number in range(start, min(start + shard_rows, rows))]
        file = folder / lang / f"shard-{start // shard_rows:05}-random.arrow"
        file.parent.mkdir(parents=True, exist_ok=True)
        with pa.ipc.new_stream(str(file), schema) as writer:
            writer.write_table(pa.Table.from_pylist(made, schema=schema))
        shards[lang].append(ShardEntry(file=str(file.relative_to(folder)), rows=len(made),
                                       sha256=sha256(file)))
    tokenizer = TokenizerFacts(name="random", sha256="", pad_id=1, bos_id=0, eos_id=2,
                               vocabulary=vocabulary)
    Sidecar(task="token", labels=CLASSES, tokenizer=tokenizer, max_length=128, stride=64,
            options={}, origin={}, counts={},
            shards={lang: tuple(entries) for lang, entries in shards.items() if entries},
            ).write(folder)
    return folder


def _row(random: np.random.Generator, number: int, lang: str, vocabulary: int) -> dict[str, Any]:
    words = int(np.clip(random.lognormal(_LOG_MEAN, _LOG_SPREAD), 2, _LONGEST))
    a = _ids(random, words, vocabulary)
    b = _ids(random, max(2, min(_LONGEST, round(words * random.normal(0.9, 0.1)))), vocabulary)
    return {
        "row_id": str(number), "group_id": number, "lang_a": lang, "lang_b": "en",
        "pair_kind": "translate_train", "a_input_ids": a, "b_input_ids": b,
        "length": len(a) + len(b), "a_label_origin": LabelOrigin.PROJECTED,
        "b_label_origin": LabelOrigin.GOLD, "a_token_labels": _labels(random, len(a)),
        "b_token_labels": _labels(random, len(b)),
        "a_token_weights": random.random(len(a)).astype(np.float16),
        "a_word_ids": [-1, *range(len(a) - 2), -1],
    }


def _ids(random: np.random.Generator, words: int, vocabulary: int) -> list[int]:
    return [0, *random.integers(5, vocabulary, words).tolist(), 2]


def _labels(random: np.random.Generator, tokens: int) -> list[int]:
    inside = random.integers(0, len(CLASSES), tokens - 2).tolist()
    return [IGNORE, *inside, IGNORE]
