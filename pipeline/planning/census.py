"""What a person should know about the labels of a corpus: counts, each with its first place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crosslabel.pipeline.corpus.records import Example, Span
from crosslabel.pipeline.readers.rows.forms import REPAIRED_SPANS
from crosslabel.projection.plain import one_line
from crosslabel.projection.scripts import is_unspaced

_SHOWN = 40


@dataclass(slots=True)
class _Count:
    """A count and the place of the first."""

    first: str
    number: int = 1


class Census:
    """A counter over the rows of a corpus.

    Args:
        file: name of the input.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._counts: dict[str, _Count] = {}
        self._rows = self._labelled = 0

    def see(self, place: str, example: Example) -> None:
        """Count what is worth knowing of a row; its place names it, such as ``row 3``."""
        self._rows += 1
        self._labelled += is_labelled(example)
        if example.task == "text" and example.label is None and example.value is None:
            self._add("unlabelled", place)
        for id in example.meta.get(REPAIRED_SPANS, ()):
            self._add("repaired", f"{place}, span {id}")
        for span in example.spans:
            text = example.fields[span.field]
            for fault in _faults(text, span, example.lang):
                covered = text[span.fragments[0][0]:span.fragments[-1][1]]
                self._add(fault, f"{place}, span {span.id}: {covered[:_SHOWN]!r}")

    def lines(self) -> Iterator[str]:
        """Yield a line for each thing that was counted."""
        words = {
            "unlabelled": "texts without a label, which classifiers leave out",
            "repaired": "spans that stand elsewhere than their offsets say; they were taken where "
                        "their own texts stand",
            "blank": "spans that begin or end in blanks",
            "cut": "spans that begin or end within a word",
        }
        if self._rows and not self._labelled:
            yield one_line(f"{self._file}: no row has a label, so the text alone is translated")
            del words["unlabelled"]
        for kind, text in words.items():
            if count := self._counts.get(kind):
                yield one_line(f"{self._file}: {text}: {count.number} (first: {count.first})")

    def _add(self, kind: str, place: str) -> None:
        if kind in self._counts:
            self._counts[kind].number += 1
        else:
            self._counts[kind] = _Count(place)


def is_labelled(example: Example) -> bool:
    """Return whether an example has a label of any kind."""
    whole = example.label is not None or example.value is not None
    return (whole or bool(example.spans or example.lost)
            or any(words.labels for words in example.words))


def _faults(text: str, span: Span, lang: str) -> Iterator[str]:
    edges = [edge for start, end in span.fragments for edge in (text[start], text[end - 1])]
    if any(edge.isspace() for edge in edges):
        yield "blank"
    if not is_unspaced(lang) and any(
            _cuts(text, place) for fragment in span.fragments for place in fragment):
        yield "cut"


def _cuts(text: str, place: int) -> bool:
    """Return whether a place is between two letters or digits."""
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()
