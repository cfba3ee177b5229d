"""The account of a run: what it did and how long that took."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.aligner_stage import AlignerRef
from pipeline.label_stage import LabelRef
from pipeline.part import PartRef
from pipeline.plan import Plan
from pipeline.shard import ShardRef
from pipeline.storage import write_json

RUN = "run.json"


@dataclass(slots=True)
class Account:
    """What a run did; the part of the truth that differs from run to run.

    Attributes:
        warnings: what a person should know about the input.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    parts: int = 0
    texts: int = 0
    hits: int = 0
    aligners: int = 0
    labelled: int = 0
    shards: int = 0
    warnings: list[str] = field(default_factory=list)

    def add_plan(self, planned: Plan) -> None:
        """Count what the plan found in the translation memory."""
        self.hits += sum(language.hits for language in planned.languages.values())

    def add_part(self, part: PartRef) -> None:
        """Count a part if this run translated it."""
        if part.seconds:
            self.parts += 1
            self.texts += part.texts

    def add_aligner(self, aligner: AlignerRef) -> None:
        """Count an aligner if this run trained it, and note what was wrong with its bitext."""
        self.aligners += bool(aligner.seconds)
        if aligner.warning:
            self.warnings.append(aligner.warning)

    def add_labels(self, labels: LabelRef) -> None:
        """Count the labels of a shard if this run gave them."""
        self.labelled += bool(labels.seconds)

    def add_shard(self, shard: ShardRef) -> None:
        """Count a shard if this run wrote it."""
        for stage, seconds in shard.seconds.items():
            self.add_time(stage, seconds)
        self.shards += bool(shard.seconds)

    def add_time(self, stage: str, seconds: float) -> None:
        """Add wall time to a stage."""
        self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the wall time of a block to a stage."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.add_time(stage, time.perf_counter() - started)

    @property
    def idle(self) -> bool:
        """Whether everything was there already."""
        return not (self.parts or self.aligners or self.labelled or self.shards)

    def as_dict(self) -> dict[str, Any]:
        """The account for ``run.json``; seconds are wall time per stage."""
        return {
            "seconds": {stage: round(value, 3) for stage, value in self.seconds.items()},
            "parts_translated": self.parts,
            "texts_translated": self.texts,
            "segments_from_memory": self.hits,
            "aligners_trained": self.aligners,
            "shards_labelled": self.labelled,
            "shards_written": self.shards,
            "host": platform.node(),
        }

    def write(self, out: Path) -> None:
        """Leave the account as ``run.json`` in the output folder."""
        write_json(out / RUN, self.as_dict())
