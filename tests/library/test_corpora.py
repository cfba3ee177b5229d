"""Corpora as a user of the library makes them, looks at them and passes them on."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import datasets
import pandas as pd
import pytest

import crosslabel as cl
from crosslabel.library.pairs import Projected
from tests.library.corpora import CHANGES, ROWS
from tests.pipeline.corpus_builds import TINY_ENCODER, results
from tests.tiny_encoder import tiny_encoder


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> cl.Corpus:
    recipe = cl.load_recipe("demo-ner", CHANGES)
    return cl.build(recipe, tmp_path_factory.mktemp("built") / "out", source=ROWS, progress=False)


def test_a_corpus_is_counted_read_and_shown(corpus: cl.Corpus) -> None:
    assert len(corpus) == 2
    assert corpus.languages == ("de",)
    assert corpus.labels == ("LOC", "PER")
    assert (corpus.name, corpus.task) == ("demo-ner", "spans")
    assert [pair.b.id for pair in corpus] == ["one", "two"]
    assert repr(corpus) == f"Corpus({str(corpus.folder)!r}, de: 2 rows)"
    assert len(corpus["de"]) == 2
    assert "de" in corpus and "fr" not in corpus
    with pytest.raises(cl.InputError, match="has no language 'fr'; it has de"):
        corpus["fr"]
    assert corpus.account is not None and corpus.account.texts == 2


def test_rejects_name_the_row_and_the_reason(corpus: cl.Corpus) -> None:
    [reject] = corpus.rejects()
    assert (reject.row, reject.id) == (3, "bad")
    assert reject.reasons[0].startswith("offset-outside-text")


def test_pairs_come_as_a_dataset_and_as_a_frame(corpus: cl.Corpus) -> None:
    dataset = corpus.to_dataset()
    assert isinstance(dataset, datasets.Dataset) and dataset.num_rows == 2
    assert dataset[0]["b_tokens"][:2] == ["Anna", "Keller"]
    frame = corpus["de"].to_pandas()
    assert isinstance(frame, pd.DataFrame)
    assert list(frame["lang_a"]) == ["de", "de"]


def test_files_for_other_tools_are_written(corpus: cl.Corpus, tmp_path: Path) -> None:
    [exported] = corpus.export("jsonl", str(tmp_path / "files"))
    rows = list(cl.read(str(exported.path)))
    assert [row.id for row in rows] == ["one", "two"]
    with pytest.raises(cl.InputError, match=r"nowhere\.jsonl: no such file"):
        cl.read("nowhere.jsonl")
    with pytest.raises(cl.InputError, match="there is no format 'xml'"):
        corpus.export("xml", tmp_path)


def test_a_corpus_is_opened_again_and_is_sound(corpus: cl.Corpus) -> None:
    opened = cl.open_corpus(str(corpus.folder))
    assert repr(opened) == repr(corpus) and opened.account is None
    assert opened.verify().sound
    assert cl.cache.usage(str(corpus.folder))["shards"].files > 0
    assert sum(used.files for used in cl.cache.prune(corpus.folder, dry_run=True).values()) == 0
    with pytest.raises(cl.InputError, match="is not a finished corpus"):
        cl.open_corpus("nowhere")


def test_a_notebook_gets_spans_in_colour_and_nothing_that_acts(tmp_path: Path) -> None:
    evil = {"text": "Anna <script>alert(1)</script> left & went to Hamburg.",
            "spans": [{"start": 0, "end": 4, "label": "P<b>"},
                      {"start": 46, "end": 53, "label": 'L"'}]}
    recipe = cl.load_recipe("demo-ner", CHANGES)
    page = cl.build(recipe, tmp_path, source=[evil], progress=False)._repr_html_()
    assert '<mark style="background:' in page
    assert "&lt;script&gt;" in page and "<script" not in page
    assert "P&lt;b&gt;</small>" in page and "L&quot;</small>" in page
    assert 'lang="de"' in page and 'dir="ltr"' in page


@pytest.mark.parametrize(("lang", "direction"), [
    ("ar", "rtl"), ("he", "rtl"), ("ur", "rtl"), ("de", "ltr"), ("zh", "ltr"), ("az-Arab", "rtl")])
def test_the_language_decides_the_direction_of_a_text(lang: str, direction: str) -> None:
    pair = cl.pair("Anna left.", "IBM آنا", [(0, 4, "PER")], source="en", target=lang)
    page = Projected(pair, ())._repr_html_()
    assert f'lang="{lang}" style="display:inline-block" dir="{direction}"' in page


def test_a_damaged_corpus_shows_its_counts_and_says_what_is_wrong(tmp_path: Path) -> None:
    made = cl.build(cl.load_recipe("demo-ner", CHANGES), tmp_path, source=ROWS, progress=False)
    [shard] = tmp_path.glob("de/shard-*.arrow")
    shard.write_bytes(b"damaged")
    assert "<td style=\"text-align:right\">2</td>" in made._repr_html_()
    assert shard.name in made._repr_html_()
    with pytest.raises(cl.InputError, match="a file is missing or damaged"):
        made.to_dataset()
    shard.unlink()
    with pytest.raises(cl.InputError, match="a file is missing or damaged"):
        made.to_pandas()
    assert not made.verify(repair=True).sound


def test_spans_of_rows_may_be_tuples(tmp_path: Path) -> None:
    rows = [{"text": "Anna left Hamburg.", "spans": [(0, 4, "PER"), (10, 17, "LOC")]}]
    [pair] = cl.build(cl.load_recipe("demo-ner", CHANGES), tmp_path, source=rows, progress=False)
    assert [(span.fragments, span.label) for span in pair.b.spans] == [
        (((0, 4),), "PER"), (((10, 17),), "LOC")]


@pytest.mark.parametrize(("options", "message"), [
    ({"stop": True}, "stop=True: give a StopRequest"),
    ({"progress": "x"}, "progress='x': give True, False or a function"),
])
def test_other_values_of_options_are_refused(
    options: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(cl.InputError, match=message):
        cl.build(cl.load_recipe("demo-ner", CHANGES), tmp_path, source=ROWS, **options)
    with pytest.raises(cl.InputError, match="changes=5: give a mapping"):
        cl.load_recipe("demo-ner", 5)  # type: ignore[arg-type]


def test_a_folder_in_use_by_this_process_is_named(tmp_path: Path) -> None:
    from crosslabel.pipeline.run.folder import prepared

    with prepared(tmp_path), pytest.raises(cl.CrosslabelError, match="an earlier run of this"):
        cl.build(cl.load_recipe("demo-ner", CHANGES), tmp_path, source=ROWS, progress=False)


def _files(rows: list[dict[str, Any]], folder: Path) -> dict[str, Any]:
    """The same rows in every form that is taken."""
    good = rows[:2]
    file = folder / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in good), encoding="utf-8")
    return {
        "list": good,
        "frame": pd.DataFrame(good),
        "dataset": datasets.Dataset.from_list(good),
        "part of a dataset": datasets.Dataset.from_list([*good, *good]).select([0, 1]),
        "path": file,
        "text": str(file),
    }


@pytest.mark.parametrize("form", ["list", "frame", "dataset", "part of a dataset", "path", "text"])
def test_rows_are_taken_in_any_form(form: str, tmp_path: Path) -> None:
    source = _files(ROWS, tmp_path)[form]
    recipe = cl.load_recipe("demo-ner", CHANGES)
    made = cl.build(recipe, tmp_path / "out", source=source, progress=False)
    assert [(pair.b.id, pair.b.fields["text"]) for pair in made] == [
        (row["id"], row["text"]) for row in ROWS[:2]]
    assert [[span.label for span in pair.b.spans] for pair in made] == [["PER", "LOC"]] * 2
    again = cl.build(recipe, tmp_path / "out", source=_files(ROWS, tmp_path)[form], progress=False)
    assert again.account is not None and again.account.idle


def test_tags_of_a_dataset_keep_their_names(tmp_path: Path) -> None:
    features = datasets.Features({
        "tokens": datasets.Sequence(datasets.Value("string")),
        "ner_tags": datasets.Sequence(datasets.ClassLabel(names=["O", "B-PER", "I-PER"]))})
    rows = datasets.Dataset.from_dict(
        {"tokens": [["Anna", "Keller", "left", "."]], "ner_tags": [[1, 2, 0, 0]]}, features)
    made = cl.build(cl.load_recipe("demo-ner", CHANGES), tmp_path, source=rows, progress=False)
    [pair] = made
    assert [(span.label, span.fragments) for span in pair.b.spans] == [("PER", ((0, 11),))]


@pytest.mark.parametrize(("source", "message"), [
    (datasets.DatasetDict(), "the source is a DatasetDict without splits"),
    (7, "the source is a int; give a datasets.Dataset"),
    ([7], "row 0 of the source is a int"),
    (pd.DataFrame({"text": ["a", 7]}), "the frame cannot be stored"),
    ("nowhere.jsonl", "no such file or folder"),
])
def test_other_sources_are_refused_by_name(source: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(cl.InputError, match=message):
        cl.build(cl.load_recipe("demo-ner", CHANGES), tmp_path, source=source, progress=False)


@pytest.mark.parametrize(("options", "message"), [
    ({"limit": -1}, "limit=-1: give a whole number, at least 1"), ({"limit": "5"}, "limit='5'"),
    ({"limit": 10**30}, "limit=1000"), ({"out": 3}, "out=3: give a text or a pathlib"),
    ({"out": b"out"}, "out=b'out': give a text"), ({"out": "a\0b"}, "no name of a file has a null"),
    ({"out": "/dev/null/out"}, "/dev/null/out.*: Not a directory; choose another place"),
])
def test_limits_and_folders_that_cannot_be_are_named(
    options: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(cl.InputError, match=message):
        cl.build(cl.load_recipe("demo-ner", CHANGES), **{"out": tmp_path / "out", **options})


def test_only_a_folder_is_opened_as_a_corpus(corpus: cl.Corpus, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    wrong: Any
    for wrong, message in ((None, "folder=None: give a text"),
                           (file, "Not a directory; choose another")):
        with pytest.raises(cl.InputError, match=message):
            cl.open_corpus(wrong)


def test_a_call_and_a_command_make_the_same_files(tmp_path: Path) -> None:
    from crosslabel.pipeline.build import build
    from crosslabel.pipeline.recipe.file import load

    changes = {"targets": ["de"], "translation.beam": 1, "projection.method": "itermax",
               "projection.model": str(tiny_encoder())}
    build(load("demo-ner", ["targets=[de]", "translation.beam=1", "projection.method=itermax",
                            TINY_ENCODER]), tmp_path / "one", limit=4)
    cl.build(cl.load_recipe("demo-ner", changes), tmp_path / "two", limit=4, progress=False)
    assert results(tmp_path / "one") == results(tmp_path / "two")


def test_builds_run_in_any_thread_and_in_a_running_event_loop(tmp_path: Path) -> None:
    recipe = cl.load_recipe("demo-ner", CHANGES)

    def build(name: str) -> int:
        return len(cl.build(recipe, tmp_path / name, source=ROWS, progress=False))

    async def within() -> int:
        return build("loop") + await asyncio.to_thread(build, "thread of a loop")

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(build, ["first", "second"])) == [2, 2]
    assert asyncio.run(within()) == 4
    assert cl.work(recipe, tmp_path / "first", progress=False, limit=1).languages == ("de",)


def test_a_build_in_another_thread_is_stopped_by_its_request(tmp_path: Path) -> None:
    stop, recipe = cl.StopRequest(), cl.load_recipe("demo-ner", CHANGES)
    stop.ask()
    with ThreadPoolExecutor(1) as pool:
        build = pool.submit(cl.build, recipe, tmp_path, source=ROWS, stop=stop, progress=False)
        with pytest.raises(cl.StoppedError, match=r"^stopped; run it again to go on"):
            build.result(120)
    assert len(cl.build(recipe, tmp_path, source=ROWS, progress=False)) == 2


def test_control_c_stops_a_build_and_says_so_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = threading.Event()

    def progress(stage: str, done: int, total: int) -> None:
        if not begun.is_set():
            begun.set()
            os.kill(os.getpid(), signal.SIGINT)

    recipe = cl.load_recipe("demo-ner", {**CHANGES, "source.labels": None,
                                         "translation.part_texts": 2, "output.shard_rows": 2})
    with pytest.raises(cl.StoppedError, match="stopped by SIGINT"):
        cl.build(recipe, tmp_path, limit=40, progress=progress)
    said = capsys.readouterr().err
    assert "press again to stop now" in said
    cl.build(recipe, tmp_path, limit=40, progress=lambda stage, done, total: None)
    assert "kept from an earlier run: " in capsys.readouterr().err


def test_recipes_are_listed_loaded_and_changed(tmp_path: Path) -> None:
    kinds = {recipe.name: recipe.kind for recipe in cl.recipes()}
    assert kinds["demo-ner"] == "corpus" and kinds["demo-filter"] == "fine-tuning"
    for name in kinds:
        recipe = cl.load_recipe(name)
        assert recipe.name == name
        assert cl.load_recipe(recipe, {"name": "other"}).name == "other"
    values = {"name": "mine", "source": {"path": "rows.jsonl"}, "targets": ["de"]}
    mine = cl.load_recipe(values, ["translation.beam=2"])
    assert mine.translation.beam == 2  # type: ignore[union-attr]
    assert mine.source.path == Path.cwd() / "rows.jsonl"  # type: ignore[union-attr]
    assert values == {"name": "mine", "source": {"path": "rows.jsonl"}, "targets": ["de"]}
    with pytest.raises(cl.InputError, match=r"^translation\.beam=0: translation\.beam: Input"):
        cl.load_recipe("demo-ner", {"translation.beam": 0})
    with pytest.raises(cl.InputError, match=r"unknown key 'translation\.beem'; did you mean"):
        cl.load_recipe("demo-ner", {"translation.beem": 1})
    with pytest.raises(cl.InputError, match="give a mapping, or a list of"):
        cl.load_recipe("demo-ner", "translation.beam=1")
    with pytest.raises(cl.InputError, match="a recipe of a fine-tuning; give it to fine_tune"):
        cl.build(cl.load_recipe("demo-filter"), tmp_path)
    with pytest.raises(cl.InputError, match="a recipe of a corpus; give it to build"):
        cl.fine_tune(cl.load_recipe("demo-ner"), tmp_path)


def test_a_corpus_in_a_store_is_a_dataset_too(stored: Any) -> None:
    recipe = cl.load_recipe("demo-ner", CHANGES)
    made = cl.build(recipe, str(stored / "out"), source=ROWS, progress=False)
    assert made["de"].to_dataset().num_rows == 2
    assert len(cl.open_corpus(str(stored / "out"))) == 2
