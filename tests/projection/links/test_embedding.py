"""Links of the batched aligner against the simalign package, on real text."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from crosslabel.pipeline.models.find import encoder_model
from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Side, TextPair
from crosslabel.projection.links.embedding import METHODS, EmbeddingAligner
from crosslabel.projection.links.encoder import TransformerEncoder
from crosslabel.projection.links.softmax import Similarity, Softmax
from crosslabel.projection.words import side_from_tokens, word_ranges
from tests.projection.conftest import sample_rows

TIE = 1e-5


def sample_pairs() -> list[TextPair]:
    rows = sample_rows("de") + sample_rows("es")
    return [TextPair(row["id"], side(row["source"]), side(row["target"]), ()) for row in rows]


def side(given: dict) -> Side:
    return Side(given["text"], word_ranges(given["text"], given["lang"]), given["lang"])


def public_pairs(data: Path) -> Iterator[TextPair]:
    for name in ("europarl-ner.en-es", "xsid.en-de", "uner-pud.en-zh"):
        with gzip.open(data / "projection" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            for row in [json.loads(line) for line in file][:100]:
                sides = [side_from_tokens(row[s]["tokens"], row[s]["lang"])
                         for s in ("source", "target")]
                yield TextPair(row["id"], sides[0], sides[1], ())


@pytest.fixture(scope="module", params=["tiny", "shipped"])
def model(request: pytest.FixtureRequest, tiny_encoder: Path) -> tuple[Path, int]:
    if request.param == "tiny":
        return tiny_encoder, 3
    shipped = encoder_model("e5-small")
    assert shipped.manifest.layer is not None
    return shipped.path, shipped.manifest.layer


def assert_like_simalign(pairs: list[TextPair], model: tuple[Path, int]) -> None:
    """Every pair has the links of simalign, unless two of its similarities nearly tie."""
    from simalign import SentenceAligner

    folder, layer = model
    peer = SentenceAligner(str(folder), matching_methods="ai", device="cpu", layer=layer)
    limit = peer.embed_loader.tokenizer.model_max_length
    encoder = TransformerEncoder(str(folder), layer=layer, device="cpu")
    ours = {m: EmbeddingAligner(encoder, m).align(pairs) for m in ("inter", "itermax")}
    compared = tied = 0
    for number, pair in enumerate(pairs):
        words = pair.source.surface(), pair.target.surface()
        encoded = encoder.encode(words)
        if np.diff(encoded.starts).max() > limit - 2:
            continue  # simalign cuts off the rest of such sentences
        theirs = peer.get_word_aligns(*map(list, words))
        for method, links in ours.items():
            compared += 1
            if links[number].pairs.tolist() != [list(link) for link in theirs[method]]:
                assert nearly_tied(encoded.vectors, encoded.starts[1])
                tied += 1
    assert compared > len(pairs) and tied <= compared / 50


def nearly_tied(vectors: np.ndarray, cut: int) -> bool:
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    similarity = (unit[:cut] @ unit[cut:].T + 1) / 2
    for free in (1.0, 0.9):
        for lines in (similarity * free, similarity.T * free):
            candidates = np.sort(np.concatenate([lines, lines / free * 0.9], axis=1), axis=1)
            if (np.diff(candidates[:, -4:], axis=1) < TIE).any():
                return True
    return False


def test_links_equal_simalign_on_the_samples(model: tuple[Path, int]) -> None:
    assert_like_simalign(sample_pairs()[::8], model)


@pytest.mark.slow
@pytest.mark.data
def test_links_equal_simalign_on_public_pairs(
    model: tuple[Path, int], crosslabel_data: Path
) -> None:
    assert_like_simalign(list(public_pairs(crosslabel_data)), model)


@pytest.fixture(scope="module")
def aligner(tiny_encoder: Path) -> EmbeddingAligner:
    return EmbeddingAligner(TransformerEncoder(str(tiny_encoder), device="cpu"))


def test_a_pair_aligns_alike_alone_and_in_a_batch(aligner: EmbeddingAligner) -> None:
    pairs = sample_pairs()[:40]
    together = aligner.align(pairs)
    for pair, links in zip(pairs, together, strict=True):
        alone = aligner.align([pair])[0]
        assert alone.pairs.tolist() == links.pairs.tolist()
        np.testing.assert_allclose(alone.scores, links.scores, atol=1e-5)


def test_sides_without_words_give_no_links(aligner: EmbeddingAligner) -> None:
    empty, full = Side(" ", (), "de"), side_from_tokens(["Anna"], "en")
    pairs = [TextPair("1", full, empty, ()), TextPair("2", empty, full, ()),
             TextPair("3", full, full, ())]
    assert [len(links.pairs) for links in aligner.align(pairs)] == [0, 0, 1]
    assert aligner.align([]) == []


def test_scores_lie_between_zero_and_one(aligner: EmbeddingAligner) -> None:
    scores = np.concatenate([links.scores for links in aligner.align(sample_pairs())])
    assert scores.dtype == np.float32 and scores.min() >= 0 and scores.max() <= 1 + 1e-6


class CountingEncoder(TransformerEncoder):
    calls = 0

    def encode(self, sentences):
        self.calls += 1
        return super().encode(sentences)


def test_the_same_sources_are_encoded_once_for_two_languages(tiny_encoder: Path) -> None:
    encoder = CountingEncoder(str(tiny_encoder), device="cpu")
    aligner = EmbeddingAligner(encoder)
    pairs = sample_pairs()
    german, spanish = pairs[:72], pairs[72:]
    aligner.align(german)
    second = aligner.align(spanish)
    assert encoder.calls == 3
    fresh = EmbeddingAligner(encoder).align(spanish)
    assert [a.scores.tobytes() for a in second] == [b.scores.tobytes() for b in fresh]


def test_a_pair_too_long_to_align_says_so(
    aligner: EmbeddingAligner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crosslabel.projection.links.sides.MAX_CELLS", 4)
    pair = sample_pairs()[0]
    links = aligner.align([pair])[0]
    assert len(links.pairs) == 0 and links.reason == "too long to align"


def test_an_unknown_method_lists_the_known_ones(tiny_encoder: Path) -> None:
    with pytest.raises(InputError, match="inter or itermax or softmax"):
        EmbeddingAligner(TransformerEncoder(str(tiny_encoder)), "mwmf")


def test_several_methods_come_from_one_encoding(tiny_encoder: Path) -> None:
    encoder = CountingEncoder(str(tiny_encoder), device="cpu")
    pairs = sample_pairs()
    together = EmbeddingAligner(encoder).align_many(pairs, METHODS)
    assert encoder.calls == 2
    for method, links in together.items():
        alone = EmbeddingAligner(encoder, method).align(pairs)
        assert [a.pairs.tolist() for a in alone] == [b.pairs.tolist() for b in links]
        assert [a.scores.tobytes() for a in alone] == [b.scores.tobytes() for b in links]


def softmax_links(
    source: np.ndarray, target: np.ndarray, options: Softmax
) -> dict[tuple[int, int], float]:
    """Sub-word links of one pair in plain numpy, with their scores."""
    left, right = source.astype(float), target.astype(float)
    if options.similarity == "cosine":
        left, right = (v / np.linalg.norm(v, axis=1, keepdims=True) for v in (left, right))
    height, width = len(left), len(right)
    apart = np.abs(np.arange(0.5, height)[:, None] / height - np.arange(0.5, width) / width)
    logits = left @ right.T / options.temperature - options.distance * apart * max(height, width)
    forward, backward = (
        np.exp(logits - np.logaddexp.reduce(logits, axis=axis, keepdims=True)) for axis in (1, 0)
    )
    cells = np.argwhere(np.minimum(forward, backward) > options.threshold).tolist()
    return {(i, j): float(np.sqrt(forward[i, j] * backward[i, j])) for i, j in cells}


@pytest.mark.parametrize("similarity", ["cosine", "dot"])
def test_softmax_links_equal_plain_numpy(tiny_encoder: Path, similarity: Similarity) -> None:
    encoder = TransformerEncoder(str(tiny_encoder), device="cpu")
    options = Softmax(0.05 if similarity == "cosine" else 1.0, 0.01, similarity)
    pairs = sample_pairs()
    found = EmbeddingAligner(encoder, "softmax", softmax=options).align(pairs)
    several = 0
    for pair, links in zip(pairs, found, strict=True):
        encoded = encoder.encode([pair.source.surface(), pair.target.surface()])
        cut = encoded.starts[1]
        cells = softmax_links(encoded.vectors[:cut], encoded.vectors[cut:], options)
        best: dict[tuple[int, int], float] = {}
        for (i, j), score in cells.items():
            link = int(encoded.words[i, 0]), int(encoded.words[cut + j, 0])
            best[link] = max(score, best.get(link, 0.0))
        near = {link for link, score in best.items() if score < 0.0102}
        given = set(map(tuple, links.pairs.tolist()))
        assert given | near == best.keys() | near
        for link, score in zip(map(tuple, links.pairs.tolist()), links.scores, strict=True):
            assert score == pytest.approx(best.get(link, score), rel=1e-3)
        several += len(given) > max(len(pair.source.words), len(pair.target.words))
    assert several


def test_a_low_threshold_keeps_every_link_of_a_high_one(tiny_encoder: Path) -> None:
    encoder = TransformerEncoder(str(tiny_encoder), device="cpu")
    low, high = (
        EmbeddingAligner(encoder, "softmax", softmax=Softmax(threshold=t)).align(sample_pairs())
        for t in (0.01, 0.3)
    )
    pairs = [(set(map(tuple, a.pairs.tolist())), set(map(tuple, b.pairs.tolist())))
             for a, b in zip(low, high, strict=True)]
    assert all(many >= few for many, few in pairs)
    assert sum(len(many) for many, _ in pairs) > sum(len(few) for _, few in pairs)
