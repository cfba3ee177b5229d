"""Readers of labelled corpora: every input row becomes exactly one Example or Reject."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from crosslabel.pipeline.corpus.records import Example, Reject, Task
from crosslabel.pipeline.readers.columns import check_columns
from crosslabel.pipeline.readers.conll import looks_like_conll, read_conll
from crosslabel.pipeline.readers.conllu import read_conllu
from crosslabel.pipeline.readers.dataset import read_dataset
from crosslabel.pipeline.readers.delimited import read_csv, read_tsv
from crosslabel.pipeline.readers.gate import Admitted, Gate
from crosslabel.pipeline.readers.jsonl import read_jsonl
from crosslabel.pipeline.readers.missing_labels import may_hold_signs, missing_signs
from crosslabel.pipeline.readers.notes import Notes
from crosslabel.pipeline.readers.options import Options
from crosslabel.pipeline.readers.slots import read_slots
from crosslabel.pipeline.readers.squad import read_squad
from crosslabel.pipeline.readers.squad_file import has_articles
from crosslabel.pipeline.readers.text import read_text
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_CHARACTERS
from crosslabel.projection.files.lines import lines

__all__ = ["FORMATS", "MAX_CHARACTERS", "guess_format", "read"]

Reader = Callable[[Path, Options, Gate], Iterator[Example | Reject]]

FORMATS: dict[str, Reader] = {
    "jsonl": read_jsonl,
    "conll": read_conll,
    "conllu": read_conllu,
    "text": read_text,
    "dataset": read_dataset,
    "tsv": read_tsv,
    "csv": read_csv,
    "slots": read_slots,
    "squad": read_squad,
}

_ENDINGS = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl",
    ".conll": "conll", ".iob": "conll", ".iob2": "conll", ".bio": "conll",
    ".conllu": "conllu",
    ".txt": "text",
    ".tsv": "tsv", ".csv": "csv",
    ".slots": "slots",
    ".arrow": "dataset", ".parquet": "dataset",
}  # fmt: skip


# The tasks of the formats that cannot hold every task.
_TASKS: dict[str, tuple[Task, ...]] = {
    "conll": ("spans", "words"),
    "conllu": ("words",),
    "text": ("spans", "text"),
    "slots": ("spans",),
    "squad": ("spans",),
}

# The formats of text whose rows may have a class of the whole text.
_CLASSIFYING = ("jsonl", "tsv", "csv")

_WITH_COLUMNS = ("jsonl", "dataset", "tsv", "csv")


def read(
    path: Path | str,
    format: str | None = None,
    lang: str | None = None,
    labels: Collection[str] | None = None,
    max_characters: int = MAX_CHARACTERS,
    columns: Mapping[str, str] | None = None,
    task: Task | None = None,
    label_names: Mapping[str, str] | None = None,
    notes: Notes | None = None,
) -> Iterator[Example | Reject]:
    """Read a labelled corpus row by row.

    A bad row never stops the others: it becomes a Reject whose reasons are
    ``code: explanation``. Ids are unique among the rows of a language;
    a row without one gets the hash of its texts, see :mod:`crosslabel.pipeline.readers.ids`.

    Args:
        path: a file, plain or gzipped (``*.gz``), or a folder saved by ``datasets``.
        format: one of :data:`FORMATS`; guessed from the file when not given.
        lang: BCP-47 tag of rows that do not name their language (rows of word columns, of plain
            text and of ``squad`` never do).
        labels: allowed labels; rows with other labels are rejected.
        max_characters: longer texts are rejected.
        columns: the column or key of the row for each part of an example, such as
            ``{"premise": "sentence1", "label": "gold_label"}``, see
            :mod:`crosslabel.pipeline.readers.columns`.
        task: the task of rows that do not name one; by default the contents of a row decide.
        label_names: name of each class by what stands for it in the file, such as a number.
        notes: takes what is found out about the input beside its rows.

    Raises:
        InputError: unknown format, missing language, missing or unreadable file, columns or a task
            that the format or the file does not have.
    """
    path = Path(path)
    if not path.exists():
        raise InputError(f"{path}: no such file or folder; check the path")
    name = _known(format) if format is not None else guess_format(path)
    _check(path, name, columns, task)
    allowed = None if labels is None else frozenset(labels)
    options = Options(lang, allowed, max_characters, columns or {}, task,
                      label_names or {}, notes=notes or Notes())
    if name in _CLASSIFYING and may_hold_signs(path):
        options = replace(options, missing=_missing(path, name, options))
    return FORMATS[name](path, options, Gate(path.name, options, Admitted()))


def _missing(path: Path, format: str, options: Options) -> Collection[str]:
    """Return the labels of a file that mean "no label"; the file is read for them once more."""
    trial = replace(options, labels=None, notes=Notes())
    rows = FORMATS[format](path, trial, Gate(path.name, trial, Admitted()))
    labels = {row.label for row in rows if isinstance(row, Example) and row.label is not None}
    try:
        return missing_signs(labels, [*(options.labels or ()), *options.label_names.values()])
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def guess_format(path: Path) -> str:
    """Return the name of the format that a file name stands for.

    The beginning of a ``.json`` file is read: articles with questions are ``squad``, otherwise its
    lines are rows. The first line of a ``.tsv`` file is read too, because some have a word per
    line: if it is empty, a comment or ends with a tag, the file is ``conll``, otherwise the line
    names columns.

    Raises:
        InputError: the ending is unknown.
    """
    if path.is_dir():
        return "dataset"
    ending = Path(path.name.removesuffix(".gz")).suffix.lower()
    if ending == ".json" and has_articles(path):
        return "squad"
    if ending == ".tsv" and path.is_file() and looks_like_conll(_first_line(path)):
        return "conll"
    if ending not in _ENDINGS:
        raise InputError(f"{path}: cannot tell the format from the ending {ending!r}; "
                         f"name it with format: {', '.join(FORMATS)}")
    return _ENDINGS[ending]


def _first_line(path: Path) -> bytes:
    return next((line for _, line in lines(path)), b"")


def _check(
    path: Path, format: str, columns: Mapping[str, str] | None, task: Task | None
) -> None:
    """Refuse columns or a task that a format cannot have."""
    possible = _TASKS.get(format)
    if task is not None and possible is not None and task not in possible:
        raise InputError(f"{path}: the format {format} cannot have the task {task}; leave task out "
                         f"or choose {' or '.join(possible)}")
    if columns and format not in _WITH_COLUMNS:
        raise InputError(f"{path}: the format {format} has no columns to name; leave columns out "
                         f"or choose one of the formats {', '.join(_WITH_COLUMNS)}")
    check_columns(columns or {})


def _known(format: str) -> str:
    if format not in FORMATS:
        raise InputError(f"unknown format {format!r}; choose one of {', '.join(FORMATS)}")
    return format
