"""Lost spans in JSON lines: marked when a corpus is exported, unknown wherever the file is read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from datasets import load_from_disk

from crosslabel.finetune.features.featurize import featurize
from crosslabel.finetune.features.options import feature_options
from crosslabel.finetune.scores.gold import read_gold
from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.reading import pairs, read_manifest
from crosslabel.pipeline.corpus.records import Example
from crosslabel.pipeline.corpus.tags import UNKNOWN, tag_names
from crosslabel.pipeline.export.export import export
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.recipe.file import load
from crosslabel.pipeline.stages import shard
from tests.finetune.features.hand_made import STUDENT, TAGS
from tests.pipeline.stages.test_lost_spans import Forgetful

Row = dict[str, Any]
LABELS = "[PER, LOC]"
TEXTS = {  # English and German; the second span of each text is lost
    "one": ("Yesterday Anna met Omar in the park.", "Gestern traf Anna Omar im Park.",
            [(10, 14), (19, 23)]),
    "two": ("In Vienna and Graz it rains.", "In Wien und Graz regnet es.", [(3, 9), (14, 18)]),
    "none": ("Nothing is lost.", "Nichts ist verloren.", []),
}


def _write(path: Path, rows: Sequence[Row]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def _built(folder: Path, source: Path, lang: str, target: str, texts: dict[str, str],
           *changes: str) -> Path:
    """A build of a file with translations of our own."""
    given = _write(folder / f"{target}.jsonl", [
        {"id": id, "text": text} for id, text in texts.items()])
    recipe = folder / "recipe.yaml"
    recipe.write_text(
        f"name: lost\nsource: {{path: '{source}', lang: {lang}, labels: {LABELS}}}\n"
        f"targets: [{target}]\nsegmentation: {{sentences: false}}\n"
        f"projection: {{method: itermax}}\ntranslation: {{given: {{{target}: '{given}'}}}}\n")
    build(load(str(recipe), changes), folder / "out")
    return folder / "out"


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    load_projector = shard.load_projector
    monkeypatch.setattr(shard, "load_projector", lambda *key: Forgetful(load_projector(*key)))
    yield monkeypatch


def _first(folder: Path, *changes: str) -> Path:
    source = _write(folder / "en.jsonl", [
        {"id": id, "lang": "en", "text": english, "spans": [
            {"start": start, "end": end, "label": "PER" if id == "one" else "LOC"}
            for start, end in spans]}
        for id, (english, _, spans) in TEXTS.items()])
    german = {id: text for id, (_, text, _) in TEXTS.items()}
    return _built(folder, source, "en", "de", german, *changes)


def _exported(corpus: Path) -> Path:
    [done] = export(corpus, "jsonl", corpus.parent / "export")
    assert (done.written.rows, done.written.left_out) == (len(TEXTS), [])
    return done.path


def _tags(corpus: Path, side: str) -> list[list[int]]:
    tags: list[list[int]] = load_from_disk(str(corpus))[f"{side}_tags"]
    return list(tags)


def _unknown(tags: Sequence[Sequence[int]]) -> int:
    return sum(tag == UNKNOWN for row in tags for tag in row)


def test_a_row_names_label_status_reason_and_likely_words(
    tmp_path: Path, forgetful: pytest.MonkeyPatch
) -> None:
    lines = _exported(_first(tmp_path, "mask_above=0.3")).read_text(encoding="utf-8").splitlines()
    one, _, none = map(json.loads, lines)
    assert one["lost_spans"] == [{
        "id": "1", "label": "PER", "status": "abstained", "reason": "forgotten", "likely": [
            {"start": 0, "end": 7, "mass": 0.6, "unknown": True},
            {"start": 8, "end": 12, "mass": 0.3, "unknown": True},
            {"start": 13, "end": 17, "mass": 0.02, "unknown": False}]}]
    assert [span["id"] for span in one["spans"]] == ["0"]
    assert "lost_spans" not in none


@pytest.mark.parametrize("change", ["mask_above=0.02", "mask_above=0.3", "mask_above=0.7",
                                    "on_lost_span=outside"])
def test_features_of_the_file_have_the_unknown_words_of_the_shard(
    tmp_path: Path, forgetful: pytest.MonkeyPatch, change: str
) -> None:
    corpus = _first(tmp_path, change)
    file = _exported(corpus)
    featurize(file, tmp_path / "features", STUDENT, feature_options(task="token", labels=TAGS))
    rows = load_from_disk(str(tmp_path / "features")).to_list()
    tags = _tags(corpus, "a")
    assert [_of_words(row) for row in rows] == tags
    assert bool(_unknown(tags)) == (change in ("mask_above=0.02", "mask_above=0.3"))
    weights = {round(weight, 2) for row in rows for weight in row["a_token_weights"]}
    assert weights == {0.0, 1.0} | {"mask_above=0.02": set(), "mask_above=0.3": {0.98}}.get(
        change, {0.4, 0.7, 0.98})
    gold = read_gold(tmp_path / "features").tags
    assert gold is not None
    assert len(gold.tags) == sum(tag != UNKNOWN for row in tags for tag in row)


def _of_words(row: Row) -> list[int]:
    """The label of each word: that of its first token."""
    first: dict[int, int] = {}
    for word, label in zip(row["a_word_ids"], row["a_token_labels"], strict=True):
        if word >= 0:
            first.setdefault(word, label)
    return list(first.values())


def test_another_threshold_of_features_is_that_of_the_masses(
    tmp_path: Path, forgetful: pytest.MonkeyPatch
) -> None:
    file = _exported(_first(tmp_path, "mask_above=0.3"))
    options = feature_options(task="token", labels=TAGS, mask_above=0.02)
    featurize(file, tmp_path / "features", STUDENT, options)
    made = [_of_words(row) for row in load_from_disk(str(tmp_path / "features")).to_list()]
    (tmp_path / "again").mkdir()
    assert made == _tags(_first(tmp_path / "again", "mask_above=0.02"), "a")


def test_a_build_of_the_file_keeps_its_unknown_words_and_projects_them(
    tmp_path: Path, forgetful: pytest.MonkeyPatch
) -> None:
    corpus = _first(tmp_path, "mask_above=0.3")
    file = _exported(corpus)
    forgetful.undo()
    (tmp_path / "back").mkdir()
    english = {id: text for id, (text, _, _) in TEXTS.items()}
    back = _built(tmp_path / "back", file, "de", "en", english)
    assert _tags(back, "b") == _tags(corpus, "a")
    [one, *_] = pairs(back)
    [lost] = [p for p in one.projections if p.status != "projected"]
    assert (lost.label, lost.reason) == ("PER", "lost in the input")
    words = [one.a.fields["text"][slice(*word)] for word in one.a.words[0].ranges]
    unknown = [word for word, tag in zip(words, _tags(back, "a")[0], strict=True)
               if tag == UNKNOWN]
    assert unknown == ["Yesterday", "met"]
    again = json.loads(_exported(back).read_text(encoding="utf-8").splitlines()[0])
    assert [(span["id"], span["reason"]) for span in again["lost_spans"]] == [
        ("1", "lost in the input")]
    featurize(back, tmp_path / "features", STUDENT, feature_options(task="token"))
    rows = load_from_disk(str(tmp_path / "features")).to_list()
    assert [_of_words(row) for row in rows] == _tags(back, "a")


def test_pairs_with_spans_that_were_lost_before_can_be_dropped(
    tmp_path: Path, forgetful: pytest.MonkeyPatch
) -> None:
    file = _exported(_first(tmp_path, "mask_above=0.3"))
    forgetful.undo()
    (tmp_path / "back").mkdir()
    english = {id: text for id, (text, _, _) in TEXTS.items()}
    back = _built(tmp_path / "back", file, "de", "en", english, "on_lost_span=drop_pair")
    assert [pair.b.id for pair in pairs(back)] == ["none"]


QUESTION = {"id": "q", "lang": "en", "fields": {"question": "Who?", "context": "Anna left."}}
LOST = {"label": "answer", "field": "context", "status": "rejected"}


def test_a_question_whose_answer_was_lost_is_not_one_without_an_answer(tmp_path: Path) -> None:
    options = feature_options(task="qa")
    known = {**QUESTION, "id": "none", "spans": []}
    file = _write(tmp_path / "qa.jsonl", [{**QUESTION, "lost_spans": [LOST]}, known])
    featurize(file, tmp_path / "features", STUDENT, options)
    first, second = load_from_disk(str(tmp_path / "features")).to_list()
    assert (first["a_start"], second["a_start"]) == (None, 0)
    assert read_gold(tmp_path / "features").keys == (("en", "none"),)


@pytest.mark.parametrize(
    ("lost", "reason"),
    [
        ({"label": "PER", "status": "found"}, "unknown-status: lost span 'lost-0' is 'found'"),
        ({"status": "rejected"}, "missing-key: the row has no 'label'"),
        ({"label": "PER", "words": []}, "unknown-key: a lost span has 'words'"),
        ({"label": "PER", "id": "0"}, "duplicate-span-id: two spans have the id '0'"),
        ({"label": "PER", "likely": [{"start": 0, "end": 99}]}, "likely-words: lost span 'lost-0'"),
        ({"label": "PER", "likely": [{"start": 0, "end": 1, "mass": 2}]}, "the mass 2.0"),
        ({"label": "PER", "likely": [{"start": 0, "end": 1, "unknown": 1}]}, "true or false"),
        ({"label": "CAT"}, "unknown-label: 'CAT'"),
        ("lost", "wrong-type: 'lost_spans[0]' must be an object"),
    ],
)
def test_a_lost_span_that_cannot_be_read_rejects_its_row(
    tmp_path: Path, lost: object, reason: str
) -> None:
    row = {"id": "1", "lang": "en", "text": "Anna left.",
           "spans": [{"start": 0, "end": 4, "label": "PER"}], "lost_spans": [lost]}
    [reject] = read(_write(tmp_path / "in.jsonl", [row]), labels=["PER"])
    assert not isinstance(reject, Example)
    assert reason in reject.reasons[0]


def test_likely_words_of_a_row_of_tokens_count_tokens(tmp_path: Path) -> None:
    row = {"id": "1", "lang": "en", "tokens": ["Anna", "left", "Rome"], "tags": ["B-PER", "O", "O"],
           "lost_spans": [{"label": "LOC", "likely": [{"start": 2, "end": 3}]}]}
    [made] = read(_write(tmp_path / "in.jsonl", [row]))
    assert isinstance(made, Example)
    [word] = made.lost[0].likely
    assert made.fields["text"][word.start:word.end] == "Rome"


def test_labels_of_lost_spans_alone_are_labels_of_the_corpus(tmp_path: Path) -> None:
    row = {"id": "1", "lang": "de", "text": "Anna ging.", "lost_spans": [
        {"label": "PER", "likely": [{"start": 0, "end": 4}]}]}
    file = _write(tmp_path / "de.in.jsonl", [row])
    (tmp_path / "out").mkdir()
    corpus = _built(tmp_path / "out", file, "de", "en", {"1": "Anna left."}, "source.labels=null")
    assert read_manifest(corpus)["labels"] == ["PER"]
    assert _tags(corpus, "b")[0][0] == _tags(corpus, "a")[0][0] == UNKNOWN
    assert load_from_disk(str(corpus)).features["a_tags"].feature.names == tag_names(["PER"])


def test_the_reserved_key_of_the_arrow_form_is_refused(tmp_path: Path) -> None:
    row = {"id": "1", "lang": "en", "text": "A.", "meta": {"crosslabel.lost_spans": 3}}
    [reject] = read(_write(tmp_path / "in.jsonl", [row]))
    assert not isinstance(reject, Example)
    assert reject.reasons[0].startswith("reserved-key: ")
