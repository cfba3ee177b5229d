"""``crosslabel evaluate projection`` on the samples, through the door a user takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.projection.conftest import SAMPLES, sample_rows
from tests.projection.test_commands import Done, crosslabel

PAIRS = SAMPLES / "ner.en-de.jsonl"


def evaluate(*arguments: object) -> Done:
    return crosslabel("evaluate", "projection", "--gold", PAIRS, *arguments)


@pytest.fixture(scope="module")
def predictions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The gold spans with probabilities; every fifth is one character short, every tenth lost."""
    path = tmp_path_factory.mktemp("predictions") / "near.gold.jsonl"
    number, rows = 0, []
    for row in sample_rows("de"):
        spans: list[dict[str, Any]] = []
        for gold in row["target"]["spans"]:
            number += 1
            short = number % 5 == 0
            span = gold | {"end": gold["end"] - short, "probability": 0.45 if short else 0.95}
            spans.append(span if number % 10 else gold | {"start": None, "end": None})
        rows.append(json.dumps({"id": row["id"], "unit": "characters", "spans": spans}))
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def test_files_and_methods_side_by_side(
    predictions: Path, tiny_encoder: Path, tmp_path: Path
) -> None:
    links, linked, figures = (tmp_path / name for name in ("links", "linked.jsonl", "figures"))
    assert crosslabel("align", PAIRS, "--model", tiny_encoder, "--output", links).returncode == 0
    assert crosslabel("project", PAIRS, "--links", links, "--output", linked).returncode == 0
    done = evaluate("--pred", predictions, "--pred", linked, "--method", "links", "--method",
                    "itermax", "--links", links, "--model", tiny_encoder, "--json", figures,
                    "--samples", 200)
    assert (done.returncode, done.stderr) == (0, "")
    assert "F1 minus the F1 of near.gold" in done.stdout and done.stdout.count("ceiling") == 2
    values = json.loads(figures.read_text())
    near, written, given, _ = values["systems"]
    assert [own["name"] for own in values["systems"]] == ["near.gold", "linked", "links", "itermax"]
    assert written | {"name": "links"} == given, "a method gives what its written file gives"
    assert near["difference"] is None and given["difference"]["to"] == "near.gold"
    low, high = given["difference"]["interval"]
    assert low <= given["difference"]["f1"] <= high < 0
    assert values["bootstrap"] == {"samples": 200, "seed": 0, "level": 0.95}


def test_figures_of_one_system(predictions: Path, tmp_path: Path) -> None:
    figures, picture = tmp_path / "figures.json", tmp_path / "picture.svg"
    done = evaluate("--pred", predictions, "--json", figures, "--picture", picture)
    assert done.returncode == 0 and "DATE" in done.stdout and "calibration error" in done.stdout
    values = json.loads(figures.read_text())
    (own,) = values["systems"]
    gold = sum(len(row["target"]["spans"]) for row in sample_rows("de"))
    lost, short = gold // 10, gold // 5 - gold // 10
    micro = own["micro"]
    assert (micro["gold"], micro["predicted"]) == (gold, gold - lost)
    assert micro["correct"] == gold - lost - short
    assert own["errors"] == {"boundary": short, "label": 0, "missed": lost, "spurious": 0}
    assert own["lost"] == {"no reason given": lost}
    assert own["f1_interval"][0] < micro["f1"] < own["f1_interval"][1]
    assert [b["count"] for b in own["reliability"]["bins"]] == [short, gold - lost - short]
    assert own["reliability"]["calibration_error"] == pytest.approx(
        (0.45 * short + 0.05 * micro["correct"]) / micro["predicted"], abs=1e-5)
    assert [point["precision"] for point in own["coverage"]["points"]] == [1.0, micro["precision"]]
    assert picture.read_bytes().startswith(b"<?xml")


def test_the_seed_decides_the_intervals(predictions: Path, tmp_path: Path) -> None:
    def run(seed: int, name: str) -> dict[str, Any]:
        assert evaluate("--pred", predictions, "--seed", seed, "--json",
                        tmp_path / name).returncode == 0
        values: dict[str, Any] = json.loads((tmp_path / name).read_text())
        return values

    assert run(1, "a") == run(1, "b")
    other = run(2, "c")
    assert run(1, "a")["systems"][0]["f1_interval"] != other["systems"][0]["f1_interval"]


def test_files_of_one_name_are_told_apart_by_their_paths(
    predictions: Path, tmp_path: Path
) -> None:
    twin, figures = tmp_path / predictions.name, tmp_path / "figures.json"
    twin.write_bytes(predictions.read_bytes())
    assert evaluate("--pred", predictions, "--pred", twin, "--json", figures).returncode == 0
    names = [own["name"] for own in json.loads(figures.read_text())["systems"]]
    assert names == [str(predictions), str(twin)]


def test_rows_that_do_not_match_are_named_with_their_system(tmp_path: Path) -> None:
    stray = tmp_path / "stray.jsonl"
    stray.write_text(json.dumps({"id": "stray", "spans": []}) + "\n")
    figures = tmp_path / "figures.json"
    done = evaluate("--pred", stray, "--json", figures)
    assert done.returncode == 3
    assert "stray: no prediction for 72 pairs (ner-001, " in done.stderr
    (own,) = json.loads(figures.read_text())["systems"]
    assert own["unknown"] == ["stray"] and len(own["missing"]) == 72


@pytest.mark.parametrize(("option", "folder"), [("--json", "taken"), ("--picture", "taken.svg")])
def test_a_file_that_cannot_be_written_is_one_line(
    predictions: Path, tmp_path: Path, option: str, folder: str
) -> None:
    (tmp_path / folder).mkdir()
    done = evaluate("--pred", predictions, option, tmp_path / folder)
    assert done.returncode == 2
    assert f"{folder}: " in done.stderr and "Is a directory" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(("arguments", "message"), [
    ([], "give predictions or a method"),
    (["--method", "nothing"], "no method 'nothing'; there are: cascade, inter, itermax, "),
    (["--method", "links"], "reads a file of links; give one"),
    (["--method", "inter", "--method", "inter"], "inter is given twice"),
    (["--method", "inter", "--links", PAIRS], "give that method"),
    (["--method", "inter", "--links-key", "a"], "give the file too"),
    (["--pred", PAIRS, "--model", "nowhere"], "give a method"),
    (["--method", "inter", "--model", "nowhere"], "nowhere"),
    (["--pred", PAIRS, "--picture", "a.pdf"], ".svg or .png"),
    (["--pred", "nowhere.jsonl"], "nowhere.jsonl: cannot be read"),
])
def test_what_cannot_be_used_is_one_line_and_exit_code_2(
    arguments: list[object], message: str
) -> None:
    done = evaluate(*arguments)
    assert done.returncode == 2
    assert message in done.stderr and done.stderr.count("\n") == 1
