"""A whole build in this process: plan, then all units of work, then finish."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from types import MappingProxyType
from typing import Any

from crosslabel.pipeline.corpus.layout import RUN
from crosslabel.pipeline.planning.plan import plan
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.run.account import Account
from crosslabel.pipeline.run.finish import finish
from crosslabel.pipeline.run.folder import prepared
from crosslabel.pipeline.run.gpus import engine_gpus
from crosslabel.pipeline.run.progress import Progress, Stops, silent, stop_requests
from crosslabel.pipeline.run.schedule import Claims, Schedule, UnitLimits, work_through
from crosslabel.pipeline.stages.units import Ref, Unit, run_unit, units
from crosslabel.pipeline.storage.faults import heals
from crosslabel.pipeline.storage.location import Location

UNIT_LIMITS: UnitLimits = MappingProxyType({"translate": 2, "train": 1, "label": 1, "project": 2})
"""While the engine translates one part, another is tokenised or committed; while one shard is
projected, another is read, checked or written."""
DELAYS = (2.0, 20.0)
"""Seconds to wait before each retry of a unit that failed for a passing reason."""

RunUnit = Callable[[Plan, Unit], Ref]


def build(
    recipe: Recipe,
    out: Location,
    *,
    limit: int | None = None,
    fresh: bool = False,
    progress: Progress = silent,
    run: RunUnit = run_unit,
) -> tuple[Plan, dict[str, Any], Account]:
    """Build a corpus into ``out``, continuing the work that an earlier run left there.

    A unit that fails for lack of space, memory or network is retried a little later. If a unit
    fails for good, all units that do not depend on it are done before the error is raised.

    Args:
        limit: take at most this many input rows.
        fresh: forget earlier work in ``out`` first, translations as well.
        run: does one unit.

    Returns:
        The plan, the manifest and the account of this run.

    Raises:
        InputError: the recipe, corpus, models or output folder cannot be used.
        StoppedError: SIGTERM or Ctrl-C came; the units under way were finished first.
        CrosslabelError: another run works in ``out``, or a unit failed.
    """
    account = Account()
    with prepared(out, fresh=fresh), engine_gpus(recipe.engine):
        with account.timed("plan"):
            planned = plan(recipe, out, limit)
        account.add_plan(planned)
        run_units(planned, Alone(), account, progress, run)
        with account.timed("finish"):
            manifest = finish(planned)
        account.add_sizes(out)
        account.write(out / RUN)
    return planned, manifest, account


def run_units(
    planned: Plan,
    claims: Claims,
    account: Account,
    progress: Progress,
    run: RunUnit = run_unit,
    stops: Stops = stop_requests,
) -> None:
    """Do the units of a plan in threads of this process.

    Raises:
        InputError, StoppedError, CrosslabelError: as :func:`build` does.
    """
    schedule = Schedule(units(planned), UNIT_LIMITS)
    with (
        stops() as check,
        ThreadPoolExecutor(sum(UNIT_LIMITS.values()), thread_name_prefix="unit") as pool,
    ):
        work_through(
            schedule, lambda unit: pool.submit(_tried, run, planned, unit), claims,
            done=account.add, check=check, progress=progress,
        )


def _tried(run: RunUnit, planned: Plan, unit: Unit) -> Ref:
    """Do a unit, and retry it after a failure that may pass."""
    for delay in DELAYS:
        try:
            return run(planned, unit)
        except Exception as error:
            if not heals(error):
                raise
        time.sleep(delay)
    return run(planned, unit)


class Alone:
    """The claims of a run that works alone."""

    def take(self, unit: Unit) -> AbstractContextManager[object]:
        return nullcontext(True)

    def is_done(self, unit: Unit) -> bool:
        """Return false: doing a committed unit returns its result at once."""
        return False
