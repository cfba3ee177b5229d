"""Words that a lost span may have become: their mass reaches the shard and decides their tags."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.reading import pairs
from crosslabel.pipeline.corpus.records import Example, Pair, Span
from crosslabel.pipeline.corpus.shards import read_pairs
from crosslabel.pipeline.corpus.tags import UNKNOWN
from crosslabel.pipeline.stages import shard
from crosslabel.pipeline.stages.shard_pairs import lost_mass, unknown_words
from crosslabel.projection.interface import Projection, Projector, TextPair
from tests.pipeline.corpus_builds import LIMIT, small_recipe

MASSES = (0.6, 0.3, 0.02)


class Forgetful:
    """A projector that loses the second span of every pair to the first words of the target."""

    name = "forgetful"

    def __init__(self, projector: Projector) -> None:
        self._projector = projector

    def project(self, pairs: Sequence[TextPair]) -> list[list[Projection]]:
        found = zip(pairs, self._projector.project(pairs), strict=True)
        return [
            [_lost(p, len(pair.target.words)) if n == 1 else p for n, p in enumerate(projections)]
            for pair, projections in found
        ]


def _lost(projection: Projection, words: int) -> Projection:
    likely = tuple(range(min(words, len(MASSES))))
    return replace(projection, fragments=(), status="abstained", reason="forgotten",
                   likely=likely, mass=MASSES[:len(likely)])


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    load = shard.load_projector
    monkeypatch.setattr(shard, "load_projector", lambda *key: Forgetful(load(*key)))


def _build(out: Path, *overrides: str) -> list[tuple[Pair, list[int]]]:
    """The German pairs of a small build whose projector is forgetful, with their tags."""
    from datasets import load_from_disk

    recipe = small_recipe("targets=[de]", "projection.method=itermax", "quality.ruined=false",
                          *overrides)
    build(recipe, out, limit=LIMIT)
    tags = load_from_disk(str(out))["a_tags"]
    return list(zip(pairs(out), tags, strict=True))


def _probabilities(pair: Pair) -> dict[int, float]:
    left: dict[int, float] = {}
    for lost in (p for p in pair.projections if p.status != "projected"):
        for word, mass in zip(lost.likely, lost.mass or [1.0] * len(lost.likely), strict=True):
            left[word] = left.get(word, 1.0) * (1.0 - mass)
    return {word: 1.0 - rest for word, rest in left.items()}


@pytest.mark.usefixtures("forgetful")
@pytest.mark.parametrize("threshold", [0.05, 0.5])
def test_words_are_unknown_from_the_threshold_on_and_spans_keep_their_tags(
    tmp_path: Path, threshold: float
) -> None:
    seen = 0
    for pair, tags in _build(tmp_path / "out", f"mask_above={threshold}"):
        likely = {w for w, p in _probabilities(pair).items() if p > threshold}
        inside = {
            n for n, (start, end) in enumerate(pair.a.words[0].ranges) for span in pair.a.spans
            if any(left < end and start < right for left, right in span.fragments)
        }
        assert {n for n, tag in enumerate(tags) if tag == UNKNOWN} == likely - inside
        assert all(tags[n] > 0 for n in inside)
        seen += len(likely - inside)
    assert seen > 5


@pytest.mark.usefixtures("forgetful")
def test_masses_are_in_the_shard_beside_the_words(tmp_path: Path) -> None:
    lost = [p for pair, _ in _build(tmp_path / "out") for p in pair.projections
            if p.reason == "forgotten"]
    assert lost
    for projection in lost:
        assert projection.mass == pytest.approx(MASSES[:len(projection.likely)])


@pytest.mark.usefixtures("forgetful")
def test_outside_tags_every_word(tmp_path: Path) -> None:
    built = _build(tmp_path / "out", "on_lost_span=outside")
    assert all(UNKNOWN not in tags for _, tags in built)


@pytest.mark.usefixtures("forgetful")
def test_shards_without_masses_are_read_as_having_none(tmp_path: Path) -> None:
    _build(tmp_path / "out")
    file = next((tmp_path / "out" / "de").glob("*.arrow"))
    with pa.memory_map(str(file)) as source:
        rows = pa.ipc.open_stream(source).read_all().to_pylist()
    for row in rows:
        for projection in row["projections"]:
            del projection["mass"]
    table = pa.Table.from_pylist(rows)
    older = tmp_path / "older.arrow"
    with pa.OSFile(str(older), "wb") as out, pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    expected = [
        replace(pair, projections=tuple(replace(p, mass=()) for p in pair.projections))
        for pair in read_pairs(file)
    ]
    assert list(read_pairs(older)) == expected


def _pair(projections: Sequence[Projection], fields: Sequence[str]) -> Pair:
    example = Example("1", "spans", "en", dict.fromkeys(fields, "one two three"), tuple(
        Span(p.span_id, field, ((0, 3),), p.label)
        for p, field in zip(projections, fields, strict=True)
    ))
    return Pair("1", example, example, "machine", "human", "b", (), tuple(projections))


def _abstained(number: int, likely: Sequence[int], mass: Sequence[float] = ()) -> Projection:
    return Projection(str(number), "PER", (), "test", "abstained", "lost",
                      likely=tuple(likely), mass=tuple(mass))


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=5))
def test_masses_of_lost_spans_over_one_word_combine_as_independent(masses: list[float]) -> None:
    lost = [_abstained(n, [2], [mass]) for n, mass in enumerate(masses)]
    pair = replace(_pair(lost[:1], ["text"]), projections=tuple(lost))
    spans = tuple(Span(p.span_id, "text", ((0, 3),), "PER") for p in lost)
    pair = replace(pair, b=replace(pair.b, spans=spans))
    assert lost_mass(pair, "text") == {2: pytest.approx(1 - math.prod(1 - m for m in masses))}


@given(st.floats(0.01, 1.0))
def test_a_mass_equal_to_the_threshold_is_enough(mass: float) -> None:
    pair = _pair([_abstained(0, [1], [mass])], ["text"])
    assert unknown_words(pair, "text", mass) == {1}
    assert not unknown_words(pair, "text", math.nextafter(mass, 2.0))


def test_words_count_within_the_field_of_their_span() -> None:
    pair = _pair([_abstained(0, [0]), _abstained(1, [1, 2])], ["premise", "hypothesis"])
    assert unknown_words(pair, "premise", 0.05) == {0}
    assert unknown_words(pair, "hypothesis", 1.0) == {1, 2}
