"""The account of a run: the work it did, and the time that took."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.stages.align import AlignerRef
from crosslabel.pipeline.stages.label import LabelRef
from crosslabel.pipeline.stages.processor_time import PROCESSOR_TIME, process_seconds
from crosslabel.pipeline.stages.translate import PartRef
from crosslabel.pipeline.stages.units import STAGES, Ref
from crosslabel.pipeline.storage.files import write_json
from crosslabel.pipeline.storage.location import Location
from crosslabel.pipeline.verify.usage import usage

_ORDER = ("plan", *STAGES, "write", "finish")
_PROCESS = ""


@dataclass(slots=True)
class Account:
    """The work that one run did; everything here differs from run to run.

    Attributes:
        seconds: by stage the summed wall time of its units; units run side by side, so that these
            add up to more than ``elapsed``.
        begun, ended: times of the run on the clock of ``time.perf_counter``; ``ended`` is ``None``
            before its end.
        processor_seconds: by stage what this process computed, ``other`` for no stage; they add up
            to all processor time of the process during the run. Empty before its end.
        translating: beginning of the first part and end of the last, on the same clock.
        warnings: lines for a person about the input.
        rejects: lines for a person about the rejected rows and those with ruined translations, see
            :mod:`crosslabel.pipeline.corpus.first_rejects` and ``ruined_rows`` beside it.
        sizes: bytes of the folder's files by kind, see :mod:`crosslabel.pipeline.verify.usage`.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    begun: float = field(default_factory=time.perf_counter)
    ended: float | None = None
    processor_seconds: dict[str, float] = field(default_factory=dict)
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
    _processor_begun: Mapping[str, float] = field(default_factory=lambda: _processor_clocks())

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
        """Add the time of a block to a stage."""
        started = time.perf_counter()
        try:
            with PROCESSOR_TIME.spent_on(stage):
                yield
        finally:
            self.add_time(stage, time.perf_counter() - started)

    def add_sizes(self, out: Location) -> None:
        """Note how many bytes the files of a folder take."""
        self.sizes = {kind: used.bytes for kind, used in usage(out).items()}

    def end(self) -> None:
        """Note that the run ends now."""
        self.ended = time.perf_counter()
        used = {stage: seconds - self._processor_begun.get(stage, 0.0)
                for stage, seconds in _processor_clocks().items()}
        in_all = used.pop(_PROCESS)
        known = {stage: seconds for stage in _ORDER if (seconds := used.get(stage, 0.0))}
        self.processor_seconds = known | {"other": max(0.0, in_all - sum(known.values()))}

    @property
    def elapsed(self) -> float:
        """Wall seconds of the run, up to now or to its end."""
        return (self.ended or time.perf_counter()) - self.begun

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
        processor = _rounded(self.processor_seconds)
        return {
            "elapsed_seconds": round(self.elapsed, 3),
            "processor_seconds": processor,
            "processor_seconds_in_all": round(sum(processor.values()), 3),
            "unit_seconds": _rounded(self.seconds),
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
        """Note that the run ends now, and write the account into a file."""
        self.end()
        write_json(file, self.as_dict())


def _processor_clocks() -> dict[str, float]:
    """Return the processor seconds of each stage so far, and of the process."""
    return PROCESSOR_TIME.seconds() | {_PROCESS: process_seconds()}


def _rounded(seconds: Mapping[str, float]) -> dict[str, float]:
    return {stage: round(value, 3) for stage, value in seconds.items()}
