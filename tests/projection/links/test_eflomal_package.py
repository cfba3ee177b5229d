"""What goes to eflomal and what is made of its files; the package itself is not needed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.projection.errors import InputError
from crosslabel.projection.links.eflomal_package import (
    EflomalPackage,
    joined,
    read_directions,
    sentence_lines,
)


def written(folder: Path, forward: str, backward: str) -> tuple[Path, Path]:
    paths = folder / "forward", folder / "backward"
    for path, text in zip(paths, (forward, backward), strict=True):
        path.write_text(text, "utf-8")
    return paths


@given(st.lists(st.lists(st.text(min_size=1, max_size=4), min_size=1, max_size=4), max_size=4))
def test_every_word_is_one_token_of_its_line(sentences: list[list[str]]) -> None:
    text = sentence_lines(sentences)
    lines = text.split("\n")[:-1]
    assert [len(line.split()) for line in lines] == [len(words) for words in sentences]


def test_words_are_lower_cased_and_keep_no_spaces() -> None:
    assert sentence_lines([["New York", "IST"], ["\u3000"]]) == "new_york ist\n_\n"


def test_directions_are_read_line_by_line(tmp_path: Path) -> None:
    paths = written(tmp_path, "0-0 1-1\n\n2-0\n", "0-0\n1-0\n\n")
    assert list(read_directions(*paths, 2)) == [({(0, 0), (1, 1)}, {(0, 0)}), (set(), {(1, 0)})]


def test_too_few_lines_name_the_file(tmp_path: Path) -> None:
    paths = written(tmp_path, "0-0\n0-0\n", "0-0\n")
    with pytest.raises(InputError, match="backward: 1 lines of links for 2 pairs"):
        list(read_directions(*paths, 2))


def test_joined_links_score_by_how_many_directions_have_them() -> None:
    links = joined({(1, 1), (0, 0)}, {(0, 0), (1, 0)}, "union")
    assert links.pairs.tolist() == [[0, 0], [1, 0], [1, 1]]
    assert links.scores.tolist() == [1.0, 0.5, 0.5]
    assert joined(set(), set(), "grow").pairs.shape == (0, 2)


def test_a_missing_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "eflomal", None)
    with pytest.raises(InputError, match=r"pip install 'crosslabel\[eflomal\]'"):
        EflomalPackage()


def test_an_unknown_symmetrisation_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match="intersection or union or forward or backward or grow"):
        EflomalPackage(symmetrisation="diagonal")
