"""The formats, and which of them a file has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from crosslabel.pipeline.corpus.records import Example, Reject, Task
from crosslabel.pipeline.readers.conll import read_conll
from crosslabel.pipeline.readers.conllu import read_conllu
from crosslabel.pipeline.readers.gate import Gate
from crosslabel.pipeline.readers.jsonl import read_jsonl
from crosslabel.pipeline.readers.lines import shown
from crosslabel.pipeline.readers.no_text import bad_lines, begins_like_json, is_json, no_text
from crosslabel.pipeline.readers.options import Options
from crosslabel.pipeline.readers.rows.columns import are_numbers, check_columns, names_word_columns
from crosslabel.pipeline.readers.slots import read_slots
from crosslabel.pipeline.readers.squad import read_squad
from crosslabel.pipeline.readers.squad_file import has_articles
from crosslabel.pipeline.readers.tables.dataset import read_dataset
from crosslabel.pipeline.readers.tables.delimited import read_csv, read_tsv
from crosslabel.pipeline.readers.text import read_text
from crosslabel.pipeline.readers.token_columns.contents import (
    Contents,
    begins_like_columns,
    contents,
    has_columns,
)
from crosslabel.pipeline.readers.token_columns.head import Head, head
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.compression import without_compression

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
    ".conllu": "conllu", ".conllup": "conllu",
    ".txt": "text",
    ".tsv": "tsv", ".csv": "csv",
    ".slots": "slots",
    ".arrow": "dataset", ".parquet": "dataset",
}  # fmt: skip

# The tasks of the formats that cannot hold every task.
_TASKS: dict[str, tuple[Task, ...]] = {
    "conll": ("spans", "words"),
    "conllu": ("words", "spans"),
    "text": ("spans", "text"),
    "slots": ("spans",),
    "squad": ("spans",),
}

_WITH_COLUMNS = ("jsonl", "dataset", "tsv", "csv", "conll", "conllu")
_FEW_LINES = 3
_WITH_LINES = ("text", "conll", "conllu", None)
_NOT_IN_WORDS = ("jsonl", "squad", "dataset")


def guess_format(
    path: Path, task: Task | None = None, columns: Mapping[str, str] | None = None
) -> str:
    """Return the name of the format of a file, from its beginning and the ending of its name.

    Files with a word per line are known by their contents, whatever they are called: ``conll``,
    ``conllu``, or ``slots`` if their comments name intents. A ``.json`` file with articles and
    questions is ``squad``; other files are what their ending says.

    Args:
        task: what the caller says that rows label; ``words`` need no tags of names.
        columns: the mapping that the caller gives; one of tokens and tags to numbers of columns
            says that there is a word per line.

    Raises:
        InputError: neither ending nor contents tell the format, or the file has a word per line
            but no tags that are known.
    """
    if path.is_dir():
        return "dataset"
    ending = Path(without_compression(path.name)).suffix.lower()
    if ending == ".json" and has_articles(path):
        return "squad"
    named = _ENDINGS.get(ending)
    if named == "jsonl" and path.is_file():
        _check_is_json(path)
    if named in _NOT_IN_WORDS or (named is not None and not path.is_file()):
        return str(named)
    if named == "slots":
        return named
    return _by_contents(path, named, task, columns or {})


def _by_contents(
    path: Path, named: str | None, task: Task | None, columns: Mapping[str, str]
) -> str:
    """Return the format of a file that may have a word per line, whatever its ending says."""
    beginning = head(path)
    if (problem := bad_lines(beginning)) and named in _WITH_LINES:
        raise InputError(f"{path}: {problem}")
    if named == "text" and is_json(beginning):
        return "jsonl"
    found = contents(beginning)
    if names_word_columns(columns) and (are_numbers(columns) or found.is_sure):
        return "conllu" if found.format == "conllu" else "conll"
    if found.problem and found.format is None:
        raise InputError(f"{path}: {found.problem}")
    if task == "words":
        return _for_words(beginning, found, named) or _ending_alone(path, beginning, found, named)
    is_readable = named == "conll" and found.format is not None
    if found.problem and (found.is_sure or named is None) and not is_readable:
        raise InputError(f"{path}: {found.problem}")
    if found.format and (found.is_sure or named is None):
        return found.format
    return _ending_alone(path, beginning, found, named)


def _for_words(beginning: Head, found: Contents, named: str | None) -> str | None:
    """Return the format of a file whose words are labelled if its contents tell it."""
    if found.format == "conllu" or named == "conllu":
        return "conllu"
    is_text = named in ("text", None)
    return "conll" if (found.is_sure and found.format) or (
        is_text and has_columns(beginning)) else None


def _ending_alone(path: Path, beginning: Head, found: Contents, named: str | None) -> str:
    if named == "tsv" and begins_like_columns(beginning) and not _is_list(beginning, found):
        return "conll"
    if named is None:
        raise InputError(f"{path}: cannot tell the format from the ending "
                         f"{Path(without_compression(path.name)).suffix!r}{_seen(beginning)}; name "
                         f"it with format: {', '.join(FORMATS)}")
    if named == "text" and (problem := no_text(beginning)):
        raise InputError(f"{path}: {problem}")
    return named


def _check_is_json(path: Path) -> None:
    """Refuse a file with a word per line that is called JSON.

    Raises:
        InputError: it is one.
    """
    beginning = head(path)
    if begins_like_json(beginning):
        return
    found = contents(beginning)
    if found.is_sure:
        name = found.format or "conll"
        raise InputError(f"{path}: has a word per line in columns, not JSON; set format: {name}, "
                         f"or call it *.{name}")


def _is_list(beginning: Head, found: Contents) -> bool:
    """Return whether several lines may be a table of names and words as well as columns."""
    return (found.format is not None and not found.is_sure and not found.problem
            and len(beginning.lines) > _FEW_LINES)


def _seen(beginning: Head) -> str:
    first = next((line for _, line in beginning.lines if line.strip()), None)
    return "" if first is None else f" or from its first line {shown(first)[:60]!r}"


def check_possible(
    path: Path, format: str, columns: Mapping[str, str], task: Task | None
) -> None:
    """Refuse columns or a task that a format cannot have.

    Raises:
        InputError: the format has no place for them, or no example can be made of the columns.
    """
    possible = _TASKS.get(format)
    if task is not None and possible is not None and task not in possible:
        raise InputError(f"{path}: the format {format} cannot have the task {task}; leave task out "
                         f"or choose {' or '.join(possible)}")
    if columns and format not in _WITH_COLUMNS:
        raise InputError(f"{path}: the format {format} has no columns to name; leave columns out "
                         f"or choose one of the formats {', '.join(_WITH_COLUMNS)}")
    check_columns(columns)


def known_format(format: str) -> str:
    """Return the name of a format.

    Raises:
        InputError: there is no such format; the message lists those there are.
    """
    if format not in FORMATS:
        raise InputError(f"unknown format {format!r}; choose one of {', '.join(FORMATS)}")
    return format
