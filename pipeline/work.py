"""A build that several processes share, on one machine or many.

All work in one output folder, on a shared disk or in a store, with the same recipe. There is no
leader: a process takes a unit that is ready and not taken, commits it and takes the next. A unit
that a killed process had taken is free again, at once on a disk and after a minute in a store.
"""

from __future__ import annotations

import os
import platform
from functools import partial
from typing import Any

from crosslabel.pipeline.build import RunUnit, run_units
from crosslabel.pipeline.corpus.first_rejects import reject_lines
from crosslabel.pipeline.corpus.layout import CLAIMS, WORK
from crosslabel.pipeline.corpus.ruined_rows import ruined_lines
from crosslabel.pipeline.planning.plan import plan
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.run.account import Account
from crosslabel.pipeline.run.agreement import agreed, plan_facts, recipe_facts
from crosslabel.pipeline.run.finish import finish
from crosslabel.pipeline.run.folder import shared
from crosslabel.pipeline.run.gpus import engine_gpus
from crosslabel.pipeline.run.kept import kept
from crosslabel.pipeline.run.progress import Progress, Tell, mute, silent
from crosslabel.pipeline.run.rejected import check_rows_left
from crosslabel.pipeline.run.schedule import ELSEWHERE, Elsewhere
from crosslabel.pipeline.run.stops import StopRequest
from crosslabel.pipeline.stages.units import Ref, Unit, is_done, run_unit
from crosslabel.pipeline.storage.location import Location
from crosslabel.pipeline.storage.locks import Locks


def work(
    recipe: Recipe,
    out: Location,
    *,
    limit: int | None = None,
    progress: Progress = silent,
    run: RunUnit = run_unit,
    stop: StopRequest | None = None,
    tell: Tell = mute,
) -> tuple[Plan, dict[str, Any], Account]:
    """Take part in a build until it is finished.

    Args:
        limit: take at most this many input rows, the same number in every process.
        run: does one unit.
        stop: ends this process's part early.
        tell: shows what is there already.

    Returns:
        The plan, the manifest and the account of this process.

    Raises:
        InputError: the recipe, corpus, models or output folder cannot be used, or others build
            something else into ``out``.
        NoRowsError: every row was rejected in a language; all is written nevertheless.
        StoppedError: the process was asked to stop; the units under way were finished first.
        CrosslabelError: a run that does not share works in ``out``, or a unit failed.
    """
    account, stop = Account(), stop or StopRequest()
    locks = Locks(out / WORK / CLAIMS)
    with (
        shared(out),
        agreed(out, locks, "recipe", recipe_facts(recipe, limit)),
        engine_gpus(recipe.engine, stop.check),
    ):
        with account.timed("plan"), locks.wait_for("plan", stop.check):
            planned = plan(recipe, out, limit, stop.check)
        account.add_plan(planned)
        for line in (*planned.warnings, *kept(planned)):
            tell(line)
        with agreed(out, locks, "plan", plan_facts(planned)):
            run_units(planned, partial(_shared, planned, locks, run), account, progress, stop)
            with account.timed("finish"), locks.wait_for("finish", stop.check):
                manifest = finish(planned)
        account.rejects = [*reject_lines(out, manifest["languages"]),
                           *ruined_lines(manifest["languages"])]
        account.write(out / WORK / "accounts" / f"{platform.node()}-{os.getpid()}.json")
    check_rows_left(out, manifest)
    return planned, manifest, account


def _shared(planned: Plan, locks: Locks, run: RunUnit, unit: Unit) -> Ref | Elsewhere:
    """Do a unit unless another process works on it; a unit that is done only gives its result.

    The unit is taken in the thread that does it, where no handler of signals can raise, so that it
    is given back whatever happens to the other threads.
    """
    if is_done(planned, unit):
        return run(planned, unit)
    claim = locks.take(f"{unit.stage}-{unit.lang}-{unit.number}")
    if claim is None:
        return ELSEWHERE
    with claim:
        return run(planned, unit)
