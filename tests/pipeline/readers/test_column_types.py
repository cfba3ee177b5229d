"""Columns that are known by their types: tags, words, classes, whatever they are called."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from datasets import ClassLabel, Dataset, Features, List, Value
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.planning.label_order import span_labels
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.readers.notes import Notes
from crosslabel.projection.errors import InputError

IOB = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
TEXT, WORDS = Value("string"), List(Value("string"))
NORA = ["Nora", "Lindt", "sings", "in", "Bremen"]


def _tags(*names: str) -> List:
    return List(ClassLabel(names=list(names)))


def _saved(folder: Path, features: dict[str, Any], *rows: dict[str, Any]) -> Path:
    """An Arrow file of these rows."""
    table = pa.Table.from_pylist(list(rows), schema=Features(features).arrow_schema)
    with pa.ipc.new_stream(str(folder / "in.arrow"), table.schema) as out:
        out.write_table(table)
    return folder / "in.arrow"


def _read(file: Path, **settings: Any) -> tuple[list[Example], Notes]:
    notes = Notes()
    rows = list(read(file, lang="en", notes=notes, **settings))
    assert all(isinstance(row, Example) for row in rows), rows
    return rows, notes  # type: ignore[return-value]


def _surfaces(example: Example) -> list[tuple[str, str]]:
    return [(span.label, example.fields["text"][slice(*span.fragments[0])])
            for span in example.spans]


SPANS = [("PER", "Nora Lindt"), ("LOC", "Bremen")]
TAGGED: dict[str, tuple[dict[str, Any], dict[str, Any], str | None]] = {
    "as crosslabel calls them": (
        {"tokens": WORDS, "tags": _tags(*IOB)}, {"tokens": NORA, "tags": [1, 2, 0, 0, 3]}, None),
    "CoNLL 2003": (
        {"id": TEXT, "tokens": WORDS, "pos_tags": _tags("NNP", "VBZ", "IN"),
         "chunk_tags": _tags("O", "B-NP", "I-NP"), "ner_tags": _tags(*IOB)},
        {"id": "7", "tokens": NORA, "pos_tags": [0, 0, 1, 2, 0], "chunk_tags": [1, 2, 0, 0, 1],
         "ner_tags": [1, 2, 0, 0, 3]},
        "read tokens as tokens, ner_tags as tags; pos_tags and chunk_tags only kept"),
    "WikiANN": (
        {"tokens": WORDS, "ner_tags": _tags(*IOB), "langs": WORDS, "spans": WORDS},
        {"tokens": NORA, "ner_tags": [1, 2, 0, 0, 3], "langs": ["en"] * 5,
         "spans": ["PER: Nora Lindt", "LOC: Bremen"]}, "read ner_tags as tags"),
    "other names": (
        {"sentence": TEXT, "sent": WORDS, "gold": _tags(*IOB)},
        {"sentence": "x", "sent": NORA, "gold": [1, 2, 0, 0, 3]},
        "read sent as tokens, gold as tags"),
    "words among lists": (
        {"lemmas": WORDS, "words": WORDS, "labels": _tags(*IOB)},
        {"lemmas": ["x"] * 5, "words": NORA, "labels": [1, 2, 0, 0, 3]},
        "read words as tokens, labels as tags"),
    "strings by what they hold": (
        {"words": WORDS, "ner": WORDS},
        {"words": NORA, "ner": ["B-PER", "I-PER", "O", "O", "B-LOC"]},
        "read words as tokens, ner as tags"),
    "bare labels": (
        {"tokens": WORDS, "ner_tags": _tags("O", "LOC", "PER"), "fine_ner_tags": _tags("O", "x")},
        {"tokens": NORA, "ner_tags": [2, 2, 0, 0, 1], "fine_ner_tags": [0, 0, 0, 0, 1]},
        "read tokens as tokens, ner_tags as tags; fine_ner_tags only kept"),
}  # fmt: skip


@pytest.mark.parametrize("layout", TAGGED)
def test_tags_of_spans_are_found(tmp_path: Path, layout: str) -> None:
    features, row, note = TAGGED[layout]
    [example], notes = _read(_saved(tmp_path, features, row))
    assert (_surfaces(example), example.task) == (SPANS, "spans")
    own = {"id", "tokens", "tags"}
    assert set(example.meta) >= {key for key in features if key not in own} - {
        "ner_tags", "sent", "gold", "words", "labels", "ner"}
    assert notes.lines == ([f"in.arrow: {note}; columns would overrule this"] if note else [])
    classes = [feature.feature.names for key, feature in features.items()
               if key in ("ner_tags", "gold", "labels", "tags")
               and isinstance(feature.feature, ClassLabel)]
    bare = layout == "bare labels"
    assert notes.classes == ([name for name in classes[0] if not bare or name != "O"]
                             if classes else [])
    assert example.id == row.get("id", example.id)


POS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "Universal Dependencies": (
        {"text": TEXT, "tokens": WORDS, "lemmas": WORDS, "upos": _tags("PROPN", "VERB"),
         "xpos": WORDS},
        {"text": "Nora sings", "tokens": ["Nora", "sings"], "lemmas": ["Nora", "sing"],
         "upos": [0, 1], "xpos": ["NNP", "VBZ"]}),
    "the only tags": (
        {"words": WORDS, "pos_tags": _tags("PROPN", "VERB")},
        {"words": ["Nora", "sings"], "pos_tags": [0, 1]}),
    "under the name tags": (
        {"tokens": WORDS, "tags": _tags("PROPN", "VERB")},
        {"tokens": ["Nora", "sings"], "tags": [0, 1]}),
}  # fmt: skip


@pytest.mark.parametrize("layout", POS)
def test_classes_that_are_no_tags_of_spans_label_words(tmp_path: Path, layout: str) -> None:
    [example], notes = _read(_saved(tmp_path, *POS[layout]))
    assert (example.task, example.fields["text"]) == ("words", "Nora sings")
    assert example.words[0].labels == ("PROPN", "VERB")
    assert notes.classes == ["PROPN", "VERB"]


def test_the_task_words_takes_parts_of_speech_where_there_are_tags_of_spans_too(
    tmp_path: Path,
) -> None:
    features, row, _ = TAGGED["CoNLL 2003"]
    [example], _ = _read(_saved(tmp_path, features, row), task="words")
    assert example.words[0].labels == ("NNP", "NNP", "VBZ", "IN", "NNP")


def test_a_class_beside_tags_and_a_class_of_a_text(tmp_path: Path) -> None:
    file = _saved(tmp_path, {"tokens": WORDS, "slots": _tags("O", "B-time"),
                             "intent": ClassLabel(names=["alarm"])},
                  {"tokens": ["at", "six"], "slots": [0, 1], "intent": 0})
    [example], notes = _read(file)
    assert (_surfaces(example), example.label) == ([("time", "six")], "alarm")
    assert notes.classes == ["O", "B-time"]
    moods = ClassLabel(names=["bad", "good"])
    for text, label in (("sentence", "label"), ("text", "mood"), ("review", "mood")):
        file = _saved(tmp_path, {"idx": Value("int32"), text: TEXT, "doc_id": TEXT, label: moods},
                      {"idx": 1, text: "Fine.", "doc_id": "d", label: 1},
                      {"idx": 2, text: "Hm.", "doc_id": "d", label: -1})
        found, notes = _read(file)
        assert [(row.fields["text"], row.label, row.task) for row in found] == [
            ("Fine.", "good", "text"), ("Hm.", None, "text")]
        assert found[0].meta == {"idx": 1, "doc_id": "d"}
        assert notes.classes == ["bad", "good"]


def test_classes_of_spans_in_a_table_are_declared(tmp_path: Path) -> None:
    span = {"start": Value("int32"), "end": Value("int32"), "label": ClassLabel(names=["Z", "A"])}
    file = _saved(tmp_path, {"text": TEXT, "spans": List(span)},
                  {"text": "Nora", "spans": [{"start": 0, "end": 4, "label": 1}]})
    [example], notes = _read(file)
    assert (_surfaces(example), notes.classes) == ([("A", "Nora")], ["Z", "A"])


UNCLEAR: dict[str, tuple[dict[str, Any], str]] = {
    "two columns of tags": (
        {"tokens": WORDS, "one": _tags(*IOB), "two": _tags(*IOB)},
        "one and two may all be the tags; name the columns, such as columns: "),
    "two columns of tokens": (
        {"a": WORDS, "b": WORDS, "ner_tags": _tags(*IOB)}, "a and b may all be the tokens"),
    "two classes": (
        {"sentence": TEXT, "coarse": ClassLabel(names=["x"]), "fine": ClassLabel(names=["y"])},
        r"coarse and fine may all be the class; .* \{text: sentence, label: coarse\}"),
    "several classes for a text": (
        {"text": TEXT, "emotions": _tags("joy", "fear")},
        r"emotions holds lists of classes, but no column has a token for each"),
    "several texts": (
        {"title": TEXT, "content": TEXT, "topic": ClassLabel(names=["x"])}, "no text under a name"),
}  # fmt: skip


@pytest.mark.parametrize("kind", UNCLEAR)
def test_what_may_be_read_in_several_ways_is_asked_for(tmp_path: Path, kind: str) -> None:
    features, message = UNCLEAR[kind]
    row = {key: ([] if isinstance(feature, List) else 0 if isinstance(feature, ClassLabel)
                 else "x y") for key, feature in features.items()}
    with pytest.raises(InputError, match=rf"in\.arrow: .*{message}"):
        read(_saved(tmp_path, features, row), lang="en")


@pytest.mark.parametrize("names", [
    ["PER-B", "PER-I", "O", "LOC-B"], ["b-PER", "i-PER", "o", "b-LOC"],
    ["B_PER", "I_PER", "O", "B_LOC"], ["B-PER", "E-PER", "O", "S-LOC"],
    ["PER", "PER", "O", "LOC"],
])  # fmt: skip
def test_tags_are_read_in_every_notation_of_their_classes(
    tmp_path: Path, names: list[str]
) -> None:
    classes = list(dict.fromkeys([*names, "O" if "O" in names else "o"]))
    numbers = [classes.index(name) for name in (*names[:2], names[2], names[2], names[3])]
    for columns in ({}, {"tokens": "t", "tags": "g"}):
        file = _saved(tmp_path, {"t": WORDS, "g": _tags(*classes)}, {"t": NORA, "g": numbers})
        [example], notes = _read(file, columns=columns)
        assert (_surfaces(example), "repaired_tags" in example.meta) == (SPANS, False)
        assert span_labels(notes.classes) == ["PER", "LOC"]


def test_columns_overrule_types(tmp_path: Path) -> None:
    features, row, _ = TAGGED["CoNLL 2003"]
    file = _saved(tmp_path, features, row)
    [example], notes = _read(file, columns={"tokens": "tokens", "tags": "chunk_tags"})
    assert _surfaces(example) == [("NP", "Nora Lindt"), ("NP", "Bremen")]
    assert (notes.lines, notes.classes) == ([], ["O", "B-NP", "I-NP"])
    [example], _ = _read(file, columns={"tokens": "tokens", "tags": "pos_tags"})
    assert (example.task, example.words[0].labels[2:4]) == ("words", ("VBZ", "IN"))


def test_a_row_without_tags_or_with_an_unknown_number_is_rejected_alone(tmp_path: Path) -> None:
    file = _saved(tmp_path, {"words": WORDS, "ner": _tags(*IOB)},
                  {"words": ["a"], "ner": [1]}, {"words": ["a"], "ner": None},
                  {"words": ["a"], "ner": [9]}, {"words": ["a"], "ner": [-1]},
                  {"words": ["b"], "ner": [0]})
    found = list(read(file, lang="en"))
    assert [row.reasons[0].partition(":")[0] if isinstance(row, Reject) else row.fields["text"]
            for row in found] == ["a", "missing-key", "unknown-tag", "unknown-tag", "b"]


def test_a_label_with_fractions_is_a_value(tmp_path: Path) -> None:
    """As STS-B on the hub has it; pandas writes whole numbers beside nulls with a point too."""
    for labels, expected in (([3.5, 2.0, None], [(None, 3.5), (None, 2.0), (None, None)]),
                             ([1.0, None, 0.0], [("1", None), (None, None), ("0", None)])):
        file = _saved(tmp_path, {"sentence1": TEXT, "sentence2": TEXT, "label": Value("float32")},
                      *({"sentence1": "a", "sentence2": "b", "label": label} for label in labels))
        assert [(row.label, row.value) for row in _read(file)[0]] == expected


def test_labels_of_a_table_that_mean_none_are_null(tmp_path: Path) -> None:
    file = _saved(tmp_path, {"premise": TEXT, "hypothesis": TEXT, "label": Value("int64")},
                  *({"premise": "a", "hypothesis": "b", "label": label} for label in (0, 1, -1)))
    found, _ = _read(file)
    assert [row.label for row in found] == ["0", "1", None]


NAMES = st.lists(st.sampled_from(["PER", "LOC", "ORG", "a b", "é"]), min_size=1, unique=True)


@settings(max_examples=25)
@given(NAMES, st.lists(st.lists(st.integers(0, 20), min_size=1, max_size=6), min_size=1,
                       max_size=4), st.sampled_from(["tokens", "words", "forms"]),
       st.sampled_from(["ner_tags", "tags", "gold", "labels"]))
def test_class_numbers_and_their_names_are_read_alike(
    labels: list[str], numbers: list[list[int]], tokens: str, tags: str
) -> None:
    names = ["O", *(f"{position}-{label}" for label in labels for position in "BI")]
    given = [[number % len(names) for number in row] for row in numbers]
    words = [[f"w{place}" for place in range(len(row))] for row in given]
    with TemporaryDirectory() as folder:
        typed = _saved(Path(folder), {tokens: WORDS, tags: _tags(*names)},
                       *({tokens: one, tags: two} for one, two in zip(words, given, strict=True)))
        found, notes = _read(typed)
        plain = Dataset.from_dict({
            "tokens": words, "tags": [[names[number] for number in row] for row in given]})
        expected, _ = _read(_saved(Path(folder), dict(plain.features), *plain))
    assert found == expected
    assert notes.classes == names
