"""Corpora of several files and splits, and of variants of a language, from input to output."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from datasets import Dataset, DatasetDict, disable_progress_bars, load_from_disk
from rich.console import Console

import crosslabel as cl
from crosslabel.cli.report import print_corpus
from crosslabel.pipeline.planning.corpus_language import is_in_language
from crosslabel.pipeline.recipe.file import load, made
from crosslabel.projection.errors import InputError
from tests.pipeline.stand_in_hub import Hub

Row = dict[str, Any]

disable_progress_bars()


def _row(id: str, text: str = "Nora sings.", **more: Any) -> Row:
    return {"id": id, "text": text, "spans": [{"start": 0, "end": 4, "label": "PER"}], **more}


def _lines(file: Path, *rows: Row) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def _recipe(folder: Path, path: Any, *changes: str, ids: str = "abcd") -> Any:
    given = _lines(folder / "de.jsonl", *({"id": id, "text": "Nora singt."} for id in ids))
    return made(cl.load_recipe("demo-ner").__class__, {
        "name": "mine", "source": {"path": path}, "targets": ["de"],
        "segmentation": {"sentences": False}, "projection": {"method": "statistical"},
        "translation": {"given": {"de": str(given)}}}, changes)


def _build(folder: Path, path: Any, *changes: str, **settings: Any) -> cl.Corpus:
    return cl.build(_recipe(folder, path, *changes), folder / "out", progress=False, **settings)


def _shown(corpus: cl.Corpus) -> str:
    console = Console(file=io.StringIO(), width=200)
    print_corpus(corpus, console)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_rejects_of_several_files_name_file_and_row(tmp_path: Path) -> None:
    first = _lines(tmp_path / "a.jsonl", _row("a"), {"id": "bad"}, _row("gone"))
    second = _lines(tmp_path / "b.jsonl", _row("b"), _row("c", lang="de"), _row("d"), _row("late"))
    corpus = _build(tmp_path, [str(first), str(second)])
    assert [pair.b.id for pair in corpus] == ["a", "b", "d"]
    assert {reject.id: (reject.file, reject.row) for reject in corpus.rejects()} == {
        "bad": ("a.jsonl", 2), "gone": ("a.jsonl", 3), "c": ("b.jsonl", 2), "late": ("b.jsonl", 4)}
    assert corpus.manifest["recipe"]["source"]["path"] == "a.jsonl, b.jsonl"
    assert "splits" not in corpus.manifest["languages"]["de"]


def test_splits_are_counted_by_language_and_shown_if_there_are_several(tmp_path: Path) -> None:
    for name, ids in (("train", "ab"), ("dev", "c"), ("test", "x")):
        _lines(tmp_path / "in" / f"{name}.jsonl", *map(_row, ids))
    corpus = _build(tmp_path, str(tmp_path / "in"))
    assert corpus.manifest["languages"]["de"]["splits"] == {"train": 2, "validation": 1}
    assert corpus.manifest["source"] == {"splits": ["train", "validation", "test"]}
    assert [pair.b.meta["split"] for pair in corpus] == ["train", "train", "validation"]
    assert "rows of splits" in _shown(corpus)
    one = cl.build(_recipe(tmp_path, str(tmp_path / "in"), "source.split=train"), tmp_path / "one",
                   progress=False)
    assert one.manifest["languages"]["de"]["splits"] == {"train": 2}
    assert one.manifest["recipe"]["source"]["split"] == "train"
    assert "rows of splits" not in _shown(one)


def test_a_dict_of_splits_in_memory_is_a_source_with_equal_keys_each_time(tmp_path: Path) -> None:
    splits = DatasetDict(train=Dataset.from_list([_row("a"), _row("b")]),
                         other=Dataset.from_list([_row("a")]))
    corpus = _build(tmp_path, "unused.jsonl", source=splits)
    assert [(pair.b.id, pair.b.meta["split"]) for pair in corpus] == [("a", "train"), ("b", "train")
                                                                      ]  # fmt: skip
    assert [(reject.id, reject.file) for reject in corpus.rejects()] == [("other/a", "other")]
    again = _build(tmp_path, "unused.jsonl", source=splits.map(lambda row: row))
    assert again.account is not None and again.account.idle
    saved = tmp_path / "saved"
    splits.save_to_disk(saved)
    assert [pair.b for pair in _build(tmp_path, str(saved))] == [pair.b for pair in corpus]


def test_a_list_of_paths_is_a_source(tmp_path: Path) -> None:
    files = [_lines(tmp_path / f"{name}.jsonl", _row(name)) for name in "ab"]
    assert [pair.b.id for pair in _build(tmp_path, "unused.jsonl", source=files)] == ["a", "b"]
    assert [row.id for row in cl.read(files, lang="en")] == ["a", "b"]
    assert [row.id for row in cl.read(tmp_path / "?.jsonl", lang="en")] == ["a", "b"]


def test_paths_of_a_recipe_are_relative_to_its_file_and_those_of_a_change_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "r.yaml").write_text("name: r\nsource: {path: [a.jsonl, 'b/*.jsonl']}\n"
                                     "targets: [de]\n")
    monkeypatch.chdir("/")
    loaded = load(str(tmp_path / "r.yaml")).source
    assert loaded.places == (tmp_path / "a.jsonl", tmp_path / "b" / "*.jsonl")
    assert loaded.name == "a.jsonl, *.jsonl"
    changed = load(str(tmp_path / "r.yaml"), ["source.path=[x.jsonl,s3://b/y.jsonl]"]).source
    assert list(map(str, changed.places)) == ["/x.jsonl", "s3://b/y.jsonl"]
    many = load(str(tmp_path / "r.yaml"), ["source.path=[1.csv,2.csv,3.csv,4.csv,5.csv]"])
    assert many.source.name == "1.csv, 2.csv, 3.csv and 2 more"
    with pytest.raises(InputError, match="at least one path is expected"):
        load(str(tmp_path / "r.yaml"), ["source.path=[]"])


def test_the_commit_of_a_data_set_of_the_hub_is_in_the_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lines(tmp_path / "repo" / "train.jsonl", _row("a"), _row("b"))
    hub = Hub("someone/some", {"a" * 40: tmp_path / "repo"}, main="a" * 40, kind="datasets")
    address = "hf://datasets/someone/some"
    with hub.serving() as server:
        monkeypatch.setenv("HF_ENDPOINT", server)
        monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
        corpus = _build(tmp_path, address)
        assert corpus.manifest["source"] == {
            "splits": ["train"], "commits": {address: "a" * 40}}
        assert corpus.manifest["recipe"]["source"]["path"] == address
        again = _build(tmp_path, address)
        assert again.account is not None and again.account.idle
        _lines(tmp_path / "new" / "train.jsonl", _row("c"))
        hub.commits["b" * 40], hub.main = tmp_path / "new", "b" * 40
        assert [pair.b.id for pair in _build(tmp_path, address)] == ["c"]


def test_rows_of_a_variant_of_the_language_are_rows_of_the_corpus(tmp_path: Path) -> None:
    rows = [_row("a"), _row("b", lang="en-GB"), _row("b", lang="en"), _row("c", lang="de"),
            _row("", lang="en-US"), _row("", lang="en")]
    corpus = _build(tmp_path, str(_lines(tmp_path / "in.jsonl", *rows)))
    assert [(pair.b.id, pair.b.lang) for pair in corpus] == [("a", "en"), ("b", "en-GB")]
    for pair in corpus:
        assert [pair.a.fields["text"][slice(*span.fragments[0])] for span in pair.a.spans] == [
            "Nora"]
    reasons = {reject.row: reject.reasons[0] for reject in corpus.rejects()}
    assert reasons[3].startswith("duplicate-id: 'b' is also the id of a row whose tag is another")
    assert reasons[4] == ("other-language: the row is 'de', the corpus 'en'; set source.lang to "
                          "the language of the rows to be translated")
    assert {reasons[number].partition(":")[0] for number in (5, 6)} == {"no-translation"}
    ids = [reject.id for reject in corpus.rejects() if reject.row > 4]
    assert ids[1] == f"{ids[0]}-2"
    assert corpus.verify().sound
    [exported] = corpus.export("jsonl")
    assert len(exported.path.read_text().splitlines()) == 2
    assert load_from_disk(str(tmp_path / "out"))["lang_b"] == ["en", "en-GB"]


@pytest.mark.parametrize(("tag", "corpus", "fits"), [
    ("en-GB", "en", True), ("en", "en-GB", True), ("pt-BR", "pt-PT", True), ("en_US", "en", True),
    ("zh-Hant", "zh-Hans", False), ("zh-TW", "zh", False), ("zh-CN", "zh-Hans", True),
    ("sr-Latn", "sr", False), ("de", "en", False), ("und", "en", False), ("english", "en", False),
])  # fmt: skip
def test_language_and_script_decide(tag: str, corpus: str, fits: bool) -> None:
    assert is_in_language(tag, corpus) is fits
