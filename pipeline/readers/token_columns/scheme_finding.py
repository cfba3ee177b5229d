"""The scheme of the tags in a column, told from the tags."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crosslabel.pipeline.readers.schemes import LETTERS, STANDARD, Scheme, Style

_SEPARATORS = "-_:/|."
_STYLES: Sequence[Style] = ("prefix", "suffix")
_OUTSIDE = ("O", "o", "_", "-", "0")
"""What stands for ``O``, the usual sign first; the last three only beside tags with positions."""

_TAGS_IN_A_COLUMN = 0.8
_STANDARD_TAGS, _OTHER_TAGS = 0.5, 0.8
_OUTSIDE_OF_LABELS = 0.2
_ONE_LETTER = re.compile(r"\w[-_].*", re.DOTALL)
_NUMBERED = re.compile(r".+_[0-9]+(?:-.+_[0-9]+)*", re.DOTALL)
_LABEL = re.compile(r"[^\W\d_].*\w", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Values:
    """The values of a column, how often each stands there, and what stands for ``O``."""

    counts: Mapping[str, int]
    outside: str

    def labelled(self) -> Mapping[str, int]:
        """Return the values of words inside spans."""
        return {value: count for value, count in self.counts.items() if value != self.outside}

    def has_o(self) -> bool:
        """Return whether words outside spans are written as ``O`` or ``o``."""
        return self.outside in self.counts and self.outside in ("O", "o")


def scheme_of(values: Sequence[str]) -> Scheme | None:
    """Return the scheme of the tags in a column, or ``None`` if the column holds other things.

    Few bad tags do not hide a scheme; their sentences are rejected later.
    """
    counts = Counter(values)
    outside = next((sign for sign in _OUTSIDE if sign in counts), "O")
    found = _Values(counts, outside)
    if not found.labelled():
        return Scheme(outside=outside, lower=outside == "o") if found.has_o() else None
    scheme = next(_with_positions(found), None) or _labels_alone(found)
    return scheme if scheme and _share(counts, scheme) >= _TAGS_IN_A_COLUMN else None


def labelled(values: Sequence[str], scheme: Scheme) -> int:
    """Return how many values are tags of words inside spans."""
    return sum(value != scheme.outside and scheme.has(value) for value in values)


def _share(counts: Mapping[str, int], scheme: Scheme) -> float:
    return sum(count for value, count in counts.items() if scheme.has(value)) / sum(counts.values())


def _with_positions(values: _Values) -> Iterator[Scheme]:
    standard = Scheme(outside=values.outside)
    if _share(values.labelled(), standard) >= _STANDARD_TAGS:
        yield standard
    for lower in (False, True):
        for style in _STYLES:
            for separator in _SEPARATORS:
                yield from _plausible(Scheme(style, separator, values.outside, lower), values)
        if values.has_o():
            yield from _plausible(Scheme("position", "", values.outside, lower), values)


def _plausible(scheme: Scheme, values: _Values) -> Iterator[Scheme]:
    """Yield a scheme if most tags are written in it and their positions can form spans."""
    written = values.labelled()
    parsed = [scheme.parse(value) for value in written if scheme.has(value)]
    positions = {tag.position for tag in parsed if tag}
    if _share(written, scheme) >= _OTHER_TAGS and (positions & {"B", "S"} or positions == {"I"}):
        yield scheme


def _labels_alone(values: _Values) -> Scheme | None:
    """Return the scheme of labels without positions if the values look like labels.

    ``O`` must be frequent, unlike in tag sets of parts of speech, some of which have an ``O``. A
    label with one letter before a hyphen rather is a tag of an unknown scheme, and numbered labels
    as ``ps_1`` say more than a label.
    """
    frequent = _OUTSIDE_OF_LABELS * sum(values.counts.values())
    if not values.has_o() or values.counts[values.outside] < frequent:
        return None
    labels = values.labelled()
    is_unknown = (len(labels) == 1 and any(map(_ONE_LETTER.fullmatch, labels))) or all(
        map(_NUMBERED.fullmatch, labels))
    if is_unknown or not all(map(_LABEL.fullmatch, labels)) or any(map(like_positions, labels)):
        return None
    return Scheme("label", "", values.outside)


def like_positions(value: str) -> bool:
    """Return whether a value is written like a tag with a position: ``B-PER``, ``PER-B``."""
    return STANDARD.has(value) or (value[-2:-1] in _SEPARATORS and value[-1:] in LETTERS)
