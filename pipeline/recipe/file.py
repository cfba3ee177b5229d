"""Find, read and override recipe files; errors name the line and the keys allowed there."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.recipe.places import Key, Places
from crosslabel.pipeline.recipe.yaml_text import parse
from crosslabel.pipeline.storage.shipped import RECIPES, names
from crosslabel.pipeline.storage.validation import first_problem
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_RECIPE_CHARACTERS

AnyRecipe = TypeVar("AnyRecipe", bound=BaseModel)
_SHIPPED_NAME = re.compile(r"\w[\w.-]*")


Changes = Mapping[str, Any] | Sequence[str]
"""Changes to a recipe: values by key (``translation.beam``), or texts ``key.sub=value``, whose
values are read as YAML. Paths given this way are relative to the working directory."""


def load(name: str | Path, changes: Changes = ()) -> Recipe:
    """Load the recipe of a corpus as :func:`load_as` does."""
    return load_as(Recipe, name, changes)


def load_as(kind: type[AnyRecipe], name: str | Path, changes: Changes = ()) -> AnyRecipe:
    """Load a shipped recipe by name or a recipe file by path.

    Args:
        kind: the class of the recipe.
        name: ``demo-ner`` or ``my/recipe.yaml``; a path in the file is relative to the file, and
            so is the folder of a model.

    Raises:
        InputError: there is no such recipe, it is bad YAML, or it has a wrong key or value.
    """
    file = _find(str(name))
    tree, values = _parse(file)
    return _made(kind, values, file, tree, file.parent, changes)


def made(kind: type[AnyRecipe], values: Mapping[str, Any], changes: Changes = ()) -> AnyRecipe:
    """Make a recipe from its keys and values; its paths are relative to the working directory.

    Raises:
        InputError: it has a wrong key or value.
    """
    return _made(kind, deepcopy(dict(values)), Path("recipe"), None, Path.cwd(), changes)


def with_overrides(recipe: AnyRecipe, changes: Changes = ()) -> AnyRecipe:
    """Return a recipe that is in no file, with changes applied.

    Its paths are relative to the working directory.

    Raises:
        InputError: a key or value is wrong.
    """
    return made(type(recipe), recipe.model_dump(exclude_unset=True), changes)


def file_values(name: str | Path) -> Mapping[str, Any]:
    """Return the keys and values in a recipe file, unchecked.

    Raises:
        InputError: there is no such recipe, or it is bad YAML.
    """
    return _parse(_find(str(name)))[1]


def _made(
    kind: type[AnyRecipe],
    values: dict[str, Any],
    file: Path,
    tree: yaml.Node | None,
    folder: Path,
    changes: Changes,
) -> AnyRecipe:
    """Return the recipe of these values.

    Args:
        tree: the YAML of the file, for the line of a wrong key.
        folder: the folder that paths are relative to.
    """
    changed = _changes(changes)
    for change in changed:
        change.apply(values)
    try:
        recipe = kind.model_validate(values)
    except ValidationError as error:
        raise InputError(_explain(error, kind, file, tree, changed)) from None
    places = Places(folder, [change.key for change in changed],
                    lambda key: _where(file, tree, key, changed))
    resolved: AnyRecipe = places.resolved(recipe)
    return resolved


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of one key; ``shown`` names it in messages."""

    key: str
    value: Any
    shown: str

    def apply(self, values: dict[str, Any]) -> None:
        """Change the values of a recipe."""
        *parents, last = self.key.split(".")
        for parent in parents:
            child = values.setdefault(parent, {})
            if not isinstance(child, dict):
                raise InputError(f"{self.shown}: {parent!r} holds a value, not further keys")
            values = child
        values[last] = self.value


def _changes(changes: Changes) -> list[_Change]:
    if isinstance(changes, str):
        raise InputError(f"{changes}: give changes as a list of 'key=value', or as a mapping")
    if isinstance(changes, Mapping):
        return [_Change(str(key), value, f"{key}={value!r}") for key, value in changes.items()]
    return [_change(text) for text in changes]


def _change(text: str) -> _Change:
    """Return the change that a text ``key.sub=value`` asks for, as ``--set`` takes it."""
    shown = text
    key, equals, written = text.partition("=")
    if not equals or not key:
        raise InputError(f"{shown}: write key=value, for example source.path=my.jsonl")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError(f"{shown}: is not UTF-8 text") from None
    if "\0" in text:
        raise InputError(f"{shown}: holds a null character, which no name can have")
    try:
        _, value = parse(written, key)
    except InputError:
        value = written
    return _Change(key, value, shown)


def _find(name: str) -> Path:
    shipped = RECIPES / f"{name}.yaml"
    try:
        if _SHIPPED_NAME.fullmatch(name) and shipped.is_file():
            return shipped
        if Path(name).is_file():
            return Path(name)
    except OSError as error:
        raise InputError(f"{name}: is not a usable path ({error.strerror})") from None
    raise InputError(f"{name}: no such recipe file, and no shipped recipe of that name; "
                     f"shipped: {', '.join(names(RECIPES, '*.yaml'))}")


def _parse(file: Path) -> tuple[yaml.Node | None, dict[str, Any]]:
    try:
        with file.open(encoding="utf-8") as opened:
            text = opened.read(MAX_RECIPE_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read as UTF-8 text ({error})") from None
    tree, values = parse(text, str(file))
    if not isinstance(values, dict):
        raise InputError(f"{file}, line 1: a recipe is a mapping of keys to values, "
                         f"such as 'name: my-corpus'")
    return tree, values


def _explain(
    error: ValidationError,
    kind: type[BaseModel],
    file: Path,
    tree: yaml.Node | None,
    changes: Sequence[_Change],
) -> str:
    """Return a message on the first problem: file, line, key, problem and allowed keys."""
    problem = first_problem(error)
    where = _where(file, tree, problem.location, changes)
    if problem.kind == "extra_forbidden":
        return f"{where}: unknown key {problem.key!r}; {_allowed(kind, problem.location)}"
    if problem.kind == "missing":
        return f"{where}: {problem.key!r} is required"
    given = f", got {problem.value!r}" if problem.location else ""
    return f"{where}: {problem}{given}"


def _where(
    file: Path, tree: yaml.Node | None, location: Key, changes: Sequence[_Change]
) -> str:
    key = ".".join(map(str, location)) + "."
    for change in changes:
        given = f"{change.key}."
        if key.startswith(given) or given.startswith(key):
            return change.shown
    line = _line(tree, location)
    return f"{file}, line {line}" if line else f"{file}"


def _allowed(model: type[BaseModel], location: Key) -> str:
    for step in location[:-1]:
        if isinstance(step, str) and step in model.model_fields:
            model = _model_in(model.model_fields[step].annotation) or model
    known = sorted(model.model_fields)
    near = difflib.get_close_matches(str(location[-1]), known, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"{hint}allowed here: {', '.join(known)}"


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the first model in a type such as ``dict[str, Model]`` or ``Model | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    models = map(_model_in, get_args(annotation))
    return next((model for model in models if model), None)


def _line(tree: yaml.Node | None, location: Key) -> int | None:
    """Return the 1-based line of the deepest node of ``location`` that is in the file."""
    node, line = tree, None
    for step in location:
        child = _child(node, step)
        if child is None:
            return line if line and step == location[-1] else None
        line, node = child
    return line


def _child(node: yaml.Node | None, step: int | str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item: yaml.Node = node.value[step]
        return item.start_mark.line + 1, item
    return None
