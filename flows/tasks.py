"""The work of a build as Prefect tasks: plan, one unit of work, finish.

A task gets the plan and a unit, writes its result to disk and returns a small reference. Prefect
caches nothing, because a cached state would outlast its file, while the markers do not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from prefect import Task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.utilities.annotations import quote

from crosslabel.pipeline.build import DELAYS
from crosslabel.pipeline.planning.plan import plan
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.run.finish import finish
from crosslabel.pipeline.stages import units
from crosslabel.pipeline.stages.units import Ref, Unit
from crosslabel.pipeline.storage.faults import heals
from crosslabel.pipeline.storage.location import Location

P = ParamSpec("P")
R = TypeVar("R")


def may_pass(task: object, run: object, state: State[Any]) -> bool:
    """Return whether Prefect retries a failed task."""
    return isinstance(state.data, BaseException) and heals(state.data)


def unit(run_name: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Make a function a task that is not cached, and is retried if a retry may help."""

    def decorate(function: Callable[P, R]) -> Task[P, R]:
        return Task(
            function,
            task_run_name=run_name,
            cache_policy=NO_CACHE,
            persist_result=False,
            retries=len(DELAYS),
            retry_delay_seconds=list(DELAYS),
            retry_condition_fn=may_pass,
        )

    return decorate


def whole(value: R) -> R:
    """Pass an argument as one value, so that Prefect does not search all its fields for every task.
    """
    return cast(R, quote(value))


@unit("plan {recipe.name}")
def plan_build(recipe: Recipe, out: Location, limit: int | None) -> Plan:
    """Plan the build."""
    return plan(recipe, out, limit)


@unit("{unit}")
def run_unit(plan: Plan, unit: Unit) -> Ref:
    """Translate a part, train an aligner, label a shard or project one."""
    return units.run_unit(plan, unit)


@unit("finish")
def finish_build(plan: Plan) -> dict[str, Any]:
    """Write the dataset files and the manifest; every shard must be committed."""
    return finish(plan)
