"""Pairs of a text and its translation, and the spans that were projected onto them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from crosslabel.library.arguments import UNCHECKED, checked, is_list
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.jsonl import RowError
from crosslabel.projection.files.pairs import PairRow, parse_pair
from crosslabel.projection.files.predictions import error_row, prediction_row
from crosslabel.projection.interface import Projection

if TYPE_CHECKING:
    from crosslabel.projection.interface import Range

__all__ = ["Fault", "PairRow", "Projected", "ProjectedSpan", "SpanLike", "pair"]

SpanLike: TypeAlias = tuple[int, int, str] | Mapping[str, Any]
"""(start, end, label), or a mapping with ``start``, ``end`` and ``label``, or ``fragments``."""


@checked(gold=UNCHECKED)
def pair(
    source_text: str | Sequence[str],
    target_text: str | Sequence[str],
    spans: Iterable[SpanLike] = (),
    *,
    source: str,
    target: str,
    gold: Iterable[SpanLike] | None = None,
    id: str = "pair",
) -> PairRow:
    """Make a pair of a text and its translation, for :class:`Projector` and :func:`align`.

    >>> cl.pair("Anna left.", "Anna ging.", [(0, 4, "PER")], source="en", target="de")

    Args:
        source_text, target_text: a text, or a list of its words.
        spans: of the source, as (start, end, label); they count characters of a text, and words of
            a list, and ``end`` is exclusive.
        source, target: languages, such as ``en`` and ``de``.
        gold: spans of the target, for :func:`projection_scores`.
        id: names the pair in results.

    Raises:
        InputError: the texts, spans or languages cannot be used.
    """
    return parse_pair({
        "id": id,
        "source": _side(source_text, source, spans, ("source_text", "spans")),
        "target": _side(target_text, target, gold, ("target_text", "gold")),
    }, 1)


def _side(
    text: str | Sequence[str],
    lang: str,
    spans: Iterable[SpanLike] | None,
    names: tuple[str, str],
) -> dict[str, Any]:
    """Return one side of a pair as a file has it.

    Args:
        names: of the arguments with the text and with the spans.
    """
    words = {"text": text} if isinstance(text, str) else {"tokens": _words(names[0], text)}
    side = {"lang": lang, **words}
    return side if spans is None else {**side, "spans": [
        _span(names[1], span) for span in _listed(names[1], spans, "a list of spans")]}


def _listed(name: str, values: Iterable[Any], needed: str) -> list[Any]:
    if not is_list(values):
        raise InputError(f"{name}: is a {type(values).__name__}; give {needed}")
    return list(values)


def _words(name: str, values: Iterable[Any]) -> list[str]:
    words = _listed(name, values, "a text, or a list of its words")
    for number, word in enumerate(words):
        if not isinstance(word, str):
            raise InputError(f"{name}: word {number} is a {type(word).__name__}; give texts")
    return words


def _span(name: str, span: SpanLike) -> Mapping[str, Any]:
    if isinstance(span, Mapping):
        return span
    if not isinstance(span, Sequence) or isinstance(span, bytes | str) or len(span) != 3:
        raise InputError(f"{name}: the span {span!r}: give (start, end, label)")
    start, end, label = span
    return {"start": _plain(start), "end": _plain(end), "label": label}


def _plain(number: Any) -> Any:
    """Return a number of numpy as one of Python."""
    return number.item() if hasattr(number, "item") else number


def checked_pairs(pairs: Iterable[PairRow], name: str = "pairs") -> list[PairRow]:
    """Return pairs as a list.

    Args:
        name: of the argument.

    Raises:
        InputError: they are not pairs.
    """
    rows = _listed(name, pairs, "a list of pairs, [cl.pair(...), ...]")
    for number, row in enumerate(rows):
        if not isinstance(row, PairRow):
            raise InputError(f"{name}: number {number} is a {type(row).__name__}; give pairs, made "
                             "with cl.pair")
    return rows


@dataclass(frozen=True, slots=True)
class ProjectedSpan:
    """The place of a given span in the target text.

    Attributes:
        label: of the given span.
        start, end: characters of the target text, or words if it was given as words; ``None`` if
            the span has no place there.
        text: the part of the target text; ``None`` without a place.
        status: ``projected``, ``abstained`` (no target is certain enough) or ``rejected``.
        reason: why there is no place; ``None`` if there is one.
        probability: that the place is right; ``None`` from a method that is not calibrated.
        score: of the method, comparable within it only.
        fragments: all parts of a span that is not in one piece.
    """

    label: str
    start: int | None
    end: int | None
    text: str | None
    status: str
    reason: str | None
    probability: float | None
    score: float | None
    fragments: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Projected:
    """The result for one pair; in a notebook it shows both texts with their spans in colour."""

    pair: PairRow
    projections: tuple[Projection, ...]

    @property
    def spans(self) -> tuple[ProjectedSpan, ...]:
        """One span for each given span, in order."""
        return tuple(self._span(projection) for projection in self.projections)

    def _span(self, projection: Projection) -> ProjectedSpan:
        text = self.pair.pair.target.text
        fragments = tuple(self.pair.in_unit(part) for part in projection.fragments)
        return ProjectedSpan(
            projection.label,
            fragments[0][0] if fragments else None,
            fragments[-1][1] if fragments else None,
            " … ".join(text[start:end] for start, end in projection.fragments) or None,
            projection.status, projection.reason, projection.probability, projection.raw_score,
            fragments,
        )

    def as_row(self) -> dict[str, Any]:
        """Return the result as a row of a prediction file."""
        return prediction_row(self.pair, self.projections)

    def _repr_html_(self) -> str:
        from crosslabel.library.html import projected_html

        return projected_html(self.pair.pair, self.projections)


@dataclass(frozen=True, slots=True)
class Fault:
    """A row of a file that could not be used; it prints as file, row and reason."""

    error: RowError

    def as_row(self) -> dict[str, Any]:
        """Return the fault as a row of a prediction file."""
        return error_row(self.error)

    def __str__(self) -> str:
        return str(self.error)
