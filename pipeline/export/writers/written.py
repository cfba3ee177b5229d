"""Counts of the rows in a written file and of the annotations that its format cannot hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from crosslabel.pipeline.corpus.records import Example
from crosslabel.projection.errors import InputError


@dataclass(slots=True)
class WrittenRows:
    """The rows of a file.

    Attributes:
        rows: number of written rows.
        left_out: id and reason of each row that the format cannot hold.
        losses: number of annotations missing from the written rows, by kind.
    """

    rows: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)
    losses: Counter[str] = field(default_factory=Counter)


def rendered(
    examples: Iterable[Example],
    render: Callable[[Example, Counter[str]], str],
    written: WrittenRows,
) -> Iterator[str]:
    """Yield each row as text, and record the rows that the format cannot hold.

    Args:
        render: returns the text of an example and counts its losses; if it raises
            :class:`InputError`, the example is left out.
        written: rows, left-out rows and losses are added to it.
    """
    for example in examples:
        losses: Counter[str] = Counter()
        try:
            text = render(example, losses)
        except InputError as error:
            written.left_out.append((example.id, str(error)))
            continue
        written.rows += 1
        written.losses += losses
        yield text
