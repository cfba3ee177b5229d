"""Processor time of a build of plain news with protection and without, in alternating turns."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

TURNS = 5
_OFF = ("--set", "protect=[]")


def cost(work: Path) -> dict[str, Any]:
    """Build ``demo-ner`` in pairs, each time in a new process and folder.

    Returns:
        Processor seconds of each build, and the ratios of the pairs with their median and interval.
    """
    _seconds(work / "first", _OFF)  # makes what is made once
    protected: list[float] = []
    bare: list[float] = []
    for turn in range(TURNS):
        order = [(protected, ()), (bare, _OFF)]
        for seconds, changes in order if turn % 2 else reversed(order):
            seconds.append(_seconds(work / f"cost-{turn}-{len(changes)}", changes))
    ratios = sorted(one / other for one, other in zip(protected, bare, strict=True))
    return {"protected": protected, "bare": bare, "median": round(statistics.median(ratios), 3),
            "interval": [round(ratios[0], 3), round(ratios[-1], 3)]}


def _seconds(folder: Path, changes: Sequence[str]) -> float:
    command = [sys.executable, "-m", "crosslabel", "build", "demo-ner", "--out", str(folder),
               "--fresh", *changes]
    subprocess.run(command, check=True, capture_output=True)
    return float(json.loads((folder / "run.json").read_text())["processor_seconds_in_all"])
