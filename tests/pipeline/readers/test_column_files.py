"""Files in columns of every kind are read as what they say, whatever they are called."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.readers.notes import Notes
from tests.pipeline.readers.column_files.written import FILES, ColumnFile


def said(row: Example | Reject) -> tuple[str, Sequence[tuple[str, str]]]:
    assert isinstance(row, Example), row
    text = row.fields["text"]
    return text, [(text[start:end], span.label) for span in row.spans
                  for start, end in span.fragments]


def spaceless(sentence: tuple[str, Sequence[tuple[str, str]]]) -> object:
    text, names = sentence
    return text.replace(" ", ""), [(name.replace(" ", ""), label) for name, label in names]


@pytest.mark.parametrize("file", FILES, ids=str)
def test_published_layouts_are_read(tmp_path: Path, file: ColumnFile) -> None:
    path = tmp_path / file.name
    path.write_text(file.content, encoding="utf-8", newline="")
    notes = Notes()
    rows = list(read(path, lang="en", notes=notes))
    assert [spaceless(said(row)) for row in rows] == [spaceless(own) for own in file.sentences]
    lines = [line for line in notes.lines if "read as" in line]
    if file.note is None:
        assert not lines
    else:
        [line] = lines
        assert line.startswith(f"{file.name}: read as CoNLL columns: ") and file.note in line
