"""Plain text: one example per line, without annotation.

An empty line is a row too: it becomes a Reject ``empty-text``, so that line numbers and ids agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from crosslabel.pipeline.corpus.records import Example, Reject, Task
from crosslabel.pipeline.readers.gate import Gate
from crosslabel.pipeline.readers.language import required_language
from crosslabel.pipeline.readers.lines import shown, stem
from crosslabel.pipeline.readers.options import Options
from crosslabel.projection.files.lines import decode, lines


def read_text(path: Path, options: Options) -> Iterator[Example | Reject]:
    """Read the lines of a text file; ids are ``<file stem>-<line number>``.

    Raises:
        InputError: no language is given, or the file cannot be read.
    """
    lang = required_language(path, options)
    return _rows(path, lang, options.task or "spans", Gate(path.name, options))


def _rows(path: Path, lang: str, task: Task, gate: Gate) -> Iterator[Example | Reject]:
    for number, line in lines(path):
        id = f"{stem(path)}-{number}"
        yield gate.admit(number, shown(line), partial(_example, id, lang, task, line), id=id)


def _example(id: str, lang: str, task: Task, line: bytes) -> Example:
    return Example(id=id, task=task, lang=lang, fields={"text": decode(line)})
