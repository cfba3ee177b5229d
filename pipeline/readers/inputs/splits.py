"""The splits of a data set, by the names of its files and folders and by the rules of ``datasets``.

The first of these rules that fits any file holds for all:

- ``train-00000-of-00002.parquet``, also in a folder ``data``: what stands before the numbers;
- a folder whose name has the word ``train``, ``validation`` or ``test``, or another usual word for
  one of them, such as ``dev``: ``dev/a.jsonl``;
- a file whose name has such a word: ``my-train.jsonl``, or one that ends in it: ``eng.train``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

_SHARD = re.compile(r"(?:data/)?(?P<split>\w+(?:\.\w+)*)-\d{5}-of-\d{5}[^/]*\.[^/]*")
_ORDER = ("train", "validation", "test")


def splits_by_name(names: Sequence[str]) -> Mapping[str, str]:
    """Return the split of each file whose name says it.

    Args:
        names: paths of the files from the folder that holds them all.
    """
    shards = {name: match["split"] for name in names if (match := _SHARD.fullmatch(name))}
    if shards:
        return shards
    for patterns in _patterns():
        found = {name: split for name in names if (split := _first_fit(name, patterns))}
        if found:
            return found
    return {}


def in_order(splits: Iterable[str]) -> list[str]:
    """Return the names of splits in order: those for training first, unknown names last."""
    return sorted(set(splits), key=lambda name: (
        _ORDER.index(name) if name in _ORDER else len(_ORDER), name))


def _first_fit(name: str, patterns: Mapping[str, Sequence[re.Pattern[str]]]) -> str | None:
    return next((split for split, fitting in patterns.items()
                 if any(pattern.match(name) or pattern.match(f"{name}.") for pattern in fitting)),
                None)


@lru_cache(maxsize=1)
def _patterns() -> Sequence[Mapping[str, Sequence[re.Pattern[str]]]]:
    """Return the patterns of ``datasets`` by split: those for folders, then those for files."""
    from datasets.data_files import (
        DEFAULT_PATTERNS_SPLIT_IN_DIR_NAME,
        DEFAULT_PATTERNS_SPLIT_IN_FILENAME,
    )
    from fsspec.utils import glob_translate

    return [{str(split): [re.compile(glob_translate(pattern)) for pattern in patterns]
             for split, patterns in by_split.items()}
            for by_split in (DEFAULT_PATTERNS_SPLIT_IN_DIR_NAME,
                             DEFAULT_PATTERNS_SPLIT_IN_FILENAME)]
