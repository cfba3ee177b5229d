"""Quality of word links against links set by hand (Och and Ney 2003, section 5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from crosslabel.projection.links.given import Link


@dataclass(slots=True)
class ErrorRate:
    """Counts over the pairs of a gold set.

    Possible links may be set, sure ones must be: precision counts links that are possible or sure,
    recall counts sure links that were set. A set that makes no difference calls all of them sure.

    Attributes:
        links: links that were set.
        sure: sure links.
        allowed: set links that are possible or sure.
        found: set links that are sure.
    """

    links: int = 0
    sure: int = 0
    allowed: int = 0
    found: int = 0

    def add(self, links: Iterable[Link], sure: Collection[Link], possible: Iterable[Link]) -> None:
        """Count one pair; ``possible`` may repeat the sure links or leave them out."""
        guessed, certain = set(links), set(sure)
        self.links += len(guessed)
        self.sure += len(certain)
        self.allowed += len(guessed & (certain | set(possible)))
        self.found += len(guessed & certain)

    @property
    def precision(self) -> float:
        """Share of set links that are possible or sure; 1 if none was set."""
        return self.allowed / self.links if self.links else 1.0

    @property
    def recall(self) -> float:
        """Share of sure links that were set; 1 if there are none."""
        return self.found / self.sure if self.sure else 1.0

    @property
    def rate(self) -> float:
        """Alignment error rate; 0 if there are neither links nor sure links."""
        size = self.links + self.sure
        return 1 - (self.found + self.allowed) / size if size else 0.0


def alignment_error_rate(
    links: Iterable[Iterable[Link]],
    sure: Iterable[Collection[Link]],
    possible: Iterable[Iterable[Link]],
) -> float:
    """Alignment error rate over all pairs of a set, as a fraction.

    Args:
        links, sure, possible: per pair the links set, the sure and the possible gold links.
    """
    counts = ErrorRate()
    for own in zip(links, sure, possible, strict=True):
        counts.add(*own)
    return counts.rate
