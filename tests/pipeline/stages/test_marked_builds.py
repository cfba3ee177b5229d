"""Builds that translate segments with their spans marked.

What the model makes of marked texts is written by hand into the parts that hold them, as an earlier
run would have left it there.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.reading import pairs
from crosslabel.pipeline.corpus.records import Pair
from crosslabel.pipeline.planning.language import LanguagePlan
from crosslabel.pipeline.planning.plan import plan
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.planning.rows import SourceRow
from crosslabel.pipeline.stages.shard_projection import MARKERS
from crosslabel.pipeline.stages.translate import run_part
from crosslabel.pipeline.translation.translator import Translation, load_translator
from crosslabel.projection.errors import InputError
from crosslabel.projection.markers import LETTERS, mark
from tests.pipeline.corpus_builds import LIMIT, results, small_recipe, units_of

Overrides = tuple[str, ...]
LETTERED: Overrides = ("targets=[de]", "translation.markers=letters")
TAGGED: Overrides = (*LETTERED, "translation.keep=tagged")


def marked_slots(planned: Plan) -> list[int]:
    language = planned.languages["de"]
    shards = range(len(planned.source.hashes))
    return sorted({place[0] for n in shards for place in language.marked_places(n) if place})


def write_marked(
    out: Path, overrides: Overrides, translate: Callable[[str], Translation]
) -> Plan:
    """Plan a build and commit its marked texts as ``translate`` has them."""
    planned = plan(small_recipe(*overrides), out, LIMIT)
    language: LanguagePlan = planned.languages["de"]
    for slot in marked_slots(planned):
        texts = language.part_texts(slot)
        computed = {"device": "cpu", "compute_type": "int8"}
        language.memory.commit(language.parts[slot], texts, [*map(translate, texts)], computed)
    return planned


def built(out: Path, overrides: Overrides) -> tuple[list[Pair], dict[str, Any]]:
    _, manifest, _ = build(small_recipe(*overrides), out, limit=LIMIT)
    return list(pairs(out)), manifest["languages"]["de"]


def plain_pairs(out: Path) -> list[Pair]:
    return built(out, ("targets=[de]",))[0]


def test_the_translation_with_markers_is_kept_with_its_spans(tmp_path: Path) -> None:
    write_marked(tmp_path, TAGGED, lambda text: Translation(text, -0.1))
    found, counts = built(tmp_path, TAGGED)
    spans = 0
    for pair in found:
        if pair.b.spans:
            assert pair.a.fields == pair.b.fields
            assert [s.fragments for s in pair.a.spans] == [s.fragments for s in pair.b.spans]
        for projection in pair.projections:
            spans += 1
            assert (projection.method, projection.status) == (MARKERS, "projected")
    assert spans == sum(own["count"] for own in counts["spans"])
    assert counts["methods"] == [MARKERS]
    assert set(counts["with_markers"]) == {"kept"}


def test_spans_with_faulty_markers_fall_through_on_the_same_text(tmp_path: Path) -> None:
    write_marked(tmp_path, TAGGED, lambda text: Translation(text.replace("</b>", "</z>"), -0.1))
    found, counts = built(tmp_path, TAGGED)
    assert counts["rejected"] == 0
    others = 0
    for pair in found:
        for span, projection in zip(pair.b.spans, pair.projections, strict=True):
            if projection.method == MARKERS:
                assert projection.fragments == span.fragments
            else:
                others += 1
                assert pair.a.fields == pair.b.fields
                for start, end in projection.fragments:
                    assert start < span.fragments[-1][1]
                    assert end > span.fragments[0][0]
    assert others == counts["marker_faults"]["missing closing"]
    assert MARKERS in counts["methods"]
    assert len(counts["methods"]) > 1


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (Translation("Nichts davon.", -0.1), "no-span-restored"),
        (Translation(None, reason="over-limit: 300 tokens, the model takes 200"), "no-translation"),
    ],
)
def test_without_a_single_span_the_plain_translation_is_kept(
    tmp_path: Path, made: Translation, reason: str
) -> None:
    out, other = tmp_path / "marked", tmp_path / "plain"
    write_marked(out, TAGGED, lambda _: made)
    found, counts = built(out, TAGGED)
    assert set(counts["with_markers"]) == {reason}
    assert found == plain_pairs(other)
    shards = [[data for path, data in results(folder).items() if path.endswith(".arrow")]
              for folder in (out, other)]
    assert shards[0] == shards[1]


def test_better_keeps_what_scores_higher(tmp_path: Path) -> None:
    out = tmp_path / "marked"
    before = plain_pairs(tmp_path / "plain")
    planned = write_marked(out, LETTERED, lambda text: Translation(text, 0.0))
    found, counts = built(out, LETTERED)
    translator = load_translator(planned.models.translator, planned.recipe.engine)
    kept = asked = 0
    for plain, pair in zip(before, found, strict=True):
        if not pair.b.spans or len(pair.segments) > 1:
            continue
        text = pair.b.fields["text"]
        made = plain.a.fields["text"]
        scores = translator.score([text] * 2, [made, text], "en", "de")
        assert abs(scores[1] - scores[0]) > 0.001
        asked += 1
        kept += scores[1] > scores[0]
        assert pair.a.fields["text"] == (text if scores[1] > scores[0] else made)
        if scores[1] > scores[0]:
            assert pair.segments[0].score == pytest.approx(scores[1], abs=0.05)
    assert asked > 15
    assert counts["with_markers"].get("kept", 0) >= kept
    assert counts["with_markers"].get("scores-lower", 0) >= asked - kept


def test_better_takes_the_spans_of_an_equal_translation(tmp_path: Path) -> None:
    out = tmp_path / "marked"
    before = plain_pairs(tmp_path / "plain")
    words = {
        segment_text: mark(pair.a.fields["text"], [(0, len(pair.a.fields["text"]))], LETTERS)
        for pair in before if len(pair.segments) == 1
        for segment_text in [pair.b.fields["text"]]
    }
    planned = plan(small_recipe(*LETTERED), out, LIMIT)
    plain_of = {
        own: text
        for shard in range(len(planned.source.hashes))
        for own, text in zip(_marked_texts(planned, shard), _texts(planned, shard), strict=True)
    }
    write_marked(out, LETTERED, lambda text: Translation(words.get(plain_of[text]), -9.0, "lost"))
    found, counts = built(out, LETTERED)
    assert [pair.a.fields for pair in found] == [pair.a.fields for pair in before]
    assert [pair.segments for pair in found] == [pair.segments for pair in before]
    firsts = [p.projections[0] for p in found if p.projections and len(p.segments) == 1]
    assert counts["with_markers"]["kept"] == sum(p.method == MARKERS for p in firsts)
    assert {p.method for p in firsts} == {MARKERS}


def _texts(planned: Plan, shard: int) -> list[str]:
    return [t for row in planned.source.rows(shard) if isinstance(row, SourceRow)
            for t in row.texts()]


def _marked_texts(planned: Plan, shard: int) -> list[str | None]:
    language = planned.languages["de"]
    texts = {slot: language.part_texts(slot) for slot in marked_slots(planned)}
    return [texts[p[0]][p[1]] if p else None for p in language.marked_places(shard)]


def test_marked_texts_add_parts_and_leave_the_others_as_they_were(tmp_path: Path) -> None:
    plain = plan(small_recipe("targets=[de]"), tmp_path, LIMIT).languages["de"]
    planned = plan(small_recipe(*LETTERED), tmp_path, LIMIT)
    marked = planned.languages["de"]
    assert marked.parts[:len(plain.parts)] == plain.parts
    assert set(marked_slots(planned)) == set(range(len(plain.parts), len(marked.parts)))
    assert marked.memory == plain.memory
    assert marked.aligner == plain.aligner
    for shard in range(len(planned.source.hashes)):
        assert marked.places(shard) == plain.places(shard)
        assert plain.marked_places(shard) == [None] * len(plain.places(shard))
        own = {slot for slot, _ in plain.places(shard)}
        assert plain.slots(shard) == own < marked.slots(shard)


def test_translations_are_shared_by_recipes_with_and_without_markers(tmp_path: Path) -> None:
    build(small_recipe(*LETTERED), tmp_path, limit=LIMIT)
    assert not units_of(plan(small_recipe("targets=[de]"), tmp_path, LIMIT), "translate")
    other = plan(small_recipe("targets=[de]", "translation.markers=brackets"), tmp_path, LIMIT)
    assert units_of(other, "translate")


def test_the_shipped_model_builds_with_markers(tmp_path: Path) -> None:
    """Whatever it makes of them: rows and spans are those of a build without."""
    found, counts = built(tmp_path, (*TAGGED, "targets=[de, es]", "quality.numbers=false"))
    assert counts["rows_in"] == counts["rows"] + counts["rejected"] == LIMIT
    assert sum(counts["with_markers"].values()) == sum(
        any(s.b[0] <= span.fragments[0][0] < s.b[1] for span in pair.b.spans)
        for pair in found if pair.a.lang == "de" for s in pair.segments
    )
    for pair in found:
        assert [p.span_id for p in pair.projections] == [s.id for s in pair.b.spans]
        for span in pair.a.spans:
            assert all("<" not in pair.a.fields["text"][slice(*f)] for f in span.fragments)


def test_another_choice_translates_nothing_again(tmp_path: Path) -> None:
    first, _, _ = build(small_recipe(*LETTERED), tmp_path, limit=LIMIT)
    _, _, account = build(small_recipe(*TAGGED), tmp_path, limit=LIMIT)
    assert (account.parts, account.shards) == (0, len(first.source.hashes))
    planned = plan(small_recipe(*TAGGED), tmp_path, LIMIT)
    assert all(run_part(planned, "de", slot).seconds == 0 for slot in marked_slots(planned))


def test_a_model_without_a_convention_asks_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crosslabel.pipeline.planning import models as planning

    def untuned(name: str, revision: str | None = None) -> Any:
        from dataclasses import replace

        from crosslabel.pipeline.models.convert import translation_model

        model = translation_model(name, revision)
        return replace(model, manifest=model.manifest.model_copy(update={"markers": None}))

    monkeypatch.setattr(planning, "translation_model", untuned)
    with pytest.raises(InputError, match=r"not tuned to keep markers.*letters, indexed"):
        plan(small_recipe("translation.markers=model"), tmp_path, LIMIT)
