"""Builds whose recipe checks the translations."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.reading import pairs, rejects
from crosslabel.pipeline.corpus.records import Reject
from crosslabel.pipeline.planning.plan import plan
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.recipe.file import load
from crosslabel.projection.errors import InputError, NoRowsError
from tests.pipeline import tiny_marian
from tests.pipeline.corpus_builds import TINY_ENCODER
from tests.tiny_encoder import tiny_encoder

Row = dict[str, Any]

ENGLISH: dict[str, str] = {
    "good": "Ada was born in Vienna in 1815.",
    "english": "They were waiting outside until the morning.",
    "loop": "The number is 4711, see www.example.org for more.",
    "short": "The committee that met on Monday wants to hear the minister as soon as it can.",
    "lost": "Ben lives in Graz.",
    "none": "Nobody translated this.",
}
GERMAN: dict[str, str] = {
    "good": "Ada wurde 1815 in Wien geboren.",
    "english": "They were waiting outside bis zum Morgen, until the morning.",
    "loop": "Die die die die die die Nummer.",
    "short": "Am Montag.",
    "lost": "",
}
CHECKS = ("quality.length_ratio=2", "quality.language=0.1", "quality.copied=0.5",
          "quality.repetition=3", "quality.numbers=true", "quality.urls=true")


def _write(path: Path, rows: Sequence[Row]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _span(text: str, word: str) -> Row:
    start = text.index(word)
    return {"start": start, "end": start + len(word), "label": "NAME"}


def _recipe(folder: Path, *overrides: str) -> Recipe:
    spans = {"good": "Ada", "lost": "Ben"}
    _write(folder / "corpus.jsonl", [
        {"id": id, "text": text, "spans": [_span(text, spans[id])] if id in spans else []}
        for id, text in ENGLISH.items()
    ])
    _write(folder / "de.jsonl", [{"id": id, "text": text} for id, text in GERMAN.items()])
    recipe = folder / "recipe.yaml"
    recipe.write_text(
        "name: checked\nsource: {path: corpus.jsonl}\ntargets: [de]\n"
        "segmentation: {sentences: false}\n"
        f"projection: {{method: itermax, model: {tiny_encoder()}}}\n"
        "translation: {given: {de: de.jsonl}}\noutput: {shard_rows: 4}\n"
    )
    return load(str(recipe), overrides)


def _codes(found: Sequence[Reject]) -> dict[str | None, list[str]]:
    return {reject.id: [reason.split(":")[0] for reason in reject.reasons] for reject in found}


def test_rows_are_rejected_with_every_reason_and_all_are_counted(tmp_path: Path) -> None:
    _, manifest, _ = build(_recipe(tmp_path, *CHECKS), tmp_path / "out")
    found = _codes(list(rejects(tmp_path / "out")))
    assert found == {
        "english": ["language", "copied"],
        "loop": ["repetition", "numbers", "urls"],
        "short": ["length-ratio"],
        "lost": ["no-translation"],
        "none": ["no-translation"],
    }
    assert [pair.b.id for pair in pairs(tmp_path / "out")] == ["good"]
    counts = manifest["languages"]["de"]
    assert counts["rows_in"] == counts["rows"] + counts["rejected"] == len(ENGLISH)
    assert counts["reject_reasons"] == Counter(code for own in found.values() for code in own)
    assert manifest["recipe"]["quality"]["length_ratio"] == 2


def test_reasons_of_lost_spans_and_checks_stand_together(tmp_path: Path) -> None:
    lost = {"id": "lost", "text": ". . . . . . . . . . . . . . . ."}
    recipe = _recipe(tmp_path, "quality.span_coverage=0.5", "quality.repetition=3",
                     "on_lost_span=drop_pair")
    _write(tmp_path / "de.jsonl", [lost])
    with pytest.raises(NoRowsError):
        build(recipe, tmp_path / "out")
    found = _codes(list(rejects(tmp_path / "out")))
    assert found["lost"] == ["lost-span", "repetition", "span-coverage"]


def test_fields_are_checked_one_by_one_and_named(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path, "quality.numbers=true")
    _write(tmp_path / "corpus.jsonl", [
        {"id": "two", "fields": {"premise": "In 1984.", "hypothesis": "In 1985."}, "label": "no"}])
    _write(tmp_path / "de.jsonl", [
        {"id": "two", "fields": {"premise": "1984.", "hypothesis": "1984."}}])
    with pytest.raises(NoRowsError):
        build(recipe, tmp_path / "out")
    [found] = rejects(tmp_path / "out")
    assert found.reasons == (
        "numbers: hypothesis: not in the translation: 1985; not in the text: 1984",)


def _names(planned: Plan) -> list[str]:
    return [shard.name for shard in planned.shards["de"]]


def test_a_changed_threshold_renames_shards_and_nothing_else_does(tmp_path: Path) -> None:
    def named(*overrides: str) -> list[str]:
        return _names(plan(_recipe(tmp_path, *overrides), tmp_path / "out"))

    plain = named()
    assert named("quality.numbers=false") == named("quality={}") == plain
    checked = named("quality.language=0.1")
    assert not set(checked) & set(plain)
    assert not set(named("quality.language=0.2")) & set(checked)
    assert named("quality.language=0.1", "engine.threads=1") == checked


@pytest.mark.parametrize(("overrides", "message"), [
    (["quality.score=-1"], "given translations have no scores"),
    (["targets=[tlh]", "translation.given={tlh: de.jsonl}", "quality.language=0.1"],
     "'tlh' is not among the"),
])
def test_what_cannot_be_checked_is_said_before_any_work(
    tmp_path: Path, overrides: list[str], message: str
) -> None:
    with pytest.raises(InputError) as error:
        plan(_recipe(tmp_path, *overrides), tmp_path / "out")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("override", "message"), [
    ("quality.length=2", "did you mean 'length_ratio'"),
    ("quality.length_ratio=0.5", "greater than 1"),
    ("quality.score=1", "less than 0"),
    ("quality.back_model=x", "set quality.round_trip_chrf too"),
    ("quality={round_trip_chrf: 30, back_revision: x}", "back_revision is a revision of"),
])
def test_a_wrong_threshold_is_named(tmp_path: Path, override: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        _recipe(tmp_path, override)


def test_scores_come_from_the_translation_model(tmp_path: Path) -> None:
    def rejected(lowest: float, *, every: bool) -> list[Reject]:
        out = tmp_path / f"out{lowest}"
        recipe = load("demo-ner", ["targets=[de]", "translation.beam=1",
                                   "projection.method=itermax", TINY_ENCODER,
                                   f"quality.score={lowest}"])
        with pytest.raises(NoRowsError) if every else nullcontext():
            build(recipe, out, limit=4)
        segments = [s.score for pair in pairs(out) for s in pair.segments]
        assert all(score is not None and score >= lowest for score in segments)
        return list(rejects(out))

    assert len(rejected(-0.001, every=True)) == 4
    assert rejected(-30, every=False) == []


def test_the_way_back_must_exist(tmp_path: Path) -> None:
    one_way = tiny_marian.make(tmp_path / "one-way")
    recipe = _recipe(tmp_path, "quality.round_trip_chrf=30", f"quality.back_model={one_way}")
    with pytest.raises(InputError, match=r"does not translate from 'de'.*; name a model that "
                       r"translates de-en in quality.back_model"):
        plan(recipe, tmp_path / "out")


def test_translations_go_back_through_another_model(tmp_path: Path) -> None:
    back = tiny_marian.make(tmp_path / "back", languages=("en",))
    config = back / "tokenizer_config.json"
    config.write_text(config.read_text().replace('"source_lang": "en"', '"source_lang": "de"'))
    recipe = _recipe(tmp_path, "quality.round_trip_chrf=99", f"quality.back_model={back}")
    with pytest.raises(NoRowsError):
        build(recipe, tmp_path / "out")
    found = _codes(list(rejects(tmp_path / "out")))
    assert [found[id] for id in ("good", "english", "loop", "short")] == [["round-trip-chrf"]] * 4
    assert found["none"] == ["no-translation"]
