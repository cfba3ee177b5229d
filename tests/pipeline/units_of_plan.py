"""The units of a plan as a process: what each comes to.

    python -m tests.pipeline.units_of_plan FILE

The file holds the pickled plan and the units.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from crosslabel.pipeline.stages.units import run_unit

if __name__ == "__main__":
    plan, units = pickle.loads(Path(sys.argv[1]).read_bytes())
    for unit in units:
        print(run_unit(plan, unit))
