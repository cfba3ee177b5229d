"""A build that several processes share, on one machine or many.

All work in one output folder, on a shared disk or in a store, with the same recipe. There is no
leader: a process takes a unit that is ready and not taken, commits it and takes the next. A unit
that a killed process had taken is free again, at once on a disk and after a minute in a store.
"""

from __future__ import annotations

import os
import platform
from contextlib import AbstractContextManager
from typing import Any

from crosslabel.pipeline.build import RunUnit, run_units
from crosslabel.pipeline.corpus.layout import CLAIMS, WORK
from crosslabel.pipeline.planning.plan import plan
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.run.account import Account
from crosslabel.pipeline.run.agreement import agreed, plan_facts, recipe_facts
from crosslabel.pipeline.run.finish import finish
from crosslabel.pipeline.run.folder import shared
from crosslabel.pipeline.run.gpus import engine_gpus
from crosslabel.pipeline.run.progress import Progress, Stops, silent, stop_requests
from crosslabel.pipeline.stages.units import Unit, is_done, run_unit
from crosslabel.pipeline.storage.location import Location
from crosslabel.pipeline.storage.locks import Locks


def work(
    recipe: Recipe,
    out: Location,
    *,
    limit: int | None = None,
    progress: Progress = silent,
    run: RunUnit = run_unit,
    stops: Stops = stop_requests,
) -> tuple[Plan, dict[str, Any], Account]:
    """Take part in a build until it is finished.

    Args:
        limit: take at most this many input rows, the same number in every process.
        run: does one unit.
        stops: listens for requests to stop.

    Returns:
        The plan, the manifest and the account of this process.

    Raises:
        InputError: the recipe, corpus, models or output folder cannot be used, or others build
            something else into ``out``.
        StoppedError: SIGTERM or Ctrl-C came; the units under way were finished first.
        CrosslabelError: a run that does not share works in ``out``, or a unit failed.
    """
    account = Account()
    locks = Locks(out / WORK / CLAIMS)
    with (
        shared(out),
        agreed(out, locks, "recipe", recipe_facts(recipe, limit)),
        engine_gpus(recipe.engine),
    ):
        with account.timed("plan"), locks.wait_for("plan"):
            planned = plan(recipe, out, limit)
        account.add_plan(planned)
        with agreed(out, locks, "plan", plan_facts(planned)):
            run_units(planned, _Claims(planned, locks), account, progress, run, stops)
            with account.timed("finish"), locks.wait_for("finish"):
                manifest = finish(planned)
        account.write(out / WORK / "accounts" / f"{platform.node()}-{os.getpid()}.json")
    return planned, manifest, account


class _Claims:
    """The units of a build, each taken by one process at a time."""

    def __init__(self, planned: Plan, locks: Locks) -> None:
        self._plan = planned
        self._locks = locks

    def take(self, unit: Unit) -> AbstractContextManager[object] | None:
        return self._locks.take(f"{unit.stage}-{unit.lang}-{unit.number}")

    def is_done(self, unit: Unit) -> bool:
        return is_done(self._plan, unit)
