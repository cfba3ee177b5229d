"""Constrained decoding by real networks: exact, in every family, on real sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.projection.all_hypotheses import all_scores
from crosslabel.pipeline.methods.marker_model import DecoderModel
from crosslabel.pipeline.models.convert import convert, translation_model
from crosslabel.pipeline.models.manifest import describe
from crosslabel.pipeline.storage.shipped import SAMPLES
from crosslabel.projection.constrained.search import Searched, SearchOptions
from crosslabel.projection.constrained.source import ConstrainedDecoding
from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import GivenSpan, Side, TextPair
from crosslabel.projection.markers import BRACKETS, CONVENTIONS, LETTERS, Markers, mark
from crosslabel.projection.words import word_ranges
from tests.pipeline import tiny_families

UNLIMITED = SearchOptions(best=3, budget=10**9)
SHIPPED = "mt-en-de-es"


def sample_pairs(lang: str, words: int) -> Iterator[TextPair]:
    """Pairs of the shipped samples with targets of at most so many words."""
    for line in (SAMPLES / f"ner.en-{lang}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        source, target = row["source"], row["target"]
        pair = TextPair(
            row["id"], Side(source["text"], word_ranges(source["text"], "en"), "en"),
            Side(target["text"], word_ranges(target["text"], lang), lang),
            tuple(GivenSpan(str(n), span["label"], ((span["start"], span["end"]),))
                  for n, span in enumerate(source["spans"])),
        )
        if len(pair.target.words) <= words:
            yield pair


def check_exact(model: DecoderModel, pairs: list[TextPair]) -> int:
    """Compare every search with trying all hypotheses; the number of searches."""
    network = model.decoder.network
    compared = 0
    found = ConstrainedDecoding(model, UNLIMITED).search(pairs)
    for pair, (by_span, reason) in zip(pairs, found, strict=True):
        assert reason is None
        direction = model.direction(pair.source.lang, pair.target.lang)
        template = direction.template(pair.target.text, pair.target.words)
        for span, (own,) in zip(pair.spans, by_span, strict=True):
            marked = mark(pair.source.text, [span.fragments[0]], model.markers)
            [source] = direction.sources([marked])
            scores = all_scores(network, source, template, direction.marking)
            check(own, scores)
            compared += 1
    return compared


def check(own: Searched | None, scores: dict[tuple[int, int], float]) -> None:
    assert own is not None and own.proved_exact
    best = sorted(scores.values(), reverse=True)[:3]
    assert [one.score for one in own.hypotheses] == pytest.approx(best, rel=1e-4, abs=2e-3)
    for one in own.hypotheses:
        assert one.score == pytest.approx(scores[one.first, one.end], rel=1e-4, abs=2e-3)


@pytest.mark.parametrize(("count", "more_than"), [
    (3, 5), pytest.param(None, 15, marks=pytest.mark.slow)])
@pytest.mark.parametrize("lang", ["de", "es"])
def test_on_short_sentences_the_search_finds_what_trying_all_finds(
    lang: str, count: int | None, more_than: int
) -> None:
    model = DecoderModel(translation_model(SHIPPED), LETTERS, device="cpu")
    assert check_exact(model, list(sample_pairs(lang, 11))[:count]) > more_than


@pytest.mark.parametrize("name", tiny_families.MAKERS)
@pytest.mark.parametrize("markers", [BRACKETS, CONVENTIONS["labelpigeon"]])
def test_every_family_is_searched_exactly(name: str, markers: Markers, tmp_path: Path) -> None:
    checkpoint = tiny_families.MAKERS[name](tmp_path / name)
    convert(checkpoint, tmp_path / "model", name=name, quantization="float32")
    converted = replace(describe(tmp_path / "model"), checkpoint=checkpoint)
    model = DecoderModel(converted, markers, device="cpu")
    assert check_exact(model, list(sample_pairs("de", 11))[:3]) >= 3


def test_markers_may_stand_within_words() -> None:
    shipped = DecoderModel(translation_model(SHIPPED), device="cpu")
    model = DecoderModel(shipped.model, LETTERS, device="cpu",
                        anywhere=True)
    pairs = list(sample_pairs("de", 10))[:2]
    assert check_exact(model, pairs) >= 2
    text, words = pairs[0].target.text, pairs[0].target.words
    everywhere, borders = (one.direction("en", "de").template(text, words)
                           for one in (model, shipped))
    assert len(everywhere.openings) > len(borders.openings)
    with pytest.raises(InputError, match="borders of words"):
        DecoderModel(shipped.model, CONVENTIONS["labelpigeon"],
                    device="cpu", anywhere=True)


def test_both_directions_of_use() -> None:
    """Labels on the translation go onto the original: the target side is English then."""
    model = DecoderModel(translation_model(SHIPPED), LETTERS, device="cpu")
    pair = next(sample_pairs("es", 12))
    turned = TextPair("x", pair.target, pair.source, (
        GivenSpan("0", "X", (pair.target.words[0],)),
    ))
    assert check_exact(model, [turned]) == 1


def test_how_spans_are_batched_does_not_matter() -> None:
    model = DecoderModel(translation_model(SHIPPED), LETTERS, device="cpu")
    pairs = list(sample_pairs("de", 12))[:6]
    together = ConstrainedDecoding(model, UNLIMITED).find(pairs)
    assert sum(len(own.by_span) for own in together) >= 6
    for pair, own in zip(pairs, together, strict=True):
        [alone] = ConstrainedDecoding(model, UNLIMITED).find([pair])
        for ours, theirs in zip(own.by_span, alone.by_span, strict=True):
            assert ours[0].words[0].tolist() == theirs[0].words[0].tolist()
            assert ours[0].scores == pytest.approx(theirs[0].scores, rel=2e-5, abs=2e-3)


def test_an_unknown_language_and_a_long_text_harm_no_other_pair() -> None:
    model = DecoderModel(translation_model(SHIPPED), LETTERS, device="cpu")
    good = next(sample_pairs("de", 12))
    text = "Haus " * 300
    long = TextPair("long", good.source, Side(text, word_ranges(text, "de"), "de"), good.spans)
    unknown = TextPair("unknown", good.source, Side("Talo.", ((0, 4),), "fi"), good.spans)
    broken = TextPair("broken", good.source, good.target, (GivenSpan("0", "X", ((3, 999),)),))
    found = ConstrainedDecoding(model).find([long, unknown, broken, good])
    assert found[1].reason and "fi" in found[1].reason
    assert [len(ranked.scores) for one in (found[0], found[2]) for (ranked,) in one.by_span] == (
        [0] * (len(good.spans) + 1)
    )
    assert all(len(ranked.scores) for (ranked,) in found[3].by_span)


def test_a_model_without_markers_or_checkpoint_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSLABEL_CACHE", str(tmp_path / "cache"))
    checkpoint = tiny_families.MAKERS["nllb"](tmp_path / "nllb")
    convert(checkpoint, tmp_path / "model", name="nllb", quantization="float32")
    with pytest.raises(InputError, match="no transformers checkpoint"):
        DecoderModel(translation_model(str(tmp_path / "model")), LETTERS)
    with pytest.raises(InputError, match="convention"):
        DecoderModel(translation_model(str(checkpoint)))


def test_scores_do_not_depend_on_how_much_is_run_at_once() -> None:
    model = DecoderModel(translation_model(SHIPPED), LETTERS, device="cpu")
    few = DecoderModel(model.model, LETTERS, device="cpu", positions=16)
    pairs = list(sample_pairs("es", 12))[:4]
    both = [ConstrainedDecoding(each, UNLIMITED).find(pairs) for each in (model, few)]
    assert sum(len(ours.scores) for one in both[0] for (ours,) in one.by_span) >= 4
    for one, other in zip(*both, strict=True):
        for (ours,), (theirs,) in zip(one.by_span, other.by_span, strict=True):
            assert ours.scores == pytest.approx(theirs.scores, rel=2e-5, abs=2e-3)
