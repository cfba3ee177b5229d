"""Signs that files write in place of the class of a text that has none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from crosslabel.projection.errors import InputError
from crosslabel.projection.files.lines import lines

SIGNS = frozenset({"-1", "-"})
"""Labels that may say that a text has none: GLUE's test sets and SNLI on the hub have -1, the files
of SNLI and MultiNLI have ``-`` if annotators did not agree."""

_SIGN = re.compile(rb'-(?<![^\t,:" ]-)(?:1(?:\.0)?)?\s*(?:$|["\t,}])')
"""It begins with its only fixed character, by which a line is searched fastest."""


def may_hold_signs(path: Path) -> bool:
    """Return whether a sign stands alone between the separators of any line of a text file.

    Raises:
        InputError: the file cannot be read.
    """
    return any(_SIGN.search(line) for _, line in lines(path))


def missing_signs(labels: Iterable[str], allowed: Collection[str]) -> frozenset[str]:
    """Return which signs among the labels of a file mean "no label".

    Args:
        labels: all labels of the file.
        allowed: labels that are classes by the recipe or the file.

    Raises:
        InputError: a sign may be a class as well.
    """
    present = set(labels)
    signs = {sign for sign in SIGNS & present if sign not in allowed}
    others = present - SIGNS
    if not signs or not others:
        return frozenset(signs)
    if all(map(_is_name, others)) or _counts_from_zero(others):
        return frozenset(signs)
    listed = ", ".join(sorted(present)[:10])
    raise InputError(f"the label {' and '.join(sorted(map(repr, signs)))} may mean 'no label' or "
                     f"be a class (the labels are {listed}); list the classes in source.labels")


def _is_name(label: str) -> bool:
    return any(char.isalpha() for char in label)


def _counts_from_zero(labels: Collection[str]) -> bool:
    return "0" in labels and all(label.isdecimal() for label in labels)
