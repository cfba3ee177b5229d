"""What ``--help`` calls the arguments and options of every command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from crosslabel.cli.main import app

_OF_PYTHON = re.compile(r"\bAny\b|lambda|FUNC|PARSER|<class|<function|typing\.|pathlib|UPath")
_PATH_WITHOUT_NAME = re.compile(r"--[\w-]+ +<(list\[)?path", re.IGNORECASE)


def _commands(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield words, command
    for name, own in getattr(command, "commands", {}).items():
        yield from _commands(own, (*words, name))


ALL = dict(_commands(typer.main.get_command(app)))


def test_there_are_commands() -> None:
    assert {("build",), ("verify",), ("cache", "prune"), ("flow", "build")} <= ALL.keys()


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_help_speaks_of_files_and_folders_and_not_of_python(words: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0
    assert not _OF_PYTHON.search(shown.stdout), shown.stdout
    assert not _PATH_WITHOUT_NAME.search(shown.stdout), shown.stdout
