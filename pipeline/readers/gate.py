"""The gate that every input row passes: it returns an Example or a Reject, never nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace

from crosslabel.pipeline.corpus.records import Example, Reject, check, shortened, spans_and_lost
from crosslabel.pipeline.readers.ids import RowIds
from crosslabel.pipeline.readers.options import Options
from crosslabel.pipeline.readers.sizes import size_reasons
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_FOLDER_NAME, MAX_LABELS
from crosslabel.projection.plain import one_line, plain

_NAMED_LABELS = 20
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")


@dataclass(slots=True)
class Admitted:
    """What is known of the rows that passed, over all files of an input.

    Attributes:
        places: file and row of each row by language and id.
        labels: labels of spans, words or texts.
        ids: gives ids to rows without one.
        splits: the split of each file that belongs to one.
    """

    places: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)
    ids: RowIds = field(default_factory=RowIds)
    splits: dict[str, str] = field(default_factory=dict)


class Gate:
    """A checker of the rows of a file.

    Args:
        file: name of the file, for rejects.
        options: what the caller allows.
        admitted: of the files before it.
        split: that the rows of the file belong to.
    """

    def __init__(
        self, file: str, options: Options, admitted: Admitted, split: str | None = None
    ) -> None:
        self._file = plain(file)
        self._options = options
        self._admitted = admitted
        self._split = split
        if split is not None:
            admitted.splits[self._file] = split

    def admit(
        self, row: int, raw: str, build: Callable[[], Example], id: str | None = None
    ) -> Example | Reject:
        """Build the example of a row and check it.

        Args:
            row: 1-based number of the row in its file.
            raw: the row as read, for the reject.
            build: makes the example; the row is rejected if it raises an :class:`InputError`.
            id: the row's id if it could be read.
        """
        try:
            example = self._of_split(self._admitted.ids.named(build()))
        except InputError as error:
            return self.reject(row, raw, str(error), id=id)
        reasons = list(self._reasons(example))
        if reasons:
            return self.reject(row, raw, *reasons, id=example.id)
        self._admitted.places[example.lang, example.id] = self._file, row
        self._admitted.labels |= _labels(example)
        return example

    def reject(self, row: int, raw: str, *reasons: str, id: str | None = None) -> Reject:
        """Return the Reject of a row."""
        shown = None if id is None else one_line(id)
        return Reject(self._file, row, shown, tuple(map(one_line, reasons)), shortened(raw))

    def _of_split(self, example: Example) -> Example:
        """Return an example under an id that no other split has: ``test/1``."""
        before = self._admitted.places.get((example.lang, example.id))
        if before is None or self._split is None or (
                self._admitted.splits.get(before[0], self._split) == self._split):
            return example
        self._options.notes.say(f"ids that another split has too begin with their split, such as "
                                f"{self._split}/{example.id}")
        return replace(example, id=f"{self._split}/{example.id}")

    def _reasons(self, example: Example) -> Iterator[str]:
        before = self._admitted.places.get((example.lang, example.id))
        if before is not None:
            file, number = before
            other = f" of {file}" if file != self._file else ""
            yield (f"duplicate-id: {example.id!r} is also the id of row {number}{other}; ids must "
                   "be unique among the rows of a language")
        if len(example.lang) > MAX_FOLDER_NAME or not _LANGUAGE.fullmatch(example.lang):
            yield f"bad-language: {example.lang!r} is not a language tag such as 'en' or 'pt-BR'"
        yield from (f"empty-text: field {name!r} has no text"
                    for name, text in example.fields.items() if not text.strip())
        yield from size_reasons(example, self._options.max_characters)
        yield from self._label_reasons(example)
        try:
            check(example)
        except InputError as error:
            yield str(error)

    def _label_reasons(self, example: Example) -> Iterator[str]:
        allowed = self._options.labels
        labels = _labels(example)
        if allowed is None:
            before = self._admitted.labels
            if len(before) + len(labels - before) > MAX_LABELS:
                yield (f"too-many-labels: rows before it have {len(before)} labels, the limit is "
                       f"{MAX_LABELS}; is this the column of labels?")
            return
        for label in sorted(labels - allowed)[:_NAMED_LABELS]:
            yield f"unknown-label: {label!r} is not one of {_listed(allowed)}"


def _labels(example: Example) -> set[str]:
    """Return the labels of an example that count as classes of the corpus."""
    labels = {span.label for span in spans_and_lost(example) if span.label}
    if example.label is not None and example.task == "text":
        labels.add(example.label)
    if example.task == "words":
        labels |= {label for words in example.words for label in words.labels if label}
    return labels


def _listed(labels: Collection[str]) -> str:
    named = ", ".join(sorted(labels)[:_NAMED_LABELS])
    more = len(labels) - _NAMED_LABELS
    return f"{named} and {more} more" if more > 0 else named
