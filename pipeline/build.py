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
from crosslabel.pipeline.run.schedule import Claims, Room, Schedule, work_through
from crosslabel.pipeline.stages.units import Ref, Unit, run_unit, units
from crosslabel.pipeline.storage.faults import heals
from crosslabel.pipeline.storage.location import Location

ROOM: Room = MappingProxyType({"translate": 2, "train": 1, "label": 1, "project": 2})
"""While the engine works on one part, another is tokenised or committed; while labels of one shard
are projected, another is read, checked or written."""
DELAYS = (2.0, 20.0)
"""Seconds before what may heal is tried again."""

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
    """Build a corpus into ``out``, continuing whatever an earlier run left there.

    A unit of work that fails for want of space, memory or network is tried again a little later;
    one that fails for good costs what depends on it, and the rest is done before that is told.

    Args:
        limit: take this many input rows at the most.
        fresh: forget earlier work in ``out`` first, translations too.
        run: does one unit.

    Returns:
        The plan, the manifest and the account of this run.

    Raises:
        InputError: the recipe, corpus, models or output folder cannot be used.
        StoppedError: SIGTERM or Ctrl-C came; the units in hand were finished first.
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
    schedule = Schedule(units(planned), ROOM)
    with (
        stops() as check,
        ThreadPoolExecutor(sum(ROOM.values()), thread_name_prefix="unit") as pool,
    ):
        work_through(
            schedule, lambda unit: pool.submit(_tried, run, planned, unit), claims,
            done=account.add, check=check, progress=progress,
        )


def _tried(run: RunUnit, planned: Plan, unit: Unit) -> Ref:
    """Do a unit; what may heal is tried again."""
    for delay in DELAYS:
        try:
            return run(planned, unit)
        except Exception as error:
            if not heals(error):
                raise
        time.sleep(delay)
    return run(planned, unit)


class Alone:
    """Nobody else works on the build."""

    def take(self, unit: Unit) -> AbstractContextManager[object]:
        return nullcontext(True)

    def is_done(self, unit: Unit) -> bool:
        """What is committed is found by doing it, which tells what it came to."""
        return False
