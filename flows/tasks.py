"""The units of work as Prefect tasks: plan, one part, aligner, shard's labels or shard, finish.

A task gets the plan and a number, leaves its result on disk and returns a small reference. Prefect
caches nothing: a cached state would outlive the file it stands for, the markers do not.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from prefect import Task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.utilities.annotations import quote

import pipeline.plan
from pipeline import aligner_stage, label_stage, part, shard
from pipeline.build import prepare
from pipeline.finish import finish
from pipeline.plan import Plan
from pipeline.recipe_file import load

P = ParamSpec("P")
R = TypeVar("R")

MAY_PASS = (OSError, RuntimeError, MemoryError)
"""What trying again may mend: a full disk, a device out of memory; never a wrong recipe."""


def may_pass(task: object, run: object, state: State[Any]) -> bool:
    """Whether Prefect tries a failed task again."""
    return isinstance(state.data, MAY_PASS)


def unit(run_name: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Make a function a task that is cached nowhere and retried where that may help."""

    def decorate(function: Callable[P, R]) -> Task[P, R]:
        return Task(
            function,
            task_run_name=run_name,
            cache_policy=NO_CACHE,
            persist_result=False,
            retries=2,
            retry_delay_seconds=[2.0, 20.0],
            retry_condition_fn=may_pass,
        )

    return decorate


def whole(value: R) -> R:
    """An argument as one value: without this Prefect looks into every field of it, for every task.
    """
    return cast(R, quote(value))


@unit("plan {recipe}")
def plan_build(
    recipe: str, overrides: list[str], out: str | None, limit: int | None, fresh: bool
) -> Plan:
    """Load the recipe, make the output folder ready and plan the build."""
    loaded = load(recipe, overrides)
    folder = Path(out) if out else Path("out") / loaded.name
    prepare(folder, fresh=fresh)
    return pipeline.plan.plan(loaded, folder, limit)


@unit("translate {lang} part {slot}")
def translate_part(plan: Plan, lang: str, slot: int) -> part.PartRef:
    """Translate and commit one part."""
    return part.run_part(plan, lang, slot)


@unit("train {lang} aligner")
def train_aligner(plan: Plan, lang: str) -> aligner_stage.AlignerRef:
    """Train and commit the statistical aligner of a language."""
    return aligner_stage.run_aligner(plan, lang)


@unit("label {lang} shard {number}")
def label_shard(plan: Plan, lang: str, number: int) -> label_stage.LabelRef:
    """Label and commit the translations of one shard."""
    return label_stage.run_labels(plan, lang, number)


@unit("project {lang} shard {number}")
def project_shard(plan: Plan, lang: str, number: int) -> shard.ShardRef:
    """Project, check and commit one shard."""
    return shard.run_shard(plan, lang, number)


@unit("finish")
def finish_build(plan: Plan) -> dict[str, Any]:
    """Write the dataset files and the manifest; every shard must be committed."""
    return finish(plan)
