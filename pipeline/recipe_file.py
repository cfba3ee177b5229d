"""Find, read and override recipe files; errors name the line and what is allowed there."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from pipeline.recipe import Recipe
from pipeline.shipped import RECIPES, names
from projection.errors import InputError

Location = tuple[int | str, ...]
_FILES_BY_LANGUAGE = ("projection.bitext", "translation.given")


def load(name: str, overrides: Sequence[str] = ()) -> Recipe:
    """Load a shipped recipe by name or a recipe file by path.

    Args:
        name: ``demo-ner`` or ``my/recipe.yaml``.
        overrides: ``key.sub=value`` strings; values are read as YAML. A path given this way is
            relative to the working directory, a path in the file to the file.

    Raises:
        InputError: no such recipe, bad YAML, or a wrong key or value.
    """
    file = _find(name)
    tree, values = _parse(file)
    for override in overrides:
        _apply(values, override)
    try:
        recipe = Recipe.model_validate(values)
    except ValidationError as error:
        raise InputError(_explain(error, file, tree, overrides)) from None
    return _resolved(recipe, file.parent)


def _find(name: str) -> Path:
    shipped = RECIPES / f"{name}.yaml"
    if shipped.is_file():
        return shipped
    path = Path(name)
    if path.is_file():
        return path
    raise InputError(f"{name}: no such recipe file, and no shipped recipe of that name; "
                     f"shipped: {', '.join(names(RECIPES, '*.yaml'))}")


def _parse(file: Path) -> tuple[yaml.Node | None, dict[str, Any]]:
    try:
        text = file.read_text(encoding="utf-8")
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not UTF-8 text"
        raise InputError(f"{file}{line}: not valid YAML: {problem}") from None
    if not isinstance(values, dict):
        raise InputError(f"{file}, line 1: a recipe is a mapping of keys to values, "
                         f"such as 'name: my-corpus'")
    return tree, values


def _apply(values: dict[str, Any], override: str) -> None:
    key, equals, text = override.partition("=")
    if not equals or not key:
        raise InputError(f"--set {override}: write key=value, for example source.path=my.jsonl")
    try:
        value = yaml.safe_load(text) if text else None
    except yaml.YAMLError:
        value = text
    *parents, last = key.split(".")
    if key == "source.path" or ".".join(parents) in _FILES_BY_LANGUAGE:
        value = str(Path(text).resolve())
    if key in _FILES_BY_LANGUAGE and isinstance(value, dict):
        value = {lang: str(Path(str(path)).resolve()) for lang, path in value.items()}
    for parent in parents:
        child = values.setdefault(parent, {})
        if not isinstance(child, dict):
            raise InputError(f"--set {override}: {parent!r} holds a value, not further keys")
        values = child
    values[last] = value


def _resolved(recipe: Recipe, folder: Path) -> Recipe:
    """The recipe with the paths in it, which are relative to its folder, made usable anywhere."""
    bitext = {lang: folder / path for lang, path in recipe.projection.bitext.items()}
    given = {lang: folder / path for lang, path in recipe.translation.given.items()}
    return recipe.model_copy(update={
        "source": recipe.source.model_copy(update={"path": folder / recipe.source.path}),
        "translation": recipe.translation.model_copy(update={"given": given}),
        "projection": recipe.projection.model_copy(update={"bitext": bitext}),
    })


def _explain(
    error: ValidationError, file: Path, tree: yaml.Node | None, overrides: Sequence[str]
) -> str:
    """One line for the first problem: file, line, key, what is wrong, what is allowed."""
    first = error.errors(include_url=False)[0]
    location = tuple(first["loc"])
    key = ".".join(map(str, location))
    where = _where(file, tree, location, overrides)
    problem = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        return f"{where}: unknown key {key!r}; {_allowed(location)}"
    if first["type"] == "missing":
        return f"{where}: {key!r} is required"
    return f"{where}: {key}: {problem}, got {first['input']!r}" if key else f"{where}: {problem}"


def _where(
    file: Path, tree: yaml.Node | None, location: Location, overrides: Sequence[str]
) -> str:
    key = ".".join(map(str, location)) + "."
    for override in overrides:
        if key.startswith(override.partition("=")[0] + "."):
            return f"--set {override}"
    line = _line(tree, location)
    return f"{file}, line {line}" if line else f"{file}"


def _allowed(location: Location) -> str:
    model: type[BaseModel] = Recipe
    for step in location[:-1]:
        annotation = model.model_fields[str(step)].annotation
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            break
        model = annotation
    known = sorted(model.model_fields)
    near = difflib.get_close_matches(str(location[-1]), known, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"{hint}allowed here: {', '.join(known)}"


def _line(tree: yaml.Node | None, location: Location) -> int | None:
    """1-based line of the deepest node of ``location`` that stands in the file."""
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
