"""Which files of a folder hold rows, and what kinds of files there are by their names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from crosslabel.projection.errors import InputError
from crosslabel.projection.files.compression import without_compression

CARD = "README.md"

_KINDS = {
    ".jsonl": ".jsonl", ".ndjson": ".jsonl", ".json": ".jsonl",
    ".parquet": ".parquet", ".arrow": ".arrow", ".csv": ".csv", ".tsv": ".tsv", ".txt": ".txt",
    ".conll": ".conll", ".iob": ".conll", ".iob2": ".conll", ".bio": ".conll",
    ".conllu": ".conllu", ".slots": ".slots",
}  # fmt: skip
"""Endings of files of rows, each with the ending that stands for its kind."""

_ABOUT = frozenset({
    "config.json", "croissant.json", "dataset_dict.json", "dataset_info.json", "dataset_infos.json",
    "state.json", "_success", "_metadata", "_common_metadata",
})  # fmt: skip
_ABOUT_STEMS = frozenset({
    "authors", "changelog", "changes", "citation", "code_of_conduct", "contributing", "copying",
    "copyright", "licence", "license", "notice", "readme", "requirements",
})  # fmt: skip
_ABOUT_ENDINGS = frozenset({"", ".md", ".txt", ".rst", ".html", ".cff", ".bib"})


def holds_rows(name: str) -> bool:
    """Return whether a file of a folder is read: it is neither hidden nor about the data.

    Args:
        name: its path from the folder.
    """
    path = PurePosixPath(name)
    if any(part.startswith((".", "__")) for part in path.parts):
        return False
    lower = path.name.lower()
    stem, dot, ending = lower.partition(".")
    return lower not in _ABOUT and not (stem in _ABOUT_STEMS and dot + ending in _ABOUT_ENDINGS)


def has_known_ending(name: str) -> bool:
    """Return whether a file has the ending of a file of rows."""
    return _ending(name) in _KINDS


def check_one_kind(shown: str, names: Iterable[str]) -> None:
    """Refuse files of several kinds: it is not known which of them are to be read.

    Args:
        shown: what holds the files, for the message.

    Raises:
        InputError: names a file of each kind and the way out.
    """
    first: dict[str, str] = {}
    for name in names:
        ending = _ending(name)
        first.setdefault(_KINDS.get(ending, ending), name)
    if len(first) > 1:
        ending = next((kind for kind in first if kind in _KINDS), next(iter(first)))
        listed = _listed(list(first.values()))
        raise InputError(f"{shown}: holds files of several kinds ({listed}); "
                         f"say which to read, such as {_folder(shown)}/*{ending}")


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:4])
    return f"{shown} and others" if len(names) > 4 else shown


def _folder(shown: str) -> str:
    return shown.partition("*")[0].rstrip("/") if "*" in shown else shown.rstrip("/")


def _ending(name: str) -> str:
    return PurePosixPath(without_compression(name)).suffix.lower()
