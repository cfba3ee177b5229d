"""What a model for another language is made from."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from training.text.bitext import read_bitext, without_tests
from training.translation.vocabulary import Vocabulary, train_unigram
from training.translation.warm_start import borrowed, warm_start

ROOT = Path(__file__).parents[2]
PARENT = ROOT / "data" / "models" / "mt-en-de-es"
PAIRS = [("The minister is in Nairobi today.", "Waziri yuko Nairobi leo."),
         ("Today is a good day!", "Leo ni siku nzuri!")]


@pytest.fixture
def bitext(tmp_path: Path) -> Path:
    """A file of the pairs, one of them twice, and a line that is no pair."""
    path = tmp_path / "pairs.tsv.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines("\t".join(pair) + "\n" for pair in [*PAIRS, PAIRS[0]])
        file.write("no pair\n")
    return path


def test_equal_pairs_count_once(bitext: Path) -> None:
    assert read_bitext(bitext) == PAIRS


@given(side=st.sampled_from([0, 1]), number=st.sampled_from([0, 1]), upper=st.booleans())
def test_a_test_sentence_is_found_whatever_its_marks(
    tmp_path_factory: pytest.TempPathFactory, side: int, number: int, upper: bool
) -> None:
    text = PAIRS[number][side]
    tokens = [*text.strip(".!").split(), ".", "”"]
    row = {"tokens": [token.upper() if upper else token for token in tokens]}
    path = tmp_path_factory.mktemp("test") / "test.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert without_tests(PAIRS, [path]) == [PAIRS[1 - number]]


def test_no_pair_is_left_out_for_part_of_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "test.jsonl"
    path.write_text(json.dumps({"tokens": ["Leo", "ni", "siku"]}) + "\n", encoding="utf-8")
    assert without_tests(PAIRS, [path]) == PAIRS


def test_a_new_piece_gets_the_vector_of_the_piece_it_is_linked_with() -> None:
    torch.manual_seed(0)
    known, links = torch.randn(50, 64), torch.nn.functional.normalize(torch.randn(50, 32), dim=-1)
    made = borrowed(known, links, links)
    near = torch.nn.functional.normalize(made, dim=-1) @ torch.nn.functional.normalize(known).T
    assert (near.argmax(-1) == torch.arange(50)).float().mean() > 0.95
    assert made.std() == pytest.approx(known.std().item(), rel=0.05)


def test_pieces_the_parent_has_keep_its_vectors(tmp_path: Path) -> None:
    from transformers import MarianMTModel

    lines = [f"{text} {number}" for number in range(30) for pair in PAIRS for text in pair]
    pieces = tmp_path / "pieces.model"
    train_unigram(lines, pieces.with_suffix(""))
    own = Vocabulary(pieces, ("sw", "en"))
    vectors = torch.nn.functional.normalize(torch.randn(len(own), 16), dim=-1)
    model = warm_start(own, PARENT / "torch", vectors)
    parent = MarianMTModel.from_pretrained(PARENT / "torch", dtype=torch.float32)
    known = json.loads((PARENT / "torch" / "vocab.json").read_text(encoding="utf-8"))
    shared = [piece for piece in own.ids if piece in known and piece != "<pad>"]
    assert {">>en<<", "</s>", "▁", "e"} <= set(shared)
    ours = model.model.shared.weight[[own.ids[piece] for piece in shared]]
    theirs = parent.model.shared.weight[[known[piece] for piece in shared]]
    assert torch.equal(ours, theirs)
    layers = {name: value for name, value in parent.state_dict().items() if ".layers." in name}
    assert layers
    assert all(torch.equal(model.state_dict()[name], value) for name, value in layers.items())
