"""Joining two directions, against the published pseudo-code."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crosslabel.projection.links.symmetrisation import SYMMETRISATIONS, symmetrised

Cells = set[tuple[int, int]]
SIZE = 5
NEIGHBOURS = [(-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1)]
cells = st.sets(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), max_size=10)


def grow_diag_final_and(forward: Cells, backward: Cells) -> Cells:
    """Koehn (2010), Statistical Machine Translation, section 4.5.3, cell by cell."""
    union, links = forward | backward, forward & backward

    def free_row(i: int) -> bool:
        return not any((i, j) in links for j in range(SIZE))

    def free_column(j: int) -> bool:
        return not any((i, j) in links for i in range(SIZE))

    added = True
    while added:
        added = False
        for i in range(SIZE):
            for j in range(SIZE):
                if (i, j) not in links:
                    continue
                for a, b in NEIGHBOURS:
                    new = i + a, j + b
                    if (free_row(new[0]) or free_column(new[1])) and new in union:
                        links.add(new)
                        added = True
    for direction in (forward, backward):
        for i in range(SIZE):
            for j in range(SIZE):
                if free_row(i) and free_column(j) and (i, j) in direction:
                    links.add((i, j))
    return links


@given(cells, cells)
def test_grow_equals_the_published_code(forward: Cells, backward: Cells) -> None:
    given_cells = set(forward), set(backward)
    assert symmetrised(forward, backward, "grow") == grow_diag_final_and(*given_cells)
    assert (forward, backward) == given_cells


@given(cells, cells)
def test_every_rule_lies_between_intersection_and_union(forward: Cells, backward: Cells) -> None:
    found = {how: symmetrised(forward, backward, how) for how in SYMMETRISATIONS}
    assert found["intersection"] == forward & backward and found["union"] == forward | backward
    assert found["forward"] == forward and found["backward"] == backward
    assert found["intersection"] <= found["grow"] <= found["union"]
