"""The account of a run: the work it did, and the time that took."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.stages.align import AlignerRef
from crosslabel.pipeline.stages.label import LabelRef
from crosslabel.pipeline.stages.translate import PartRef
from crosslabel.pipeline.stages.units import Ref
from crosslabel.pipeline.storage.files import write_json
from crosslabel.pipeline.storage.location import Location
from crosslabel.pipeline.verify.usage import usage


@dataclass(slots=True)
class Account:
    """The work that one run did; everything here differs from run to run.

    Attributes:
        seconds: by stage the summed time of its units; stages run side by side.
        begun: beginning of the run, on the clock of ``time.perf_counter``.
        translating: beginning of the first part and end of the last, on the same clock.
        warnings: lines for a person about the input.
        rejects: lines for a person about the rejected rows, see
            :mod:`crosslabel.pipeline.corpus.first_rejects`.
        sizes: bytes of the folder's files by kind, see :mod:`crosslabel.pipeline.verify.usage`.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    begun: float = field(default_factory=time.perf_counter)
    translating: tuple[float, float] | None = None
    parts: int = 0
    texts: int = 0
    hits: int = 0
    segments: int = 0
    aligners: int = 0
    labelled: int = 0
    shards: int = 0
    warnings: list[str] = field(default_factory=list)
    rejects: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)

    def add_plan(self, planned: Plan) -> None:
        """Count the segments of the plan, and those that the translation memory had."""
        for language in planned.languages.values():
            self.hits += language.hits
            self.segments += language.segments

    def add(self, ref: Ref) -> None:
        """Count a unit of work if this run did it, and note warnings about its input."""
        if isinstance(ref, PartRef):
            self._add_part(ref)
        elif isinstance(ref, AlignerRef):
            self.aligners += bool(ref.seconds)
            self.warnings += [ref.warning] if ref.warning else []
            self.add_time("train", ref.seconds)
        elif isinstance(ref, LabelRef):
            self.labelled += bool(ref.seconds)
            self.add_time("label", ref.seconds)
        else:
            self.shards += bool(ref.seconds)
            for stage, seconds in ref.seconds.items():
                self.add_time(stage, seconds)

    def _add_part(self, part: PartRef) -> None:
        if part.seconds:
            self.parts += 1
            self.texts += part.texts
            now = time.perf_counter()
            begun, _ = self.translating or (now - part.seconds, now)
            self.translating = min(begun, now - part.seconds), now
        self.add_time("translate", part.seconds)

    def add_time(self, stage: str, seconds: float) -> None:
        """Add the time of a unit to its stage."""
        self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the wall time of a block to a stage."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.add_time(stage, time.perf_counter() - started)

    def add_sizes(self, out: Location) -> None:
        """Note how many bytes the files of a folder take."""
        self.sizes = {kind: used.bytes for kind, used in usage(out).items()}

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.perf_counter() - self.begun

    @property
    def texts_per_second(self) -> float:
        """Texts translated per second, from the first part to the last."""
        begun, ended = self.translating or (0.0, 0.0)
        return self.texts / (ended - begun) if self.translating else 0.0

    @property
    def idle(self) -> bool:
        """Whether everything was committed already."""
        return not (self.parts or self.aligners or self.labelled or self.shards)

    def as_dict(self) -> dict[str, Any]:
        """Return the account as JSON values for ``run.json``."""
        return {
            "elapsed_seconds": round(self.elapsed, 3),
            "seconds": {stage: round(value, 3) for stage, value in self.seconds.items()},
            "parts_translated": self.parts,
            "texts_translated": self.texts,
            "texts_per_second": round(self.texts_per_second, 1),
            "segments_from_memory": self.hits,
            "memory_hit_rate": round(self.hits / self.segments, 4) if self.segments else None,
            "aligners_trained": self.aligners,
            "shards_labelled": self.labelled,
            "shards_written": self.shards,
            "bytes": self.sizes,
            "host": platform.node(),
        }

    def write(self, file: Location) -> None:
        """Write the account into a file."""
        write_json(file, self.as_dict())
