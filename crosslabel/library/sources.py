"""Rows in memory as the source of a corpus or the input of a model."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from crosslabel.library.places import place
from crosslabel.library.stand_ins import named_as, temporary_folder
from crosslabel.pipeline.corpus.dataset_files import SPLITS, write_dataset
from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    from crosslabel.library.places import Place
    from crosslabel.pipeline.storage.location import Location

    Rows: TypeAlias = Any
    """A ``datasets.Dataset`` or ``DatasetDict``, a pandas frame, or a sequence of mappings or
    texts."""

_ROWS_AT_ONCE = 1000
_GIVEN = ("give a datasets.Dataset or DatasetDict, a pandas frame, a list of dicts, or the path of "
          "a file")


@contextmanager
def as_file(
    source: Place | Rows, name: str = "the source"
) -> Iterator[tuple[Location, Callable[[str], str]]]:
    """Provide a file or folder that holds the rows of a source, during the block.

    A text or path is a file already. Equal rows give equal bytes, so that what was made of them is
    found again.

    Args:
        name: what errors call rows in memory.

    Yields:
        The file, and a function that gives messages about it this name too.

    Raises:
        InputError: the source is of an unknown type, or its rows cannot be stored.
    """
    if isinstance(source, str) and not source:
        raise InputError(f"{name} is an empty text; {_GIVEN}")
    if is_place(source):
        yield place(source), str
        return
    with temporary_folder() as folder:
        file = _written(source, folder, name)
        with named_as(file, name) as renamed:
            yield file, renamed


def is_place(source: object) -> bool:
    """Return whether a source is the place of a file, not rows in memory."""
    is_path = isinstance(source, str) or hasattr(source, "__fspath__")
    return is_path or type(source).__module__.startswith("upath")


def places_of(source: Place | Rows) -> tuple[Location, ...]:
    """Return the places of a source that is a list of paths; none of any other source.

    Texts in a list are rows.
    """
    given = source if isinstance(source, list | tuple) else ()
    are_paths = all(is_place(one) and not isinstance(one, str) for one in given)
    return tuple(map(place, given)) if are_paths else ()


def _written(source: Rows, folder: Path, name: str) -> Path:
    kind = _library_type(source)
    if kind == "datasets.DatasetDict":
        return _write_splits(source, folder / "rows", name)
    if kind == "datasets.Dataset":
        return _write_dataset(source, folder / "rows.arrow")
    if kind == "pandas.DataFrame":
        return _write_frame(source, folder / "rows.arrow")
    if isinstance(source, Sequence) and not isinstance(source, bytes):
        return _write_rows(source, folder / "rows.jsonl", name)
    raise InputError(f"{name} is a {type(source).__name__}; {_GIVEN}")


def _library_type(value: object) -> str:
    """Return the type of a value of a library that may not be installed or loaded."""
    for library, name in (("datasets", "DatasetDict"), ("datasets", "Dataset"),
                          ("pandas", "DataFrame")):
        module = sys.modules.get(library)
        if module is not None and isinstance(value, getattr(module, name)):
            return f"{library}.{name}"
    return ""


def _write_splits(splits: Any, folder: Path, name: str) -> Path:
    """Write a folder as ``DatasetDict.save_to_disk`` does, but with equal bytes for equal rows."""
    if not splits:
        raise InputError(f"{name} is a DatasetDict without splits; give one that has rows")
    for split, dataset in splits.items():
        (folder / str(split)).mkdir(parents=True)
        file = _write_dataset(dataset, folder / str(split) / "rows.arrow")
        write_dataset(file.parent, [file.name], dataset.features, file.stem)
    (folder / SPLITS).write_text(json.dumps({"splits": list(map(str, splits))}))
    return folder


def _write_dataset(dataset: Any, file: Path) -> Path:
    import pyarrow as pa

    schema = dataset.features.arrow_schema
    with pa.OSFile(str(file), "wb") as opened, pa.ipc.new_stream(opened, schema) as stream:
        for table in dataset.with_format("arrow").iter(_ROWS_AT_ONCE):
            stream.write_table(table.cast(schema))
    return file


def _write_frame(frame: Any, file: Path) -> Path:
    from datasets import Dataset

    try:
        named = frame.reset_index() if frame.index.name else frame
        dataset = Dataset.from_pandas(named, preserve_index=False)
    except (TypeError, ValueError) as error:
        raise InputError(f"the frame cannot be stored ({error}); each column needs values of one "
                         "type, or give a list of dicts") from error
    return _write_dataset(dataset, file)


def _write_rows(rows: Sequence[Any], file: Path, name: str) -> Path:
    with file.open("w", encoding="utf-8") as opened:
        for number, row in enumerate(rows):
            given = {"text": row} if isinstance(row, str) else row
            if not isinstance(given, Mapping):
                raise InputError(f"row {number} of {name} is a {type(row).__name__}; {_GIVEN}")
            known = {key: value for key, value in given.items() if not _is_nan(value)}
            opened.write(json.dumps(known, default=_plain) + "\n")
    return file


def _is_nan(value: Any) -> bool:
    """Return whether a value is not a number, which pandas writes where a row has nothing."""
    return isinstance(value, float) and math.isnan(value)


def _plain(value: Any) -> Any:
    """Return a value of numpy as JSON has it, and any other as text."""
    return value.tolist() if hasattr(value, "tolist") else str(value)
