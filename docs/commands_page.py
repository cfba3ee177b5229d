"""``docs/commands.md``: every command and its options, from the definitions of the commands."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import typer

from crosslabel.cli.main import app
from docs.markdown import code, one_line, table

PAGE = Path(__file__).with_name("commands.md")
_INTRODUCTION = """\
# Commands

<!-- Generated from the code by `make docs`. -->
"""
_TYPES = {int: "INTEGER", float: "NUMBER", str: "TEXT"}


def page() -> str:
    """Return the whole page."""
    return "\n".join([_INTRODUCTION, *_commands(typer.main.get_command(app), "crosslabel")])


def _commands(command: Any, words: str) -> Iterator[str]:
    """Yield the description of a command, and of the commands below it."""
    yield _described(command, words)
    for name, below in getattr(command, "commands", {}).items():
        yield from _commands(below, f"{words} {name}")


def _described(command: Any, words: str) -> str:
    shown = [param for param in command.params if not getattr(param, "hidden", False)]
    arguments = [param for param in shown if param.param_type_name == "argument"]
    options = [param for param in shown if param.param_type_name == "option"]
    hints = get_type_hints(command.callback) if command.callback else {}
    below = getattr(command, "commands", None)
    usage = [words, *map(_argument, arguments), "COMMAND" if below else "",
             "[OPTIONS]" if options else ""]
    parts = [f"## {words}", *map(one_line, (command.help or "").split("\n\n")),
             f"```\n{' '.join(filter(None, usage))}\n```"]
    if arguments:
        parts.append(table(("argument", "description"), (
            (code(_name(param)), param.help or "") for param in arguments)))
    if options:
        parts.append(table(("option", "default", "description"), (
            (_option(param, hints.get(param.name)), _default(param), param.help or "")
            for param in options)))
    if below:
        parts.append("Commands: " + ", ".join(
            f"[`{name}`](#{f'{words} {name}'.replace(' ', '-')})" for name in below) + ".")
    if command.epilog:
        text, _, example = command.epilog.partition(": ")
        parts.append(f"{text}:\n\n```\n{example}\n```")
    return "\n\n".join(parts) + "\n"


def _name(param: Any) -> str:
    return str(param.metavar or param.name.upper())


def _argument(param: Any) -> str:
    name = _name(param) + ("..." if param.nargs == -1 else "")
    return name if param.required else f"[{name}]"


def _option(param: Any, hint: Any) -> str:
    """Return the names of an option, and the values that it takes."""
    names = ", ".join(map(code, (*param.opts, *param.secondary_opts)))
    if param.is_flag:
        return names
    choices = _choices(hint)
    if choices:
        return f"{names} {', '.join(map(code, choices))}"
    return f"{names} {code(param.metavar or _TYPES.get(_plain(hint), 'TEXT'))}"


def _plain(hint: Any) -> Any:
    """Return the type of one value of a parameter, without ``None`` and ``list``."""
    inner = [each for each in get_args(hint) if each is not type(None)]
    return _plain(inner[0]) if inner and get_origin(hint) is not Literal else hint


def _choices(hint: Any) -> list[str]:
    one = _plain(hint)
    if get_origin(one) is Literal:
        return list(map(str, get_args(one)))
    if isinstance(one, type) and issubclass(one, Enum):
        return [str(member.value) for member in one]
    return []


def _default(param: Any) -> str:
    if param.required:
        return "required"
    if param.is_flag or param.default is None:
        return ""
    value = param.default.value if isinstance(param.default, Enum) else param.default
    return code(f"{value:g}" if isinstance(value, float) else str(value))
