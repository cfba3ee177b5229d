"""The quality of word links against manually set links (Och and Ney 2003, section 5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from crosslabel.projection.links.given import Link


@dataclass(slots=True)
class ErrorRate:
    """Counts over the pairs of a gold set.

    Possible links may be set, sure links must be set: precision counts links that are possible or
    sure, recall counts sure links that were set. In a gold set without this distinction all links
    are sure.

    Attributes:
        links: number of links that were set.
        sure: number of sure links.
        allowed: number of set links that are possible or sure.
        hits: number of set links that are sure.
    """

    links: int = 0
    sure: int = 0
    allowed: int = 0
    hits: int = 0

    def add(self, links: Iterable[Link], sure: Collection[Link], possible: Iterable[Link]) -> None:
        """Count one pair; ``possible`` may repeat the sure links or leave them out."""
        guessed, certain = set(links), set(sure)
        self.links += len(guessed)
        self.sure += len(certain)
        self.allowed += len(guessed & (certain | set(possible)))
        self.hits += len(guessed & certain)

    @property
    def precision(self) -> float:
        """Share of set links that are possible or sure; 1 if no link was set."""
        return self.allowed / self.links if self.links else 1.0

    @property
    def recall(self) -> float:
        """Share of sure links that were set; 1 if there are no sure links."""
        return self.hits / self.sure if self.sure else 1.0

    @property
    def rate(self) -> float:
        """Alignment error rate; 0 if there are neither links nor sure links."""
        size = self.links + self.sure
        return 1 - (self.hits + self.allowed) / size if size else 0.0


def alignment_error_rate(
    links: Iterable[Iterable[Link]],
    sure: Iterable[Collection[Link]],
    possible: Iterable[Iterable[Link]],
) -> float:
    """Return the alignment error rate over all pairs of a set, as a fraction.

    Args:
        links, sure, possible: per pair the set links, the sure and the possible gold links.
    """
    counts = ErrorRate()
    for pair in zip(links, sure, possible, strict=True):
        counts.add(*pair)
    return counts.rate
