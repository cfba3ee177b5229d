"""What a written file holds, and what its format could not say."""

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
        rows: how many it holds.
        left_out: id and reason of each row that the format cannot say.
        losses: how many of what is missing from the rows that were written.
    """

    rows: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)
    losses: Counter[str] = field(default_factory=Counter)


def said(
    examples: Iterable[Example], say: Callable[[Example, Counter[str]], str], written: WrittenRows
) -> Iterator[str]:
    """The rows as text, one after the other; those that cannot be said are noted.

    Args:
        say: the text of one example, which counts what it loses; an :class:`InputError` of it
            leaves the example out.
    """
    for example in examples:
        losses: Counter[str] = Counter()
        try:
            text = say(example, losses)
        except InputError as error:
            written.left_out.append((example.id, str(error)))
            continue
        written.rows += 1
        written.losses += losses
        yield text
