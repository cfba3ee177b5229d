"""Rows whose labels stand under other keys than ours: read if there is no doubt, else named."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.readers.notes import Notes
from crosslabel.projection.errors import InputError

CASES = Path(__file__).parents[2] / "data" / "cases"
NORA = "Nora Lindt works in Bremen."
TOKENS = ["Nora", "Lindt", "works", "in", "Bremen", "."]
TAGS = ["B-PER", "I-PER", "O", "O", "B-LOC", "O"]
PLACES = [("PER", "Nora Lindt"), ("LOC", "Bremen")]

Row = Mapping[str, Any]


def read_rows(
    folder: Path, rows: Sequence[Row], **options: Any
) -> tuple[list[Example | Reject], list[str]]:
    file, notes = folder / "in.jsonl", Notes()
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return list(read(file, lang="en", notes=notes, **options)), notes.lines


def labelled(row: Example | Reject) -> list[tuple[str, str]]:
    assert isinstance(row, Example), row
    return [(span.label, " ".join(row.fields[span.field][start:end]
                                  for start, end in span.fragments)) for span in row.spans]


@pytest.mark.parametrize(("name", "expected"), [
    ("labels/ner_tags.jsonl", [PLACES, [("ORG", "Harbour Museum of Bremen")]]),
    ("labels/entities.jsonl", [PLACES]),
    ("labels/surface_differs.jsonl", [[("PER", "Nora Lindt")], [("PER", "José Núñez")]]),
    ("questions/hub.jsonl", [[("answer", "Bremen")], []]),
])
def test_files_of_other_tools_have_their_labels(
    name: str, expected: list[list[tuple[str, str]]]
) -> None:
    assert list(map(labelled, read(CASES / name, lang="en"))) == expected


SPAN_LAYOUTS: dict[str, Row] = {
    "our own": {"text": NORA, "spans": [{"start": 0, "end": 10, "label": "PER"},
                                        {"start": 20, "end": 26, "label": "LOC"}]},
    "spaCy's triples": {"text": NORA, "entities": [[0, 10, "PER"], [20, 26, "LOC"]]},
    "triples as label": {"id": 7, "text": NORA, "label": [[0, 10, "PER"], [20, 26, "LOC"]]},
    "offsets of an annotation tool": {"text": NORA, "entities": [
        {"id": 1, "start_offset": 0, "end_offset": 10, "label": "PER"},
        {"id": 2, "start_offset": 20, "end_offset": 26, "label": "LOC"}]},
    "a tagger's output": {"text": NORA, "predictions": [
        {"entity_group": "PER", "score": 0.9, "word": "Nora Lindt", "start": 0, "end": 10},
        {"entity_group": "LOC", "score": 0.8, "word": "Bremen", "start": 20, "end": 26}]},
    "fragments": {"text": NORA, "mentions": [
        {"id": "T1", "type": "PER", "text": ["Nora Lindt"], "offsets": [[0, 10]]},
        {"id": "T2", "type": "LOC", "text": ["Bremen"], "offsets": [[20, 26]]}]},
    "tokens": {"tokens": TOKENS, "entities": [{"type": "PER", "start": 0, "end": 2},
                                              {"type": "LOC", "start": 4, "end": 5}]},
    "tokens, the end included": {"tokens": TOKENS, "ner": [[0, 1, "PER"], [4, 4, "LOC"]]},
    "characters beside tokens": {"text": NORA, "tokens": TOKENS, "entities": [
        {"start": 0, "end": 10, "label": "PER"}, {"start": 20, "end": 26, "label": "LOC"}]},
    "floats of a table": {"text": NORA, "entities": [
        {"start": 0.0, "end": 10.0, "label": "PER"}, {"start": 20.0, "end": 26.0, "label": "LOC"}]},
}  # fmt: skip


@pytest.mark.parametrize("layout", SPAN_LAYOUTS)
def test_objects_with_start_end_and_label_are_spans(tmp_path: Path, layout: str) -> None:
    [row], notes = read_rows(tmp_path, [SPAN_LAYOUTS[layout]])
    assert labelled(row) == PLACES
    assert len(notes) == (layout != "our own")


TAG_LAYOUTS: dict[str, Row] = {
    "our own": {"tokens": TOKENS, "tags": TAGS},
    "ner_tags": {"tokens": TOKENS, "ner_tags": TAGS},
    "with parts of speech": {"tokens": TOKENS, "pos_tags": ["NNP", "NNP", "VBZ", "IN", "NNP", "."],
                             "ner_tags": TAGS},
    "with chunks": {"tokens": TOKENS, "chunk_tags": ["B-NP", "I-NP", "B-VP", "B-PP", "B-NP", "O"],
                    "ner_tags": TAGS},
    "words and labels": {"words": TOKENS, "labels": TAGS},
    "with the text": {"text": NORA, "tokens": TOKENS, "bio": TAGS},
    "token": {"token": TOKENS, "iob": TAGS},
}


@pytest.mark.parametrize("layout", TAG_LAYOUTS)
def test_tags_as_long_as_the_tokens_are_tags(tmp_path: Path, layout: str) -> None:
    [row], notes = read_rows(tmp_path, [TAG_LAYOUTS[layout]])
    assert labelled(row) == PLACES
    assert len(notes) == (layout != "our own")


def test_the_note_says_what_was_read_and_what_only_kept(tmp_path: Path) -> None:
    row = {"tokens": TOKENS, "ner_tags": TAGS, "entities": [{"type": "X", "start": 0, "end": 2}]}
    _, notes = read_rows(tmp_path, [row])
    assert notes == ["in.jsonl: read entities as spans; ner_tags only kept; columns would overrule "
                     "this"]


def test_two_kinds_of_tags_without_a_name_that_tells_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"one and two may both be the tags; name one with "
                                         r"columns: \{tokens: tokens, tags: one\}"):
        read_rows(tmp_path, [{"tokens": TOKENS, "one": TAGS, "two": TAGS}])


def test_offsets_that_fit_characters_and_tokens_are_asked_for(tmp_path: Path) -> None:
    row = {"text": "A b c", "tokens": ["A", "b", "c"], "ents": [[0, 1, "X"]]}
    with pytest.raises(InputError, match="may count characters or tokens"):
        read_rows(tmp_path, [row])
    for columns, covered in (({"text": "text", "spans": "ents"}, "A"),
                             ({"tokens": "tokens", "spans": "ents"}, "A")):
        [found], _ = read_rows(tmp_path, [row], columns=columns)
        assert labelled(found) == [("X", covered)]


def test_a_row_in_another_form_than_the_others_is_rejected(tmp_path: Path) -> None:
    good = {"text": NORA, "entities": [{"start": 0, "end": 10, "label": "PER"}]}
    rows = [good] * 1200 + [{"text": NORA, "entities": ["Nora Lindt"]}]
    found, _ = read_rows(tmp_path, rows)
    assert [number for number, row in enumerate(found, 1) if isinstance(row, Reject)] == [1201]
    assert isinstance(found[-1], Reject)
    assert found[-1].reasons[0].startswith("unknown-form: entities[0] has no start, end and label")
    found, _ = read_rows(tmp_path, [TAG_LAYOUTS["ner_tags"], {"tokens": TOKENS}])
    assert isinstance(found[1], Reject)
    assert found[1].reasons[0].startswith("missing-key: the row has no 'ner_tags'")


@pytest.mark.parametrize(("rows", "message"), [
    ([{"messages": [{"role": "user", "content": "Hello"}]}],
     r"its keys are messages, the nearest known layout is text and spans"),
    ([{"sentence": "It is good.", "sentiment": "good"}],
     r"name the keys, such as columns: \{text: sentence, label: sentiment\}"),
    ([{"token": ["a", "b"], "relation": "no_relation", "subj_start": 0}],
     r"the nearest known layout is tokens and tags"),
    ([{"data": {"text": "a"}, "annotations": []}], "its keys are data, annotations"),
])
def test_an_unknown_layout_is_answered_with_the_nearest_known(
    tmp_path: Path, rows: Sequence[Row], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        read_rows(tmp_path, rows)


def test_an_array_of_rows_is_read_as_lines_are(tmp_path: Path) -> None:
    rows = [TAG_LAYOUTS["ner_tags"], {"tokens": ["a"], "ner_tags": ["O"], "note": "\ud800"}]
    (tmp_path / "in.json").write_text(json.dumps(rows, indent=2))
    good, bad = read(tmp_path / "in.json", lang="en")
    assert labelled(good) == PLACES
    assert isinstance(bad, Reject) and bad.row == 2
    assert bad.reasons[0].startswith("lone-surrogate")


PAIRS: dict[str, Row] = {
    "NLI on the hub": {"premise": "a", "hypothesis": "b", "label": 1},
    "SNLI": {"sentence1": "a", "sentence2": "b", "gold_label": "neutral", "pairID": "1"},
    "MNLI": {"premise": "a", "hypothesis": "b", "label": "neutral", "genre": "x", "idx": 4},
    "SNLI's own file": {"annotator_labels": ["neutral", "-"], "captionID": "4.jpg#4",
                         "gold_label": "neutral", "pairID": "4.jpg#4r1n", "sentence1": "a",
                         "sentence1_parse": "( a )", "sentence2": "b"},
    "ANLI": {"uid": "f", "premise": "a", "hypothesis": "b", "label": 1, "reason": "c"},
    "PAWS-X": {"sentence1": "a", "sentence2": "b", "label": 1, "id": 3},
}


@pytest.mark.parametrize("layout", PAIRS)
def test_pairs_of_texts_are_known_by_their_keys(tmp_path: Path, layout: str) -> None:
    names = {"0": "entailment", "1": "neutral"}
    [found], _ = read_rows(tmp_path, [PAIRS[layout]], label_names=names)
    assert isinstance(found, Example)
    assert (list(found.fields.values()), found.label, found.task) == (["a", "b"], "neutral", "text")


def test_a_source_beside_a_text_says_where_it_is_from(tmp_path: Path) -> None:
    [row], _ = read_rows(tmp_path, [{"text": "a", "source": "news", "target": "b"}])
    assert isinstance(row, Example) and row.meta == {"source": "news", "target": "b"}


def test_numbers_get_names_and_others_are_rejected(tmp_path: Path) -> None:
    rows = [{"text": "a b", "label": label} for label in (1, "no", 2, 0.0)]
    found, _ = read_rows(tmp_path, rows, label_names={"0": "no", "1": "yes"})
    assert [row.label if isinstance(row, Example) else row.reasons[0] for row in found] == [
        "yes", "no", "unknown-label: '2' is none of the labels that label_names names: 0, 1", "no"]
    [row], _ = read_rows(tmp_path, [{"tokens": ["a", "b"], "ner_tags": [0, 1]}],
                         label_names={"0": "O", "1": "B-X"},
                         columns={"tokens": "tokens", "tags": "ner_tags"})
    assert labelled(row) == [("X", "b")]


@pytest.mark.parametrize(("labels", "allowed", "read_as"), [
    (["a", None, "", "b"], None, ["a", None, None, "b"]),
    ([0, 2, -1], None, ["0", "2", None]),
    (["yes", "-", "-1"], None, ["yes", None, None]),
    (["yes", "-"], ["yes", "-"], ["yes", "-"]),
    ([-1, 0, 1], ["-1", "0", "1"], ["-1", "0", "1"]),
    ([-1, -1], None, [None, None]),
])
def test_a_missing_label_is_none(
    tmp_path: Path, labels: list[object], allowed: list[str] | None, read_as: list[str | None]
) -> None:
    rows, _ = read_rows(tmp_path, [{"text": "a b", "label": label} for label in labels],
                        labels=allowed)
    assert [(row.label, row.task) for row in rows if isinstance(row, Example)] == [
        (label, "text") for label in read_as]


@pytest.mark.parametrize("labels", [[-1, 1], ["+", "-"], [-1, 1, 2], ["1", "2", "-1"]])
def test_a_sign_that_may_be_a_class_is_asked_for(tmp_path: Path, labels: list[object]) -> None:
    with pytest.raises(InputError, match=r"in\.jsonl: the label '-1?' may mean 'no label' or be a "
                                         r"class .*; list the classes in source\.labels"):
        read_rows(tmp_path, [{"text": "a", "label": label} for label in labels])


def test_a_row_without_the_key_of_the_label_has_no_label(tmp_path: Path) -> None:
    rows, _ = read_rows(tmp_path, [{"text": "a", "label": "x"}, {"text": "b"}])
    assert [(row.label, row.task) for row in rows if isinstance(row, Example)] == [
        ("x", "text"), (None, "text")]


def test_spans_may_be_columns_and_are_no_tagged_tokens(tmp_path: Path) -> None:
    columns = {"start": [0, 20], "end": [10, 26], "label": ["PER", "LOC"]}
    [row], _ = read_rows(tmp_path, [{"text": NORA, "entities": columns}])
    assert labelled(row) == PLACES
    tokens = [{"entity": "B-PER", "word": "Nora", "start": 0, "end": 4},
              {"entity": "I-PER", "word": "Lindt", "start": 5, "end": 10}]
    with pytest.raises(InputError, match="entities are single tokens with tags such as 'B-PER'"):
        read_rows(tmp_path, [{"text": NORA, "entities": tokens}])


def test_the_end_of_triples_over_tokens_is_shown_by_one_token_or_asked_for(tmp_path: Path) -> None:
    mapping = {"tokens": "tokenized_text", "spans": "ner"}
    row = {"tokenized_text": TOKENS, "ner": [[0, 1, "PER"], [4, 4, "LOC"]]}
    [found], _ = read_rows(tmp_path, [row], columns=mapping)
    assert labelled(found) == PLACES
    [found], _ = read_rows(tmp_path, [{**row, "ner": [[0, 2, "PER"], [4, 5, "LOC"]]}],
                           columns=mapping)
    assert labelled(found) == PLACES
    with pytest.raises(InputError, match="nothing shows whether the end is the last token"):
        read_rows(tmp_path, [{"tokens": TOKENS, "ner": [[0, 3, "X"]]}])


OTHERS: dict[str, Any] = {"task": "news", "meta": "x", "words": 3, "tokens": 4, "value": "x",
                          "spans": ["PER: Nora"], "relations": [["Nora", "in", "Bremen"]]}


@pytest.mark.parametrize("key", OTHERS)
def test_keys_of_others_with_our_names_are_kept_aside(tmp_path: Path, key: str) -> None:
    rows = [{"text": NORA, "entities": [[0, 10, "PER"]], key: OTHERS[key]}] * 2
    found, notes = read_rows(tmp_path, rows)
    assert [labelled(row) for row in found] == [[("PER", "Nora Lindt")]] * 2
    assert isinstance(found[0], Example) and found[0].meta[key] == OTHERS[key]
    assert (f"in.jsonl: {key} only kept, because of what they hold; columns would overrule this"
            in notes)


@pytest.mark.parametrize("key", ["language", "locale", "lang_code"])
def test_the_language_may_have_another_key(tmp_path: Path, key: str) -> None:
    [row], notes = read_rows(tmp_path, [{"text": "Ja.", key: "de"}])
    assert isinstance(row, Example) and (row.lang, len(notes)) == ("de", 1)
    [row], notes = read_rows(tmp_path, [{"text": "Yes.", key: "English"}])
    assert isinstance(row, Example) and (row.lang, notes) == ("en", [])


def test_one_bad_row_does_not_change_what_the_others_mean(tmp_path: Path) -> None:
    good = TAG_LAYOUTS["with chunks"]
    found, _ = read_rows(tmp_path, [good] * 20 + [{**good, "ner_tags": ["O"]}])
    assert [labelled(row) for row in found[:-1]] == [PLACES] * 20
    assert isinstance(found[-1], Reject)
    assert found[-1].reasons[0].startswith("tags-differ: 1 tags for 6 tokens")


@pytest.mark.parametrize(("labels", "read_as"), [
    ([1.0, 0.0, -1.0], ["1", "0", None]), ([True, False], ["true", "false"]),
])
def test_numbers_of_tables_and_truth_values_are_classes(
    tmp_path: Path, labels: list[object], read_as: list[str | None]
) -> None:
    rows, _ = read_rows(tmp_path, [{"text": "a", "label": label} for label in labels])
    assert [row.label for row in rows if isinstance(row, Example)] == read_as
    (tmp_path / "in.csv").write_text("text,label\na,1.0\nb,\nc,-1.0\nd,0.0\n")
    assert [row.label for row in read(tmp_path / "in.csv", lang="en")
            if isinstance(row, Example)] == ["1", None, None, "0"]


def test_labels_with_fractions_are_values(tmp_path: Path) -> None:
    rows, _ = read_rows(tmp_path, [{"sentence1": "a", "sentence2": "b", "label": label}
                                   for label in (3.8, 5.0, None)])
    assert [(row.value, row.label, row.task) for row in rows if isinstance(row, Example)][:2] == [
        (3.8, None, "text"), (5.0, None, "text")]


def test_a_sign_for_no_label_needs_no_name(tmp_path: Path) -> None:
    rows, _ = read_rows(tmp_path, [{"text": "a", "label": label} for label in (0, 2, -1)],
                        label_names={"0": "x", "1": "y", "2": "z"})
    assert [row.label for row in rows if isinstance(row, Example)] == ["x", "z", None]


@pytest.mark.parametrize("answers", [{"text": [""], "answer_start": [-1]}, {}, [], None])
def test_an_answer_that_is_none_is_none(tmp_path: Path, answers: object) -> None:
    row = {"question": "Who?", "context": NORA, "answers": answers}
    [found], _ = read_rows(tmp_path, [row])
    assert labelled(found) == []
