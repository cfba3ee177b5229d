"""Everything that reads files of others: how such a file is made wrong, and what must hold then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy

from tests.fuzzing import other_files, seeds
from tests.fuzzing.mutations import json_files, json_lines, mutated
from tests.fuzzing.reading import Property, json_rows, lines_below_a_header, lines_of, reading
from tests.fuzzing.tables import table_files


@dataclass(frozen=True, slots=True)
class Target:
    """A reader: the files it is given, and the property."""

    files: SearchStrategy[bytes]
    holds: Property


_XNLI = {"premise": "sentence1", "hypothesis": "sentence2"}
_MAPPED: list[Any] = [{"sentence1": "a", "sentence2": "b", "gold": "x", "n": 1},
                      {"id": 3, "sentence1": "It rains.", "sentence2": "c", "gold": 2}]

TARGETS: Mapping[str, Target] = {
    "jsonl": Target(json_lines(seeds.ROWS), reading("jsonl", json_rows, may_refuse=True)),
    "jsonl with columns": Target(
        json_lines(_MAPPED),
        reading("jsonl", json_rows, may_refuse=True, columns={**_XNLI, "label": "gold"})),
    "conll": Target(mutated(seeds.CONLL), reading("conll", may_refuse=True)),
    "columns": Target(mutated([*seeds.COLUMNS, *seeds.CONLLU_NAMES, seeds.SLOTS[0]]),
                      reading(None, may_refuse=True)),
    "columns that are named": Target(mutated(seeds.COLUMNS), reading(
        "conll", may_refuse=True, columns={"tokens": "2", "tags": "3,4"})),
    "conll words": Target(mutated(seeds.CONLL), reading("conll", task="words")),
    "conllu": Target(mutated(seeds.CONLLU), reading("conllu", may_refuse=True)),
    "text": Target(mutated(seeds.TEXT), reading("text", lines_of)),
    "text.gz": Target(other_files.zipped(seeds.TEXT), reading(
        "text", ending=".gz", may_refuse=True)),
    "packed text": Target(other_files.packed(seeds.TEXT), other_files.packed_text),
    "text in UTF-16": Target(other_files.recoded(seeds.TEXT), reading("text", may_refuse=True)),
    "tsv": Target(mutated(seeds.TSV), reading("tsv", lines_below_a_header, may_refuse=True)),
    "csv": Target(mutated(seeds.CSV), reading("csv", may_refuse=True)),
    "slots": Target(mutated(seeds.SLOTS), reading("slots")),
    "squad": Target(json_files(seeds.SQUAD), reading("squad", may_refuse=True)),
    "arrow": Target(table_files("arrow"), reading("dataset", ending=".arrow", may_refuse=True)),
    "packed arrow": Target(
        table_files("packed"), reading("dataset", ending=".arrow", may_refuse=True)),
    "parquet": Target(
        table_files("parquet"), reading("dataset", ending=".parquet", may_refuse=True)),
    "dataset folder": Target(table_files("folder"), other_files.dataset_folder),
    "classes in arrow": Target(
        table_files("typed"), reading("dataset", ending=".arrow", may_refuse=True)),
    "card": Target(mutated(other_files.CARDS), other_files.card),
    "splits": Target(mutated(other_files.SPLITS), other_files.splits),
    "recipe": Target(mutated(seeds.RECIPES), other_files.recipe),
    "recipe override": Target(mutated(seeds.OVERRIDES), other_files.override),
    "bitext": Target(mutated(seeds.BITEXT), other_files.bitext),
    "given translations": Target(json_lines(seeds.GIVEN), other_files.given_translations),
    "pair file": Target(json_lines(seeds.PAIRS), other_files.pair_file),
    "projections": Target(json_lines(seeds.PREDICTIONS), other_files.projections),
    "predictions": Target(json_lines(seeds.TASK_PREDICTIONS), other_files.predictions),
    "manifest": Target(json_files(seeds.MANIFESTS), other_files.manifest),
    "shard": Target(table_files("shard"), other_files.shard),
    "features": Target(json_files(seeds.SIDECARS), other_files.sidecar),
    "model": Target(json_files(seeds.MODELS), other_files.model),
}


def fuzz(name: str, folder: Path, examples: int, *, repeatable: bool) -> None:
    """Give a reader so many files.

    Args:
        folder: an empty one, where the files come to lie one after the other.
        repeatable: whether they are the same files every time.
    """
    target = TARGETS[name]

    @settings(max_examples=examples, deadline=None, derandomize=repeatable, database=None,
              suppress_health_check=list(HealthCheck))
    @given(content=target.files)
    def run(content: bytes) -> None:
        target.holds(folder, content)

    run()
