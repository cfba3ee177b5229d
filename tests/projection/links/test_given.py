"""Pharaoh files and links from outside."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Links, TextPair
from crosslabel.projection.links.given import (
    GivenLinks,
    format_pharaoh,
    parse_pharaoh,
    read_pharaoh,
)
from crosslabel.projection.words import side_from_tokens

PAIR = TextPair("a", side_from_tokens(["x", "y"], "en"), side_from_tokens(["z"], "de"), ())


@given(st.sets(st.tuples(st.integers(0, 9999), st.integers(0, 9999)), max_size=20))
def test_pharaoh_round_trip(cells: set[tuple[int, int]]) -> None:
    pairs = np.array(sorted(cells), np.int32).reshape(-1, 2)
    line = format_pharaoh(Links(pairs, np.ones(len(cells), np.float32)))
    assert parse_pharaoh(line) == tuple(sorted(cells))


@given(st.text(max_size=20))
def test_pharaoh_reads_or_refuses_any_text(text: str) -> None:
    try:
        assert all(i >= 0 and j >= 0 for i, j in parse_pharaoh(text))
    except InputError as error:
        assert "is not a link" in str(error)


@pytest.mark.parametrize("line", ["0-0 1", "0-0 -1-2", "1:2", "a-b", "0-0,1-1"])
def test_a_bad_link_names_file_and_row(tmp_path: Path, line: str) -> None:
    path = tmp_path / "x.links"
    path.write_text(f"0-0\n{line}\n")
    with pytest.raises(InputError, match=r"x\.links, row 2: .* is not a link"):
        list(read_pharaoh(path))


def test_lines_follow_the_rows_of_the_pair_file(tmp_path: Path) -> None:
    path = tmp_path / "x.links.gz"
    path.write_bytes(gzip.compress(b"0-0 1-0\n\n1-0\n"))
    source = GivenLinks.from_pharaoh(path, ["b", None, "a"])
    assert source.align([PAIR])[0].pairs.tolist() == [[1, 0]]


def test_the_number_of_lines_must_fit(tmp_path: Path) -> None:
    path = tmp_path / "x.links"
    path.write_text("0-0\n")
    with pytest.raises(InputError, match="1 lines of links for 2 pairs"):
        GivenLinks.from_pharaoh(path, ["a", "b"])


def test_links_by_id_and_name(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({"id": "a", "alignments": {"one": "0-0", "two": "1-0"}}) + "\n")
    source = GivenLinks.from_jsonl(path, "two")
    assert source.name == "two" and source.align([PAIR])[0].pairs.tolist() == [[1, 0]]
    with pytest.raises(InputError, match="no links named 'six'; it has: one, two"):
        GivenLinks.from_jsonl(path, "six")


@pytest.mark.parametrize("row", ["{", "[]", '{"id": 1, "alignments": {}}', '{"id": "a"}',
                                 '{"id": "a", "alignments": {"one": [1]}}',
                                 '{"id": "a", "alignments": {"one": "0"}}'])
def test_a_bad_row_of_links_is_named(tmp_path: Path, row: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(row + "\n")
    with pytest.raises(InputError, match=r"x\.jsonl, row 1: "):
        GivenLinks.from_jsonl(path, "one")


def test_links_out_of_range_are_dropped_and_counted() -> None:
    source = GivenLinks({"a": [(0, 0), (2, 0), (1, 1), (5, 5)]})
    assert source.align([PAIR])[0].pairs.tolist() == [[0, 0]]
    assert source.dropped == {"source word out of range": 2, "target word out of range": 1}


def test_a_pair_without_links_says_so() -> None:
    links = GivenLinks({}).align([PAIR])[0]
    assert len(links.pairs) == 0 and links.reason == "no links given for this pair"
