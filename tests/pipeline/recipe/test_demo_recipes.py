"""The shipped recipes of classification, similarity, word labels and slots, built for real."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from crosslabel.cli.report import print_corpus
from crosslabel.library.corpus import open_corpus
from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.reading import pairs, rejects
from crosslabel.pipeline.corpus.records import Example, Pair
from crosslabel.pipeline.export.export import export
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.recipe.file import load

LIMIT = 9
TASKS = {"demo-classify": "text", "demo-pairs": "text", "demo-similarity": "text",
         "demo-words": "words", "demo-slots": "spans"}

Corpus = tuple[Path, Mapping[str, Any]]


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Corpus]:
    folder = tmp_path_factory.mktemp("demos")
    changes = ["targets=[de]", "translation.beam=1"]
    more = {"demo-slots": ["projection.precision=0.9"]}  # so that some spans are lost
    return {name: (folder / name, build(load(name, [*changes, *more.get(name, [])]),
                                        folder / name, limit=LIMIT)[1])
            for name in TASKS}


def _pairs(corpora: Mapping[str, Corpus], name: str) -> dict[str, Pair]:
    """Pairs by the id of their example."""
    return {pair.b.id: pair for pair in pairs(corpora[name][0])}


def _given(name: str) -> list[Example]:
    source = load(name).source
    format = None if source.format == "auto" else source.format
    rows = list(read(source.path, format, source.lang, source.labels, columns=source.columns,
                     task=source.task))
    assert all(isinstance(row, Example) for row in rows), "a row of a sample was rejected"
    return [row for row in rows if isinstance(row, Example)]


@pytest.mark.parametrize("name", TASKS)
def test_every_row_becomes_a_pair_or_a_reject(corpora: Mapping[str, Corpus], name: str) -> None:
    out, manifest = corpora[name]
    counts = manifest["languages"]["de"]
    assert manifest["task"] == TASKS[name]
    assert counts["rows_in"] == LIMIT == counts["rows"] + counts["rejected"]
    refused = [str(reject.id) for reject in rejects(out)]
    assert {*_pairs(corpora, name), *refused} == {row.id for row in _given(name)[:LIMIT]}
    assert counts["rows"] > LIMIT // 2


@pytest.mark.parametrize("name", ["demo-classify", "demo-pairs", "demo-similarity", "demo-slots"])
def test_labels_of_texts_stand_on_both_sides(corpora: Mapping[str, Corpus], name: str) -> None:
    given = {row.id: row for row in _given(name)}
    found = _pairs(corpora, name)
    assert len(found) > LIMIT // 2
    for id, pair in found.items():
        for side in (pair.a, pair.b):
            assert (side.label, side.value) == (given[id].label, given[id].value) != (None, None)
            assert list(side.fields) == list(given[id].fields)


def test_slots_are_projected_beside_the_intent(corpora: Mapping[str, Corpus]) -> None:
    made = _pairs(corpora, "demo-slots").values()
    assert sum(len(pair.a.spans) for pair in made) >= sum(len(pair.b.spans) for pair in made) / 2
    assert {span.label for pair in made for span in pair.a.spans} >= {"datetime", "location"}


def test_words_of_the_translation_are_labelled(corpora: Mapping[str, Corpus]) -> None:
    made = _pairs(corpora, "demo-words").values()
    labels = [label for pair in made for words in pair.a.words for label in words.labels]
    assert sum(label is not None for label in labels) > len(labels) * 0.8


def test_token_of_two_words_with_two_labels_has_none(corpora: Mapping[str, Corpus]) -> None:
    side = _pairs(corpora, "demo-words")["words-04"].b
    labels = {side.fields["text"][start:end]: label for words in side.words
              for (start, end), label in zip(words.ranges, words.labels, strict=True)}
    assert (labels["don't"], labels["know"]) == (None, "VERB")


@pytest.mark.parametrize(
    ("name", "format"),
    [("demo-classify", "tsv"), ("demo-pairs", "csv"), ("demo-similarity", "tsv"),
     ("demo-words", "conllu"), ("demo-slots", "slots")],
)
def test_exported_rows_keep_labels_and_texts(
    corpora: Mapping[str, Corpus], tmp_path: Path, name: str, format: str
) -> None:
    [done] = export(corpora[name][0], format, tmp_path)
    assert done.path == tmp_path / f"de.{format}"
    back = {row.id: row for row in read(done.path, lang="de") if isinstance(row, Example)}
    incomplete = {id for id, reason in done.written.left_out if "a span was lost" in reason}
    made = {id: pair.a for id, pair in _pairs(corpora, name).items() if id not in incomplete}
    assert set(back) == set(made)
    assert done.written.rows == len(made)
    for id, row in back.items():
        assert (row.label, row.value, row.fields) == (
            made[id].label, made[id].value, made[id].fields)
        if name == "demo-words":
            assert row.words == made[id].words
        assert {(span.label, span.fragments) for span in row.spans} == {
            (span.label, span.fragments) for span in made[id].spans}


def test_rows_with_a_lost_span_go_to_json_lines_only(
    corpora: Mapping[str, Corpus], tmp_path: Path
) -> None:
    out = corpora["demo-slots"][0]
    lost = {pair.a.id for pair in pairs(out)
            if any(own.status != "projected" for own in pair.projections)}
    [slots], [lines] = export(out, "slots", tmp_path), export(out, "jsonl", tmp_path)
    assert lost, "the sample has no row that shows this"
    assert lost <= {id for id, _ in slots.written.left_out}
    assert lines.written.left_out == []
    back = list(read(lines.path))
    assert [replace(row, lost=()) for row in back if isinstance(row, Example)] == [
        pair.a for pair in pairs(out)]
    assert {row.id for row in back if isinstance(row, Example) and row.lost} == lost


def test_nothing_is_projected_where_whole_texts_are_labelled(
    corpora: Mapping[str, Corpus]
) -> None:
    for name, task in TASKS.items():
        out, manifest = corpora[name]
        assert (manifest["models"]["encoder"] is None) == (task == "text")
        if task == "text":
            assert not (out / ".work" / "aligners").exists()


def test_classes_are_counted_and_shown(corpora: Mapping[str, Corpus]) -> None:
    for name in TASKS:
        out, manifest = corpora[name]
        counts = manifest["languages"]["de"]
        labels = Counter(pair.a.label for pair in pairs(out) if pair.a.label)
        assert counts.get("classes", {}) == labels
        screen = StringIO()
        print_corpus(open_corpus(out), Console(file=screen, width=120))
        shown = screen.getvalue()
        assert ("labels of texts" in shown) == bool(labels)
        assert ("why not projected" in shown) == (TASKS[name] != "text")
        assert all(label in shown for label in labels)


def test_entities_of_german_texts_are_found_by_way_of_english(tmp_path: Path) -> None:
    recipe = load("demo-translate-test", ["translation.beam=1"])
    manifest = build(recipe, tmp_path, limit=LIMIT)[1]
    assert manifest["languages"]["de"]["rows"] == LIMIT
    assert manifest["labels"] == ["PER", "LOC", "ORG"]
    gold = {row.id: row for row in _given("demo-translate-test")}
    right = found = 0
    for pair in pairs(tmp_path):
        own = {(span.fragments, span.label) for span in gold[pair.a.id].spans}
        right += sum((span.fragments, span.label) in own for span in pair.a.spans)
        found += len(pair.a.spans)
    assert right >= found / 2 > 3
