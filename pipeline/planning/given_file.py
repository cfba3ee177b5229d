"""Translations made elsewhere: JSON lines with a row's ``id`` and its translation, ``.gz`` too.

A line holds ``text``, or ``tokens``, which are written as text the way the language is written, or
``fields`` (text by name) for a row with several fields. Other keys are passed over. ::

    {"id": "1", "text": "Anna ging."}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from crosslabel.pipeline.readers.rows import values
from crosslabel.pipeline.readers.rows.forms import fields_of
from crosslabel.pipeline.storage.files import is_file, sha256
from crosslabel.pipeline.storage.local_copies import local_file
from crosslabel.pipeline.storage.location import Location
from crosslabel.pipeline.translation.translator import Translation
from crosslabel.projection.errors import InputError, at
from crosslabel.projection.files.jsonl import parse
from crosslabel.projection.files.lines import lines

VERSION = 1
REASON = "no-translation"
_ONLY_FIELD = "text"
_NAMED = 3
"""Ids that are named in a line."""


@dataclass(frozen=True, slots=True)
class GivenContents:
    """The translations of a file.

    Attributes:
        rows: the translated fields of each row by its id.
        warning: one line about the lines that cannot be used; ``None`` without any.
    """

    file: str
    rows: Mapping[str, Mapping[str, str]]
    warning: str | None

    def knows_any(self, ids: Iterable[str]) -> bool:
        """Return whether any of the rows is in the file."""
        return any(id in self.rows for id in ids)

    def unknown(self, ids: Iterable[str | None]) -> str | None:
        """Return a line that names the ids in the file without a row; ``None`` if all have one.

        Args:
            ids: of all rows of the corpus.
        """
        left = dict.fromkeys(self.rows)
        for id in ids:
            left.pop(id or "", None)
        if not left:
            return None
        named = ", ".join(map(repr, islice(left, _NAMED)))
        return (f"{self.file}: {len(left)} of {len(self.rows)} ids belong to no row of the corpus "
                f"and are not used: {named}{', …' if len(left) > _NAMED else ''}")

    def translation(self, id: str, field: str, *, only: bool) -> Translation:
        """Return the translation of a field of a row, or the reason why there is none.

        Args:
            only: the row has no other field, so a plain ``text`` is its translation.
        """
        fields = self.rows.get(id)
        if fields is None:
            return _none(f"{self.file} has no line with this id")
        text = fields.get(field, fields.get(_ONLY_FIELD) if only else None)
        if text is None:
            return _none(f"{self.file} has no field {field!r} in this row")
        return Translation(text.strip()) if text.strip() else _none(f"empty in {self.file}")


@dataclass(frozen=True, slots=True)
class GivenTranslations:
    """A file of translations into one language, a BCP-47 tag."""

    path: Location
    lang: str

    def fingerprint(self) -> str:
        """Return the hexadecimal sha256 of the file.

        Raises:
            InputError: there is no such file.
        """
        if not is_file(self.path):
            raise InputError(f"{self.path}: no such file; give one that is there "
                             f"(translation.given.{self.lang} in the recipe)")
        return sha256(self.path)

    def read(self) -> GivenContents:
        """Read all lines, count those that cannot be used, and name the first of these.

        Raises:
            InputError: the file cannot be read, or none of its lines can be used.
        """
        rows: dict[str, Mapping[str, str]] = {}
        bad, first_bad = 0, None
        with local_file(self.path) as file:
            for number, line in lines(file):
                try:
                    id, fields = self._line(line)
                    if id in rows:
                        raise InputError(f"duplicate-id: {id!r} stands on an earlier line too")
                    rows[id] = fields
                except InputError as error:
                    bad += 1
                    first_bad = first_bad or f"{at(self.path.name, number)}: {error}"
        if not rows:
            raise InputError(f"{self.path}: no line can be used "
                             f"({first_bad or 'the file is empty'}); write id and text as JSON")
        total = len(rows) + bad
        warning = f"{first_bad}; {bad} of {total} lines are left out" if first_bad else None
        return GivenContents(self.path.name, rows, warning)

    def _line(self, line: bytes) -> tuple[str, Mapping[str, str]]:
        row = parse(line)
        lang = values.text(row, "lang", self.lang)
        if lang.split("-")[0] != self.lang.split("-")[0]:
            raise InputError(f"other-language: the line is {lang!r}, not {self.lang!r}")
        fields, _ = fields_of(row, self.lang)
        return values.name(row, "id"), fields


def _none(why: str) -> Translation:
    return Translation(None, reason=f"{REASON}: {why}")
