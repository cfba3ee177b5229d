"""Reading of a finished corpus: its manifest, pairs and rejects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crosslabel.pipeline.corpus.layout import MANIFEST
from crosslabel.pipeline.corpus.manifest import check_manifest
from crosslabel.pipeline.corpus.records import Pair, Reject
from crosslabel.pipeline.corpus.shards import read_pairs, read_rejects
from crosslabel.pipeline.storage.files import read_json
from crosslabel.pipeline.storage.location import Location
from crosslabel.projection.errors import InputError


def read_manifest(folder: Location) -> dict[str, Any]:
    """Return the manifest of a corpus.

    Raises:
        InputError: the folder holds no finished corpus, or the manifest is not valid.
    """
    values = read_json(folder / MANIFEST)
    if values is None:
        raise InputError(f"{folder}: has no {MANIFEST}, so it is not a finished corpus; "
                         "make one with 'crosslabel build'")
    return check_manifest(values, str(folder / MANIFEST))


def languages(folder: Location) -> list[str]:
    """Return the target languages of a corpus."""
    return list(read_manifest(folder)["languages"])


def pairs(folder: Location, lang: str | None = None) -> Iterator[Pair]:
    """Yield the pairs of a corpus in shard order, of all languages or one.

    Raises:
        InputError: the corpus or the language does not exist.
    """
    for file in _files(folder, lang):
        yield from read_pairs(file)


def rejects(folder: Location, lang: str | None = None) -> Iterator[Reject]:
    """Yield the rejected rows of a corpus, of all languages or one."""
    for file in _files(folder, lang):
        yield from read_rejects(file.with_suffix(".rejects.jsonl"))


def _files(folder: Location, lang: str | None) -> list[Location]:
    languages = read_manifest(folder)["languages"]
    if lang is not None and lang not in languages:
        raise InputError(f"{folder}: has no language {lang!r}; it has {', '.join(languages)}")
    chosen = languages if lang is None else [lang]
    return [folder / shard["file"] for name in chosen for shard in languages[name]["shards"]]
