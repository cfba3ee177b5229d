"""A whole build in this process: plan, then all units of work, then finish."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import MappingProxyType
from typing import Any

from crosslabel.pipeline.corpus.first_rejects import reject_lines
from crosslabel.pipeline.corpus.layout import RUN
from crosslabel.pipeline.corpus.ruined_rows import ruined_lines
from crosslabel.pipeline.planning.plan import plan
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.run.account import Account
from crosslabel.pipeline.run.finish import finish
from crosslabel.pipeline.run.folder import prepared
from crosslabel.pipeline.run.gpus import engine_gpus
from crosslabel.pipeline.run.kept import kept
from crosslabel.pipeline.run.progress import Progress, Tell, mute, silent
from crosslabel.pipeline.run.rejected import check_rows_left
from crosslabel.pipeline.run.schedule import Elsewhere, Schedule, UnitLimits, work_through
from crosslabel.pipeline.run.stops import StopRequest
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
    stop: StopRequest | None = None,
    tell: Tell = mute,
) -> tuple[Plan, dict[str, Any], Account]:
    """Build a corpus into ``out``, continuing the work that an earlier run left there.

    A unit that fails for lack of space, memory or network is retried a little later. If a unit
    fails for good, all units that do not depend on it are done before the error is raised.

    Args:
        limit: take at most this many input rows.
        fresh: forget earlier work in ``out`` first, translations as well.
        run: does one unit.
        stop: ends the run early.
        tell: shows what is kept of an earlier run.

    Returns:
        The plan, the manifest and the account of this run.

    Raises:
        InputError: the recipe, corpus, models or output folder cannot be used.
        NoRowsError: every row was rejected in a language; all is written nevertheless.
        StoppedError: the run was asked to stop; the units under way were finished first.
        CrosslabelError: another run works in ``out``, or a unit failed.
    """
    account, stop = Account(), stop or StopRequest()
    with prepared(out, fresh=fresh), engine_gpus(recipe.engine, stop.check):
        with account.timed("plan"):
            planned = plan(recipe, out, limit, stop.check)
        account.add_plan(planned)
        for line in (*planned.warnings, *kept(planned)):
            tell(line)
        run_units(planned, partial(run, planned), account, progress, stop)
        with account.timed("finish"):
            manifest = finish(planned)
        account.rejects = [*reject_lines(out, manifest["languages"]),
                           *ruined_lines(manifest["languages"])]
        account.add_sizes(out)
        account.write(out / RUN)
    check_rows_left(out, manifest)
    return planned, manifest, account


def run_units(
    planned: Plan,
    do: Callable[[Unit], Ref | Elsewhere],
    account: Account,
    progress: Progress,
    stop: StopRequest,
) -> None:
    """Do the units of a plan in threads of this process.

    Args:
        do: does one unit, or finds that another run works on it.

    Raises:
        InputError, StoppedError, CrosslabelError: as :func:`build` does.
    """
    schedule = Schedule(units(planned), UNIT_LIMITS)
    with ThreadPoolExecutor(sum(UNIT_LIMITS.values()), thread_name_prefix="unit") as pool:
        work_through(
            schedule, lambda unit: pool.submit(_tried, do, unit, stop),
            done=account.add, stop=stop, progress=progress,
        )


def _tried(
    do: Callable[[Unit], Ref | Elsewhere], unit: Unit, stop: StopRequest
) -> Ref | Elsewhere:
    """Do a unit, and retry it after a failure that may pass."""
    for delay in DELAYS:
        try:
            return do(unit)
        except Exception as error:
            if not heals(error) or stop.wait(delay):
                raise
    return do(unit)
