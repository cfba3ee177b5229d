"""Reading labelled corpora: every input row becomes exactly one Example or Reject."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from pipeline.readers.conll import read_conll
from pipeline.readers.conllu import read_conllu
from pipeline.readers.dataset import read_dataset
from pipeline.readers.jsonl import read_jsonl
from pipeline.readers.options import MAX_CHARACTERS, Options
from pipeline.readers.squad import read_squad
from pipeline.readers.squad_file import has_articles
from pipeline.readers.text import read_text
from pipeline.records import Example, Reject
from projection.errors import InputError

__all__ = ["FORMATS", "MAX_CHARACTERS", "guess_format", "read"]

Reader = Callable[[Path, Options], Iterator[Example | Reject]]

FORMATS: dict[str, Reader] = {
    "jsonl": read_jsonl,
    "conll": read_conll,
    "conllu": read_conllu,
    "text": read_text,
    "dataset": read_dataset,
    "squad": read_squad,
}

_ENDINGS = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl",
    ".conll": "conll", ".iob": "conll", ".iob2": "conll", ".bio": "conll", ".tsv": "conll",
    ".conllu": "conllu",
    ".txt": "text",
    ".arrow": "dataset", ".parquet": "dataset",
}  # fmt: skip


def read(
    path: Path | str,
    format: str | None = None,
    lang: str | None = None,
    labels: Collection[str] | None = None,
    max_characters: int = MAX_CHARACTERS,
) -> Iterator[Example | Reject]:
    """Read a labelled corpus row by row.

    A bad row never stops the others: it becomes a Reject whose reasons are
    ``code: explanation``. Ids are unique within one file.

    Args:
        path: a file, plain or gzipped (``*.gz``), or a folder saved by ``datasets``.
        format: one of :data:`FORMATS`; guessed from the file name when not given.
        lang: BCP-47 tag of rows that do not name theirs (no row of ``conll``, ``conllu`` and
            ``text`` does).
        labels: allowed labels; rows with others are rejected.
        max_characters: longer texts are rejected.

    Raises:
        InputError: unknown format, missing language, missing or unreadable file.
    """
    path = Path(path)
    if not path.exists():
        raise InputError(f"{path}: no such file or folder; check the path")
    reader = FORMATS[_known(format) if format is not None else guess_format(path)]
    allowed = None if labels is None else frozenset(labels)
    return reader(path, Options(lang=lang, labels=allowed, max_characters=max_characters))


def guess_format(path: Path) -> str:
    """Name of the format a file name stands for; only ``.json`` needs a look into the file.

    Raises:
        InputError: the ending is unknown.
    """
    if path.is_dir():
        return "dataset"
    ending = Path(path.name.removesuffix(".gz")).suffix.lower()
    if ending == ".json" and has_articles(path):
        return "squad"
    if ending not in _ENDINGS:
        raise InputError(f"{path}: cannot tell the format from the ending {ending!r}; "
                         f"name it with format: {', '.join(FORMATS)}")
    return _ENDINGS[ending]


def _known(format: str) -> str:
    if format not in FORMATS:
        raise InputError(f"unknown format {format!r}; choose one of {', '.join(FORMATS)}")
    return format
