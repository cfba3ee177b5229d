"""Numbered sentence pairs against dictionaries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crosslabel.projection.links import bitext
from crosslabel.projection.links.bitext import Indexed, index

sentences = st.lists(st.sampled_from(["a", "b", "c", "d", "é", "中"]), max_size=5)
bitexts = st.lists(st.tuples(sentences, sentences), max_size=8)


def numbered(words: list[str]) -> dict[str, int]:
    return {word: number for number, word in enumerate(dict.fromkeys(words))}


def check(found: Indexed, pairs: list[tuple[list[str], list[str]]]) -> None:
    """Compare every field with its definition."""
    source = numbered([word for pair in pairs for word in pair[0]])
    target = numbered([word for pair in pairs for word in pair[1]])
    assert found.source_words == tuple(source) and found.target_words == tuple(target)
    cells = [source[s] * len(target) + target[t] for ours, theirs in pairs
             for s in ours for t in theirs]
    assert found.keys.tolist() == sorted(set(cells))
    corpus = found.corpus
    assert found.keys[corpus.cells].tolist() == cells
    assert corpus.source.tolist() == [source[word] for pair in pairs for word in pair[0]]
    assert corpus.target.tolist() == [target[word] for pair in pairs for word in pair[1]]
    sizes = [(len(s), len(t), len(s) * len(t)) for s, t in pairs]
    for column, starts in enumerate(
        (corpus.source_starts, corpus.target_starts, corpus.cell_starts)
    ):
        assert starts.tolist() == np.cumsum([0, *(size[column] for size in sizes)]).tolist()


@given(bitexts)
def test_index_is_what_dictionaries_say(pairs: list[tuple[list[str], list[str]]]) -> None:
    check(index(pairs), pairs)


@given(bitexts, st.integers(1, 20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_blocks_make_no_difference(
    monkeypatch: pytest.MonkeyPatch, pairs: list[tuple[list[str], list[str]]], size: int
) -> None:
    monkeypatch.setattr(bitext, "_CELLS_PER_BLOCK", size)
    check(index(pairs), pairs)


def test_entries_name_their_words() -> None:
    found = index([(["b", "a"], ["x"]), (["a"], ["y", "x"])])
    left, right = found.entry_words()
    words = {(found.source_words[i], found.target_words[j])
             for i, j in zip(left, right, strict=True)}
    assert words == {("b", "x"), ("a", "x"), ("a", "y")}
