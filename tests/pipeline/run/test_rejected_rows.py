"""Rejected rows: a build without any row left fails, and rejects keep what failed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.first_rejects import SHOWN, first
from crosslabel.pipeline.corpus.reading import read_manifest, rejects
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.recipe.file import load
from crosslabel.pipeline.verify.run import verify
from crosslabel.pipeline.work import work
from crosslabel.projection.errors import NoRowsError
from tests.pipeline.corpus_builds import TINY_ENCODER
from tests.tiny_encoder import tiny_encoder

Row = dict[str, Any]
LONG = "Nobody translates this. " * 30

CORPUS: list[Row] = [
    {"id": "ada", "text": "Ada lives in Vienna. She likes Graz.",
     "spans": [{"start": 0, "end": 3, "label": "PER"}]},
    {"id": "twice", "text": "Ada lives in Vienna. She likes Graz.", "spans": []},
    {"id": "outside", "text": "Ada.", "spans": [{"start": 0, "end": 99, "label": "PER"}]},
    {"id": "long", "text": LONG, "spans": []},
    {"id": "number", "text": "It was late. She paid 1850 euros. He left.", "spans": []},
]
GERMAN = {"ada": "Ada wohnt in Wien. Graz gefällt ihr.",
          "number": "Es war spät. Sie zahlte 1580 Euro. Er ging."}


def _recipe(folder: Path, rows: Sequence[Row], **given: dict[str, str]) -> Recipe:
    (folder / "corpus.jsonl").write_text(
        "".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    for lang, texts in given.items():
        (folder / f"{lang}.jsonl").write_text("".join(
            json.dumps({"id": id, "text": text}) + "\n" for id, text in texts.items()))
    files = ", ".join(f"{lang}: {lang}.jsonl" for lang in given)
    (folder / "recipe.yaml").write_text(
        "name: rejected\nsource: {path: corpus.jsonl, duplicates: exact}\n"
        f"targets: [{', '.join(given)}]\nsegmentation: {{sentences: false}}\n"
        f"projection: {{method: itermax, model: {tiny_encoder()}}}\n"
        f"translation: {{given: {{{files}}}}}\n"
        "quality: {numbers: true}\noutput: {shard_rows: 2}\n")
    return load(str(folder / "recipe.yaml"), ())


def test_a_build_without_a_row_left_fails_each_time_and_leaves_its_rejects(
    tmp_path: Path
) -> None:
    out = tmp_path / "out"
    recipe = _recipe(tmp_path, CORPUS[2:4], de={"long": ""})
    for run in (build, build, work):
        with pytest.raises(NoRowsError) as error:
            run(recipe, out)
        assert str(error.value) == (
            f"{out}: all 2 rows were rejected in de, for example corpus.jsonl, row 1 (outside): "
            "offset-outside-text: span '0' is 0:99, the text has 4 characters (offsets count code "
            f"points); see {out}/de/*.rejects.jsonl")
    assert read_manifest(out)["languages"]["de"]["rejected"] == 2
    assert [reject.id for reject in rejects(out)] == ["outside", "long"]
    assert (out / "run.json").is_file()


def test_a_language_without_a_row_left_fails_though_others_have_some(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path, CORPUS[:1], de=GERMAN, es={"ada": " "})
    with pytest.raises(NoRowsError, match=r"all 1 rows were rejected in es, .*; de has 1 rows"):
        build(recipe, tmp_path / "out")


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    folder = tmp_path_factory.mktemp("some")
    _, _, account = build(_recipe(folder, CORPUS, de=GERMAN), folder / "out")
    return folder / "out", account.rejects


def test_late_rejects_keep_their_text_and_the_sentence_that_failed(
    some: tuple[Path, list[str]]
) -> None:
    late = {reject.id: (reject.reasons[0].partition(":")[0], reject.raw, reject.sentence)
            for reject in rejects(some[0])}
    raw = CORPUS[2]
    assert late == {
        "twice": ("duplicate", CORPUS[1]["text"], ""),
        "outside": ("offset-outside-text", json.dumps(raw), ""),
        "long": ("no-translation", LONG[:300] + "…", LONG.strip()[:300] + "…"),
        "number": ("numbers", CORPUS[4]["text"], CORPUS[4]["text"]),
    }


def test_a_failed_check_names_its_sentence(tmp_path: Path) -> None:
    recipe = load("demo-ner", [
        f"source.path={tmp_path / 'corpus.jsonl'}", "source.labels=null", "targets=[de]",
        "translation.beam=1", "projection.method=itermax", "quality.score=-0.8",
        TINY_ENCODER])
    text = "Anna lives in Berlin. Xqzt wvbn plmk qwrt zxcv. She likes it."
    rows = [{"id": "ok", "text": "Anna lives in Berlin."}, {"id": "bad", "text": text}]
    (tmp_path / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    build(recipe, tmp_path / "out")
    [reject] = rejects(tmp_path / "out")
    assert (reject.id, reject.raw) == ("bad", text)
    assert reject.sentence == "Xqzt wvbn plmk qwrt zxcv."


def test_the_first_rejects_of_each_kind_are_said_with_file_row_and_sentence(
    some: tuple[Path, list[str]]
) -> None:
    out, said = some
    assert said[:3] == [
        "rejected in de: corpus.jsonl, row 2 (twice): duplicate: same text as row 1 "
        "with other labels",
        "rejected in de: corpus.jsonl, row 3 (outside): offset-outside-text: span '0' is 0:99, "
        "the text has 4 characters (offsets count code points)",
        "rejected in de: corpus.jsonl, row 4 (long): no-translation: de.jsonl has no line with "
        f"this id: “{LONG[:80]}…”",
    ]
    assert said[3:] == [f"all rejects, with their texts: {out}/de/*.rejects.jsonl, and "
                        "corpus.rejects() in Python"]
    assert not list(verify(out))


@given(st.lists(st.lists(st.sampled_from("abcde"), max_size=6), max_size=5))
def test_first_rejects_of_shards_are_those_of_the_language(shards: list[list[str]]) -> None:
    numbers = iter(range(100))
    made = [[{"row": next(numbers), "reasons": [f"{code}: why"]} for code in shard]
            for shard in shards]
    whole = [reject for shard in made for reject in shard]
    found = first(reject for shard in made for reject in first(shard))
    assert found == first(whole)
    codes = [reject["reasons"][0][0] for reject in whole]
    assert {reject["reasons"][0][0] for reject in found} == set(codes)
    assert len(found) == min(len(codes), max(SHOWN, len(set(codes))))
