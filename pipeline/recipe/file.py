"""Find, read and override recipe files; errors name the line and the keys allowed there."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.recipe.yaml_text import parse
from crosslabel.pipeline.storage.shipped import RECIPES, names
from crosslabel.pipeline.storage.validation import first_problem
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_RECIPE_CHARACTERS

Location = tuple[int | str, ...]
AnyRecipe = TypeVar("AnyRecipe", bound=BaseModel)
_SHIPPED_NAME = re.compile(r"\w[\w.-]*")


def load(name: str, overrides: Sequence[str] = ()) -> Recipe:
    """Load the recipe of a corpus as :func:`load_as` does."""
    return load_as(Recipe, name, overrides)


def load_as(kind: type[AnyRecipe], name: str, overrides: Sequence[str] = ()) -> AnyRecipe:
    """Load a shipped recipe by name or a recipe file by path.

    Args:
        kind: the class of the recipe.
        name: ``demo-ner`` or ``my/recipe.yaml``.
        overrides: ``key.sub=value`` strings; values are read as YAML. A path given this way is
            relative to the working directory, a path in the file to the file.

    Raises:
        InputError: there is no such recipe, it is bad YAML, or it has a wrong key or value.
    """
    file = _find(name)
    tree, values = _parse(file)
    for override in overrides:
        _apply(values, override)
    try:
        recipe = kind.model_validate(values)
    except ValidationError as error:
        raise InputError(_explain(error, kind, file, tree, overrides)) from None
    given_here = [override.partition("=")[0] for override in overrides]
    resolved: AnyRecipe = _resolved(recipe, (), file.parent, given_here)
    return resolved


def with_overrides(recipe: AnyRecipe, overrides: Sequence[str] = ()) -> AnyRecipe:
    """Return a recipe that is in no file, with overrides applied.

    Its paths are relative to the working directory.

    Raises:
        InputError: a key or value is wrong.
    """
    values = recipe.model_dump(exclude_unset=True)
    for override in overrides:
        _apply(values, override)
    try:
        changed = type(recipe).model_validate(values)
    except ValidationError as error:
        raise InputError(_explain(error, type(recipe), Path("recipe"), None, overrides)) from None
    resolved: AnyRecipe = _resolved(changed, (), Path.cwd(), ())
    return resolved


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


def _apply(values: dict[str, Any], override: str) -> None:
    key, equals, text = override.partition("=")
    if not equals or not key:
        raise InputError(f"--set {override}: write key=value, for example source.path=my.jsonl")
    try:
        override.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError(f"--set {override}: is not UTF-8 text") from None
    if "\0" in override:
        raise InputError(f"--set {override}: holds a null character, which no name can have")
    try:
        _, value = parse(text, f"--set {key}")
    except InputError:
        value = text
    *parents, last = key.split(".")
    for parent in parents:
        child = values.setdefault(parent, {})
        if not isinstance(child, dict):
            raise InputError(f"--set {override}: {parent!r} holds a value, not further keys")
        values = child
    values[last] = value


def _resolved(value: Any, location: Location, folder: Path, given_here: Sequence[str]) -> Any:
    """Return the recipe with its paths resolved.

    Args:
        folder: the folder that paths are relative to.
        given_here: keys whose paths are relative to the working directory.
    """

    def inside(step: int | str, child: Any) -> Any:
        return _resolved(child, (*location, step), folder, given_here)

    if isinstance(value, BaseModel):
        return value.model_copy(update={name: inside(name, child) for name, child in value
                                        if name in value.model_fields_set})
    if isinstance(value, Mapping):
        return {name: inside(name, child) for name, child in value.items()}
    if isinstance(value, tuple):
        return tuple(inside(step, child) for step, child in enumerate(value))
    if isinstance(value, Path):
        key = ".".join(map(str, location)) + "."
        is_here = any(key.startswith(f"{override}.") for override in given_here)
        return value.resolve() if is_here else folder / value
    return value


def _explain(
    error: ValidationError,
    kind: type[BaseModel],
    file: Path,
    tree: yaml.Node | None,
    overrides: Sequence[str],
) -> str:
    """Return a message on the first problem: file, line, key, problem and allowed keys."""
    problem = first_problem(error)
    where = _where(file, tree, problem.location, overrides)
    if problem.kind == "extra_forbidden":
        return f"{where}: unknown key {problem.key!r}; {_allowed(kind, problem.location)}"
    if problem.kind == "missing":
        return f"{where}: {problem.key!r} is required"
    given = f", got {problem.value!r}" if problem.location else ""
    return f"{where}: {problem}{given}"


def _where(
    file: Path, tree: yaml.Node | None, location: Location, overrides: Sequence[str]
) -> str:
    key = ".".join(map(str, location)) + "."
    for override in overrides:
        given = override.partition("=")[0] + "."
        if key.startswith(given) or given.startswith(key):
            return f"--set {override}"
    line = _line(tree, location)
    return f"{file}, line {line}" if line else f"{file}"


def _allowed(model: type[BaseModel], location: Location) -> str:
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


def _line(tree: yaml.Node | None, location: Location) -> int | None:
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
