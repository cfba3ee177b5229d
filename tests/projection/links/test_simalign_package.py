"""The simalign package as a link source: the links of our aligner, nothing lost in silence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Side, TextPair
from crosslabel.projection.links.embedding import EmbeddingAligner
from crosslabel.projection.links.encoder import TransformerEncoder
from crosslabel.projection.links.simalign_package import CUT_OFF, SimalignPackage
from crosslabel.projection.words import side_from_tokens, word_ranges
from tests.projection.conftest import sample_rows


def side(given: dict) -> Side:
    return Side(given["text"], word_ranges(given["text"], given["lang"]), given["lang"])


def sample_pairs() -> list[TextPair]:
    return [TextPair(row["id"], side(row["source"]), side(row["target"]), ())
            for row in sample_rows("de")]


@pytest.mark.parametrize("method", ["inter", "itermax"])
def test_links_are_those_of_our_aligner(tiny_encoder: Path, method: str) -> None:
    pairs = sample_pairs()
    theirs = SimalignPackage(str(tiny_encoder), layer=3, method=method, device="cpu").align(pairs)
    encoder = TransformerEncoder(str(tiny_encoder), layer=3, device="cpu")
    ours = EmbeddingAligner(encoder, method).align(pairs)
    fitting = [
        (one, other) for one, other in zip(ours, theirs, strict=True) if other.reason is None
    ]
    equal = [one.pairs.tolist() == other.pairs.tolist() for one, other in fitting]
    assert len(fitting) > 50 and sum(equal) >= 0.95 * len(fitting)  # similarities may tie
    assert all((other.scores == 1).all() for _, other in fitting)


def test_what_simalign_would_cut_off_gets_a_reason(tiny_encoder: Path) -> None:
    aligner = SimalignPackage(str(tiny_encoder), device="cpu")
    short, long = side_from_tokens(["Anna"], "en"), side_from_tokens(["Anna"] * 70, "de")
    one, other = aligner.align([TextPair("1", short, short, ()), TextPair("2", short, long, ())])
    assert one.pairs.tolist() == [[0, 0]] and one.reason is None
    assert len(other.pairs) == 0 and other.reason == CUT_OFF


def test_sides_without_words_give_no_links(tiny_encoder: Path) -> None:
    empty, full = Side(" ", (), "de"), side_from_tokens(["Anna"], "en")
    pairs = [TextPair("1", full, empty, ()), TextPair("2", empty, full, ())]
    found = SimalignPackage(str(tiny_encoder), device="cpu").align(pairs)
    assert [links.pairs.shape for links in found] == [(0, 2), (0, 2)]


def test_the_layer_must_exist(tiny_encoder: Path) -> None:
    with pytest.raises(InputError, match="no hidden layer 9; the model has 0 to 4"):
        SimalignPackage(str(tiny_encoder), layer=9, device="cpu")


def test_a_missing_model_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere: its model cannot be loaded"):
        SimalignPackage(str(tmp_path / "nowhere"))


def test_a_missing_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "simalign", None)
    with pytest.raises(InputError, match=r"pip install 'crosslabel\[simalign\]'"):
        SimalignPackage("any")
