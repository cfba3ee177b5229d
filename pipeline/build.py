"""A whole build in this process: plan, parts, aligners, labels, shards, finish."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from pipeline.account import RUN, Account
from pipeline.aligner_stage import run_aligner
from pipeline.finish import MANIFEST, finish
from pipeline.label_stage import run_labels
from pipeline.part import PartRef, run_part
from pipeline.plan import WORK, Plan, plan
from pipeline.recipe import Recipe
from pipeline.shard import run_shard
from pipeline.storage import remove_leftovers
from projection.errors import CrosslabelError, InputError

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total) as work gets done."""


class StoppedError(CrosslabelError):
    """The run was asked to stop and did so between two units of work.

    Attributes:
        signal: number of the signal that asked.
    """

    def __init__(self, number: int) -> None:
        name = signal.Signals(number).name
        super().__init__(f"stopped by {name}; run the same command again to go on")
        self.signal = number


def build(
    recipe: Recipe,
    out: Path,
    *,
    limit: int | None = None,
    fresh: bool = False,
    progress: Progress = lambda stage, done, total: None,
) -> tuple[Plan, dict[str, Any], Account]:
    """Build a corpus into ``out``, continuing whatever an earlier run left there.

    Args:
        limit: take this many input rows at the most.
        fresh: forget earlier work in ``out`` first, translations too.

    Returns:
        The plan, the manifest and the account of this run.

    Raises:
        InputError: the recipe, corpus, models or output folder cannot be used.
        StoppedError: SIGTERM or Ctrl-C came; the unit of work in hand was finished first.
    """
    prepare(out, fresh=fresh)
    account = Account()
    with account.timed("plan"):
        planned = plan(recipe, out, limit)
    account.add_plan(planned)
    with _stop_requests() as stop:
        with account.timed("translate"):
            _translate(planned, account, stop, progress)
        with account.timed("train"):
            _train(planned, account, stop, progress)
        if planned.labeller:
            with account.timed("label"):
                _label(planned, account, stop, progress)
        _project(planned, account, stop, progress)
    with account.timed("finish"):
        manifest = finish(planned)
    account.write(out)
    return planned, manifest, account


def prepare(out: Path, *, fresh: bool = False) -> None:
    """Make sure that ``out`` is ours or empty, and free of what a killed run left half-written.

    Raises:
        InputError: the folder holds something else.
    """
    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: not a folder; give another --out")
    ours = (out / WORK).is_dir() or not out.exists() or not any(out.iterdir())
    if not ours:
        raise InputError(f"{out}: holds something that is not a crosslabel build; "
                         "give an empty or new folder with --out")
    if fresh and out.exists():
        _forget(out)
    (out / WORK).mkdir(parents=True, exist_ok=True)
    remove_leftovers(out)


def new_parts(planned: Plan) -> list[tuple[str, int]]:
    """(language, position in the plan) of every part to translate, in working order."""
    return [(lang, slot) for lang, own in planned.languages.items() for slot in own.new]


def trained_languages(planned: Plan) -> list[str]:
    """Languages whose projection needs a statistical aligner."""
    return [lang for lang, own in planned.languages.items() if own.aligner]


def all_shards(planned: Plan) -> list[tuple[str, int]]:
    """(language, shard) of every shard in working order: shard by shard through all languages, so
    that each source shard is encoded once.
    """
    shards = range(len(planned.source.hashes))
    return [(lang, shard) for shard in shards for lang in planned.languages]


def _forget(out: Path) -> None:
    for path in out.iterdir():
        if path.name in (WORK, MANIFEST, RUN, "state.json", "dataset_info.json"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        elif any(path.glob("shard-*.json")):
            shutil.rmtree(path)


def _translate(
    planned: Plan, account: Account, stop: Callable[[], None], progress: Progress
) -> None:
    """Two parts at a time: while the engine works on one, the other is tokenised or committed."""
    work = new_parts(planned)

    def run(item: tuple[str, int]) -> PartRef:
        stop()
        return run_part(planned, *item)

    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="translate") as pool:
        for done, part in enumerate(pool.map(run, work), start=1):
            account.add_part(part)
            progress("translate", done, len(work))


def _train(
    planned: Plan, account: Account, stop: Callable[[], None], progress: Progress
) -> None:
    work = trained_languages(planned)
    for done, lang in enumerate(work, start=1):
        stop()
        progress("train", done - 1, len(work))
        account.add_aligner(run_aligner(planned, lang))
        progress("train", done, len(work))


def _label(
    planned: Plan, account: Account, stop: Callable[[], None], progress: Progress
) -> None:
    work = all_shards(planned)
    for done, (lang, shard) in enumerate(work, start=1):
        stop()
        account.add_labels(run_labels(planned, lang, shard))
        progress("label", done, len(work))


def _project(
    planned: Plan, account: Account, stop: Callable[[], None], progress: Progress
) -> None:
    work = all_shards(planned)
    for done, (lang, shard) in enumerate(work, start=1):
        stop()
        account.add_shard(run_shard(planned, lang, shard))
        progress("project", done, len(work))


@contextmanager
def _stop_requests() -> Iterator[Callable[[], None]]:
    """A check that raises :class:`StoppedError` once SIGTERM or Ctrl-C has come."""
    received: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        received.append(number)

    def check() -> None:
        if received:
            raise StoppedError(received[0])

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield check
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
