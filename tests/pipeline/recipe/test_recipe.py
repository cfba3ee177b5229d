"""Recipes: wrong keys and values are named with their line and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosslabel.pipeline.recipe.file import load
from crosslabel.projection.errors import InputError
from crosslabel.projection.markers import Markers

GOOD = "name: mine\nsource:\n  path: corpus.jsonl\n  lang: en\ntargets: [de, es]\n"


def _write(folder: Path, text: str) -> str:
    file = folder / "recipe.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_shipped_recipe_resolves_from_any_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load("demo-ner").source.path.is_file()


def test_source_path_is_relative_to_the_recipe_file(tmp_path: Path) -> None:
    assert load(_write(tmp_path, GOOD)).source.path == tmp_path / "corpus.jsonl"


def test_source_path_set_by_hand_is_relative_to_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load("demo-ner", ["source.path=other.jsonl"]).source.path == tmp_path / "other.jsonl"


def test_set_changes_nested_values() -> None:
    recipe = load("demo-ner", ["translation.beam=1", "targets=[es]", "projection.method=inter"])
    assert recipe.translation.beam == 1
    assert recipe.targets == ("es",)
    assert recipe.projection.method == "inter"


def test_markers_are_a_convention_by_name_or_one_of_ones_own(tmp_path: Path) -> None:
    off = load(_write(tmp_path, GOOD + "translation: {markers: off}\n"))
    assert off == load(_write(tmp_path, GOOD))
    assert not {"markers", "keep"} & set(off.public()["translation"])
    named = load(_write(tmp_path, GOOD + "translation: {markers: labelpigeon}\n"))
    assert named.public()["translation"]["markers"] == "labelpigeon"
    own = "translation: {markers: {opening: '[{number}', closing: ']', spaced: yes}}\n"
    with pytest.raises(InputError, match="must stand in both"):
        load(_write(tmp_path, GOOD + own))
    found = load(_write(tmp_path, GOOD + own.replace("']'", "'{number}]'"))).translation.markers
    assert found == Markers("[{number}", "{number}]", spaced=True)


def test_bitext_is_relative_to_the_recipe_file_or_by_hand_to_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _write(tmp_path, GOOD + "projection:\n  bitext:\n    DE: own/de.tsv\n")
    assert load(file).projection.bitext == {"de": tmp_path / "own" / "de.tsv"}
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    for override in ("projection.bitext.es=es.tsv", "projection.bitext={es: es.tsv}"):
        assert load(file, [override]).projection.bitext["es"] == elsewhere / "es.tsv"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + "targetz: 1\n", "line 6: unknown key 'targetz'; did you mean 'targets'?"),
        (GOOD.replace("lang: en", "langg: en"), "line 4: unknown key 'source.langg'"),
        (GOOD.replace("[de, es]", "[de, q9]"), "line 5: targets.1: 'q9' is not a valid BCP-47"),
        (GOOD.replace("[de, es]", "[de, en]"), "'en' is already the source language"),
        (GOOD.replace("[de, es]", "[de, de]"), "a language is named twice"),
        (GOOD.replace("name: mine\n", ""), "'name' is required"),
        (GOOD.replace("mine", "../mine"), "line 1: name: "),
        (GOOD + "translation:\n  beam: many\n", "line 7: translation.beam: "),
        (GOOD + "projection:\n  method: magic\n",
         "line 7: projection.method: there is no such method; there are: cascade, "),
        (GOOD + "projection:\n  bitext:\n    q9: x.tsv\n", "line 8: projection.bitext.q9"),
        (GOOD + "projection:\n  method: inter\n  precision: 0.9\n",
         "precision can be set for method 'cascade' only"),
        (GOOD + "projection:\n  method: links\n", "there is no such method; there are: cascade, "),
        (GOOD + "projection:\n  precision: 1.5\n", "line 7: projection.precision: "),
        (GOOD + "projection:\n  rules: {fil: 0}\n",
         "line 7: projection.rules: there is no span rule 'fil'; there are: gap, "),
        (GOOD + "projection:\n  rules: {fill: true}\n", "span rule 'fill' is True; give a whole"),
        (GOOD + "translation:\n  markers: quotes\n",
         "line 7: translation.markers: allowed: off, model, letters, "),
        (GOOD + "translation:\n  markers: {opening: '[', closing: ']'}\n",
         "line 7: translation.markers: allowed: "),
        (GOOD + "translation:\n  markers: {opening: '[', closing: '[', spaced: true}\n",
         "line 7: translation.markers: markers: opening and closing must differ"),
        (GOOD + "translation:\n  keep: tagged\n", "set translation.markers too"),
        (GOOD + "translation:\n  markers: off\n  keep: better\n", "set translation.markers too"),
        (GOOD + "mask_above: 0\n", "line 6: mask_above: "),
        ("name: [unclosed\n", "not valid YAML"),
        ("- a list\n", "a recipe is a mapping"),
        ("", "a recipe is a mapping"),
    ],
)
def test_mistakes_are_one_line_that_says_where(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        load(_write(tmp_path, text))
    assert message in str(error.value)
    assert "recipe.yaml" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("translation.beem=2", "translation.beem=2: unknown key 'translation.beem'"),
        ("translation.beam=0", "translation.beam=0: translation.beam: "),
        ("targets=de=es", "targets=de=es: "),
        ("nonsense", "write key=value"),
        ("name.sub=1", "holds a value, not further keys"),
    ],
)
def test_mistakes_in_overrides_name_the_override(override: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        load("demo-ner", [override])
    assert message in str(error.value)


def test_unknown_recipe_lists_the_shipped() -> None:
    with pytest.raises(InputError, match=r"shipped: .*demo-ner"):
        load("no-such-recipe")


def test_public_form_holds_no_path_of_this_machine(tmp_path: Path) -> None:
    recipe = load(_write(tmp_path, GOOD), [f"translation.model={tmp_path}"])
    assert str(tmp_path.parent) not in str(recipe.public())
