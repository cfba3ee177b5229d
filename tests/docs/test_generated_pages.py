"""The generated pages are those of the code as it is now; ``make docs`` writes them."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer
from pydantic import BaseModel

from crosslabel.cli.main import app
from crosslabel.finetune.recipe import FinetuneRecipe
from crosslabel.pipeline.recipe import Recipe
from docs import commands_page, recipes_page

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("generated", [recipes_page, commands_page],
                         ids=["recipes.md", "commands.md"])
def test_the_page_in_the_repository_is_that_of_the_code(generated: ModuleType) -> None:
    assert generated.PAGE.read_text(encoding="utf-8") == generated.page(), "run: make docs"


@pytest.mark.parametrize("columns", ["20", "300"])
def test_the_pages_do_not_depend_on_the_terminal(columns: str) -> None:
    code = ("from docs import commands_page, recipes_page\n"
            "print(commands_page.page() == commands_page.PAGE.read_text('utf-8'))\n"
            "print(recipes_page.page() == recipes_page.PAGE.read_text('utf-8'))")
    surroundings = os.environ | {"COLUMNS": columns, "TERM": "dumb", "LC_ALL": "C",
                                 "FORCE_COLOR": "1", "PYTHONHASHSEED": columns}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          env=surroundings, cwd=ROOT)
    assert done.stdout.split() == ["True", "True"]


def _keys(model: type[BaseModel]) -> Iterator[str]:
    schema = model.model_json_schema()
    sections = [schema, *(section for name, section in schema["$defs"].items()
                          if name != "Markers")]
    for section in sections:
        for key, field in section["properties"].items():
            if "$ref" not in field:
                yield key
                assert field.get("description"), f"{section['title']}.{key} has no description"


@pytest.mark.parametrize("model", [Recipe, FinetuneRecipe])
def test_every_key_is_described_and_listed(model: type[BaseModel]) -> None:
    keys = list(_keys(model))
    assert len(keys) > 20
    page = recipes_page.PAGE.read_text(encoding="utf-8")
    assert [key for key in keys if f"{key}`" not in page] == []


def _commands(command: Any, words: str) -> Iterator[tuple[str, Any]]:
    yield words, command
    for name, below in getattr(command, "commands", {}).items():
        yield from _commands(below, f"{words} {name}")


def test_every_command_and_option_is_listed_with_a_description() -> None:
    page = commands_page.PAGE.read_text(encoding="utf-8")
    parts = {part.partition("\n")[0]: part for part in page.split("\n## ")}
    for words, command in _commands(typer.main.get_command(app), "crosslabel"):
        assert command.help
        for param in command.params:
            if not param.hidden:
                assert param.help, f"{words}: {param.name} has no help"
                named = param.opts if param.param_type_name == "option" else [param.metavar]
                assert all(f"`{name}`" in parts[words] for name in named), (words, param.name)


def test_one_command_writes_both_pages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for generated in (recipes_page, commands_page):
        monkeypatch.setattr(generated, "PAGE", tmp_path / generated.PAGE.name)
    runpy.run_module("docs.__main__")
    assert (tmp_path / "recipes.md").read_text(encoding="utf-8") == recipes_page.page()
    assert (tmp_path / "commands.md").read_text(encoding="utf-8") == commands_page.page()
