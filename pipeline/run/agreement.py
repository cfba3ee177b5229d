"""Agreement of processes that share a build: the same recipe, the same files, the same models.

Each process holds a lock with the facts of its build, and refuses to take part beside a lock with
other facts. The recipe and the limit are compared before planning; the content of files and
models, which a recipe only names, after it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any

from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.storage.keys import key
from crosslabel.pipeline.storage.location import Location
from crosslabel.pipeline.storage.locks import Locks
from crosslabel.projection.errors import InputError

Facts = Mapping[str, Any]

_SHOWN = 3
_SHOWN_CHARACTERS = 40


def recipe_facts(recipe: Recipe, limit: int | None) -> Facts:
    """Return the fields of a recipe that decide the corpus, and the limit on rows."""
    return dict(_fields(recipe.public())) | {"limit": limit}


def plan_facts(plan: Plan) -> Facts:
    """Return the keys of the files and models behind a plan, by name."""
    languages = plan.languages.items()
    return {
        "the source's files": plan.source.folder.name,
        **plan.models.fingerprints(),
        "the checks": key(plan.checks.key()) if plan.checks else None,
        **{f"given translations of {lang}": language.given for lang, language in languages},
        **{f"the aligner of {lang}": language.aligner.parent.name
           for lang, language in languages if language.aligner},
        **{f"the plan of {lang}": language.folder.name for lang, language in languages},
    }


@contextmanager
def agreed(out: Location, locks: Locks, kind: str, facts: Facts) -> Iterator[None]:
    """Show other processes the facts of this build for as long as the block runs.

    Args:
        kind: kind of facts; facts of one kind are compared.

    Raises:
        InputError: another process builds something else into ``out``.
    """
    ours = json.loads(json.dumps(facts))
    with locks.wait_for("agreement"):
        other = locks.other(kind, ours)
        lock = None if other else locks.take(f"{kind}-{secrets.token_hex(8)}", ours)
    if other:
        raise InputError(f"{out}: another process builds something else into it: "
                         f"{_differing(ours, other)}; "
                         "wait until that has ended, give the same recipe, files and limit, or "
                         "another output folder")
    assert lock is not None  # nobody else takes this name
    with lock:
        yield


def _fields(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield fields by their path, ``key.sub``."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _fields(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _differing(ours: Facts, other: Facts) -> str:
    names = [name for name in {**ours, **other} if ours.get(name) != other.get(name)]
    shown = [f"{name} is {_shown(other.get(name))} there, {_shown(ours.get(name))} here"
             for name in islice(names, _SHOWN)]
    more = [f"{len(names) - _SHOWN} more differ"] if len(names) > _SHOWN else []
    return ", ".join([*shown, *more])


def _shown(value: Any) -> str:
    text = "not set" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
