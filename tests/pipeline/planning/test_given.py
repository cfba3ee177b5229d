"""Translations made elsewhere: how the file is read, and what a build makes of it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.reading import pairs, read_manifest, rejects
from crosslabel.pipeline.planning.given_file import GivenTranslations
from crosslabel.pipeline.planning.plan import plan
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.recipe.file import load
from crosslabel.pipeline.stages import translate as part
from crosslabel.pipeline.storage.files import sha256
from crosslabel.pipeline.translation import translator as translate
from crosslabel.projection.errors import InputError
from tests.pipeline.corpus_builds import inodes, results

Row = dict[str, Any]

CORPUS: list[Row] = [
    {"id": "ada", "text": "Ada lives in Vienna. She likes Graz.",
     "spans": [{"start": 0, "end": 3, "label": "PER"}, {"start": 13, "end": 19, "label": "LOC"},
               {"start": 31, "end": 35, "label": "LOC"}]},
    {"id": "1", "text": "Good morning.", "spans": []},
    {"id": "2", "text": "Good morning.", "spans": []},
    {"id": "none", "text": "Nobody translated this.", "spans": []},
    {"id": "blank", "text": "Nor that.", "spans": []},
    {"id": "qa", "fields": {"question": "Who sings?", "context": "Ben sings."},
     "spans": [{"field": "context", "start": 0, "end": 3, "label": "PER"}]},
]
GERMAN: list[Row] = [
    {"id": "qa", "fields": {"context": "Ben singt.", "question": "Wer singt?"}},
    {"id": 1, "tokens": ["Guten", "Morgen", "."], "mt": "another"},
    {"id": "2", "text": " Moin, moin.\n", "lang": "de"},
    {"id": "blank", "text": "  "},
    {"id": "ada", "text": "Ada wohnt in Wien. Graz gefällt ihr."},
    {"id": "elsewhere", "text": "Gehört nicht dazu."},
]


def _write(path: Path, rows: Sequence[Row]) -> Path:
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def _recipe(folder: Path, *overrides: str, given: Sequence[Row] = tuple(GERMAN)) -> Recipe:
    _write(folder / "corpus.jsonl", CORPUS)
    _write(folder / "de.jsonl", given)
    recipe = folder / "recipe.yaml"
    recipe.write_text(
        "name: given\nsource: {path: corpus.jsonl}\ntargets: [de]\n"
        "segmentation: {sentences: false}\nprojection: {method: itermax}\n"
        "translation: {given: {de: de.jsonl}, part_texts: 2}\noutput: {shard_rows: 3}\n"
    )
    return load(str(recipe), overrides)


@pytest.fixture
def no_translator(monkeypatch: pytest.MonkeyPatch) -> None:
    """Translating anything fails."""
    def refuse(*_: object) -> None:
        raise AssertionError("a translation model was loaded")

    for module in (part, translate):
        monkeypatch.setattr(module, "load_translator", refuse)


@pytest.mark.usefixtures("no_translator")
def test_rows_have_the_given_translations_whole(tmp_path: Path) -> None:
    _, manifest, account = build(_recipe(tmp_path), tmp_path / "out")
    found = {pair.b.id: dict(pair.a.fields) for pair in pairs(tmp_path / "out")}
    assert found == {
        "ada": {"text": "Ada wohnt in Wien. Graz gefällt ihr."},
        "1": {"text": "Guten Morgen."},
        "2": {"text": "Moin, moin."},
        "qa": {"question": "Wer singt?", "context": "Ben singt."},
    }
    assert {reject.id: reject.reasons for reject in rejects(tmp_path / "out")} == {
        "none": ("no-translation: de.jsonl has no line with this id",),
        "blank": ("no-translation: empty in de.jsonl",),
    }
    counts = manifest["languages"]["de"]
    assert (counts["rows_in"], counts["rows"], counts["rejected"]) == (6, 4, 2)
    assert (account.texts, account.parts) == (0, 0)


def test_spans_are_projected_onto_given_translations(tmp_path: Path) -> None:
    build(_recipe(tmp_path), tmp_path / "out")
    ada = next(pair for pair in pairs(tmp_path / "out") if pair.b.id == "ada")
    text = ada.a.fields["text"]
    assert [text[slice(*span.fragments[0])] for span in ada.a.spans] == ["Ada", "Wien", "Graz"]


def test_manifest_names_the_files_and_no_translation_model(tmp_path: Path) -> None:
    build(_recipe(tmp_path), tmp_path / "out")
    manifest = read_manifest(tmp_path / "out")
    assert manifest["models"]["translation"] is None
    assert manifest["models"]["given"] == {
        "de": {"file": "de.jsonl", "sha256": sha256(tmp_path / "de.jsonl")}
    }
    assert manifest["recipe"]["translation"] == {"given": {"de": "de.jsonl"}}
    assert str(tmp_path) not in json.dumps(manifest)


def test_second_run_does_no_work_and_gzip_gives_the_same_pairs(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path)
    build(recipe, tmp_path / "out")
    before = inodes(tmp_path / "out", "**/*.arrow")
    assert build(recipe, tmp_path / "out")[2].idle
    assert inodes(tmp_path / "out", "**/*.arrow") == before
    zipped = _write(tmp_path / "de.jsonl.gz", GERMAN)
    build(_recipe(tmp_path, f"translation.given.de={zipped}"), tmp_path / "zipped")
    assert list(pairs(tmp_path / "zipped")) == list(pairs(tmp_path / "out"))


def test_another_translation_of_a_row_redoes_its_shard_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(_recipe(tmp_path), out)
    before = results(out)
    changed = [row | {"text": "Das nicht."} if row["id"] == "blank" else row for row in GERMAN]
    _, manifest, account = build(_recipe(tmp_path, given=changed), out)
    assert account.shards == 1
    assert manifest["languages"]["de"]["rows"] == 5
    kept = [name for name in results(out) if name in before and name.endswith(".arrow")]
    assert len(kept) == 1


def test_lines_that_cannot_be_used_are_named_in_a_warning(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path)
    with (tmp_path / "de.jsonl").open("ab") as file:
        file.write(b'{"id": "none", "text": 7}\n{not json\n{"id": "1", "text": "Noch einmal."}\n')
    warnings = plan(recipe, tmp_path / "out").warnings
    assert warnings[0] == ("de.jsonl, row 7: wrong-type: 'text' must be a string, found 7; "
                           "3 of 9 lines are left out")
    assert plan(recipe, tmp_path / "out").warnings == warnings
    build(recipe, tmp_path / "out")
    assert next(p for p in pairs(tmp_path / "out") if p.b.id == "1").a.fields["text"] == (
        "Guten Morgen.")


def test_ids_that_no_row_has_are_named_in_a_warning(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path)
    assert plan(recipe, tmp_path / "out").warnings == [
        "de.jsonl: 1 of 6 ids belong to no row of the corpus and are not used: 'elsewhere'"]
    more = [*GERMAN, *({"id": f"x{n}", "text": "Weiter."} for n in range(4))]
    recipe = _recipe(tmp_path, given=more)
    [warning] = plan(recipe, tmp_path / "out").warnings
    assert warning.startswith("de.jsonl: 5 of 10 ids")
    assert warning.endswith("'elsewhere', 'x0', 'x1', …")


def test_ids_are_not_called_unknown_where_the_corpus_was_cut_off_or_rows_rejected(
    tmp_path: Path
) -> None:
    recipe = _recipe(tmp_path, given=[row for row in GERMAN if row["id"] != "elsewhere"])
    assert not plan(recipe, tmp_path / "out", limit=3).warnings
    (tmp_path / "corpus.jsonl").write_text(
        (tmp_path / "corpus.jsonl").read_text().replace('"end": 35', '"end": 99'))
    assert not plan(recipe, tmp_path / "rejected").warnings


def test_a_method_that_asks_the_translation_model_names_it(tmp_path: Path) -> None:
    planned = plan(_recipe(tmp_path, "projection.method=candidates"), tmp_path / "out")
    assert planned.models.translator is not None
    assert plan(_recipe(tmp_path), tmp_path / "out").models.translator is None


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["segmentation.sentences=true"], "set segmentation.sentences to false"),
        (["targets=[de, es]"], "translation.given: no file for es"),
        (["translation.markers=letters"], "leave out translation.markers or translation.given"),
        (["translation.given.q9=x.jsonl"], "'q9' is not a valid BCP-47"),
    ],
)
def test_contradictions_are_recipe_errors(
    tmp_path: Path, overrides: list[str], message: str
) -> None:
    with pytest.raises(InputError) as error:
        _recipe(tmp_path, *overrides)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_file_is_relative_to_the_recipe_or_by_hand_to_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _recipe(tmp_path).translation.given == {"de": tmp_path / "de.jsonl"}
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    for override in ("translation.given.de=own.jsonl", "translation.given={de: own.jsonl}"):
        assert _recipe(tmp_path, override).translation.given["de"] == elsewhere / "own.jsonl"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no line can be used (the file is empty)"),
        (b'{"id": "ada"}\n', "(de.jsonl, row 1: missing-key: the row has no 'text')"),
        (b'{"text": "Hallo"}\n', "row 1: missing-key: the row has no 'id'"),
        (b'{"id": "ada", "text": "Hola", "lang": "es"}\n', "the line is 'es', not 'de'"),
        (b'{"id": "x", "text": "Hallo"}\n', "ids there are like 'ada'"),
    ],
)
def test_a_file_of_no_use_is_an_error(tmp_path: Path, content: bytes, message: str) -> None:
    recipe = _recipe(tmp_path)
    (tmp_path / "de.jsonl").write_bytes(content)
    with pytest.raises(InputError) as error:
        plan(recipe, tmp_path / "out")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path, "translation.given.de=no-such.jsonl")
    with pytest.raises(InputError, match=r"no-such\.jsonl: no such file; .*translation\.given"):
        plan(recipe, tmp_path / "out")


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1, max_size=5),
                       st.text(st.characters(codec="utf-8"), max_size=20), min_size=1, max_size=5))
def test_every_text_is_found_by_its_id(
    tmp_path_factory: pytest.TempPathFactory, texts: dict[str, str]
) -> None:
    path = tmp_path_factory.mktemp("given") / "de.jsonl"
    _write(path, [{"id": id, "text": text} for id, text in texts.items()])
    contents = GivenTranslations(path, "de").read()
    assert contents.warning is None
    for id, text in texts.items():
        found = contents.translation(id, "text", only=True)
        assert (found.text or "") == text.strip()
        assert (found.reason is None) == bool(text.strip())
