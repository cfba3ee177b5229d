"""The units of work of a build: what each waits for, and how each is done.

A unit is a part to translate, an aligner to train, the labels of a shard, or a shard. Whether it is
done is known from committed files alone, so threads, Prefect and processes on several machines can
share one build.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from crosslabel.pipeline.aligner.files import read_aligner
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.stages.align import AlignerRef, run_aligner
from crosslabel.pipeline.stages.label import LabelRef, has_labels, run_labels
from crosslabel.pipeline.stages.processor_time import PROCESSOR_TIME
from crosslabel.pipeline.stages.shard import ShardRef, read_shard, run_shard
from crosslabel.pipeline.stages.translate import PartRef, run_part

Stage = Literal["translate", "train", "label", "project"]
STAGES: tuple[Stage, ...] = get_args(Stage)
Ref = PartRef | AlignerRef | LabelRef | ShardRef
"""The result of a unit, small enough to pass from process to process."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of work.

    Attributes:
        lang: one of the targets.
        number: number of the part in the plan of its language, or of the shard; 0 for an aligner.
    """

    stage: Stage
    lang: str
    number: int = 0

    def __str__(self) -> str:
        if self.stage == "train":
            return f"train {self.lang} aligner"
        kind = "part" if self.stage == "translate" else "shard"
        return f"{self.stage} {self.lang} {kind} {self.number}"


Needs = Mapping[Unit, frozenset[Unit]]
"""All units of a build in working order, each with the units that it waits for."""


def units(plan: Plan) -> Needs:
    """Return all units of a build in working order.

    They are ordered by stage. Parts go language by language, those that an aligner learns from
    first, so that shards are projected while other parts are translated. Shards go through all
    languages in turn, so that each source shard is encoded once if nothing else decides.
    """
    parts: dict[Unit, frozenset[Unit]] = {}
    aligners: dict[Unit, frozenset[Unit]] = {}
    for lang, language in plan.languages.items():
        new, taught = {*language.new}, {*language.learnt}
        learnt = [Unit("translate", lang, slot) for slot in sorted(new & taught)]
        others = [Unit("translate", lang, slot) for slot in sorted(new - taught)]
        parts |= dict.fromkeys(learnt + others, frozenset())
        if language.aligner:
            aligners[Unit("train", lang)] = frozenset(learnt)
    labels: dict[Unit, frozenset[Unit]] = {}
    shards: dict[Unit, frozenset[Unit]] = {}
    for shard in range(len(plan.source.hashes)):
        for lang, language in plan.languages.items():
            read = (Unit("translate", lang, slot) for slot in plan.shards[lang][shard].slots)
            waits = frozenset(part for part in read if part in parts)
            learns = {Unit("train", lang)} if language.aligner else set()
            labelled = {Unit("label", lang, shard)} if plan.models.labeller else set()
            labels |= dict.fromkeys(labelled, waits)
            shards[Unit("project", lang, shard)] = waits | learns | labelled
    return parts | aligners | labels | shards


def run_unit(plan: Plan, unit: Unit) -> Ref:
    """Do one unit, unless it is done already; every unit that it waits for must be done.

    Raises:
        InputError: a model or file cannot be used, or a model is not the one of the plan.
    """
    with PROCESSOR_TIME.spent_on(unit.stage):
        return _run(plan.on_this_machine(), unit)


def _run(plan: Plan, unit: Unit) -> Ref:
    if unit.stage == "translate":
        return run_part(plan, unit.lang, unit.number)
    if unit.stage == "train":
        return run_aligner(plan, unit.lang)
    if unit.stage == "label":
        return run_labels(plan, unit.lang, unit.number)
    return run_shard(plan, unit.lang, unit.number)


def is_done(plan: Plan, unit: Unit) -> bool:
    """Return whether a unit is committed, whoever did it."""
    language = plan.languages[unit.lang]
    if unit.stage == "translate":
        return language.memory.has(language.parts[unit.number])
    if unit.stage == "train":
        assert language.aligner is not None
        return read_aligner(language.aligner) is not None
    if unit.stage == "label":
        return has_labels(plan, unit.lang, unit.number)
    return read_shard(plan, unit.lang, unit.number) is not None
