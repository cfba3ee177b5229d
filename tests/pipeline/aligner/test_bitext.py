"""Bitext: bad lines are counted and named, never fatal unless there are no others."""

from __future__ import annotations

import gzip
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crosslabel.pipeline.aligner.bitext import Bitext, evenly
from crosslabel.projection.errors import InputError
from tests.unmarked import is_unmarked

GOOD = b"a house\tein Haus"


def _bitext(folder: Path, *lines: bytes, name: str = "de.tsv") -> Bitext:
    path = folder / name
    content = b"".join(line + b"\n" for line in lines)
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return Bitext(path, "en", "de")


@pytest.mark.parametrize("name", ["de.tsv", "de.tsv.gz"])
def test_usable_lines_are_read_in_order(tmp_path: Path, name: str) -> None:
    bitext = _bitext(tmp_path, GOOD, "two\tüber zwei".encode(), name=name)
    bitext.check()
    assert list(bitext.read()) == [("a house", "ein Haus"), ("two", "über zwei")]
    assert bitext.contents().warning is None


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"no tab", "1 columns where source, tab, target belong"),
        (b"one\ttwo\tthree", "3 columns"),
        (b"one\t  ", "one side is empty"),
        (b"", "1 columns"),
        (b"one\t\xff", "not UTF-8 (byte 5)"),
    ],
)
def test_bad_lines_are_counted_and_the_first_is_named(
    tmp_path: Path, line: bytes, problem: str
) -> None:
    bitext = _bitext(tmp_path, GOOD, line, GOOD, b"again")
    bitext.check()
    found = bitext.contents()
    assert (found.usable, found.bad) == (2, 2)
    assert found.warning
    assert found.warning.startswith(f"de.tsv, row 2: {problem}")
    assert found.warning.endswith("; 2 of 4 lines are left out")
    assert len(list(bitext.read())) == 2


@pytest.mark.parametrize(("lines", "problem"), [([], "the file is empty"), ([b"x"], "1 columns")])
def test_nothing_to_learn_from_is_an_error(
    tmp_path: Path, lines: list[bytes], problem: str
) -> None:
    bitext = _bitext(tmp_path, *lines)
    with pytest.raises(InputError, match=rf"de\.tsv: no line can be used \({problem}"):
        bitext.check()


def test_missing_and_damaged_files_are_errors_of_one_line(tmp_path: Path) -> None:
    damaged = _bitext(tmp_path, *[GOOD] * 50, name="de.tsv.gz")
    damaged.path.write_bytes(damaged.path.read_bytes()[:-12])
    for bitext in (Bitext(tmp_path / "none.tsv", "en", "de"), damaged):
        with pytest.raises(InputError, match=r"cannot be read on [^\n]*$"):
            bitext.contents()


@given(st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"")), max_size=6))
def test_every_line_is_either_read_or_counted_as_bad(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    assume(is_unmarked(b"\n".join(lines)))
    bitext = _bitext(tmp_path_factory.mktemp("bitext"), *lines)
    found = bitext.contents()
    assert found.usable + found.bad == len(lines)
    assert len(list(bitext.read())) == found.usable


@given(st.integers(0, 200), st.integers(0, 250))
def test_items_are_picked_at_even_distances(total: int, wanted: int) -> None:
    picked = list(evenly(range(total), total, wanted))
    assert len(picked) == min(total, wanted)
    distances = {b - a for a, b in pairwise(picked)}
    assert picked == sorted(picked)
    assert not distances or max(distances) - min(distances) <= 1
