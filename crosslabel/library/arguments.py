"""Checks of the arguments of public calls, before any work: each is one line that names it.

A parameter of one name takes the same in all calls; :data:`KINDS` says what. Rows, pairs and texts
are checked where they are read, because each of them may be wrong.
"""

from __future__ import annotations

import inspect
import math
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import wraps
from numbers import Integral, Real
from typing import Any, ParamSpec, TypeVar, get_args

from crosslabel.library.names import DeviceName
from crosslabel.pipeline.corpus.records import Task
from crosslabel.pipeline.run.stops import StopRequest
from crosslabel.projection.errors import InputError

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_MAX_BEAM = 64
_MIN_LENGTH = 8
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Takes:
    """What an argument may be.

    Attributes:
        named: its kind, to stand after "give" in a message.
        accepts: returns whether a value is of that kind.
    """

    named: str
    accepts: Callable[[Any], bool]


def is_list(values: Any) -> bool:
    """Return whether values come one by one, as those of a text, a mapping or a table do not."""
    is_other = isinstance(values, bytes | str | Mapping) or hasattr(values, "columns")
    return isinstance(values, Iterable) and not is_other


def whole(least: int, most: int = sys.maxsize) -> Takes:
    """Return the kind of whole numbers within limits."""
    limit = f" and at most {most}" if most < sys.maxsize else ""
    return Takes(f"a whole number, at least {least}{limit}",
                 lambda value: _is_number(value, Integral) and least <= value <= most)


def one_of(*names: str) -> Takes:
    """Return the kind of one of these names."""
    return Takes(f"one of {', '.join(names)}",
                 lambda value: isinstance(value, str) and value in names)


def _number(named: str, fits: Callable[[float], bool]) -> Takes:
    return Takes(named, lambda value: _is_number(value, Real) and fits(float(value)))


def _is_number(value: Any, kind: type) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _is_place(value: Any) -> bool:
    is_text = isinstance(value, str)
    return bool(value) if is_text else isinstance(value, os.PathLike) or hasattr(value, "fs")


def _are(values: Any, accepts: Callable[[Any], bool]) -> bool:
    """Return whether values are a list or a set, not a text, of such values."""
    is_list = isinstance(values, Sequence | Set) and not isinstance(values, str | bytes)
    return is_list and all(map(accepts, values))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_language(value: Any) -> bool:
    import langcodes

    return isinstance(value, str) and langcodes.tag_is_valid(value)


def _are_columns(value: Any) -> bool:
    return isinstance(value, Mapping) and all(map(_is_text, value)) and all(
        _is_text(column) or _is_number(column, Integral) for column in value.values())


def _is_recipe(value: Any) -> bool:
    return _is_place(value) or isinstance(value, Mapping) or hasattr(type(value), "model_fields")


TEXT = Takes("a text", _is_text)
TEXTS = Takes("a list of texts", lambda value: _are(value, _is_text))
FLAG = Takes("True or False", lambda value: isinstance(value, bool) or (
    type(value).__module__ == "numpy" and type(value).__name__.startswith("bool")))
LANGUAGE = Takes("a language, such as 'en' or 'pt-BR'", _is_language)
LANGUAGES = Takes("a list of languages, such as ['de']", lambda value: _are(value, _is_language))
PLACE = Takes("a text or a pathlib.Path", _is_place)
PLACES = Takes("a list of texts or paths", lambda value: _are(value, _is_place))
ONE_OR_MORE_PLACES = Takes("a text or a pathlib.Path, or a list of them", lambda value: (
    _is_place(value) or (_are(value, _is_place) and bool(value))))
LABELS = Takes("a list of labels, such as ['PER', 'LOC']", TEXTS.accepts)
COLUMNS = Takes("a mapping, such as {'text': 'sentence'}", _are_columns)
RULES = Takes("a mapping, such as {'fill': 0}", lambda value: isinstance(value, Mapping))
SHARE = _number("a number from 0 to 1", lambda value: 0 <= value <= 1)
SHARE_ABOVE_0 = _number("a number above 0 and at most 1", lambda value: 0 < value <= 1)
POSITIVE = _number("a number above 0", lambda value: 0 < value < math.inf)
WEIGHTS = Takes("a list of numbers, one for each file", lambda value: (
    _are(value, lambda weight: _is_number(weight, Real) and math.isfinite(weight))))
RECIPE = Takes("the name of a shipped recipe, the path of a file, a mapping or a recipe",
               _is_recipe)
CHANGES = Takes("a mapping, or a list of 'key=value'", lambda value: (
    value is None or isinstance(value, Mapping) or TEXTS.accepts(value)))
PROGRESS = Takes("True, False or a function of stage, done and total",
                 lambda value: value is None or isinstance(value, bool) or callable(value))
STOP = Takes("a StopRequest", lambda value: isinstance(value, StopRequest))
UNCHECKED = Takes("what is checked where it is read", lambda value: True)

KINDS: Mapping[str, Takes] = {
    **dict.fromkeys(("at_once", "batch_tokens", "limit", "max_characters", "samples", "steps",
                     "workers"), whole(1)),
    **dict.fromkeys(("gap", "layer", "seed", "stride"), whole(0)),
    "beam": whole(1, _MAX_BEAM),
    "max_length": whole(_MIN_LENGTH),
    **dict.fromkeys(("bf16", "dry_run", "evaluation", "fresh", "gpus", "repair", "scores"), FLAG),
    **dict.fromkeys(("lang", "source", "target"), LANGUAGE),
    **dict.fromkeys(("address", "config", "format", "id", "links_key", "markers", "method",
                     "quantization", "revision", "split", "text"), TEXT),
    **dict.fromkeys(("bitext", "file", "folder", "gold", "input", "labels_from", "links", "model",
                     "out", "output", "path", "picture", "student", "translations"), PLACE),
    **dict.fromkeys(("bitexts", "predictions"), PLACES),
    "features": ONE_OR_MORE_PLACES,
    **dict.fromkeys(("methods", "protect"), TEXTS),
    "targets": LANGUAGES,
    "labels": LABELS,
    "columns": COLUMNS,
    "rules": RULES,
    **dict.fromkeys(("plain", "precision"), SHARE),
    "mask_above": SHARE_ABOVE_0,
    **dict.fromkeys(("learning_rate", "minutes"), POSITIVE),
    "weights": WEIGHTS,
    "by": one_of("mean", "vote"),
    "device": one_of(*get_args(DeviceName)),
    "nested": one_of("outermost", "innermost"),
    "on": one_of("dask", "ray"),
    "on_lost_span": one_of("mask", "drop_pair", "outside"),
    "task": one_of(*get_args(Task)),
    "recipe": RECIPE,
    "changes": CHANGES,
    "progress": PROGRESS,
    "stop": STOP,
    **dict.fromkeys(("data", "pairs", "predicted", "source_text", "spans", "target_text", "tell",
                     "texts"), UNCHECKED),
}
"""What a parameter of each name takes, where a call does not say otherwise."""


def checked(
    **kinds: Takes,
) -> Callable[[Callable[Parameters, Result]], Callable[Parameters, Result]]:
    """Return a decorator that refuses wrong arguments of a call.

    Args:
        kinds: what parameters of this call take, if not what :data:`KINDS` says.
    """

    def decorated(call: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
        signature = inspect.signature(call)
        parameters = {name: parameter for name, parameter in signature.parameters.items()
                      if name not in ("self", "cls")
                      and parameter.kind is not inspect.Parameter.VAR_KEYWORD}
        takes = {name: kinds.get(name) or KINDS[name] for name in parameters}

        @wraps(call)
        def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
            for name, value in _bound(signature, args, kwargs).items():
                if name in takes and value is not parameters[name].default:
                    _check(name, value, takes[name], parameters[name].default)
            return call(*args, **kwargs)

        return run

    return decorated


def _bound(
    signature: inspect.Signature, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the given arguments by name; nothing if the call itself will refuse them."""
    try:
        return signature.bind(*args, **kwargs).arguments
    except TypeError:
        return {}


def _check(name: str, value: Any, takes: Takes, default: Any) -> None:
    if takes.accepts(value):
        return
    way_out = ", or leave it out" if default is None else ""
    raise InputError(f"{name}{_shown(value)}: give {takes.named}{way_out}")


def _shown(value: Any) -> str:
    """Return a short value as it is written, and the type of any other."""
    written = repr(value)
    plain = isinstance(value, str | bytes | int | float | list | tuple | dict | None)
    if plain and len(written) <= _SHOWN_CHARACTERS:
        return f"={written}"
    return f" (a {type(value).__name__})"
