"""Properties of the readers of corpora: what comes out of any bytes, and the way back to a file."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from crosslabel.pipeline.corpus.records import Example, Task
from crosslabel.pipeline.export.writers import WRITERS
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.readers.rows.missing_labels import SIGNS
from crosslabel.projection.errors import InputError
from tests.fuzzing.rules import check_message, check_rows
from tests.unmarked import is_unmarked

_MARK = re.compile("(?:[a-z]{2,3}(?:-[a-z]+)*|simple):(?=.)")

Count = Callable[[bytes], int | None]
Property = Callable[[Path, bytes], None]


def lines_of(content: bytes) -> int:
    """Lines, an unfinished last one among them."""
    if not is_unmarked(content):
        content = content.decode("utf-16", "replace").encode("utf-8", "surrogatepass")
    return content.count(b"\n") + bool(content and not content.endswith(b"\n"))


def json_rows(content: bytes) -> int | None:
    """Lines, unless the file may be one array."""
    return None if content.lstrip().startswith(b"[") else lines_of(content)


def lines_below_a_header(content: bytes) -> int:
    """Lines without the first."""
    return max(0, lines_of(content) - 1)


def unknown(content: bytes) -> None:
    """The format has no records that could be counted without reading it."""


def reading(
    format: str | None, count: Count = unknown, *, ending: str = "", may_refuse: bool = False,
    task: Task | None = None, columns: Mapping[str, str] | None = None,
) -> Property:
    """The property of a reader.

    Args:
        format: by default that which the contents of the file have.
        count: records of a file.
        may_refuse: whether a file as a whole can be unusable.
    """

    def holds(folder: Path, content: bytes) -> None:
        file = folder / f"fuzzed{ending}"
        file.write_bytes(content)
        try:
            rows = list(read(file, format=format, lang="en", task=task, columns=columns))
        except InputError as error:
            assert may_refuse, error
            check_message(error, file)
            return
        expected = count(content)
        assert expected is None or len(rows) == expected
        if examples := check_rows(rows):
            check_written(folder, examples)

    return holds


def check_written(folder: Path, examples: Sequence[Example]) -> None:
    """Every writer writes or names each example, and its reader reads what was written."""
    for format, write in WRITERS.items():
        file = folder / f"written.{format}"
        written = write(file, examples)
        assert written.rows + len(written.left_out) == len(examples)
        if format == "jsonl" and any(own.label in SIGNS for own in examples):
            continue  # read back as "no label"
        if format == "jsonl":
            assert list(read(file, format="jsonl")) == list(examples)
        elif written.rows and len({own.lang for own in examples}) == 1:
            left_out = {id for id, _ in written.left_out}
            _check_read_back(file, format, [own for own in examples if own.id not in left_out])


def _check_read_back(file: Path, format: str, kept: Sequence[Example]) -> None:
    tasks = {own.task for own in kept}
    columns = _columns(file) if format in ("tsv", "csv") else None
    if format == "conll" and len(tasks) > 1:
        return  # a file says one thing of its last column
    task: Task | None = tasks.pop() if format == "conll" else None
    back = list(read(file, format=format, lang="en", columns=columns, task=task))
    made = [own for own in back if isinstance(own, Example)]
    assert len(made) == len(back) == len(kept), back
    if format == "conll":
        assert [_unmarked(own) for own in made] == [_unmarked(own) for own in kept]
    elif format in ("conllu", "slots"):
        assert [_words(own) for own in made] == [_words(own) for own in kept]
    else:
        assert sorted(map(_texts, made)) == sorted(map(_texts, kept))


def _texts(example: Example) -> tuple[str, list[tuple[str, str]]]:
    return example.id, sorted(example.fields.items())


def _columns(file: Path) -> dict[str, str]:
    import csv

    delimiter = "\t" if file.suffix == ".tsv" else ","
    quoting = csv.QUOTE_NONE if file.suffix == ".tsv" else csv.QUOTE_MINIMAL
    text = io.StringIO(file.read_bytes().decode(), newline="")
    names = next(csv.reader(text, delimiter=delimiter, quoting=quoting))
    return {name: name for name in names}


def _words(example: Example) -> list[str]:
    [text] = example.fields.values()
    return [text[start:end].strip() for words in example.words for start, end in words.ranges]


def _unmarked(example: Example) -> list[str]:
    """Words without the language that would be taken off if most words of a file had one."""
    return [_MARK.sub("", word) for word in _words(example)]
