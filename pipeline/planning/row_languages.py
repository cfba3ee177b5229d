"""The languages of the rows of a corpus: those in another one are named, or rejected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import langcodes

from crosslabel.pipeline.corpus.records import Example, Reject, rejected
from crosslabel.pipeline.planning.row_places import Places
from crosslabel.pipeline.quality.language import fingerprint
from crosslabel.pipeline.quality.source_language import (
    VERSION,
    is_known,
    is_long_enough,
    other_languages,
)
from crosslabel.pipeline.recipe import SourceSection
from crosslabel.projection.plain import one_line

_NAMED = 3
_MOST = 0.5


class RowLanguages:
    """Looks at the rows of a corpus in their order.

    Args:
        source: says which language they should be in, and what becomes of others.
        places: of the rows, each known by the time that it is looked at.
    """

    def __init__(self, source: SourceSection, places: Places) -> None:
        self._source = source
        self._file_of = places
        self._unknown = False
        self._places: list[str] = []
        self._found: Counter[str] = Counter()
        self._rows = 0

    def checked(self, rows: Sequence[Example | Reject]) -> list[Example | Reject]:
        """Return the next rows; those in another language are rejected if the recipe says so."""
        first, checked = self._rows + 1, list(rows)
        self._rows += len(rows)
        for place, example, lang in self._others(rows):
            self._note(self._file_of.named(first + place), lang)
            if self._source.other_language == "reject":
                checked[place] = rejected(*self._file_of.of(first + place), example,
                                          (self._reason(lang),))
        return checked

    def lines(self) -> Iterator[str]:
        """Yield what a person should know about the languages of all rows."""
        name, lang, count = self._source.name, self._source.lang, self._found.total()
        if self._unknown:
            yield one_line(f"{name}: the language identifier does not know {lang!r}, so the "
                           "language of the rows is not checked")
        if count:
            places = ", ".join(self._places) + (", …" if count > _NAMED else "")
            yield one_line(f"{name}: {count} of {self._rows} rows seem to be in another language "
                           f"than {lang!r} ({places}); {self._way_out()}")

    def _others(self, rows: Sequence[Example | Reject]) -> Iterator[tuple[int, Example, str]]:
        """Yield the rows in another language with their places and languages."""
        if self._source.other_language == "keep":
            return
        long = [(place, row) for place, row in enumerate(rows)
                if isinstance(row, Example) and is_long_enough(row)]
        if not long:
            return
        self._unknown = not is_known(self._source.lang)
        found = ([None] * len(long) if self._unknown else
                 other_languages([row for _, row in long], self._source.lang))
        for (place, row), lang in zip(long, found, strict=True):
            if lang:
                yield place, row, lang

    def _way_out(self) -> str:
        [(usual, times)] = self._found.most_common(1)
        if times > _MOST * self._rows:
            return f"set source.lang={usual} if the corpus is in {_name(usual)}"
        if self._source.other_language == "reject":
            return "they are rejected"
        return "source.other_language=reject leaves them out, keep does not look"

    def _note(self, row: str, lang: str) -> None:
        self._found[lang] += 1
        if len(self._places) < _NAMED:
            self._places.append(f"{row}: {_name(lang)}")

    def _reason(self, lang: str) -> str:
        return (f"other-language: seems to be {_name(lang)}, the corpus is {self._source.lang!r}; "
                "set source.lang if that is wrong, or source.other_language to warn or keep")


def languages_key(source: SourceSection) -> tuple[object, ...]:
    """Return what decides which rows are found to be in another language."""
    return () if source.other_language == "keep" else (VERSION, fingerprint())


def _name(lang: str) -> str:
    return f"{langcodes.Language.get(lang).display_name()} ({lang})"
