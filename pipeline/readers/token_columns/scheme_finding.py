"""The scheme of the tags in a column, told from the tags."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from crosslabel.pipeline.readers.schemes import LETTERS, STANDARD, Scheme

_SEPARATORS = "-_:/|."
_OTHER_OUTSIDE = ("_", "-", "0")
"""What stands for ``O`` in files without ``O``, if all other tags have positions."""

_TAGS_IN_A_COLUMN = 0.8
_STANDARD_TAGS, _OTHER_TAGS = 0.5, 0.8
_OUTSIDE_OF_LABELS = 0.2
_ONE_LETTER = re.compile(r"\w[-_].*", re.DOTALL)
_LABEL = re.compile(r"[^\W\d_].*\w", re.DOTALL)


def scheme_of(values: Sequence[str]) -> Scheme | None:
    """Return the scheme of the tags in a column, or ``None`` if the column holds other things.

    Few bad tags do not hide a scheme; their sentences are rejected later.
    """
    counts = Counter(values)
    outside = next((sign for sign in ("O", "o", *_OTHER_OUTSIDE) if sign in counts), "O")
    labelled = {value: count for value, count in counts.items() if value != outside}
    if not labelled:
        return Scheme(outside=outside, lower=outside == "o") if outside in "Oo" else None
    scheme = next(_with_positions(labelled, outside), None) or _labels_alone(labelled, counts)
    return scheme if scheme and _share(counts, scheme) >= _TAGS_IN_A_COLUMN else None


def labelled(values: Sequence[str], scheme: Scheme) -> int:
    """Return how many values are tags of words inside spans."""
    return sum(value != scheme.outside and scheme.has(value) for value in values)


def _share(counts: Mapping[str, int], scheme: Scheme) -> float:
    return sum(count for value, count in counts.items() if scheme.has(value)) / sum(counts.values())


def _with_positions(labelled: Mapping[str, int], outside: str) -> Iterator[Scheme]:
    standard = Scheme(outside=outside)
    if _share(labelled, standard) >= _STANDARD_TAGS:
        yield standard
    for lower in (False, True):
        for separator in _SEPARATORS:
            yield from _plausible(Scheme("prefix", separator, outside, lower), labelled)
        for separator in _SEPARATORS:
            yield from _plausible(Scheme("suffix", separator, outside, lower), labelled)
        if outside in "Oo":
            yield from _plausible(Scheme("position", "", outside, lower), labelled)


def _plausible(scheme: Scheme, labelled: Mapping[str, int]) -> Iterator[Scheme]:
    """Yield a scheme if most tags are written in it and their positions can form spans."""
    parsed = [scheme.parse(value) for value in labelled if scheme.has(value)]
    positions = {tag.position for tag in parsed if tag}
    if _share(labelled, scheme) >= _OTHER_TAGS and (positions & {"B", "S"} or positions == {"I"}):
        yield scheme


def _labels_alone(labelled: Mapping[str, int], counts: Mapping[str, int]) -> Scheme | None:
    """Return the scheme of labels without positions if the values look like labels.

    ``O`` must be frequent, unlike in tag sets of parts of speech, some of which have an ``O``. A
    label with one letter before a hyphen rather is a tag of an unknown scheme.
    """
    outside = next((sign for sign in "Oo" if sign in counts), None)
    if outside is None or counts[outside] < _OUTSIDE_OF_LABELS * sum(counts.values()):
        return None
    if not all(_LABEL.fullmatch(value) for value in labelled):
        return None
    if len(labelled) == 1 and any(map(_ONE_LETTER.fullmatch, labelled)):
        return None
    return None if any(map(_like_positions, labelled)) else Scheme("label", "", outside)


def _like_positions(value: str) -> bool:
    return STANDARD.has(value) or (value[-2:-1] in _SEPARATORS and value[-1:] in LETTERS)
