"""Plain text: one example per line, without annotation.

An empty line is a row too: it becomes a Reject ``empty-text``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from crosslabel.pipeline.corpus.records import Example, Reject, Task
from crosslabel.pipeline.readers.gate import Gate
from crosslabel.pipeline.readers.ids import UNNAMED
from crosslabel.pipeline.readers.language import required_language
from crosslabel.pipeline.readers.lines import shown
from crosslabel.pipeline.readers.options import Options
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.lines import decode, lines


def read_text(path: Path, options: Options, gate: Gate) -> Iterator[Example | Reject]:
    """Read the lines of a text file.

    Raises:
        InputError: no language is given, or the file cannot be read.
    """
    lang = required_language(path, options)
    return _rows(path, lang, options.task or "spans", gate)


def _rows(path: Path, lang: str, task: Task, gate: Gate) -> Iterator[Example | Reject]:
    for number, line in lines(path):
        yield gate.admit(number, shown(line), partial(_example, lang, task, line))


def _example(lang: str, task: Task, line: bytes) -> Example:
    text = decode(line)
    if "\0" in text:
        raise InputError("nul-byte: the line holds a NUL byte; is the file UTF-16 or damaged?")
    return Example(id=UNNAMED, task=task, lang=lang, fields={"text": text})
