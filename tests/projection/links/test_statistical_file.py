"""The statistical aligner's file: what is saved comes back, anything else is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import TextPair
from crosslabel.projection.links.statistical import StatisticalAligner
from tests.projection.links.statistical_cases import (
    assert_same,
    linked_words,
    pair_of,
    sample_pairs,
    words_of,
)


@pytest.fixture(scope="module")
def pairs() -> list[TextPair]:
    return sample_pairs("de")


@pytest.fixture(scope="module")
def aligner(pairs: list[TextPair]) -> StatisticalAligner:
    return StatisticalAligner.train(words_of(pairs), 0.01)


def test_training_twice_gives_equal_files(pairs: list[TextPair], tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a", "b")]
    for file in files:
        StatisticalAligner.train(words_of(pairs)).save(file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_saved_aligner_links_as_before(
    pairs: list[TextPair], aligner: StatisticalAligner, tmp_path: Path
) -> None:
    aligner.save(tmp_path / "model")
    loaded = StatisticalAligner.load(tmp_path / "model", 0.01)
    assert loaded.trained_on == aligner.trained_on == len(pairs)
    assert_same(loaded.align(pairs), aligner.align(pairs))


@pytest.mark.parametrize("word", ["New\nYork", "\u2028", "中", "half\ud800", "a b"])
def test_any_word_survives_saving(word: str, tmp_path: Path) -> None:
    bitext = [([word, "is"], ["ist", word]), (["it", "is"], ["es", "ist"])]
    trained = StatisticalAligner.train(bitext)
    trained.save(tmp_path / "model")
    pair = pair_of([word, "is"], ["ist", word])
    links = trained.align([pair])
    assert (word, word) in linked_words(links[0], pair)
    assert_same(StatisticalAligner.load(tmp_path / "model").align([pair]), links)


def _file(path: Path, meta: dict[str, str] | None) -> Path:
    save_file({"keys": np.zeros(1)}, path, meta)
    return path


@pytest.mark.parametrize("meta", [
    None, {"statistical": "3"}, {"statistical": "null"}, {"statistical": "{"},
    {"statistical": "[1, 5]"}, {"statistical": json.dumps([99, 5])},
])
def test_another_file_is_refused_in_one_line(meta: dict[str, str] | None, tmp_path: Path) -> None:
    path = _file(tmp_path / "other.safetensors", meta)
    with pytest.raises(InputError, match=r"other.safetensors: .*; train it again$") as caught:
        StatisticalAligner.load(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [None, b"", b"no tensors" * 9])
def test_a_missing_or_broken_file_is_refused_in_one_line(
    content: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / "model"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"model: .*; train it again$") as caught:
        StatisticalAligner.load(path)
    assert "\n" not in str(caught.value)


def test_a_cut_file_is_refused(aligner: StatisticalAligner, tmp_path: Path) -> None:
    path = tmp_path / "model"
    aligner.save(path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match="train it again"):
        StatisticalAligner.load(path)
