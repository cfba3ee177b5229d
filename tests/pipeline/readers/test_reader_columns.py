"""Columns and keys by names of their own: JSON lines, tables on disk, and recipes that say them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from datasets import ClassLabel, Dataset, Features, List, Value

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.planning.rows import SourceRow, plan_source
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.recipe.file import load
from crosslabel.projection.errors import InputError

NLI = {"premise": "sentence1", "hypothesis": "sentence2", "label": "gold_label"}


def jsonl(folder: Path, *rows: Any) -> Path:
    file = folder / "in.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def one(path: Path, columns: Mapping[str, str], **options: Any) -> Example:
    [row] = read(path, lang="en", columns=columns, **options)
    assert isinstance(row, Example), row
    return row


def code(row: Example | Reject) -> str:
    assert isinstance(row, Reject), row
    return row.reasons[0].partition(":")[0]


def test_keys_of_json_rows_are_named_and_the_rest_is_kept(tmp_path: Path) -> None:
    row = one(jsonl(tmp_path, {"sentence1": "a", "sentence2": "b", "gold_label": "neutral",
                               "pairID": "7", "text": "c", "label": "d"}), NLI)
    assert list(row.fields.items()) == [("premise", "a"), ("hypothesis", "b")]
    assert (row.task, row.label) == ("text", "neutral")
    assert row.meta == {"pairID": "7", "text": "c", "label": "d"}


def test_order_of_the_mapping_is_that_of_the_texts(tmp_path: Path) -> None:
    row = one(jsonl(tmp_path, {"a": "1", "b": "2", "c": "3"}),
              {"title": "c", "text": "a", "extra": "b"})
    assert list(row.fields.items()) == [("title", "3"), ("text", "1"), ("extra", "2")]


def test_id_and_lang_are_found_by_name_unless_others_are_named(tmp_path: Path) -> None:
    file = jsonl(tmp_path, {"id": "x", "lang": "de", "n": 3, "body": "a"})
    row = one(file, {"text": "body"})
    assert (row.id, row.lang, row.meta) == ("x", "de", {"n": 3})
    named = one(file, {"text": "body", "id": "n"})
    assert (named.id, named.meta) == ("3", {"id": "x"})


def test_every_kind_of_annotation_can_be_named(tmp_path: Path) -> None:
    row = one(jsonl(tmp_path, {
        "t": "Anna left", "s": [{"start": 0, "end": 4, "label": "PER"}], "w": [[0, 4]],
        "v": 2, "kind": "text", "m": {"page": 3},
        "r": [{"head": "0", "tail": "0", "label": "self"}],
    }), {"text": "t", "spans": "s", "value": "v", "task": "kind", "meta": "m", "relations": "r"})
    assert (row.spans[0].label, row.value, row.task) == ("PER", 2.0, "text")
    assert (row.relations[0].label, row.meta) == ("self", {"w": [[0, 4]], "page": 3})


def test_json_row_without_a_key_is_a_reject_that_says_what_it_has(tmp_path: Path) -> None:
    bad, good = read(jsonl(tmp_path, {"body": "a"}, {"body": "a", "kind": "b"}), lang="en",
                     columns={"text": "body", "label": "kind"})
    assert code(bad) == "missing-key"
    assert isinstance(bad, Reject) and "'kind'; it has body" in bad.reasons[0]
    assert isinstance(good, Example)


@pytest.mark.parametrize("kind", ["jsonl", "dataset"])
def test_a_label_without_agreement_is_none(tmp_path: Path, kind: str) -> None:
    rows = [{"sentence1": "a", "sentence2": "b", "gold_label": label} for label in ("-", "neutral")]
    file = jsonl(tmp_path, *rows)
    if kind == "dataset":
        file = tmp_path / "in.parquet"
        Dataset.from_list(rows).to_parquet(file)
    undecided, good = read(file, lang="en", columns=NLI)
    assert isinstance(undecided, Example) and isinstance(good, Example)
    assert (undecided.label, undecided.task, good.label) == (None, "text", "neutral")


def test_integer_labels_are_read_as_text_but_nothing_else_is(tmp_path: Path) -> None:
    rows = [{"text": "a", "label": label} for label in (1, -2, [3], {"b": 4})]
    file = jsonl(tmp_path, *rows)
    one_, minus, *bad = read(file, lang="en", columns={"text": "text", "label": "label"})
    assert isinstance(one_, Example) and isinstance(minus, Example)
    assert (one_.label, minus.label) == ("1", "-2")
    assert [code(row) for row in bad] == ["wrong-type", "wrong-type"]


def test_class_labels_of_named_columns_are_read_by_name(tmp_path: Path) -> None:
    text, kind = Value("string"), ClassLabel(names=["no", "yes"])
    features = Features(s1=text, s2=text, kind=kind, plain=Value("int64"))
    data = {"s1": ["a", "b"], "s2": ["c", "d"], "kind": [1, 0], "plain": [0, 1]}
    Dataset.from_dict(data, features).save_to_disk(tmp_path / "in")
    columns = {"premise": "s1", "hypothesis": "s2"}
    named = list(read(tmp_path / "in", lang="en", columns=columns | {"label": "kind"}))
    plain = list(read(tmp_path / "in", lang="en", columns=columns | {"label": "plain"}))
    assert [row.label for row in named if isinstance(row, Example)] == ["yes", "no"]
    assert [row.label for row in plain if isinstance(row, Example)] == ["0", "1"]
    assert [row.meta for row in named if isinstance(row, Example)] == [{"plain": 0}, {"plain": 1}]


def test_tables_of_known_layouts_need_no_mapping(tmp_path: Path) -> None:
    Dataset.from_dict({"id": [4], "sentence1": ["a"], "sentence2": ["b"], "label": [1]}).to_parquet(
        tmp_path / "in.parquet")
    [row] = read(tmp_path / "in.parquet", lang="en")
    assert isinstance(row, Example)
    assert (row.id, row.fields, row.label) == ("4", {"sentence1": "a", "sentence2": "b"}, "1")


def test_missing_column_of_a_table_is_named_with_those_there_are(tmp_path: Path) -> None:
    Dataset.from_dict({"body": ["a"], "kind": ["b"]}).to_parquet(tmp_path / "in.parquet")
    with pytest.raises(InputError, match=r"in\.parquet: has no column 'label' .*body, kind"):
        read(tmp_path / "in.parquet", lang="en", columns={"text": "body", "label": "label"})


WORDS = Features(tokens=List(Value("string")), id=Value("string"),
                 pos_tags=List(ClassLabel(names=["NOUN", "VERB", "_"])))


def test_class_labels_that_are_no_tags_of_spans_label_words(tmp_path: Path) -> None:
    data = {"tokens": [["Dogs", "bark", "so"]], "pos_tags": [[0, 1, 2]], "id": ["w"]}
    Dataset.from_dict(data, WORDS).to_parquet(tmp_path / "in.parquet")
    columns = {"tokens": "tokens", "tags": "pos_tags"}
    row = one(tmp_path / "in.parquet", columns)
    assert (row.id, row.task, row.words[0].labels) == ("w", "words", ("NOUN", "VERB", None))


def test_labels_of_words_need_the_task_to_be_said_where_they_are_strings(tmp_path: Path) -> None:
    data = {"tokens": [["Dogs", "bark"]], "pos_tags": [["NOUN", "VERB"]]}
    Dataset.from_dict(data).to_parquet(tmp_path / "in.parquet")
    columns = {"tokens": "tokens", "tags": "pos_tags"}
    row = one(tmp_path / "in.parquet", columns, task="words")
    assert (row.task, row.words[0].labels) == ("words", ("NOUN", "VERB"))
    [bad] = read(tmp_path / "in.parquet", lang="en", columns=columns)
    assert isinstance(bad, Reject)
    assert bad.reasons[0].startswith("unknown-tag: 'NOUN'") and "task words" in bad.reasons[0]


def test_tags_of_json_rows_are_spans_or_labels(tmp_path: Path) -> None:
    file = jsonl(tmp_path, {"id": "1", "tokens": ["Anna", "left"], "tags": ["B-PER", "O"],
                            "label": "news"})
    [row] = read(file, lang="en")
    assert isinstance(row, Example)
    assert ([span.label for span in row.spans], row.label, row.task) == (["PER"], "news", "spans")
    [words] = read(file, lang="en", task="words")
    assert isinstance(words, Example)
    assert (words.words[0].labels, words.label) == (("B-PER", "O"), "news")


def test_task_is_that_of_rows_that_do_not_say_theirs(tmp_path: Path) -> None:
    rows = [{"id": "1", "text": "a"}, {"id": "2", "text": "a", "task": "spans"}]
    found = list(read(jsonl(tmp_path, *rows), lang="en", task="text"))
    assert [row.task for row in found if isinstance(row, Example)] == ["text", "spans"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"label": "a"}, "no text is named"),
        ({"fields": "a"}, "name each text by itself"),
        ({"tokens": "a", "premise": "b"}, "leave out tokens or premise"),
        ({"text": "a", "tags": "b"}, "name the column of the tokens"),
        ({"tokens": "a", "tags": "b", "spans": "c"}, "leave out tags or spans"),
    ],
)
def test_mappings_that_cannot_be_are_refused_here_and_in_recipes(
    tmp_path: Path, columns: dict[str, str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        read(jsonl(tmp_path), lang="en", columns=columns)
    with pytest.raises(InputError, match=message):
        load("demo-ner", [f"source.columns={json.dumps(columns)}"])


@pytest.mark.parametrize("format", ["text", "slots", "squad"])
def test_formats_without_columns_refuse_a_mapping(tmp_path: Path, format: str) -> None:
    with pytest.raises(InputError, match=f"the format {format} has no columns"):
        read(jsonl(tmp_path), format, "en", columns={"text": "a"})


@pytest.mark.parametrize(
    ("format", "task"),
    [("conll", "text"), ("conllu", "text"), ("text", "words"), ("slots", "words"),
     ("squad", "text")],
)
def test_formats_refuse_tasks_they_have_no_place_for(
    tmp_path: Path, format: str, task: Any
) -> None:
    with pytest.raises(InputError, match=f"the format {format} cannot have the task {task}"):
        read(jsonl(tmp_path), format, "en", task=task)


def planned(folder: Path, source: str) -> list[SourceRow | Reject]:
    (folder / "recipe.yaml").write_text(f"name: x\nsource: {source}\ntargets: [es]\n"
                                        "segmentation: {sentences: false}\n")
    found = plan_source(load(str(folder / "recipe.yaml"), []), folder / "work")
    return [row for shard in range(len(found.hashes)) for row in found.rows(shard)]


def test_a_recipe_names_columns_in_the_order_of_the_texts(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("one,two,kind\na,b,x\n")
    for texts in ("premise: one, hypothesis: two", "hypothesis: two, premise: one"):
        [row] = planned(tmp_path, f"{{path: in.csv, columns: {{{texts}, label: kind}}}}")
        assert isinstance(row, SourceRow)
        assert ", ".join(row.example.fields) == ", ".join(
            part.split(":")[0] for part in texts.split(", "))


def test_rows_of_other_languages_do_not_make_those_of_the_corpus_duplicates(
    tmp_path: Path,
) -> None:
    (tmp_path / "xnli.tsv").write_text(
        "language\tgold_label\tsentence1\tsentence2\tpairID\n"
        "de\tneutral\tA\tB\t1\nen\tneutral\ta\tb\t1\nen\t-\tc\td\t2\nen\tneutral\te\tf\t1\n"
    )
    german, english, undecided, again = planned(tmp_path, "{path: xnli.tsv, lang: en}")
    assert isinstance(english, SourceRow)
    assert (english.example.id, english.example.fields) == (
        "1", {"premise": "a", "hypothesis": "b"})
    assert [row.reasons[0].partition(":")[0] for row in (german, undecided, again)
            if isinstance(row, Reject)] == ["other-language", "duplicate-id"]
