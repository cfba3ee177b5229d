"""Combination of prediction files row by row, in chunks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from crosslabel.finetune.combine.answers import combined_answer
from crosslabel.finetune.combine.files import Key, Kind, Row, SystemFile, read_predictions
from crosslabel.finetune.combine.opinions import By
from crosslabel.finetune.combine.tags import TagNames
from crosslabel.finetune.combine.whole_texts import class_names, combined_classes, combined_value
from crosslabel.finetune.combine.words import check_words, combined_words
from crosslabel.pipeline.storage.files import committed
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.jsonl import RowError

_CHUNK_ROWS = 1024


@dataclass(frozen=True, slots=True)
class _Systems:
    """The files, their weights and all names in them.

    Attributes:
        keys: of every row of any file.
    """

    files: Sequence[SystemFile]
    weights: Sequence[float]
    tags: TagNames
    classes: tuple[str, ...]
    by: By
    keys: tuple[Key, ...]

    def having(self, key: Key) -> tuple[list[SystemFile], list[float]]:
        """Return the files that have a row, with their weights."""
        pairs = [(file, weight) for file, weight in zip(self.files, self.weights, strict=True)
                 if key in file.predictions]
        return [file for file, _ in pairs], [weight for _, weight in pairs]


def combine(
    paths: Sequence[Path], output: Path, by: By = "mean", weights: Sequence[float] | None = None
) -> list[object]:
    """Write a row for every row of any file, in the order of the first file that has it.

    A row that some files lack is made from the files that have it; a row is left out if the files
    differ in its kind, its words or the texts of its answers.

    Args:
        paths: outputs of ``crosslabel predict``.
        weights: of each file; 1 by default.

    Returns:
        A line about each row that cannot be used and each file that lacks rows.

    Raises:
        InputError: a file cannot be read or written, there is only one, the weights do not fit,
            values are to be voted on, or tags of spans are mixed with plain labels.
    """
    if len(paths) < 2:
        raise InputError("there is nothing to combine; give two files or more")
    files = [read_predictions(path) for path in paths]
    systems = _systems(files, by, _weights(files, weights))
    problems: list[object] = [problem for file in files for problem in file.problems]
    try:
        with committed(output) as out:
            for row in _all_combined(systems):
                if isinstance(row, RowError):
                    problems.append(row)
                else:
                    out.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    except OSError as error:
        raise InputError(f"{output}: cannot be written ({error.strerror}); "
                         "give another file") from error
    return [*problems, *_missing(systems)]


def _all_combined(systems: _Systems) -> Iterator[Row | RowError]:
    keys = systems.keys
    for start in range(0, len(keys), _CHUNK_ROWS):
        yield from _combined(keys[start:start + _CHUNK_ROWS], systems)


def _missing(systems: _Systems) -> Iterator[str]:
    for file in systems.files:
        lacks = [key for key in systems.keys if key not in file.predictions]
        if lacks:
            yield (f"{file.name}: has no row for {len(lacks)} texts, such as {lacks[0][1]!r} "
                   f"({lacks[0][0]}); they are combined from the other files")


def _systems(files: Sequence[SystemFile], by: By, weights: Sequence[float]) -> _Systems:
    if by == "vote" and any(True for file in files for _ in file.rows("value")):
        raise InputError("values can be averaged, not voted on; take their mean")
    tags = TagNames.of(tag for file in files for tag in file.tags())
    keys = tuple(dict.fromkeys(key for file in files for key in file.predictions))
    return _Systems(files, weights, tags, class_names(files), by, keys)


def _weights(files: Sequence[SystemFile], given: Sequence[float] | None) -> Sequence[float]:
    if given is None:
        return [1.0] * len(files)
    if len(given) != len(files):
        raise InputError(f"{len(given)} weights for {len(files)} files; give one each")
    if not all(0.0 < weight < float("inf") for weight in given):
        raise InputError("a weight must be a number above 0")
    return given


def _combined(keys: Sequence[Key], systems: _Systems) -> Iterator[Row | RowError]:
    by_kind: dict[Kind, list[Key]] = {}
    made: dict[Key, Row | RowError] = {}
    for key in keys:
        problem = _misfit(key, systems)
        if problem is not None:
            made[key] = problem
        else:
            kind = systems.having(key)[0][0].predictions[key].kind
            by_kind.setdefault(kind, []).append(key)
    for kind, alike in by_kind.items():
        made |= zip(alike, _of_kind(kind, alike, systems), strict=True)
    return (made[key] for key in keys)


def _misfit(key: Key, systems: _Systems) -> RowError | None:
    first, *later = systems.having(key)[0]
    kind = first.predictions[key].kind
    for file in later:
        if file.predictions[key].kind != kind:
            return file.error(key, f"{file.predictions[key].kind} where {first.name} has {kind}; "
                                   "combine files of one task")
    if kind == "words":
        problem = check_words(key, [first, *later])
        return problem[0].error(key, problem[1]) if problem else None
    return None


def _of_kind(
    kind: Kind, keys: Sequence[Key], systems: _Systems
) -> Iterator[Row | RowError]:
    files, weights = systems.files, systems.weights
    if kind == "words":
        return iter(combined_words(keys, files, weights, systems.tags, systems.by))
    if kind == "class":
        return iter(combined_classes(keys, files, weights, systems.classes, systems.by))
    return (_single(kind, key, systems) for key in keys)


def _single(kind: Kind, key: Key, systems: _Systems) -> Row | RowError:
    files, weights = systems.having(key)
    rows = [file.predictions[key].row for file in files]
    if kind == "value":
        return combined_value(key, rows, weights)
    try:
        return combined_answer(key, rows, weights, systems.by)
    except InputError as error:
        return files[-1].error(key, str(error))
