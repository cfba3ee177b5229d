"""A parser of YAML into plain values: no Python tags, no alias bombs, no half characters."""

from __future__ import annotations

from typing import Any

import yaml

from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_RECIPE_CHARACTERS


def parse(text: str, place: str) -> tuple[yaml.Node | None, Any]:
    """Return the nodes of a text, which know their lines, and its value.

    Args:
        place: the name of the text in errors, such as its file.

    Raises:
        InputError: the text is not YAML, is too large with its aliases written out, or cannot be
            written as UTF-8.
    """
    if len(text) > MAX_RECIPE_CHARACTERS:
        raise _too_large(place)
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        if tree is not None and _size(tree, place, {}) > MAX_RECIPE_CHARACTERS:
            raise _too_large(place)
        return tree, yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "there is a character that YAML does not allow"
        raise InputError(f"{place}{line}: not valid YAML: {problem}") from None
    except RecursionError:
        raise InputError(f"{place}: not valid YAML: nested too deeply") from None
    except InputError:
        raise
    except Exception as error:  # values such as 2020-99-99 or !!bool x raise undocumented errors
        raise InputError(f"{place}: not valid YAML: a value is not what it looks like ({error}); "
                         "write it in quotes") from None


def _too_large(place: str) -> InputError:
    return InputError(f"{place}: has more than {MAX_RECIPE_CHARACTERS:,} characters with every "
                      "alias written out; write less")


def _size(node: yaml.Node, place: str, known: dict[int, int | None]) -> int:
    """Return the number of characters and nodes with every alias written out.

    Args:
        known: sizes by node; ``None`` for a node that is being measured.
    """
    if id(node) in known:
        size = known[id(node)]
        if size is None:
            raise InputError(f"{place}: not valid YAML: an alias is inside the value it stands for")
        return size
    known[id(node)] = None
    if isinstance(node, yaml.ScalarNode):
        _check_characters(node.value, place, node.start_mark.line + 1)
        size = 1 + len(node.value)
    else:
        groups = (node.value if isinstance(node, yaml.MappingNode)
                  else [(child,) for child in node.value])
        size = 1 + sum(_size(child, place, known) for group in groups for child in group)
    known[id(node)] = size
    return size


def _check_characters(text: str, place: str, line: int) -> None:
    if "\0" in text:
        raise InputError(f"{place}, line {line}: holds a null character, which no name can have")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(f"{place}, line {line}: {error.object[error.start]!r} is half of a "
                         "character; write the character itself") from None
