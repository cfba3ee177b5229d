"""Names in a CoNLL-U file: tags such as ``NER=B-PER`` in MISC, or in a column of CoNLL-U Plus.

Some treebanks write names in brackets instead, ``Entity=(1-person-new`` … ``Entity=1)``, see
:mod:`crosslabel.pipeline.readers.conllu_parts.entities`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crosslabel.pipeline.readers.conllu_parts.entities import (
    Entities,
    are_entities,
    entities_of,
    entity_spans,
)
from crosslabel.pipeline.readers.conllu_parts.fields import (
    MISC,
    STANDARD_COLUMNS,
    Fields,
    Source,
    attributes,
)
from crosslabel.pipeline.readers.conllu_parts.tokens import Token
from crosslabel.pipeline.readers.schemes import Scheme
from crosslabel.pipeline.readers.tags import TokenSpan, token_spans
from crosslabel.pipeline.readers.token_columns.head import Head
from crosslabel.pipeline.readers.token_columns.scheme_finding import labelled, scheme_of
from crosslabel.projection.errors import InputError

_KNOWN = frozenset({"ner", "ne", "name", "entity", "nertag", "netag"})
"""Keys and columns that hold names, whatever stands in them."""


@dataclass(frozen=True, slots=True)
class Names:
    """Where the names of a file stand, and how they are written."""

    source: Source
    form: Scheme | Entities

    def spans(self, tokens: Sequence[Token]) -> tuple[list[TokenSpan], int]:
        """Return the spans of words from 0, and the number of repaired tags.

        Raises:
            InputError: what a word says is no tag of the scheme, or brackets do not match.
        """
        if isinstance(self.form, Entities):
            found, repairs = entity_spans([token.label or "" for token in tokens], self.form), 0
        else:
            scheme = self.form
            tags = [scheme.outside if token.label is None else token.label for token in tokens]
            found, repairs = token_spans(tags, scheme)
        return [TokenSpan(tokens[own.start].first - 1, tokens[own.end - 1].last, own.label)
                for own in found], repairs


def names_at(source: Source, head: Head, fields: Fields) -> Names:
    """Return the names at a place that somebody chose.

    Raises:
        InputError: nothing there is written in a known way.
    """
    form = _form(source, head, fields, chosen=True)
    if form is None:
        raise InputError(f"{source} holds no tags such as B-PER, I-PER and O; choose another "
                         "place with columns, such as tags: MISC:NER")
    return Names(source, form)


def find_names(head: Head, fields: Fields) -> list[Names]:
    """Return all places where names stand."""
    found = ((source, _form(source, head, fields)) for source in sources(head, fields))
    return [Names(source, form) for source, form in found if form is not None]


def unread_names(head: Head, fields: Fields) -> list[Source]:
    """Return the places that are called as if names stood there, but are not written as such."""
    return [source for source in sources(head, fields)
            if _is_known(source) and _form(source, head, fields) is None]


def sources(head: Head, fields: Fields) -> list[Source]:
    """Return the places where names might stand: columns of CoNLL-U Plus, and keys of MISC."""
    extra = [Source(name) for name in fields.names
             if name not in STANDARD_COLUMNS and name != fields.form]
    keys = dict.fromkeys(key for row in _rows(head, fields)
                         for key in attributes(fields.cell(row, MISC) or "") if key or row)
    return [*extra, *(Source(MISC, key) for key in keys)]


def _form(
    source: Source, head: Head, fields: Fields, *, chosen: bool = False
) -> Scheme | Entities | None:
    values = [fields.value(row, source) for row in _rows(head, fields)]
    written = [value for value in values if value is not None]
    if not written:
        return None
    if are_entities(written):
        return entities_of(head, source.attribute or source.column, written)
    scheme = scheme_of([value if value is not None else "O" for value in values])
    is_named = chosen or _is_known(source)
    if scheme is None or not (labelled(written, scheme) or is_named):
        return None
    return scheme if scheme.style in ("prefix", "suffix") or is_named else None


def _is_known(source: Source) -> bool:
    name = source.column if source.attribute is None else source.attribute
    return name.rpartition(":")[2].lower().replace("_", "") in _KNOWN


def _rows(head: Head, fields: Fields) -> Iterator[Sequence[str]]:
    for _, line in head.lines:
        cells = line.decode("utf-8", errors="replace").split("\t")
        if not line.startswith(b"#") and len(cells) == len(fields.names):
            yield cells
