"""Plans of corpora with rows in another language."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from crosslabel.pipeline.corpus.records import Reject
from crosslabel.pipeline.planning.rows import PlannedSource, plan_source
from crosslabel.pipeline.recipe.file import load

CASES = Path(__file__).parents[2] / "data" / "cases"
ENGLISH = "The committee will publish its report next week."
GERMAN = "Der Ausschuss wird seinen Bericht nächste Woche veröffentlichen."


def planned(folder: Path, texts: list[str], *overrides: str) -> PlannedSource:
    file = folder / "in.jsonl"
    file.write_text("".join(json.dumps({"id": str(number), "text": text}) + "\n"
                            for number, text in enumerate(texts)))
    recipe = load("demo-ner", [f"source.path={file}", "output.shard_rows=3", *overrides])
    return plan_source(recipe, folder / "out")


def rejects(found: PlannedSource) -> list[Reject]:
    rows = [row for shard in range(len(found.hashes)) for row in found.rows(shard)]
    return [row for row in rows if isinstance(row, Reject)]


def test_rows_in_another_language_are_counted_and_the_first_are_named(tmp_path: Path) -> None:
    found = planned(tmp_path, [ENGLISH, GERMAN, *[ENGLISH] * 8, GERMAN, GERMAN, "ab", GERMAN])
    assert found.notes[0] == (
        "in.jsonl: 4 of 14 rows seem to be in another language than 'en' (row 2: German (de), "
        "row 11: German (de), row 12: German (de), …); source.other_language=reject leaves them "
        "out, keep does not look")
    assert not rejects(found)


def test_rows_in_another_language_are_rejected_if_the_recipe_says_so(tmp_path: Path) -> None:
    found = planned(tmp_path, [*[ENGLISH] * 4, GERMAN], "source.other_language=reject")
    [reject] = rejects(found)
    assert (reject.file, reject.row, reject.id) == ("in.jsonl", 5, "4")
    assert reject.reasons == (
        "other-language: seems to be German (de), the corpus is 'en'; set source.lang if that is "
        "wrong, or source.other_language to warn or keep",)
    assert "(row 5: German (de)); they are rejected" in found.notes[0]


def test_nothing_is_looked_at_if_the_recipe_says_so(tmp_path: Path) -> None:
    found = planned(tmp_path, [ENGLISH, GERMAN], "source.other_language=keep")
    assert not rejects(found) and not any("language" in note for note in found.notes)


def test_a_corpus_that_is_all_in_another_language_is_told_the_key_for_it(tmp_path: Path) -> None:
    note = planned(tmp_path, [GERMAN, GERMAN, ENGLISH]).notes[0]
    assert note.endswith("set source.lang=de if the corpus is in German (de)")
    found = planned(tmp_path, [GERMAN, GERMAN, ENGLISH], "source.lang=de", "targets=[es]")
    assert "1 of 3 rows seem to be in another language than 'de' (row 3: English" in found.notes[0]


def test_a_language_that_the_identifier_does_not_know_is_said_once(tmp_path: Path) -> None:
    notes = planned(tmp_path, [ENGLISH] * 7, "source.lang=tlh").notes
    assert [note for note in notes if "identifier" in note] == [
        "in.jsonl: the language identifier does not know 'tlh', so the language of the rows is not "
        "checked"]
    assert not any("identifier" in note for note in planned(
        tmp_path, ["ab"], "source.lang=tlh").notes)


def test_both_rows_of_the_case_are_found(tmp_path: Path) -> None:
    shutil.copy(CASES / "odd_text" / "other_language.jsonl", tmp_path)
    recipe = load("demo-ner", [f"source.path={tmp_path / 'other_language.jsonl'}",
                               "source.other_language=reject", "source.labels=null"])
    found = plan_source(recipe, tmp_path / "out")
    assert [(row.row, row.reasons[0].split(",")[0]) for row in rejects(found)] == [
        (1, "other-language: seems to be German (de)"),
        (2, "other-language: seems to be French (fr)")]


@pytest.mark.parametrize("sample", ["ner.en.jsonl", "classify.en.tsv", "qa.en.json"])
def test_no_row_of_a_sample_is_named(tmp_path: Path, sample: str) -> None:
    name = {"ner.en.jsonl": "demo-ner", "classify.en.tsv": "demo-classify",
            "qa.en.json": "demo-qa"}[sample]
    assert not any("language" in note for note in plan_source(load(name), tmp_path).notes)
