"""Joining of the links of two directions into one alignment (Koehn, Och and Marcu 2003)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from crosslabel.projection.links.given import Link

Symmetrisation = Literal["intersection", "union", "forward", "backward", "grow"]
SYMMETRISATIONS: tuple[Symmetrisation, ...] = get_args(Symmetrisation)
_NEIGHBOURS = ((-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))


def symmetrised(forward: set[Link], backward: set[Link], how: Symmetrisation) -> set[Link]:
    """Return the links of both directions as one set.

    Args:
        forward, backward: both as (source word, target word).
        how: ``grow`` is grow-diag-final-and.
    """
    return _RULES[how](forward, backward)


def _grow_diag_final_and(forward: set[Link], backward: set[Link]) -> set[Link]:
    links = _grow_diag(forward, backward)
    for direction in (forward, backward):
        for link in sorted(direction - links):
            if _free(link, 0, links) and _free(link, 1, links):
                links.add(link)
    return links


def _grow_diag(forward: set[Link], backward: set[Link]) -> set[Link]:
    """Return the links of both directions and their neighbours that reach a free word."""
    union, links = forward | backward, forward & backward
    before = -1
    while len(links) > before:
        before = len(links)
        for i, j in sorted(union):
            if (i, j) in links:
                for link in ((i + a, j + b) for a, b in _NEIGHBOURS):
                    if link in union and (_free(link, 0, links) or _free(link, 1, links)):
                        links.add(link)
    return links


def _free(link: Link, side: int, links: set[Link]) -> bool:
    return all(other[side] != link[side] for other in links)


_RULES: dict[Symmetrisation, Callable[[set[Link], set[Link]], set[Link]]] = {
    "intersection": lambda forward, backward: forward & backward,
    "union": lambda forward, backward: forward | backward,
    "forward": lambda forward, backward: set(forward),
    "backward": lambda forward, backward: set(backward),
    "grow": _grow_diag_final_and,
}
