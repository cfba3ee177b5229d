"""What is said to a person of a file in columns: one line for each thing found out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from crosslabel.pipeline.readers.schemes import STANDARD, UNNAMED_LABEL, Scheme
from crosslabel.pipeline.readers.tags import TokenSpan
from crosslabel.pipeline.readers.token_columns.bracket_tags import Brackets
from crosslabel.pipeline.readers.token_columns.head import Head
from crosslabel.pipeline.readers.token_columns.layout import Layout, TagScheme
from crosslabel.pipeline.readers.token_columns.marks import language_of
from crosslabel.pipeline.readers.token_columns.rows import readable_sentences
from crosslabel.pipeline.readers.token_columns.spans import spans_of
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.compression import without_compression

_CONLL_ENDINGS = (".conll", ".iob", ".iob2", ".bio")
_SHOWN_LABELS = 10
_NAMES = {"W": "BMEWO", "M": "BMES", "L": "BILOU", "U": "BILOU", "E": "IOBES", "S": "IOBES"}


def notes_on(path: Path, layout: Layout, head: Head, lang: str) -> Iterator[str]:
    """Yield lines on how a file was understood; none for the expected layout of its ending."""
    is_expected = without_compression(path.name).lower().endswith(_CONLL_ENDINGS)
    if layout.roles and not (is_expected and layout.is_plain):
        yield f"{path.name}: read as CoNLL columns: {_columns(layout, head)}"
    if layout.mark and language_of(layout.mark).split("-")[0] != lang.lower().split("-")[0]:
        yield (f"{path.name}: its words are marked {layout.mark!r}, but the language of the corpus "
               f"is {lang}; set source.lang if that is wrong")


def _columns(layout: Layout, head: Head) -> str:
    columns = ", ".join(_roles(layout.roles))
    mark = f"{layout.mark!r} is taken off the words" if layout.mark else ""
    details = "; ".join(own for own in (_tags(layout, head), mark) if own)
    return f"{columns} ({details})" if details else columns


def _roles(roles: Sequence[str]) -> Iterator[str]:
    """Yield what columns hold; columns in a row that are not read are only counted."""
    for role, run in groupby(roles):
        count = len(list(run))
        if role == "-":
            yield "(not read)" if count == 1 else f"({count} not read)"
        else:
            yield from [role] * count


def _tags(layout: Layout, head: Head) -> str:
    """Return the scheme of the tags and the labels at the beginning of the file."""
    scheme = layout.tags[0].scheme
    if scheme is None:
        return ""
    levels = [level for rows in readable_sentences(head, layout)
              for level in zip(*(row.tags for row in rows), strict=True)]
    labels = sorted({span.label for level in levels for span in _spans(level, scheme)[0]})
    shown = ", ".join(labels[:_SHOWN_LABELS]) + ", …" * (len(labels) > _SHOWN_LABELS)
    return f"{_scheme(scheme, levels)}: {shown or 'no names at its beginning'}"


def _spans(tags: Sequence[str], scheme: TagScheme) -> tuple[list[TokenSpan], int]:
    try:
        return spans_of(tags, scheme)
    except InputError:
        return [], 0


def _scheme(scheme: TagScheme, levels: Sequence[Sequence[str]]) -> str:
    if isinstance(scheme, Brackets):
        return "brackets"
    if scheme.style == "label":
        return "IO"
    letters = {letter.upper() for level in levels for letter in map(scheme.letter, level)}
    return "".join((_name(scheme, letters, levels), _written(scheme)))


def _name(scheme: Scheme, letters: set[str], levels: Sequence[Sequence[str]]) -> str:
    rare = next((name for letter, name in _NAMES.items() if letter in letters), None)
    if rare:
        return rare
    counts = [_spans(level, scheme) for level in levels]
    spans, repairs = (sum(len(found) for found, _ in counts), sum(own for _, own in counts))
    return "IOB1" if repairs > spans / 2 else "IOB2"


def _written(scheme: Scheme) -> str:
    """Return how a tag is written if not as in ``B-PER``."""
    if (scheme.style, scheme.separator, scheme.lower) == (STANDARD.style, "-", False):
        return "" if scheme.outside == STANDARD.outside else f" with {scheme.outside} for O"
    example = {"prefix": f"B{scheme.separator}PER", "suffix": f"PER{scheme.separator}B",
               "position": "B"}.get(scheme.style, "PER")
    unnamed = f", whose spans are labelled {UNNAMED_LABEL}" if scheme.style == "position" else ""
    return f" written as {example.lower() if scheme.lower else example}{unnamed}"
