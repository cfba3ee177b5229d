"""``crosslabel align``: sources by name, scores, rows that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crosslabel.cli.main import app
from crosslabel.pipeline.storage.shipped import SAMPLES
from tests.tiny_encoder import tiny_encoder


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """Four good rows, the second one damaged."""
    rows = (SAMPLES / "ner.en-de.jsonl").read_text("utf-8").splitlines()[:5]
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n".join([rows[0], '{"id": "odd"}', *rows[2:]]) + "\n", "utf-8")
    return path


def align(pairs: Path, *options: object) -> tuple[Result, list[str]]:
    output = pairs.with_name("out")
    done = CliRunner().invoke(app, ["align", str(pairs), "--output", str(output),
                                    *map(str, options)])
    return done, output.read_text("utf-8").splitlines() if output.is_file() else []


@pytest.mark.parametrize("source", ["inter", "softmax", "translation"])
def test_scores_are_those_of_the_links(pairs: Path, source: str) -> None:
    options = ["--source", source]
    if source != "translation":
        options += ["--model", str(tiny_encoder())]
    plain, lines = align(pairs, *options)
    scored, rows = align(pairs, *options, "--scores")
    assert plain.exit_code == scored.exit_code == 3
    assert "pairs.jsonl, row 2: " in plain.stderr
    found = [json.loads(row) for row in rows]
    assert [row["id"] for row in found] == ["ner-001", "odd", "ner-003", "ner-004", "ner-005"]
    assert found[1]["row"] == 2 and "source" in found[1]["error"] and lines[1] == ""
    for line, row in zip(lines, found, strict=True):
        links = row.get("links", [])
        assert line == " ".join(f"{i}-{j}" for i, j, _ in links)
        assert all(0 < score <= 1.000001 for _, _, score in links)


def test_given_links_come_back_within_the_words(pairs: Path) -> None:
    links = pairs.with_name("given")
    links.write_text("0-0\n\n1-1 0-0\n999-0\n2-2\n")
    done, lines = align(pairs, "--source", "links", "--links", links)
    assert done.exit_code == 3 and lines == ["0-0", "", "0-0 1-1", "", "2-2"]


def test_a_pair_without_links_for_a_reason_is_named(pairs: Path) -> None:
    text = pairs.read_text("utf-8").replace('"lang": "de"', '"lang": "fr"')
    pairs.write_text(text, "utf-8")
    done, lines = align(pairs, "--source", "translation")
    assert done.exit_code == 3 and lines == [""] * 5
    assert done.stderr.count("does not translate into 'fr'") == 4


def test_an_unknown_source_lists_the_known_ones(pairs: Path) -> None:
    done, lines = align(pairs, "--source", "giza")
    assert done.exit_code != 0 and not lines
    assert "there are: inter, itermax, softmax" in str(done.exception)
