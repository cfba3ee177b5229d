"""The flow ``build-corpus``: what ``crosslabel build`` does, scheduled and retried by Prefect.

Two threads work through the parts, then the aligners, the labels and the shards: while the engine
serves one, the other is tokenised or committed. The files that come out are those of ``crosslabel
build``.
"""

from __future__ import annotations

from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.logging import get_run_logger
from prefect.states import Failed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from pydantic import Field

from flows.artifacts import Progress, show_counts
from flows.outcome import Outcome
from flows.tasks import (
    finish_build,
    label_shard,
    plan_build,
    project_shard,
    train_aligner,
    translate_part,
    whole,
)
from pipeline.account import Account
from pipeline.aligner_stage import AlignerRef
from pipeline.build import all_shards, new_parts, trained_languages
from pipeline.label_stage import LabelRef
from pipeline.part import PartRef
from pipeline.plan import Plan
from pipeline.shard import ShardRef
from projection.errors import InputError

Unit = tuple[str, int]
"""A language, and the number of a part or shard."""

Parts = dict[Unit, PrefectFuture[PartRef]]
Aligners = dict[str, PrefectFuture[AlignerRef]]
Labels = dict[Unit, PrefectFuture[LabelRef]]
Shards = dict[Unit, PrefectFuture[ShardRef]]

_TWO_THREADS: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=2)


@flow(
    name="build-corpus",
    task_runner=_TWO_THREADS,
    persist_result=False,
)
def build_corpus(
    recipe: str,
    overrides: list[str] | None = None,
    out: str | None = None,
    limit: Annotated[int, Field(ge=1)] | None = None,
    fresh: bool = False,
) -> dict[str, Any] | State[Any]:
    """Build a corpus, continuing whatever an earlier run left in the output folder.

    Args:
        recipe: name of a shipped recipe, or a recipe file.
        overrides: changes to the recipe, ``key.sub=value``.
        out: output folder; by default ``out/`` and the recipe's name.
        limit: take this many input rows at the most.
        fresh: forget earlier work in the output folder first, translations too.

    Returns:
        The output folder (``out``) and the rows written per language (``rows``).
    """
    account = Account()
    try:
        with account.timed("plan"):
            plan = plan_build(recipe, overrides or [], out, limit, fresh)
        account.add_plan(plan)
        for warning in plan.warnings:
            get_run_logger().warning("%s", warning)
        _work(plan, account)
        for warning in account.warnings:
            get_run_logger().warning("%s", warning)
    except InputError as error:
        return Failed(message=str(error), data=error)
    return _finish(plan, account)


def _work(plan: Plan, account: Account) -> None:
    """All parts, aligners, shards; if some fail the others are done before that is raised."""
    passes = 2 if plan.labeller else 1
    units = (len(new_parts(plan)) + len(trained_languages(plan)) + passes * len(all_shards(plan)))
    progress = Progress(units, "build-progress", "Parts translated, shards labelled and projected")
    outcome = Outcome()
    with account.timed("translate"):
        parts = _translate(plan)
        for (lang, slot), part in parts.items():
            outcome.take(f"{lang} part {slot}", part, account.add_part)
            progress.step()
    with account.timed("train"):
        aligners = _train(plan, parts)
        for lang, aligner in aligners.items():
            outcome.take(f"{lang} aligner", aligner, account.add_aligner)
            progress.step()
    labels: Labels = {}
    if plan.labeller:
        with account.timed("label"):
            labels = _label(plan, parts)
            for (lang, number), own in labels.items():
                outcome.take(f"{lang} labels of shard {number}", own, account.add_labels)
                progress.step()
    for (lang, number), shard in _project(plan, parts, aligners, labels).items():
        outcome.take(f"{lang} shard {number}", shard, account.add_shard)
        progress.step()
    outcome.check()


def _translate(plan: Plan) -> Parts:
    return {
        (lang, slot): translate_part.submit(whole(plan), lang, slot)
        for lang, slot in new_parts(plan)
    }


def _train(plan: Plan, parts: Parts) -> Aligners:
    """An aligner waits for all translations of its language."""
    return {
        lang: train_aligner.submit(
            whole(plan),
            lang,
            wait_for=[part for (own, _), part in parts.items() if own == lang],
            return_state=False,
        )
        for lang in trained_languages(plan)
    }


def _label(plan: Plan, parts: Parts) -> Labels:
    """The labels of a shard wait for its translations."""
    return {
        (lang, number): label_shard.submit(
            whole(plan), lang, number, wait_for=_parts_of(plan, lang, number, parts),
            return_state=False,
        )
        for lang, number in all_shards(plan)
    }


def _project(plan: Plan, parts: Parts, aligners: Aligners, labels: Labels) -> Shards:
    """A shard waits for its translations, its labels and the aligner, and is not tried without
    them."""
    return {
        (lang, number): project_shard.submit(
            whole(plan),
            lang,
            number,
            wait_for=[
                *_parts_of(plan, lang, number, parts),
                *(aligner for own, aligner in aligners.items() if own == lang),
                *(own for unit, own in labels.items() if unit == (lang, number)),
            ],
            return_state=False,
        )
        for lang, number in all_shards(plan)
    }


def _parts_of(plan: Plan, lang: str, shard: int, parts: Parts) -> list[PrefectFuture[PartRef]]:
    slots = plan.languages[lang].slots(shard)
    return [parts[lang, slot] for slot in slots if (lang, slot) in parts]


def _finish(plan: Plan, account: Account) -> dict[str, Any]:
    with account.timed("finish"):
        manifest = finish_build(whole(plan))
    account.write(plan.out)
    show_counts(manifest)
    rows = {lang: own["rows"] for lang, own in manifest["languages"].items()}
    return {"out": str(plan.out), "rows": rows}
