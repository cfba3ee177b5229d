"""``crosslabel project`` by methods that learn from the file first, and what it refuses."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from crosslabel.cli.main import main
from crosslabel.pipeline.storage.shipped import SAMPLES
from tests.tiny_encoder import tiny_encoder

PAIRS = SAMPLES / "ner.en-de.jsonl"
TINY = ("--model", tiny_encoder())

Project = Callable[..., tuple[int, str]]


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    """Run the command in this process; gives its exit code and what it said on stderr."""

    def run(*words: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["crosslabel", "project", *map(str, words)])
        try:
            main()
        except SystemExit as end:
            return int(end.code or 0), capsys.readouterr().err
        return 0, capsys.readouterr().err

    return run


def _spans(path: Path) -> list[list[tuple[int, int]]]:
    rows = map(json.loads, path.read_text("utf-8").splitlines())
    return [[(span["start"], span["end"]) for span in row["spans"]] for row in rows]


def test_the_statistical_aligner_learns_from_the_rows_and_from_bitext(
    project: Project, tmp_path: Path
) -> None:
    """Its own translations as bitext, many times, make the links of a row surer."""
    rows = [json.loads(line) for line in PAIRS.read_text("utf-8").splitlines()]
    texts = [f"{row['source']['text']}\t{row['target']['text']}" for row in rows]
    bitext = tmp_path / "de.tsv"
    bitext.write_text("\n".join([*texts * 3, "no tab"]) + "\n", "utf-8")
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(PAIRS.read_text("utf-8").splitlines()[:3]) + "\n", "utf-8")
    alone, helped, again = (tmp_path / f"{name}.jsonl" for name in ("alone", "helped", "again"))
    words = (few, "--method", "statistical", "--output")
    assert project(*words, alone) == (0, "")
    code, said = project(*words, helped, "--bitext", bitext)
    assert code == 0
    assert said == (f"de.tsv, row {len(texts) * 3 + 1}: 1 columns where source, tab, target "
                    f"belong; 1 of {len(texts) * 3 + 1} lines are left out\n")
    project(*words, again, "--bitext", bitext)
    assert again.read_bytes() == helped.read_bytes()
    gold = [{(span["start"], span["end"]) for span in row["target"]["spans"]} for row in rows[:3]]

    def right(path: Path) -> int:
        return sum(len(own & set(found)) for own, found in zip(gold, _spans(path), strict=True))

    assert right(helped) > right(alone)


def test_cascade_is_the_default(project: Project, tmp_path: Path) -> None:
    default, named = tmp_path / "default.jsonl", tmp_path / "named.jsonl"
    assert project(PAIRS, *TINY, "--output", default)[0] == 0
    assert project(PAIRS, "--method", "cascade", *TINY, "--output", named)[0] == 0
    assert default.read_bytes() == named.read_bytes()
    assert any(_spans(default))


def test_a_higher_precision_projects_no_more_spans(project: Project, tmp_path: Path) -> None:
    found = []
    for precision in ("0.5", "0.95"):
        output = tmp_path / f"{precision}.jsonl"
        assert project(PAIRS, "--precision", precision, *TINY, "--output", output)[0] == 0
        found.append({(n, span) for n, row in enumerate(_spans(output)) for span in row
                      if span[0] is not None})
    assert len(found[1]) < len(found[0])


def test_one_bitext_cannot_serve_two_languages(project: Project, tmp_path: Path) -> None:
    rows = [json.loads(PAIRS.read_text("utf-8").splitlines()[n]) for n in (0, 1)]
    rows[1]["target"]["lang"] = "nl"
    pairs, bitext = tmp_path / "pairs.jsonl", tmp_path / "de.tsv"
    pairs.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    bitext.write_text("a\tb\n")
    words = (pairs, "--method", "statistical", "--output", tmp_path / "out.jsonl")
    code, said = project(*words, "--bitext", bitext)
    assert (code, said.count("\n")) == (2, 1)
    assert "the rows have en-de, en-nl" in said
    assert project(*words)[0] == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--method", "magic"], "there is no method 'magic'; there are: cascade, "),
        (["--method", "links"], "reads a file of links; give one"),
        (["--method", "inter", "--bitext", "x.tsv"], "bitext is for methods that learn from it"),
        (["--method", "inter", "--precision", "0.9"], "precision is for the method"),
        (["--links", "x", "--bitext", "x.tsv"], "bitext is for methods that learn from it"),
        (["--method", "statistical", "--bitext", "nowhere.tsv"], "nowhere.tsv: cannot be read"),
    ],
)
def test_what_does_not_fit_is_one_line_and_leaves_no_file(
    project: Project, tmp_path: Path, words: list[str], message: str
) -> None:
    output = tmp_path / "out.jsonl"
    code, said = project(PAIRS, *words, "--output", output)
    assert (code, said.count("\n")) == (2, 1)
    assert message in said
    assert not output.exists()


def test_rules_from_links_to_spans_are_options(project: Project, tmp_path: Path) -> None:
    pair = {
        "id": "1",
        "source": {"lang": "en", "tokens": ["red", "house"],
                   "spans": [{"start": 0, "end": 2, "label": "X"}]},
        "target": {"lang": "xx", "tokens": ["rot", "a", "b", "haus"]},
    }
    pairs, links, out = (tmp_path / name for name in ("pairs.jsonl", "pairs.links", "out.jsonl"))
    pairs.write_text(json.dumps(pair) + "\n", "utf-8")
    links.write_text("0-0 1-3\n", "utf-8")
    words = (pairs, "--links", links, "--output", out)
    assert project(*words) == (0, "")
    assert _spans(out) == [[(0, 4)]]
    assert project(*words, "--rule", "gap=1", "--rule", "fill=0") == (0, "")
    assert _spans(out) == [[(0, 1)]]
    assert project(*words, "--rule", "fragments=[X]", "--gap", 1) == (0, "")
    assert [span["fragments"] for span in json.loads(out.read_text("utf-8"))["spans"]] == [
        [[0, 1], [3, 4]]
    ]
    code, said = project(*words, "--rule", "gap")
    assert code == 2 and "give name=value" in said
    code, said = project(*words, "--rule", "gaps=1")
    assert code == 2 and "there are: gap, spaceless_gap" in said
