"""Builds in which a model labels the translation: labels come back onto the untouched originals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from datasets import load_from_disk

from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.reading import pairs, read_manifest, rejects
from crosslabel.pipeline.corpus.records import Pair
from crosslabel.pipeline.export.export import export
from crosslabel.pipeline.labellers.load import load_labeller
from crosslabel.pipeline.models.find import labeller_model
from crosslabel.pipeline.planning.plan import plan
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.recipe.file import load
from crosslabel.pipeline.storage.shipped import SAMPLES
from crosslabel.projection.errors import InputError
from crosslabel.projection.words import word_ranges_batch
from tests.pipeline.corpus_builds import TINY_ENCODER, inodes, results
from tests.pipeline.labellers.tiny_labellers import tiny_labeller

ROWS = 14


def german(folder: Path) -> Path:
    """German sentences with gold spans that no one may look at, two rows of one text, one too
    long to translate."""
    lines = [json.loads(line) for line in (SAMPLES / "ner.en-de.jsonl").read_text().splitlines()]
    rows = [{"id": own["id"], **own["target"], "source_id": own["id"]} for own in lines[:ROWS - 2]]
    rows.append(dict(rows[0], id="again"))
    rows.append({"id": "long", "lang": "de", "text": "und so weiter " * 300})
    file = folder / "german.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return file


def recipe(file: Path, model: Path, *changes: str) -> Recipe:
    overrides = ["source.lang=de", "source.labels=null", "targets=[en]", "translation.beam=1",
                 "output.shard_rows=5", TINY_ENCODER, f"label={{model: {model}}}"]
    return load("demo-ner", [f"source.path={file}", *overrides, *changes])


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return german(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_labeller(tmp_path_factory.mktemp("tagger"), "token")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, file: Path, tagger: Path) -> Path:
    out = tmp_path_factory.mktemp("built") / "out"
    build(recipe(file, tagger), out)
    return out


def by_id(out: Path) -> dict[str, Pair]:
    return {pair.a.id: pair for pair in pairs(out)}


def test_side_a_is_the_untouched_original(built: Path, file: Path) -> None:
    source = {row["id"]: row for row in map(json.loads, file.read_text().splitlines())}
    found = by_id(built)
    assert set(source) - set(found) == {"long"}
    for id, pair in found.items():
        assert pair.a.fields == {"text": source[id]["text"]}
        assert (pair.a.lang, pair.b.lang) == ("de", "en")
        assert (pair.a_origin, pair.b_origin, pair.given) == ("human", "machine", "b")
        assert pair.a.meta == {"source_id": source[id]["source_id"]}
    assert found["again"].b.fields == found[source["again"]["source_id"]].b.fields


def test_the_folder_and_the_manifest_are_of_side_a(built: Path, file: Path) -> None:
    manifest = read_manifest(built)
    [(lang, counts)] = manifest["languages"].items()
    assert lang == "de"
    assert counts["rows_in"] == counts["rows"] + counts["rejected"] == ROWS
    assert all(shard["file"].startswith("de/shard-") for shard in counts["shards"])
    assert manifest["labels"] == ["PER", "LOC"]
    assert manifest["models"]["labeller"]["family"] == "xlm-roberta"
    assert [reject.id for reject in rejects(built)] == ["long"]
    dataset = load_from_disk(str(built / "de"))
    assert dataset.num_rows == counts["rows"]
    assert dataset.features["a_tags"].feature.names[:2] == ["O", "B-PER"]


def test_side_b_is_labelled_as_the_model_labels_it(built: Path, file: Path, tagger: Path) -> None:
    labelling = recipe(file, tagger).label
    assert labelling is not None
    labeller = load_labeller(labeller_model(labelling.model), labelling, "cpu")
    found = list(pairs(built))
    words = word_ranges_batch([pair.b.fields["text"] for pair in found], "en")
    alone = labeller.label([pair.b for pair in found], [{"text": own} for own in words])
    seen = 0
    for pair, other in zip(found, alone, strict=True):
        assert not isinstance(other, str)
        assert [(s.id, s.fragments, s.label) for s in pair.b.spans] == [
            (s.id, s.fragments, s.label) for s in other.spans]
        assert [s.score for s in pair.b.spans] == pytest.approx([s.score for s in other.spans],
                                                               abs=1e-4)
        seen += len(pair.b.spans)
    assert seen > ROWS


def test_projected_spans_carry_the_probability_of_both_steps(built: Path) -> None:
    seen = 0
    for pair in pairs(built):
        given = {span.id: span for span in pair.b.spans}
        assert [p.span_id for p in pair.projections] == list(given)
        projected = {p.span_id: p for p in pair.projections if p.status == "projected"}
        assert [span.id for span in pair.a.spans] == list(projected)
        for span in pair.a.spans:
            projection, own = projected[span.id], given[span.id]
            assert (span.fragments, span.label) == (projection.fragments, own.label)
            assert own.score is not None and projection.probability is not None
            assert span.score == pytest.approx(own.score * projection.probability, rel=1e-5)
            seen += 1
    assert seen > ROWS


def test_no_label_crosses_a_segment(built: Path) -> None:
    found = list(pairs(built))
    assert sum(len(pair.b.spans) for pair in found) > ROWS
    for pair in found:
        for span in pair.b.spans:
            [extent] = span.fragments
            assert any(s.b[0] <= extent[0] and extent[1] <= s.b[1] for s in pair.segments)
        for segment in pair.segments:
            assert pair.a.fields["text"][slice(*segment.a)].strip()


def test_names_go_back_to_the_same_names(
    tmp_path_factory: pytest.TempPathFactory, built: Path
) -> None:
    """The tiny model's spans are random; where one covers a name that both languages write alike,
    it arrives on that name."""
    same = 0
    for pair in pairs(built):
        a, b = pair.a.fields["text"], pair.b.fields["text"]
        given = {span.id: b[slice(*span.fragments[0])] for span in pair.b.spans}
        for span in pair.a.spans:
            name = given[span.id]
            if name.istitle() and a.count(name) == 1 == b.count(name) and name.isalpha():
                assert a[slice(*span.fragments[0])] == name
                same += 1
    assert same > 1


def test_a_second_build_does_nothing_and_another_projection_labels_nothing(
    tmp_path: Path, file: Path, tagger: Path
) -> None:
    first = build(recipe(file, tagger), tmp_path)[2]
    assert first.labelled == 3
    before = results(tmp_path)
    assert build(recipe(file, tagger), tmp_path)[2].idle
    assert results(tmp_path) == before
    labels = inodes(tmp_path, ".work/labels/*.jsonl")
    assert len(labels) == 3
    other = build(recipe(file, tagger, "projection.method=statistical"), tmp_path)[2]
    assert (other.labelled, other.texts, other.shards) == (0, 0, 3)
    assert inodes(tmp_path, ".work/labels/*.jsonl") == labels
    renamed = build(recipe(file, tagger, "label.labels={LOC: PLACE}"), tmp_path)[2]
    assert (renamed.labelled, renamed.texts, renamed.shards) == (3, 0, 3)
    assert not set(inodes(tmp_path, ".work/labels/*.jsonl")) & set(labels)


def test_gold_labels_of_the_source_change_nothing(
    tmp_path: Path, file: Path, tagger: Path, built: Path
) -> None:
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    for row in rows:
        row.pop("spans", None)
    bare = tmp_path / "german.jsonl"
    bare.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    build(recipe(bare, tagger), tmp_path / "out")
    assert [pair.projections for pair in pairs(tmp_path / "out")] == [
        pair.projections for pair in pairs(built)]


@pytest.mark.parametrize(("head", "labels"), [("sequence", ("bad", "good")), ("qa", ())])
def test_classes_and_answers_come_back_too(
    tmp_path: Path, head: str, labels: Sequence[str]
) -> None:
    rows = [{"id": str(n), "lang": "de", "fields": {
        "question": f"Wo wohnt {name}?", "context": f"{name} wohnt in Hamburg. Dort ist es kalt."}}
        for n, name in enumerate(("Anna", "Peter"))]
    source = tmp_path / "qa.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    model = tiny_labeller(tmp_path / "model", head, labels)
    build(recipe(source, model), tmp_path / "out")
    found = list(pairs(tmp_path / "out"))
    said = predictions(tmp_path / "out", tmp_path)
    assert [row["id"] for row in said] == ["0", "1"]
    for pair, row in zip(found, said, strict=True):
        if head == "sequence":
            assert pair.a.label == pair.b.label == row["label"] in labels
            assert pair.a.probabilities == pair.b.probabilities
            assert row["probabilities"] == pytest.approx(pair.b.probabilities, abs=1e-5)
            continue
        assert len(pair.b.spans) == 1
        context = pair.a.fields["context"]
        if pair.a.spans:
            [span] = pair.a.spans
            assert [row["start"], row["end"]] == [*span.fragments[0]]
            assert row["answer"] == context[row["start"]:row["end"]]
            assert row["probability"] == pytest.approx(span.score, abs=1e-5)
        else:
            assert (row["answer"], row["start"], row["end"]) == ("", None, None)


def test_word_labels_come_back_with_scores(tmp_path: Path) -> None:
    columns = "\t_\t{}\t_\t_\t_\t_\t_\t{}\n"
    words_given = (("Anna", "PROPN", "_"), ("wohnt", "VERB", "_"), ("in", "ADP", "_"),
                   ("Hamburg", "PROPN", "SpaceAfter=No"), (".", "PUNCT", "_"))
    conllu = "# sent_id = 1\n# text = Anna wohnt in Hamburg.\n" + "".join(
        f"{n}\t{word}" + columns.format(tag, space)
        for n, (word, tag, space) in enumerate(words_given, start=1)) + "\n"
    source = tmp_path / "de.conllu"
    source.write_text(conllu)
    model = tiny_labeller(tmp_path / "model", "token", ["NOUN", "VERB", "X"])
    build(recipe(source, model), tmp_path / "out")
    [pair] = pairs(tmp_path / "out")
    assert pair.a.task == pair.b.task == "words"
    [words] = pair.a.words
    text = pair.a.fields["text"]
    assert [text[slice(*own)] for own in words.ranges] == ["Anna", "wohnt", "in", "Hamburg", "."]
    assert set(words.labels) <= {"NOUN", "VERB", "X", None} and words.labels[0]
    for label, score in zip(words.labels, words.scores, strict=True):
        assert (label is None) == (score is None)


@pytest.mark.parametrize(("change", "message"), [
    ("targets=[en, es]", "label: one translation is labelled"),
    ("translation.markers=letters", "label: the source has no spans to mark"),
    ("source.labels=[PER]", "label: labels of the source are not looked at"),
])
def test_recipes_that_make_no_sense(
    file: Path, tagger: Path, change: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        recipe(file, tagger, change)


def test_a_labeller_that_is_none_is_refused_before_work(tmp_path: Path, file: Path) -> None:
    with pytest.raises(InputError, match="where one of kind 'labeller' is needed"):
        plan(recipe(file, Path("mt-en-de-es")), tmp_path)


def test_the_bitext_of_the_aligner_is_that_of_translate_train(
    tmp_path: Path, file: Path, tagger: Path
) -> None:
    bitext: dict[str, Any] = {"de": str(tmp_path / "en-de.tsv")}
    (tmp_path / "en-de.tsv").write_text("Anna lives here.\tAnna wohnt hier.\n" * 3)
    planned = plan(recipe(file, tagger, f"projection.bitext={bitext}"), tmp_path / "out")
    found = planned.bitext("en")
    assert found is not None and (found.source_lang, found.target_lang) == ("en", "de")


def predictions(out: Path, folder: Path) -> list[dict[str, Any]]:
    [done] = export(out, "predictions", folder)
    assert done.path == folder / "de.jsonl" and not done.written.left_out
    return [json.loads(line) for line in done.path.read_text().splitlines()]


def test_predictions_say_what_side_a_carries(built: Path, tmp_path: Path) -> None:
    rows = predictions(built, tmp_path)
    found = list(pairs(built))
    assert [row["id"] for row in rows] == [pair.a.id for pair in found]
    seen = 0
    for row, pair in zip(rows, found, strict=True):
        assert (row["lang"], row["text"]) == ("de", pair.a.fields["text"])
        [words] = pair.a.words
        assert row["words"] == [list(own) for own in words.ranges]
        assert [(s["start"], s["end"], s["label"]) for s in row["spans"]] == [
            (*span.fragments[0], span.label) for span in pair.a.spans if len(span.fragments) == 1]
        for (start, end), tag, score in zip(row["words"], row["tags"], row["scores"], strict=True):
            own = [s for s in row["spans"] if s["start"] < end and start < s["end"]]
            assert bool(own) == (tag != "O")
            assert 0.0 <= score <= 1.0
            if own:
                assert (tag[2:], score) == (own[0]["label"], own[0]["score"])
                seen += 1
    assert seen > ROWS
    uncertain = [pair for pair in found if any(p.likely for p in pair.projections)]
    assert uncertain
    scores = {row["id"]: row["scores"] for row in rows}
    assert any(min(scores[pair.a.id]) < 1.0 for pair in uncertain)


def test_a_corpus_without_a_labeller_predicts_nothing(tmp_path: Path) -> None:
    build(load("demo-ner", ["targets=[de]", "translation.beam=1", TINY_ENCODER]), tmp_path / "out",
          limit=3)
    with pytest.raises(InputError, match="no model labelled it"):
        export(tmp_path / "out", "predictions", tmp_path)


def test_translations_into_the_labellers_language_are_checked(
    tmp_path: Path, file: Path, tagger: Path, built: Path
) -> None:
    build(recipe(file, tagger, "quality={length_ratio: 1.05, language: 0.1}"), tmp_path)
    kept = {pair.a.id for pair in pairs(tmp_path)}
    found = {reject.id: reject.reasons for reject in rejects(tmp_path)}
    assert len(kept) + len(found) == ROWS and kept and len(found) > 2
    for id, pair in by_id(built).items():
        human, machine = len(pair.a.fields["text"]) + 10, len(pair.b.fields["text"]) + 10
        assert (id in kept) == (max(human, machine) <= 1.05 * min(human, machine))
        if id in found:
            [reason] = found[id]
            longer = "times as long" if machine > human else "times as short"
            assert reason.startswith("length-ratio: ") and longer in reason
