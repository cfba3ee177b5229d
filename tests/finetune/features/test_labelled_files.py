"""Labelled files with translations looked up by id."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from datasets import load_from_disk

from crosslabel.finetune.features.featurize import featurize
from crosslabel.finetune.features.options import feature_options
from crosslabel.finetune.sidecar import Sidecar
from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.reading import pairs
from crosslabel.pipeline.recipe.file import load
from crosslabel.projection.errors import InputError
from tests.finetune.features.hand_made import STUDENT, TAGS, reference
from tests.pipeline.corpus_builds import TINY_ENCODER
from tests.pipeline.labellers.tiny_labellers import tiny_labeller

SENTENCES = {"s1": "Anna moved to Lisbon .", "s2": "Omar works in Hamburg .",
             "s3": "Marie was born in Warsaw ."}
PLACES = {"s1": 3, "s2": 3, "s3": 4}


def sentence(id: str) -> dict[str, Any]:
    tokens = SENTENCES[id].split()
    place = PLACES[id]
    return {"id": id, "lang": "en", "tokens": tokens,
            "spans": [{"start": 0, "end": 1, "label": "PER"},
                      {"start": place, "end": place + 1, "label": "LOC"}]}


def question(id: str) -> dict[str, Any]:
    context = SENTENCES[id].replace(" .", ".")
    name = context.split()[0]
    return {"id": id, "lang": "en", "fields": {"question": "Who is it?", "context": context},
            "spans": [{"start": 0, "end": len(name), "label": "answer", "field": "context"}]}


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def translated(path: Path, out: Path, *changes: str) -> Path:
    recipe = load("demo-ner", [f"source.path={path}", "source.labels=", "targets=[de]",
                               "translation.beam=1", TINY_ENCODER, *changes])
    build(recipe, out)
    return out


def run(
    input: Path, out: Path, task: str, translations: Path | None = None, **values: Any
) -> tuple[Sidecar, list[dict[str, Any]]]:
    labels = TAGS if task == "token" else None
    options = feature_options(task=task, labels=labels, **values)
    sidecar = featurize(input, out, STUDENT, options, translations=translations)
    return sidecar, load_from_disk(str(out)).to_list()


@pytest.fixture(scope="module")
def without_second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Translations of the first and the third sentence alone."""
    folder = tmp_path_factory.mktemp("translated")
    file = write(folder / "part.jsonl", [sentence("s3"), sentence("s1")])
    return translated(file, folder / "de")


def test_rows_find_their_translation_by_id(tmp_path: Path, without_second: Path) -> None:
    file = write(tmp_path / "test.jsonl", [sentence(id) for id in SENTENCES])
    sidecar, rows = run(file, tmp_path / "out", "token", without_second)
    expected = {pair.b.id: pair.a for pair in pairs(without_second)}
    assert [row["example_id"] for row in rows] == list(SENTENCES)
    kinds = [(row["pair_kind"], row["lang_b"], row["b_label_origin"]) for row in rows]
    assert kinds == [("translate_test", "de", 3), ("identity", "en", 0),
                     ("translate_test", "de", 3)]
    assert rows[1]["b_input_ids"] == rows[1]["b_token_labels"] == []
    assert sidecar.counts["rows without translation"] == 1
    words = expected["s1"].words[0].ranges
    surface = [expected["s1"].fields["text"][start:end] for start, end in words]
    assert rows[0]["b_input_ids"] == reference()(surface, is_split_into_words=True)["input_ids"]
    assert all(row["a_label_origin"] == 1 and row["lang_a"] == "en" for row in rows)


def test_all_human_labels_come_out(tmp_path: Path, without_second: Path) -> None:
    file = write(tmp_path / "test.jsonl", [sentence(id) for id in SENTENCES])
    rows = run(file, tmp_path / "out", "token", without_second)[1]
    assert len(rows) == 3
    for row in rows:
        known = [TAGS[label] for label in row["a_token_labels"] if label >= 0]
        place = PLACES[row["example_id"]]
        assert [n for n, tag in enumerate(known) if tag == "B-PER"] == [0]
        assert [n for n, tag in enumerate(known) if tag == "B-LOC"] == [place]
        assert known.count("O") == len(known) - 2


def test_a_file_and_its_corpus_share_groups(tmp_path: Path, without_second: Path) -> None:
    file = write(tmp_path / "test.jsonl", [sentence(id) for id in SENTENCES])
    _, rows = run(file, tmp_path / "out", "token")
    options = feature_options(task="token", evaluation=True)
    featurize(without_second, tmp_path / "train", STUDENT, options)
    groups = {row["example_id"]: row["group_id"] for row in rows}
    found = load_from_disk(str(tmp_path / "train")).to_list()
    assert {row["example_id"]: row["group_id"] for row in found} \
        == {id: groups[id] for id in ("s1", "s3")}


def test_rows_that_cannot_be_read_are_kept_and_counted(tmp_path: Path) -> None:
    bad = sentence("s2") | {"spans": [{"start": 0, "end": 99, "label": "PER"}]}
    file = write(tmp_path / "test.jsonl", [sentence("s1"), bad, sentence("s3")])
    sidecar, rows = run(file, tmp_path / "out", "token")
    assert [row["example_id"] for row in rows] == ["s1", "s3"]
    assert sidecar.counts["rows in"] == 3 == sidecar.counts["rejected"] + len(rows)
    (kept,) = (tmp_path / "out" / "en").glob("*.rejects.jsonl")
    rejects = [json.loads(line) for line in kept.read_text().splitlines()]
    assert [(own["row"], own["reasons"][0].split(":")[0]) for own in rejects] \
        == [(2, "offset-outside-text")]


def test_translations_of_another_text_are_refused(tmp_path: Path, without_second: Path) -> None:
    other = sentence("s1") | {"tokens": ["Anna", "moved", "to", "Rome", "."]}
    file = write(tmp_path / "test.jsonl", [other])
    with pytest.raises(InputError, match=r"row s1: the text differs from .*test\.jsonl"):
        run(file, tmp_path / "out", "token", without_second)


def test_classes_must_be_given(tmp_path: Path) -> None:
    file = write(tmp_path / "test.jsonl", [sentence("s1")])
    with pytest.raises(InputError, match="give labels_from"):
        featurize(file, tmp_path / "out", STUDENT, feature_options(task="token"))


def test_human_rows_are_never_dropped_for_their_translation(tmp_path: Path) -> None:
    file = write(tmp_path / "test.jsonl", [sentence("s1")])
    with pytest.raises(InputError, match="drop_pair"):
        run(file, tmp_path / "out", "token", on_lost_span="drop_pair")


PARTS = """\
# sent_id = s1
# text = Dogs bark.
1\tDogs\tdog\tNOUN\t_\t_\t2\tnsubj\t_\t_
2\tbark\tbark\tVERB\t_\t_\t0\troot\t_\tSpaceAfter=No
3\t.\t.\tPUNCT\t_\t_\t2\tpunct\t_\t_

"""


def test_parts_of_speech_are_classes_without_prefixes(tmp_path: Path) -> None:
    file = tmp_path / "test.conllu"
    file.write_text(PARTS)
    corpus = translated(file, tmp_path / "de", "projection.method=itermax")
    options = feature_options(task="token")
    sidecar = featurize(corpus, tmp_path / "train", STUDENT, options)
    assert sidecar.labels == ("NOUN", "PUNCT", "VERB")
    options = feature_options(task="token", labels=sidecar.labels)
    featurize(file, tmp_path / "test", STUDENT, options, translations=corpus, lang="en")
    (row,) = load_from_disk(str(tmp_path / "test")).to_list()
    known = [sidecar.labels[label] for label in row["a_token_labels"] if label >= 0]
    assert known == ["NOUN", "VERB", "PUNCT"]
    (pair,) = pairs(corpus)
    labels = [label for label in pair.a.words[0].labels if label is not None]
    assert [sidecar.labels[label] for label in row["b_token_labels"] if label >= 0] == labels
    assert labels


def test_one_dropped_question_shifts_no_window(tmp_path: Path) -> None:
    part = write(tmp_path / "part.jsonl", [question("s3"), question("s1")])
    corpus = translated(part, tmp_path / "de")
    file = write(tmp_path / "test.jsonl", [question(id) for id in SENTENCES])
    _, rows = run(file, tmp_path / "out", "qa", corpus)
    alone = {}
    for id in SENTENCES:
        single = write(tmp_path / f"{id}.jsonl", [question(id)])
        (alone[id],) = run(single, tmp_path / id, "qa", corpus)[1]
    for row in rows:
        same = {name: own for name, own in row.items() if name != "row_id"}
        assert same == {name: own for name, own in alone[row["example_id"]].items()
                        if name != "row_id"}
        start, end = row["a_offsets"][2 * row["a_start"]], row["a_offsets"][2 * row["a_end"] + 1]
        assert row["a_text"][start:end] == SENTENCES[row["example_id"]].split()[0]
    assert [row["window_b"] for row in rows] == [0, None, 0]


def labelled_by_a_model(file: Path, folder: Path) -> Path:
    """A corpus of the rows of an English file, their German translations labelled by a model."""
    model = tiny_labeller(folder / "model", "token", TAGS)
    return translated(file, folder / "out", f"label={{model: {model}}}")


def test_translations_that_a_model_labelled_stand_beside_the_rows_too(tmp_path: Path) -> None:
    file = write(tmp_path / "test.jsonl", [sentence(id) for id in SENTENCES])
    corpus = labelled_by_a_model(file, tmp_path)
    _, rows = run(file, tmp_path / "features", "token", corpus)
    found = {pair.a.id: pair for pair in pairs(corpus)}
    assert [row["example_id"] for row in rows] == list(found) == list(SENTENCES)
    for row in rows:
        assert (row["pair_kind"], row["lang_a"], row["lang_b"]) == ("translate_test", "en", "de")
        assert (row["a_label_origin"], row["b_label_origin"]) == (1, 5)
        pair = found[row["example_id"]]
        expected = [tag for tag in row["a_token_labels"] if tag != -100]
        assert [TAGS[tag] for tag in expected] == [
            {0: "B-PER", PLACES[row["example_id"]]: "B-LOC"}.get(number, "O")
            for number in range(len(expected))]
        words = len(pair.b.words[0].ranges)
        assert sum(tag != -100 for tag in row["b_token_labels"]) == words


def test_a_corpus_that_a_model_labelled_trains_a_student(tmp_path: Path) -> None:
    file = write(tmp_path / "text.jsonl", [{"id": id, "lang": "en", "text": text}
                                           for id, text in SENTENCES.items()])
    corpus = labelled_by_a_model(file, tmp_path)
    featurize(corpus, tmp_path / "features", STUDENT, feature_options(task="token"))
    rows = load_from_disk(str(tmp_path / "features")).to_list()
    weights = set()
    for row, pair in zip(rows, pairs(corpus), strict=True):
        assert (row["pair_kind"], row["lang_a"], row["lang_b"]) == ("translate_test", "en", "de")
        assert (row["a_label_origin"], row["b_label_origin"]) == (5, 5)
        scores = {round(span.score or 0.0, 3) for span in pair.a.spans}
        tagged = [round(weight, 3) for weight, tag in zip(
            row["a_token_weights"], row["a_token_labels"], strict=True) if tag > 0]
        assert all(min(abs(weight - score) for score in scores) < 2e-3 for weight in tagged)
        weights |= set(tagged)
    assert weights and 1.0 not in weights
