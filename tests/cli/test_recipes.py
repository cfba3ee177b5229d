"""``crosslabel recipes``."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from crosslabel.cli.main import app


def test_each_recipe_is_a_line_with_its_command_and_use() -> None:
    shown = CliRunner().invoke(app, ["recipes"], env={"COLUMNS": "130"})
    assert shown.exit_code == 0
    lines = [" ".join(line.split()) for line in shown.stdout.splitlines()]
    assert "demo-ner build Named entities, from English to German and Spanish" in lines
    assert any(line.startswith("demo-filter finetune FILTER") for line in lines)


def test_the_list_as_json() -> None:
    listed = json.loads(CliRunner().invoke(app, ["recipes", "--json"]).stdout)
    assert listed[0].keys() == {"name", "kind", "command", "summary"}
    assert {(entry["kind"], entry["command"]) for entry in listed} == {
        ("corpus", "build"), ("fine-tuning", "finetune")}
