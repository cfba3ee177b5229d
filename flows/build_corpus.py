"""The flow ``build-corpus``: the work of ``crosslabel build``, scheduled and retried by Prefect.

Parts, aligners, labels and shards are made in the order of ``crosslabel build``, each as a task
that begins once its inputs are done. The output files are the same as from ``crosslabel build``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Failed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from pydantic import Field

from crosslabel.flows.artifacts import ProgressBar, show_counts, show_rejects
from crosslabel.flows.attempts import attempt
from crosslabel.flows.local import stoppable
from crosslabel.flows.parameters import recipe_given
from crosslabel.flows.tasks import finish_build, plan_build, run_unit, whole
from crosslabel.pipeline.build import UNIT_LIMITS
from crosslabel.pipeline.corpus.first_rejects import reject_lines
from crosslabel.pipeline.corpus.layout import RUN
from crosslabel.pipeline.corpus.ruined_rows import ruined_lines
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.run.account import Account
from crosslabel.pipeline.run.folder import prepared
from crosslabel.pipeline.run.gpus import engine_gpus
from crosslabel.pipeline.run.kept import kept
from crosslabel.pipeline.run.rejected import check_rows_left
from crosslabel.pipeline.run.schedule import Schedule, work_through
from crosslabel.pipeline.run.stops import StopRequest
from crosslabel.pipeline.stages.units import STAGES, units
from crosslabel.pipeline.storage.location import Location, location
from crosslabel.projection.errors import InputError

_THREADS: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=sum(UNIT_LIMITS.values()))


@flow(
    name="build-corpus",
    task_runner=_THREADS,
    persist_result=False,
)
def build_corpus(
    recipe: str | Recipe,
    overrides: list[str] | None = None,
    out: str | None = None,
    limit: Annotated[int, Field(ge=1)] | None = None,
    fresh: bool = False,
    at_once: Annotated[int, Field(ge=1)] | None = None,
) -> dict[str, Any] | State[Any]:
    """Build a corpus, continuing the work of an earlier run in the output folder.

    Args:
        recipe: name of a shipped recipe, a recipe file, or a whole recipe.
        overrides: changes to the recipe, ``key.sub=value``.
        out: output folder; by default ``out/`` and the recipe's name.
        limit: take at most this many input rows.
        fresh: forget earlier work in the output folder first, including translations.
        at_once: units of a stage that a cluster may work on at once; by default a number that
            suits the threads of one machine.

    Returns:
        The output folder (``out``) and the rows written per language (``rows``).
    """
    try:
        loaded = recipe_given(Recipe, recipe, overrides)
        folder = location(out) if out else Path("out") / loaded.name
        limits = dict.fromkeys(STAGES, at_once) if at_once else UNIT_LIMITS
        with attempt():
            return stoppable(partial(_build, loaded, folder, limit, fresh, limits))
    except InputError as error:
        return Failed(message=str(error), data=error)


def _build(
    recipe: Recipe,
    out: Location,
    limit: int | None,
    fresh: bool,
    limits: Mapping[Any, int],
    stop: StopRequest,
) -> dict[str, Any]:
    account = Account()
    with engine_gpus(recipe.engine, stop.check), prepared(out, fresh=fresh):
        with account.timed("plan"):
            plan = plan_build(recipe, out, limit)
        account.add_plan(plan)
        for warning in plan.warnings:
            get_run_logger().warning("%s", warning)
        for line in kept(plan):
            get_run_logger().info("%s", line)
        _work(plan, account, limits, stop)
        return _finish(plan, account)


def _work(plan: Plan, account: Account, limits: Mapping[Any, int], stop: StopRequest) -> None:
    """Do all units; if one or more fail, do the others before raising their errors."""
    needs = units(plan)
    bar = ProgressBar(len(needs), "build-progress", "Parts, aligners, labels and shards")

    def progress(stage: str, done: int, total: int) -> None:
        bar.step()

    work_through(
        Schedule(needs, limits), lambda unit: run_unit.submit(whole(plan), unit),
        done=account.add, stop=stop, progress=progress,
    )
    for warning in account.warnings:
        get_run_logger().warning("%s", warning)


def _finish(plan: Plan, account: Account) -> dict[str, Any]:
    with account.timed("finish"):
        manifest = finish_build(whole(plan))
    account.add_sizes(plan.out)
    account.write(plan.out / RUN)
    show_counts(manifest)
    show_rejects(manifest)
    languages = manifest["languages"]
    for line in (*reject_lines(plan.out, languages), *ruined_lines(languages)):
        get_run_logger().warning("%s", line)
    check_rows_left(plan.out, manifest)
    rows = {lang: counts["rows"] for lang, counts in manifest["languages"].items()}
    return {"out": str(plan.out), "rows": rows}
