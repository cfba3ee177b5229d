"""Files of others that are meant to do harm are refused in one line, or lose only what is bad."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from crosslabel.pipeline.corpus.reading import pairs, read_manifest
from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.export.export import export
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.recipe.file import load, load_as
from crosslabel.projection.errors import CrosslabelError, InputError
from crosslabel.projection.files.limits import MAX_RECIPE_CHARACTERS
from tests.fuzzing.other_files import SHARD
from tests.fuzzing.seeds import MANIFESTS, SIDECARS
from tests.fuzzing.tables import table_bytes


def _damaged(rows: list[Example | Reject]) -> list[str]:
    return [row.reasons[0].partition(":")[0] if isinstance(row, Reject) else "ok" for row in rows]


@pytest.mark.parametrize("ending", [".arrow", ".parquet"])
def test_a_time_that_is_none_costs_its_row_alone(tmp_path: Path, ending: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = tmp_path / f"a{ending}"
    times = pa.array([0, 2**60, 5], pa.int64()).cast(pa.timestamp("ms"))
    table = pa.table({"text": ["a", "b", "c"], "when": times})
    if ending == ".parquet":
        pq.write_table(table, file)
    else:
        with pa.OSFile(str(file), "wb") as out, pa.ipc.new_stream(out, table.schema) as writer:
            writer.write_table(table)
    assert _damaged(list(read(file, lang="en"))) == ["ok", "damaged-row", "ok"]


def test_text_that_lies_outside_its_table_costs_its_row_alone(tmp_path: Path) -> None:
    """Arrow would read whatever lies in memory there."""
    import pyarrow as pa

    offsets = pa.array([0, 1, 2**30, 3], pa.int32()).buffers()[1]
    texts = pa.StringArray.from_buffers(3, offsets, pa.py_buffer(b"abc"))
    file = tmp_path / "a.arrow"
    table = pa.table({"text": texts})
    with pa.OSFile(str(file), "wb") as out, pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    rows = list(read(file, lang="en"))
    assert _damaged(rows) == ["ok", "damaged-row", "damaged-row"]


def test_a_gzipped_file_that_unpacks_to_far_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crosslabel.projection.files.lines.MAX_UNPACKED_BYTES", 1 << 10)
    for name, line in (("one.txt.gz", b"x" * (1 << 25)), ("many.txt.gz", b"x\n" * (1 << 16))):
        (tmp_path / name).write_bytes(gzip.compress(line))
        with pytest.raises(InputError, match=rf"{name}: unpacks to more than 200 times its size"):
            list(read(tmp_path / name, lang="en"))


def test_a_json_file_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crosslabel.pipeline.readers.squad_file.MAX_FILE_BYTES", 1000)
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(b" " * (1 << 20)))
    with pytest.raises(InputError, match=r"a\.json\.gz: has more than 1,000 bytes"):
        list(read(tmp_path / "a.json.gz", format="squad", lang="en"))


RECIPE = "name: mine\nsource: {path: x.jsonl}\ntargets: [de]\n"
_LAUGHS = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
_MERGES = "".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 12))
BAD_RECIPES = {
    "aliases of aliases": "a0: &a0 x\n" + _LAUGHS + RECIPE,
    "merges of merges": "a0: &a0 {x: y}\n" + _MERGES + RECIPE,
    "a wrong value that is huge": RECIPE.replace("mine", "*a9") + "a0: &a0 x\n" + _LAUGHS,
    "an alias in itself": "a: &a [*a]\n" + RECIPE,
    "half a character": RECIPE.replace("x.jsonl", '"\\ud800"'),
    "a null character": RECIPE.replace("x.jsonl", '"x\\0"'),
    "no such day": RECIPE.replace("mine", "2020-99-99"),
    "no truth": RECIPE.replace("mine", "!!bool x"),
    "a number of many digits": RECIPE.replace("mine", "9" * 5000),
    "an object of Python": RECIPE.replace("mine", "!!python/object/apply:os.getcwd []"),
    "nested": RECIPE + "x: " + "[" * 2000,
    "a megabyte": RECIPE + "#" + "x" * MAX_RECIPE_CHARACTERS,
    "not a number": RECIPE + "translation: {length_penalty: .nan}\n",
    "no end": RECIPE + "translation: {length_penalty: .inf}\n",
    "name goes up": RECIPE.replace("mine", "../mine"),
    "name is a folder": RECIPE.replace("mine", "a/b"),
    "name is hidden": RECIPE.replace("mine", ".work"),
    "name of Windows": RECIPE.replace("mine", "'c:\\mine'"),
    "name with a line end": RECIPE.replace("mine", '"mine\\n"'),
    "name with an end of text": RECIPE.replace("mine", '"mine\\0"'),
    "name is too long": RECIPE.replace("mine", "m" * 300),
    "target goes up": RECIPE.replace("[de]", "[../de]"),
    "target is a folder": RECIPE.replace("[de]", "[de/AT]"),
    "target with a line end": RECIPE.replace("[de]", '["de\\n"]'),
    "target is too long": RECIPE.replace("[de]", f"[en-x{'-aaaaaaaa' * 30}]"),
    "source language goes up": RECIPE.replace("x.jsonl", "x, lang: ../../x"),
    "given language goes up": RECIPE + "translation: {given: {../de: x}}\n",
}


@pytest.mark.parametrize("name", BAD_RECIPES)
def test_a_recipe_that_does_harm_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    file = tmp_path / "recipe.yaml"
    file.write_text(BAD_RECIPES[name])
    with pytest.raises(InputError, match=r"recipe\.yaml") as caught:
        load(str(file))
    assert len(str(caught.value)) <= 1001 and str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["x" * 5000, "../../recipes/demo-ner", "a\0b", "\udcff"])
def test_a_recipe_is_looked_for_by_name_only_among_those_that_ship(name: str) -> None:
    with pytest.raises(InputError):
        load(name)


@pytest.mark.parametrize("override", ["name=../x", "name=\udcff", "source.path=\udcff",
                                      "source.path=x\0", "targets=[../de]", "name=" + "m" * 5000])
def test_an_override_that_does_harm_is_refused(tmp_path: Path, override: str) -> None:
    (tmp_path / "recipe.yaml").write_text(RECIPE)
    with pytest.raises(InputError):
        load(str(tmp_path / "recipe.yaml"), [override])


@pytest.mark.parametrize("gold", ["../../gold", "a/b", "/gold", ".hidden", "g" * 300])
def test_a_gold_file_cannot_name_a_folder_elsewhere(tmp_path: Path, gold: str) -> None:
    from crosslabel.finetune.recipe import FinetuneRecipe

    file = tmp_path / "recipe.yaml"
    file.write_text("name: x\ntask: token\ndata: [{path: x}]\n"
                    f"evaluation: {{{json.dumps(gold)}: {{path: x}}}}\n")
    with pytest.raises(InputError, match="evaluation"):
        load_as(FinetuneRecipe, str(file))


def _corpus(folder: Path, manifest: Any, shard: bytes | None = None) -> Path:
    (folder / SHARD).parent.mkdir(parents=True)
    (folder / SHARD).write_bytes(table_bytes("shard") if shard is None else shard)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_a_corpus_is_read_and_exported(tmp_path: Path) -> None:
    corpus = _corpus(tmp_path / "corpus", MANIFESTS[0])
    assert [pair.row_id for pair in pairs(corpus)] == ["x"]
    [done] = export(corpus, "jsonl", tmp_path / "export")
    assert done.written.rows == 1


@pytest.mark.parametrize("lang", ["../../de", "/de", "de/..", "..", "", "de\n", "d" * 300, "\x1b"])
def test_a_manifest_cannot_name_a_language_that_is_a_path(tmp_path: Path, lang: str) -> None:
    manifest = MANIFESTS[0] | {"languages": {lang: MANIFESTS[0]["languages"]["de"]}}
    corpus = _corpus(tmp_path / "around" / "corpus", manifest)
    with pytest.raises(InputError, match=r"manifest\.json: languages"):
        export(corpus, "jsonl", corpus / "export")
    assert list((tmp_path / "around").iterdir()) == [corpus]


@pytest.mark.parametrize("file", ["../../other.arrow", "/etc/passwd", "de/../../x.arrow",
                                  "de/.work/x.arrow", "de/shard\0.arrow", "de/x.json", ""])
def test_a_manifest_cannot_name_a_shard_elsewhere(tmp_path: Path, file: str) -> None:
    manifest = json.loads(json.dumps(MANIFESTS[0]))
    manifest["languages"]["de"]["shards"][0]["file"] = file
    corpus = _corpus(tmp_path / "corpus", manifest)
    with pytest.raises(InputError, match=r"manifest\.json: languages\.de\.shards\.0\.file"):
        list(pairs(corpus))


@pytest.mark.parametrize("content", ["", "[]", "null", "{", "[" * 100_000, '{"languages": {}}'])
def test_a_manifest_that_is_none_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(InputError, match=r"manifest\.json"):
        read_manifest(tmp_path)


def test_a_shard_that_is_cut_or_has_other_columns_is_named(tmp_path: Path) -> None:
    good = table_bytes("shard")
    for number, shard in enumerate((b"", good[:40], good[:-200], table_bytes("arrow"))):
        corpus = _corpus(tmp_path / str(number), MANIFESTS[0], shard)
        try:
            found = list(pairs(corpus))
        except CrosslabelError as error:
            assert "shard-00000" in str(error)
        else:
            assert found == []


@pytest.mark.parametrize("file", ["../x.arrow", "/x.arrow", "de/../x.arrow", "a/b/x.arrow"])
def test_features_cannot_name_a_shard_elsewhere(tmp_path: Path, file: str) -> None:
    from crosslabel.finetune.sidecar import read_sidecar

    sidecar = json.loads(json.dumps(SIDECARS[0]))
    sidecar["shards"]["de"][0]["file"] = file
    (tmp_path / "features.json").write_text(json.dumps(sidecar))
    with pytest.raises(InputError, match=r"features\.json: shards\.de\.0\.file"):
        read_sidecar(tmp_path)


def test_a_dataset_cannot_name_a_shard_elsewhere(tmp_path: Path) -> None:
    from datasets import Dataset

    Dataset.from_dict({"text": ["a"]}).save_to_disk(str(tmp_path / "inner"))
    state = tmp_path / "inner" / "state.json"
    values = json.loads(state.read_bytes())
    values["_data_files"][0]["filename"] = "../other.arrow"
    state.write_text(json.dumps(values))
    with pytest.raises(InputError, match=r"inner: names the shard '\.\./other\.arrow'"):
        read(tmp_path / "inner", lang="en")


def test_a_file_name_that_is_no_text_gives_rejects_that_can_be_written(tmp_path: Path) -> None:
    import os

    file = os.fsencode(tmp_path) + b"/a\xff\x1b.txt"
    Path(os.fsdecode(file)).write_text("Anna left.\n\n")
    good, bad = read(os.fsdecode(file), lang="en")
    assert isinstance(good, Example)
    assert isinstance(bad, Reject) and bad.file == "a  .txt"


def test_a_model_name_that_is_too_long_for_a_folder_is_refused() -> None:
    from crosslabel.pipeline.models.find import locate

    with pytest.raises(InputError, match="no such model"):
        locate("m" * 5000 + "/x")


def test_a_predicted_value_of_many_digits_is_a_bad_row(tmp_path: Path) -> None:
    from crosslabel.finetune.scores.gold import TaskGold
    from crosslabel.finetune.scores.predicted import read_predicted

    file = tmp_path / "a.jsonl"
    file.write_text('{"id": "1", "lang": "en", "value": 1%s}\n' "{}\n" % ("0" * 400))
    found = read_predicted(file, TaskGold("sequence", (("en", "1"),), ()))
    assert [own.row for own in found.bad_rows] == [1, 2]


def test_a_model_that_says_half_a_character_is_refused(tmp_path: Path) -> None:
    from crosslabel.pipeline.models.manifest import describe

    values = {"name": "m", "kind": "encoder", "family": "x", "licence": "\ud800"}
    (tmp_path / "model.json").write_text(json.dumps(values))
    with pytest.raises(InputError, match=r"model\.json: '\\ud800' is half of a character"):
        describe(tmp_path)
