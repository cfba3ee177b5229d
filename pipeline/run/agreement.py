"""What processes that share a build must agree on: one recipe, the same files, the same models.

Each holds a lock that says what it builds, and refuses to take part beside one that says another
thing. The recipe and ``--limit`` are compared before anything is planned; then what the plan found
in files and models, which a recipe only names.
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
    """What a recipe says of the corpus, by field, and how many rows are taken."""
    return dict(_fields(recipe.public())) | {"--limit": limit}


def plan_facts(plan: Plan) -> Facts:
    """Keys of the files and models behind a plan, by what they are."""
    languages = plan.languages.items()
    return {
        "the source's files": plan.source.folder.name,
        **plan.models.fingerprints(),
        "the checks": key(plan.checks.key()) if plan.checks else None,
        **{f"given translations of {lang}": own.given for lang, own in languages},
        **{f"the aligner of {lang}": own.aligner.parent.name
           for lang, own in languages if own.aligner},
        **{f"the plan of {lang}": own.folder.name for lang, own in languages},
    }


@contextmanager
def agreed(out: Location, locks: Locks, kind: str, facts: Facts) -> Iterator[None]:
    """Let others know during the block what this process builds.

    Args:
        kind: of facts; those of one kind are compared.

    Raises:
        InputError: another process builds something else into ``out``.
    """
    own = json.loads(json.dumps(facts))
    with locks.take_in_turn("agreement"):
        other = locks.other(kind, own)
        lock = None if other else locks.take(f"{kind}-{secrets.token_hex(8)}", own)
    if other:
        raise InputError(f"{out}: something else is being built into it: {_differing(own, other)}; "
                         "wait until that has ended, give the same recipe, files and --limit, or "
                         "another --out")
    assert lock is not None  # nobody else takes this name
    with lock:
        yield


def _fields(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Fields by their path, ``key.sub``."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _fields(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _differing(own: Facts, other: Facts) -> str:
    names = [name for name in {**own, **other} if own.get(name) != other.get(name)]
    shown = [f"{name} is {_shown(other.get(name))} there, {_shown(own.get(name))} here"
             for name in islice(names, _SHOWN)]
    more = [f"{len(names) - _SHOWN} more differ"] if len(names) > _SHOWN else []
    return ", ".join([*shown, *more])


def _shown(value: Any) -> str:
    text = "not set" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
