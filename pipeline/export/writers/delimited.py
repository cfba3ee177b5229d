"""Labelled texts as tables: tab-separated without quoting, or comma-separated (RFC 4180).

The first line names the columns: ``id``, ``lang``, each text by its name, and ``label`` or
``value``. :mod:`crosslabel.pipeline.readers.tables.delimited` reads the table back; it needs a
mapping for texts with other names than the usual ones.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

from crosslabel.pipeline.corpus.records import Example
from crosslabel.pipeline.export.writers.output import write_lines
from crosslabel.pipeline.export.writers.written import WrittenRows, rendered
from crosslabel.projection.errors import InputError

_BESIDE = ("id", "lang", "label", "value")
_PLAIN_HEADER = ("id", "lang", "text", "label")
_BREAKS_COLUMNS = re.compile(r"[\t\n\r]")
_Line = Callable[[Sequence[str]], str]


def write_tsv(path: Path, examples: Iterable[Example]) -> WrittenRows:
    """Write a tab-separated table, leaving out rows with a tab or a line break."""
    return _write(path, examples, _tsv_line)


def write_csv(path: Path, examples: Iterable[Example]) -> WrittenRows:
    """Write a comma-separated table."""
    return _write(path, examples, _csv_line)


def _write(path: Path, examples: Iterable[Example], line: _Line) -> WrittenRows:
    written = WrittenRows()
    header, rows = _with_header(examples, line)
    render = partial(_row, header, line)
    write_lines(path, chain([line(header)], rendered(rows, render, written)))
    return written


def _with_header(
    examples: Iterable[Example], line: _Line
) -> tuple[Sequence[str], Iterator[Example]]:
    """Return the columns of the first labelled example, or else of the first, and all examples.

    If a line cannot hold these columns, return the columns of plain texts with a label.
    """
    rest = iter(examples)
    seen: list[Example] = []
    for example in rest:
        seen.append(example)
        if _labels(example):
            break
    model = seen[-1] if seen and _labels(seen[-1]) else next(iter(seen), None)
    fields = tuple(model.fields) if model else ("text",)
    labels = _labels(model) if model else ()
    header = ("id", "lang", *fields, *(labels or ("label",)))
    try:
        line(header)
    except InputError:
        header = _PLAIN_HEADER
    return header, chain(seen, rest)


def _labels(example: Example) -> tuple[str, ...]:
    labels = {"label": example.label, "value": example.value}
    return tuple(name for name, value in labels.items() if value is not None)


def _row(header: Sequence[str], line: _Line, example: Example, losses: Counter[str]) -> str:
    if example.spans or example.task == "words":
        raise InputError("labels parts of its text, but a table labels whole texts")
    taken = [name for name in example.fields if name in _BESIDE]
    if taken:
        raise InputError(f"has a text named {taken[0]!r}, which is the name of another column")
    cells = _cells(example)
    if list(example.fields) != [name for name in header if name not in _BESIDE]:
        raise InputError(f"has the texts {', '.join(example.fields)}, but the table has the "
                         f"columns {', '.join(header)}")
    if not cells.keys() <= set(header):
        raise InputError(f"has a {' and a '.join(_labels(example))}, but the table has the columns "
                         f"{', '.join(header)}")
    return line([cells.get(name, "") for name in header])


def _cells(example: Example) -> dict[str, str]:
    if example.label is not None and not example.label.strip():
        raise InputError(f"its label is {example.label!r}, which means 'no label'")
    label = {} if example.label is None else {"label": example.label}
    value = {} if example.value is None else {"value": repr(example.value)}
    return {"id": example.id, "lang": example.lang, **example.fields, **label, **value}


def _tsv_line(columns: Sequence[str]) -> str:
    for column in columns:
        if _BREAKS_COLUMNS.search(column):
            raise InputError(f"{column[:40]!r} has a tab or a line break, which columns cannot "
                             "hold")
    return "\t".join(columns) + "\n"


def _csv_line(columns: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(columns)
    return line.getvalue()
